//! Setting things for oneself in a conversation.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{ArchiveForMeInput, SetNotificationLevelInput, SetPreferencePayload},
};
use crate::{error::Result, graphql::ContextExt, ids::ConversationId};

/// The mutations of preferences.
#[derive(Default)]
pub struct PreferenceMutation;

#[Object]
impl PreferenceMutation {
    /// Sets which new messages of a conversation the viewer is told of, and until when none.
    async fn set_notification_level(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation and what changes.")] input: SetNotificationLevelInput,
    ) -> Result<Option<SetPreferencePayload>> {
        let (id, changes) = input.parse()?;
        SetPreferencePayload::from_outcome(service::set(ctx.app(), ctx.viewer()?, id, changes).await)
    }

    /// Puts a conversation away for the viewer alone, or takes it back. New activity takes it back too.
    async fn archive_for_me(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation.")] input: ArchiveForMeInput,
    ) -> Result<Option<SetPreferencePayload>> {
        let id = ConversationId::parse(&input.conversation_id)?;
        let changes = service::Changes { archived: Some(input.archived), ..service::Changes::default() };
        SetPreferencePayload::from_outcome(service::set(ctx.app(), ctx.viewer()?, id, changes).await)
    }
}
