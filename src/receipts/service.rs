//! The rules of markers and counts.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

pub use super::store::{ReceiptRow, Waiting};
use super::{Inbox, counts::Counts, store, store::Moves, store::WaitingIn};
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    conversations,
    error::Result,
    graphql::Page,
    ids::{ConversationId, MessageId, UserId},
    journal::{Change, EventBody, Locks, MessageAspect, NewEvent, Outcome, Seq, Tx, Write},
    messages::{self, service::Counted},
    notifications::{self, service::Which},
    participants, people,
};

/// In larger conversations a moving marker is told only to the mover's own devices; senders ask for `receipts`.
pub(super) const TOLD_TO_ALL: u64 = 32;

/// How many messages a read newly covered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewlyRead(pub i64);

/// The unread counts of a viewer, those that are not zero.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn counts(db: &impl ConnectionTrait, user: UserId) -> Result<Counts> {
    Ok(store::unread(db, user, None)
        .await?
        .into_iter()
        .map(|row| (row.conversation_id, row.counted_seq, row.unread))
        .collect())
}

/// The unread counts of a viewer in some conversations.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn unread_in(
    db: &impl ConnectionTrait,
    user: UserId,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, i64>> {
    Ok(store::unread(db, user, Some(ids)).await?.into_iter().map(|row| (row.conversation_id, row.unread)).collect())
}

/// A page of the conversations with unread messages where a user is told of every message, by the newest of those, the
/// newest first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn waiting(db: &impl ConnectionTrait, user: UserId, page: &Page<i64>) -> Result<Vec<Waiting>> {
    store::waiting(db, user, WaitingIn::Page(page)).await
}

/// Those of some conversations that would be listed by [`waiting`].
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn waiting_in(db: &impl ConnectionTrait, user: UserId, ids: &[ConversationId]) -> Result<Vec<Waiting>> {
    store::waiting(db, user, WaitingIn::These(ids)).await
}

/// How many conversations [`waiting`] lists in all.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count_waiting(db: &impl ConnectionTrait, user: UserId) -> Result<i64> {
    store::count_waiting(db, user).await
}

/// What decides of which new messages a user is told, as of a place.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn inbox(db: &impl ConnectionTrait, user: UserId, as_of: Seq) -> Result<Inbox> {
    let waiting = store::waiting(db, user, WaitingIn::Everywhere).await?;
    Ok(Inbox::new(
        user,
        as_of,
        counts(db, user).await?,
        waiting.into_iter().map(|row| (row.conversation_id, row.seq)),
        store::settings(db, user).await?,
        store::blocked_by(db, user).await?,
    ))
}

/// The receipts of messages the viewer was given.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn receipts(db: &impl ConnectionTrait, places: &[Seq]) -> Result<HashMap<Seq, Vec<ReceiptRow>>> {
    let mut grouped: HashMap<Seq, Vec<ReceiptRow>> = HashMap::new();
    for row in store::receipts(db, places).await? {
        grouped.entry(row.seq).or_default().push(row);
    }
    Ok(grouped)
}

/// Marks a conversation read up to a message, or all of it; tells how many messages that newly covered.
///
/// # Errors
/// NOT_FOUND.
pub async fn mark_read(
    app: &App,
    viewer: &Arc<Viewer>,
    conversation: ConversationId,
    up_to: Option<MessageId>,
) -> Result<(Membership, NewlyRead)> {
    let write = MarkRead { viewer: Arc::clone(viewer), conversation, up_to, now: app.clock.now() };
    let Outcome::Done { value, .. } = app.journal.write(write).await? else {
        return Err(crate::error::Error::NotFound);
    };
    Ok((conversations::service::find(app, viewer, conversation).await?, value))
}

/// Counts a conversation as unread from a message on, for the viewer alone.
///
/// # Errors
/// NOT_FOUND.
pub async fn mark_unread(
    app: &App,
    viewer: &Arc<Viewer>,
    conversation: ConversationId,
    from: MessageId,
) -> Result<Membership> {
    app.journal.write(MarkUnread { viewer: Arc::clone(viewer), conversation, from, now: app.clock.now() }).await?;
    conversations::service::find(app, viewer, conversation).await
}

struct MarkRead {
    viewer: Arc<Viewer>,
    conversation: ConversationId,
    up_to: Option<MessageId>,
    now: Timestamp,
}

impl Write for MarkRead {
    type Value = NewlyRead;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<NewlyRead>> {
        let (member, user) = (Membership::check(tx, &self.viewer, self.conversation).await?, self.viewer.id());
        let target = match self.up_to {
            Some(id) => messages::service::find_row(tx, &member, id, self.now).await?.seq,
            None => member.conversation().last_message_seq.unwrap_or(Seq::START),
        };
        let mine = member.participant();
        let read = mine.read_seq.max(target);
        if read == mine.read_seq && mine.unread_from_seq.is_none() {
            return Ok(Change::nothing(NewlyRead(0)));
        }
        let before = store::unread(tx, user, Some(&[self.conversation])).await?.first().map_or(0, |row| row.unread);
        let counted = messages::service::counted_at(tx, &member, read).await?;
        let last_own = messages::service::counted_at(tx, &member, Seq(i64::MAX)).await?.own;
        let unread =
            store::unread_from(tx, self.conversation, user, member.conversation().last_ordinal, last_own, counted)
                .await?;
        let moves = Moves {
            delivered: (read > mine.delivered_seq).then_some(read),
            read: (read > mine.read_seq).then_some(read),
            counted: Some(counted),
            unread_from: Some(None),
            is_shown: people::service::find(tx, user).await?.is_none_or(|person| person.shares_reading),
        };
        let rows = store::moved(self.conversation, user, moves, self.now);
        let events = self.events(tx, &member, (moves, read, unread)).await?;
        let mut change = Change { rows, events, value: NewlyRead((before - unread).max(0)) };
        let seen = Which::MessagesUpTo(self.conversation, read);
        notifications::service::settle(tx, &mut change, user, seen, self.now).await?;
        Ok(change)
    }
}

impl MarkRead {
    /// Who is told what: everybody that the viewer has read, or only the viewer's own devices; and who has sent
    /// something urgent that it was read.
    async fn events(&self, tx: &Tx, member: &Membership, moved: (Moves, Seq, i64)) -> Result<Vec<NewEvent>> {
        let (conversation, user, (moves, up_to, unread)) = (self.conversation, self.viewer.id(), moved);
        if moves.read.is_none() {
            let body = EventBody::UnreadChanged { conversation, counted: up_to, unread };
            return Ok(vec![NewEvent::for_user(user, body)]);
        }
        let is_small = participants::service::count(tx, conversation).await? <= TOLD_TO_ALL;
        // To everybody in a small conversation, in a large one only to the one whose marker moved.
        let told = |body| match is_small {
            true => NewEvent::in_conversation(conversation, body),
            false => NewEvent::for_user(user, body),
        };
        let body = EventBody::Read { conversation, user, up_to, unread };
        if moves.is_shown {
            return Ok(vec![told(body)]);
        }
        let mut events = vec![NewEvent::for_user(user, body)];
        // That the messages arrived is no secret.
        if let Some(delivered) = moves.delivered {
            let body = EventBody::Delivered { conversation, marks: vec![(user, delivered)] };
            events.push(told(body));
        }
        if is_small {
            let covered = (member.participant().read_seq, up_to);
            let urgent = messages::service::urgent_between(tx, member, covered).await?;
            events.extend(urgent.into_iter().map(|(message, seq)| {
                let body =
                    EventBody::MessageChanged { message, seq, what: MessageAspect::Receipts, hidden_for: Vec::new() };
                NewEvent::in_conversation(conversation, body)
            }));
        }
        Ok(events)
    }
}

struct MarkUnread {
    viewer: Arc<Viewer>,
    conversation: ConversationId,
    from: MessageId,
    now: Timestamp,
}

impl Write for MarkUnread {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let (member, user) = (Membership::check(tx, &self.viewer, self.conversation).await?, self.viewer.id());
        let from = messages::service::find_row(tx, &member, self.from, self.now).await?.seq;
        let before = Seq(from.0 - 1);
        if member.participant().counted_seq <= before {
            return Ok(Change::nothing(()));
        }
        let counted: Counted = messages::service::counted_at(tx, &member, before).await?;
        let last_own = messages::service::counted_at(tx, &member, Seq(i64::MAX)).await?.own;
        let unread =
            store::unread_from(tx, self.conversation, user, member.conversation().last_ordinal, last_own, counted)
                .await?;
        let moves = Moves { counted: Some(counted), unread_from: Some(Some(from)), ..Moves::default() };
        let event = EventBody::UnreadChanged { conversation: self.conversation, counted: before, unread };
        Ok(Change {
            rows: store::moved(self.conversation, user, moves, self.now),
            events: vec![NewEvent::for_user(user, event)],
            value: (),
        })
    }
}
