//! Earlier texts of edited messages.

use sea_orm::entity::prelude::*;

use crate::{clock::Timestamp, ids::MessageId};

/// A text a message had before an edit.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_version")]
pub struct Model {
    /// The message.
    #[sea_orm(primary_key, auto_increment = false)]
    pub message_id: MessageId,
    /// 1 for the text as first sent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The text it had.
    pub text: String,
    /// When that text was written.
    pub written_at: Timestamp,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
