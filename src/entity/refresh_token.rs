//! Refresh tokens, of which only hashes are kept.

use sea_orm::entity::prelude::*;

use crate::{clock::Timestamp, ids::SessionId};

/// One refresh token of a session; used once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_token")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: Vec<u8>,
    /// The session it renews.
    pub session_id: SessionId,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// When it was used; null before.
    pub used_at: Option<Timestamp>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
