//! Tokens of programs, of which only hashes are kept.

use sea_orm::entity::prelude::*;

use crate::ids::{SessionId, UserId};

/// The token of a service account. It is a session of that account, which it can be revoked as.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_token")]
pub struct Model {
    /// The session; it names the token, and says when it was made, when it ends and whether it was revoked.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    /// SHA-256 of the token.
    pub hash: Vec<u8>,
    /// What it may be used for: names of scopes with a space between.
    pub scopes: String,
    /// The administrator who made it.
    pub created_by: UserId,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
