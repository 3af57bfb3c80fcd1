//! Remembers verified tokens until they end: checking a signature costs tens of microseconds and a session two reads.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};

use super::tokens::Tokens;
use crate::{
    access::{Connection, SERVICE_TOKEN, Viewer},
    clock::{Clock, Timestamp},
    database::Database,
    error::{Error, Result},
    ids::{SessionId, UserId},
};

/// How many tokens one node remembers; beyond, it begins anew.
const MOST: usize = 100_000;

/// Turns tokens into viewers.
pub struct Recognition {
    tokens: Tokens,
    clock: Clock,
    database: Database,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    viewers: HashMap<[u8; 32], Arc<Viewer>>,
    /// The day, counted from 1970-01-01 UTC, and who was here on it.
    active: (i64, HashSet<UserId>),
    /// Sessions that ended while their tokens were still good: a check that began before must not remember them.
    ended: HashSet<SessionId>,
}

impl Recognition {
    /// Recognises tokens made by `tokens`.
    pub fn new(tokens: Tokens, clock: Clock, database: Database) -> Self {
        Self { tokens, clock, database, known: Mutex::default() }
    }

    /// Makes tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// UNAUTHENTICATED, TOKEN_EXPIRED or SESSION_REVOKED.
    pub async fn recognise(&self, token: &str) -> Result<Arc<Viewer>> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let now = self.clock.now();
        if let Some(viewer) = self.known().viewers.get(&digest) {
            return if now < viewer.until() { Ok(Arc::clone(viewer)) } else { Err(Error::TokenExpired) };
        }
        let db = self.database.reader();
        let viewer = if token.starts_with(SERVICE_TOKEN) {
            Viewer::of_service_token(db, digest.to_vec()).await?
        } else {
            let bearer = self.tokens.check(token, now)?;
            Viewer::of_session(db, bearer.user, bearer.session, bearer.until).await?
        };
        if now >= viewer.until() {
            return Err(Error::TokenExpired);
        }
        let viewer = Arc::new(viewer);
        let mut known = self.known();
        if known.ended.contains(&viewer.session()) {
            return Err(Error::SessionRevoked);
        }
        make_room(&mut known, now);
        known.seen(viewer.id(), now);
        known.viewers.insert(digest, Arc::clone(&viewer));
        Ok(viewer)
    }

    /// Who asks over a connection, if their token and session still last.
    ///
    /// # Errors
    /// UNAUTHENTICATED, TOKEN_EXPIRED or SESSION_REVOKED.
    pub fn still(&self, connection: &Connection) -> Result<Arc<Viewer>> {
        let viewer = connection.viewer().ok_or(Error::Unauthenticated)?;
        if self.known().ended.contains(&viewer.session()) {
            return Err(Error::SessionRevoked);
        }
        if self.clock.now() >= viewer.until() { Err(Error::TokenExpired) } else { Ok(viewer) }
    }

    /// How many people had a token checked since midnight UTC. Each has a new one every few minutes they are here.
    pub fn active_today(&self) -> usize {
        let today = day(self.clock.now());
        let known = self.known();
        if known.active.0 == today { known.active.1.len() } else { 0 }
    }

    /// Forgets what was known of a user, so that it is read anew.
    pub fn forget(&self, user: UserId) {
        self.known().viewers.retain(|_, viewer| viewer.id() != user);
    }

    /// Forgets a session that ended.
    pub fn end(&self, session: SessionId) {
        let mut known = self.known();
        known.viewers.retain(|_, viewer| viewer.session() != session);
        if known.ended.len() >= MOST {
            known.ended.clear();
        }
        known.ended.insert(session);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn seen(&mut self, user: UserId, now: Timestamp) {
        if self.active.0 != day(now) {
            self.active = (day(now), HashSet::new());
        }
        self.active.1.insert(user);
    }
}

fn day(at: Timestamp) -> i64 {
    at.seconds().div_euclid(24 * 3600)
}

fn make_room(known: &mut Known, now: Timestamp) {
    if known.viewers.len() >= MOST {
        known.viewers.retain(|_, viewer| now < viewer.until());
    }
    if known.viewers.len() >= MOST {
        known.viewers.clear();
    }
}
