//! Sign-ins that failed, or whose password is being checked.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

/// One attempt, counted for one subject.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_attempt")]
pub struct Model {
    /// A name for this row.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// A keyed hash of a name, a network or a device: nobody can read from it who tried.
    pub subject: Vec<u8>,
    /// When it was tried.
    pub at: Timestamp,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
