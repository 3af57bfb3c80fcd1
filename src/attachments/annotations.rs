//! What people mark on a picture: kept beside it, never in its pixels.
//!
//! Who may do so is for messages to say; here are the shapes, and the rows.

mod types;

use sea_orm::ConnectionTrait;

pub use self::types::{
    Annotation, AnnotationArrow, AnnotationBox, AnnotationShape, AnnotationShapeInput, AnnotationText,
};
use super::store;
use crate::{
    clock::Timestamp,
    database,
    entity::{
        attachment,
        image_annotation::{self, Kind},
    },
    error::{Error, Result, UserErrorCode},
    ids::{AnnotationId, AttachmentId, ConversationId, MessageId, UserId},
    journal::Row,
};

/// The most annotations of one picture.
pub const MOST: i64 = 100;
/// The longest label, in characters.
const LABEL_MAX: usize = 200;

/// Where something is marked, from 0 (left, top) to 1 (right, bottom) of the upright picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    /// From its left upper to its right lower corner.
    Box((f64, f64), (f64, f64)),
    /// From where to where it points.
    Arrow((f64, f64), (f64, f64)),
    /// At a point.
    Text((f64, f64)),
}

impl Shape {
    /// The shape of a row; none when the row is not of this version.
    pub fn of(row: &image_annotation::Model) -> Option<Self> {
        let (from, to) = ((row.x1, row.y1), row.x2.zip(row.y2));
        match row.kind {
            Kind::Box => Some(Self::Box(from, to?)),
            Kind::Arrow => Some(Self::Arrow(from, to?)),
            Kind::Text => Some(Self::Text(from)),
        }
    }

    fn check(self) -> Result<()> {
        let refuse = |message| Err(Error::invalid(UserErrorCode::InvalidFormat, &["input", "shape"], message));
        let within = |(x, y): (f64, f64)| (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        let all_within = match self {
            Self::Box(from, to) | Self::Arrow(from, to) => within(from) && within(to),
            Self::Text(at) => within(at),
        };
        match self {
            _ if !all_within => refuse("Mark something inside the picture: each coordinate is between 0 and 1."),
            Self::Box((left, top), (right, bottom)) if left >= right || top >= bottom => {
                refuse("The box has no inside: its left is left of its right, and its top above its bottom.")
            }
            Self::Arrow(from, to) if from == to => refuse("The arrow points nowhere: it ends where it begins."),
            _ => Ok(()),
        }
    }
}

/// What somebody wants to mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotating {
    shape: Shape,
    label: Option<String>,
}

impl Annotating {
    /// A shape, with words to it.
    ///
    /// # Errors
    /// INVALID_FORMAT, BLANK or TOO_LONG, for the person.
    pub fn try_new(shape: Shape, label: Option<&str>) -> Result<Self> {
        shape.check()?;
        let field = &["input", "label"];
        let label = database::kept_text(label.unwrap_or_default(), LABEL_MAX, field)?;
        let label = Some(label).filter(|label| !label.is_empty());
        if label.is_none() && matches!(shape, Shape::Text(_)) {
            return Err(Error::invalid(UserErrorCode::Blank, field, "Please write what should stand there."));
        }
        Ok(Self { shape, label })
    }

    /// The rows that add it to a picture of a message, and its id.
    pub fn added(
        &self,
        file: &attachment::Model,
        (message, conversation): (MessageId, ConversationId),
        author: UserId,
        now: Timestamp,
    ) -> (AnnotationId, Vec<Row>) {
        let (kind, from, to) = match self.shape {
            Shape::Box(from, to) => (Kind::Box, from, Some(to)),
            Shape::Arrow(from, to) => (Kind::Arrow, from, Some(to)),
            Shape::Text(at) => (Kind::Text, at, None),
        };
        let id = AnnotationId::generate();
        let row = image_annotation::Model {
            id,
            attachment_id: file.id,
            message_id: message,
            conversation_id: conversation,
            author_id: author,
            kind,
            x1: from.0,
            y1: from.1,
            x2: to.map(|to| to.0),
            y2: to.map(|to| to.1),
            label: self.label.clone(),
            created_at: now,
        };
        (id, store::annotated(file, row, true))
    }
}

/// Can something be marked on this file?
///
/// # Errors
/// ATTACHMENT_NOT_USABLE or TOO_MANY, for the person.
pub fn has_room(file: &attachment::Model) -> Result<()> {
    let refuse = |code, message| Err(Error::invalid(code, &["input", "attachmentId"], message));
    if file.width.is_none() {
        return refuse(UserErrorCode::AttachmentNotUsable, "Only pictures can be marked.".to_owned());
    }
    if file.annotations >= MOST {
        let message = format!("A picture can have {MOST} marks. Remove one first.");
        return refuse(UserErrorCode::TooMany, message);
    }
    Ok(())
}

/// A file, whoever may see it.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn file(db: &impl ConnectionTrait, id: AttachmentId) -> Result<Option<attachment::Model>> {
    Ok(store::find(db, id).await?)
}

/// An annotation, whoever may see it.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn annotation(db: &impl ConnectionTrait, id: AnnotationId) -> Result<Option<image_annotation::Model>> {
    Ok(store::annotation(db, id).await?)
}

/// The annotations of these files, the oldest first; one query, and none when nothing is marked on any.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn annotations_of(
    db: &impl ConnectionTrait,
    files: impl IntoIterator<Item = &attachment::Model>,
) -> Result<Vec<image_annotation::Model>> {
    let marked = files.into_iter().filter(|file| file.annotations > 0);
    let ids: Vec<_> = marked.map(|file| file.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::annotations(db, &ids).await?)
}

/// The rows that take an annotation off its picture.
pub fn taken_off(file: &attachment::Model, annotation: image_annotation::Model) -> Vec<Row> {
    store::annotated(file, annotation, false)
}

/// The rows that take everything off these files, which go with their message.
pub fn all_taken_off(files: &[attachment::Model]) -> Vec<Row> {
    store::unannotated(files)
}
