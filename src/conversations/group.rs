//! Making a group.

use sea_orm::prelude::Uuid;

use super::{
    details, naming,
    reference::{self, Reference},
    service, store,
};
use crate::{
    App,
    access::{Membership, Viewer, reachable},
    clock::Timestamp,
    entity::{
        conversation::{self, Purpose},
        participant::ParticipantRole,
    },
    error::{Error, Result},
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Once, Outcome, Tx, Write},
    participants,
    people::{self, roles::Matrix},
};

/// What somebody gives to make a group.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// The client's own name for the request.
    pub client_id: Uuid,
    /// 1 to 200 characters.
    pub title: String,
    /// Up to 1,000 characters.
    pub description: Option<String>,
    /// Up to 20, each up to 50 characters.
    pub tags: Vec<String>,
    /// What it is for.
    pub purpose: Purpose,
    /// Who takes part besides the viewer.
    pub participants: Vec<UserId>,
    /// What it is for elsewhere. There is one group for it.
    pub reference: Option<Reference>,
}

/// Makes a group with the viewer as its owner, or gives the one there is for the same thing elsewhere; tells whether it
/// was made now.
///
/// # Errors
/// BLANK, TOO_LONG, TOO_MANY, NOT_FOUND, NOT_ALLOWED, ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED, CANNOT_SEND, TAKEN or CONFLICT.
pub async fn create_group(app: &App, viewer: &Viewer, mut new: NewGroup) -> Result<(Membership, bool)> {
    new.title = details::title(&new.title)?;
    new.description = details::description(new.description.as_deref())?;
    new.tags = details::tags(&new.tags)?.into_iter().collect();
    new.reference = new.reference.map(Reference::checked).transpose()?;
    if new.reference.is_some() {
        reference::may_make_group(viewer.role())?;
    }
    new.participants.retain(|id| *id != viewer.id());
    new.participants.sort_unstable();
    new.participants.dedup();
    let most = app.config.limits.participants_max;
    if new.participants.len() >= most {
        return Err(participants::service::too_many(most, &["input", "participantIds"]));
    }
    let write =
        CreateGroup { viewer: viewer.clone(), new, now: app.clock.now(), matrix: Matrix::of(&app.config.rules) };
    let (id, is_new) = match app.journal.write(write).await? {
        Outcome::Done { value, .. } => value,
        Outcome::Replayed(id) => (ConversationId(id), false),
    };
    Ok((service::find(app, viewer, id).await?, is_new))
}

struct CreateGroup {
    viewer: Viewer,
    new: NewGroup,
    now: Timestamp,
    matrix: Matrix,
}

impl CreateGroup {
    /// The group there is for the same thing, if the viewer takes part in it.
    async fn joined(&self, tx: &Tx, id: ConversationId) -> Result<Change<(ConversationId, bool)>> {
        let known = Membership::check(tx, &self.viewer, id).await;
        known.map(|_| Change::nothing((id, false))).map_err(|error| match error {
            Error::NotFound => Reference::taken(),
            other => other,
        })
    }
}

impl Write for CreateGroup {
    /// The group, and whether it is new.
    type Value = (ConversationId, bool);

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users(self.new.participants.iter().copied().chain([self.viewer.id()]))
    }

    fn once(&self) -> Option<Once> {
        let NewGroup { client_id, title, description, tags, purpose, participants, reference } = &self.new;
        Some(Once {
            operation: "createGroup",
            client_id: *client_id,
            input: format!("{title:?} {description:?} {tags:?} {purpose:?} {participants:?} {reference:?}"),
        })
    }

    fn subject(value: &Self::Value) -> Uuid {
        value.0.0
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let made = match &self.new.reference {
            Some(reference) => reference::group_of(tx, reference).await?,
            None => None,
        };
        let mut rows = Vec::new();
        if let Some(id) = made {
            if participants::service::count(tx, id).await? > 0 {
                return self.joined(tx, id).await;
            }
            // Everybody has left it, so nobody can be asked to let others in.
            rows.extend(store::released(tx, id).await?);
        }
        let everybody: Vec<_> = self.new.participants.iter().copied().chain([self.viewer.id()]).collect();
        let mut people = people::service::find_all(tx, &everybody).await?;
        if people.len() != everybody.len() {
            return Err(Error::NotFound);
        }
        if self.new.purpose == Purpose::Case {
            let texts = [Some(self.new.title.as_str()), self.new.description.as_deref()].into_iter().flatten();
            let texts = texts.chain(self.new.tags.iter().map(String::as_str));
            naming::names_nobody(tx, &self.viewer, texts, &everybody).await?;
        }
        let roles: Vec<_> = people.values().map(|person| person.role).collect();
        let starter = people.remove(&self.viewer.id()).ok_or(Error::NotFound)?;
        let new: Vec<_> = people.values().map(|person| person.role).collect();
        people
            .values()
            .filter(|person| person.id != starter.id)
            .try_for_each(|person| reachable(person, "participantIds"))?;
        let is_blocked = !people::service::blocked(tx, starter.id, &self.new.participants).await?.is_empty();
        self.matrix.may_gather(Some(&starter), &roles, &new, is_blocked, &["input", "participantIds"])?;
        let row = conversation::Model {
            title: Some(self.new.title.clone()),
            description: self.new.description.clone(),
            ..service::new_conversation(self.viewer.id(), self.new.purpose, self.now)
        };
        rows.push(store::opened(&row));
        rows.extend(details::tag_rows(row.id, &[], &self.new.tags));
        rows.extend(participants::service::founding(&row, self.viewer.id(), ParticipantRole::Owner, self.now));
        for person in &self.new.participants {
            rows.extend(participants::service::founding(&row, *person, ParticipantRole::Member, self.now));
        }
        if let Some(reference) = &self.new.reference {
            rows.extend(reference::tie(tx, &row, reference).await?);
        }
        let event = NewEvent::in_conversation(row.id, EventBody::ConversationCreated { participants: everybody });
        Ok(Change { rows, events: vec![event], value: (row.id, true) })
    }
}
