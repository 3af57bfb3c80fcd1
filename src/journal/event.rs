//! What an event says, and the hash that chains each one to the one before.

use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Seq;
use crate::{
    clock::Timestamp,
    entity::{conversation::State, event, participant::NotificationLevel},
    error::{Error, Result},
    ids::{ConversationId, InvitationId, MessageId, NotificationId, SessionId, UserId},
};

/// Whom an event concerns: one conversation, one user or everybody. A change that concerns several writes an event for
/// each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Everybody who takes part in it at that place.
    Conversation(ConversationId),
    /// One user, on all their devices.
    User(UserId),
    /// Everybody with an account.
    Everyone,
}

/// What happened: ids and numbers only, never text a person wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EventBody {
    /// An account was made.
    AccountRegistered,
    /// An administrator disabled the account.
    AccountDisabled,
    /// An administrator enabled the account again.
    AccountEnabled,
    /// The language or the time zone of the account changed.
    SettingsChanged,
    /// The user signed in on a device.
    SessionStarted {
        /// The sign-in.
        session: SessionId,
    },
    /// A sign-in of the user was ended.
    SessionEnded {
        /// The sign-in.
        session: SessionId,
    },
    /// What a person tells of themselves changed, or whether it was checked. For themselves.
    ProfileChanged {
        /// Who.
        user: UserId,
    },
    /// A contact was asked for, answered, changed or removed. For one of the two.
    ContactChanged {
        /// The other.
        user: UserId,
    },
    /// Somebody was blocked, or is not any more. For the one who did it.
    BlockChanged {
        /// The other.
        user: UserId,
        /// Whether they are from here on.
        #[serde(default)]
        is_blocked: bool,
    },
    /// Whether the two people of a direct conversation may write in it changed. Neither is told who did it.
    SendingChanged,
    /// A conversation was opened.
    ConversationCreated {
        /// Who takes part from here on.
        participants: Vec<UserId>,
    },
    /// A conversation was archived, closed or made active again.
    ConversationStateChanged {
        /// Before.
        old: State,
        /// From here on.
        new: State,
    },
    /// More people take part from here on.
    ParticipantsAdded {
        /// Who.
        users: Vec<UserId>,
        /// Whether they see the messages from before this place.
        sees_history: bool,
    },
    /// The role or the rights of somebody who takes part changed.
    ParticipantUpdated {
        /// Who.
        user: UserId,
        /// Whether they see the messages from before this place from here on; none when that did not change.
        sees_history: Option<bool>,
    },
    /// An administrator took a conversation away; everybody is taken out of it with the events that follow.
    ConversationDeleted,
    /// What the clinic says at the top of conversations changed.
    NoticeChanged,
    /// The name, the description, the purpose or the tags of a conversation changed.
    ConversationUpdated,
    /// Somebody was asked to join a group, or answered, or the asking was taken back. For the person asked.
    InvitationChanged {
        /// The invitation.
        invitation: InvitationId,
    },
    /// A user took part until here.
    ParticipantRemoved {
        /// Who.
        user: UserId,
    },
    /// A message was sent.
    MessageAdded {
        /// The message.
        message: MessageId,
        /// Who sent it.
        sender: UserId,
        /// Whether it counts as unread for the others.
        countable: bool,
    },
    /// A message has a new text.
    MessageEdited {
        /// The message.
        message: MessageId,
        /// Its own place.
        seq: Seq,
        /// Its version from here on.
        version: i32,
        /// Who has hidden it, and does not hear of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hidden_for: Vec<UserId>,
    },
    /// A message was removed.
    MessageDeleted {
        /// The message.
        message: MessageId,
        /// Its own place.
        seq: Seq,
        /// Who had sent it.
        sender: UserId,
        /// Who had hidden it, so that it counted for them no more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hidden_for: Vec<UserId>,
    },
    /// Something that people put on a message changed.
    MessageChanged {
        /// The message.
        message: MessageId,
        /// Its own place.
        seq: Seq,
        /// What of it.
        what: MessageAspect,
        /// Who has hidden it, and does not hear of it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hidden_for: Vec<UserId>,
    },
    /// The user hid a message from themselves.
    MessageHidden {
        /// Where it was sent.
        conversation: ConversationId,
        /// The message.
        message: MessageId,
        /// Its own place.
        seq: Seq,
        /// Whether it counted as unread, if it was after the place counted from.
        countable: bool,
    },
    /// A user has read up to a place.
    Read {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// The newest message they have read.
        up_to: Seq,
        /// How many were left for them.
        unread: i64,
    },
    /// Messages reached devices of these users, up to these places.
    Delivered {
        /// Where.
        conversation: ConversationId,
        /// Who, and up to where.
        marks: Vec<(UserId, Seq)>,
    },
    /// The user shares from here on when they are online, or does not.
    PresenceShared {
        /// Whether they do.
        is_shared: bool,
    },
    /// What the user has set for themselves in a conversation changed.
    PreferencesChanged {
        /// The conversation.
        conversation: ConversationId,
        /// What tells them of new messages from here on.
        #[serde(default)]
        level: Option<NotificationLevel>,
        /// Until when nothing rings.
        #[serde(default)]
        quiet_until: Option<Timestamp>,
    },
    /// The inbox of the user has one more entry.
    NotificationAdded {
        /// The entry.
        notification: NotificationId,
    },
    /// Entries of the user's inbox were read, or are gone.
    NotificationsChanged {
        /// Which; empty when there are too many to name.
        notifications: Vec<NotificationId>,
    },
    /// The user's own count of a conversation changed without their having read further.
    UnreadChanged {
        /// The conversation.
        conversation: ConversationId,
        /// Messages after this place count.
        counted: Seq,
        /// How many do.
        unread: i64,
    },
}

/// What of a message changed, besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MessageAspect {
    /// A reaction came or went.
    Reactions,
    /// It was pinned, or is not any more.
    Pin,
    /// It was said to be urgent, or not to be.
    Urgency,
    /// Somebody who does not show what they read has read it, for it is urgent.
    Receipts,
    /// An annotation of one of its pictures came or went.
    Annotations,
}

impl EventBody {
    /// The name of the variant and the rest as JSON.
    pub(super) fn encode(&self) -> Result<(String, String)> {
        let mut value = serde_json::to_value(self).map_err(Error::internal)?;
        let kind = value.as_object_mut().and_then(|map| map.remove("kind"));
        let Some(serde_json::Value::String(kind)) = kind else {
            return Err(Error::internal(anyhow::anyhow!("an event without a kind")));
        };
        Ok((kind, value.to_string()))
    }

    fn decode(kind: &str, payload: &str) -> Result<Self> {
        let mut value: serde_json::Value = serde_json::from_str(payload).map_err(Error::internal)?;
        if let Some(map) = value.as_object_mut() {
            map.insert("kind".into(), kind.into());
        }
        serde_json::from_value(value).map_err(Error::internal)
    }
}

/// One entry of the journal, read.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its place.
    pub seq: Seq,
    /// Whom it concerns.
    pub audience: Audience,
    /// Who did it; none when the server did.
    pub actor: Option<UserId>,
    /// What happened. None when this version of the server does not know the kind.
    pub body: Option<EventBody>,
    /// When it was committed.
    pub at: Timestamp,
    /// Its hash.
    pub hash: [u8; 32],
}

impl Event {
    /// Whether it is about a message that this user has hidden from themselves.
    pub fn is_hidden_for(&self, user: UserId) -> bool {
        match &self.body {
            Some(
                EventBody::MessageEdited { hidden_for, .. }
                | EventBody::MessageDeleted { hidden_for, .. }
                | EventBody::MessageChanged { hidden_for, .. },
            ) => hidden_for.contains(&user),
            _ => false,
        }
    }

    /// Whether somebody who sees the messages from `history_from` on may hear of it: nobody hears of a message that
    /// is older than that.
    pub fn is_within(&self, history_from: Seq) -> bool {
        match &self.body {
            Some(EventBody::MessageAdded { .. }) => self.seq >= history_from,
            Some(
                EventBody::MessageEdited { seq, .. }
                | EventBody::MessageDeleted { seq, .. }
                | EventBody::MessageChanged { seq, .. },
            ) => *seq >= history_from,
            _ => true,
        }
    }
}

impl TryFrom<event::Model> for Event {
    type Error = Error;

    fn try_from(row: event::Model) -> Result<Self> {
        let audience = match (row.conversation_id, row.user_id) {
            (Some(conversation), None) => Audience::Conversation(conversation),
            (None, Some(user)) => Audience::User(user),
            (None, None) => Audience::Everyone,
            (Some(_), Some(_)) => {
                return Err(Error::internal(anyhow::anyhow!("event {} has no single audience", row.seq.0)));
            }
        };
        let body = EventBody::decode(&row.kind, &row.payload)
            .inspect_err(|_| {
                tracing::error!(seq = row.seq.0, kind = row.kind, "this server cannot read an event of the journal")
            })
            .ok();
        Ok(Self { seq: row.seq, audience, actor: row.actor_id, body, at: row.created_at, hash: fixed(&row.hash)? })
    }
}

/// The 32 bytes of a stored hash.
pub(super) fn fixed(hash: &[u8]) -> Result<[u8; 32]> {
    hash.try_into().map_err(|_| Error::internal(anyhow::anyhow!("a journal hash of {} bytes", hash.len())))
}

/// The hash of an event: SHA-256 over the hash before it and every field, each with its length, so that no two
/// different rows have the same bytes.
pub(super) fn chain(previous: &[u8], row: &event::Model) -> [u8; 32] {
    fn optional(id: Option<Uuid>) -> Vec<u8> {
        id.map(|id| id.as_bytes().to_vec()).unwrap_or_default()
    }
    let fields: [&[u8]; 9] = [
        previous,
        &row.seq.0.to_be_bytes(),
        row.id.as_bytes(),
        row.kind.as_bytes(),
        &optional(row.conversation_id.map(|id| id.0)),
        &optional(row.user_id.map(|id| id.0)),
        &optional(row.actor_id.map(|id| id.0)),
        row.payload.as_bytes(),
        &row.created_at.millis().to_be_bytes(),
    ];
    let mut hash = Sha256::new();
    for field in fields {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_reads_back() {
        let (user, conversation) = (UserId::generate(), ConversationId::generate());
        for body in [
            EventBody::AccountRegistered,
            EventBody::AccountDisabled,
            EventBody::Read { conversation, user, up_to: Seq(7), unread: 2 },
            EventBody::Delivered { conversation, marks: vec![(user, Seq(9))] },
        ] {
            let (kind, payload) = body.encode().unwrap();
            assert_eq!(EventBody::decode(&kind, &payload).unwrap(), body);
        }
    }

    #[test]
    fn any_change_of_a_row_changes_its_hash() {
        let row = event::Model {
            seq: Seq(1),
            id: Uuid::nil(),
            kind: "AB".into(),
            conversation_id: None,
            user_id: Some(UserId(Uuid::nil())),
            actor_id: None,
            payload: "C".into(),
            created_at: Timestamp::from_millis(1),
            hash: Vec::new(),
        };
        let moved = event::Model { kind: "A".into(), payload: "BC".into(), ..row.clone() };
        let other_audience =
            event::Model { user_id: None, conversation_id: Some(ConversationId(Uuid::nil())), ..row.clone() };
        let hashes =
            [chain(&[0; 32], &row), chain(&[1; 32], &row), chain(&[0; 32], &moved), chain(&[0; 32], &other_audience)];
        assert!((1..4).all(|i| !hashes[..i].contains(&hashes[i])));
    }
}
