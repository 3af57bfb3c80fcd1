//! The rules of messages: reading.

use std::{collections::HashMap, sync::Arc, time::Duration};

use sea_orm::ConnectionTrait;

use super::store;
pub use super::{
    annotations::{Annotated, annotate, may_remove_annotation, remove_annotation},
    change::{edit, may_edit},
    compose::may_forward,
    everywhere::{count_of_all, page_of_all},
    expiry::{expire, may_expire},
    filter::Filter,
    marks::{hide, may_mark, may_set_urgent, pin, set_urgent},
    reactions::{Reacted, react},
    removal::{delete, may_delete, may_retract, retract},
    send::{NewMessage, Sent, Target, forward, send},
    store::Candidate,
    stretch::Stretch,
};
use super::{cards::Card, reactions};
use crate::{
    App,
    access::{Membership, Viewer},
    attachments,
    clock::Timestamp,
    entity::{attachment, image_annotation, message, message_version, user},
    error::{Error, Result},
    graphql::Page,
    ids::{ConversationId, MessageId, UserId},
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
    /// What was marked on its pictures, the oldest first.
    pub annotations: Vec<image_annotation::Model>,
    /// The reactions to it.
    pub reactions: Vec<Reacted>,
    /// Whether this very request sent it: nobody can have it yet.
    pub is_new: bool,
}

impl Loaded {
    /// A message just sent, that has no files.
    pub(super) fn just_sent(row: message::Model, sender: Option<Arc<user::Model>>) -> Self {
        Self { row, sender, attachments: Vec::new(), annotations: Vec::new(), reactions: Vec::new(), is_new: true }
    }
}

/// A page of a conversation's history, in page order.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn page(app: &App, member: &Membership, filter: Filter, page: &Page<i64>) -> Result<Vec<Arc<Loaded>>> {
    let (filter, now) = (placed(app, filter).await?, app.clock.now());
    let rows = store::page(app.database.reader(), member, filter, page, now).await?;
    load(app.database.reader(), rows, now).await
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
    let (db, now) = (app.database.reader(), app.clock.now());
    let centre = find_row(db, member, id, now).await?.seq.0;
    let before = Page { after: None, before: Some(centre), size: size / 2, from_end: true };
    let from = Page { after: Some(centre - 1), before: None, size: size - size / 2, from_end: false };
    let (mut rows, more_before, _) = before.cut(store::page(db, member, Filter::default(), &before, now).await?);
    let (later, _, more_after) = from.cut(store::page(db, member, Filter::default(), &from, now).await?);
    rows.extend(later);
    Ok((load(db, rows, now).await?, more_before, more_after))
}

/// How many messages of a conversation a member may see.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count(app: &App, member: &Membership, filter: Filter) -> Result<u64> {
    store::count(app.database.reader(), member, placed(app, filter).await?, app.clock.now()).await
}

/// One message of a conversation, as a member may see it.
///
/// # Errors
/// NOT_FOUND.
pub async fn find_row(
    db: &impl ConnectionTrait,
    member: &Membership,
    id: MessageId,
    now: Timestamp,
) -> Result<message::Model> {
    let row = find_hidden_row(db, member, id, now).await?;
    if !store::hidden_at(db, member.participant().user_id, &[row.seq]).await?.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(row)
}

/// The same, also when the member has hidden it from themselves.
///
/// # Errors
/// NOT_FOUND.
pub(super) async fn find_hidden_row(
    db: &impl ConnectionTrait,
    member: &Membership,
    id: MessageId,
    now: Timestamp,
) -> Result<message::Model> {
    let row = store::find_all(db, &[id]).await?.pop();
    let row = row.filter(|row| row.conversation_id == member.id() && row.seq >= member.history_from());
    let mut row = row.ok_or(Error::NotFound)?;
    end_when_over(&mut row, now);
    Ok(row)
}

/// One message, as the viewer may see it.
///
/// # Errors
/// NOT_FOUND.
pub(super) async fn find(app: &App, viewer: &Viewer, id: MessageId) -> Result<Arc<Loaded>> {
    find_all(app, viewer, &[id]).await?.remove(&id).ok_or(Error::NotFound)
}

/// What the tombstone of a message will be, from the moment its time is over.
fn end_when_over(row: &mut message::Model, now: Timestamp) {
    let Some(expires_at) = row.expires_at.filter(|at| *at <= now && row.deleted_at.is_none()) else { return };
    row.text.clear();
    (row.card, row.mentions, row.pinned_at, row.pinned_by, row.reactions) = (None, None, None, None, 0);
    (row.deleted_at, row.updated_at) = (Some(expires_at), expires_at);
}

/// Those of the messages that the viewer may see.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_all(app: &App, viewer: &Viewer, ids: &[MessageId]) -> Result<HashMap<MessageId, Arc<Loaded>>> {
    let db = app.database.reader();
    let found = visible(db, viewer, store::find_all(db, ids).await?, app.clock.now()).await?;
    Ok(found.into_iter().map(|message| (message.row.id, message)).collect())
}

/// Those of the messages at these places that the viewer may see.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_all_at(app: &App, viewer: &Viewer, places: &[Seq]) -> Result<HashMap<Seq, Arc<Loaded>>> {
    let db = app.database.reader();
    let found = visible(db, viewer, store::find_all_at(db, places).await?, app.clock.now()).await?;
    Ok(found.into_iter().map(|message| (message.row.seq, message)).collect())
}

async fn visible(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    rows: Vec<message::Model>,
    now: Timestamp,
) -> Result<Vec<Arc<Loaded>>> {
    let ids: Vec<ConversationId> = rows.iter().map(|row| row.conversation_id).collect();
    let places: Vec<Seq> = rows.iter().map(|row| row.seq).collect();
    let mine = Membership::check_all(db, viewer, &ids).await?;
    let hidden = store::hidden_at(db, viewer.id(), &places).await?;
    let may_see = |row: &message::Model| {
        let is_mine = mine.get(&row.conversation_id).is_some_and(|member| row.seq >= member.history_from());
        is_mine && !hidden.contains(&row.seq)
    };
    load(db, rows.into_iter().filter(may_see).collect(), now).await
}

/// The messages with these ids, for handing to people whose right to see them is already known.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn load_for_delivery(
    db: &impl ConnectionTrait,
    ids: &[MessageId],
    now: Timestamp,
) -> Result<HashMap<MessageId, Arc<Loaded>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let loaded = load(db, store::find_all(db, ids).await?, now).await?;
    Ok(loaded.into_iter().map(|message| (message.row.id, message)).collect())
}

/// Adds senders, files with what is marked on them, and reactions, in the order of the rows: four queries, whatever
/// their number.
pub(super) async fn load(
    db: &impl ConnectionTrait,
    mut rows: Vec<message::Model>,
    now: Timestamp,
) -> Result<Vec<Arc<Loaded>>> {
    rows.iter_mut().for_each(|row| end_when_over(row, now));
    let mut senders: Vec<_> = rows.iter().map(|row| row.sender_id).collect();
    senders.sort_unstable();
    senders.dedup();
    let senders = if senders.is_empty() { HashMap::new() } else { people::service::find_all(db, &senders).await? };
    let with_files: Vec<_> =
        rows.iter().filter(|row| row.has_attachments && row.deleted_at.is_none()).map(|row| row.id).collect();
    let mut files =
        if with_files.is_empty() { HashMap::new() } else { attachments::service::of_messages(db, &with_files).await? };
    let marks = attachments::service::annotations_of(db, files.values().flatten()).await?;
    let mut annotations: HashMap<MessageId, Vec<image_annotation::Model>> = HashMap::new();
    marks.into_iter().for_each(|mark| annotations.entry(mark.message_id).or_default().push(mark));
    let reacted: Vec<_> = rows.iter().filter(|row| row.reactions > 0).map(|row| row.id).collect();
    let mut reactions = if reacted.is_empty() { HashMap::new() } else { reactions::of(db, &reacted).await? };
    let loaded = rows.into_iter().map(|row| {
        let sender = senders.get(&row.sender_id).cloned();
        let attachments = files.remove(&row.id).unwrap_or_default();
        let annotations = annotations.remove(&row.id).unwrap_or_default();
        let reactions = reactions.remove(&row.id).unwrap_or_default();
        Arc::new(Loaded { row, sender, attachments, annotations, reactions, is_new: false })
    });
    Ok(loaded.collect())
}

/// The messages of a stretch that the viewer may see now and that can be found, newest first. None when there are more
/// than `most`: then ask for a shorter stretch.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn candidates(app: &App, viewer: &Viewer, stretch: &Stretch, most: u32) -> Result<Option<Vec<Candidate>>> {
    let mut found =
        store::candidates(app.database.reader(), viewer, stretch, u64::from(most) + 1, app.clock.now()).await?;
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

/// By how much the clocks of two nodes may differ; places are looked up by time with so much to spare.
pub const CLOCKS: Duration = Duration::from_secs(300);

/// The filter with its times as places too: an index leads to those, whatever lies before.
pub(super) async fn placed(app: &App, filter: Filter) -> Result<Filter> {
    if filter.since.is_none() && filter.until.is_none() {
        return Ok(filter);
    }
    let newest = newest_place(app).await?.unwrap_or(Seq::START);
    let from = match filter.since {
        Some(since) => place_at(app, since.minus(CLOCKS), newest).await?,
        None => Seq::START,
    };
    let before = match filter.until {
        Some(until) => place_at(app, until.plus(CLOCKS), newest).await?,
        None => Seq(newest.0 + 1),
    };
    Ok(Filter { places: Some((from, before)), ..filter })
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
    if message.row.deleted_at.is_some() {
        return Ok(Vec::new());
    }
    store::versions(app.database.reader(), message.row.id, page).await
}

/// The first message that counts as unread for the member.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn first_unread(app: &App, member: &Membership) -> Result<Option<Arc<Loaded>>> {
    let (db, now) = (app.database.reader(), app.clock.now());
    let row = store::first_unread(db, member, now).await?;
    Ok(load(db, row.into_iter().collect(), now).await?.pop())
}

/// The pinned messages that the viewer may see of these conversations, the newest pin first, up to 50 of each.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn pinned(
    app: &App,
    viewer: &Viewer,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<Arc<Loaded>>>> {
    let (db, now) = (app.database.reader(), app.clock.now());
    let rows = store::pinned_of(db, viewer.id(), conversations, now).await?;
    let mut pinned: HashMap<_, Vec<_>> = HashMap::new();
    for message in visible(db, viewer, rows, now).await? {
        pinned.entry(message.row.conversation_id).or_default().push(message);
    }
    Ok(pinned)
}

/// The newest urgent messages of others in `(after, up_to]`, as many as are told of one by one.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn urgent_between(
    db: &impl ConnectionTrait,
    member: &Membership,
    (after, up_to): (Seq, Seq),
) -> Result<Vec<(MessageId, Seq)>> {
    store::urgent_between(db, member, after, up_to).await
}

/// How many messages of others after a place a user has hidden that would count as unread.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count_hidden(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    user: UserId,
    after: Seq,
) -> Result<u64> {
    store::count_hidden(db, conversation, user, after).await
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

/// The beginning of what a message says, on one line: of its text, its card, or the name of its first file.
pub fn excerpt(message: &Loaded) -> String {
    const LONGEST: usize = 140;
    let card = Card::of(&message.row);
    let words = match (&message.row.text, &card, message.attachments.first()) {
        (text, ..) if !text.is_empty() => text.clone(),
        (_, Some(card), _) => card.words().join(", "),
        (_, None, Some(file)) if message.row.deleted_at.is_none() => file.name.clone(),
        _ => String::new(),
    };
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST).collect()
}
