//! Asking, answering and taking back.

use async_graphql::{Context, Object};

use super::{
    service::{self, Answer},
    types::{
        InvitationPayload, InviteParticipantsInput, InviteParticipantsPayload, RespondToInvitationInput,
        WithdrawInvitationInput,
    },
};
use crate::{error::Result, graphql::ContextExt, ids::InvitationId};

/// The mutations about invitations.
#[derive(Default)]
pub struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Asks people to join a group.
    async fn invite_participants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, and to which group.")] input: InviteParticipantsInput,
    ) -> Result<Option<InviteParticipantsPayload>> {
        let invited = service::invite(ctx.app(), ctx.viewer()?, input.parse()?).await;
        InviteParticipantsPayload::from_outcome(invited)
    }

    /// Answers an invitation of the viewer. An answer counts once.
    async fn respond_to_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation, and the answer.")] input: RespondToInvitationInput,
    ) -> Result<Option<InvitationPayload>> {
        let id = InvitationId::parse(&input.invitation_id)?;
        let answer = if input.accept { Answer::Accept } else { Answer::Decline };
        InvitationPayload::from_outcome(service::answer(ctx.app(), ctx.viewer()?, id, answer).await)
    }

    /// Takes an invitation back that was not answered yet.
    async fn withdraw_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation.")] input: WithdrawInvitationInput,
    ) -> Result<Option<InvitationPayload>> {
        let id = InvitationId::parse(&input.invitation_id)?;
        InvitationPayload::from_outcome(service::answer(ctx.app(), ctx.viewer()?, id, Answer::Withdraw).await)
    }
}
