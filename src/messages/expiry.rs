//! Messages that delete themselves.
//!
//! What is over is hidden from the moment on, whoever reads; the tombstone, and the event that tells of it, follow
//! within a second or so from whichever node looks first.

use std::time::Duration;

use super::{removal, store};
use crate::{
    App, attachments,
    clock::Timestamp,
    entity::{attachment, user::Role},
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, MessageId, UserId},
    journal::{Change, Locks, Outcome, Tx, Write},
    people,
};

/// How many messages are looked for at once.
const BATCH: u64 = 100;
/// The longest a message can wait to delete itself.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

/// Checks that a message may delete itself then, among these people. Where a patient takes part what was said stays,
/// unless the clinic decided otherwise (`with_patients`).
///
/// # Errors
/// INVALID_FORMAT when that is over already or too far away, or NOT_ALLOWED, for the person.
pub(super) async fn check(
    tx: &Tx,
    expires_at: Timestamp,
    people: &[UserId],
    (now, with_patients): (Timestamp, bool),
) -> Result<()> {
    let refuse = |message| Err(Error::invalid(UserErrorCode::InvalidFormat, &["input", "expiresAt"], message));
    if expires_at <= now {
        return refuse("This time is over already. Choose one that is still to come.");
    }
    if expires_at.since(now) > LONGEST {
        return refuse("Choose a time within a year.");
    }
    let here = people::service::find_all(tx, people).await?;
    may_expire(here.values().any(|person| person.role == Role::Patient), with_patients)
}

/// May messages delete themselves here? `has_patient` when a patient takes part; `with_patients` when the clinic lets
/// them all the same.
///
/// # Errors
/// NOT_ALLOWED, for the person.
pub fn may_expire(has_patient: bool, with_patients: bool) -> Result<()> {
    if has_patient && !with_patients {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &["input", "expiresAt"],
            "Messages cannot delete themselves where a patient takes part.",
        ));
    }
    Ok(())
}

/// Leaves tombstones of the messages whose time is over.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn expire(app: &App) -> Result<()> {
    loop {
        let now = app.clock.now();
        let due = store::due(app.database.reader(), now, BATCH).await?;
        for row in &due {
            let write = Expire { id: row.id, conversation: row.conversation_id, now };
            if let Outcome::Done { value: files, .. } = app.journal.write(write).await? {
                attachments::service::remove_bytes(app, &files).await;
            }
        }
        if (due.len() as u64) < BATCH {
            return Ok(());
        }
    }
}

struct Expire {
    id: MessageId,
    conversation: ConversationId,
    now: Timestamp,
}

impl Write for Expire {
    type Value = Vec<attachment::Model>;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let row = store::find_all(tx, &[self.id]).await?.pop().filter(|row| row.deleted_at.is_none());
        match row {
            Some(row) => removal::removed(tx, &row, None, None, self.now).await,
            None => Ok(Change::nothing(Vec::new())),
        }
    }
}
