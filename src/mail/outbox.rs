//! Mail that waits: asking for it, sending it, and using its links.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use sea_orm::prelude::Uuid;

use super::{
    Mailer,
    post::{Failed, hash_of},
    store,
    text::{Envelope, Letter},
};
use crate::{
    App,
    clock::{FIRST_PAUSE, Timestamp, back_off},
    entity::{
        mail::{self, Kind},
        user,
    },
    error::{Error, Result},
    ids::UserId,
    journal::{BATCH, Change, Locks, Old, Outcome, Row, Tx, Write, forget},
    metrics::Posted,
};

/// How long a link to confirm an address is good.
const CONFIRM_WITHIN: Duration = Duration::from_secs(24 * 3600);
/// How long a link to a new password is good (OWASP Forgot Password Cheat Sheet: a short time).
const RESET_WITHIN: Duration = Duration::from_secs(30 * 60);
/// In which an address gets only so many mails.
const HOUR: Duration = Duration::from_secs(3600);
/// A mail whose sender died is tried again after this.
const LEASE: Duration = Duration::from_secs(120);
/// Mail that other nodes left is looked for this often.
const SWEEP: Duration = Duration::from_secs(2);
/// How many mails are read at once, and how many go at once.
const READ_AT_ONCE: u64 = 50;
const AT_ONCE: usize = 4;

/// How long a mail of this kind is of use.
const fn lifetime(kind: Kind) -> Duration {
    match kind {
        Kind::ResetPassword => RESET_WITHIN,
        Kind::ConfirmAddress | Kind::PasswordChanged => CONFIRM_WITHIN,
    }
}

/// A mail that somebody asks for.
#[derive(Clone)]
pub struct Asked {
    mail: mail::Model,
    per_address: u64,
    waiting: u32,
}

impl Asked {
    /// A mail to an address, whether anybody has it or not. None when this server sends no mail.
    pub fn new(app: &App, kind: Kind, address: &str) -> Option<Self> {
        let (mailer, now, id) = (app.mail.as_ref()?, app.clock.now(), Uuid::now_v7());
        let mail = mail::Model {
            id,
            kind,
            address: address.to_owned(),
            token_hash: mailer.token_hash(id),
            created_at: now,
            due_at: Some(now),
            attempts: 0,
        };
        let settings = &app.config.mail;
        Some(Self { mail, per_address: settings.per_address.get().into(), waiting: settings.waiting })
    }

    /// The name of the mail.
    pub fn id(&self) -> Uuid {
        self.mail.id
    }

    /// The row to write. None when the address had its share already: then nothing more is to be done, and whoever
    /// asked is answered alike.
    ///
    /// # Errors
    /// UNAVAILABLE when too many mails wait already.
    pub async fn row(&self, tx: &Tx) -> Result<Option<Row>> {
        let has_link = self.mail.kind != Kind::PasswordChanged;
        if has_link && store::are_waiting(tx, self.waiting).await? {
            return Err(Error::Unavailable("No mail can be sent now. Please try again later.", FIRST_PAUSE));
        }
        let since = self.mail.created_at.minus(HOUR);
        if has_link && store::asked_since(tx, &self.mail.address, since).await? >= self.per_address {
            return Ok(None);
        }
        Ok(Some(store::written(self.mail.clone())))
    }
}

/// The mail whose link holds this token, if it is still good.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn open(
    db: &impl sea_orm::ConnectionTrait,
    token: &str,
    kind: Kind,
    now: Timestamp,
) -> Result<Option<mail::Model>> {
    let Some(hash) = hash_of(token) else { return Ok(None) };
    let found = store::find_by_token(db, hash, kind).await?;
    Ok(found.filter(|mail| now < mail.created_at.plus(lifetime(kind))))
}

/// What makes a link useless once it was used, and with it all others of its kind to that address. None when it was
/// used before.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn spent(tx: &Tx, mail: &mail::Model) -> Result<Option<Vec<Row>>> {
    let all = store::to(tx, &mail.address, mail.kind).await?;
    if !all.iter().any(|row| row.id == mail.id) {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for row in all {
        rows.extend(store::registration(tx, row.id).await?.map(store::registration_gone));
        rows.push(store::gone(row));
    }
    Ok(Some(rows))
}

/// What makes every link of a kind to an address useless.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn withdrawn(tx: &Tx, address: &str, kind: Kind) -> Result<Vec<Row>> {
    Ok(store::to(tx, address, kind).await?.into_iter().map(store::gone).collect())
}

/// Sends mail as it is asked for, until the server stops.
pub async fn run(app: Arc<App>) {
    let Some(mailer) = &app.mail else { return };
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stopping().cancelled() => return,
            () = mailer.wake.notified() => {}
            _ = sweep.tick() => {}
        }
        if let Err(error) = send_due(&app).await {
            tracing::error!(code = error.code(), "mail could not be seen to");
        }
    }
}

impl Mailer {
    /// Says that there is mail to send.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Tries to send all mail that is due.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn send_due(app: &App) -> Result<()> {
    let Some(mailer) = &app.mail else { return Ok(()) };
    loop {
        let due = store::due(app.database.reader(), app.clock.now(), READ_AT_ONCE).await?;
        if due.is_empty() || app.stopping().is_cancelled() {
            return Ok(());
        }
        let sent = futures_util::stream::iter(due).map(|mail| send(app, mailer, mail)).buffer_unordered(AT_ONCE);
        sent.collect::<Vec<_>>().await.into_iter().collect::<Result<()>>()?;
    }
}

async fn send(app: &App, mailer: &Mailer, mail: mail::Model) -> Result<()> {
    let now = app.clock.now();
    let Outcome::Done { value: true, .. } = app.journal.write(Claim { mail: mail.clone(), now }).await? else {
        return Ok(());
    };
    let is_of_use = now < mail.created_at.plus(lifetime(mail.kind));
    let letter = if is_of_use { letter(app, mailer, &mail).await? } else { None };
    let outcome = match letter {
        Some(letter) => {
            let sent = mailer.send(mail.id, &mail.address, &letter).await;
            if sent.is_ok() {
                app.metrics.mail(Posted::Sent);
            }
            sent
        }
        None => Ok(()),
    };
    let again = match outcome {
        Ok(()) => None,
        Err(Failed::ForGood) => {
            app.metrics.mail(Posted::Refused);
            tracing::error!(mail = %mail.id, kind = ?mail.kind, "a mail was refused for good");
            None
        }
        Err(Failed::ForNow) => {
            app.metrics.mail(Posted::PutOff);
            tracing::warn!(mail = %mail.id, kind = ?mail.kind, attempt = mail.attempts + 1, "a mail did not go yet");
            Some(app.clock.now().plus(back_off(mail.attempts)))
        }
    };
    app.journal.write(Settle { mail: mail.id, again }).await.map(drop)
}

/// What a mail says now. None when there is nobody to say it to.
async fn letter(app: &App, mailer: &Mailer, mail: &mail::Model) -> Result<Option<Letter>> {
    fn envelope<'a>(person: &'a user::Model, mailer: &'a Mailer) -> Envelope<'a> {
        Envelope { language: person.language, to: &person.full_name, from: mailer.name() }
    }
    let db = app.database.reader();
    let person = store::person(db, &mail.address).await?.filter(|person| person.disabled_at.is_none());
    Ok(match (mail.kind, &person) {
        (Kind::ConfirmAddress, Some(person)) => Some(envelope(person, mailer).already_here(&person.username)),
        (Kind::ConfirmAddress, None) => store::registration(db, mail.id).await?.map(|new| {
            let envelope = Envelope { language: new.language, to: &new.full_name, from: mailer.name() };
            envelope.confirm_address(&new.username, mailer.link("confirm-address", mail.id))
        }),
        (Kind::ResetPassword, Some(person)) => {
            Some(envelope(person, mailer).reset_password(&person.username, mailer.link("reset-password", mail.id)))
        }
        (Kind::PasswordChanged, Some(person)) => Some(envelope(person, mailer).password_changed(&person.username)),
        (Kind::ResetPassword | Kind::PasswordChanged, None) => None,
    })
}

/// Takes a mail to send it, unless another node was first.
struct Claim {
    mail: mail::Model,
    now: Timestamp,
}

impl Write for Claim {
    type Value = bool;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<bool>> {
        let is_free = store::find(tx, self.mail.id).await?.is_some_and(|row| row == self.mail);
        if !is_free {
            return Ok(Change::nothing(false));
        }
        let row = store::claimed(&self.mail, self.now.plus(LEASE));
        Ok(Change { rows: vec![row], events: Vec::new(), value: true })
    }
}

/// Says when to try again.
struct Settle {
    mail: Uuid,
    again: Option<Timestamp>,
}

impl Write for Settle {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        // Its link may have been used before the SMTP server had answered.
        let rows = store::find(tx, self.mail).await?.map(|row| store::due_next(row.id, self.again));
        Ok(Change { rows: rows.into_iter().collect(), events: Vec::new(), value: () })
    }
}

/// Mail whose links are no longer good, with the registrations that waited for it.
#[derive(Clone)]
struct OldMail {
    before: Timestamp,
}

impl Old for OldMail {
    async fn oldest(&self, tx: &Tx) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (mail, registration) in store::old(tx, self.before, BATCH).await? {
            rows.extend(registration.map(store::registration_gone));
            rows.push(store::gone(mail));
        }
        Ok(rows)
    }
}

/// Forgets mail whose links are no longer good, and who never opened them.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn forget_old(app: &App) -> Result<()> {
    forget(&app.journal, OldMail { before: app.clock.now().minus(CONFIRM_WITHIN) }).await
}
