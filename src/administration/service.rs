//! The rules of disabling accounts.

use super::store;
pub use super::{
    hand_over::HandOver,
    programs::{NewProgram, NewToken, Token, accounts_page, create_account, create_token, revoke_token, tokens},
};
use crate::{
    App,
    access::Viewer,
    accounts,
    clock::Timestamp,
    entity::user::{self, Role},
    error::{Error, Result, UserErrorCode},
    ids::{SessionId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
    people,
};

/// Checks, in a write that holds the viewer's own row locked, that they still are an administrator.
///
/// # Errors
/// FORBIDDEN when they are none, or their account was disabled meanwhile.
pub(super) async fn still_administrator(tx: &Tx, viewer: &Viewer) -> Result<()> {
    let row = store::find(tx, viewer.id()).await?;
    let is_one = row.is_some_and(|row| row.role == Role::Admin && row.disabled_at.is_none());
    is_one.then_some(()).ok_or(Error::Forbidden)
}

/// Checks before anything is read that the viewer is an administrator.
///
/// # Errors
/// FORBIDDEN when they are none.
pub(super) fn administrator(viewer: &Viewer) -> Result<()> {
    (viewer.role() == Role::Admin).then_some(()).ok_or(Error::Forbidden)
}

/// Disables an account: its sessions and tokens end, and nobody can sign in to it or begin to talk to it. What its owner
/// took part in goes over to somebody else when `hand_over` says so; that goes on after the answer.
///
/// # Errors
/// FORBIDDEN, NOT_FOUND, SELF_NOT_ALLOWED or NOT_ALLOWED.
pub async fn disable(app: &App, viewer: &Viewer, id: UserId, hand_over: Option<HandOver>) -> Result<user::Model> {
    administrator(viewer)?;
    if id == viewer.id() {
        return Err(Error::invalid(
            UserErrorCode::SelfNotAllowed,
            &["input", "id"],
            "You cannot disable your own account. Another administrator can.",
        ));
    }
    let write = Disable { viewer: viewer.clone(), id, hand_over, now: app.clock.now() };
    let Outcome::Done { value: (user, ended), .. } = app.journal.write(write).await? else {
        return Err(Error::NotFound);
    };
    for session in ended {
        app.recognition.end(session);
    }
    app.hand_overs.notify_one();
    Ok(user)
}

/// Lets a disabled account sign in again. Its sessions stay ended, and what was handed over stays with whoever took over.
///
/// # Errors
/// FORBIDDEN or NOT_FOUND.
pub async fn enable(app: &App, viewer: &Viewer, id: UserId) -> Result<user::Model> {
    administrator(viewer)?;
    let write = Enable { viewer: viewer.clone(), id };
    match app.journal.write(write).await? {
        Outcome::Done { value, .. } => Ok(value),
        Outcome::Replayed(_) => Err(Error::NotFound),
    }
}

struct Disable {
    viewer: Viewer,
    id: UserId,
    hand_over: Option<HandOver>,
    now: Timestamp,
}

impl Disable {
    async fn check_successor(&self, tx: &Tx, successor: UserId) -> Result<()> {
        let refuse = |message| Err(Error::invalid(UserErrorCode::NotAllowed, &["input", "handOverTo"], message));
        let found = store::find(tx, successor).await?.ok_or(Error::NotFound)?;
        if successor == self.id {
            return refuse("Name somebody else to take over.");
        }
        if found.disabled_at.is_some() || found.is_service {
            return refuse("This person cannot take over: their account is disabled, or is that of a program.");
        }
        Ok(())
    }
}

impl Write for Disable {
    type Value = (user::Model, Vec<SessionId>);

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.id].into_iter().chain(self.hand_over.map(|hand_over| hand_over.to)))
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        still_administrator(tx, &self.viewer).await?;
        let mut user = store::find(tx, self.id).await?.ok_or(Error::NotFound)?;
        if let Some(HandOver { to, sees_history }) = self.hand_over {
            self.check_successor(tx, to).await?;
            (user.hand_over_to, user.hand_over_history) = (Some(to), Some(sees_history));
        }
        if user.disabled_at.is_some() && self.hand_over.is_none() {
            return Ok(Change::nothing((user, Vec::new())));
        }
        let (mut rows, mut events, ended) = accounts::service::ending(tx, self.id, None, self.now).await?;
        if user.disabled_at.is_none() {
            user.disabled_at = Some(self.now);
            rows.extend(people::service::unlisted(tx, self.id).await?);
            events.push(NewEvent::for_user(self.id, EventBody::AccountDisabled));
        }
        rows.push(store::set_disabled(&user));
        Ok(Change { rows, events, value: (user, ended) })
    }
}

struct Enable {
    viewer: Viewer,
    id: UserId,
}

impl Write for Enable {
    type Value = user::Model;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.id])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        still_administrator(tx, &self.viewer).await?;
        let mut user = store::find(tx, self.id).await?.ok_or(Error::NotFound)?;
        if user.disabled_at.is_none() {
            return Ok(Change::nothing(user));
        }
        (user.disabled_at, user.hand_over_to, user.hand_over_history) = (None, None, None);
        let event = NewEvent::for_user(self.id, EventBody::AccountEnabled);
        let mut rows = vec![store::set_disabled(&user)];
        if !user.is_service {
            rows.extend(people::service::listed(&user));
        }
        Ok(Change { rows, events: vec![event], value: user })
    }
}
