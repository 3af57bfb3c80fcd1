//! What the API tells of the work of administrators.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    loader::TokensOf,
    service::{HandOver, NewProgram, NewToken, Token},
};
use crate::{
    clock::Timestamp,
    entity::user::{self, Role},
    error::{Result, UserError},
    graphql::ContextExt,
    ids::UserId,
    people::User,
    scopes::Scope,
};

/// Whose account to disable, and who takes over.
#[derive(InputObject)]
pub struct DisableUserInput {
    /// Whose, `user_…`; not one's own.
    id: ID,
    /// Who takes over what the person takes part in, `user_…`. In groups they take the person's place and role. Each
    /// direct conversation is closed, and one of theirs with the other person is opened. Where the rules of the clinic do
    /// not let them, everything stays as it is. Without it nothing is handed over; it can be asked for later.
    hand_over_to: Option<ID>,
    /// Whether they see the messages from before in groups. In direct conversations they never do.
    #[graphql(default)]
    sees_history: bool,
}

impl DisableUserInput {
    /// Whose account, and who takes over.
    pub(super) fn read(self) -> Result<(UserId, Option<HandOver>)> {
        let to = self.hand_over_to.map(|id| UserId::parse(&id)).transpose()?;
        Ok((UserId::parse(&self.id)?, to.map(|to| HandOver { to, sees_history: self.sees_history })))
    }
}

/// Whose account to enable.
#[derive(InputObject)]
pub struct EnableUserInput {
    /// Whose, `user_…`.
    pub id: ID,
}

/// The answer to disabling an account.
#[derive(Default, SimpleObject)]
pub struct DisableUserPayload {
    /// The person. Handing over goes on after this answer. Null when `userErrors` says why not.
    pub user: Option<User>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// The answer to enabling an account.
#[derive(Default, SimpleObject)]
pub struct EnableUserPayload {
    /// The person, who can sign in again. Null when `userErrors` says why not.
    pub user: Option<User>,
    /// What has to be mended first; always empty.
    pub user_errors: Vec<UserError>,
}

/// The account of a program.
pub struct ServiceAccount(User);

impl ServiceAccount {
    /// The account of a row.
    pub(super) fn of(row: user::Model) -> Self {
        Self(User(Arc::new(row)))
    }
}

/// The account of a program. Only administrators may see it as such; others meet it as a user.
#[Object(crate = "crate::graphql::executor")]
impl ServiceAccount {
    /// The id of the user, `user_…`.
    async fn id(&self) -> ID {
        self.0.0.id.public()
    }

    /// The program, as people meet it.
    async fn user(&self) -> &User {
        &self.0
    }

    /// Its tokens that are still good, newest first.
    async fn tokens(&self, ctx: &Context<'_>) -> Result<Vec<ServiceToken>> {
        let tokens = ctx.load(TokensOf(self.0.0.id)).await?.unwrap_or_default();
        Ok(tokens.into_iter().map(ServiceToken).collect())
    }
}

/// A token of a program.
pub struct ServiceToken(pub Token);

/// A token of a program, without its secret. Only administrators may see it.
#[Object(crate = "crate::graphql::executor")]
impl ServiceToken {
    /// The id, `sess_…`: a token is a session of its account.
    async fn id(&self) -> ID {
        self.0.session.id.public()
    }

    /// What it is for, up to 100 characters.
    async fn name(&self) -> &str {
        &self.0.session.device
    }

    /// What it may be used for.
    async fn scopes(&self) -> Vec<Scope> {
        self.0.scopes.list()
    }

    /// When it was made.
    async fn created_at(&self) -> Timestamp {
        self.0.session.created_at
    }

    /// When it ends.
    async fn expires_at(&self) -> Timestamp {
        self.0.session.expires_at
    }
}

/// What an administrator gives to make the account of a program.
#[derive(InputObject)]
pub struct CreateServiceAccountInput {
    /// 3 to 32 letters, digits, dots, dashes or underscores; unique among people and programs.
    username: String,
    /// The name that people see, 1 to 100 characters.
    full_name: String,
    /// What the program is to the clinic, which decides whom it may talk to; not ADMIN.
    #[graphql(default_with = "Role::Staff")]
    role: Role,
    /// A free title such as "Appointment reminders", up to 100 characters.
    title: Option<String>,
}

impl From<CreateServiceAccountInput> for NewProgram {
    fn from(CreateServiceAccountInput { username, full_name, role, title }: CreateServiceAccountInput) -> Self {
        Self { username, full_name, role, title }
    }
}

/// The answer to making the account of a program.
#[derive(Default, SimpleObject)]
pub struct CreateServiceAccountPayload {
    /// The account. Null when `userErrors` says why not.
    pub account: Option<ServiceAccount>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// What an administrator gives to make a token of a program.
#[derive(InputObject)]
pub struct CreateServiceTokenInput {
    /// Whose, `user_…`: the id of a service account.
    account_id: ID,
    /// What it is for, 1 to 100 characters.
    name: String,
    /// What it may be used for; at least one.
    scopes: Vec<Scope>,
    /// When it ends: in the future, within 366 days.
    expires_at: Timestamp,
}

impl TryFrom<CreateServiceTokenInput> for NewToken {
    type Error = crate::error::Error;

    fn try_from(input: CreateServiceTokenInput) -> Result<Self> {
        let CreateServiceTokenInput { account_id, name, scopes, expires_at } = input;
        Ok(Self { account: UserId::parse(&account_id)?, name, scopes, expires_at })
    }
}

/// The answer to making a token.
#[derive(Default, SimpleObject)]
pub struct CreateServiceTokenPayload {
    /// The token itself, `bsvc_…`, for the header `Authorization: Bearer …` and for `connection_init` on a socket. Shown
    /// this once; only its hash is kept. Null when `userErrors` says why not.
    pub token: Option<String>,
    /// What is known of it from now on. Null when `userErrors` says why not.
    pub service_token: Option<ServiceToken>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// Which token to end.
#[derive(InputObject)]
pub struct RevokeServiceTokenInput {
    /// The id of a service token, `sess_…`.
    pub token_id: ID,
}

/// The answer to ending a token.
#[derive(Default, SimpleObject)]
pub struct RevokeServiceTokenPayload {
    /// The token that ended.
    pub token_id: Option<ID>,
    /// What has to be mended first; always empty.
    pub user_errors: Vec<UserError>,
}
