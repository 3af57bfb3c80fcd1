//! Registering browsers.

use std::sync::Arc;

use base64::{
    Engine,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};

use super::{post::Pusher, seal::is_point, store};
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    entity::push_subscription,
    error::{Error, Result, UserErrorCode},
    ids::UserId,
    journal::{self, Change, Locks, Seq, Tx, Write},
};

/// How many bytes a browser shares with a server (RFC 8291 section 3.2).
const AUTH: usize = 16;

/// What a browser gives to be pushed to, as it writes it.
pub struct Registration {
    /// Its address at its push service.
    pub endpoint: String,
    /// Its public key.
    pub p256dh: String,
    /// What it shares with this server.
    pub auth: String,
}

/// The public key of this server for push services; none when nothing is pushed.
pub fn public_key(app: &App) -> Option<&str> {
    app.push.as_ref().map(Pusher::public_key)
}

/// Whether the browser of the viewer's session is pushed to.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn is_registered(app: &App, viewer: &Viewer) -> Result<bool> {
    Ok(store::find(app.database.reader(), viewer.session()).await?.is_some())
}

/// Pushes to the browser of the viewer's session from now on.
///
/// # Errors
/// NOT_AVAILABLE when nothing is pushed, or what is wrong with the input.
pub async fn register(app: &App, viewer: &Arc<Viewer>, given: Registration) -> Result<()> {
    let Some(pusher) = &app.push else {
        return Err(Error::invalid(
            UserErrorCode::NotAvailable,
            &[],
            "This server sends no notifications to browsers.",
        ));
    };
    let unfit = |field| {
        let text = "Notifications could not be switched on in this browser. Please try again, or use another browser.";
        Error::invalid(UserErrorCode::InvalidFormat, &["input", field], text)
    };
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok();
    let endpoint = pusher.endpoint(&given.endpoint).ok_or_else(|| unfit("endpoint"))?.to_string();
    let p256dh = decode(&given.p256dh).filter(|point| is_point(point)).ok_or_else(|| unfit("p256dh"))?;
    let auth = decode(&given.auth).filter(|auth| auth.len() == AUTH).ok_or_else(|| unfit("auth"))?;
    let now = app.clock.now();
    let browser = push_subscription::Model {
        session_id: viewer.session(),
        user_id: viewer.id(),
        endpoint,
        p256dh,
        auth,
        created_at: now,
        news_seq: Seq::START,
        told_seq: Seq::START,
        due_at: now,
        attempts: 0,
    };
    let most = app.config.push.browsers as usize;
    app.journal.write(Register { browser, most, now }).await.map(drop)
}

/// Pushes to the browser of the viewer's session no more.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn remove(app: &App, viewer: &Arc<Viewer>) -> Result<()> {
    app.journal.write(Remove { viewer: Arc::clone(viewer) }).await.map(drop)
}

struct Register {
    browser: push_subscription::Model,
    most: usize,
    now: Timestamp,
}

impl Write for Register {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.browser.user_id)
    }

    fn locks(&self) -> Locks {
        Locks::users([self.browser.user_id])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let (new, mut change) = (&self.browser, Change::nothing(()));
        // It may have been signed out meanwhile, and a row would outlive the session.
        if !store::lasts(tx, new.session_id, self.now).await? {
            return Err(Error::SessionRevoked);
        }
        let here = store::at(tx, &new.endpoint).await?;
        let is_same = |old: &push_subscription::Model| {
            old.session_id == new.session_id && old.p256dh == new.p256dh && old.auth == new.auth
        };
        if here.as_ref().is_some_and(is_same) {
            return Ok(change);
        }
        let mut own = store::of_user(tx, new.user_id).await?;
        // Whoever was signed in on this browser before is not pushed to on it any more.
        let mut replaced: Vec<_> = here.map(|row| row.session_id).into_iter().collect();
        replaced.extend(own.iter().map(|row| row.session_id).filter(|session| *session == new.session_id));
        own.retain(|row| !replaced.contains(&row.session_id));
        let too_many = (own.len() + 1).saturating_sub(self.most);
        replaced.extend(own.iter().take(too_many).map(|row| row.session_id));
        replaced.dedup();
        change.rows.extend(replaced.into_iter().map(store::gone));
        // It is told of what comes from here on.
        let head = journal::head(tx).await?.seq;
        if store::is_empty(tx).await? {
            let place = store::place(tx).await?;
            change.rows.extend((place != head).then(|| store::moved(place, head)));
        }
        let browser = push_subscription::Model { news_seq: head, told_seq: head, ..new.clone() };
        change.rows.push(store::made(browser));
        Ok(change)
    }
}

struct Remove {
    viewer: Arc<Viewer>,
}

impl Write for Remove {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id()])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let mut change = Change::nothing(());
        change.rows.extend(store::find(tx, self.viewer.session()).await?.map(|row| store::gone(row.session_id)));
        Ok(change)
    }
}
