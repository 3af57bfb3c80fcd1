//! A new password: of somebody who knows the old one, or who opened a mailed link.

use super::{
    ending::ending,
    password,
    registration::not_valid,
    service, store,
    throttle::{self, Counted},
};
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    entity::{
        mail::{self as mail_row, Kind},
        user,
    },
    error::{Error, Result, UserErrorCode},
    ids::{SessionId, UserId},
    journal::{Change, Locks, Outcome, Row, Tx, Write},
    mail::{self, Asked},
};

/// RFC 5321 section 4.5.3.1.3: a path has at most 256 bytes, two of them brackets.
const LONGEST_ADDRESS: usize = 254;

/// Gives the viewer a new password. All their other sessions end; with the user, a new token of the device, for those
/// of the old password are void.
///
/// # Errors
/// WRONG_CREDENTIALS, TOO_SHORT, TOO_LONG or PASSWORD_TOO_COMMON; RATE_LIMITED after too many wrong ones; FORBIDDEN to
/// programs.
pub async fn change(app: &App, viewer: &Viewer, old: String, new: String) -> Result<(user::Model, String)> {
    let user = service::account(app, viewer).await?;
    if user.is_service {
        return Err(Error::Forbidden);
    }
    let attempt = throttle::count_of_account(app, user.id).await?;
    if !app.passwords.verify(old, Some(user.password_hash.clone())).await? {
        return Err(wrong());
    }
    let hash = checked(app, &user, new).await?;
    let proof = Proof::Old { hash: user.password_hash.clone(), attempt };
    let now = app.clock.now();
    let user = set(app, SetPassword::new(app, &user, proof, hash, Some(viewer.session()), now)).await?;
    let device_token = app.devices.token(&user, viewer.session().0.as_bytes(), now);
    Ok((user, device_token))
}

/// Mails somebody a link to a new password. Answers alike, and does the same, whether the address has an account: only
/// the mail, written later, tells.
///
/// # Errors
/// NOT_AVAILABLE, for the person, when this server sends no mail; UNAVAILABLE when it cannot send now.
pub async fn ask(app: &App, email: &str) -> Result<()> {
    let address = email.trim().to_lowercase();
    let Some(asked) = Asked::new(app, Kind::ResetPassword, &address) else {
        return Err(Error::invalid(
            UserErrorCode::NotAvailable,
            &[],
            "This server sends no mail. Please ask your clinic for a new password.",
        ));
    };
    // Nobody has an address like that, and PostgreSQL cannot keep it.
    if address.len() > LONGEST_ADDRESS || address.contains('\0') {
        return Ok(());
    }
    app.journal.write(Ask { asked }).await?;
    if let Some(mailer) = &app.mail {
        mailer.wake();
    }
    Ok(())
}

/// Sets a new password for whoever opened a mailed link. All sessions of the account end; the answer is a token by
/// which this device may sign in, also while others guess at the password.
///
/// # Errors
/// LINK_NOT_VALID, TOO_SHORT, TOO_LONG or PASSWORD_TOO_COMMON.
pub async fn reset(app: &App, token: &str, new: String) -> Result<String> {
    let db = app.database.reader();
    let opened = mail::open(db, token, Kind::ResetPassword, app.clock.now()).await?.ok_or_else(not_valid)?;
    let user = store::find_by_name(db, &opened.address).await?.ok_or_else(not_valid)?;
    let hash = checked(app, &user, new).await?;
    let (device, now) = (opened.token_hash.clone(), app.clock.now());
    let user = set(app, SetPassword::new(app, &user, Proof::Link(opened), hash, None, now)).await?;
    Ok(app.devices.token(&user, &device, now))
}

struct Ask {
    asked: Asked,
}

impl Write for Ask {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let rows = self.asked.row(tx).await?.into_iter().collect();
        Ok(Change { rows, events: Vec::new(), value: () })
    }
}

fn wrong() -> Error {
    Error::invalid(UserErrorCode::WrongCredentials, &["input", "oldPassword"], "The old password is not right.")
}

/// The hash of a new password that may be used.
async fn checked(app: &App, user: &user::Model, new: String) -> Result<String> {
    password::check(&new, app.config.auth.password_min, user, "newPassword")?;
    app.passwords.hash(new).await
}

async fn set(app: &App, write: SetPassword) -> Result<user::Model> {
    let Outcome::Done { value: (user, ended), .. } = app.journal.write(write).await? else {
        return Err(Error::NotFound);
    };
    for session in ended {
        app.recognition.end(session);
    }
    if let Some(mailer) = &app.mail {
        mailer.wake();
    }
    Ok(user)
}

/// Why somebody may set a new password.
enum Proof {
    /// They gave the password with this hash. The attempt was right, and so is not counted.
    Old { hash: String, attempt: Counted },
    /// They opened the link of this mail.
    Link(mail_row::Model),
}

struct SetPassword {
    user: UserId,
    proof: Proof,
    hash: String,
    /// The session that goes on.
    keep: Option<SessionId>,
    now: Timestamp,
    /// A word to the owner that it was changed.
    notice: Option<Asked>,
}

impl SetPassword {
    fn new(app: &App, user: &user::Model, proof: Proof, hash: String, keep: Option<SessionId>, now: Timestamp) -> Self {
        let notice = Asked::new(app, Kind::PasswordChanged, &user.email);
        Self { user: user.id, proof, hash, keep, now, notice }
    }

    /// The rows that take the proof back, so that it is good once.
    async fn prove(&self, tx: &Tx, user: &user::Model) -> Result<Vec<Row>> {
        match &self.proof {
            Proof::Old { hash, .. } if *hash != user.password_hash => Err(wrong()),
            Proof::Link(opened) if opened.address != user.email || user.disabled_at.is_some() => Err(not_valid()),
            Proof::Link(opened) => mail::spent(tx, opened).await?.ok_or_else(not_valid),
            Proof::Old { attempt, .. } => {
                let right = store::attempts_to_forget(tx, &attempt.rows, attempt.device.as_ref()).await?;
                let mut rows: Vec<_> = right.into_iter().map(store::attempt_forgotten).collect();
                // Whoever asked for a link before must not undo it with that.
                rows.extend(mail::withdrawn(tx, &user.email, Kind::ResetPassword).await?);
                Ok(rows)
            }
        }
    }
}

impl Write for SetPassword {
    type Value = (user::Model, Vec<SessionId>);

    fn actor(&self) -> Option<UserId> {
        Some(self.user)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.user])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let mut user = store::find(tx, self.user).await?.ok_or(Error::NotFound)?;
        let mut rows = self.prove(tx, &user).await?;
        user.password_hash = self.hash.clone();
        rows.push(store::password_set(&user));
        if let Some(notice) = &self.notice {
            rows.extend(notice.row(tx).await?);
        }
        let (ends, events, ended) = ending(tx, self.user, self.keep, self.now).await?;
        rows.extend(ends);
        Ok(Change { rows, events, value: (user, ended) })
    }
}
