//! The conversations of which somebody on this node wants to know who types.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use crate::{
    entity::user,
    ids::{ConversationId, UserId},
};

/// A signal of the same person sooner than this after the last changes nothing.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// Somebody who types.
#[derive(Clone, Debug)]
pub(super) struct Typer {
    pub(super) user: Arc<user::Model>,
    pub(super) until: Instant,
}

/// Who types, by conversation.
#[derive(Default)]
pub struct Rooms {
    /// Only what somebody listens to.
    rooms: Mutex<HashMap<ConversationId, watch::Sender<Vec<Typer>>>>,
    /// When people on this node last said so.
    said: Mutex<HashMap<(ConversationId, UserId), Instant>>,
}

impl Rooms {
    fn rooms(&self) -> MutexGuard<'_, HashMap<ConversationId, watch::Sender<Vec<Typer>>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that somebody says they type; whether they just had, so that nothing is new.
    pub(super) fn just_said(&self, id: ConversationId, user: UserId) -> bool {
        let now = Instant::now();
        let is_recent = |at: &Instant| *at + AGAIN_AFTER > now;
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.retain(|_, at| is_recent(at));
        if said.contains_key(&(id, user)) {
            return true;
        }
        said.insert((id, user), now);
        false
    }

    /// Whether anybody on this node listens to a conversation.
    pub(super) fn is_heard(&self, id: ConversationId) -> bool {
        self.rooms().get(&id).is_some_and(|room| !room.is_closed())
    }

    /// Listens to a conversation until it is dropped.
    pub(super) fn listen(&self, id: ConversationId) -> watch::Receiver<Vec<Typer>> {
        let mut rooms = self.rooms();
        // Rooms that everybody has left go when the next one is opened.
        rooms.retain(|_, room| !room.is_closed());
        rooms.entry(id).or_default().subscribe()
    }

    /// Somebody types from now on, for so long.
    pub(super) fn typing(&self, id: ConversationId, user: Arc<user::Model>, lasts: Duration) {
        let until = Instant::now() + lasts;
        if let Some(room) = self.rooms().get(&id) {
            room.send_modify(|typers| {
                typers.retain(|typer| typer.user.id != user.id && typer.until > Instant::now());
                typers.push(Typer { user, until });
            });
        }
    }

    /// Somebody has stopped.
    pub(super) fn stopped(&self, id: ConversationId, user: UserId) {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).remove(&(id, user));
        if let Some(room) = self.rooms().get(&id) {
            room.send_if_modified(|typers| {
                let before = typers.len();
                typers.retain(|typer| typer.user.id != user);
                typers.len() < before
            });
        }
    }
}
