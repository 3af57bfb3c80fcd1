//! Files.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{AttachmentId, MessageId, UserId},
};

/// A file, sent with a message or waiting to be.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// Public as `att_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AttachmentId,
    /// Who uploaded it.
    pub uploader_id: UserId,
    /// The message it was sent with; null before that.
    pub message_id: Option<MessageId>,
    /// Whether it is the picture its uploader shows of themselves, which everybody signed in may see.
    pub is_avatar: bool,
    /// Its place among the attachments of the message.
    pub position: i32,
    /// The file's own name; data only, never a path.
    pub name: String,
    /// Its media type, checked against the content.
    pub content_type: String,
    /// What it is to a person.
    pub kind: Kind,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the bytes.
    pub sha256: Vec<u8>,
    /// Where the bytes are stored; random. Null once a removed file's bytes are known to be gone, so a row with both
    /// this and `removed_at` is work left to do.
    pub storage_key: Option<String>,
    /// Whether it was forwarded: another file names the same bytes, or did.
    pub is_copy: bool,
    /// Length of audio or video in milliseconds, as the client measured it.
    pub duration_ms: Option<i64>,
    /// Of a picture, in pixels, upright.
    pub width: Option<i32>,
    /// Of a picture, in pixels, upright.
    pub height: Option<i32>,
    /// Where the small copy of a picture is stored; it comes and goes with `storage_key`. Null when there is none.
    pub thumbnail_key: Option<String>,
    /// Its media type.
    pub thumbnail_type: Option<String>,
    /// Its bytes.
    pub thumbnail_size: Option<i64>,
    /// Its width in pixels.
    pub thumbnail_width: Option<i32>,
    /// Its height in pixels.
    pub thumbnail_height: Option<i32>,
    /// How many annotations a picture has, so that pages without any ask for none.
    pub annotations: i64,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it was removed, with its message or by its uploader; null while it stands.
    pub removed_at: Option<Timestamp>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a file is to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[graphql(name = "AttachmentKind")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A picture.
    Image,
    /// A document.
    File,
    /// Sound, such as a voice message.
    Audio,
    /// A film.
    Video,
}
