//! The rules of contacts.

use sea_orm::{ConnectionTrait, prelude::Uuid};

use super::store;
pub use super::store::Filter;
use crate::{
    App,
    access::{Viewer, reachable},
    clock::Timestamp,
    entity::{
        contact::{self, State},
        user,
    },
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{ContactId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Tx, Write},
    notifications::service::{self as notifications, Which},
    people::{self, profile, roles::Matrix},
};

/// The longest nickname, in characters.
const NICKNAME_MAX: usize = 100;

/// The viewer's contacts, oldest first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn list(app: &App, viewer: &Viewer, filter: Filter, page: &Page<Uuid>) -> Result<Vec<contact::Model>> {
    store::page(app.database.reader(), viewer.id(), filter, page).await
}

/// The viewer's contacts with these people.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn with(db: &impl ConnectionTrait, viewer: &Viewer, others: &[UserId]) -> Result<Vec<contact::Model>> {
    store::with(db, viewer.id(), others).await
}

async fn find(app: &App, viewer: &Viewer, id: ContactId) -> Result<contact::Model> {
    store::find(app.database.reader(), viewer.id(), id).await?.ok_or(Error::NotFound)
}

/// The two rows of a pair: the viewer's and the other's.
async fn pair(tx: &Tx, viewer: UserId, other: UserId) -> Result<Option<(contact::Model, contact::Model)>> {
    let mine = store::with(tx, viewer, &[other]).await?.pop();
    let theirs = store::with(tx, other, &[viewer]).await?.pop();
    Ok(mine.zip(theirs))
}

/// For both of a pair.
fn told(one: UserId, other: UserId) -> Vec<NewEvent> {
    let to = |owner, user| NewEvent::for_user(owner, EventBody::ContactChanged { user });
    vec![to(one, other), to(other, one)]
}

/// Asks somebody to be a contact; somebody who asked the viewer already becomes one. Asking again changes nothing.
///
/// # Errors
/// NOT_FOUND, SELF_NOT_ALLOWED, CONTACT_DECLINED, or what opening a conversation refuses.
pub async fn request(app: &App, viewer: &Viewer, other: UserId) -> Result<contact::Model> {
    not_oneself(viewer.id(), other)?;
    let matrix = Matrix::of(&app.config.rules);
    app.journal.write(Request { viewer: viewer.clone(), other, matrix, now: app.clock.now() }).await?;
    store::with(app.database.reader(), viewer.id(), &[other]).await?.pop().ok_or(Error::NotFound)
}

/// May `viewer` ask `other` to be a contact? `known` is what there is between them, as the viewer has it. What may not
/// start a conversation may not knock either; to ask again changes nothing, and is always good.
///
/// # Errors
/// SELF_NOT_ALLOWED, CONTACT_DECLINED, or what opening a conversation refuses.
pub fn may_request(
    viewer: &user::Model,
    other: &user::Model,
    known: Option<&contact::Model>,
    is_blocked: bool,
    matrix: Matrix,
) -> Result<()> {
    not_oneself(viewer.id, other.id)?;
    match known {
        Some(mine) if matches!(mine.state, State::Sent | State::Accepted) => return Ok(()),
        Some(mine) if mine.state == State::Declined && mine.asked_by == viewer.id => return Err(declined()),
        _ => {}
    }
    reachable(other, "userId")?;
    matrix.may_start(viewer, other, is_blocked, &["input", "userId"])
}

fn not_oneself(viewer: UserId, other: UserId) -> Result<()> {
    if other == viewer {
        return Err(Error::invalid(
            UserErrorCode::SelfNotAllowed,
            &["input", "userId"],
            "You cannot be a contact of yourself.",
        ));
    }
    Ok(())
}

struct Request {
    viewer: Viewer,
    other: UserId,
    matrix: Matrix,
    now: Timestamp,
}

impl Request {
    async fn check(&self, tx: &Tx, known: Option<&contact::Model>) -> Result<()> {
        let people = people::service::find_all(tx, &[self.viewer.id(), self.other]).await?;
        let (Some(viewer), Some(other)) = (people.get(&self.viewer.id()), people.get(&self.other)) else {
            return Err(Error::NotFound);
        };
        let is_blocked = !people::service::blocked(tx, viewer.id, &[other.id]).await?.is_empty();
        may_request(viewer, other, known, is_blocked, self.matrix)
    }

    fn row(&self, owner: UserId, user: UserId, state: State) -> contact::Model {
        contact::Model {
            id: ContactId::generate(),
            owner_id: owner,
            user_id: user,
            asked_by: self.viewer.id(),
            state,
            nickname: None,
            is_favourite: false,
            created_at: self.now,
            answered_at: None,
        }
    }
}

impl Write for Request {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.other])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let (viewer, other) = (self.viewer.id(), self.other);
        let known = pair(tx, viewer, other).await?;
        let mine = known.as_ref().map(|(mine, _)| mine);
        self.check(tx, mine).await?;
        if mine.is_some_and(|mine| matches!(mine.state, State::Sent | State::Accepted)) {
            return Ok(Change::nothing(()));
        }
        let is_answer = known.as_ref().is_some_and(|(mine, _)| mine.state == State::Received);
        let rows = match known {
            None => [(viewer, other, State::Sent), (other, viewer, State::Received)]
                .map(|(owner, user, state)| store::made(self.row(owner, user, state)))
                .into(),
            Some((mine, theirs)) if mine.state == State::Received => answered(mine, theirs, State::Accepted, self.now),
            Some((mine, theirs)) => [(mine, State::Sent), (theirs, State::Received)]
                .map(|(row, state)| {
                    store::changed(contact::Model { state, asked_by: viewer, answered_at: None, ..row })
                })
                .into(),
        };
        let mut change = Change { rows, events: told(viewer, other), value: () };
        if is_answer {
            notifications::settle(tx, &mut change, viewer, Which::RequestOf(other), self.now).await?;
        } else {
            notifications::tell_of_request(&mut change, other, viewer, self.now);
        }
        Ok(change)
    }
}

fn answered(mine: contact::Model, theirs: contact::Model, state: State, at: Timestamp) -> Vec<crate::journal::Row> {
    [mine, theirs].map(|row| store::changed(contact::Model { state, answered_at: Some(at), ..row })).into()
}

fn declined() -> Error {
    let message = "This person declined your request. They can ask you when they change their mind.";
    Error::invalid(UserErrorCode::ContactDeclined, &[], message)
}

/// What is done with a contact, or a request for one.
#[derive(Clone, Debug)]
enum Act {
    Answer { accept: bool },
    Update { nickname: Option<Option<String>>, favourite: Option<bool> },
    Remove,
}

struct Acting {
    viewer: Viewer,
    id: ContactId,
    other: UserId,
    act: Act,
    now: Timestamp,
}

/// Answers a request.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED for the viewer's own request, REQUEST_CLOSED, or CANNOT_SEND.
pub async fn respond(app: &App, viewer: &Viewer, id: ContactId, accept: bool) -> Result<contact::Model> {
    act(app, viewer, id, Act::Answer { accept }).await?;
    find(app, viewer, id).await
}

/// Changes what the viewer makes of a contact; an inner none clears the nickname.
///
/// # Errors
/// NOT_FOUND, TOO_LONG or INVALID_FORMAT.
pub async fn update(
    app: &App,
    viewer: &Viewer,
    id: ContactId,
    nickname: Option<Option<String>>,
    favourite: Option<bool>,
) -> Result<contact::Model> {
    let within = |text: Option<String>| text.map_or(Ok(None), |text| profile::words(&text, NICKNAME_MAX, "nickname"));
    let nickname = nickname.map(within).transpose()?;
    act(app, viewer, id, Act::Update { nickname, favourite }).await?;
    find(app, viewer, id).await
}

/// Removes a contact for both, takes the viewer's request back, or forgets one that the viewer declined.
///
/// # Errors
/// NOT_FOUND, or CONTACT_DECLINED for a request that the other declined.
pub async fn remove(app: &App, viewer: &Viewer, id: ContactId) -> Result<ContactId> {
    act(app, viewer, id, Act::Remove).await?;
    Ok(id)
}

async fn act(app: &App, viewer: &Viewer, id: ContactId, act: Act) -> Result<()> {
    let other = find(app, viewer, id).await?.user_id;
    let write = Acting { viewer: viewer.clone(), id, other, act, now: app.clock.now() };
    app.journal.write(write).await.map(drop)
}

impl Acting {
    async fn answer(
        &self,
        tx: &Tx,
        accept: bool,
        mine: contact::Model,
        theirs: contact::Model,
    ) -> Result<Vec<crate::journal::Row>> {
        let refuse = |code, message| Err(Error::invalid(code, &["input", "contactId"], message));
        let state = if accept { State::Accepted } else { State::Declined };
        match mine.state {
            State::Sent => refuse(UserErrorCode::NotAllowed, "You asked; the other person has to answer."),
            // The same answer again.
            known if known == state && mine.asked_by != self.viewer.id() => Ok(Vec::new()),
            State::Accepted | State::Declined => {
                refuse(UserErrorCode::RequestClosed, "This request was answered before.")
            }
            State::Received => {
                let is_blocked = !people::service::blocked(tx, self.viewer.id(), &[self.other]).await?.is_empty();
                if accept && is_blocked {
                    return refuse(UserErrorCode::CannotSend, "You cannot become a contact of this person.");
                }
                Ok(answered(mine, theirs, state, self.now))
            }
        }
    }
}

impl Write for Acting {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.other])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let viewer = self.viewer.id();
        let (mine, theirs) =
            pair(tx, viewer, self.other).await?.filter(|(mine, _)| mine.id == self.id).ok_or(Error::NotFound)?;
        let rows = match &self.act {
            Act::Answer { accept } => self.answer(tx, *accept, mine, theirs).await?,
            Act::Remove if mine.state == State::Declined && mine.asked_by == viewer => return Err(declined()),
            Act::Remove => vec![store::removed(mine.id), store::removed(theirs.id)],
            Act::Update { nickname, favourite } => {
                let after = contact::Model {
                    nickname: nickname.clone().unwrap_or_else(|| mine.nickname.clone()),
                    is_favourite: favourite.unwrap_or(mine.is_favourite),
                    ..mine
                };
                if after == mine {
                    return Ok(Change::nothing(()));
                }
                let event = NewEvent::for_user(viewer, EventBody::ContactChanged { user: self.other });
                return Ok(Change { rows: vec![store::changed(after)], events: vec![event], value: () });
            }
        };
        if rows.is_empty() {
            return Ok(Change::nothing(()));
        }
        let mut change = Change { rows, events: told(viewer, self.other), value: () };
        notifications::settle(tx, &mut change, viewer, Which::RequestOf(self.other), self.now).await?;
        if matches!(self.act, Act::Remove) {
            // It may have been the viewer's own request, which the other need not answer any more.
            notifications::settle(tx, &mut change, self.other, Which::RequestOf(viewer), self.now).await?;
        }
        Ok(change)
    }
}
