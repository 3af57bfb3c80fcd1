//! The words people are found by.

use sea_orm::entity::prelude::*;

use super::user::Role;
use crate::ids::UserId;

/// One word of one person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_word")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The word, folded; or a mark and a whole value, folded, for filters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub word: Vec<u8>,
    /// As the user's: most searches are for some roles only.
    pub role: Role,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
