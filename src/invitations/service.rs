//! The rules of invitations.

use std::{collections::HashMap, sync::Arc};

use sea_orm::prelude::Uuid;

use super::store::{self, Of};
use crate::{
    App,
    access::{Membership, Viewer},
    entity::{
        conversation,
        invitation::{self, State},
    },
    error::{Error, Result, UserErrorCode},
    graphql::Page,
    ids::{ConversationId, InvitationId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Tx, Write},
    notifications::service::{self as notifications, Which},
    participants::service::{self as participants, Adding, Terms},
    timeline::NoteKind,
};

/// An invitation with the group it is to, as somebody who is asked may see it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The invitation.
    pub row: invitation::Model,
    /// The group.
    pub conversation: Arc<conversation::Model>,
}

/// The viewer's own open invitations, oldest first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn own(app: &App, viewer: &Viewer, page: &Page<Uuid>) -> Result<Vec<Asked>> {
    let db = app.database.reader();
    let rows = store::page(db, Of::User(viewer.id()), page).await?;
    with_groups(app, rows).await
}

/// The open invitations to a group, oldest first; none for those who may not manage its people.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn to_group(app: &App, member: &Membership, page: &Page<Uuid>) -> Result<Vec<Asked>> {
    if member.may_manage_participants().is_err() {
        return Ok(Vec::new());
    }
    let rows = store::page(app.database.reader(), Of::Conversation(member.id()), page).await?;
    with_groups(app, rows).await
}

/// Those of the invitations that the viewer may see: their own, and those to groups they lead.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_all(app: &App, viewer: &Viewer, ids: &[InvitationId]) -> Result<HashMap<InvitationId, Asked>> {
    let db = app.database.reader();
    let rows = store::find_all(db, ids).await?;
    let groups: Vec<_> = rows.iter().map(|row| row.conversation_id).collect();
    let mine = Membership::check_all(db, viewer, &groups).await?;
    let leads = |id: &ConversationId| mine.get(id).is_some_and(|member| member.may_manage_participants().is_ok());
    let seen = rows.into_iter().filter(|row| row.user_id == viewer.id() || leads(&row.conversation_id)).collect();
    Ok(with_groups(app, seen).await?.into_iter().map(|asked| (asked.row.id, asked)).collect())
}

async fn with_groups(app: &App, rows: Vec<invitation::Model>) -> Result<Vec<Asked>> {
    let ids: Vec<_> = rows.iter().map(|row| row.conversation_id).collect();
    let groups = store::conversations(app.database.reader(), &ids).await?;
    let groups: HashMap<_, _> = groups.into_iter().map(|row| (row.id, Arc::new(row))).collect();
    let with =
        |row: invitation::Model| Some(Asked { conversation: Arc::clone(groups.get(&row.conversation_id)?), row });
    Ok(rows.into_iter().filter_map(with).collect())
}

/// Asks people to join a group. Those who are there, or asked already, stay as they are.
///
/// # Errors
/// NOT_FOUND, NOT_ALLOWED, CONVERSATION_CLOSED, TOO_MANY, ROLE_PAIR_NOT_ALLOWED, NOT_VERIFIED or CANNOT_SEND.
pub async fn invite(app: &App, viewer: &Viewer, asking: Adding) -> Result<Membership> {
    let id = asking.conversation;
    let terms = participants::terms(app, &asking)?;
    app.journal.write(Invite { viewer: viewer.clone(), asking, terms }).await?;
    Membership::check(app.database.reader(), viewer, id).await
}

struct Invite {
    viewer: Viewer,
    asking: Adding,
    terms: Terms,
}

impl Write for Invite {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks { users: self.asking.users.clone(), conversations: vec![self.asking.conversation] }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let id = self.asking.conversation;
        let member = Membership::check(tx, &self.viewer, id).await?;
        member.may_grant(self.terms.role)?;
        member.is_open()?;
        let new = participants::newcomers(tx, Some(self.viewer.id()), id, &self.asking.users, &self.terms).await?;
        let asked = store::open(tx, id, &new).await?;
        let mut change = Change::nothing(());
        for user in new.into_iter().filter(|user| !asked.contains(user)) {
            let row = invitation::Model {
                id: InvitationId::generate(),
                conversation_id: id,
                user_id: user,
                invited_by: self.viewer.id(),
                role: self.terms.role,
                sees_history: self.terms.sees_history,
                state: State::Pending,
                created_at: self.terms.now,
                answered_at: None,
            };
            change.events.extend(changed(&row));
            change.rows.push(store::made(row.clone()));
            notifications::tell_of_invitation(&mut change, &row);
        }
        Ok(change)
    }
}

/// For the person asked, and for the group, whose leaders see it.
fn changed(row: &invitation::Model) -> [NewEvent; 2] {
    let body = EventBody::InvitationChanged { invitation: row.id };
    [NewEvent::for_user(row.user_id, body.clone()), NewEvent::in_conversation(row.conversation_id, body)]
}

/// What becomes of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The person asked joins.
    Accept,
    /// The person asked does not want to.
    Decline,
    /// Whoever leads the group takes it back.
    Withdraw,
}

/// Answers an invitation, or takes it back.
///
/// # Errors
/// NOT_FOUND, INVITATION_CLOSED, or for accepting what adding somebody refuses.
pub async fn answer(app: &App, viewer: &Viewer, id: InvitationId, answer: Answer) -> Result<Asked> {
    let known = find(app, viewer, id).await?.row;
    let asking = Adding {
        conversation: known.conversation_id,
        users: vec![known.user_id],
        role: known.role,
        sees_history: known.sees_history,
    };
    let terms = participants::terms(app, &asking)?;
    let write =
        Respond { viewer: viewer.clone(), id, conversation: known.conversation_id, user: known.user_id, answer, terms };
    app.journal.write(write).await?;
    find(app, viewer, id).await
}

async fn find(app: &App, viewer: &Viewer, id: InvitationId) -> Result<Asked> {
    find_all(app, viewer, &[id]).await?.remove(&id).ok_or(Error::NotFound)
}

struct Respond {
    viewer: Viewer,
    id: InvitationId,
    conversation: ConversationId,
    user: UserId,
    answer: Answer,
    terms: Terms,
}

impl Write for Respond {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks { users: vec![self.user], conversations: vec![self.conversation] }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let row = store::find_all(tx, &[self.id]).await?.pop().ok_or(Error::NotFound)?;
        let is_own = row.user_id == self.viewer.id();
        if self.answer == Answer::Withdraw {
            Membership::check(tx, &self.viewer, self.conversation).await?.may_manage_participants()?;
        } else if !is_own {
            return Err(Error::NotFound);
        }
        if row.state != State::Pending {
            return Err(closed(row.state));
        }
        let state = match self.answer {
            Answer::Accept => State::Accepted,
            Answer::Decline => State::Declined,
            Answer::Withdraw => State::Withdrawn,
        };
        let (mut rows, mut events) = (Vec::new(), Vec::new());
        if self.answer == Answer::Accept {
            let group = store::conversations(tx, &[self.conversation]).await?.pop().ok_or(Error::NotFound)?;
            if group.state != conversation::State::Active {
                return Err(Error::invalid(
                    UserErrorCode::ConversationClosed,
                    &[],
                    "This group is closed or archived, so nobody can join it now.",
                ));
            }
            let new = participants::newcomers(tx, None, self.conversation, &[self.user], &self.terms).await?;
            if !new.is_empty() {
                (rows, events) =
                    participants::joining(tx, &self.viewer, &group, &new, &self.terms, NoteKind::Joined).await?;
            }
        }
        rows.push(store::answered(self.id, state, self.terms.now));
        events.extend(changed(&row));
        let mut change = Change { rows, events, value: () };
        notifications::settle(tx, &mut change, self.user, Which::Invitation(self.id), self.terms.now).await?;
        Ok(change)
    }
}

fn closed(state: State) -> Error {
    let message = match state {
        State::Withdrawn => "This invitation was taken back.",
        _ => "This invitation was answered before.",
    };
    Error::invalid(UserErrorCode::InvitationClosed, &["input", "invitationId"], message)
}
