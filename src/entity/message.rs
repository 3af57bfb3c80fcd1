//! Messages.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    entity::user::Role,
    ids::{ConversationId, MessageId, UserId},
    journal::Seq,
};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    /// The place of the event that announced it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: Seq,
    /// Public as `msg_…`.
    pub id: MessageId,
    /// Where it was sent.
    pub conversation_id: ConversationId,
    /// Its number among the countable messages of the conversation.
    pub ordinal: i64,
    /// Who sent it.
    pub sender_id: UserId,
    /// Its number among the sender's countable messages in the conversation.
    pub sender_ordinal: i64,
    /// The sender's role at that time.
    pub sender_role: Role,
    /// What it holds.
    pub kind: Kind,
    /// The text; empty when deleted or when only files were sent.
    pub text: String,
    /// What a message of the server tells, as JSON; null for every other.
    pub note: Option<String>,
    /// An appointment, a prescription or a case, as JSON; null for every other, and once deleted.
    pub card: Option<String>,
    /// Whom its text names with `@`, as a JSON list of ids; null when nobody.
    pub mentions: Option<String>,
    /// The message it answers.
    pub reply_to_id: Option<MessageId>,
    /// The message it was forwarded from, perhaps of another conversation.
    pub forwarded_from_id: Option<MessageId>,
    /// The sender's own name for it.
    pub client_id: Option<Uuid>,
    /// Whether files were sent with it.
    pub has_attachments: bool,
    /// 1 when sent, one more with each edit.
    pub version: i32,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When its text was last edited; null when never.
    pub edited_at: Option<Timestamp>,
    /// When it was deleted; null while it stands.
    pub deleted_at: Option<Timestamp>,
    /// Who deleted it; null while it stands, and when its time was over.
    pub deleted_by: Option<UserId>,
    /// Why somebody else than its sender took it back.
    pub delete_reason: Option<String>,
    /// Whether it should be read at once.
    pub is_urgent: bool,
    /// Whether it was urgent from the beginning: then its sender is shown who has read it, whoever does not show it.
    pub was_sent_urgent: bool,
    /// When it is deleted by itself; null when never.
    pub expires_at: Option<Timestamp>,
    /// When it was pinned; null when it is not.
    pub pinned_at: Option<Timestamp>,
    /// Who pinned it.
    pub pinned_by: Option<UserId>,
    /// How many reactions it has, of all people together.
    pub reactions: i64,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[graphql(name = "MessageKind")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Text alone.
    Text,
    /// Images, with or without text.
    Image,
    /// Documents, with or without text.
    File,
    /// Audio, with or without text.
    Audio,
    /// Video, with or without text.
    Video,
    /// Files of several kinds.
    Mixed,
    /// A card that tells of an appointment.
    Appointment,
    /// A card that tells what was prescribed.
    Prescription,
    /// A card that sums up a case.
    Case,
    /// Written by the server; does not count as unread.
    System,
}
