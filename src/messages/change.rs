//! Editing a message.

use std::{sync::Arc, time::Duration};

use super::{
    act::{Act, Scene, act},
    compose, mentions, news, removal,
    service::{self, Loaded},
    store,
};
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::message,
    error::{Error, Result, UserErrorCode},
    ids::MessageId,
    journal::{Change, EventBody, Tx},
};

/// How often a message can be edited; each time the text before is kept.
const MOST_EDITS: i32 = 100;

/// May the viewer edit this message now?
///
/// # Errors
/// NOT_THE_SENDER, MESSAGE_DELETED, WINDOW_CLOSED, NOT_ALLOWED for a card, or what sending refuses.
pub fn may_edit(member: &Membership, row: &message::Model, now: Timestamp, window: Duration) -> Result<()> {
    removal::may_delete(member, row)?;
    member.may_send()?;
    if row.forwarded_from_id.is_some() {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &[],
            "What was passed on cannot be changed: somebody else wrote it.",
        ));
    }
    if row.version > MOST_EDITS {
        return Err(Error::invalid(
            UserErrorCode::TooMany,
            &[],
            format!("A message can be edited {MOST_EDITS} times. Please send a new one."),
        ));
    }
    if row.card.is_some() {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &[],
            "A card cannot be changed. Delete this message and send a new one.",
        ));
    }
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

/// Gives a message a new text; the one before stays readable as a version.
///
/// # Errors
/// NOT_FOUND, BLANK, TOO_LONG, or what [`may_edit`] refuses.
pub async fn edit(app: &App, viewer: &Arc<Viewer>, id: MessageId, new_text: &str) -> Result<Arc<Loaded>> {
    let edit =
        Edit { text: new_text.to_owned(), longest: app.config.limits.text_max, window: app.config.rules.edit_window };
    act(app, viewer, id, edit).await?;
    service::find(app, viewer, id).await
}

struct Edit {
    text: String,
    longest: usize,
    window: Duration,
}

impl Act for Edit {
    type Value = ();

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<()>> {
        let row = &scene.row;
        may_edit(&scene.member, row, scene.now, self.window)?;
        let text = compose::text(&self.text, self.longest, row.has_attachments)?;
        if row.text == text {
            return Ok(Change::nothing(()));
        }
        let named = mentions::find(tx, scene.member.conversation(), &text).await?;
        let news = news::of_edited(row, &named);
        let event = EventBody::MessageEdited {
            message: row.id,
            seq: row.seq,
            version: row.version + 1,
            hidden_for: scene.hidden_for.clone(),
        };
        let rows = store::edited(row, text, mentions::stored(&named)?, scene.now);
        let mut change = Change { rows, events: vec![scene.told(event)], value: () };
        scene.tell(tx, &mut change, news).await?;
        Ok(change)
    }
}
