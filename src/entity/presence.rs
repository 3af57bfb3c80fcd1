//! Whether people share when they are online, and when they last were.

use sea_orm::entity::prelude::*;

use crate::{clock::Timestamp, ids::UserId};

/// What is kept of somebody's presence. Who has none shares it and was never online.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "presence")]
pub struct Model {
    /// The person.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Whether others may see it; those who do not share it do not see it either.
    pub is_shared: bool,
    /// When they were last online, as of when they left; null when they never were or do not share it.
    pub last_seen_at: Option<Timestamp>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
