//! What is put on a message for everybody, or taken off it: a pin, and the word that it is urgent; and hiding it for
//! oneself.

use std::sync::Arc;

use super::{
    act::{Act, Scene, act},
    news, removal,
    service::{self, Loaded},
    store,
};
use crate::{
    App,
    access::{Membership, Viewer},
    entity::{message, user::Role},
    error::{Error, Result, UserErrorCode},
    ids::MessageId,
    journal::{Change, EventBody, MessageAspect, NewEvent, Tx},
    notifications::service::{self as notifications, Which},
};

/// The most pinned messages of one conversation.
pub(super) const PINS: u64 = 50;

/// May the viewer put something on this message for everybody, or take it off: a reaction, a pin, a mark on its pictures?
///
/// # Errors
/// MESSAGE_DELETED, NOT_ALLOWED for a line of the server, or what sending refuses.
pub fn may_mark(member: &Membership, row: &message::Model) -> Result<()> {
    removal::still_there(row)?;
    member.may_send()
}

/// May the viewer say that this message is urgent, or that it is not?
///
/// # Errors
/// NOT_ALLOWED or MESSAGE_DELETED, or what sending refuses.
pub fn may_set_urgent(viewer: &Viewer, member: &Membership, row: &message::Model) -> Result<()> {
    removal::still_there(row)?;
    if row.sender_id != viewer.id() && viewer.role() != Role::Clinician {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &[],
            "Only who sent a message, and clinicians, can say that it is urgent.",
        ));
    }
    member.may_send()
}

/// Pins a message, or takes the pin off.
///
/// # Errors
/// NOT_FOUND, TOO_MANY, or what [`may_mark`] refuses.
pub async fn pin(app: &App, viewer: &Arc<Viewer>, id: MessageId, is_on: bool) -> Result<Arc<Loaded>> {
    act(app, viewer, id, Pin { is_on }).await?;
    service::find(app, viewer, id).await
}

struct Pin {
    is_on: bool,
}

impl Act for Pin {
    type Value = ();

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<()>> {
        may_mark(&scene.member, &scene.row)?;
        if scene.row.pinned_at.is_some() == self.is_on {
            return Ok(Change::nothing(()));
        }
        if self.is_on && store::count_pinned(tx, scene.member.id()).await? >= PINS {
            return Err(Error::invalid(
                UserErrorCode::TooMany,
                &[],
                format!("A conversation can have {PINS} pinned messages. Take the pin off another one first."),
            ));
        }
        let rows = vec![store::pinned(&scene.row, self.is_on.then_some((scene.viewer.id(), scene.now)))];
        Ok(Change { rows, events: vec![scene.changed(MessageAspect::Pin)], value: () })
    }
}

/// Says that a message is urgent, or that it is not.
///
/// # Errors
/// NOT_FOUND, or what [`may_set_urgent`] refuses.
pub async fn set_urgent(app: &App, viewer: &Arc<Viewer>, id: MessageId, is_on: bool) -> Result<Arc<Loaded>> {
    act(app, viewer, id, Urgent { is_on }).await?;
    service::find(app, viewer, id).await
}

struct Urgent {
    is_on: bool,
}

impl Act for Urgent {
    type Value = ();

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<()>> {
        may_set_urgent(&scene.viewer, &scene.member, &scene.row)?;
        if scene.row.is_urgent == self.is_on {
            return Ok(Change::nothing(()));
        }
        let rows = vec![store::urgent(&scene.row, self.is_on)];
        let mut change = Change { rows, events: vec![scene.changed(MessageAspect::Urgency)], value: () };
        if self.is_on {
            let news = news::of_urgent(tx, scene.row.conversation_id).await?;
            scene.tell(tx, &mut change, news).await?;
        }
        Ok(change)
    }
}

/// Takes a message out of the viewer's own sight; others keep seeing it.
///
/// # Errors
/// NOT_FOUND.
pub async fn hide(app: &App, viewer: &Arc<Viewer>, id: MessageId) -> Result<MessageId> {
    act(app, viewer, id, Hide).await?;
    Ok(id)
}

struct Hide;

impl Act for Hide {
    type Value = ();

    const REACHES_HIDDEN: bool = true;

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<()>> {
        let (row, me) = (&scene.row, scene.viewer.id());
        if scene.hidden_for.contains(&me) {
            return Ok(Change::nothing(()));
        }
        // What is over counts until its tombstone is written.
        let stands = row.deleted_at.is_none() || (row.deleted_by.is_none() && row.deleted_at == row.expires_at);
        let countable = row.sender_id != me && row.kind != message::Kind::System && stands;
        let event =
            EventBody::MessageHidden { conversation: row.conversation_id, message: row.id, seq: row.seq, countable };
        let events = vec![NewEvent::for_user(me, event)];
        let mut change = Change { rows: vec![store::hidden(row, me)], events, value: () };
        notifications::settle(tx, &mut change, me, Which::Message(row.id), scene.now).await?;
        Ok(change)
    }
}
