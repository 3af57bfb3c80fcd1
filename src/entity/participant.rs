//! Who takes part in which conversation, and how far they have read.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// A user in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participant")]
pub struct Model {
    /// The conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// What they may do in it.
    pub role: ParticipantRole,
    /// Whether they may send.
    pub can_send: bool,
    /// Whether they may see messages sent before they joined.
    pub can_see_history: bool,
    /// When they last joined.
    pub joined_at: Timestamp,
    /// When they left; null while they take part.
    pub left_at: Option<Timestamp>,
    /// They see messages at or after this place.
    pub history_from_seq: Seq,
    /// Everything up to here reached one of their devices. Only moves forward.
    pub delivered_seq: Seq,
    /// They have read up to here. Only moves forward.
    pub read_seq: Seq,
    /// As far as others are shown that they have read. Only moves forward.
    pub shown_read_seq: Seq,
    /// The place `markUnread` chose; changes only their own counts. Null when they set none.
    pub unread_from_seq: Option<Seq>,
    /// Unread messages are counted after this place.
    pub counted_seq: Seq,
    /// The ordinal of the last countable message at or before `counted_seq`.
    pub counted_ordinal: i64,
    /// Their own `sender_ordinal` at `counted_seq`.
    pub counted_own: i64,
    /// What tells them of new messages.
    pub notification_level: NotificationLevel,
    /// Nothing but urgent messages rings until then; null when not set.
    pub quiet_until: Option<Timestamp>,
    /// They put it away when its newest activity was at this place; newer activity brings it back. Null when they did
    /// not.
    pub archived_seq: Option<Seq>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a participant may do in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParticipantRole {
    /// Everything, including naming administrators.
    Owner,
    /// Adding and removing people, and changing the conversation.
    Admin,
    /// Reading and sending.
    Member,
    /// Reading only.
    Observer,
}

/// Which new messages of a conversation somebody is told of while they do not look at it.
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
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationLevel {
    /// Every one.
    All,
    /// Only those that mention or answer them, or are urgent.
    Mentions,
    /// None, but for urgent ones: an emergency must not be lost.
    None,
}
