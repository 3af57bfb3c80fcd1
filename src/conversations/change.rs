//! Changing a conversation: its state, its name and what it is about.

use sea_orm::ActiveEnum;

use super::{details::Details, naming, service, store};
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::conversation::{self, Purpose, State},
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Seq, Tx, Write},
    participants, people,
    timeline::{self, Note, NoteKind},
};

/// Archives, closes or reopens a conversation.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED, or CONVERSATION_CLOSED when it is closed for good or two people have a newer one.
pub async fn set_state(app: &App, viewer: &Viewer, id: ConversationId, state: State) -> Result<Membership> {
    let partner = service::find(app, viewer, id).await?.partner();
    app.journal.write(SetState { viewer: viewer.clone(), id, partner, state, now: app.clock.now() }).await?;
    service::find(app, viewer, id).await
}

struct SetState {
    viewer: Viewer,
    id: ConversationId,
    /// The other of the two in a direct conversation.
    partner: Option<UserId>,
    state: State,
    now: Timestamp,
}

impl Write for SetState {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        let users = self.partner.into_iter().flat_map(|partner| [partner, self.viewer.id()]).collect();
        Locks { users, conversations: vec![self.id] }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.id).await?;
        member.may_change_state(&self.viewer)?;
        let old = member.conversation().state;
        if old == self.state {
            return Ok(Change::nothing(()));
        }
        if old == State::Closed && store::has_newer(tx, member.conversation()).await? {
            return Err(Error::invalid(
                UserErrorCode::ConversationClosed,
                &[],
                "These two people have a newer conversation. Please write there.",
            ));
        }
        let event = NewEvent::in_conversation(self.id, EventBody::ConversationStateChanged { old, new: self.state });
        let note = Note::about(NoteKind::StateChanged, []).from_to(Some(old.to_value()), Some(self.state.to_value()));
        let (lines, told) =
            timeline::note(tx, &self.viewer, member.conversation(), &note, self.now, Seq::of(1)).await?;
        let mut rows = vec![store::state_changed(member.conversation(), self.state)];
        rows.extend(lines);
        // A block made or ended meanwhile did not find a closed conversation.
        if let Some(partner) = self.partner.filter(|_| old == State::Closed) {
            let both = [self.viewer.id(), partner];
            let is_blocked = !people::service::blocked(tx, both[0], &[partner]).await?.is_empty();
            rows.extend(participants::service::may_both_send(self.id, both, !is_blocked));
        }
        Ok(Change { rows, events: vec![event, told], value: () })
    }
}

/// Changes the name, the description, the purpose or the tags of a conversation.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED, BLANK, TOO_LONG or TOO_MANY.
pub async fn update(app: &App, viewer: &Viewer, id: ConversationId, details: Details) -> Result<Membership> {
    let details = details.checked()?;
    app.journal.write(Update { viewer: viewer.clone(), id, details, now: app.clock.now() }).await?;
    service::find(app, viewer, id).await
}

struct Update {
    viewer: Viewer,
    id: ConversationId,
    details: Details,
    now: Timestamp,
}

impl Write for Update {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.id)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.id).await?;
        member.may_update(&self.viewer)?;
        let (before, title) = (member.conversation(), self.details.title.as_ref());
        if title.is_some() && before.kind == conversation::Kind::Direct {
            return Err(Error::invalid(
                UserErrorCode::NotAllowed,
                &["input", "title"],
                "A conversation between two people has no name of its own.",
            ));
        }
        if before.kind == conversation::Kind::Group && self.details.purpose.unwrap_or(before.purpose) == Purpose::Case {
            let here = participants::service::here(tx, self.id).await?;
            naming::names_nobody(tx, &self.viewer, self.details.texts(before), &here).await?;
        }
        let tags = store::tags(tx, &[self.id]).await?.into_iter().map(|row| row.tag).collect::<Vec<_>>();
        let mut rows = self.details.rows(&member, &tags, self.now);
        if rows.is_empty() {
            return Ok(Change::nothing(()));
        }
        let mut events = vec![NewEvent::in_conversation(self.id, EventBody::ConversationUpdated)];
        if title.is_some_and(|title| before.title.as_ref() != Some(title)) {
            let note = Note::about(NoteKind::Renamed, []).from_to(before.title.clone(), title.cloned());
            let (lines, told) = timeline::note(tx, &self.viewer, before, &note, self.now, Seq::of(1)).await?;
            rows.extend(lines);
            events.push(told);
        }
        Ok(Change { rows, events, value: () })
    }
}
