//! Registering, signing in and out.

use std::sync::Arc;

use async_graphql::{Context, MaybeUndefined, Object};

use super::{
    service,
    types::{
        ChangePasswordInput, ChangePasswordPayload, ConfirmEmailInput, EndOtherSessionsPayload, EndSessionPayload,
        LoginInput, RefreshSessionInput, RegisterInput, RegisterPayload, RenewConnectionInput, RenewConnectionPayload,
        RequestPasswordResetInput, RequestPasswordResetPayload, ResetPasswordInput, ResetPasswordPayload,
        RevokeSessionInput, SignInPayload, UpdateSettingsInput, UpdateSettingsPayload, Viewer,
    },
};
use crate::{
    error::{self, Error, Result},
    graphql::ContextExt,
    ids::SessionId,
    people::User,
};

/// The mutations of accounts and sessions.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Makes an account and signs in. Needs no token. Rate limited by network address. Where the clinic has addresses
    /// confirmed, a mail is sent instead: it leads to `confirmEmail`, or says that the address has an account already,
    /// and the answer is the same for both. That a username is taken is told.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who registers.")] input: RegisterInput,
    ) -> Result<Option<RegisterPayload>> {
        ctx.app().rates.registration(ctx.request().address)?;
        let new = input.account(ctx.request().language);
        RegisterPayload::from_outcome(ctx, service::register(ctx.app(), new, &ctx.request().device).await)
    }

    /// Makes the account of somebody who registered and opened the mailed link, and signs in. Needs no token. Rate
    /// limited by network address.
    async fn confirm_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the link holds, and the password.")] input: ConfirmEmailInput,
    ) -> Result<Option<SignInPayload>> {
        ctx.app().rates.registration(ctx.request().address)?;
        let ConfirmEmailInput { token, password } = input;
        let confirmed = service::confirm_email(ctx.app(), &token, password, &ctx.request().device).await;
        SignInPayload::from_outcome(ctx, confirmed)
    }

    /// Mails somebody who forgot the password a link that is good for 30 minutes, once. Needs no token. The answer is
    /// the same whether there is such an account, and an address gets three such mails an hour at most. Rate limited by
    /// network address.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose password.")] input: RequestPasswordResetInput,
    ) -> Result<Option<RequestPasswordResetPayload>> {
        ctx.app().rates.reset(ctx.request().address)?;
        let (_, user_errors) = error::outcome(service::request_password_reset(ctx.app(), &input.email).await)?;
        Ok(Some(RequestPasswordResetPayload { user_errors }))
    }

    /// Sets a new password with the token of a mailed link. Needs no access token. Every session of the account ends
    /// within a second; sign in with the new password then. Rate limited by network address.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the link holds, and the new password.")] input: ResetPasswordInput,
    ) -> Result<Option<ResetPasswordPayload>> {
        ctx.app().rates.reset(ctx.request().address)?;
        let reset = service::reset_password(ctx.app(), &input.token, input.new_password).await;
        let (device_token, user_errors) = error::outcome(reset)?;
        Ok(Some(ResetPasswordPayload { device_token, user_errors }))
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

    /// Gives the viewer a new password. All their other sessions end within a second, this one goes on. After too many
    /// wrong old passwords it is refused for some minutes.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old password and the new one.")] input: ChangePasswordInput,
    ) -> Result<Option<ChangePasswordPayload>> {
        let ChangePasswordInput { old_password, new_password } = input;
        let changed = service::change_password(ctx.app(), ctx.viewer()?, old_password, new_password).await;
        let (changed, user_errors) = error::outcome(changed)?;
        let (user, device_token) = changed.unzip();
        let user = user.map(|user| User(Arc::new(user)));
        Ok(Some(ChangePasswordPayload { device_token, user, user_errors }))
    }

    /// Changes the settings of the viewer: language, time zone, and what others are shown. Only people have them.
    async fn update_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateSettingsInput,
    ) -> Result<Option<UpdateSettingsPayload>> {
        let time_zone = match input.time_zone {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(name) => Some(Some(name)),
        };
        let settings =
            service::Settings { language: input.language, time_zone, shares_reading: input.shares_read_receipts };
        let (user, user_errors) = error::outcome(service::update_settings(ctx.app(), ctx.viewer()?, settings).await)?;
        let viewer = user.map(|user| Viewer(User(Arc::new(user))));
        Ok(Some(UpdateSettingsPayload { viewer, user_errors }))
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

    /// Ends all of the viewer's sessions but the one that asks. Their tokens and streams end within a second.
    async fn end_other_sessions(&self, ctx: &Context<'_>) -> Result<Option<EndOtherSessionsPayload>> {
        let ended = service::end_other_sessions(ctx.app(), ctx.viewer()?).await?;
        let session_ids = ended.into_iter().map(SessionId::public).collect();
        let viewer = Some(Viewer::load(ctx).await?);
        Ok(Some(EndOtherSessionsPayload { session_ids, viewer, user_errors: Vec::new() }))
    }
}
