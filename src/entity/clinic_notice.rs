//! What the clinic says at the top of conversations.

use sea_orm::entity::prelude::*;

use crate::{clock::Timestamp, ids::UserId};

/// The notice. There is one row at most.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clinic_notice")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The text.
    pub text: String,
    /// Who wrote it.
    pub updated_by: UserId,
    /// When.
    pub updated_at: Timestamp,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
