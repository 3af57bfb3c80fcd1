//! The rules of taking part: coming in, going out, roles and rights.

use std::collections::{HashMap, HashSet};

use sea_orm::{ActiveEnum, ConnectionTrait, prelude::Uuid};

use super::store::{self, Joining};
use crate::{
    App,
    access::{Membership, Viewer, not_by_removing, reachable},
    clock::Timestamp,
    entity::{
        conversation,
        participant::{self, ParticipantRole},
    },
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Row, Seq, Tx, Write},
    people::{self, roles::Matrix},
    timeline::{self, Note, NoteKind},
};

/// The people of a conversation.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn page(app: &App, member: &Membership, page: &Page<Uuid>) -> Result<Vec<participant::Model>> {
    store::page(app.database.reader(), member, page).await
}

/// How many people take part in a conversation.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count(db: &impl ConnectionTrait, id: ConversationId) -> Result<u64> {
    store::count(db, id).await
}

/// How many people take part in each of these conversations, where anybody does.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn counts(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<HashMap<ConversationId, i64>> {
    Ok(store::counts(db, ids).await?.into_iter().collect())
}

/// Those of these conversations in which a patient takes part.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn with_patients(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<HashSet<ConversationId>> {
    Ok(store::with_patients(db, ids).await?.into_iter().collect())
}

/// Who takes part in a conversation.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn here(db: &impl ConnectionTrait, id: ConversationId) -> Result<Vec<UserId>> {
    Ok(store::all(db, id).await?.into_iter().map(|row| row.user_id).collect())
}

/// Those who take part in a conversation and have one of these usernames.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn named(db: &impl ConnectionTrait, id: ConversationId, names: &[String]) -> Result<Vec<UserId>> {
    store::named(db, id, names).await
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

/// May the viewer leave?
///
/// # Errors
/// NOT_ALLOWED or LAST_OWNER, for the person.
pub async fn may_leave(db: &impl ConnectionTrait, member: &Membership) -> Result<()> {
    member.may_leave(store::count_owners(db, member.id()).await?, store::count(db, member.id()).await?)
}

/// May the viewer change the rights of somebody who is there, who has `role` from then on?
///
/// # Errors
/// NOT_ALLOWED or LAST_OWNER, for the person.
pub async fn may_update(
    db: &impl ConnectionTrait,
    member: &Membership,
    target: &participant::Model,
    role: ParticipantRole,
) -> Result<()> {
    let gives_up_owning = target.user_id == member.participant().user_id
        && target.role == ParticipantRole::Owner
        && role != ParticipantRole::Owner;
    let owners = if gives_up_owning { store::count_owners(db, member.id()).await? } else { 0 };
    member.may_update_participant(target, role, owners)
}

/// The rows of somebody who takes part in a conversation from its first event on.
pub fn founding(conversation: &conversation::Model, user: UserId, role: ParticipantRole, at: Timestamp) -> [Row; 2] {
    let joining = Joining { user, role, sees_history: true, from: Seq::of(0), before: None, own: 0 };
    store::joined(conversation, joining, at)
}

/// The rows with which the two people of a direct conversation may send in it, or may not.
pub fn may_both_send(conversation: ConversationId, people: [UserId; 2], may_send: bool) -> [Row; 2] {
    people.map(|user| store::may_send(conversation, user, may_send))
}

/// How people come into a conversation that is there already.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// What they may do.
    pub role: ParticipantRole,
    /// Whether they see the messages from before they come.
    pub sees_history: bool,
    /// When.
    pub now: Timestamp,
    /// The most people the conversation may have.
    pub most: usize,
    /// Who may talk to whom.
    pub matrix: Matrix,
}

/// Everybody who takes part and the people who come, checked against the rules of a group. Those who are there already
/// are left out of what it gives. `starter` is who brings them in; none when they come by themselves, because somebody
/// was allowed to ask them before. The caller holds the users and the conversation locked.
///
/// # Errors
/// NOT_FOUND, TOO_MANY, ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED or CANNOT_SEND.
pub async fn newcomers(
    tx: &Tx,
    starter: Option<UserId>,
    conversation: ConversationId,
    users: &[UserId],
    terms: &Terms,
) -> Result<Vec<UserId>> {
    let here: Vec<_> = store::all(tx, conversation).await?.into_iter().map(|row| row.user_id).collect();
    let mut new: Vec<_> = users.iter().copied().filter(|user| !here.contains(user)).collect();
    new.sort_unstable();
    new.dedup();
    if here.len() + new.len() > terms.most {
        return Err(too_many(terms.most, &["input", "userIds"]));
    }
    let everybody: Vec<_> = here.iter().chain(&new).copied().collect();
    let known = people::service::find_all(tx, &everybody).await?;
    if known.len() < everybody.len() {
        return Err(Error::NotFound);
    }
    for user in &new {
        known.get(user).map_or(Ok(()), |user| reachable(user, "userIds"))?;
    }
    let roles = |ids: &[UserId]| ids.iter().filter_map(|id| Some(known.get(id)?.role)).collect::<Vec<_>>();
    let is_blocked = match starter {
        Some(starter) => !people::service::blocked(tx, starter, &new).await?.is_empty(),
        None => false,
    };
    let starter = starter.and_then(|id| known.get(&id)).map(AsRef::as_ref);
    terms.matrix.may_gather(starter, &roles(&everybody), &roles(&new), is_blocked, &["input", "userIds"])?;
    Ok(new)
}

/// The refusal of more people than a conversation may have.
pub fn too_many(most: usize, field: &[&str]) -> Error {
    Error::invalid(UserErrorCode::TooMany, field, format!("A group has at most {most} people."))
}

/// The rows and events with which `users`, all of them new, take part from the first event of the change on.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn joining(
    tx: &Tx,
    viewer: &Viewer,
    conversation: &conversation::Model,
    users: &[UserId],
    terms: &Terms,
    what: NoteKind,
) -> Result<(Vec<Row>, Vec<NewEvent>)> {
    let mut before: HashMap<_, _> =
        store::ever(tx, conversation.id, users).await?.into_iter().map(|row| (row.user_id, row)).collect();
    let mut rows = Vec::with_capacity(2 * users.len() + 2);
    for user in users.iter().copied() {
        let before = before.remove(&user);
        let own = match before {
            Some(_) => timeline::own_ordinal(tx, conversation.id, user, Seq(i64::MAX)).await?,
            None => 0,
        };
        let Terms { role, sees_history, now, .. } = *terms;
        let joining = Joining { user, role, sees_history, from: Seq::of(0), before, own };
        rows.extend(store::joined(conversation, joining, now));
    }
    let body = EventBody::ParticipantsAdded { users: users.to_vec(), sees_history: terms.sees_history };
    let note = Note::about(what, users.iter().copied());
    let (lines, told) = timeline::note(tx, viewer, conversation, &note, terms.now, Seq::of(1)).await?;
    rows.extend(lines);
    Ok((rows, vec![NewEvent::in_conversation(conversation.id, body), told]))
}

/// Whom to add to a group.
#[derive(Clone, Debug)]
pub struct Adding {
    /// The group.
    pub conversation: ConversationId,
    /// Who.
    pub users: Vec<UserId>,
    /// What they may do.
    pub role: ParticipantRole,
    /// Whether they see the messages from before.
    pub sees_history: bool,
}

/// Adds people to a group; those who are there already stay as they are.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED, CONVERSATION_CLOSED, TOO_MANY, ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED or CANNOT_SEND.
pub async fn add(app: &App, viewer: &Viewer, adding: Adding) -> Result<Membership> {
    let (terms, id) = (terms(app, &adding)?, adding.conversation);
    app.journal.write(Add { viewer: viewer.clone(), adding, terms }).await?;
    Membership::check(app.database.reader(), viewer, id).await
}

/// How people come in now.
///
/// # Errors
/// TOO_MANY, for the person, when nobody could be added to so many.
pub fn terms(app: &App, adding: &Adding) -> Result<Terms> {
    let most = app.config.limits.participants_max;
    if adding.users.len() > most {
        return Err(too_many(most, &["input", "userIds"]));
    }
    let Adding { role, sees_history, .. } = *adding;
    Ok(Terms { role, sees_history, now: app.clock.now(), most, matrix: Matrix::of(&app.config.rules) })
}

struct Add {
    viewer: Viewer,
    adding: Adding,
    terms: Terms,
}

impl Write for Add {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks { users: self.adding.users.clone(), conversations: vec![self.adding.conversation] }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.adding.conversation).await?;
        member.may_grant(self.terms.role)?;
        member.is_open()?;
        let new =
            newcomers(tx, Some(self.viewer.id()), self.adding.conversation, &self.adding.users, &self.terms).await?;
        if new.is_empty() {
            return Ok(Change::nothing(()));
        }
        let (rows, events) =
            joining(tx, &self.viewer, member.conversation(), &new, &self.terms, NoteKind::Added).await?;
        Ok(Change { rows, events, value: () })
    }
}

/// Takes somebody else out of a group.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED or SELF_NOT_ALLOWED.
pub async fn remove(app: &App, viewer: &Viewer, id: ConversationId, user: UserId) -> Result<Membership> {
    not_by_removing(viewer.id(), user)?;
    app.journal.write(Remove { viewer: viewer.clone(), id, user, successor: None, now: app.clock.now() }).await?;
    Membership::check(app.database.reader(), viewer, id).await
}

/// Takes the viewer out of a group; `successor` owns it from then on.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED or LAST_OWNER.
pub async fn leave(app: &App, viewer: &Viewer, id: ConversationId, successor: Option<UserId>) -> Result<()> {
    let write = Remove { viewer: viewer.clone(), id, user: viewer.id(), successor, now: app.clock.now() };
    app.journal.write(write).await.map(drop)
}

struct Remove {
    viewer: Viewer,
    id: ConversationId,
    user: UserId,
    successor: Option<UserId>,
    now: Timestamp,
}

impl Remove {
    /// Makes the successor an owner first, when there is one.
    async fn succession(&self, tx: &Tx, member: &Membership) -> Result<Option<(Row, NewEvent)>> {
        let Some(successor) = self.successor else {
            may_leave(tx, member).await?;
            return Ok(None);
        };
        member.may_leave(2, 2)?;
        let refuse = |message| Err(Error::invalid(UserErrorCode::NotAllowed, &["input", "newOwnerId"], message));
        if member.participant().role != ParticipantRole::Owner {
            return refuse("Only an owner can hand a group over.");
        }
        if successor == self.user {
            return refuse("Name somebody else to take over.");
        }
        let successor = present(tx, self.id, successor).await?;
        Ok(Some((store::entitled(&successor, ParticipantRole::Owner, true), updated(self.id, successor.user_id, None))))
    }
}

impl Write for Remove {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.id)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.id).await?;
        let leaves = self.user == self.viewer.id();
        let (mut rows, mut events) = (Vec::new(), Vec::new());
        if leaves {
            let (row, event) = self.succession(tx, &member).await?.unzip();
            rows.extend(row);
            events.extend(event);
        } else {
            // Who may not manage is not told who takes part.
            member.may_manage_participants()?;
            member.may_remove(&present(tx, self.id, self.user).await?)?;
        }
        let stay = store::open_stay(tx, self.id, self.user).await?.ok_or(Error::NotFound)?;
        let note = Note::about(if leaves { NoteKind::Left } else { NoteKind::Removed }, [self.user]);
        let place = |events: &[NewEvent]| Seq::of(i64::try_from(events.len()).unwrap_or(0));
        let (lines, told) =
            timeline::note(tx, &self.viewer, member.conversation(), &note, self.now, place(&events)).await?;
        rows.extend(lines);
        events.push(told);
        // Last, so that the one who goes hears of it.
        rows.extend(store::left(&stay, self.now, place(&events)));
        events.push(NewEvent::in_conversation(self.id, EventBody::ParticipantRemoved { user: self.user }));
        Ok(Change { rows, events, value: () })
    }
}

/// What takes everybody out of a conversation, for a write with `before` events of its own before these.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn all_leave(
    tx: &Tx,
    id: ConversationId,
    now: Timestamp,
    before: usize,
) -> Result<(Vec<Row>, Vec<NewEvent>)> {
    let (mut rows, mut events) = (Vec::new(), Vec::new());
    for (place, stay) in (before..).zip(store::open_stays(tx, id).await?) {
        rows.extend(store::left(&stay, now, Seq::of(i64::try_from(place).unwrap_or(i64::MAX))));
        events.push(NewEvent::in_conversation(id, EventBody::ParticipantRemoved { user: stay.user_id }));
    }
    Ok((rows, events))
}

async fn present(tx: &Tx, conversation: ConversationId, user: UserId) -> Result<participant::Model> {
    let row = store::ever(tx, conversation, &[user]).await?.pop();
    row.filter(|row| row.left_at.is_none()).ok_or(Error::NotFound)
}

pub(super) fn updated(conversation: ConversationId, user: UserId, sees_history: Option<bool>) -> NewEvent {
    NewEvent::in_conversation(conversation, EventBody::ParticipantUpdated { user, sees_history })
}

/// What to change of somebody's place in a group; what is none stays.
#[derive(Clone, Copy, Debug)]
pub struct Changes {
    /// The group.
    pub conversation: ConversationId,
    /// Who.
    pub user: UserId,
    /// Their role.
    pub role: Option<ParticipantRole>,
    /// Whether they may send.
    pub can_send: Option<bool>,
    /// Whether they see all messages, or only those from now on.
    pub sees_history: Option<bool>,
}

/// Changes the role and the rights of somebody in a group.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED or LAST_OWNER.
pub async fn update(app: &App, viewer: &Viewer, changes: Changes) -> Result<Membership> {
    app.journal.write(Update { viewer: viewer.clone(), changes, now: app.clock.now() }).await?;
    Membership::check(app.database.reader(), viewer, changes.conversation).await
}

struct Update {
    viewer: Viewer,
    changes: Changes,
    now: Timestamp,
}

impl Write for Update {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.changes.conversation)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let Changes { conversation, user, role, can_send, sees_history } = self.changes;
        let member = Membership::check(tx, &self.viewer, conversation).await?;
        member.may_manage_participants()?;
        let target = present(tx, conversation, user).await?;
        let role = role.unwrap_or(target.role);
        may_update(tx, &member, &target, role).await?;
        if role == ParticipantRole::Observer && can_send == Some(true) {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &["input", "role"],
                "Observers only read. Make them a member so that they can send.",
            ));
        }
        let was_observer = target.role == ParticipantRole::Observer;
        let can_send = role != ParticipantRole::Observer && can_send.unwrap_or(target.can_send || was_observer);
        let sees_history = sees_history.filter(|sees| *sees != target.can_see_history);
        if (role, can_send) == (target.role, target.can_send) && sees_history.is_none() {
            return Ok(Change::nothing(()));
        }
        let mut rows = vec![store::entitled(&target, role, can_send)];
        let mut events = vec![updated(conversation, user, sees_history)];
        if let Some(sees_history) = sees_history {
            let stay = store::open_stay(tx, conversation, user).await?.ok_or(Error::NotFound)?;
            let from = if sees_history { Seq::START } else { Seq::of(0) };
            let own = timeline::own_ordinal(tx, conversation, user, Seq(i64::MAX)).await?;
            rows.extend(store::sees_from(&stay, member.conversation(), from, own));
            if !sees_history {
                let counted = member.conversation().last_message_seq.unwrap_or(Seq::START);
                events.push(NewEvent::for_user(user, EventBody::UnreadChanged { conversation, counted, unread: 0 }));
            }
        }
        if role != target.role {
            let note =
                Note::about(NoteKind::RoleChanged, [user]).from_to(Some(target.role.to_value()), Some(role.to_value()));
            let place = Seq::of(i64::try_from(events.len()).unwrap_or(0));
            let (lines, told) = timeline::note(tx, &self.viewer, member.conversation(), &note, self.now, place).await?;
            rows.extend(lines);
            events.push(told);
        }
        Ok(Change { rows, events, value: () })
    }
}
