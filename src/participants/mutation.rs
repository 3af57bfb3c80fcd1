//! Coming into groups, going out of them, roles and rights.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{
        AddParticipantsInput, ChangeParticipantsPayload, LeaveConversationInput, LeaveConversationPayload,
        RemoveParticipantInput, UpdateParticipantInput,
    },
};
use crate::{
    error::Result,
    graphql::ContextExt,
    ids::{ConversationId, UserId},
};

/// The mutations about who takes part.
#[derive(Default)]
pub struct ParticipantMutation;

#[Object]
impl ParticipantMutation {
    /// Adds people to a group at once. To let them decide, invite them.
    async fn add_participants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and to which group.")] input: AddParticipantsInput,
    ) -> Result<Option<ChangeParticipantsPayload>> {
        let added = service::add(ctx.app(), ctx.viewer()?, input.parse()?).await;
        ChangeParticipantsPayload::from_outcome(added)
    }

    /// Changes the role or the rights of somebody in a group.
    async fn update_participant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and what changes.")] input: UpdateParticipantInput,
    ) -> Result<Option<ChangeParticipantsPayload>> {
        let updated = service::update(ctx.app(), ctx.viewer()?, input.parse()?).await;
        ChangeParticipantsPayload::from_outcome(updated)
    }

    /// Takes somebody else out of a group. They hear of it, and of nothing after it.
    async fn remove_participant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and from where.")] input: RemoveParticipantInput,
    ) -> Result<Option<ChangeParticipantsPayload>> {
        let (id, user) = (ConversationId::parse(&input.conversation_id)?, UserId::parse(&input.user_id)?);
        ChangeParticipantsPayload::from_outcome(service::remove(ctx.app(), ctx.viewer()?, id, user).await)
    }

    /// Leaves a group. The viewer hears nothing more of it.
    async fn leave_conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group, and who takes over.")] input: LeaveConversationInput,
    ) -> Result<Option<LeaveConversationPayload>> {
        let id = ConversationId::parse(&input.conversation_id)?;
        let successor = input.new_owner_id.map(|id| UserId::parse(&id)).transpose()?;
        LeaveConversationPayload::from_outcome(id, service::leave(ctx.app(), ctx.viewer()?, id, successor).await)
    }
}
