//! What is forgotten of inboxes, so that none grows without end.

use std::time::Duration;

use super::{store, tell};
use crate::{
    App,
    clock::Timestamp,
    error::Result,
    ids::UserId,
    journal::{BATCH, Change, Locks, Old, Row, Tx, Write, forget},
};

/// How long an entry is kept after it was read.
const KEPT: Duration = Duration::from_secs(90 * 24 * 3600);
/// How many unread entries anybody keeps.
const MOST_UNREAD: i64 = 1_000;
/// How many inboxes are looked after in one transaction.
const PEOPLE: u64 = 50;

/// Forgets what was read long ago, and of whoever has very much unread the oldest.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn forget_old(app: &App) -> Result<()> {
    forget(&app.journal, OldNotifications { before: app.clock.now().minus(KEPT) }).await?;
    loop {
        // Looked for beside the writes: this reads every inbox.
        let people = store::overfull(app.database.reader(), MOST_UNREAD, PEOPLE).await?;
        if people.is_empty() {
            return Ok(());
        }
        app.journal.write(Trim { people }).await?;
    }
}

#[derive(Clone)]
struct OldNotifications {
    before: Timestamp,
}

impl Old for OldNotifications {
    async fn oldest(&self, tx: &Tx) -> Result<Vec<Row>> {
        Ok(store::read_before(tx, self.before, BATCH).await?.iter().map(store::removed).collect())
    }
}

/// Takes what is too much out of some inboxes. Unlike what was read, it counted, so the devices hear of it.
struct Trim {
    people: Vec<UserId>,
}

impl Write for Trim {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let found = store::too_many(tx, &self.people, MOST_UNREAD).await?;
        let rows = found.iter().copied().map(store::emptied).collect();
        let events = found.iter().map(|of| tell::changed(of.user_id, Vec::new())).collect();
        Ok(Change { rows, events, value: () })
    }
}
