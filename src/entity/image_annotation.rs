//! What people marked on pictures.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{AnnotationId, AttachmentId, ConversationId, MessageId, UserId},
};

/// A box, an arrow or a point on a picture, kept beside it. Coordinates go from 0 (left, top) to 1 (right, bottom).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "image_annotation")]
pub struct Model {
    /// Public as `ann_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AnnotationId,
    /// The picture.
    pub attachment_id: AttachmentId,
    /// The message the picture was sent with.
    pub message_id: MessageId,
    /// Where that was.
    pub conversation_id: ConversationId,
    /// Who made it.
    pub author_id: UserId,
    /// What it is.
    pub kind: Kind,
    /// A box's left side, where an arrow begins, where a text stands.
    pub x1: f64,
    /// A box's top, where an arrow begins, where a text stands.
    pub y1: f64,
    /// A box's right side, where an arrow points; null for a text.
    pub x2: Option<f64>,
    /// A box's bottom, where an arrow points; null for a text.
    pub y2: Option<f64>,
    /// What is written there; a text has one.
    pub label: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A box around something.
    Box,
    /// An arrow to something.
    Arrow,
    /// Words at a point.
    Text,
}
