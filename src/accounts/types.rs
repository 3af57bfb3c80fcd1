//! What the API tells of accounts and sessions.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject, connection::Connection};

use super::service::{Credentials, NewAccount, Registered, SignIn};
use crate::{
    blocks::{Block, block_page},
    clock::Timestamp,
    entity::{
        session,
        user::{Language, Role},
    },
    error::{Result, UserError},
    graphql::{ContextExt, Cursor, PageArgs},
    messages::CardKind,
    notifications::unread_count,
    people::User,
    presence::SharesPresence,
};

/// What somebody gives to register.
#[derive(InputObject)]
pub struct RegisterInput {
    /// 3 to 32 letters, digits, dots, dashes or underscores; unique; kept in lower case.
    username: String,
    /// The mail address, up to 254 characters; unique.
    email: String,
    /// The full name, 1 to 100 characters.
    full_name: String,
    /// At least 12 characters (the clinic may ask for more or, not under 8, for fewer) and not easily guessed.
    password: String,
    /// PATIENT, STUDENT or CLINICIAN. A clinician is unverified at first; other roles are given by administrators.
    role: Role,
    /// A free title such as "Therapist", up to 100 characters.
    title: Option<String>,
    /// A field of work such as "Cardiology", up to 100 characters.
    specialization: Option<String>,
    /// Where the person works or studies, up to 200 characters.
    institution: Option<String>,
    /// In which language the server speaks to the person, in messages of `userErrors` and in mail. Without it: the one
    /// that the header `Accept-Language` of the request prefers.
    language: Option<Language>,
    /// The time zone of the person, by its IANA name such as "Europe/Paris".
    time_zone: Option<String>,
}

impl RegisterInput {
    /// The account of somebody whose program prefers this language.
    pub(super) fn account(self, preferred: Language) -> NewAccount {
        let input = self;
        NewAccount {
            username: input.username,
            email: input.email,
            full_name: input.full_name,
            password: input.password,
            role: input.role,
            title: input.title,
            specialization: input.specialization,
            institution: input.institution,
            language: input.language.unwrap_or(preferred),
            time_zone: input.time_zone,
        }
    }
}

/// What somebody gives to sign in.
#[derive(InputObject)]
pub struct LoginInput {
    /// The username or the mail address, in any case.
    pub name: String,
    /// The password.
    pub password: String,
    /// The `deviceToken` of an earlier sign-in of this person on this device, if there was one. It lets the device in
    /// also while others guess at the password. One that is no longer good does no harm.
    pub device_token: Option<String>,
}

impl From<LoginInput> for Credentials {
    fn from(LoginInput { name, password, device_token }: LoginInput) -> Self {
        Self { name, password, device_token }
    }
}

/// What a device gives to renew its session.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The refresh token of the last answer. It can be used once; a repeat within 30 seconds gets the same answer.
    pub refresh_token: String,
}

/// Which session to end.
#[derive(InputObject)]
pub struct RevokeSessionInput {
    /// The id of one of the viewer's sessions, `sess_…`.
    pub session_id: ID,
}

/// How to go on on an open socket.
#[derive(InputObject)]
pub struct RenewConnectionInput {
    /// A new access token of the same session, from `refreshSession`.
    pub access_token: String,
}

/// The answer to renewing a connection.
#[derive(SimpleObject)]
pub struct RenewConnectionPayload {
    /// When the new token ends.
    pub expires_at: Option<Timestamp>,
    /// What has to be mended first; always empty.
    pub user_errors: Vec<UserError>,
}

/// The tokens of a sign-in. Keep the refresh token where no other program can read it.
#[derive(SimpleObject)]
pub struct SessionTokens {
    /// For the header `Authorization: Bearer …` and for `connection_init` on a socket.
    access_token: String,
    /// When the access token ends; renew the session before.
    access_token_expires_at: Timestamp,
    /// To renew the session with `refreshSession`. Each is used once.
    refresh_token: String,
    /// When the session ends if it is not renewed.
    refresh_token_expires_at: Timestamp,
}

/// The answer to signing in.
#[derive(Default, SimpleObject)]
pub struct SignInPayload {
    /// The tokens of the new session. Null when `userErrors` says why not.
    tokens: Option<SessionTokens>,
    /// By which the server knows this device again. Keep it when the person signs out, and give it to `login` the next
    /// time. It is good for about a year after it was given out, for this person alone, until they change their
    /// password; by itself it signs nobody in. Null when `userErrors` says why not.
    device_token: Option<String>,
    /// The user who signed in. Null when `userErrors` says why not.
    user: Option<User>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl SignInPayload {
    pub(super) fn from_outcome(ctx: &Context<'_>, result: Result<SignIn>) -> Result<Option<Self>> {
        let (sign_in, user_errors) = crate::error::outcome(result)?;
        let Some(SignIn { user, session, access_token, access_until, refresh_token, device_token }) = sign_in else {
            return Ok(Some(Self { user_errors, ..Self::default() }));
        };
        ctx.request().signed_in.note(user.id);
        let tokens = SessionTokens {
            access_token,
            access_token_expires_at: access_until,
            refresh_token,
            refresh_token_expires_at: session.expires_at,
        };
        Ok(Some(Self {
            tokens: Some(tokens),
            device_token: Some(device_token),
            user: Some(User(Arc::new(user))),
            user_errors,
        }))
    }
}

/// How the server is to speak to the viewer. What is left out stays.
#[derive(InputObject)]
pub struct UpdateSettingsInput {
    /// The language of messages in `userErrors` and of mail.
    pub language: Option<Language>,
    /// The time zone, by its IANA name such as "Europe/Paris". Null forgets it.
    pub time_zone: MaybeUndefined<String>,
    /// Whether others are shown what the viewer has read. That a message sent as urgent was read is shown in any case. What
    /// was shown stays so; the first message read once it is shown again shows everything before it as read too.
    pub shares_read_receipts: Option<bool>,
}

/// The answer to changing settings.
#[derive(Default, SimpleObject)]
pub struct UpdateSettingsPayload {
    /// The viewer. Null when `userErrors` says why not.
    pub viewer: Option<Viewer>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// A new password for the viewer.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password they have.
    pub old_password: String,
    /// The one they want, of at least 12 characters (the clinic may ask for more or, not under 8, for fewer) and not
    /// easily guessed.
    pub new_password: String,
}

/// The answer to changing the password.
#[derive(Default, SimpleObject)]
pub struct ChangePasswordPayload {
    /// By which the server knows this device from now on; the tokens it gave out before are void. Keep it for the next
    /// `login`. Null when `userErrors` says why not.
    pub device_token: Option<String>,
    /// The viewer. Null when `userErrors` says why not.
    pub user: Option<User>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// Who forgot their password.
#[derive(InputObject)]
pub struct RequestPasswordResetInput {
    /// The mail address of the account, in any case.
    pub email: String,
}

/// The answer to asking for a new password: the same whether there is an account with the address.
#[derive(Default, SimpleObject)]
pub struct RequestPasswordResetPayload {
    /// What has to be mended first: NOT_AVAILABLE when this server sends no mail.
    pub user_errors: Vec<UserError>,
}

/// A new password for somebody who opened a mailed link.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The token from the link: what stands after `#token=`. Good for 30 minutes, once.
    pub token: String,
    /// The new password, of at least 12 characters (the clinic may ask for more or, not under 8, for fewer) and not
    /// easily guessed.
    pub new_password: String,
}

/// The answer to setting a new password.
#[derive(Default, SimpleObject)]
pub struct ResetPasswordPayload {
    /// By which the server knows this device; give it to `login`, which then lets it in also while others guess at the
    /// password. Null when `userErrors` says why not.
    pub device_token: Option<String>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// Proof that an address belongs to whoever registered with it.
#[derive(InputObject)]
pub struct ConfirmEmailInput {
    /// The token from the link: what stands after `#token=`. Good for 24 hours, once.
    pub token: String,
    /// The password that was chosen at registering. Asked for so that nobody who opens the link of somebody else's
    /// registration gets an account whose password that other knows.
    pub password: String,
}

/// The answer to registering.
#[derive(Default, SimpleObject)]
pub struct RegisterPayload {
    /// The tokens of the new session. Null when `userErrors` says why not, and when `isMailed`.
    tokens: Option<SessionTokens>,
    /// As in `SignInPayload`. Null when `userErrors` says why not, and when `isMailed`.
    device_token: Option<String>,
    /// The user who registered. Null when `userErrors` says why not, and when `isMailed`.
    user: Option<User>,
    /// Whether a mail was sent to the address instead of signing in: its link leads to `confirmEmail`, or it says that
    /// the address has an account already. Which of the two is not told here. False where this server does not ask for
    /// addresses to be confirmed.
    is_mailed: bool,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl RegisterPayload {
    pub(super) fn from_outcome(ctx: &Context<'_>, result: Result<Registered>) -> Result<Option<Self>> {
        let signed_in = match result {
            Ok(Registered::Mailed) => return Ok(Some(Self { is_mailed: true, ..Self::default() })),
            Ok(Registered::SignedIn(sign_in)) => Ok(*sign_in),
            Err(error) => Err(error),
        };
        let payload = SignInPayload::from_outcome(ctx, signed_in)?.unwrap_or_default();
        let SignInPayload { tokens, device_token, user, user_errors } = payload;
        Ok(Some(Self { tokens, device_token, user, is_mailed: false, user_errors }))
    }
}

/// The answer to ending a session.
#[derive(SimpleObject)]
pub struct EndSessionPayload {
    /// The session that ended.
    pub session_id: Option<ID>,
    /// What has to be mended first; always empty.
    pub user_errors: Vec<UserError>,
}

/// The answer to ending all other sessions.
#[derive(SimpleObject)]
pub struct EndOtherSessionsPayload {
    /// The sessions that ended, `sess_…`. Empty when there was no other.
    pub session_ids: Vec<ID>,
    /// The viewer, of whose `sessions` one is left. Null when `userErrors` says why not.
    pub viewer: Option<Viewer>,
    /// What has to be mended first; always empty.
    pub user_errors: Vec<UserError>,
}

/// A sign-in of the viewer on one device.
pub struct Session(pub session::Model);

/// A sign-in of the viewer on one device. Only its owner may see it.
#[Object(crate = "crate::graphql::executor")]
impl Session {
    /// The id, `sess_…`.
    async fn id(&self) -> ID {
        self.0.id.public()
    }

    /// The program and device, as it named itself (`User-Agent`), up to 200 characters.
    async fn device(&self) -> &str {
        &self.0.device
    }

    /// When the person signed in.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// When the session was last renewed.
    async fn last_used_at(&self) -> Timestamp {
        self.0.last_used_at
    }

    /// When it ends if it is not renewed.
    async fn expires_at(&self) -> Timestamp {
        self.0.expires_at
    }

    /// Whether it is the session that asks.
    async fn is_current(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(ctx.viewer()?.session() == self.0.id)
    }
}

/// The signed-in user.
pub struct Viewer(pub User);

impl Viewer {
    /// Who asks.
    ///
    /// # Errors
    /// UNAUTHENTICATED when they are nobody.
    pub async fn load(ctx: &Context<'_>) -> Result<Self> {
        let user = super::service::account(ctx.app(), ctx.viewer()?).await?;
        Ok(Self(User(Arc::new(user))))
    }
}

/// The signed-in user, with what only they may see.
#[Object(crate = "crate::graphql::executor")]
impl Viewer {
    /// The id of the user, `user_…`.
    async fn id(&self) -> ID {
        self.0.0.id.public()
    }

    /// The user, as others see them.
    async fn user(&self) -> &User {
        &self.0
    }

    /// In which language the server speaks to them, in messages of `userErrors` and in mail.
    async fn language(&self) -> Language {
        self.0.0.language
    }

    /// Their time zone, by its IANA name such as "Europe/Paris". Null when not given.
    async fn time_zone(&self) -> Option<&str> {
        self.0.0.time_zone.as_deref()
    }

    /// Whether others are shown what they have read.
    async fn shares_read_receipts(&self) -> bool {
        self.0.0.shares_reading
    }

    /// Whether others see when the viewer is online; who does not share it does not see it of others.
    async fn shares_presence(&self, ctx: &Context<'_>) -> Result<bool> {
        ctx.viewer()?;
        Ok(ctx.load(SharesPresence).await?.unwrap_or(true))
    }

    /// The cards that people in their role may send, where they may send at all.
    async fn sendable_cards(&self) -> Vec<CardKind> {
        CardKind::of_role(self.0.0.role)
    }

    /// How many entries of the viewer's inbox are unread: as many as `notifications` lists with `unreadOnly`. It changes
    /// with `NotificationAdded`, `NotificationsChanged` and what `unreadCountsChanged` tells.
    async fn unread_notification_count(&self, ctx: &Context<'_>) -> Result<i64> {
        unread_count(ctx).await
    }

    /// The sign-ins that still last, newest use first.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>> {
        Ok(super::service::sessions(ctx.app(), ctx.viewer()?).await?.into_iter().map(Session).collect())
    }

    /// Whom the viewer has blocked, oldest account first.
    async fn blocks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Cursor, Block>> {
        block_page(ctx, &PageArgs { first, after, last, before }).await
    }
}
