//! What the API takes and tells of preferences.

use async_graphql::{ID, InputObject, MaybeUndefined, SimpleObject};

use super::service::Changes;
use crate::{
    access::Membership,
    clock::Timestamp,
    conversations::Conversation,
    entity::participant::NotificationLevel,
    error::{Result, UserError, outcome},
    ids::ConversationId,
};

/// What to be told of.
#[derive(InputObject)]
pub struct SetNotificationLevelInput {
    /// The conversation, `conv_…`.
    conversation_id: ID,
    /// Which new messages the viewer is told of. Left out, it stays.
    level: Option<NotificationLevel>,
    /// Until when nothing but urgent messages rings, at most a year from now: what the viewer is told of is silent, see
    /// `Notification.isSilent`. Null ends the quiet. Left out, it stays.
    quiet_until: MaybeUndefined<Timestamp>,
}

impl SetNotificationLevelInput {
    pub(super) fn parse(self) -> Result<(ConversationId, Changes)> {
        let quiet_until = self.quiet_until.as_opt_ref().map(|until| until.copied());
        Ok((ConversationId::parse(&self.conversation_id)?, Changes { level: self.level, quiet_until, archived: None }))
    }
}

/// What to put away or take back.
#[derive(InputObject)]
pub struct ArchiveForMeInput {
    /// The conversation, `conv_…`.
    pub conversation_id: ID,
    /// True puts it away, false takes it back.
    pub archived: bool,
}

/// The answer to setting something for oneself.
#[derive(SimpleObject)]
pub struct SetPreferencePayload {
    /// The conversation as it is now. Null when `userErrors` says why not.
    conversation: Option<Conversation>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl SetPreferencePayload {
    pub(super) fn from_outcome(result: Result<Membership>) -> Result<Option<Self>> {
        let (member, user_errors) = outcome(result)?;
        Ok(Some(Self { conversation: member.map(Conversation), user_errors }))
    }
}
