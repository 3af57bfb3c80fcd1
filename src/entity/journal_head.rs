//! The end of the journal.

use sea_orm::entity::prelude::*;

use crate::journal::Seq;

/// The one row that is locked to number events.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "journal_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The newest event; 0 before the first.
    pub seq: Seq,
    /// Its hash; zeros before the first.
    pub hash: Vec<u8>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
