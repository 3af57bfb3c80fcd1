//! The one error type, and the two ways it reaches a client.
//!
//! What the person can mend is [`Error::Invalid`] and becomes `userErrors` in the payload; everything else becomes a
//! GraphQL error with `extensions.code`. `Error` has no `Display` on purpose: async-graphql shows any error that has
//! one to the client, word for word.

use std::{borrow::Cow, sync::Arc, time::Duration};

use async_graphql::{ComplexObject, Context, Enum, ErrorExtensionValues, SimpleObject};
use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::{clock::seconds, graphql::ContextExt};

/// The header that names a request. What is not the client's fault repeats it in `extensions.requestId`, and the lines
/// of the log about it have it too: with the id somebody can ask what happened.
pub const REQUEST_ID: &str = "x-request-id";

/// Whether an error with this code is no fault of the client.
pub fn is_our_fault(code: &str) -> bool {
    matches!(code, "INTERNAL" | "UNAVAILABLE" | "TIMEOUT")
}

/// The result of anything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Clone, Debug)]
pub enum Error {
    /// The person can mend it: becomes `userErrors` in the payload.
    Invalid(Vec<UserError>),
    /// Not signed in, or the token is not ours.
    Unauthenticated,
    /// The access token's time is over.
    TokenExpired,
    /// The session was ended.
    SessionRevoked,
    /// The viewer no longer takes part in the conversation.
    AccessEnded,
    /// Only administrators may.
    Forbidden,
    /// There is no such thing, or the viewer may not know of it.
    NotFound,
    /// A malformed id, page, cursor or value. The text is shown to the client.
    BadUserInput(String),
    /// The same `clientId` with other content.
    Conflict,
    /// Too many requests; try again after this time.
    RateLimited(Duration),
    /// The request cannot be served now; try again after this time.
    Unavailable(&'static str, Duration),
    /// Our fault. The cause goes to the log, never to the client.
    Internal(Arc<anyhow::Error>),
}

impl Error {
    /// A malformed value, with a sentence that says what to give instead.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadUserInput(message.into())
    }

    /// Something the person can mend.
    pub fn invalid(code: UserErrorCode, field: &[&str], message: impl Into<String>) -> Self {
        Self::Invalid(vec![UserError {
            code,
            field: field.iter().map(ToString::to_string).collect(),
            message: message.into(),
        }])
    }

    /// A failure of our own.
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::Internal(Arc::new(cause.into()))
    }

    /// The code in `extensions.code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) | Self::BadUserInput(_) => "BAD_USER_INPUT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::TokenExpired => "TOKEN_EXPIRED",
            Self::SessionRevoked => "SESSION_REVOKED",
            Self::AccessEnded => "ACCESS_ENDED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::RateLimited(_) => "RATE_LIMITED",
            Self::Unavailable(..) => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// The sentence shown to the client.
    pub fn message(&self) -> String {
        match self {
            Self::Invalid(errors) => errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" "),
            Self::BadUserInput(message) => message.clone(),
            Self::Unauthenticated => "Please sign in.".into(),
            Self::TokenExpired => "Your sign-in needs renewing: refresh the session and try again.".into(),
            Self::SessionRevoked => "This session was ended. Please sign in again.".into(),
            Self::AccessEnded => "You no longer take part in this conversation.".into(),
            Self::Forbidden => "Only administrators may do this.".into(),
            Self::NotFound => "Not found.".into(),
            Self::Conflict => "This clientId was already used for something else. Use a new one.".into(),
            Self::RateLimited(after) => format!("Too many requests. Try again in {} seconds.", seconds(*after)),
            Self::Unavailable(message, _) => (*message).into(),
            Self::Internal(_) => "Something went wrong on our side. Please try again.".into(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(after) | Self::Unavailable(_, after) => Some(*after),
            _ => None,
        }
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_passing(&error) {
            tracing::warn!(%error, "the database could not answer now");
            return Self::Unavailable("The service is busy. Please try again.", Duration::from_secs(1));
        }
        Self::internal(error)
    }
}

/// Whether a failure of the database passes by itself: no connection, a lock, a statement or a transaction that took too
/// long, a server that stops or starts (PostgreSQL error codes, appendix A: classes 08, 53 and 57, 55P03, 25P03 and
/// 25P04); a file that is busy or a disk that is full (SQLite result codes 5 and 13).
fn is_passing(error: &DbErr) -> bool {
    if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    match (cause(error), sql_state(error)) {
        (_, Some(state)) => {
            ["08", "53", "57"].iter().any(|class| state.starts_with(class) && state.len() == 5)
                || ["55P03", "25P03", "25P04", "5", "13"].contains(&state.as_str())
        }
        (Some(cause), None) => matches!(
            cause,
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed
        ),
        (None, None) => false,
    }
}

fn cause(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(cause))
        | DbErr::Query(RuntimeErr::SqlxError(cause))
        | DbErr::Conn(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// The database's own code for an error.
pub fn sql_state(error: &DbErr) -> Option<String> {
    cause(error)?.as_database_error()?.code().map(Cow::into_owned)
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        if let Error::Internal(cause) = &error {
            tracing::error!(cause = format!("{cause:#}"), "a request failed");
        }
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code());
        if let Some(after) = error.retry_after() {
            extensions.set("retryAfter", seconds(after));
        }
        Self { message: error.message(), source: None, extensions: Some(extensions) }
    }
}

/// Splits an outcome as payloads need it: what the person can mend stays in the payload, the rest goes up.
///
/// # Errors
/// Every error but [`Error::Invalid`].
pub fn outcome<T>(result: Result<T>) -> Result<(Option<T>, Vec<UserError>)> {
    match result {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(Error::Invalid(errors)) => Ok((None, errors)),
        Err(error) => Err(error),
    }
}

/// Something the person can mend before trying again. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(complex)]
pub struct UserError {
    /// What is wrong, for programs.
    pub code: UserErrorCode,
    /// Where in the input, from the outside in, for instance `["input", "text"]`; empty when it is about the whole.
    pub field: Vec<String>,
    /// What is wrong and what to do, in English.
    #[graphql(skip)]
    pub message: String,
}

#[ComplexObject]
impl UserError {
    /// What is wrong and what to do, in plain words for the person and in the language of their account; before they
    /// are signed in, in the one that `Accept-Language` prefers. English or French.
    async fn message(&self, ctx: &Context<'_>) -> String {
        ctx.request().language.say(&self.message).into_owned()
    }
}

/// What a person can mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum UserErrorCode {
    /// A required text is empty.
    Blank,
    /// A text is longer than allowed.
    TooLong,
    /// A text is shorter than allowed.
    TooShort,
    /// More items than allowed.
    TooMany,
    /// A value has the wrong form.
    InvalidFormat,
    /// Somebody else has this username or address.
    Taken,
    /// The password is too easily guessed.
    PasswordTooCommon,
    /// The name or the password is wrong.
    WrongCredentials,
    /// People in these two roles cannot talk to each other.
    RolePairNotAllowed,
    /// Nobody at the clinic has checked your credentials yet.
    NotVerified,
    /// You cannot do this with yourself.
    SelfNotAllowed,
    /// Only the sender may do this.
    NotTheSender,
    /// The time in which this was allowed is over.
    WindowClosed,
    /// You cannot send in this conversation.
    CannotSend,
    /// The conversation is closed or archived.
    ConversationClosed,
    /// Your role in the conversation does not allow this.
    NotAllowed,
    /// A group needs an owner, and this is its only one.
    LastOwner,
    /// The mailed link was used already, is too old, or was never mailed.
    LinkNotValid,
    /// This server is not set up for it.
    NotAvailable,
    /// An administrator disabled the account.
    AccountDisabled,
    /// The invitation was answered or withdrawn before.
    InvitationClosed,
    /// The contact request was answered before.
    RequestClosed,
    /// The other person declined the contact request.
    ContactDeclined,
    /// The message was deleted.
    MessageDeleted,
    /// The message replied to is not in this conversation.
    ReplyNotInConversation,
    /// The attachment is not yours, was already sent, or is gone.
    AttachmentNotUsable,
    /// The file is larger than allowed.
    FileTooLarge,
    /// All files of the person together would take up more than allowed.
    QuotaReached,
    /// Files of this type are not accepted.
    FileTypeNotAllowed,
    /// The file's content, its name and its declared type do not agree.
    FileTypeMismatch,
}
