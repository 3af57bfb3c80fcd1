//! Somebody takes over a direct conversation, because the account of one of the two was disabled.
//!
//! The conversation itself is closed: what a person told one professional is not shown to another without their doing.
//! A new one begins between the two who go on.

use super::{service, store};
use crate::{
    access::Viewer,
    clock::Timestamp,
    entity::conversation::{self, State},
    error::Result,
    ids::UserId,
    journal::{EventBody, NewEvent, Row, Seq, Tx},
    people::{self, roles::Matrix},
    timeline::{self, Note, NoteKind},
};

/// What closes the direct conversation of `leaving` with `partner`, says in it who takes over, and opens one of the
/// successor with the partner where there is none. None when it is closed already, or these two may not talk. The caller
/// holds the three users and the conversation locked.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn replacing(
    tx: &Tx,
    leaving: &Viewer,
    successor: &Viewer,
    partner: UserId,
    direct: &conversation::Model,
    (now, matrix): (Timestamp, Matrix),
) -> Result<Option<(Vec<Row>, Vec<NewEvent>)>> {
    if direct.state == State::Closed || partner == successor.id() {
        return Ok(None);
    }
    if !people::service::blocked(tx, successor.id(), &[partner]).await?.is_empty() {
        return Ok(None);
    }
    let (mut rows, mut events) = (Vec::new(), Vec::new());
    let note = Note::about(NoteKind::HandedOver, [successor.id()]);
    if store::find_direct(tx, successor.id(), partner).await?.is_none() {
        let opening = service::opening(tx, successor, partner, direct.purpose, now, matrix).await;
        let (row, opened, event) = match opening {
            Err(crate::error::Error::Invalid(_)) => return Ok(None),
            opening => opening?,
        };
        rows.extend(opened);
        events.push(event);
        let (lines, told) = timeline::note(tx, leaving, &row, &note, now, place(&events)).await?;
        rows.extend(lines);
        events.push(told);
    }
    let closed = EventBody::ConversationStateChanged { old: direct.state, new: State::Closed };
    rows.push(store::state_changed(direct, State::Closed));
    events.push(NewEvent::in_conversation(direct.id, closed));
    let (lines, told) = timeline::note(tx, leaving, direct, &note, now, place(&events)).await?;
    rows.extend(lines);
    events.push(told);
    Ok(Some((rows, events)))
}

/// Where the next event of the change goes.
fn place(events: &[NewEvent]) -> Seq {
    Seq::of(i64::try_from(events.len()).unwrap_or(0))
}
