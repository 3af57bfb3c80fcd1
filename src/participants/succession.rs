//! Somebody takes another's place in a group, because that one's account was disabled.

use super::{
    service::{self, Terms},
    store,
};
use crate::{
    access::Viewer,
    entity::{
        conversation,
        participant::{self, ParticipantRole},
    },
    error::{Error, Result},
    ids::UserId,
    journal::{EventBody, NewEvent, Row, Seq, Tx},
    timeline::{self, Note, NoteKind},
};

/// What puts `successor` into the place of `leaving` in a group, with their role: the successor comes in, or is raised
/// to that role, and the other goes. None when `leaving` is not there, or the rules of the group do not let the
/// successor in. The caller holds the users and the conversation locked.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn replacing(
    tx: &Tx,
    leaving: &Viewer,
    successor: UserId,
    group: &conversation::Model,
    terms: &Terms,
) -> Result<Option<(Vec<Row>, Vec<NewEvent>)>> {
    let here = store::ever(tx, group.id, &[leaving.id(), successor]).await?;
    let present = |user| here.iter().find(|row| row.user_id == user && row.left_at.is_none());
    let Some(place) = present(leaving.id()) else { return Ok(None) };
    let terms = Terms { role: place.role, ..*terms };
    let (mut rows, mut events) = match present(successor) {
        Some(row) => raised(tx, leaving, group, row, &terms).await?,
        None => match service::newcomers(tx, None, group.id, &[successor], &terms).await {
            Ok(new) => service::joining(tx, leaving, group, &new, &terms, NoteKind::HandedOver).await?,
            Err(Error::Invalid(_)) => return Ok(None),
            Err(error) => return Err(error),
        },
    };
    let stay = store::open_stay(tx, group.id, leaving.id()).await?.ok_or(Error::NotFound)?;
    // Last, as whenever somebody goes.
    rows.extend(store::left(&stay, terms.now, Seq::of(i64::try_from(events.len()).unwrap_or(0))));
    events.push(NewEvent::in_conversation(group.id, EventBody::ParticipantRemoved { user: leaving.id() }));
    Ok(Some((rows, events)))
}

/// Gives somebody who is there already the role of the one who goes, if it is higher.
async fn raised(
    tx: &Tx,
    leaving: &Viewer,
    group: &conversation::Model,
    row: &participant::Model,
    terms: &Terms,
) -> Result<(Vec<Row>, Vec<NewEvent>)> {
    let rank = |role| match role {
        ParticipantRole::Owner => 3,
        ParticipantRole::Admin => 2,
        ParticipantRole::Member => 1,
        ParticipantRole::Observer => 0,
    };
    let (mut rows, mut events) = (Vec::new(), Vec::new());
    if rank(terms.role) > rank(row.role) {
        rows.push(store::entitled(row, terms.role, true));
        events.push(service::updated(group.id, row.user_id, None));
    }
    let note = Note::about(NoteKind::HandedOver, [row.user_id]);
    let place = Seq::of(i64::try_from(events.len()).unwrap_or(0));
    let (lines, told) = timeline::note(tx, leaving, group, &note, terms.now, place).await?;
    rows.extend(lines);
    events.push(told);
    Ok((rows, events))
}
