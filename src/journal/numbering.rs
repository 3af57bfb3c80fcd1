//! Giving events their places and their hashes.

use sea_orm::prelude::Uuid;

use super::{Audience, NewEvent, Seq, event::chain};
use crate::{clock::Timestamp, entity::event, error::Result, ids::UserId};

/// The row of an event at its place, chained to the one before.
pub(super) fn numbered(
    seq: Seq,
    new: NewEvent,
    actor: Option<UserId>,
    at: Timestamp,
    previous: &[u8; 32],
) -> Result<event::Model> {
    let (kind, payload) = new.body.encode()?;
    let (conversation_id, user_id) = match new.audience {
        Audience::Conversation(id) => (Some(id), None),
        Audience::User(id) => (None, Some(id)),
        Audience::Everyone => (None, None),
    };
    let mut row = event::Model {
        seq,
        id: Uuid::now_v7(),
        kind,
        conversation_id,
        user_id,
        actor_id: actor,
        payload,
        created_at: at,
        hash: Vec::new(),
    };
    row.hash = chain(previous, &row).to_vec();
    Ok(row)
}
