//! When somebody took part, as places in the journal.

use sea_orm::entity::prelude::*;

use crate::{
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// One unbroken time of a user in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stay")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// The event with which it began.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_seq: Seq,
    /// The event with which it ended; null while it lasts.
    pub to_seq: Option<Seq>,
    /// The oldest message seen during it.
    pub history_from_seq: Seq,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
