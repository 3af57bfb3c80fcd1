//! Accounts of programs, and the tokens they come with.

use std::{collections::HashMap, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sea_orm::prelude::Uuid;
use sha2::{Digest, Sha256};

use super::{
    service::{administrator, still_administrator},
    store,
};
use crate::{
    App,
    access::{SERVICE_TOKEN, Viewer},
    accounts::service::{self as accounts, NewAccount},
    clock::Timestamp,
    database,
    entity::{
        service_token, session,
        user::{self, Role},
    },
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{SessionId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
    scopes::{Scope, Scopes},
};

/// The longest time a token may be good.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// What an administrator gives to make the account of a program.
pub struct NewProgram {
    /// As of people.
    pub username: String,
    /// As of people.
    pub full_name: String,
    /// What it is to the clinic; decides whom it may talk to.
    pub role: Role,
    /// Free text.
    pub title: Option<String>,
}

/// Makes the account of a program. Nobody can sign in to it; it needs a token.
///
/// # Errors
/// FORBIDDEN, NOT_ALLOWED, or what is wrong with the input.
pub async fn create_account(app: &App, viewer: &Viewer, new: NewProgram) -> Result<user::Model> {
    administrator(viewer)?;
    if new.role == Role::Admin {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &["input", "role"],
            "A program cannot be an administrator.",
        ));
    }
    let new = NewAccount {
        // RFC 2606 section 2: a name that nobody's mail goes to.
        email: format!("{}@service.invalid", new.username.trim()),
        username: new.username,
        full_name: new.full_name,
        password: String::new(),
        role: new.role,
        title: new.title,
        specialization: None,
        institution: None,
        language: user::Language::default(),
        time_zone: None,
    };
    let user = user::Model { is_service: true, ..accounts::checked(&new, app.clock.now())? };
    app.journal.write(CreateAccount { viewer: viewer.clone(), user: user.clone() }).await?;
    Ok(user)
}

struct CreateAccount {
    viewer: Viewer,
    user: user::Model,
}

impl Write for CreateAccount {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id()])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        still_administrator(tx, &self.viewer).await?;
        accounts::names_free(tx, &self.user).await?;
        let event = NewEvent::for_user(self.user.id, EventBody::AccountRegistered);
        Ok(Change { rows: vec![store::account_made(&self.user)], events: vec![event], value: () })
    }
}

/// A token of a program, without its secret.
#[derive(Clone, Debug)]
pub struct Token {
    /// Its name, times and end.
    pub session: session::Model,
    /// What it may be used for.
    pub scopes: Scopes,
}

impl From<(session::Model, service_token::Model)> for Token {
    fn from((session, token): (session::Model, service_token::Model)) -> Self {
        Self { session, scopes: Scopes::read(&token.scopes) }
    }
}

/// What an administrator gives to make a token.
pub struct NewToken {
    /// Whose.
    pub account: UserId,
    /// 1 to 100 characters.
    pub name: String,
    /// At least one.
    pub scopes: Vec<Scope>,
    /// When it ends, within 366 days.
    pub expires_at: Timestamp,
}

/// Makes a token; with it its text, which is kept nowhere.
///
/// # Errors
/// FORBIDDEN; NOT_FOUND when there is no such program; BLANK, TOO_LONG, INVALID_FORMAT or ACCOUNT_DISABLED.
pub async fn create_token(app: &App, viewer: &Viewer, new: NewToken) -> Result<(Token, String)> {
    administrator(viewer)?;
    let now = app.clock.now();
    let name = new.name.trim();
    database::check_text(name, &["input", "name"])?;
    let refuse = |code, field, message| Err(Error::invalid(code, &["input", field], message));
    if name.is_empty() {
        return refuse(UserErrorCode::Blank, "name", "Say what the token is for.");
    }
    if name.chars().count() > 100 {
        return refuse(UserErrorCode::TooLong, "name", "Use at most 100 characters here.");
    }
    if new.scopes.is_empty() {
        return refuse(UserErrorCode::Blank, "scopes", "Say what the token may be used for.");
    }
    if new.expires_at <= now || new.expires_at > now.plus(LONGEST) {
        return refuse(UserErrorCode::InvalidFormat, "expiresAt", "A token ends in the future, within 366 days.");
    }
    let secret: [u8; 32] = rand::random();
    let text = format!("{SERVICE_TOKEN}{}", URL_SAFE_NO_PAD.encode(secret));
    let session = session::Model {
        id: SessionId::generate(),
        user_id: new.account,
        device: name.to_owned(),
        created_at: now,
        last_used_at: now,
        expires_at: new.expires_at,
        ended_at: None,
    };
    let token = service_token::Model {
        session_id: session.id,
        hash: Sha256::digest(&text).to_vec(),
        scopes: Scopes::of(&new.scopes).written(),
        created_by: viewer.id(),
    };
    app.journal.write(CreateToken { viewer: viewer.clone(), session: session.clone(), token: token.clone() }).await?;
    Ok(((session, token).into(), text))
}

struct CreateToken {
    viewer: Viewer,
    session: session::Model,
    token: service_token::Model,
}

impl Write for CreateToken {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.session.user_id])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        still_administrator(tx, &self.viewer).await?;
        let account = store::find(tx, self.session.user_id).await?.filter(|row| row.is_service);
        accounts::not_disabled(&account.ok_or(Error::NotFound)?)?;
        let event = NewEvent::for_user(self.session.user_id, EventBody::SessionStarted { session: self.session.id });
        let rows = store::token_made(&self.session, self.token.clone()).into();
        Ok(Change { rows, events: vec![event], value: () })
    }
}

/// Ends a token and its streams.
///
/// # Errors
/// FORBIDDEN, or NOT_FOUND when there is no such token.
pub async fn revoke_token(app: &App, viewer: &Viewer, id: SessionId) -> Result<SessionId> {
    administrator(viewer)?;
    let (session, _) = store::find_token(app.database.reader(), id).await?.ok_or(Error::NotFound)?;
    let write = RevokeToken { viewer: viewer.clone(), account: session.user_id, id, now: app.clock.now() };
    let Outcome::Done { .. } = app.journal.write(write).await? else { return Err(Error::NotFound) };
    app.recognition.end(id);
    Ok(id)
}

struct RevokeToken {
    viewer: Viewer,
    account: UserId,
    id: SessionId,
    now: Timestamp,
}

impl Write for RevokeToken {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.account])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        still_administrator(tx, &self.viewer).await?;
        let (session, _) = store::find_token(tx, self.id).await?.ok_or(Error::NotFound)?;
        if session.ended_at.is_some() {
            return Ok(Change::nothing(()));
        }
        let event = NewEvent::for_user(self.account, EventBody::SessionEnded { session: self.id });
        Ok(Change { rows: vec![store::session_ended(self.id, self.now)], events: vec![event], value: () })
    }
}

/// A page of the accounts of programs.
///
/// # Errors
/// FORBIDDEN to all but administrators.
pub async fn accounts_page(app: &App, viewer: &Viewer, page: &Page<Uuid>) -> Result<Vec<user::Model>> {
    administrator(viewer)?;
    store::service_accounts(app.database.reader(), page).await
}

/// The tokens of programs that are still good, newest first.
///
/// # Errors
/// FORBIDDEN to all but administrators.
pub async fn tokens(app: &App, viewer: &Viewer, ids: &[UserId]) -> Result<HashMap<UserId, Vec<Token>>> {
    administrator(viewer)?;
    let mut grouped: HashMap<_, Vec<_>> = HashMap::new();
    for (session, token) in store::tokens(app.database.reader(), ids, app.clock.now()).await? {
        grouped.entry(session.user_id).or_default().push((session, token).into());
    }
    Ok(grouped)
}
