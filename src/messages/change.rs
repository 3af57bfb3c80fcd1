//! Editing and deleting a message.

use std::{sync::Arc, time::Duration};

use super::{send, service, service::Loaded, store};
use crate::{
    App,
    access::{Membership, Viewer},
    attachments,
    clock::Timestamp,
    entity::{attachment, message},
    error::{Error, Result, UserErrorCode},
    ids::{ConversationId, MessageId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Tx, Write},
    notifications,
};

/// May the viewer edit this message now?
///
/// # Errors
/// NOT_THE_SENDER, MESSAGE_DELETED, WINDOW_CLOSED, or what sending refuses.
pub fn may_edit(member: &Membership, row: &message::Model, now: Timestamp, window: Duration) -> Result<()> {
    may_delete(member, row)?;
    member.may_send()?;
    if now.since(row.created_at) > window {
        let window = humantime::format_duration(window);
        return Err(Error::invalid(
            UserErrorCode::WindowClosed,
            &[],
            format!("A message can be edited for {window} after it was sent."),
        ));
    }
    Ok(())
}

/// May the viewer delete this message?
///
/// # Errors
/// NOT_THE_SENDER, MESSAGE_DELETED, or NOT_ALLOWED for a line of the server.
pub fn may_delete(member: &Membership, row: &message::Model) -> Result<()> {
    if row.kind == message::Kind::System {
        return Err(Error::invalid(UserErrorCode::NotAllowed, &[], "What the system writes cannot be changed."));
    }
    if row.sender_id != member.participant().user_id {
        return Err(Error::invalid(
            UserErrorCode::NotTheSender,
            &[],
            "Only the person who sent this message can change it.",
        ));
    }
    if row.deleted_at.is_some() {
        return Err(Error::invalid(UserErrorCode::MessageDeleted, &[], "This message was deleted."));
    }
    Ok(())
}

/// Gives a message a new text; the one before stays readable as a version.
///
/// # Errors
/// NOT_FOUND, BLANK, TOO_LONG, or what [`may_edit`] refuses.
pub async fn edit(app: &App, viewer: &Arc<Viewer>, id: MessageId, new_text: &str) -> Result<Arc<Loaded>> {
    let current = seen(app, viewer, id).await?;
    let text = send::text(new_text, app.config.limits.text_max, current.row.has_attachments)?;
    let write = Edit {
        viewer: Arc::clone(viewer),
        id,
        conversation: current.row.conversation_id,
        text,
        now: app.clock.now(),
        window: app.config.rules.edit_window,
    };
    app.journal.write(write).await?;
    seen(app, viewer, id).await
}

/// Deletes a message: a tombstone stays, the text, its versions and the bytes of its files go.
///
/// # Errors
/// NOT_FOUND, or what [`may_delete`] refuses.
pub async fn delete(app: &App, viewer: &Arc<Viewer>, id: MessageId) -> Result<Arc<Loaded>> {
    let current = seen(app, viewer, id).await?;
    let write =
        Delete { viewer: Arc::clone(viewer), id, conversation: current.row.conversation_id, now: app.clock.now() };
    if let crate::journal::Outcome::Done { value: files, .. } = app.journal.write(write).await? {
        attachments::service::remove_bytes(app, &files).await;
    }
    seen(app, viewer, id).await
}

async fn seen(app: &App, viewer: &Viewer, id: MessageId) -> Result<Arc<Loaded>> {
    service::find_all(app, viewer, &[id]).await?.remove(&id).ok_or(Error::NotFound)
}

struct Edit {
    viewer: Arc<Viewer>,
    id: MessageId,
    conversation: ConversationId,
    text: String,
    now: Timestamp,
    window: Duration,
}

impl Write for Edit {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        let member = Membership::check(tx, &self.viewer, self.conversation).await?;
        let row = service::find_row(tx, &member, self.id).await?;
        may_edit(&member, &row, self.now, self.window)?;
        if row.text == self.text {
            return Ok(Change::nothing(()));
        }
        let event = EventBody::MessageEdited { message: row.id, seq: row.seq, version: row.version + 1 };
        let events = vec![NewEvent::in_conversation(self.conversation, event)];
        Ok(Change { rows: store::edited(&row, self.text.clone(), self.now), events, value: () })
    }
}

struct Delete {
    viewer: Arc<Viewer>,
    id: MessageId,
    conversation: ConversationId,
    now: Timestamp,
}

impl Write for Delete {
    type Value = Vec<attachment::Model>;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let member = Membership::check(tx, &self.viewer, self.conversation).await?;
        let row = service::find_row(tx, &member, self.id).await?;
        may_delete(&member, &row)?;
        let files = if row.has_attachments {
            attachments::service::of_messages(tx, &[row.id]).await?.remove(&row.id).unwrap_or_default()
        } else {
            Vec::new()
        };
        let mut rows = store::deleted(&row, store::all_versions(tx, row.id).await?, self.viewer.id(), self.now);
        rows.extend(attachments::service::removed_with(&files, self.now));
        let event = EventBody::MessageDeleted { message: row.id, seq: row.seq, sender: row.sender_id };
        let events = vec![NewEvent::in_conversation(self.conversation, event)];
        let mut change = Change { rows, events, value: files };
        notifications::service::settle_message(tx, &mut change, row.id, self.now).await?;
        Ok(change)
    }
}
