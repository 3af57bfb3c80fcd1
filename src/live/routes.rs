//! Who on this node listens to what, kept current from the same events that are delivered. No queries, no waiting.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use tokio::sync::mpsc;

use super::Heard;
use crate::{
    entity::stay,
    ids::{ConversationId, UserId},
    journal::{Audience, Event, EventBody, Seq},
};

/// What a listener wants to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interest {
    /// Everything that concerns the viewer.
    Everything,
    /// New messages of one conversation.
    MessagesOf(ConversationId),
    /// What changes unread counts.
    Counts,
    /// What the viewer is told of, and what decides that.
    Inbox,
    /// That the viewer's place in one conversation ends.
    Place(ConversationId),
    /// What changes whom the viewer has to do with, and what they share with them.
    Acquaintance,
}

impl Interest {
    /// Whether an event the viewer may hear is wanted. What ends a listener always is.
    pub fn wants(self, event: &Event) -> bool {
        let Some(body) = &event.body else { return false };
        if matches!(body, EventBody::SessionEnded { .. }) {
            return true;
        }
        match self {
            Self::Everything => true,
            Self::MessagesOf(id) => {
                event.audience == Audience::Conversation(id)
                    && matches!(body, EventBody::MessageAdded { .. } | EventBody::ParticipantRemoved { .. })
            }
            Self::Place(id) => {
                event.audience == Audience::Conversation(id) && matches!(body, EventBody::ParticipantRemoved { .. })
            }
            Self::Acquaintance => matches!(
                body,
                EventBody::ConversationCreated { .. }
                    | EventBody::ParticipantsAdded { .. }
                    | EventBody::ParticipantRemoved { .. }
                    | EventBody::PresenceShared { .. }
                    | EventBody::ContactChanged { .. }
                    | EventBody::BlockChanged { .. }
            ),
            Self::Inbox => matches!(
                body,
                EventBody::NotificationAdded { .. }
                    | EventBody::MessageAdded { .. }
                    | EventBody::MessageDeleted { .. }
                    | EventBody::MessageHidden { .. }
                    | EventBody::Read { .. }
                    | EventBody::UnreadChanged { .. }
                    | EventBody::ParticipantRemoved { .. }
                    | EventBody::PreferencesChanged { .. }
                    | EventBody::BlockChanged { .. }
            ),
            Self::Counts => matches!(
                body,
                EventBody::MessageAdded { .. }
                    | EventBody::MessageDeleted { .. }
                    | EventBody::MessageHidden { .. }
                    | EventBody::Read { .. }
                    | EventBody::UnreadChanged { .. }
                    | EventBody::ParticipantRemoved { .. }
            ),
        }
    }
}

/// A listener, as the tail knows it.
pub(super) struct Listener {
    pub(super) id: u64,
    pub(super) user: UserId,
    pub(super) interest: Interest,
    /// Everything up to here was given to it already.
    pub(super) from: Seq,
    pub(super) queue: mpsc::Sender<Arc<Heard>>,
}

/// How many recent events are kept for listeners that join a little behind the tail.
const RECENT: usize = 1024;

/// The listeners of one node, and the place they were served up to.
pub(super) struct Routes {
    position: Seq,
    recent: VecDeque<Arc<Heard>>,
    listeners: HashMap<UserId, Vec<Listener>>,
    /// Who takes part in a conversation, and from where they see its messages.
    members: HashMap<ConversationId, HashMap<UserId, Seq>>,
    conversations: HashMap<UserId, HashSet<ConversationId>>,
}

impl Routes {
    pub(super) fn starting_at(position: Seq) -> Self {
        Self {
            position,
            recent: VecDeque::new(),
            listeners: HashMap::new(),
            members: HashMap::new(),
            conversations: HashMap::new(),
        }
    }

    /// Takes in a listener whose user had `stays` as of `listener.from`. False when the events between there and here
    /// are no longer at hand: it must read them from the journal and ask again.
    pub(super) fn join(&mut self, listener: Listener, stays: &[stay::Model]) -> bool {
        let (from, user) = (listener.from, listener.user);
        let at_hand = self.recent.front().map_or(self.position, |oldest| Seq(oldest.event.seq.0 - 1));
        if from < at_hand {
            return false;
        }
        let at = from.min(self.position);
        let mut here: HashMap<ConversationId, Seq> = stays
            .iter()
            .filter(|stay| stay.from_seq <= at && stay.to_seq.is_none_or(|to| to > at))
            .map(|stay| (stay.conversation_id, stay.history_from_seq))
            .collect();
        for heard in self.recent.iter().filter(|heard| heard.event.seq > from) {
            let concerned = concerns(&mut here, user, &heard.event);
            if concerned && listener.interest.wants(&heard.event) && listener.queue.try_send(Arc::clone(heard)).is_err()
            {
                return false;
            }
        }
        if !self.listeners.contains_key(&user) {
            for (conversation, history_from) in &here {
                self.members.entry(*conversation).or_default().insert(user, *history_from);
            }
            self.conversations.insert(user, here.into_keys().collect());
        }
        self.listeners.entry(user).or_default().push(listener);
        true
    }

    pub(super) fn leave(&mut self, user: UserId, id: u64) {
        let Some(listeners) = self.listeners.get_mut(&user) else { return };
        listeners.retain(|listener| listener.id != id);
        if listeners.is_empty() {
            self.forget(user);
        }
    }

    fn forget(&mut self, user: UserId) {
        self.listeners.remove(&user);
        for conversation in self.conversations.remove(&user).unwrap_or_default() {
            self.remove_member(conversation, user);
        }
    }

    fn remove_member(&mut self, conversation: ConversationId, user: UserId) {
        if let Some(members) = self.members.get_mut(&conversation) {
            members.remove(&user);
            if members.is_empty() {
                self.members.remove(&conversation);
            }
        }
    }

    /// Hands one event to everybody it concerns. A listener whose queue is full is let go; it comes back by itself
    /// and reads on from the journal.
    pub(super) fn deliver(&mut self, heard: Arc<Heard>) {
        let event = &heard.event;
        self.position = event.seq;
        let mut gone = Vec::new();
        match event.audience {
            Audience::User(user) => self.offer(user, &heard, &mut gone),
            Audience::Everyone => {
                for user in self.listeners.keys().copied().collect::<Vec<_>>() {
                    self.offer(user, &heard, &mut gone);
                }
            }
            Audience::Conversation(conversation) => {
                self.admit(conversation, event);
                let members = self.members.get(&conversation).into_iter().flatten();
                let may_hear = members.filter(|(_, history_from)| event.is_within(**history_from));
                for user in may_hear.map(|(user, _)| *user).collect::<Vec<_>>() {
                    self.offer(user, &heard, &mut gone);
                }
                if let Some(EventBody::ParticipantRemoved { user }) = &event.body {
                    self.remove_member(conversation, *user);
                    if let Some(conversations) = self.conversations.get_mut(user) {
                        conversations.remove(&conversation);
                    }
                }
            }
        }
        for user in gone {
            self.forget(user);
        }
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(heard);
    }

    fn admit(&mut self, conversation: ConversationId, event: &Event) {
        for user in admitted(event) {
            if let Some(conversations) = self.conversations.get_mut(user) {
                conversations.insert(conversation);
                let members = self.members.entry(conversation).or_default();
                let history_from = history_from(event, members.get(user).copied());
                members.insert(*user, history_from);
            }
        }
    }

    fn offer(&mut self, user: UserId, heard: &Arc<Heard>, gone: &mut Vec<UserId>) {
        let Some(listeners) = self.listeners.get_mut(&user) else { return };
        listeners.retain(|listener| {
            let skips = heard.event.seq <= listener.from || !listener.interest.wants(&heard.event);
            skips || listener.queue.try_send(Arc::clone(heard)).is_ok()
        });
        if listeners.is_empty() {
            gone.push(user);
        }
    }

    pub(super) fn listeners(&self) -> usize {
        self.listeners.values().map(Vec::len).sum()
    }

    pub(super) fn position(&self) -> Seq {
        self.position
    }
}

/// Who takes part from an event on, or still does but sees something else of it.
fn admitted(event: &Event) -> &[UserId] {
    match &event.body {
        Some(EventBody::ConversationCreated { participants }) => participants,
        Some(EventBody::ParticipantsAdded { users, .. }) => users,
        Some(EventBody::ParticipantUpdated { user, .. }) => std::slice::from_ref(user),
        _ => &[],
    }
}

/// From where somebody an event admits sees messages; `before` is from where they did until then.
fn history_from(event: &Event, before: Option<Seq>) -> Seq {
    let sees_history = match &event.body {
        Some(EventBody::ParticipantsAdded { sees_history, .. }) => Some(*sees_history),
        Some(EventBody::ParticipantUpdated { sees_history, .. }) => *sees_history,
        _ => None,
    };
    match sees_history {
        Some(true) => Seq::START,
        Some(false) => event.seq,
        None => before.unwrap_or(Seq::START),
    }
}

/// Whether an event concerns a user who takes part in the conversations `here`; moves `here` past the event.
fn concerns(here: &mut HashMap<ConversationId, Seq>, user: UserId, event: &Event) -> bool {
    match event.audience {
        Audience::User(id) => id == user,
        Audience::Everyone => true,
        Audience::Conversation(id) => {
            if admitted(event).contains(&user) {
                here.insert(id, history_from(event, here.get(&id).copied()));
            }
            let concerned = here.get(&id).is_some_and(|history_from| event.is_within(*history_from));
            if event.body == Some(EventBody::ParticipantRemoved { user }) {
                here.remove(&id);
            }
            concerned
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Timestamp, ids::SessionId, live::content};

    fn listener(user: UserId, from: i64) -> (Listener, mpsc::Receiver<Arc<Heard>>) {
        let (queue, heard) = mpsc::channel(8);
        (Listener { id: 0, user, interest: Interest::Everything, from: Seq(from), queue }, heard)
    }

    fn deliver(routes: &mut Routes, user: UserId, seq: i64) {
        let event = Event {
            seq: Seq(seq),
            audience: Audience::User(user),
            actor: None,
            body: Some(EventBody::SessionStarted { session: SessionId::generate() }),
            at: Timestamp::from_millis(0),
            hash: [0; 32],
        };
        content::bare(vec![event]).into_iter().for_each(|heard| routes.deliver(heard));
    }

    #[test]
    fn whoever_is_further_behind_than_the_recent_events_must_read_the_journal_first() {
        let (mut routes, user) = (Routes::starting_at(Seq(10)), UserId::generate());
        assert!(!routes.join(listener(user, 9).0, &[]), "what was before the start is not at hand");
        for seq in 11..=13 {
            deliver(&mut routes, user, seq);
        }
        let (behind, mut heard) = listener(user, 11);
        assert!(routes.join(behind, &[]));
        deliver(&mut routes, user, 14);
        let told: Vec<_> = std::iter::from_fn(|| heard.try_recv().ok()).map(|heard| heard.event.seq.0).collect();
        assert_eq!(told, [12, 13, 14]);
        let newest = 11 + i64::try_from(RECENT).unwrap();
        for seq in 15..=newest {
            deliver(&mut routes, user, seq);
        }
        assert!(!routes.join(listener(user, 10).0, &[]), "event 11 was forgotten");
        assert!(!routes.join(listener(user, newest - 9).0, &[]), "nine do not fit into a queue of eight");
        assert!(routes.join(listener(user, newest - 8).0, &[]));
    }
}
