//! Conversations.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation")]
pub struct Model {
    /// Public as `conv_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConversationId,
    /// One to one, or a group.
    pub kind: Kind,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether people may write in it.
    pub state: State,
    /// The name of a group; null for a direct conversation.
    pub title: Option<String>,
    /// What it is about; null when not said.
    pub description: Option<String>,
    /// The two user ids of a direct conversation, the smaller first; null for a group.
    pub direct_key: Option<String>,
    /// Who opened it.
    pub created_by: UserId,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it, or its newest message, last changed.
    pub updated_at: Timestamp,
    /// The place of its newest activity; lists are in this order.
    pub activity_seq: Seq,
    /// The newest message; null before the first.
    pub last_message_seq: Option<Seq>,
    /// How many countable messages were ever sent in it.
    pub last_ordinal: i64,
    /// When an administrator took it away; null while it is there.
    pub deleted_at: Option<Timestamp>,
    /// Why they did.
    pub delete_reason: Option<String>,
    /// The system of what it was last opened for; null when for nothing elsewhere.
    pub external_system: Option<String>,
    /// The name that system gives it.
    pub external_id: Option<String>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How many people a conversation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[graphql(name = "ConversationKind")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Between two people; there is at most one for each pair.
    Direct,
    /// Among any number of people.
    Group,
}

/// What a conversation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[graphql(name = "ConversationPurpose")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Purpose {
    /// Anything.
    General,
    /// A consultation of a patient with a clinician.
    Consultation,
    /// Therapy sessions.
    Therapy,
    /// An emergency.
    Emergency,
    /// Learning together.
    Study,
    /// Discussing a case.
    Case,
}

/// Whether people may write in a conversation.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[graphql(name = "ConversationState")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Messages can be sent.
    Active,
    /// Read-only; can be made active again.
    Archived,
    /// Read-only for good.
    Closed,
}
