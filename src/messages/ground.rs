//! What sends are decided on, read once for all that are decided together.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    access::Membership,
    entity::user,
    error::{Error, Result},
    ids::{ConversationId, UserId},
    journal::Tx,
    people, timeline,
};

type At = (ConversationId, UserId);

/// What is known of the places that are sent from, as it is after the sends that were decided already.
pub(super) struct Ground {
    members: HashMap<At, Membership>,
    /// The senders, and whom they write to.
    people: HashMap<UserId, Arc<user::Model>>,
    /// The ordinal of the newest message of a conversation.
    last: HashMap<ConversationId, i64>,
    /// The ordinal of a sender's newest message among their own.
    own: HashMap<At, i64>,
}

impl Ground {
    /// Reads it for the conversations and senders of some sends.
    ///
    /// # Errors
    /// INTERNAL and UNAVAILABLE only.
    pub(super) async fn read(tx: &Tx, places: impl Iterator<Item = At>) -> Result<Self> {
        let places: Vec<At> = places.collect::<HashSet<_>>().into_iter().collect();
        let members = Membership::at_all(tx, &places).await?;
        let mut people: Vec<UserId> = members.keys().map(|(_, sender)| *sender).collect();
        people.extend(members.values().filter_map(Membership::partner));
        people.sort_unstable();
        people.dedup();
        let last = members.iter().map(|((id, _), member)| (*id, member.conversation().last_ordinal));
        Ok(Self {
            people: people::service::find_all(tx, &people).await?,
            last: last.collect(),
            own: timeline::own_ordinals(tx, &places).await?,
            members,
        })
    }

    /// The sender's place in the conversation.
    ///
    /// # Errors
    /// NOT_FOUND when they do not take part.
    pub(super) fn member(&self, at: At) -> Result<&Membership> {
        self.members.get(&at).ok_or(Error::NotFound)
    }

    /// The row of a sender, or of whom one writes to.
    pub(super) fn person(&self, id: UserId) -> Option<&Arc<user::Model>> {
        self.people.get(&id)
    }

    /// The ordinals that a message at this place follows: in its conversation, and among the sender's own.
    pub(super) fn ordinals(&self, at: At) -> (i64, i64) {
        (self.last.get(&at.0).copied().unwrap_or(0), self.own.get(&at).copied().unwrap_or(0))
    }

    /// One more message stands at this place.
    pub(super) fn sent(&mut self, at: At) {
        *self.last.entry(at.0).or_default() += 1;
        *self.own.entry(at).or_default() += 1;
    }
}
