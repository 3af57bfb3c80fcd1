//! What an annotation looks like in the API.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject, Union};

use super::Shape;
use crate::{
    clock::Timestamp,
    conversations::MembershipOf,
    entity::image_annotation,
    error::Result,
    graphql::{ContextExt, Permission},
    messages,
    people::User,
};

/// Something marked on a picture.
#[derive(Clone)]
pub struct Annotation(image_annotation::Model);

impl From<image_annotation::Model> for Annotation {
    fn from(row: image_annotation::Model) -> Self {
        Self(row)
    }
}

/// Something that somebody marked on a picture: kept beside it, the picture stays as it is. Everybody who may read the
/// message may read it; it goes with the message.
#[Object(crate = "crate::graphql::executor")]
impl Annotation {
    /// The id, `ann_…`.
    async fn id(&self) -> ID {
        self.0.id.public()
    }

    /// What is marked, and where. Null only when a newer version of the server made it.
    async fn shape(&self) -> Option<AnnotationShape> {
        Shape::of(&self.0).map(Into::into)
    }

    /// What is written there, 1 to 200 characters. Null when nothing is; a text always has one.
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// Who marked it.
    async fn author(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.author_id).await
    }

    /// When it was marked.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// Whether the viewer may take it off now.
    async fn viewer_can_remove(&self, ctx: &Context<'_>) -> Result<Permission> {
        let (viewer, member) = (ctx.viewer()?, ctx.load(MembershipOf(self.0.conversation_id)).await?);
        Permission::of(match member {
            Some(member) => messages::service::may_remove_annotation(viewer, &member, self.0.author_id),
            None => Err(crate::access::no_longer_here()),
        })
    }
}

/// What is marked on a picture. Coordinates are parts of the upright picture, so they fit it and its thumbnail alike: 0 is
/// its left side or its top, 1 its right side or its bottom.
#[derive(Union)]
pub enum AnnotationShape {
    /// A box around something.
    Box(AnnotationBox),
    /// An arrow to something.
    Arrow(AnnotationArrow),
    /// Words at a point.
    Text(AnnotationText),
}

/// What to mark on a picture: exactly one of these. Coordinates are parts of the upright picture: 0 is its left side or its
/// top, 1 its right side or its bottom.
#[derive(Clone, Copy, Debug, OneofObject)]
pub enum AnnotationShapeInput {
    /// A box around something.
    Box(AnnotationBox),
    /// An arrow to something.
    Arrow(AnnotationArrow),
    /// Words at a point; they are the label.
    Text(AnnotationText),
}

/// A box around something.
#[derive(Clone, Copy, Debug, SimpleObject, InputObject)]
#[graphql(input_name = "AnnotationBoxInput")]
pub struct AnnotationBox {
    /// Its left side, 0 to 1.
    left: f64,
    /// Its top, 0 to 1.
    top: f64,
    /// Its right side, 0 to 1; right of `left`.
    right: f64,
    /// Its bottom, 0 to 1; below `top`.
    bottom: f64,
}

/// An arrow to something.
#[derive(Clone, Copy, Debug, SimpleObject, InputObject)]
#[graphql(input_name = "AnnotationArrowInput")]
pub struct AnnotationArrow {
    /// Where it begins, from the left, 0 to 1.
    from_x: f64,
    /// Where it begins, from the top, 0 to 1.
    from_y: f64,
    /// Where it points, from the left, 0 to 1.
    to_x: f64,
    /// Where it points, from the top, 0 to 1.
    to_y: f64,
}

/// Words at a point; they are the label.
#[derive(Clone, Copy, Debug, SimpleObject, InputObject)]
#[graphql(input_name = "AnnotationTextInput")]
pub struct AnnotationText {
    /// Where they stand, from the left, 0 to 1.
    x: f64,
    /// Where they stand, from the top, 0 to 1.
    y: f64,
}

impl From<AnnotationShapeInput> for Shape {
    fn from(input: AnnotationShapeInput) -> Self {
        match input {
            AnnotationShapeInput::Box(part) => Self::Box((part.left, part.top), (part.right, part.bottom)),
            AnnotationShapeInput::Arrow(part) => Self::Arrow((part.from_x, part.from_y), (part.to_x, part.to_y)),
            AnnotationShapeInput::Text(part) => Self::Text((part.x, part.y)),
        }
    }
}

impl From<Shape> for AnnotationShape {
    fn from(shape: Shape) -> Self {
        match shape {
            Shape::Box((left, top), (right, bottom)) => Self::Box(AnnotationBox { left, top, right, bottom }),
            Shape::Arrow((from_x, from_y), (to_x, to_y)) => Self::Arrow(AnnotationArrow { from_x, from_y, to_x, to_y }),
            Shape::Text((x, y)) => Self::Text(AnnotationText { x, y }),
        }
    }
}
