//! The rules of conversations.

use std::collections::HashMap;

use sea_orm::ConnectionTrait;

pub use super::{
    change::{set_state, update},
    delete::{delete, reason},
    details::Details,
    group::{NewGroup, create_group},
    list::{Filter, list},
    reference::Reference,
};
use super::{reference, store};
use crate::{
    App,
    access::{Membership, Viewer, reachable},
    clock::Timestamp,
    entity::{
        conversation::{self, Kind, Purpose, State},
        participant::ParticipantRole,
    },
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Row, Seq, Tx, Write},
    participants,
    people::{self, roles::Matrix},
};

/// One of the viewer's conversations.
///
/// # Errors
/// NOT_FOUND when the viewer does not take part in it.
pub async fn find(app: &App, viewer: &Viewer, id: ConversationId) -> Result<Membership> {
    Membership::check(app.database.reader(), viewer, id).await
}

/// The tags of conversations that the caller was given, in the order of the alphabet.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn tags(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Vec<String>>> {
    let mut grouped: HashMap<_, Vec<_>> = HashMap::new();
    for row in store::tags(db, ids).await? {
        grouped.entry(row.conversation_id).or_default().push(row.tag);
    }
    Ok(grouped)
}

/// Opens the direct conversation with somebody, or finds it, and ties it to what it is for elsewhere; tells whether it
/// was opened now.
///
/// # Errors
/// NOT_FOUND, SELF_NOT_ALLOWED, ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED or CANNOT_SEND; BLANK or TOO_LONG for the
/// reference.
pub async fn open_direct(
    app: &App,
    viewer: &Viewer,
    other: UserId,
    purpose: Purpose,
    reference: Option<Reference>,
) -> Result<(Membership, bool)> {
    let reference = reference.map(Reference::checked).transpose()?;
    if reference.is_none()
        && let Some(id) = store::find_direct(app.database.reader(), viewer.id(), other).await?
    {
        return Ok((find(app, viewer, id).await?, false));
    }
    let (viewer, now, matrix) = (viewer.clone(), app.clock.now(), Matrix::of(&app.config.rules));
    let write = OpenDirect { viewer: viewer.clone(), other, purpose, reference, now, matrix };
    let Outcome::Done { value: (id, is_new), .. } = app.journal.write(write).await? else {
        return Err(Error::NotFound);
    };
    Ok((find(app, &viewer, id).await?, is_new))
}

/// The direct conversation of two people, if there is one.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_direct(db: &impl ConnectionTrait, viewer: &Viewer, other: UserId) -> Result<Option<ConversationId>> {
    store::find_direct(db, viewer.id(), other).await
}

/// The viewer's direct conversations with these people, where there are any: three queries, whatever their number.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn directs_with(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    others: &[UserId],
) -> Result<HashMap<UserId, Membership>> {
    let found = store::find_directs(db, viewer.id(), others).await?;
    let ids: Vec<_> = found.iter().map(|(_, id)| *id).collect();
    let mut mine = Membership::check_all(db, viewer, &ids).await?;
    Ok(found.into_iter().filter_map(|(other, id)| Some((other, mine.remove(&id)?))).collect())
}

/// What opens a direct conversation, for a write that has locked both users and found none. Its one event is the
/// first of the change.
///
/// # Errors
/// NOT_FOUND, SELF_NOT_ALLOWED, ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED or CANNOT_SEND.
pub async fn opening(
    tx: &Tx,
    viewer: &Viewer,
    other: UserId,
    purpose: Purpose,
    now: Timestamp,
    matrix: Matrix,
) -> Result<(conversation::Model, Vec<Row>, NewEvent)> {
    if other == viewer.id() {
        return Err(Error::invalid(
            UserErrorCode::SelfNotAllowed,
            &["input", "userId"],
            "You cannot open a conversation with yourself.",
        ));
    }
    let people = people::service::find_all(tx, &[viewer.id(), other]).await?;
    let (Some(starter), Some(other)) = (people.get(&viewer.id()), people.get(&other)) else {
        return Err(Error::NotFound);
    };
    reachable(other, "userId")?;
    let is_blocked = !people::service::blocked(tx, starter.id, &[other.id]).await?.is_empty();
    matrix.may_start(starter, other, is_blocked, &["input", "userId"])?;
    let direct_key = Some(store::direct_key(viewer.id(), other.id));
    let row = conversation::Model { direct_key, kind: Kind::Direct, ..new_conversation(viewer.id(), purpose, now) };
    let mut rows = vec![store::opened(&row)];
    for user in [viewer.id(), other.id] {
        rows.extend(participants::service::founding(&row, user, ParticipantRole::Member, now));
    }
    let event =
        NewEvent::in_conversation(row.id, EventBody::ConversationCreated { participants: vec![viewer.id(), other.id] });
    Ok((row, rows, event))
}

pub(super) fn new_conversation(by: UserId, purpose: Purpose, now: Timestamp) -> conversation::Model {
    conversation::Model {
        id: ConversationId::generate(),
        kind: Kind::Group,
        purpose,
        state: State::Active,
        title: None,
        description: None,
        direct_key: None,
        created_by: by,
        created_at: now,
        updated_at: now,
        activity_seq: Seq::of(0),
        last_message_seq: None,
        last_ordinal: 0,
        deleted_at: None,
        delete_reason: None,
        external_system: None,
        external_id: None,
    }
}

struct OpenDirect {
    viewer: Viewer,
    other: UserId,
    purpose: Purpose,
    reference: Option<Reference>,
    now: Timestamp,
    matrix: Matrix,
}

impl OpenDirect {
    /// The conversation there is, tied to the reference if it was not.
    async fn found(&self, tx: &Tx, id: ConversationId) -> Result<Change<(ConversationId, bool)>> {
        let Some(reference) = &self.reference else { return Ok(Change::nothing((id, false))) };
        let member = Membership::check(tx, &self.viewer, id).await?;
        // A reference is read like a message, so whoever may not send gets the conversation as it is.
        if member.may_send().is_err() {
            return Ok(Change::nothing((id, false)));
        }
        let rows = reference::tie(tx, member.conversation(), reference).await?;
        if rows.is_empty() {
            return Ok(Change::nothing((id, false)));
        }
        let event = NewEvent::in_conversation(id, EventBody::ConversationUpdated);
        Ok(Change { rows, events: vec![event], value: (id, false) })
    }
}

impl Write for OpenDirect {
    type Value = (ConversationId, bool);

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.other])
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        if let Some(id) = store::find_direct(tx, self.viewer.id(), self.other).await? {
            return self.found(tx, id).await;
        }
        let (row, mut rows, event) = opening(tx, &self.viewer, self.other, self.purpose, self.now, self.matrix).await?;
        if let Some(reference) = &self.reference {
            rows.extend(reference::tie(tx, &row, reference).await?);
        }
        Ok(Change { rows, events: vec![event], value: (row.id, true) })
    }
}
