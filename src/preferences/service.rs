//! The rules of preferences.

use std::time::Duration;

use super::store;
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::participant::NotificationLevel,
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Tx, Write},
};

/// The longest quiet.
const QUIET_MAX: Duration = Duration::from_secs(366 * 86_400);

/// What to change; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Changes {
    pub(super) level: Option<NotificationLevel>,
    /// None inside ends the quiet.
    pub(super) quiet_until: Option<Option<Timestamp>>,
    pub(super) archived: Option<bool>,
}

/// Changes what the viewer has set for themselves.
///
/// # Errors
/// NOT_FOUND, or TOO_LONG for a quiet of more than a year.
pub(super) async fn set(app: &App, viewer: &Viewer, id: ConversationId, changes: Changes) -> Result<Membership> {
    let latest = app.clock.now().plus(QUIET_MAX);
    if changes.quiet_until.flatten().is_some_and(|until| until > latest) {
        return Err(Error::invalid(
            UserErrorCode::TooLong,
            &["input", "quietUntil"],
            "Choose a time within a year, or turn notifications off.",
        ));
    }
    app.journal.write(Set { viewer: viewer.clone(), id, changes }).await?;
    Membership::check(app.database.reader(), viewer, id).await
}

struct Set {
    viewer: Viewer,
    id: ConversationId,
    changes: Changes,
}

impl Write for Set {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.id)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.id).await?;
        let mut after = member.participant().clone();
        after.notification_level = self.changes.level.unwrap_or(after.notification_level);
        after.quiet_until = self.changes.quiet_until.unwrap_or(after.quiet_until);
        match self.changes.archived {
            Some(true) => after.archived_seq = Some(member.conversation().activity_seq),
            Some(false) => after.archived_seq = None,
            None => {}
        }
        if after == *member.participant() {
            return Ok(Change::nothing(()));
        }
        let event = EventBody::PreferencesChanged {
            conversation: self.id,
            level: Some(after.notification_level),
            quiet_until: after.quiet_until,
        };
        let event = NewEvent::for_user(self.viewer.id(), event);
        Ok(Change { rows: vec![store::preferred(&after)], events: vec![event], value: () })
    }
}
