//! Sign-ins.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{SessionId, UserId},
};

/// A sign-in of a user on one device.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Public as `sess_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// Whose sign-in it is.
    pub user_id: UserId,
    /// The program and device, as it named itself.
    pub device: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When it was last renewed.
    pub last_used_at: Timestamp,
    /// When it ends if it is not renewed.
    pub expires_at: Timestamp,
    /// When it was ended by somebody; null while it lasts.
    pub ended_at: Option<Timestamp>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
