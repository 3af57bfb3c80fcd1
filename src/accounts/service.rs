//! The rules of accounts.

use std::{net::IpAddr, time::Duration};

use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    entity::{
        session,
        user::{self, Language, Role},
    },
    error::{Error, Result, UserErrorCode},
    ids::{SessionId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
    people::{self, profile},
};

pub use super::{
    ending::{end_other_sessions, end_session, ending},
    new_password::{ask as request_password_reset, change as change_password, reset as reset_password},
    registration::{Registered, confirm as confirm_email, register},
    settings::{Settings, update as update_settings},
};
use super::{
    password, store,
    throttle::{self, Counted},
    tokens::RefreshToken,
};

/// How long a repeat of a used refresh token is taken for a lost answer rather than for theft.
const REPEAT_WITHIN: Duration = Duration::from_secs(30);

/// What somebody gives to register.
#[derive(Clone)]
pub struct NewAccount {
    /// 3 to 32 characters: letters, digits, dot, dash, underscore.
    pub username: String,
    /// Where mail reaches them.
    pub email: String,
    /// As they write it, up to 100 characters.
    pub full_name: String,
    /// As they chose it.
    pub password: String,
    /// PATIENT, STUDENT or CLINICIAN when registering oneself.
    pub role: Role,
    /// Free text.
    pub title: Option<String>,
    /// Free text.
    pub specialization: Option<String>,
    /// Free text.
    pub institution: Option<String>,
    /// In which language the server speaks to them.
    pub language: Language,
    /// Their time zone, by its IANA name.
    pub time_zone: Option<String>,
}

/// A sign-in, as the client gets it.
#[derive(Clone)]
pub struct SignIn {
    /// The user.
    pub user: user::Model,
    /// The session.
    pub session: session::Model,
    /// For the `Authorization` header and `connection_init`.
    pub access_token: String,
    /// When the access token ends.
    pub access_until: Timestamp,
    /// To renew both with.
    pub refresh_token: String,
    /// By which the device is known when it signs in again.
    pub device_token: String,
}

/// What somebody gives to sign in.
pub struct Credentials {
    /// The username or the mail address.
    pub name: String,
    /// The password.
    pub password: String,
    /// What the device got when it signed in before.
    pub device_token: Option<String>,
}

/// Makes an account of any role, for the command line and for administrators.
///
/// # Errors
/// What is wrong with the input.
pub async fn create(app: &App, new: NewAccount, is_verified: bool) -> Result<user::Model> {
    let now = app.clock.now();
    let mut user = checked(&new, now)?;
    user.is_verified = is_verified;
    password::check(&new.password, app.config.auth.password_min, &user, "password")?;
    user.password_hash = app.passwords.hash(new.password).await?;
    app.journal.write(Register { user: user.clone() }).await?;
    Ok(user)
}

/// Signs somebody in by username or address.
///
/// # Errors
/// WRONG_CREDENTIALS, alike and as slowly for an unknown name and a wrong password; RATE_LIMITED after too many.
pub async fn login(app: &App, given: Credentials, address: IpAddr, device: &str) -> Result<SignIn> {
    let name = given.name.trim().to_lowercase();
    // PostgreSQL cannot even look for a name with this character.
    let found = if name.contains('\0') { None } else { store::find_by_name(app.database.reader(), &name).await? };
    let known = given.device_token.and_then(|token| app.devices.recognise(&token, found.as_ref(), app.clock.now()));
    let counted = throttle::count(app, &name, address, known).await?;
    let hash = found.as_ref().map(|user| user.password_hash.clone());
    let is_right = app.passwords.verify(given.password, hash).await?;
    match found {
        Some(user) if is_right => start(app, user, device, Some(counted)).await,
        _ => Err(wrong_credentials()),
    }
}

fn wrong_credentials() -> Error {
    Error::invalid(UserErrorCode::WrongCredentials, &[], "The name or the password is not right.")
}

/// Signs a user in without a password, after they proved who they are.
///
/// # Errors
/// ACCOUNT_DISABLED, or WRONG_CREDENTIALS when their password was changed since `user` was read.
pub async fn start_session(app: &App, user: user::Model, device: &str) -> Result<SignIn> {
    start(app, user, device, None).await
}

/// Signs a user in; `attempt` was right, and is not counted.
pub(super) async fn start(app: &App, user: user::Model, device: &str, attempt: Option<Counted>) -> Result<SignIn> {
    let now = app.clock.now();
    let session = session::Model {
        id: SessionId::generate(),
        user_id: user.id,
        device: device.chars().filter(|c| !c.is_control()).take(200).collect(),
        created_at: now,
        last_used_at: now,
        expires_at: now.plus(app.config.auth.refresh_token),
        ended_at: None,
    };
    let refresh = RefreshToken::generate();
    let (refresh_hash, password_hash) = (refresh.hash(), user.password_hash.clone());
    app.journal.write(Start { session: session.clone(), refresh_hash, password_hash, attempt }).await?;
    signed_in(app, user, session, &refresh, now)
}

fn signed_in(
    app: &App,
    user: user::Model,
    session: session::Model,
    refresh: &RefreshToken,
    at: Timestamp,
) -> Result<SignIn> {
    let (access_token, access_until) = app.recognition.tokens().access(user.id, session.id, refresh, at)?;
    let device_token = app.devices.token(&user, &refresh.hash(), at);
    Ok(SignIn { user, session, access_token, access_until, refresh_token: refresh.text(), device_token })
}

/// Checks that an account may be used.
///
/// # Errors
/// ACCOUNT_DISABLED, for its owner.
pub fn not_disabled(user: &user::Model) -> Result<()> {
    if user.disabled_at.is_some() {
        return Err(Error::invalid(
            UserErrorCode::AccountDisabled,
            &[],
            "This account is disabled. Please ask your clinic.",
        ));
    }
    Ok(())
}

/// Renews a session with its refresh token.
///
/// # Errors
/// UNAUTHENTICATED for a token that is not ours or whose session is over; SESSION_REVOKED when the session was ended,
/// also because this very token had been used before.
pub async fn refresh(app: &App, token: &str) -> Result<SignIn> {
    let used = RefreshToken::parse(token)?;
    let db = app.database.reader();
    let known = store::find_refresh_token(db, &used.hash()).await?.ok_or(Error::Unauthenticated)?;
    let session = store::find_session(db, known.session_id).await?.ok_or(Error::Unauthenticated)?;
    let user = store::find(db, session.user_id).await?.ok_or(Error::Unauthenticated)?;
    let next = app.recognition.tokens().next(&used);
    let now = app.clock.now();
    let write =
        Renew { session, used_hash: used.hash(), next_hash: next.hash(), now, lifetime: app.config.auth.refresh_token };
    match app.journal.write(write).await? {
        Outcome::Done { value: Renewal::At(at, session), .. } => signed_in(app, user, session, &next, at),
        Outcome::Done { value: Renewal::Reused, .. } | Outcome::Replayed(_) => Err(Error::SessionRevoked),
    }
}

/// The viewer's own account.
///
/// # Errors
/// UNAUTHENTICATED when it is gone.
pub async fn account(app: &App, viewer: &Viewer) -> Result<user::Model> {
    store::find(app.database.reader(), viewer.id()).await?.ok_or(Error::Unauthenticated)
}

/// The viewer's sessions that still last, newest use first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn sessions(app: &App, viewer: &Viewer) -> Result<Vec<session::Model>> {
    store::sessions(app.database.reader(), viewer.id(), app.clock.now()).await
}

/// The row of a new account, if everything in it has the right form.
///
/// # Errors
/// What is wrong with the input.
pub fn checked(new: &NewAccount, now: Timestamp) -> Result<user::Model> {
    let email = new.email.trim().to_lowercase();
    let parts = email.split_once('@');
    let has_form = parts.is_some_and(|(name, host)| {
        !name.is_empty() && !host.contains('@') && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    // Where mail is sent, it must be an address that mail can be written to.
    if !has_form
        || email.parse::<lettre::Address>().is_err()
        || email.len() > 254
        || email.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(Error::invalid(UserErrorCode::InvalidFormat, &["input", "email"], "This is not a mail address."));
    }
    let optional =
        |text: Option<&str>, longest, field| text.map_or(Ok(None), |text| profile::words(text, longest, field));
    Ok(user::Model {
        id: UserId::generate(),
        username: profile::username(&new.username)?,
        email,
        full_name: profile::full_name(&new.full_name)?,
        role: new.role,
        title: optional(new.title.as_deref(), profile::TITLE_MAX, "title")?,
        specialization: optional(new.specialization.as_deref(), profile::TITLE_MAX, "specialization")?,
        institution: optional(new.institution.as_deref(), profile::INSTITUTION_MAX, "institution")?,
        bio: None,
        is_verified: false,
        password_hash: String::new(),
        language: new.language,
        time_zone: new.time_zone.as_deref().map(time_zone).transpose()?,
        is_service: false,
        disabled_at: None,
        hand_over_to: None,
        hand_over_history: None,
        shares_reading: true,
        created_at: now,
        updated_at: now,
    })
}

/// The name of a time zone, if there is one of that name.
///
/// # Errors
/// INVALID_FORMAT, for the person.
pub(super) fn time_zone(name: &str) -> Result<String> {
    name.trim().parse::<chrono_tz::Tz>().map(|zone| zone.name().to_owned()).map_err(|_| {
        Error::invalid(
            UserErrorCode::InvalidFormat,
            &["input", "timeZone"],
            "This is not the name of a time zone. One is, for instance, Europe/Paris.",
        )
    })
}

/// Checks that nobody has the username of a new account.
pub(super) async fn username_free(tx: &Tx, username: &str) -> Result<()> {
    if store::taken(tx, username, "").await?.0 {
        return Err(profile::username_taken());
    }
    Ok(())
}

/// Checks that nobody has the username or the address of a new account.
///
/// # Errors
/// TAKEN, for the person.
pub async fn names_free(tx: &Tx, user: &user::Model) -> Result<()> {
    username_free(tx, &user.username).await?;
    if store::taken(tx, "", &user.email).await?.1 {
        return Err(Error::invalid(
            UserErrorCode::Taken,
            &["input", "email"],
            "There is an account with this address already.",
        ));
    }
    Ok(())
}

struct Register {
    user: user::Model,
}

impl Write for Register {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.user.id)
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        names_free(tx, &self.user).await?;
        let event = NewEvent::for_user(self.user.id, EventBody::AccountRegistered);
        let mut rows = vec![store::registered(&self.user)];
        rows.extend(people::service::listed(&self.user));
        Ok(Change { rows, events: vec![event], value: () })
    }
}

struct Start {
    session: session::Model,
    refresh_hash: Vec<u8>,
    /// The password as it was when it was looked at: one that was changed since lets nobody in.
    password_hash: String,
    /// The attempt that was right, and so is not counted.
    attempt: Option<Counted>,
}

impl Write for Start {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.session.user_id)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.session.user_id])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let user = store::find(tx, self.session.user_id).await?.ok_or(Error::NotFound)?;
        not_disabled(&user)?;
        if user.password_hash != self.password_hash {
            return Err(wrong_credentials());
        }
        let event = NewEvent::for_user(self.session.user_id, EventBody::SessionStarted { session: self.session.id });
        let mut rows = store::started(&self.session, self.refresh_hash.clone());
        if let Some(Counted { rows: ids, device }) = &self.attempt {
            let right = store::attempts_to_forget(tx, ids, device.as_ref()).await?;
            rows.extend(right.into_iter().map(store::attempt_forgotten));
        }
        Ok(Change { rows, events: vec![event], value: () })
    }
}

struct Renew {
    session: session::Model,
    used_hash: Vec<u8>,
    next_hash: Vec<u8>,
    now: Timestamp,
    lifetime: Duration,
}

enum Renewal {
    /// Renewed then.
    At(Timestamp, session::Model),
    /// The token had been used: somebody has a copy, so the session ends.
    Reused,
}

impl Write for Renew {
    type Value = Renewal;

    fn actor(&self) -> Option<UserId> {
        Some(self.session.user_id)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.session.user_id])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Renewal>> {
        let mut session = store::find_session(tx, self.session.id).await?.ok_or(Error::Unauthenticated)?;
        if session.ended_at.is_some() {
            return Err(Error::SessionRevoked);
        }
        if session.expires_at <= self.now {
            return Err(Error::Unauthenticated);
        }
        let token = store::find_refresh_token(tx, &self.used_hash).await?.ok_or(Error::Unauthenticated)?;
        match token.used_at {
            None => {
                (session.last_used_at, session.expires_at) = (self.now, self.now.plus(self.lifetime));
                let renewed = store::renewed(session.id, session.last_used_at, session.expires_at);
                let rows = vec![
                    store::used(self.used_hash.clone(), self.now),
                    store::issued(session.id, self.next_hash.clone(), self.now),
                    renewed,
                ];
                Ok(Change { rows, events: Vec::new(), value: Renewal::At(self.now, session) })
            }
            Some(at) if self.now.since(at) <= REPEAT_WITHIN => {
                // Only a repeat of the newest used token is a lost answer; its successor must still be unused.
                let next = store::find_refresh_token(tx, &self.next_hash).await?;
                if next.is_some_and(|next| next.used_at.is_none()) {
                    return Ok(Change::nothing(Renewal::At(at, session)));
                }
                Ok(reused(&session, self.now))
            }
            Some(_) => Ok(reused(&session, self.now)),
        }
    }
}

fn reused(session: &session::Model, now: Timestamp) -> Change<Renewal> {
    let event = NewEvent::for_user(session.user_id, EventBody::SessionEnded { session: session.id });
    Change { rows: vec![store::ended(session.id, now)], events: vec![event], value: Renewal::Reused }
}
