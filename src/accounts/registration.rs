//! Registering oneself: at once, or with a link that is mailed to the address.

use super::{
    password,
    service::{self, NewAccount, SignIn},
    store, throttle,
};
use crate::{
    App,
    clock::Timestamp,
    entity::{
        mail::Kind,
        registration,
        user::{self, Role},
    },
    error::{Error, Result, UserErrorCode},
    ids::UserId,
    journal::{Change, EventBody, Locks, NewEvent, Tx, Write},
    mail::{self, Asked},
    people,
};

/// What registering came to.
pub enum Registered {
    /// The account is there, and its owner signed in.
    SignedIn(Box<SignIn>),
    /// A link was mailed to the address, or a word that it has an account already.
    Mailed,
}

/// Registers somebody. Where mail is sent, the answer and the work are the same whether the address is free or has an
/// account: only the mail, written later, tells.
///
/// # Errors
/// What is wrong with the input; UNAVAILABLE when no mail can be sent now.
pub async fn register(app: &App, new: NewAccount, device: &str) -> Result<Registered> {
    if !matches!(new.role, Role::Patient | Role::Student | Role::Clinician) {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &["input", "role"],
            "Accounts of this role are made by an administrator.",
        ));
    }
    let asked = if app.config.mail.confirm_addresses.unwrap_or(true) {
        Asked::new(app, Kind::ConfirmAddress, &new.email.trim().to_lowercase())
    } else {
        None
    };
    let Some(asked) = asked else {
        let user = service::create(app, new, false).await?;
        return Ok(Registered::SignedIn(Box::new(service::start_session(app, user, device).await?)));
    };
    let mut user = service::checked(&new, app.clock.now())?;
    password::check(&new.password, app.config.auth.password_min, &user, "password")?;
    user.password_hash = app.passwords.hash(new.password).await?;
    app.journal.write(Register { user, asked }).await?;
    if let Some(mailer) = &app.mail {
        mailer.wake();
    }
    Ok(Registered::Mailed)
}

/// Makes the account that a mailed link is for, and signs its owner in: whoever can read the address's mail and knows
/// the password that was chosen.
///
/// # Errors
/// LINK_NOT_VALID, WRONG_CREDENTIALS or TAKEN, for the person; RATE_LIMITED after too many wrong passwords.
pub async fn confirm(app: &App, token: &str, password: String, device: &str) -> Result<SignIn> {
    let db = app.database.reader();
    let opened = mail::open(db, token, Kind::ConfirmAddress, app.clock.now()).await?.ok_or_else(not_valid)?;
    let waiting = store::find_registration(db, opened.id).await?.ok_or_else(not_valid)?;
    let attempt = throttle::count_of_account(app, UserId(opened.id)).await?;
    if !app.passwords.verify(password, Some(waiting.password_hash.clone())).await? {
        return Err(Error::invalid(
            UserErrorCode::WrongCredentials,
            &["input", "password"],
            "This is not the password that was chosen at registering.",
        ));
    }
    let user = account(waiting, app.clock.now());
    app.journal.write(Confirm { user: user.clone(), opened }).await?;
    service::start(app, user, device, Some(attempt)).await
}

/// The refusal of a link that was used, is too old or was never mailed.
pub(super) fn not_valid() -> Error {
    Error::invalid(
        UserErrorCode::LinkNotValid,
        &["input", "token"],
        "This link was used already or is too old. Please ask for a new one.",
    )
}

struct Register {
    user: user::Model,
    asked: Asked,
}

impl Write for Register {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        // Usernames are no secret among those who are signed in; whether the address has an account is not looked at.
        service::username_free(tx, &self.user.username).await?;
        let Some(mail) = self.asked.row(tx).await? else { return Ok(Change::nothing(())) };
        let rows = vec![mail, store::registration_waits(self.asked.id(), &self.user)];
        Ok(Change { rows, events: Vec::new(), value: () })
    }
}

struct Confirm {
    user: user::Model,
    opened: crate::entity::mail::Model,
}

impl Write for Confirm {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.user.id)
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let mut rows = mail::spent(tx, &self.opened).await?.ok_or_else(not_valid)?;
        service::names_free(tx, &self.user).await?;
        rows.push(store::registered(&self.user));
        rows.extend(people::service::listed(&self.user));
        let event = NewEvent::for_user(self.user.id, EventBody::AccountRegistered);
        Ok(Change { rows, events: vec![event], value: () })
    }
}

/// The account that a registration becomes at `now`.
fn account(waiting: registration::Model, now: Timestamp) -> user::Model {
    let registration::Model {
        id: _,
        username,
        email,
        full_name,
        role,
        title,
        specialization,
        institution,
        password_hash,
        language,
        time_zone,
    } = waiting;
    user::Model {
        id: UserId::generate(),
        username,
        email,
        full_name,
        role,
        title,
        specialization,
        institution,
        bio: None,
        is_verified: false,
        password_hash,
        language,
        time_zone,
        is_service: false,
        disabled_at: None,
        hand_over_to: None,
        hand_over_history: None,
        shares_reading: true,
        created_at: now,
        updated_at: now,
    }
}
