//! Taking a message back: by its sender, by whoever runs the clinic or leads the group, or by itself when its time is
//! over. In every case a tombstone stays; the text, the card, earlier texts, reactions and the bytes of its files go.

use std::sync::Arc;

use super::{
    act::{Act, Scene, act},
    service::{self, Loaded},
    store,
};
use crate::{
    App,
    access::{Membership, Viewer},
    attachments,
    clock::Timestamp,
    conversations,
    entity::{attachment, message},
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, MessageId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Outcome, Tx, Write},
    notifications,
};

/// May the viewer delete this message?
///
/// # Errors
/// NOT_THE_SENDER, MESSAGE_DELETED, or NOT_ALLOWED for a line of the server.
pub fn may_delete(member: &Membership, row: &message::Model) -> Result<()> {
    if row.sender_id != member.participant().user_id && row.kind != message::Kind::System {
        return Err(Error::invalid(
            UserErrorCode::NotTheSender,
            &[],
            "Only the person who sent this message can change it.",
        ));
    }
    still_there(row)
}

/// May the viewer take back what somebody else sent? In a group those who lead it may, and administrators everywhere.
///
/// # Errors
/// NOT_ALLOWED or MESSAGE_DELETED.
pub fn may_retract(viewer: &Viewer, member: &Membership, row: &message::Model) -> Result<()> {
    if !member.leads_group() && viewer.must_be_admin().is_err() {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &[],
            "Only those who lead this group, and administrators, can take back a message of somebody else.",
        ));
    }
    still_there(row)
}

/// Is it a message of a person, and not deleted?
///
/// # Errors
/// NOT_ALLOWED or MESSAGE_DELETED.
pub(super) fn still_there(row: &message::Model) -> Result<()> {
    if row.kind == message::Kind::System {
        return Err(Error::invalid(UserErrorCode::NotAllowed, &[], "What the system writes cannot be changed."));
    }
    if row.deleted_at.is_some() {
        return Err(deleted());
    }
    Ok(())
}

/// The refusal for a message that was deleted.
pub(super) fn deleted() -> Error {
    Error::invalid(UserErrorCode::MessageDeleted, &[], "This message was deleted.")
}

/// Deletes a message of the viewer.
///
/// # Errors
/// NOT_FOUND, or what [`may_delete`] refuses.
pub async fn delete(app: &App, viewer: &Arc<Viewer>, id: MessageId) -> Result<Arc<Loaded>> {
    let files = act(app, viewer, id, Delete).await?;
    attachments::service::remove_bytes(app, &files).await;
    // Also when the viewer has hidden it: they have just deleted it.
    let rows = store::find_all(app.database.reader(), &[id]).await?;
    let loaded = service::load(app.database.reader(), rows, app.clock.now()).await?;
    loaded.into_iter().next().ok_or(Error::NotFound)
}

struct Delete;

impl Act for Delete {
    type Value = Vec<attachment::Model>;

    const REACHES_HIDDEN: bool = true;

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<Self::Value>> {
        may_delete(&scene.member, &scene.row)?;
        removed(tx, &scene.row, Some(scene.viewer.id()), None, scene.now).await
    }
}

/// Takes back what somebody sent, and says why. An administrator need not take part, and learns nothing of it; the
/// message is given to those who do.
///
/// # Errors
/// NOT_FOUND, BLANK, TOO_LONG, or what [`may_retract`] refuses.
pub async fn retract(
    app: &App,
    viewer: &Arc<Viewer>,
    id: MessageId,
    reason: &str,
) -> Result<(MessageId, Option<Arc<Loaded>>)> {
    let reason = conversations::service::reason(reason)?;
    let row = store::find_all(app.database.reader(), &[id]).await?.pop().ok_or(Error::NotFound)?;
    let (viewer, now) = (Arc::clone(viewer), app.clock.now());
    let write = Retract { viewer: Arc::clone(&viewer), id, conversation: row.conversation_id, reason, now };
    if let Outcome::Done { value: files, .. } = app.journal.write(write).await? {
        attachments::service::remove_bytes(app, &files).await;
    }
    Ok((id, service::find_all(app, &viewer, &[id]).await?.remove(&id)))
}

struct Retract {
    viewer: Arc<Viewer>,
    id: MessageId,
    conversation: ConversationId,
    reason: String,
    now: Timestamp,
}

impl Write for Retract {
    type Value = Vec<attachment::Model>;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let row = match Membership::check(tx, &self.viewer, self.conversation).await {
            Ok(member) => {
                let row = service::find_hidden_row(tx, &member, self.id, self.now).await?;
                may_retract(&self.viewer, &member, &row)?;
                row
            }
            Err(Error::NotFound) if self.viewer.must_be_admin().is_ok() => {
                let row = store::find_all(tx, &[self.id]).await?.pop().ok_or(Error::NotFound)?;
                still_there(&row)?;
                row
            }
            Err(refused) => return Err(refused),
        };
        removed(tx, &row, Some(self.viewer.id()), Some(&self.reason), self.now).await
    }
}

/// What leaves a tombstone of a message; gives its files, for their bytes to be removed after the commit.
pub(super) async fn removed(
    tx: &Tx,
    row: &message::Model,
    by: Option<UserId>,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<Change<Vec<attachment::Model>>> {
    let files = match row.has_attachments {
        true => attachments::service::hold(tx, row.id).await?,
        false => Vec::new(),
    };
    let mut rows = store::deleted(row, (by, reason), now);
    rows.extend(attachments::service::all_taken_off(&files));
    rows.extend(attachments::service::removed_with(tx, &files, now).await?);
    // Who had hidden it does not count it any more.
    let hidden_for = store::hidden_by(tx, row.seq).await?;
    let event = EventBody::MessageDeleted { message: row.id, seq: row.seq, sender: row.sender_id, hidden_for };
    let events = vec![NewEvent::in_conversation(row.conversation_id, event)];
    let mut change = Change { rows, events, value: files };
    notifications::service::settle_message(tx, &mut change, row.id, now).await?;
    Ok(change)
}
