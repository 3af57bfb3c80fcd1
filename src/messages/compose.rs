//! What a new message holds: one's own words, or what is passed on.

use super::{cards::Card, mentions, removal, send::NewMessage, service, store};
use crate::{
    access::{Membership, Viewer},
    attachments,
    clock::Timestamp,
    database,
    entity::{conversation, message},
    error::{Error, Result, UserErrorCode},
    ids::MessageId,
    journal::{Row, Seq, Tx},
    timeline,
};

/// A text as it is kept: trimmed, within its length, empty only beside files.
pub(super) fn text(text: &str, longest: usize, may_be_empty: bool) -> Result<String> {
    let text = text.trim();
    if text.is_empty() && !may_be_empty {
        return Err(Error::invalid(UserErrorCode::Blank, &["input", "text"], "Write something before you send."));
    }
    database::check_text(text, &["input", "text"])?;
    let length = text.chars().count();
    if length > longest {
        return Err(Error::invalid(
            UserErrorCode::TooLong,
            &["input", "text"],
            format!("A message has at most {longest} characters; this one has {length}."),
        ));
    }
    Ok(text.to_owned())
}

/// May this message be passed on?
///
/// # Errors
/// MESSAGE_DELETED, or NOT_ALLOWED for a line of the server or a message that deletes itself.
pub fn may_forward(row: &message::Model) -> Result<()> {
    removal::still_there(row)?;
    if row.expires_at.is_some() {
        return Err(Error::invalid(
            UserErrorCode::NotAllowed,
            &[],
            "A message that deletes itself cannot be passed on.",
        ));
    }
    Ok(())
}

/// The row of a message, and every row that goes with it; `last` and `own` are the ordinals it follows.
pub(super) async fn message(
    tx: &Tx,
    viewer: &Viewer,
    conversation: &conversation::Model,
    (last, own): (i64, i64),
    new: &NewMessage,
    now: Timestamp,
    seq: Seq,
) -> Result<(message::Model, Vec<Row>)> {
    let blank = message::Model {
        seq,
        ordinal: last + 1,
        sender_ordinal: own + 1,
        client_id: Some(new.client_id),
        is_urgent: new.is_urgent,
        was_sent_urgent: new.is_urgent,
        expires_at: new.expires_at,
        ..timeline::blank(viewer, conversation.id, now)
    };
    let (row, files) = match new.forwards {
        Some(source) => passed_on(tx, viewer, source, blank).await?,
        None => written(tx, viewer, conversation, new, blank).await?,
    };
    let mut rows = Vec::from(timeline::appended(&row));
    rows.extend(files);
    Ok((row, rows))
}

/// A message in the viewer's own words.
async fn written(
    tx: &Tx,
    viewer: &Viewer,
    conversation: &conversation::Model,
    new: &NewMessage,
    blank: message::Model,
) -> Result<(message::Model, Vec<Row>)> {
    let files = attachments::service::take_for_sending(tx, viewer, &new.attachments).await?;
    let mentions = mentions::find(tx, conversation, &new.text).await?;
    let row = message::Model {
        kind: new.card.as_ref().map_or_else(|| attachments::service::kind_of_message(&files), Card::kind),
        text: new.text.clone(),
        card: new.card.as_ref().map(Card::stored).transpose()?,
        mentions: mentions::stored(&mentions)?,
        reply_to_id: new.reply_to,
        has_attachments: !files.is_empty(),
        ..blank
    };
    let rows = attachments::service::sent_with(&files, row.id);
    Ok((row, rows))
}

/// A message of somebody else, as the viewer may see it now.
async fn passed_on(
    tx: &Tx,
    viewer: &Viewer,
    source: MessageId,
    blank: message::Model,
) -> Result<(message::Model, Vec<Row>)> {
    let found = store::find_all(tx, &[source]).await?.pop().ok_or(Error::NotFound)?;
    let member = Membership::check(tx, viewer, found.conversation_id).await?;
    let source = service::find_row(tx, &member, source, blank.created_at).await?;
    may_forward(&source)?;
    let (rows, kind) =
        attachments::service::forwarded_with(tx, viewer, (source.id, blank.id), blank.created_at).await?;
    if source.has_attachments && rows.is_empty() {
        // Deleted while the files were waited for.
        return Err(removal::deleted());
    }
    let row = message::Model {
        kind: if source.card.is_some() { source.kind } else { kind },
        text: source.text,
        card: source.card,
        // Whoever passes on what was passed on names where it began.
        forwarded_from_id: source.forwarded_from_id.or(Some(source.id)),
        has_attachments: !rows.is_empty(),
        ..blank
    };
    Ok((row, rows))
}
