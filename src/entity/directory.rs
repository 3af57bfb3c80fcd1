//! Who can be found, with what lists of people are ordered and counted by.

use sea_orm::entity::prelude::*;

use super::user::Role;
use crate::ids::UserId;

/// Somebody who can be found.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "directory")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// As the user's.
    pub role: Role,
    /// The beginning of the full name, folded as words are; lists are in this order.
    pub name_key: Vec<u8>,
    /// As the user's.
    pub institution: Option<String>,
    /// As the user's.
    pub specialization: Option<String>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
