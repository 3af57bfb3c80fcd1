//! What a message is made of besides its text: reactions, earlier texts, and what a line of the server tells.

use async_graphql::{Context, Object};

use super::users;
use crate::{
    clock::Timestamp,
    entity::message_version,
    error::Result,
    graphql::ContextExt,
    messages::service::Reacted,
    people::User,
    timeline::{Note, NoteKind},
};

/// The people who put one emoji on a message.
pub struct Reaction(pub(super) Reacted);

/// One emoji on a message. Everybody who may read the message may read it.
#[Object(crate = "crate::graphql::executor")]
impl Reaction {
    /// The emoji.
    async fn emoji(&self) -> &str {
        &self.0.emoji
    }

    /// How many people put it.
    async fn count(&self) -> usize {
        self.0.users.len()
    }

    /// Whether the viewer did.
    async fn viewer_has_reacted(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.0.users.contains(&ctx.viewer()?.id()))
    }

    /// Who did, the first of them, in the order they came; up to 10.
    async fn users(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
        const TOLD: usize = 10;
        users(ctx, &self.0.users[..self.0.users.len().min(TOLD)]).await
    }

    /// When the first did.
    async fn since(&self) -> Timestamp {
        self.0.since
    }
}

/// A text a message had before an edit.
pub struct MessageVersion(pub(super) message_version::Model);

/// A text a message had before an edit. Whoever may read the message may read it.
#[Object(crate = "crate::graphql::executor")]
impl MessageVersion {
    /// 1 for the text as first sent.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The text it had.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// When that text was written.
    async fn written_at(&self) -> Timestamp {
        self.0.written_at
    }
}

/// What a line of the server tells.
pub struct SystemMessage(pub(super) Note);

/// What a line of the server tells, for clients to phrase. The sender of the message is who did it.
#[Object(crate = "crate::graphql::executor")]
impl SystemMessage {
    /// What happened.
    async fn what(&self) -> NoteKind {
        self.0.what
    }

    /// Whom it happened to, up to 250 people. Empty when it is about the conversation.
    async fn whom(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
        users(ctx, &self.0.whom).await
    }

    /// What was before: a name, or the value of an enum such as `ACTIVE`. Null when nothing was.
    async fn old(&self) -> Option<&str> {
        self.0.old.as_deref()
    }

    /// What is now, in the same form. Null when nothing is.
    async fn new(&self) -> Option<&str> {
        self.0.new.as_deref()
    }
}
