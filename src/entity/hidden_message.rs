//! Messages that somebody has hidden for themselves.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// One message that one person does not want to see any more.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hidden_message")]
pub struct Model {
    /// Who hid it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Where it was sent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// Its place.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: Seq,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
