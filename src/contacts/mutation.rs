//! Asking, answering, changing and removing.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{
        RemoveContactInput, RemoveContactPayload, RequestContactInput, RequestContactPayload, RespondToContactInput,
        RespondToContactPayload, UpdateContactInput, UpdateContactPayload,
    },
};
use crate::{
    error::Result,
    graphql::ContextExt,
    ids::{ContactId, UserId},
};

/// The mutations about contacts.
#[derive(Default)]
pub struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Asks somebody to be a contact. Asking again changes nothing.
    async fn request_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: RequestContactInput,
    ) -> Result<Option<RequestContactPayload>> {
        let other = UserId::parse(&input.user_id)?;
        RequestContactPayload::from_outcome(service::request(ctx.app(), ctx.viewer()?, other).await)
    }

    /// Answers a request that the viewer received.
    async fn respond_to_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request, and the answer.")] input: RespondToContactInput,
    ) -> Result<Option<RespondToContactPayload>> {
        let id = ContactId::parse(&input.contact_id)?;
        RespondToContactPayload::from_outcome(service::respond(ctx.app(), ctx.viewer()?, id, input.accept).await)
    }

    /// Changes what the viewer calls a contact, and whether it is a favourite. Nobody else sees either.
    async fn update_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contact, and what changes.")] input: UpdateContactInput,
    ) -> Result<Option<UpdateContactPayload>> {
        let (id, nickname, favourite) = input.parse()?;
        let updated = service::update(ctx.app(), ctx.viewer()?, id, nickname, favourite).await;
        UpdateContactPayload::from_outcome(updated)
    }

    /// Removes a contact, for both; or takes a request back, or forgets one that the viewer declined.
    async fn remove_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which contact.")] input: RemoveContactInput,
    ) -> Result<Option<RemoveContactPayload>> {
        let id = ContactId::parse(&input.contact_id)?;
        RemoveContactPayload::from_outcome(service::remove(ctx.app(), ctx.viewer()?, id).await)
    }
}
