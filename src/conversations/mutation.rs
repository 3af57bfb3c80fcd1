//! Opening, changing and leaving conversations.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{
        ChangeConversationPayload, CreateGroupInput, DeleteConversationInput, DeleteConversationPayload,
        OpenConversationPayload, OpenDirectConversationInput, SetConversationStateInput, UpdateConversationInput,
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
    /// Opens the direct conversation with somebody, or gives the one there is. With `externalRef` a button on the page
    /// of an appointment needs this one call, each time.
    async fn open_direct_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "With whom.")] input: OpenDirectConversationInput,
    ) -> Result<Option<OpenConversationPayload>> {
        let other = UserId::parse(&input.user_id)?;
        let reference = input.external_ref.map(Into::into);
        OpenConversationPayload::from_outcome(
            service::open_direct(ctx.app(), ctx.viewer()?, other, input.purpose, reference).await,
        )
    }

    /// Makes a group with the viewer as its owner. With `externalRef` it gives the one there is for the same thing.
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group.")] input: CreateGroupInput,
    ) -> Result<Option<OpenConversationPayload>> {
        OpenConversationPayload::from_outcome(service::create_group(ctx.app(), ctx.viewer()?, input.parse()?).await)
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

    /// Changes the name of a group, or the description, the purpose or the tags of a conversation.
    async fn update_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation and what changes.")] input: UpdateConversationInput,
    ) -> Result<Option<ChangeConversationPayload>> {
        let (id, details) = input.parse()?;
        ChangeConversationPayload::from_outcome(service::update(ctx.app(), ctx.viewer()?, id, details).await)
    }
    /// Takes a conversation away from everybody in it, whoever takes part; what was said stays in the record of the
    /// clinic. For administrators; FORBIDDEN for others.
    async fn delete_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, and why.")] input: DeleteConversationInput,
    ) -> Result<Option<DeleteConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id)?;
        DeleteConversationPayload::from_outcome(service::delete(ctx.app(), ctx.viewer()?, id, &input.reason).await)
    }
}
