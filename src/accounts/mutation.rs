//! Registering, signing in and out.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::{
    service,
    types::{
        EndSessionPayload, LoginInput, RefreshSessionInput, RegisterInput, RenewConnectionInput,
        RenewConnectionPayload, RevokeSessionInput, SignInPayload,
    },
};
use crate::{
    error::{Error, Result},
    graphql::ContextExt,
    ids::SessionId,
};

/// The mutations of accounts and sessions.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Makes an account and signs in. Needs no token. Rate limited by network address.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who registers.")] input: RegisterInput,
    ) -> Result<Option<SignInPayload>> {
        ctx.app().rates.registration(ctx.request().address)?;
        SignInPayload::from_outcome(ctx, service::register(ctx.app(), input.into(), &ctx.request().device).await)
    }

    /// Signs in by username or mail address. Needs no token. The answer never tells whether an account exists. After
    /// too many wrong passwords under a name it is refused for some minutes, but not to a device that gives the
    /// `deviceToken` of an earlier sign-in.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: LoginInput,
    ) -> Result<Option<SignInPayload>> {
        SignInPayload::from_outcome(
            ctx,
            service::login(ctx.app(), input.into(), ctx.request().address, &ctx.request().device).await,
        )
    }

    /// Renews a session: a new access token and a new refresh token. Needs no access token. A refresh token that is
    /// used again later than 30 seconds after its use ends the whole session, because somebody may have copied it.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token.")] input: RefreshSessionInput,
    ) -> Result<Option<SignInPayload>> {
        SignInPayload::from_outcome(ctx, service::refresh(ctx.app(), &input.refresh_token).await)
    }

    /// Goes on with a new access token on an open socket, so that its streams do not end with the old one. Only over
    /// WebSocket; the token must be of the same session.
    async fn renew_connection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new token.")] input: RenewConnectionInput,
    ) -> Result<Option<RenewConnectionPayload>> {
        if !ctx.request().is_socket {
            ctx.viewer()?;
            return Err(Error::bad_input(
                "Only an open socket can be renewed: over HTTP send the new token with the next request.",
            ));
        }
        let viewer = ctx.app().recognition.recognise(&input.access_token).await?;
        ctx.request().connection.renew(Arc::clone(&viewer))?;
        Ok(Some(RenewConnectionPayload { expires_at: Some(viewer.until()), user_errors: Vec::new() }))
    }

    /// Ends the session that asks. Its tokens and streams end at once.
    async fn logout(&self, ctx: &Context<'_>) -> Result<Option<EndSessionPayload>> {
        let viewer = ctx.viewer()?;
        let ended = service::end_session(ctx.app(), viewer, viewer.session()).await?;
        Ok(Some(EndSessionPayload { session_id: Some(ended.public()), user_errors: Vec::new() }))
    }

    /// Ends one of the viewer's sessions, for instance on a lost phone. Its tokens and streams end within a second.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: RevokeSessionInput,
    ) -> Result<Option<EndSessionPayload>> {
        let ended = service::end_session(ctx.app(), ctx.viewer()?, SessionId::parse(&input.session_id)?).await?;
        Ok(Some(EndSessionPayload { session_id: Some(ended.public()), user_errors: Vec::new() }))
    }
}
