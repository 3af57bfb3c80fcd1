//! What is news to whom: from the journal to the browsers that may have to be told, and what there is to tell them.

use super::store;
use crate::{
    App,
    entity::push_subscription,
    error::Result,
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::{self, Audience, Change, Event, EventBody, Locks, Outcome, Row, Seq, Tx, Write},
    notifications, receipts,
};

/// How many events are looked at in one transaction.
const EVENTS: u64 = 500;
/// How many entries of each kind are looked at: more would not change what is told.
const ENTRIES: u64 = 20;

/// Looks through what the journal has that was not looked at, and notes for which browsers it may be news.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub(super) async fn note(app: &App) -> Result<()> {
    loop {
        let db = app.database.reader();
        let (place, head) = (store::place(db).await?, journal::head(db).await?.seq);
        // The first browser that is registered moves the place to the end.
        if place == head || store::is_empty(db).await? {
            return Ok(());
        }
        let Outcome::Done { value: true, .. } = app.journal.write(Note).await? else { return Ok(()) };
    }
}

/// Notes what some events may be news to; answers whether there may be more.
struct Note;

impl Write for Note {
    type Value = bool;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<bool>> {
        let (place, head) = (store::place(tx).await?, journal::head(tx).await?.seq);
        // A copy that was restored may have less than was looked at.
        let events = if place < head { journal::after(tx, place, EVENTS).await? } else { Vec::new() };
        let end = events.last().map_or(head, |event| event.seq);
        if place == end {
            return Ok(Change::nothing(false));
        }
        let mut rows = vec![store::moved(place, end)];
        rows.extend(concerned(tx, &events, end).await?);
        Ok(Change { rows, events: Vec::new(), value: end < head })
    }
}

async fn concerned(tx: &Tx, events: &[Event], up_to: Seq) -> Result<Vec<Row>> {
    let (mut people, mut conversations, mut ended) = (Vec::new(), Vec::new(), Vec::new());
    for event in events {
        match (&event.body, event.audience) {
            (Some(EventBody::MessageAdded { countable: true, .. }), Audience::Conversation(id)) => {
                conversations.push(id)
            }
            (Some(EventBody::NotificationAdded { .. }), Audience::User(id)) => people.push(id),
            (Some(EventBody::SessionEnded { session }), _) => ended.push(*session),
            _ => {}
        }
    }
    people.sort_unstable();
    people.dedup();
    conversations.sort_unstable();
    conversations.dedup();
    let over: Vec<_> = store::of_sessions(tx, &ended).await?.iter().map(|row| row.session_id).collect();
    let mut open = store::concerned(tx, &people, &conversations).await?;
    open.retain(|session| !over.contains(session));
    let mut rows: Vec<_> = over.into_iter().map(store::gone).collect();
    rows.extend((!open.is_empty()).then(|| store::may_have_news(open, up_to)));
    Ok(rows)
}

/// What there is to tell a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct News {
    /// Where, when it is all in one conversation.
    pub(super) conversation: Option<ConversationId>,
}

/// What is in the inbox, unread and not to be quiet about, of what came up to a place and was not told. None when there
/// is nothing any more: it was read on another device, for instance.
pub(super) async fn untold(app: &App, browser: &push_subscription::Model, up_to: Seq) -> Result<Option<News>> {
    let (db, user, told) = (app.database.reader(), browser.user_id, browser.told_seq);
    let page = Page { after: None, before: Some(told.0), size: ENTRIES, from_end: false };
    let waiting = receipts::service::waiting(db, user, &page).await?;
    let now = app.clock.now();
    let is_loud = |waiting: &&receipts::service::Waiting| {
        waiting.seq <= up_to && waiting.quiet_until.is_none_or(|until| until <= now)
    };
    let mut places: Vec<_> = waiting.iter().filter(is_loud).map(|waiting| Some(waiting.conversation_id)).collect();
    let stored = notifications::service::newest_loud(db, user, told, up_to, ENTRIES).await?;
    places.extend(stored.into_iter().map(|entry| entry.conversation_id));
    let Some(first) = places.first().copied() else { return Ok(None) };
    let conversation = first.filter(|_| places.iter().all(|place| *place == first));
    Ok(Some(News { conversation }))
}
