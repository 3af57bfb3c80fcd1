//! Messages.

use sea_orm::{
    FromQueryResult, TryGetable,
    entity::prelude::*,
    sqlx::{Row, ValueRef},
};

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

/// A message, read by the place of its columns: the query names them in their own order. The reading that is derived for
/// [`Model`] looks each of them up by its name, which was a fifth of a page of history.
pub struct ByPlace(pub Model);

impl FromQueryResult for ByPlace {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self(Model {
            seq: row.try_get_by(Column::Seq as usize)?,
            id: row.try_get_by(Column::Id as usize)?,
            conversation_id: row.try_get_by(Column::ConversationId as usize)?,
            ordinal: row.try_get_by(Column::Ordinal as usize)?,
            sender_id: row.try_get_by(Column::SenderId as usize)?,
            sender_ordinal: row.try_get_by(Column::SenderOrdinal as usize)?,
            sender_role: row.try_get_by(Column::SenderRole as usize)?,
            kind: row.try_get_by(Column::Kind as usize)?,
            text: row.try_get_by(Column::Text as usize)?,
            note: nullable(row, Column::Note as usize)?,
            card: nullable(row, Column::Card as usize)?,
            mentions: nullable(row, Column::Mentions as usize)?,
            reply_to_id: nullable(row, Column::ReplyToId as usize)?,
            forwarded_from_id: nullable(row, Column::ForwardedFromId as usize)?,
            client_id: nullable(row, Column::ClientId as usize)?,
            has_attachments: row.try_get_by(Column::HasAttachments as usize)?,
            version: row.try_get_by(Column::Version as usize)?,
            created_at: row.try_get_by(Column::CreatedAt as usize)?,
            updated_at: row.try_get_by(Column::UpdatedAt as usize)?,
            edited_at: nullable(row, Column::EditedAt as usize)?,
            deleted_at: nullable(row, Column::DeletedAt as usize)?,
            deleted_by: nullable(row, Column::DeletedBy as usize)?,
            delete_reason: nullable(row, Column::DeleteReason as usize)?,
            is_urgent: row.try_get_by(Column::IsUrgent as usize)?,
            was_sent_urgent: row.try_get_by(Column::WasSentUrgent as usize)?,
            expires_at: nullable(row, Column::ExpiresAt as usize)?,
            pinned_at: nullable(row, Column::PinnedAt as usize)?,
            pinned_by: nullable(row, Column::PinnedBy as usize)?,
            reactions: row.try_get_by(Column::Reactions as usize)?,
        }))
    }
}

/// A column that is mostly null. The reading that [`Option`] has writes a text that says where the null is, for each.
fn nullable<T: TryGetable>(row: &QueryResult, place: usize) -> Result<Option<T>, DbErr> {
    let is_null = match (row.try_as_sqlite_row(), row.try_as_pg_row()) {
        (Some(row), _) => row.try_get_raw(place).is_ok_and(|value| value.is_null()),
        (_, Some(row)) => row.try_get_raw(place).is_ok_and(|value| value.is_null()),
        _ => false,
    };
    if is_null { Ok(None) } else { row.try_get_by(place).map(Some) }
}

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
