//! The rules of blocks.

use std::sync::Arc;

use sea_orm::prelude::Uuid;

use super::store;
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    conversations,
    entity::{block, user},
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
    participants, people,
};

/// Whom the viewer blocks.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn list(app: &App, viewer: &Viewer, page: &Page<Uuid>) -> Result<Vec<block::Model>> {
    store::page(app.database.reader(), viewer.id(), page).await
}

/// Blocks somebody, or ends that. What is so already stays so.
///
/// # Errors
/// NOT_FOUND or SELF_NOT_ALLOWED.
pub async fn set(app: &App, viewer: &Viewer, other: UserId, is_blocked: bool) -> Result<Arc<user::Model>> {
    if other == viewer.id() {
        return Err(Error::invalid(UserErrorCode::SelfNotAllowed, &["input", "userId"], "You cannot block yourself."));
    }
    let db = app.database.reader();
    let mut direct = conversations::service::find_direct(db, viewer, other).await?;
    loop {
        let write = Set { viewer: viewer.clone(), other, direct, is_blocked, now: app.clock.now() };
        match app.journal.write(write).await? {
            // One was opened or taken away meanwhile: what there is now has to be locked.
            Outcome::Done { value: Some(now), .. } => direct = now,
            _ => break,
        }
    }
    people::service::find(db, other).await?.ok_or(Error::NotFound)
}

struct Set {
    viewer: Viewer,
    other: UserId,
    direct: Option<ConversationId>,
    is_blocked: bool,
    now: Timestamp,
}

impl Write for Set {
    /// The conversation of the two that should have been locked, if there is one; none when all was well.
    type Value = Option<Option<ConversationId>>;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    /// Both people, as whoever opens their conversation locks, and the conversation, as whoever sends in it does.
    fn locks(&self) -> Locks {
        Locks { users: vec![self.viewer.id(), self.other], conversations: self.direct.into_iter().collect() }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let viewer = self.viewer.id();
        people::service::find(tx, self.other).await?.ok_or(Error::NotFound)?;
        let direct = conversations::service::find_direct(tx, &self.viewer, self.other).await?;
        if direct != self.direct {
            return Ok(Change::nothing(Some(direct)));
        }
        let blocked = people::service::blocked(tx, viewer, &[self.other]).await?;
        let blocked = blocked.get(&self.other).copied().unwrap_or_default();
        if blocked.by_oneself == self.is_blocked {
            return Ok(Change::nothing(None));
        }
        let mut rows = vec![if self.is_blocked {
            store::made(block::Model { blocker_id: viewer, blocked_id: self.other, created_at: self.now })
        } else {
            store::ended(viewer, self.other)
        }];
        let mut events =
            vec![NewEvent::for_user(viewer, EventBody::BlockChanged { user: self.other, is_blocked: self.is_blocked })];
        if let Some(id) = direct.filter(|_| !blocked.by_other) {
            rows.extend(participants::service::may_both_send(id, [viewer, self.other], !self.is_blocked));
            events.push(NewEvent::in_conversation(id, EventBody::SendingChanged));
        }
        Ok(Change { rows, events, value: None })
    }
}
