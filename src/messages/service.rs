//! The rules of messages: reading.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

use super::store;
pub use super::{
    change::{delete, edit, may_delete, may_edit},
    send::{NewMessage, Sent, Target, send},
    store::{Candidate, Filter, Stretch},
};
use crate::{
    App,
    access::{Membership, Viewer},
    attachments,
    clock::Timestamp,
    entity::{attachment, message, message_version, user},
    error::{Error, Result},
    graphql::Page,
    ids::{ConversationId, MessageId},
    journal::Seq,
    people, timeline,
};

/// A message with what every list of messages shows beside it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The message.
    pub row: message::Model,
    /// Who sent it.
    pub sender: Option<Arc<user::Model>>,
    /// The files sent with it, in order; empty once it is deleted.
    pub attachments: Vec<attachment::Model>,
}

/// A page of a conversation's history, in page order.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn page(app: &App, member: &Membership, filter: Filter, page: &Page<i64>) -> Result<Vec<Arc<Loaded>>> {
    let rows = store::page(app.database.reader(), member, filter, page).await?;
    load(app.database.reader(), rows).await
}

/// The messages around one of them, oldest first: half of the page before it, the rest from it on. Tells whether
/// there are more on either side.
///
/// # Errors
/// NOT_FOUND when the message is not one of the conversation that the member may see.
pub async fn around(
    app: &App,
    member: &Membership,
    id: MessageId,
    size: u64,
) -> Result<(Vec<Arc<Loaded>>, bool, bool)> {
    let db = app.database.reader();
    let centre = find_row(db, member, id).await?.seq.0;
    let before = Page { after: None, before: Some(centre), size: size / 2, from_end: true };
    let from = Page { after: Some(centre - 1), before: None, size: size - size / 2, from_end: false };
    let (mut rows, more_before, _) = before.cut(store::page(db, member, Filter::default(), &before).await?);
    let (later, _, more_after) = from.cut(store::page(db, member, Filter::default(), &from).await?);
    rows.extend(later);
    Ok((load(db, rows).await?, more_before, more_after))
}

/// How many messages of a conversation a member may see.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count(app: &App, member: &Membership, filter: Filter) -> Result<u64> {
    store::count(app.database.reader(), member, filter).await
}

/// One message of a conversation, as a member may see it.
///
/// # Errors
/// NOT_FOUND.
pub async fn find_row(db: &impl ConnectionTrait, member: &Membership, id: MessageId) -> Result<message::Model> {
    let row = store::find_all(db, &[id]).await?.pop();
    row.filter(|row| row.conversation_id == member.id() && row.seq >= member.history_from()).ok_or(Error::NotFound)
}

/// Those of the messages that the viewer may see.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_all(app: &App, viewer: &Viewer, ids: &[MessageId]) -> Result<HashMap<MessageId, Arc<Loaded>>> {
    let db = app.database.reader();
    let found = visible(db, viewer, store::find_all(db, ids).await?).await?;
    Ok(found.into_iter().map(|message| (message.row.id, message)).collect())
}

/// Those of the messages at these places that the viewer may see.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_all_at(app: &App, viewer: &Viewer, places: &[Seq]) -> Result<HashMap<Seq, Arc<Loaded>>> {
    let db = app.database.reader();
    let found = visible(db, viewer, store::find_all_at(db, places).await?).await?;
    Ok(found.into_iter().map(|message| (message.row.seq, message)).collect())
}

async fn visible(db: &impl ConnectionTrait, viewer: &Viewer, rows: Vec<message::Model>) -> Result<Vec<Arc<Loaded>>> {
    let ids: Vec<ConversationId> = rows.iter().map(|row| row.conversation_id).collect();
    let mine = Membership::check_all(db, viewer, &ids).await?;
    let may_see =
        |row: &message::Model| mine.get(&row.conversation_id).is_some_and(|member| row.seq >= member.history_from());
    load(db, rows.into_iter().filter(may_see).collect()).await
}

/// The messages with these ids, for handing to people whose right to see them is already known.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn load_for_delivery(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Arc<Loaded>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let loaded = load(db, store::find_all(db, ids).await?).await?;
    Ok(loaded.into_iter().map(|message| (message.row.id, message)).collect())
}

/// Adds senders and attachments, in the order of the rows: two queries, whatever their number.
pub(super) async fn load(db: &impl ConnectionTrait, rows: Vec<message::Model>) -> Result<Vec<Arc<Loaded>>> {
    let mut senders: Vec<_> = rows.iter().map(|row| row.sender_id).collect();
    senders.sort_unstable();
    senders.dedup();
    let senders = if senders.is_empty() { HashMap::new() } else { people::service::find_all(db, &senders).await? };
    let with_files: Vec<_> =
        rows.iter().filter(|row| row.has_attachments && row.deleted_at.is_none()).map(|row| row.id).collect();
    let mut files =
        if with_files.is_empty() { HashMap::new() } else { attachments::service::of_messages(db, &with_files).await? };
    let loaded = rows.into_iter().map(|row| {
        let sender = senders.get(&row.sender_id).cloned();
        Arc::new(Loaded { attachments: files.remove(&row.id).unwrap_or_default(), row, sender })
    });
    Ok(loaded.collect())
}

/// The messages of a stretch that the viewer may see now and that can be found, newest first. None when there are more
/// than `most`: then ask for a shorter stretch.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn candidates(app: &App, viewer: &Viewer, stretch: &Stretch, most: u32) -> Result<Option<Vec<Candidate>>> {
    let mut found = store::candidates(app.database.reader(), viewer, stretch, u64::from(most) + 1).await?;
    found.sort_unstable_by_key(|candidate| std::cmp::Reverse(candidate.seq));
    Ok((found.len() <= most as usize).then_some(found))
}

/// The place of the newest message of the deployment; none before the first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn newest_place(app: &App) -> Result<Option<Seq>> {
    store::newest_of_all(app.database.reader()).await
}

/// The place of the first message sent at or after `time`, up to `newest`, or the one after that. Found by halving, for
/// later places have later times as far as the clocks of the nodes agree.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn place_at(app: &App, time: Timestamp, newest: Seq) -> Result<Seq> {
    let (mut low, mut high) = (0, newest.0 + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match store::first_at(app.database.reader(), Seq(middle)).await? {
            Some((place, sent)) if sent < time => low = place.0 + 1,
            _ => high = middle,
        }
    }
    Ok(Seq(low))
}

/// A page of the earlier texts of a message the viewer was given.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn versions(app: &App, message: &Loaded, page: &Page<i64>) -> Result<Vec<message_version::Model>> {
    store::versions(app.database.reader(), message.row.id, page).await
}

/// The first message that counts as unread for the member.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn first_unread(app: &App, member: &Membership) -> Result<Option<Arc<Loaded>>> {
    let db = app.database.reader();
    let row = store::first_countable_after(db, member, member.participant().counted_seq).await?;
    Ok(load(db, row.into_iter().collect()).await?.pop())
}

/// A place in a conversation, with the numbers unread counts are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The place.
    pub seq: Seq,
    /// The ordinal of the last countable message at or before it.
    pub ordinal: i64,
    /// The member's own `sender_ordinal` there.
    pub own: i64,
}

/// The numbers at the newest message at or before a place.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn counted_at(db: &impl ConnectionTrait, member: &Membership, seq: Seq) -> Result<Counted> {
    let ordinal = store::newest_up_to(db, member.id(), seq).await?.map_or(0, |row| row.ordinal);
    Ok(Counted { seq, ordinal, own: timeline::own_ordinal(db, member.id(), member.participant().user_id, seq).await? })
}
