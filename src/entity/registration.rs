//! Accounts that wait for their address to be confirmed.

use sea_orm::entity::prelude::*;

use super::user::{Language, Role};

/// What somebody registered with. Becomes a user when the link of its mail is opened, and goes when that is too old.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registration")]
pub struct Model {
    /// The mail with the link.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// As in the user; not kept free for them.
    pub username: String,
    /// As in the user.
    pub email: String,
    /// As in the user.
    pub full_name: String,
    /// As in the user.
    pub role: Role,
    /// As in the user.
    pub title: Option<String>,
    /// As in the user.
    pub specialization: Option<String>,
    /// As in the user.
    pub institution: Option<String>,
    /// As in the user.
    pub password_hash: String,
    /// As in the user.
    pub language: Language,
    /// As in the user.
    pub time_zone: Option<String>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
