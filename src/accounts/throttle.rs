//! How often signing in may fail.
//!
//! An attempt is counted before its password is looked at, and taken back when it was right, so that many at once
//! cannot pass together, but for the few that several nodes on PostgreSQL count in the same instant. Attempts of a known device count for that device alone; all others for the name they try and
//! for the network they come from. Past the limit an attempt is refused unread: it costs neither a password hash nor a
//! write. Names that nobody has are counted like all others, so a refusal tells nothing.
//!
//! The counts are rows, so they hold on all nodes together and over a restart; `sweep.rs` removes the old.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use sea_orm::prelude::Uuid;

use super::{device::DeviceName, store};
use crate::{
    App,
    clock::Timestamp,
    entity::login_attempt,
    error::{Error, Result},
    ids::UserId,
    journal::{Change, Locks, Outcome, Tx, Write},
    keys::keyed_hash,
    rates::Network,
};

/// What failed attempts are counted for, and how many may fail.
#[derive(Clone, Debug)]
struct Subject {
    hash: Vec<u8>,
    most: NonZeroU32,
}

/// An attempt that was counted.
pub(super) struct Counted {
    /// Its rows, to be taken back when the password is right.
    pub(super) rows: Vec<Uuid>,
    /// A device whose count begins anew when the password is right.
    pub(super) device: Option<Vec<u8>>,
}

/// Counts an attempt to sign in as `name`.
///
/// # Errors
/// RATE_LIMITED with the time to wait; then nothing was counted.
pub(super) async fn count(app: &App, name: &str, address: IpAddr, device: Option<DeviceName>) -> Result<Counted> {
    let auth = &app.config.auth;
    let subject = |kind: &str, value: &[u8], most| subject(app, kind, value, most);
    let subjects = match device {
        Some(device) => vec![subject("device", &device, auth.failed_logins_per_name)],
        None => vec![
            subject("name", name.as_bytes(), auth.failed_logins_per_name),
            subject("network", Network::of(address).to_string().as_bytes(), auth.failed_logins_per_address),
        ],
    };
    let device = device.and_then(|_| subjects.first()).map(|subject| subject.hash.clone());
    Ok(Counted { rows: count_all(app, subjects).await?, device })
}

/// Counts an attempt of somebody signed in to give their password once more, for the account alone: what strangers try
/// under its name does not keep its owner from changing the password.
///
/// # Errors
/// RATE_LIMITED with the time to wait; then nothing was counted.
pub(super) async fn count_of_account(app: &App, user: UserId) -> Result<Counted> {
    let subjects = vec![subject(app, "account", user.0.as_bytes(), app.config.auth.failed_logins_per_name)];
    Ok(Counted { rows: count_all(app, subjects).await?, device: None })
}

fn subject(app: &App, kind: &str, value: &[u8], most: NonZeroU32) -> Subject {
    Subject { hash: keyed_hash(&app.throttle_key, &[kind.as_bytes(), b"\0", value].concat()).to_vec(), most }
}

async fn count_all(app: &App, subjects: Vec<Subject>) -> Result<Vec<Uuid>> {
    let attempt = Attempt { subjects, now: app.clock.now(), window: app.config.auth.failed_logins_window };
    // Looked at before anything is written: a flood must not take turns from those who write.
    attempt.check(app.database.reader()).await?;
    match app.journal.write(attempt).await? {
        Outcome::Done { value: rows, .. } => Ok(rows),
        Outcome::Replayed(_) => Ok(Vec::new()),
    }
}

struct Attempt {
    subjects: Vec<Subject>,
    now: Timestamp,
    window: Duration,
}

impl Attempt {
    async fn check(&self, db: &impl sea_orm::ConnectionTrait) -> Result<()> {
        let since = self.now.minus(self.window);
        let mut wait = None;
        for Subject { hash, most } in &self.subjects {
            // The last of so many newest ones; when its time is over, one more may fail.
            if let Some(at) = store::newest_attempt(db, hash, since, most.get()).await? {
                // Never longer than the window, also when the attempt was counted by a clock that is ahead.
                wait = wait.max(Some(at.plus(self.window).since(self.now).min(self.window)));
            }
        }
        wait.map_or(Ok(()), |wait| Err(Error::RateLimited(wait)))
    }
}

impl Write for Attempt {
    type Value = Vec<Uuid>;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Vec<Uuid>>> {
        self.check(tx).await?;
        let rows: Vec<_> = self
            .subjects
            .iter()
            .map(|subject| login_attempt::Model { id: Uuid::now_v7(), subject: subject.hash.clone(), at: self.now })
            .collect();
        let ids = rows.iter().map(|row| row.id).collect();
        Ok(Change { rows: rows.into_iter().map(store::attempted).collect(), events: Vec::new(), value: ids })
    }
}
