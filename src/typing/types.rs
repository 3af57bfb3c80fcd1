//! What the API takes and tells of typing.

use std::time::Duration;

use async_graphql::{ID, InputObject, SimpleObject};

use crate::{
    error::{Result, UserError, outcome},
    ids::ConversationId,
    people::User,
};

/// Where the viewer types.
#[derive(InputObject)]
pub struct SetTypingInput {
    /// The conversation, `conv_…`.
    pub conversation_id: ID,
    /// True while the viewer types, said again every few seconds; false when they stop. After 6 seconds without a word it
    /// is over by itself, and sending a message ends it too.
    #[graphql(default = true)]
    pub is_typing: bool,
}

/// The answer to saying that one types.
#[derive(SimpleObject)]
pub struct SetTypingPayload {
    /// For how many milliseconds it holds; say it again before that. Zero when the viewer has stopped. Null when
    /// `userErrors` says why not.
    expires_after_ms: Option<i32>,
    /// What keeps the viewer from writing there.
    user_errors: Vec<UserError>,
}

impl SetTypingPayload {
    pub(super) fn from_outcome(result: Result<Duration>) -> Result<Option<Self>> {
        let (lasts, user_errors) = outcome(result)?;
        let expires_after_ms = lasts.map(|lasts| i32::try_from(lasts.as_millis()).unwrap_or(i32::MAX));
        Ok(Some(Self { expires_after_ms, user_errors }))
    }
}

/// Who types in a conversation now.
#[derive(SimpleObject)]
pub struct TypingChange {
    /// The conversation.
    conversation_id: ID,
    /// Everybody who types, but the viewer; empty when nobody does.
    users: Vec<User>,
}

impl TypingChange {
    pub(super) fn of(conversation: ConversationId, users: Vec<User>) -> Self {
        Self { conversation_id: conversation.public(), users }
    }
}
