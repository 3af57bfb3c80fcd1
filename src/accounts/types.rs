//! What the API tells of accounts and sessions.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject, connection::Connection};

use super::service::{Credentials, NewAccount, SignIn};
use crate::{
    blocks::{Block, block_page},
    clock::Timestamp,
    entity::{session, user::Role},
    error::{Result, UserError},
    graphql::{ContextExt, PageArgs},
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
}

impl From<RegisterInput> for NewAccount {
    fn from(input: RegisterInput) -> Self {
        let RegisterInput { username, email, full_name, password, role, title, specialization, institution } = input;
        Self { username, email, full_name, password, role, title, specialization, institution }
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

/// The answer to ending a session.
#[derive(SimpleObject)]
pub struct EndSessionPayload {
    /// The session that ended.
    pub session_id: Option<ID>,
    /// What has to be mended first; always empty.
    pub user_errors: Vec<UserError>,
}

/// A sign-in of the viewer on one device.
pub struct Session(pub session::Model);

/// A sign-in of the viewer on one device. Only its owner may see it.
#[Object]
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

/// The signed-in user, with what only they may see.
#[Object]
impl Viewer {
    /// The id of the user, `user_…`.
    async fn id(&self) -> ID {
        self.0.0.id.public()
    }

    /// The user, as others see them.
    async fn user(&self) -> &User {
        &self.0
    }

    /// Whether others see when the viewer is online; who does not share it does not see it of others.
    async fn shares_presence(&self, ctx: &Context<'_>) -> Result<bool> {
        ctx.viewer()?;
        Ok(ctx.load(SharesPresence).await?.unwrap_or(true))
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
    ) -> Result<Connection<String, Block>> {
        block_page(ctx, &PageArgs { first, after, last, before }).await
    }
}
