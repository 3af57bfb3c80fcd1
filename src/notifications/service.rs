//! The rules of inboxes: reading and tidying one's own.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

use super::store;
use super::tell::changed;
pub use super::tell::{settle, settle_message, tell, tell_of_first, tell_of_invitation, tell_of_request};
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::notification::{self, Kind},
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{ConversationId, InvitationId, MessageId, NotificationId, UserId},
    journal::{self, Change, Locks, Outcome, Seq, Tx, Write},
};

/// How many entries an event names, and a request may name.
pub const MOST: usize = 100;

/// Which entries to list.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those that are not read.
    pub unread_only: bool,
    /// Only of these kinds; of any when there are none.
    pub kinds: Vec<Kind>,
}

impl Filter {
    /// Whether entries of a kind are listed.
    pub fn has(&self, kind: Kind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// Which of somebody's unread entries.
#[derive(Clone, Debug)]
pub enum Which {
    /// All of them.
    All,
    /// These.
    These(Vec<NotificationId>),
    /// Up to a place.
    UpTo(Seq),
    /// About messages of a conversation up to a place.
    MessagesUpTo(ConversationId, Seq),
    /// About one message, for somebody who hides it from themselves.
    Message(MessageId),
    /// The request of somebody to be a contact.
    RequestOf(UserId),
    /// About an invitation.
    Invitation(InvitationId),
}

/// The stored entries of the viewer, newest first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn list(app: &App, viewer: &Viewer, filter: &Filter, page: &Page<i64>) -> Result<Vec<notification::Model>> {
    store::page(app.database.reader(), viewer.id(), filter, page).await
}

/// Those of the entries that are the viewer's.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_all(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[NotificationId],
) -> Result<HashMap<NotificationId, notification::Model>> {
    Ok(store::find_all(db, viewer.id(), ids).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// Entries of anybody, for handing to those they belong to.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn load_for_delivery(
    db: &impl ConnectionTrait,
    ids: &[NotificationId],
) -> Result<HashMap<NotificationId, notification::Model>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::find_of_all(db, ids).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// The newest unread entries of somebody that may ring, of those after a place and up to another.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn newest_loud(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Seq,
    up_to: Seq,
    most: u64,
) -> Result<Vec<notification::Model>> {
    store::newest_loud(db, user, after, up_to, most).await
}

/// How many stored entries the viewer has not read.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count_unread(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<i64> {
    Ok(i64::try_from(store::count_unread(db, viewer.id()).await?).unwrap_or(i64::MAX))
}

/// Marks entries of the viewer as read: those with these ids, or all up to a place of the list, or up to now.
///
/// # Errors
/// BAD_USER_INPUT for too many ids, NOT_FOUND for one that is not the viewer's, NOT_ALLOWED for one that tells of
/// unread messages.
pub async fn mark_read(app: &App, viewer: &Arc<Viewer>, which: Option<Which>) -> Result<()> {
    if matches!(&which, Some(Which::These(ids)) if ids.len() > MOST) {
        return Err(Error::bad_input(format!("Name at most {MOST} notifications at once.")));
    }
    app.journal.write(MarkRead { viewer: Arc::clone(viewer), which, now: app.clock.now() }).await.map(drop)
}

/// Takes an entry out of the viewer's inbox.
///
/// # Errors
/// NOT_FOUND, or NOT_ALLOWED for one that tells of unread messages.
pub async fn delete(app: &App, viewer: &Arc<Viewer>, id: NotificationId) -> Result<NotificationId> {
    match app.journal.write(Delete { viewer: Arc::clone(viewer), id }).await? {
        Outcome::Done { .. } | Outcome::Replayed(_) => Ok(id),
    }
}

/// Why an id is not one of the viewer's stored entries: it stands for a conversation of theirs, or for nothing.
async fn not_stored(tx: &Tx, viewer: &Viewer, ids: &[NotificationId], field: &str) -> Error {
    let conversations: Vec<_> = ids.iter().map(|id| ConversationId(id.0)).collect();
    match Membership::check_all(tx, viewer, &conversations).await {
        Ok(mine) if mine.is_empty() => Error::NotFound,
        Ok(_) => Error::invalid(
            UserErrorCode::NotAllowed,
            &["input", field],
            "This tells you of messages you have not read. It goes when you read the conversation.",
        ),
        Err(error) => error,
    }
}

struct MarkRead {
    viewer: Arc<Viewer>,
    which: Option<Which>,
    now: Timestamp,
}

impl Write for MarkRead {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id()])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let mut change = Change::nothing(());
        let which = match &self.which {
            Some(Which::These(ids)) => {
                let own = find_all(tx, &self.viewer, ids).await?;
                let others: Vec<_> = ids.iter().filter(|id| !own.contains_key(id)).copied().collect();
                if !others.is_empty() {
                    return Err(not_stored(tx, &self.viewer, &others, "ids").await);
                }
                Which::These(ids.clone())
            }
            Some(which) => which.clone(),
            // What is told after this is not read by it.
            None => Which::UpTo(journal::head(tx).await?.seq),
        };
        settle(tx, &mut change, self.viewer.id(), which, self.now).await?;
        Ok(change)
    }
}

struct Delete {
    viewer: Arc<Viewer>,
    id: NotificationId,
}

impl Write for Delete {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id()])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let Some(row) = find_all(tx, &self.viewer, &[self.id]).await?.remove(&self.id) else {
            return Err(not_stored(tx, &self.viewer, &[self.id], "id").await);
        };
        let event = changed(self.viewer.id(), vec![self.id]);
        Ok(Change { rows: vec![store::removed(&row)], events: vec![event], value: () })
    }
}
