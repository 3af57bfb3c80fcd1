//! Delivered markers: which messages reached a device, gathered and written at most once a second.
//!
//! A marker moves only over a gapless hand-over: a stream or a page that began at or before where the marker was, or
//! before anything was sent after it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    service::TOLD_TO_ALL,
    store::{self, Moves},
};
use crate::{
    App,
    access::Membership,
    clock::Timestamp,
    error::Result,
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Seq, Tx, Write},
    messages::service::Loaded,
};

/// Everything sent in `(after, up_to]` was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// Before the first message handed over.
    pub after: Seq,
    /// The last message handed over.
    pub up_to: Seq,
}

/// Hand-overs that are not written yet.
#[derive(Debug, Default)]
pub struct Deliveries(Mutex<HashMap<(ConversationId, UserId), HandedOver>>);

impl Deliveries {
    /// Notes a hand-over to one of a user's devices.
    pub fn note(&self, conversation: ConversationId, user: UserId, new: HandedOver) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = waiting.entry((conversation, user)).or_insert(new);
        // Two devices may overlap; with a hole between, the earlier stretch is the one that can move the marker.
        let (first, second) = if known.after <= new.after { (*known, new) } else { (new, *known) };
        *known = if second.after <= first.up_to {
            HandedOver { after: first.after, up_to: first.up_to.max(second.up_to) }
        } else {
            first
        };
    }

    fn take(&self) -> HashMap<(ConversationId, UserId), HandedOver> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Notes that a page up to the newest message was handed over: whole when nothing lies before it, else from its first
/// message on.
pub fn handed_over_page(app: &App, member: &Membership, page: &Page<i64>, rows: &[Arc<Loaded>]) {
    let newest = rows.iter().map(|loaded| loaded.row.seq).max();
    let oldest = rows.iter().map(|loaded| loaded.row.seq).min();
    let (Some(newest), Some(oldest)) = (newest, oldest) else { return };
    let has_more = rows.len() as u64 > page.size;
    if newest <= member.participant().delivered_seq || (has_more && !page.from_end) {
        return;
    }
    // With more before it, the oldest row is the one that only shows that there is more.
    let after = if has_more { oldest } else { Seq(page.after.unwrap_or(0)) };
    app.deliveries.note(member.id(), member.participant().user_id, HandedOver { after, up_to: newest });
}

/// Writes what was gathered.
///
/// # Errors
/// INTERNAL and UNAVAILABLE; what could not be written is gathered again.
pub async fn flush(app: &App) -> Result<()> {
    let waiting = app.deliveries.take();
    if waiting.is_empty() {
        return Ok(());
    }
    let write = MarkDelivered { marks: waiting.clone(), now: app.clock.now() };
    if let Err(error) = app.journal.write(write).await {
        for ((conversation, user), handed_over) in waiting {
            app.deliveries.note(conversation, user, handed_over);
        }
        return Err(error);
    }
    Ok(())
}

/// Moves a delivered marker at once, for a client that keeps its own account.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn mark(app: &App, conversation: ConversationId, user: UserId, up_to: Seq) -> Result<()> {
    let marks = HashMap::from([((conversation, user), HandedOver { after: Seq::START, up_to })]);
    match app.journal.write(MarkDelivered { marks, now: app.clock.now() }).await? {
        Outcome::Done { .. } | Outcome::Replayed(_) => Ok(()),
    }
}

struct MarkDelivered {
    marks: HashMap<(ConversationId, UserId), HandedOver>,
    now: Timestamp,
}

impl Write for MarkDelivered {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks { conversations: self.marks.keys().map(|(conversation, _)| *conversation).collect(), ..Locks::default() }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let conversations: Vec<_> = self.locks().conversations;
        let (mut rows, mut moved, mut people) = (Vec::new(), HashMap::<_, Vec<_>>::new(), HashMap::<_, u64>::new());
        for participant in store::participants(tx, &conversations).await? {
            let (conversation, user) = (participant.conversation_id, participant.user_id);
            *people.entry(conversation).or_default() += 1;
            let Some(HandedOver { after, up_to }) = self.marks.get(&(conversation, user)).copied() else { continue };
            let known = participant.delivered_seq;
            if up_to <= known
                || (after > known && store::has_messages_for(tx, conversation, user, known, after).await?)
            {
                continue;
            }
            rows.extend(store::moved(
                conversation,
                user,
                Moves { delivered: Some(up_to), ..Moves::default() },
                self.now,
            ));
            moved.entry(conversation).or_default().push((user, up_to));
        }
        let mut events = Vec::new();
        for (conversation, marks) in moved {
            if people.get(&conversation).is_some_and(|count| *count <= TOLD_TO_ALL) {
                events.push(NewEvent::in_conversation(conversation, EventBody::Delivered { conversation, marks }));
            } else {
                events.extend(
                    marks.into_iter().map(|mark| {
                        NewEvent::for_user(mark.0, EventBody::Delivered { conversation, marks: vec![mark] })
                    }),
                );
            }
        }
        Ok(Change { rows, events, value: () })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_stretches_join_and_a_hole_keeps_the_earlier() {
        let (deliveries, key) = (Deliveries::default(), (ConversationId::generate(), UserId::generate()));
        let note = |after, up_to| deliveries.note(key.0, key.1, HandedOver { after: Seq(after), up_to: Seq(up_to) });
        note(10, 20);
        note(15, 30);
        note(40, 50);
        note(5, 10);
        assert_eq!(deliveries.take()[&key], HandedOver { after: Seq(5), up_to: Seq(30) });
    }
}
