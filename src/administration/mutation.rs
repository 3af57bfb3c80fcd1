//! What administrators change.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::{
    service,
    types::{
        CreateServiceAccountInput, CreateServiceAccountPayload, CreateServiceTokenInput, CreateServiceTokenPayload,
        DisableUserInput, DisableUserPayload, EnableUserInput, EnableUserPayload, RevokeServiceTokenInput,
        RevokeServiceTokenPayload, ServiceAccount, ServiceToken,
    },
};
use crate::{
    error::{self, Result},
    graphql::ContextExt,
    ids::{SessionId, UserId},
    people::User,
};

/// The mutations of administrators.
#[derive(Default)]
pub struct AdministrationMutation;

#[Object]
impl AdministrationMutation {
    /// Disables an account: its sessions, tokens and streams end within a second, nobody can sign in to it, and nobody
    /// can begin to talk to the person or write to them alone. What they wrote stays. Only for administrators.
    async fn disable_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose account, and who takes over.")] input: DisableUserInput,
    ) -> Result<Option<DisableUserPayload>> {
        let viewer = ctx.viewer()?;
        let (id, hand_over) = input.read()?;
        let (user, user_errors) = error::outcome(service::disable(ctx.app(), viewer, id, hand_over).await)?;
        Ok(Some(DisableUserPayload { user: user.map(|row| User(Arc::new(row))), user_errors }))
    }

    /// Enables a disabled account: its owner can sign in again with the password they had. What was handed over stays
    /// with whoever took over. Only for administrators.
    async fn enable_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose account.")] input: EnableUserInput,
    ) -> Result<Option<EnableUserPayload>> {
        let viewer = ctx.viewer()?;
        let (user, user_errors) = error::outcome(service::enable(ctx.app(), viewer, UserId::parse(&input.id)?).await)?;
        Ok(Some(EnableUserPayload { user: user.map(|row| User(Arc::new(row))), user_errors }))
    }

    /// Makes the account of a program, such as one that sends reminders. Nobody can sign in to it: it works with tokens
    /// of `createServiceToken`. Only for administrators.
    async fn create_service_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the program is.")] input: CreateServiceAccountInput,
    ) -> Result<Option<CreateServiceAccountPayload>> {
        let made = service::create_account(ctx.app(), ctx.viewer()?, input.into()).await;
        let (account, user_errors) = error::outcome(made)?;
        Ok(Some(CreateServiceAccountPayload { account: account.map(ServiceAccount::of), user_errors }))
    }

    /// Makes a token of a program, which works like a person's access token, within its scopes, over HTTP, server-sent
    /// events and WebSocket. Only for administrators.
    async fn create_service_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose, for what, and until when.")] input: CreateServiceTokenInput,
    ) -> Result<Option<CreateServiceTokenPayload>> {
        let viewer = ctx.viewer()?;
        let made = service::create_token(ctx.app(), viewer, input.try_into()?).await;
        let (made, user_errors) = error::outcome(made)?;
        let (service_token, token) = made.unzip();
        Ok(Some(CreateServiceTokenPayload { token, service_token: service_token.map(ServiceToken), user_errors }))
    }

    /// Ends a token of a program. Its streams end within a second. Only for administrators.
    async fn revoke_service_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RevokeServiceTokenInput,
    ) -> Result<Option<RevokeServiceTokenPayload>> {
        let viewer = ctx.viewer()?;
        let ended = service::revoke_token(ctx.app(), viewer, SessionId::parse(&input.token_id)?).await?;
        Ok(Some(RevokeServiceTokenPayload { token_id: Some(ended.public()), user_errors: Vec::new() }))
    }
}
