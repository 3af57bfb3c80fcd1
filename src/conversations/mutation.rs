//! Opening, changing and leaving conversations.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{
        ChangeConversationPayload, CreateGroupInput, LeaveConversationInput, LeaveConversationPayload,
        OpenConversationPayload, OpenDirectConversationInput, RemoveParticipantInput, SetConversationStateInput,
    },
};
use crate::{
    error::Result,
    graphql::ContextExt,
    ids::{ConversationId, UserId},
};

/// The mutations of conversations.
#[derive(Default)]
pub struct ConversationMutation;

#[Object]
impl ConversationMutation {
    /// Opens the direct conversation with somebody, or gives the one there is.
    async fn open_direct_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With whom.")] input: OpenDirectConversationInput,
    ) -> Result<Option<OpenConversationPayload>> {
        let other = UserId::parse(&input.user_id)?;
        OpenConversationPayload::from_outcome(
            service::open_direct(ctx.app(), ctx.viewer()?, other, input.purpose).await,
        )
    }

    /// Makes a group with the viewer as its owner.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: CreateGroupInput,
    ) -> Result<Option<OpenConversationPayload>> {
        let created = service::create_group(ctx.app(), ctx.viewer()?, input.parse()?).await;
        OpenConversationPayload::from_outcome(created.map(|(member, replayed)| (member, !replayed)))
    }

    /// Archives a conversation, closes it for good, or makes an archived one active again.
    async fn set_conversation_state(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation and its new state.")] input: SetConversationStateInput,
    ) -> Result<Option<ChangeConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id)?;
        ChangeConversationPayload::from_outcome(service::set_state(ctx.app(), ctx.viewer()?, id, input.state).await)
    }

    /// Takes somebody else out of a group. They hear of it, and of nothing after it.
    async fn remove_participant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and from where.")] input: RemoveParticipantInput,
    ) -> Result<Option<ChangeConversationPayload>> {
        let (id, user) = (ConversationId::parse(&input.conversation_id)?, UserId::parse(&input.user_id)?);
        ChangeConversationPayload::from_outcome(service::remove_participant(ctx.app(), ctx.viewer()?, id, user).await)
    }

    /// Leaves a group. The viewer hears nothing more of it.
    async fn leave_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: LeaveConversationInput,
    ) -> Result<Option<LeaveConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id)?;
        LeaveConversationPayload::from_outcome(id, service::leave(ctx.app(), ctx.viewer()?, id).await)
    }
}
