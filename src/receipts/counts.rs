//! The unread counts of one viewer, kept current from events instead of counted again.

use std::collections::HashMap;

use crate::{
    ids::{ConversationId, UserId},
    journal::{Audience, Event, EventBody, Seq},
};

/// The unread counts of one viewer that are not zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(HashMap<ConversationId, Count>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    after: Seq,
    unread: i64,
}

impl FromIterator<(ConversationId, Seq, i64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (ConversationId, Seq, i64)>>(rows: I) -> Self {
        let rows = rows.into_iter().filter(|(.., unread)| *unread > 0);
        Self(rows.map(|(conversation, after, unread)| (conversation, Count { after, unread })).collect())
    }
}

impl Counts {
    /// All messages together.
    pub fn total(&self) -> i64 {
        self.0.values().map(|count| count.unread).sum()
    }

    /// The conversations with unread messages.
    pub fn conversations(&self) -> impl Iterator<Item = (ConversationId, i64)> + '_ {
        self.0.iter().map(|(id, count)| (*id, count.unread))
    }

    /// What is unread in one conversation.
    pub fn of(&self, conversation: ConversationId) -> i64 {
        self.0.get(&conversation).map_or(0, |count| count.unread)
    }

    /// Takes an event that `viewer` heard; tells which conversation's count it changed.
    pub fn apply(&mut self, viewer: UserId, event: &Event) -> Option<ConversationId> {
        let here = match event.audience {
            Audience::Conversation(id) => Some(id),
            Audience::User(_) | Audience::Everyone => None,
        };
        let (conversation, after, unread) = match event.body.as_ref()? {
            EventBody::MessageAdded { sender, countable: true, .. } if *sender != viewer => {
                // Where nothing was unread, everything before this message counts as read.
                let known = here.and_then(|id| self.0.get(&id)).copied();
                let after = known.map_or(Seq(event.seq.0 - 1), |count| count.after);
                (here?, after, known.map_or(0, |count| count.unread) + 1)
            }
            EventBody::MessageHidden { conversation, seq, countable: true, .. } => {
                let known = *self.0.get(conversation)?;
                if *seq <= known.after {
                    return None;
                }
                (*conversation, known.after, known.unread - 1)
            }
            EventBody::MessageDeleted { seq, sender, hidden_for, .. }
                if *sender != viewer && !hidden_for.contains(&viewer) =>
            {
                let known = *self.0.get(&here?)?;
                if *seq <= known.after {
                    return None;
                }
                (here?, known.after, known.unread - 1)
            }
            EventBody::Read { conversation, user, up_to, unread } if *user == viewer => {
                (*conversation, *up_to, *unread)
            }
            EventBody::UnreadChanged { conversation, counted, unread } => (*conversation, *counted, *unread),
            EventBody::ParticipantRemoved { user } if *user == viewer => (here?, Seq::START, 0),
            _ => return None,
        };
        let before = self.of(conversation);
        if unread > 0 {
            self.0.insert(conversation, Count { after, unread });
        } else {
            self.0.remove(&conversation);
        }
        (before != unread.max(0)).then_some(conversation)
    }
}
