//! The rules of presence.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

use super::{
    hub::{Hub, Status},
    store,
};
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    error::Result,
    ids::UserId,
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
    signals::Signal,
};

/// How many people one signal names: of more, it would not fit into what NATS takes at once (1 MiB).
const AT_ONCE: usize = 1000;

/// A stream of somebody who is online because of it; they go when the last is dropped.
pub struct Online {
    app: Arc<App>,
    user: UserId,
}

/// Somebody has a stream open from now on.
pub fn arrive(app: &Arc<App>, user: UserId) -> Online {
    if app.presence.opened(user) {
        let app = Arc::clone(app);
        // Nobody waits for it: until it is known whether they share it, they are not seen.
        tokio::spawn(async move {
            match store::shares(app.database.reader(), user).await {
                Ok(shares) if app.presence.found_out(user, shares) => {
                    app.tell(Signal::Here { node: app.presence.node, people: vec![user] });
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(code = error.code(), "somebody who came online stays unseen"),
            }
        });
    }
    Online { app: Arc::clone(app), user }
}

impl Drop for Online {
    fn drop(&mut self) {
        if self.app.presence.closed(self.user) {
            self.app.tell(Signal::Gone { node: self.app.presence.node, user: self.user });
        }
    }
}

/// Whether somebody is online, to somebody who may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// They have a stream open.
    pub is_online: bool,
    /// When they last had; none while they are online, and when they never were.
    pub last_seen: Option<Timestamp>,
}

/// What the viewer may know of these people. Those they may know nothing of are left out.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn seen(app: &App, viewer: &Viewer, users: &[UserId]) -> Result<HashMap<UserId, Seen>> {
    Ok(visible(app, viewer, users)
        .await?
        .into_iter()
        .map(|(user, last_seen)| (user, as_seen(&app.presence, user, last_seen)))
        .collect())
}

/// Those of these people of whom the viewer may know whether they are online, with when they were last seen as far as
/// is written.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub(super) async fn visible(
    app: &App,
    viewer: &Viewer,
    users: &[UserId],
) -> Result<HashMap<UserId, Option<Timestamp>>> {
    store::visible(app.database.reader(), viewer, users).await
}

/// What is known of somebody who may be seen.
pub(super) fn as_seen(hub: &Hub, user: UserId, last_seen: Option<Timestamp>) -> Seen {
    match hub.status(user) {
        Status::Online => Seen { is_online: true, last_seen: None },
        Status::Offline(newer) => Seen { is_online: false, last_seen: newer.max(last_seen) },
    }
}

/// Whether somebody shares it. Only they may know.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn shares(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    store::shares(db, user).await
}

/// Shares with others whether the viewer is online, and sees it of them; or neither.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn set_shares(app: &App, viewer: &Viewer, shares: bool) -> Result<()> {
    let outcome = app.journal.write(SetShares { user: viewer.id(), shares }).await?;
    if let Outcome::Done { .. } = outcome {
        // The tail of every node does the same when it reads the event; here it holds when the answer is given.
        app.presence.chosen(viewer.id(), shares);
    }
    Ok(())
}

struct SetShares {
    user: UserId,
    shares: bool,
}

impl Write for SetShares {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.user)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.user])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let before = store::find(tx, &[self.user]).await?.pop();
        if before.as_ref().is_none_or(|row| row.is_shared) == self.shares {
            return Ok(Change::nothing(()));
        }
        let event = NewEvent::for_user(self.user, EventBody::PresenceShared { is_shared: self.shares });
        Ok(Change { rows: vec![store::shared(before, self.user, self.shares)], events: vec![event], value: () })
    }
}

/// Says again who is online here, and forgets what other nodes said too long ago.
pub fn refresh(app: &App) {
    for people in app.presence.refresh().chunks(AT_ONCE) {
        app.tell(Signal::Here { node: app.presence.node, people: people.to_vec() });
    }
}

/// Writes when people were last here.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only; then it is tried again the next time.
pub async fn flush(app: &App) -> Result<()> {
    let seen = app.presence.take_last_seen();
    if seen.is_empty() {
        return Ok(());
    }
    let written = app.journal.write(LastSeen { seen: seen.clone() }).await;
    if written.is_err() {
        app.presence.give_back(seen);
    }
    written.map(drop)
}

struct LastSeen {
    seen: HashMap<UserId, Timestamp>,
}

impl Write for LastSeen {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::users(self.seen.keys().copied())
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let users: Vec<_> = self.seen.keys().copied().collect();
        let mut known: HashMap<_, _> =
            store::find(tx, &users).await?.into_iter().map(|row| (row.user_id, row)).collect();
        let rows = self.seen.iter().filter_map(|(user, at)| {
            let row = known.remove(user);
            // Of those who stopped sharing meanwhile nothing is kept.
            let shares = row.as_ref().is_none_or(|row| row.is_shared);
            shares.then(|| store::last_seen(row.as_ref(), *user, *at))
        });
        Ok(Change { rows: rows.collect(), events: Vec::new(), value: () })
    }
}

/// What this node says of itself when it stops.
pub(crate) fn leaving(app: &App) -> Signal {
    Signal::Left { node: app.presence.node }
}

/// Takes in what another node says.
pub(crate) fn hear(app: &App, signal: &Signal) {
    match signal {
        Signal::Joined => refresh(app),
        Signal::Left { node } => app.presence.left(*node),
        Signal::Here { node, people } => app.presence.here(*node, people),
        Signal::Gone { node, user } => app.presence.gone(*node, *user),
        Signal::Typing { .. } => {}
    }
}
