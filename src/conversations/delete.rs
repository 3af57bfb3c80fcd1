//! Taking a conversation away from everybody in it. Its rows stay, for the record.

use super::store;
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    database,
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Tx, Write},
    participants,
};

/// The longest reason, in characters.
const REASON_MAX: usize = 500;

/// Takes a conversation away. The administrator need not take part in it, and learns nothing of it.
///
/// # Errors
/// FORBIDDEN, NOT_FOUND, BLANK, TOO_LONG or INVALID_FORMAT.
pub async fn delete(app: &App, viewer: &Viewer, id: ConversationId, reason: &str) -> Result<ConversationId> {
    viewer.must_be_admin()?;
    let reason = self::reason(reason)?;
    app.journal.write(Delete { by: viewer.id(), id, reason, now: app.clock.now() }).await?;
    Ok(id)
}

/// Why somebody takes something away, as it is kept: trimmed, 1 to 500 characters.
///
/// # Errors
/// BLANK, TOO_LONG or INVALID_FORMAT, for the person.
pub fn reason(text: &str) -> Result<String> {
    let field = &["input", "reason"];
    let text = database::kept_text(text, REASON_MAX, field)?;
    if text.is_empty() {
        return Err(Error::invalid(UserErrorCode::Blank, field, "Please say why."));
    }
    Ok(text)
}

struct Delete {
    by: UserId,
    id: ConversationId,
    reason: String,
    now: Timestamp,
}

impl Write for Delete {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.by)
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.id)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let row = store::find(tx, self.id).await?.ok_or(Error::NotFound)?;
        if row.deleted_at.is_some() {
            return Ok(Change::nothing(()));
        }
        let mut rows = vec![store::deleted(&row, &self.reason, self.now)];
        rows.extend(store::released(tx, self.id).await?);
        let mut events = vec![NewEvent::in_conversation(self.id, EventBody::ConversationDeleted)];
        let (left, told) = participants::service::all_leave(tx, self.id, self.now, events.len()).await?;
        rows.extend(left);
        events.extend(told);
        Ok(Change { rows, events, value: () })
    }
}
