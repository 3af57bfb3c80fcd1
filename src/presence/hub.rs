//! Who is online, as one node knows: by the streams it has open itself, and by what other nodes say.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::prelude::Uuid;
use tokio::sync::Notify;

use crate::{
    clock::{Clock, Timestamp},
    ids::UserId,
};

/// Who is online.
pub struct Hub {
    /// The name of this node among the others.
    pub(super) node: Uuid,
    /// How long what another node said holds.
    expiry: Duration,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    people: HashMap<UserId, Person>,
    watchers: HashMap<UserId, HashMap<u64, Arc<Changes>>>,
    next_watcher: u64,
    /// When people were last here, where the database does not know yet.
    last_seen: HashMap<UserId, Timestamp>,
}

#[derive(Default)]
struct Person {
    /// Streams open on this node.
    streams: usize,
    /// Whether they share it; none until the database was asked, which hides them.
    shares: Option<bool>,
    /// The other nodes they are online on, and until when that holds.
    elsewhere: HashMap<Uuid, Timestamp>,
}

impl Person {
    fn is_online(&self, now: Timestamp) -> bool {
        (self.streams > 0 && self.shares == Some(true)) || self.elsewhere.values().any(|until| *until > now)
    }
}

/// Those whose state changed since somebody last looked. Holds each once, so it is bounded by who is watched.
#[derive(Default)]
struct Changes {
    who: Mutex<HashMap<UserId, Change>>,
    bell: Notify,
}

/// What changed of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// They came or went.
    Status,
    /// They share it now, or do not, or not with all: who may see them has to be looked up again.
    Sharing,
}

/// A look at some people, until it is dropped.
pub(super) struct Watch {
    hub: Arc<Hub>,
    id: u64,
    people: Vec<UserId>,
    changes: Arc<Changes>,
}

/// What is known of somebody now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Online,
    /// Offline; when they were last here, where this node knows better than the database.
    Offline(Option<Timestamp>),
}

impl Hub {
    /// A hub that knows nobody yet.
    pub fn new(clock: Clock, expiry: Duration) -> Arc<Self> {
        Arc::new(Self { node: Uuid::now_v7(), expiry, clock, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more stream; whether it is the first, so that it must be found out whether they share it.
    pub(super) fn opened(&self, user: UserId) -> bool {
        let mut state = self.state();
        let person = state.people.entry(user).or_default();
        person.streams += 1;
        person.streams == 1
    }

    /// Counts one stream less; whether somebody who was seen online has gone.
    pub(super) fn closed(&self, user: UserId) -> bool {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(person) = state.people.get_mut(&user) else { return false };
        person.streams = person.streams.saturating_sub(1);
        if person.streams > 0 {
            return false;
        }
        let was_seen = person.shares == Some(true);
        person.shares = None;
        if was_seen {
            state.last_seen.insert(user, now);
        }
        state.forget_if_gone(user);
        state.announce(user, Change::Status);
        was_seen
    }

    /// Takes in whether somebody shares it, as the database says; whether they are seen online here from now on.
    pub(super) fn found_out(&self, user: UserId, shares: bool) -> bool {
        self.note(user, shares, Change::Status)
    }

    /// Takes in that somebody chose to share it or not.
    pub(crate) fn chosen(&self, user: UserId, shares: bool) {
        self.note(user, shares, Change::Sharing);
    }

    /// Takes in that two people may see each other from now on, or not any more.
    pub(crate) fn parted(&self, people: [UserId; 2]) {
        let state = self.state();
        for user in people {
            state.announce(user, Change::Sharing);
        }
    }

    fn note(&self, user: UserId, shares: bool, change: Change) -> bool {
        let mut state = self.state();
        if !shares {
            state.last_seen.remove(&user);
        }
        let mut is_here = false;
        if let Some(person) = state.people.get_mut(&user) {
            if !shares {
                person.elsewhere.clear();
            }
            is_here = person.streams > 0;
            person.shares = is_here.then_some(shares);
        }
        state.forget_if_gone(user);
        state.announce(user, change);
        is_here && shares
    }

    /// Takes in who is online on another node.
    pub(super) fn here(&self, node: Uuid, people: &[UserId]) {
        let now = self.clock.now();
        let mut state = self.state();
        for user in people {
            let person = state.people.entry(*user).or_default();
            let was_online = person.is_online(now);
            person.elsewhere.insert(node, now.plus(self.expiry));
            if !was_online {
                state.announce(*user, Change::Status);
            }
        }
    }

    /// Takes in that somebody has gone from another node.
    pub(super) fn gone(&self, node: Uuid, user: UserId) {
        let now = self.clock.now();
        let mut state = self.state();
        let Some(person) = state.people.get_mut(&user) else { return };
        if person.elsewhere.remove(&node).is_some() {
            state.last_seen.insert(user, now);
            state.forget_if_gone(user);
            state.announce(user, Change::Status);
        }
    }

    /// Takes in that a node has stopped, so that nobody is online there.
    pub(super) fn left(&self, node: Uuid) {
        let now = self.clock.now();
        let mut state = self.state();
        let on_it = state.people.iter_mut().filter_map(|(user, person)| person.elsewhere.remove(&node).map(|_| *user));
        for user in on_it.collect::<Vec<_>>() {
            state.last_seen.insert(user, now);
            state.forget_if_gone(user);
            state.announce(user, Change::Status);
        }
    }

    /// Forgets what other nodes said too long ago; tells who is seen online on this node.
    pub(super) fn refresh(&self) -> Vec<UserId> {
        let now = self.clock.now();
        let mut state = self.state();
        let mut expired = Vec::new();
        for (user, person) in &mut state.people {
            let before = person.elsewhere.len();
            person.elsewhere.retain(|_, until| *until > now);
            if person.elsewhere.len() < before {
                expired.push(*user);
            }
        }
        for user in expired {
            state.forget_if_gone(user);
            state.announce(user, Change::Status);
        }
        let here = state.people.iter().filter(|(_, person)| person.streams > 0 && person.shares == Some(true));
        here.map(|(user, _)| *user).collect()
    }

    pub(super) fn status(&self, user: UserId) -> Status {
        let now = self.clock.now();
        let state = self.state();
        match state.people.get(&user) {
            Some(person) if person.is_online(now) => Status::Online,
            _ => Status::Offline(state.last_seen.get(&user).copied()),
        }
    }

    /// Takes when people were last here, to be written.
    pub(super) fn take_last_seen(&self) -> HashMap<UserId, Timestamp> {
        std::mem::take(&mut self.state().last_seen)
    }

    /// Gives back what could not be written, unless something newer is known.
    pub(super) fn give_back(&self, seen: HashMap<UserId, Timestamp>) {
        let mut state = self.state();
        for (user, at) in seen {
            state.last_seen.entry(user).or_insert(at);
        }
    }

    /// Looks at people from now on.
    pub(super) fn watch(self: &Arc<Self>, people: Vec<UserId>) -> Watch {
        let changes = Arc::new(Changes::default());
        let mut state = self.state();
        let id = state.next_watcher;
        state.next_watcher += 1;
        for user in &people {
            state.watchers.entry(*user).or_default().insert(id, Arc::clone(&changes));
        }
        drop(state);
        Watch { hub: Arc::clone(self), id, people, changes }
    }
}

impl State {
    fn announce(&self, user: UserId, change: Change) {
        for changes in self.watchers.get(&user).into_iter().flatten().map(|(_, changes)| changes) {
            let mut who = changes.who.lock().unwrap_or_else(PoisonError::into_inner);
            let known = who.entry(user).or_insert(change);
            *known = change.max(*known);
            drop(who);
            changes.bell.notify_one();
        }
    }

    fn forget_if_gone(&mut self, user: UserId) {
        if self.people.get(&user).is_some_and(|person| person.streams == 0 && person.elsewhere.is_empty()) {
            self.people.remove(&user);
        }
    }
}

impl Watch {
    /// Waits until something changed, and tells of whom.
    pub(super) async fn changed(&self) -> Vec<(UserId, Change)> {
        loop {
            let who = std::mem::take(&mut *self.changes.who.lock().unwrap_or_else(PoisonError::into_inner));
            if !who.is_empty() {
                return who.into_iter().collect();
            }
            self.changes.bell.notified().await;
        }
    }

    pub(super) fn people(&self) -> &[UserId] {
        &self.people
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        for user in &self.people {
            if let Some(watchers) = state.watchers.get_mut(user) {
                watchers.remove(&self.id);
                if watchers.is_empty() {
                    state.watchers.remove(user);
                }
            }
        }
    }
}
