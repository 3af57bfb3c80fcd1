//! Requests that were already answered.

use sea_orm::entity::prelude::*;

use crate::{clock::Timestamp, ids::UserId};

/// One request a client may repeat safely.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency")]
pub struct Model {
    /// Who asked.
    #[sea_orm(primary_key, auto_increment = false)]
    pub author_id: UserId,
    /// Which mutation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub operation: String,
    /// The client's own name for the request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: Uuid,
    /// Keyed hash of the input.
    pub fingerprint: Vec<u8>,
    /// What it made.
    pub subject_id: Uuid,
    /// When it was answered.
    pub created_at: Timestamp,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
