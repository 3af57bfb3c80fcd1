//! The rules of conversations.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, prelude::Uuid};

use super::store;
pub use super::store::Filter;
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    config::Preset,
    database,
    entity::{
        conversation::{self, Kind, Purpose, State},
        participant::{self, ParticipantRole},
        user::{self, Role},
    },
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Once, Outcome, Row, Seq, Tx, Write},
    people::roles,
};

/// One of the viewer's conversations.
///
/// # Errors
/// NOT_FOUND when the viewer does not take part in it.
pub async fn find(app: &App, viewer: &Viewer, id: ConversationId) -> Result<Membership> {
    Membership::check(app.database.reader(), viewer, id).await
}

/// The viewer's conversations, newest activity first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn list(app: &App, viewer: &Viewer, filter: Filter, page: &Page<i64>) -> Result<Vec<Membership>> {
    store::list(app.database.reader(), viewer, filter, page).await
}

/// The people of a conversation.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn participants(app: &App, member: &Membership, page: &Page<Uuid>) -> Result<Vec<participant::Model>> {
    store::participants(app.database.reader(), member, page).await
}

/// How many people take part in a conversation.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count_participants(db: &impl ConnectionTrait, member: &Membership) -> Result<u64> {
    store::count_participants(db, member.id()).await
}

/// Everybody else who takes part in the viewer's conversations with these ids.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn others(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<participant::Model>>> {
    let mut grouped: HashMap<ConversationId, Vec<_>> = HashMap::new();
    for row in store::others(db, ids, viewer.id()).await? {
        grouped.entry(row.conversation_id).or_default().push(row);
    }
    Ok(grouped)
}

/// Opens the direct conversation with somebody, or finds it; tells whether it was opened now.
///
/// # Errors
/// NOT_FOUND, SELF_NOT_ALLOWED or ROLE_PAIR_NOT_ALLOWED.
pub async fn open_direct(app: &App, viewer: &Viewer, other: UserId, purpose: Purpose) -> Result<(Membership, bool)> {
    if let Some(id) = store::find_direct(app.database.reader(), viewer.id(), other).await? {
        return Ok((find(app, viewer, id).await?, false));
    }
    let write =
        OpenDirect { viewer: viewer.clone(), other, purpose, now: app.clock.now(), preset: app.config.rules.preset };
    let Outcome::Done { value: (id, is_new), .. } = app.journal.write(write).await? else {
        return Err(Error::NotFound);
    };
    Ok((find(app, viewer, id).await?, is_new))
}

/// The direct conversation of two people, if there is one.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_direct(db: &impl ConnectionTrait, viewer: &Viewer, other: UserId) -> Result<Option<ConversationId>> {
    store::find_direct(db, viewer.id(), other).await
}

/// What opens a direct conversation, for a write that has locked both users and found none. Its one event is the
/// first of the change.
///
/// # Errors
/// NOT_FOUND, SELF_NOT_ALLOWED or ROLE_PAIR_NOT_ALLOWED.
pub async fn opening(
    tx: &Tx,
    viewer: &Viewer,
    other: UserId,
    purpose: Purpose,
    now: Timestamp,
    preset: Preset,
) -> Result<(conversation::Model, Vec<Row>, NewEvent)> {
    if other == viewer.id() {
        return Err(Error::invalid(
            UserErrorCode::SelfNotAllowed,
            &["input", "userId"],
            "You cannot open a conversation with yourself.",
        ));
    }
    let other = store::find_users(tx, &[other]).await?.pop().ok_or(Error::NotFound)?;
    roles::check(preset, viewer.role(), other.role)?;
    let direct_key = Some(store::direct_key(viewer.id(), other.id));
    let row = conversation::Model { direct_key, kind: Kind::Direct, ..new_conversation(viewer.id(), purpose, now) };
    let mut rows = vec![store::opened(&row)];
    for user in [viewer.id(), other.id] {
        rows.extend(store::joined(&row, user, ParticipantRole::Member, now, Seq::of(0), Seq::START));
    }
    let event =
        NewEvent::in_conversation(row.id, EventBody::ConversationCreated { participants: vec![viewer.id(), other.id] });
    Ok((row, rows, event))
}

fn new_conversation(by: UserId, purpose: Purpose, now: Timestamp) -> conversation::Model {
    conversation::Model {
        id: ConversationId::generate(),
        kind: Kind::Group,
        purpose,
        state: State::Active,
        title: None,
        direct_key: None,
        created_by: by,
        created_at: now,
        updated_at: now,
        activity_seq: Seq::of(0),
        last_message_seq: None,
        last_ordinal: 0,
    }
}

struct OpenDirect {
    viewer: Viewer,
    other: UserId,
    purpose: Purpose,
    now: Timestamp,
    preset: Preset,
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
            return Ok(Change::nothing((id, false)));
        }
        let (row, rows, event) = opening(tx, &self.viewer, self.other, self.purpose, self.now, self.preset).await?;
        Ok(Change { rows, events: vec![event], value: (row.id, true) })
    }
}

/// What somebody gives to make a group.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// The client's own name for the request.
    pub client_id: Uuid,
    /// 1 to 200 characters.
    pub title: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Who takes part besides the viewer.
    pub participants: Vec<UserId>,
}

/// Makes a group with the viewer as its owner; tells whether the same request had made it before.
///
/// # Errors
/// BLANK, TOO_LONG, TOO_MANY, NOT_FOUND, ROLE_PAIR_NOT_ALLOWED or CONFLICT.
pub async fn create_group(app: &App, viewer: &Viewer, mut new: NewGroup) -> Result<(Membership, bool)> {
    new.title = new.title.trim().to_owned();
    if new.title.is_empty() {
        return Err(Error::invalid(UserErrorCode::Blank, &["input", "title"], "Please give the group a name."));
    }
    if new.title.chars().count() > 200 {
        return Err(Error::invalid(
            UserErrorCode::TooLong,
            &["input", "title"],
            "Use at most 200 characters for the name of a group.",
        ));
    }
    database::check_text(&new.title, &["input", "title"])?;
    new.participants.retain(|id| *id != viewer.id());
    new.participants.sort_unstable();
    new.participants.dedup();
    let most = app.config.limits.participants_max;
    if new.participants.len() >= most {
        return Err(Error::invalid(
            UserErrorCode::TooMany,
            &["input", "participantIds"],
            format!("A group has at most {most} people."),
        ));
    }
    let write = CreateGroup { viewer: viewer.clone(), new, now: app.clock.now(), preset: app.config.rules.preset };
    let (id, replayed) = match app.journal.write(write).await? {
        Outcome::Done { value, .. } => (value, false),
        Outcome::Replayed(id) => (ConversationId(id), true),
    };
    Ok((find(app, viewer, id).await?, replayed))
}

struct CreateGroup {
    viewer: Viewer,
    new: NewGroup,
    now: Timestamp,
    preset: Preset,
}

impl Write for CreateGroup {
    type Value = ConversationId;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users(self.new.participants.iter().copied().chain([self.viewer.id()]))
    }

    fn once(&self) -> Option<Once> {
        let NewGroup { client_id, title, purpose, participants } = &self.new;
        Some(Once {
            operation: "createGroup",
            client_id: *client_id,
            input: format!("{title:?} {purpose:?} {participants:?}"),
        })
    }

    fn subject(value: &Self::Value) -> Uuid {
        value.0
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let people = store::find_users(tx, &self.new.participants).await?;
        if people.len() != self.new.participants.len() {
            return Err(Error::NotFound);
        }
        check_group(self.preset, self.viewer.role(), &people)?;
        let row = conversation::Model {
            title: Some(self.new.title.clone()),
            ..new_conversation(self.viewer.id(), self.new.purpose, self.now)
        };
        let mut rows = vec![store::opened(&row)];
        rows.extend(store::joined(&row, self.viewer.id(), ParticipantRole::Owner, self.now, Seq::of(0), Seq::START));
        for person in &people {
            rows.extend(store::joined(&row, person.id, ParticipantRole::Member, self.now, Seq::of(0), Seq::START));
        }
        let participants = people.iter().map(|person| person.id).chain([self.viewer.id()]).collect();
        let event = NewEvent::in_conversation(row.id, EventBody::ConversationCreated { participants });
        Ok(Change { rows, events: vec![event], value: row.id })
    }
}

/// Everybody in a group must be somebody its owner may talk to.
fn check_group(preset: Preset, owner: Role, people: &[user::Model]) -> Result<()> {
    let refused = people.iter().any(|person| !roles::may_talk(preset, owner, person.role));
    if refused {
        return Err(Error::invalid(
            UserErrorCode::RolePairNotAllowed,
            &["input", "participantIds"],
            "You cannot be in a group with one of these people. Ask your clinic to set it up.",
        ));
    }
    Ok(())
}

/// Archives, closes or reopens a conversation.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED or CONVERSATION_CLOSED.
pub async fn set_state(app: &App, viewer: &Viewer, id: ConversationId, state: State) -> Result<Membership> {
    app.journal.write(SetState { viewer: viewer.clone(), id, state, now: app.clock.now() }).await?;
    find(app, viewer, id).await
}

struct SetState {
    viewer: Viewer,
    id: ConversationId,
    state: State,
    now: Timestamp,
}

impl Write for SetState {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.id)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.id).await?;
        member.may_change_state(&self.viewer)?;
        let old = member.conversation().state;
        if old == self.state {
            return Ok(Change::nothing(()));
        }
        let event = NewEvent::in_conversation(self.id, EventBody::ConversationStateChanged { old, new: self.state });
        Ok(Change {
            rows: vec![store::state_changed(self.id, self.state, self.now, Seq::of(0))],
            events: vec![event],
            value: (),
        })
    }
}

/// Takes somebody else out of a group.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED or SELF_NOT_ALLOWED.
pub async fn remove_participant(app: &App, viewer: &Viewer, id: ConversationId, user: UserId) -> Result<Membership> {
    if user == viewer.id() {
        return Err(Error::invalid(
            UserErrorCode::SelfNotAllowed,
            &["input", "userId"],
            "You cannot remove yourself. Leave the group instead.",
        ));
    }
    app.journal.write(RemoveParticipant { viewer: viewer.clone(), id, user, now: app.clock.now() }).await?;
    find(app, viewer, id).await
}

/// Takes the viewer out of a group.
///
/// # Errors
/// NOT_FOUND or NOT_ALLOWED.
pub async fn leave(app: &App, viewer: &Viewer, id: ConversationId) -> Result<()> {
    let write = RemoveParticipant { viewer: viewer.clone(), id, user: viewer.id(), now: app.clock.now() };
    app.journal.write(write).await.map(drop)
}

struct RemoveParticipant {
    viewer: Viewer,
    id: ConversationId,
    user: UserId,
    now: Timestamp,
}

impl Write for RemoveParticipant {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.id)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.id).await?;
        let people = store::count_participants(tx, self.id).await?;
        if self.user == self.viewer.id() {
            member.may_leave(people)?;
        } else {
            member.may_manage_participants()?;
        }
        let target = store::participant(tx, self.id, self.user)
            .await?
            .filter(|row| row.left_at.is_none())
            .ok_or(Error::NotFound)?;
        if target.role == ParticipantRole::Owner && self.user != self.viewer.id() {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &["input", "userId"],
                "The owner of a group cannot be removed.",
            ));
        }
        let stay = store::open_stay(tx, self.id, self.user).await?.ok_or(Error::NotFound)?;
        let event = NewEvent::in_conversation(self.id, EventBody::ParticipantRemoved { user: self.user });
        Ok(Change { rows: store::left(&stay, self.now, Seq::of(0)).into(), events: vec![event], value: () })
    }
}
