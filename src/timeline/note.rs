//! Lines that the server writes into a conversation: what happened, to whom, and what was before. Clients phrase them.

use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::store;
use crate::{
    access::Viewer,
    clock::Timestamp,
    entity::{
        conversation,
        message::{self, Kind},
    },
    error::{Error, Result},
    ids::UserId,
    journal::{EventBody, NewEvent, Row, Seq},
};

/// What a system message tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// What happened.
    pub what: NoteKind,
    /// Whom it happened to; empty when it is about the conversation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub whom: Vec<UserId>,
    /// What was before: a name, or the name of an enum value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// What happened to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "SystemMessageKind")]
pub enum NoteKind {
    /// People were added.
    Added,
    /// Somebody accepted an invitation.
    Joined,
    /// Somebody was removed.
    Removed,
    /// Somebody left.
    Left,
    /// The name changed.
    Renamed,
    /// It was archived, closed, or made active again.
    StateChanged,
    /// Somebody's role changed.
    RoleChanged,
    /// Whoever is named takes the place of the sender, whose account was disabled.
    HandedOver,
}

impl Note {
    /// Something that happened to people.
    pub fn about(what: NoteKind, whom: impl IntoIterator<Item = UserId>) -> Self {
        Self { what, whom: whom.into_iter().collect(), old: None, new: None }
    }

    /// A change from one thing to another.
    #[must_use]
    pub fn from_to(self, old: Option<String>, new: Option<String>) -> Self {
        Self { old, new, ..self }
    }

    /// What a message tells, when the server wrote it.
    pub fn of(row: &message::Model) -> Option<Self> {
        serde_json::from_str(row.note.as_deref()?).ok()
    }
}

/// The rows and the event of a system message at `seq`; `viewer` did what it tells. It does not count as unread.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn note(
    tx: &impl ConnectionTrait,
    viewer: &Viewer,
    conversation: &conversation::Model,
    note: &Note,
    now: Timestamp,
    seq: Seq,
) -> Result<([Row; 2], NewEvent)> {
    let row = message::Model {
        seq,
        // Numbers of the countable message before it: it counts for nobody.
        ordinal: conversation.last_ordinal,
        sender_ordinal: store::own_ordinal(tx, conversation.id, viewer.id(), Seq(i64::MAX)).await?,
        kind: Kind::System,
        note: Some(serde_json::to_string(note).map_err(Error::internal)?),
        ..store::blank(viewer, conversation.id, now)
    };
    let event = EventBody::MessageAdded { message: row.id, sender: row.sender_id, countable: false };
    Ok((store::appended(&row), NewEvent::in_conversation(conversation.id, event)))
}
