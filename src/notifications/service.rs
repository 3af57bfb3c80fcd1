//! The rules of inboxes: who is told of what, and how an entry ends.
//!
//! The functions that take a [`Change`] add to a write of another feature, so that an entry and what it tells of are
//! stored together or not at all.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

use super::store;
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::{
        invitation, message,
        notification::{self, Kind},
        participant::{self, NotificationLevel},
    },
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{ConversationId, InvitationId, MessageId, NotificationId, UserId},
    journal::{self, Change, EventBody, Locks, NewEvent, Outcome, Seq, Tx, Write},
    people,
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

/// How many stored entries the viewer has not read.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count_unread(db: &impl ConnectionTrait, viewer: &Viewer) -> Result<i64> {
    Ok(i64::try_from(store::count_unread(db, viewer.id()).await?).unwrap_or(i64::MAX))
}

/// Whether somebody who hears of a conversation at this level is told of this.
fn is_wanted(level: NotificationLevel, kind: Kind) -> bool {
    match level {
        NotificationLevel::All => true,
        NotificationLevel::Mentions => kind != Kind::NewMessage,
        // What cannot wait is not held back by a setting that was made for chatter.
        NotificationLevel::None => kind == Kind::UrgentMessage,
    }
}

/// Of two entries about one message, the higher says more.
fn weight(kind: Kind) -> u8 {
    match kind {
        Kind::UrgentMessage => 3,
        Kind::Mention => 2,
        Kind::MessageReply => 1,
        Kind::NewMessage | Kind::ContactRequest | Kind::GroupInvite => 0,
    }
}

/// Tells people of a message as part of the write that makes or changes it: those who take part, may see it, have not
/// read it, want to hear of it and do not block its sender. `by` did what is told, for instance flagged it; neither they
/// nor the sender are told. `news` names who is told what; each person gets at most one entry, the weightiest, and none
/// when they were told as much of this message before. Call it when the rows and events of the message are in `change`, in
/// a write that locks its conversation.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn tell<T: Send>(
    tx: &Tx,
    change: &mut Change<T>,
    message: &message::Model,
    by: UserId,
    mut news: Vec<(Kind, Vec<UserId>)>,
    now: Timestamp,
) -> Result<()> {
    let mut people: Vec<_> = news.iter().flat_map(|(_, people)| people).copied().collect();
    people.sort_unstable();
    people.dedup();
    people.retain(|person| *person != by && *person != message.sender_id);
    if people.is_empty() || message.kind == message::Kind::System || message.deleted_at.is_some() {
        return Ok(());
    }
    let present = store::present(tx, message.conversation_id, &people).await?;
    let blocked = people::service::blocked(tx, message.sender_id, &people).await?;
    // Nobody was told of a message that this write makes.
    let is_new = message.seq < Seq::START;
    let before = if is_new { Vec::new() } else { store::told(tx, message.id, &people).await? };
    news.sort_by_key(|(kind, _)| std::cmp::Reverse(weight(*kind)));
    for person in present {
        let known = before.iter().filter(|(user, _)| *user == person.user_id).map(|(_, kind)| weight(*kind)).max();
        let is_for = |(kind, people): &&(Kind, Vec<UserId>)| {
            people.contains(&person.user_id)
                && is_wanted(person.notification_level, *kind)
                && known.is_none_or(|known| known < weight(*kind))
        };
        let may_see = is_new || (person.history_from_seq <= message.seq && person.read_seq < message.seq);
        let has_blocked = blocked.get(&person.user_id).is_some_and(|blocked| blocked.by_other);
        if may_see
            && !has_blocked
            && let Some((kind, _)) = news.iter().find(is_for)
        {
            add(change, about(message, &person, *kind, by, now));
        }
    }
    Ok(())
}

fn about(
    message: &message::Model,
    person: &participant::Model,
    kind: Kind,
    by: UserId,
    now: Timestamp,
) -> notification::Model {
    let is_quiet = person.quiet_until.is_some_and(|until| until > now);
    notification::Model {
        conversation_id: Some(message.conversation_id),
        message_id: Some(message.id),
        message_seq: Some(message.seq),
        is_silent: is_quiet && kind != Kind::UrgentMessage,
        ..entry(person.user_id, kind, by, now)
    }
}

fn entry(user: UserId, kind: Kind, by: UserId, now: Timestamp) -> notification::Model {
    notification::Model {
        user_id: user,
        seq: Seq::START,
        id: NotificationId::generate(),
        kind,
        actor_id: by,
        conversation_id: None,
        message_id: None,
        message_seq: None,
        invitation_id: None,
        is_silent: false,
        created_at: now,
        read_at: None,
    }
}

/// Adds an entry, and the event whose place it has.
fn add<T>(change: &mut Change<T>, row: notification::Model) {
    let seq = Seq::of(i64::try_from(change.events.len()).unwrap_or(i64::MAX - 1));
    change.events.push(NewEvent::for_user(row.user_id, EventBody::NotificationAdded { notification: row.id }));
    change.rows.push(store::made(notification::Model { seq, ..row }));
}

/// Tells somebody that they are asked to be a contact.
pub fn tell_of_request<T>(change: &mut Change<T>, asked: UserId, by: UserId, now: Timestamp) {
    add(change, entry(asked, Kind::ContactRequest, by, now));
}

/// Tells somebody that they are asked to join a group. Call it when the row of the invitation is in `change`.
pub fn tell_of_invitation<T>(change: &mut Change<T>, invitation: &invitation::Model) {
    let told = entry(invitation.user_id, Kind::GroupInvite, invitation.invited_by, invitation.created_at);
    let about = (Some(invitation.conversation_id), Some(invitation.id));
    add(change, notification::Model { conversation_id: about.0, invitation_id: about.1, ..told });
}

/// Makes entries of somebody read, as part of the write that ends what they tell of; their devices are told.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn settle<T: Send>(
    tx: &Tx,
    change: &mut Change<T>,
    user: UserId,
    which: Which,
    now: Timestamp,
) -> Result<Vec<NotificationId>> {
    let found = store::unread_ids(tx, user, &which, MOST + 1).await?;
    if !found.is_empty() {
        change.rows.push(store::read(user, &which, now));
        change.events.push(changed(user, found.clone()));
    }
    Ok(found)
}

/// Makes everybody's entries about a message read, as part of the write that takes it back.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn settle_message<T: Send>(
    tx: &Tx,
    change: &mut Change<T>,
    message: MessageId,
    now: Timestamp,
) -> Result<()> {
    let found = store::unread_about(tx, message).await?;
    if !found.is_empty() {
        change.rows.push(store::read_about(message, now));
        change.events.extend(found.into_iter().map(|(user, ids)| changed(user, ids)));
    }
    Ok(())
}

/// Tells somebody's devices that entries changed.
pub(super) fn changed(user: UserId, mut ids: Vec<NotificationId>) -> NewEvent {
    if ids.len() > MOST {
        ids.clear();
    }
    NewEvent::for_user(user, EventBody::NotificationsChanged { notifications: ids })
}

/// Marks entries of the viewer as read: those with these ids, or all up to a place of the list, or up to now.
///
/// # Errors
/// BAD_USER_INPUT for too many ids, NOT_FOUND for one that is not the viewer's, NOT_ALLOWED for one that tells of unread
/// messages.
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
