//! Browsers that are pushed to.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{SessionId, UserId},
    journal::Seq,
};

/// A browser that is told when there is something new for the person who is signed in on it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_subscription")]
pub struct Model {
    /// The sign-in it belongs to and ends with.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The address of the browser at its push service; secret, for whoever knows it could push to it.
    pub endpoint: String,
    /// The public key of the browser.
    pub p256dh: Vec<u8>,
    /// What the browser shares with this server.
    pub auth: Vec<u8>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The place up to which there may be something to tell.
    pub news_seq: Seq,
    /// The place up to which all was told, or found to need no telling. Less than `news_seq`: a push is due.
    pub told_seq: Seq,
    /// Not to be pushed to before this.
    pub due_at: Timestamp,
    /// How often the push that is due was tried.
    pub attempts: i64,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
