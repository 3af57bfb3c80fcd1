//! The rows of messages.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, JoinType, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use super::{
    filter::{Filter, not_hidden, stands},
    stretch::Stretch,
};
use crate::{
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::{
        hidden_message,
        message::{self, Kind},
        message_version, participant, reaction,
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, MessageId, UserId},
    journal::{Row, Seq},
};

fn visible(member: &Membership, filter: Filter, now: Timestamp) -> Condition {
    let mine = member.participant();
    Condition::all()
        .add(message::Column::ConversationId.eq(member.id()))
        .add(message::Column::Seq.gte(member.history_from()))
        .add(not_hidden(mine.user_id))
        .add(filter.condition(mine.user_id, Expr::val(mine.counted_seq), now))
}

async fn all(db: &impl ConnectionTrait, select: Select<message::Entity>) -> Result<Vec<message::Model>> {
    let rows = select.into_model::<message::ByPlace>().all(db).await?;
    Ok(rows.into_iter().map(|message::ByPlace(row)| row).collect())
}

/// A page of the messages a member may see, in page order.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    member: &Membership,
    filter: Filter,
    page: &Page<i64>,
    now: Timestamp,
) -> Result<Vec<message::Model>> {
    let by = message::Column::Seq;
    let chosen = visible(member, filter, now)
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    all(db, message::Entity::find().filter(chosen).order_by(by, order).limit(page.limit())).await
}

/// Messages a viewer may see in all conversations, within a stretch of the journal: the oldest first, or the newest.
pub(super) async fn stretch_of_all(
    db: &impl ConnectionTrait,
    viewer: UserId,
    filter: Filter,
    stretch: &Stretch,
    (from_oldest, most): (bool, u64),
    now: Timestamp,
) -> Result<Vec<message::Model>> {
    let columns: Vec<_> = message::Column::iter().collect();
    let order = if from_oldest { Order::Asc } else { Order::Desc };
    let more = filter.condition(viewer, counted(), now);
    let backend = db.get_database_backend();
    let select = stretch.select(backend, viewer, more, &columns, (Some(order), most));
    Ok(message::Model::find_by_statement(backend.build(&select)).all(db).await?)
}

fn counted() -> SimpleExpr {
    Expr::col((participant::Entity, participant::Column::CountedSeq))
}

/// How many messages a viewer may see in all conversations.
pub(super) async fn count_of_all(
    db: &impl ConnectionTrait,
    viewer: UserId,
    filter: Filter,
    now: Timestamp,
) -> Result<u64> {
    let history = Expr::col((participant::Entity, participant::Column::HistoryFromSeq));
    let chosen = Condition::all()
        .add(participant::Column::UserId.eq(viewer))
        .add(participant::Column::LeftAt.is_null())
        .add(Expr::col((message::Entity, message::Column::Seq)).gte(history))
        .add(not_hidden(viewer))
        .add(filter.condition(viewer, counted(), now));
    let here = message::Entity::belongs_to(participant::Entity)
        .from(message::Column::ConversationId)
        .to(participant::Column::ConversationId)
        .into();
    Ok(message::Entity::find().join(JoinType::InnerJoin, here).filter(chosen).count(db).await?)
}

/// The newest message of the deployment.
pub(super) async fn newest_of_all(db: &impl ConnectionTrait) -> Result<Option<Seq>> {
    let newest = message::Entity::find().select_only().column(message::Column::Seq).order_by_desc(message::Column::Seq);
    Ok(newest.into_tuple().one(db).await?)
}

/// How many messages a member may see.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    member: &Membership,
    filter: Filter,
    now: Timestamp,
) -> Result<u64> {
    Ok(message::Entity::find().filter(visible(member, filter, now)).count(db).await?)
}

pub(super) async fn find_all(db: &impl ConnectionTrait, ids: &[MessageId]) -> Result<Vec<message::Model>> {
    all(db, message::Entity::find().filter(message::Column::Id.is_in(ids.iter().copied()))).await
}

pub(super) async fn find_all_at(db: &impl ConnectionTrait, places: &[Seq]) -> Result<Vec<message::Model>> {
    all(db, message::Entity::find().filter(message::Column::Seq.is_in(places.iter().copied()))).await
}

/// The newest message at or before a place.
pub(super) async fn newest_up_to(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    up_to: Seq,
) -> Result<Option<message::Model>> {
    let earlier =
        Condition::all().add(message::Column::ConversationId.eq(conversation)).add(message::Column::Seq.lte(up_to));
    Ok(message::Entity::find().filter(earlier).order_by_desc(message::Column::Seq).one(db).await?)
}

/// The first message that counts as unread for a member.
pub(super) async fn first_unread(
    db: &impl ConnectionTrait,
    member: &Membership,
    now: Timestamp,
) -> Result<Option<message::Model>> {
    let chosen = visible(member, Filter { is_unread: Some(true), ..Filter::default() }, now);
    Ok(message::Entity::find().filter(chosen).order_by_asc(message::Column::Seq).one(db).await?)
}

/// What is looked at of a message.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Candidate {
    /// Its place.
    pub seq: Seq,
    /// Its id.
    pub id: MessageId,
    /// Its text.
    pub text: String,
    /// Its card, as it is kept.
    pub card: Option<String>,
    /// Whether files were sent with it.
    pub has_attachments: bool,
    /// When it was sent.
    pub created_at: Timestamp,
}

/// At most `limit` of the messages of a stretch that the viewer may see now, in no order: whoever gets so many asks for
/// a shorter stretch.
pub(super) async fn candidates(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    stretch: &Stretch,
    limit: u64,
    now: Timestamp,
) -> Result<Vec<Candidate>> {
    use message::Column;
    const COLUMNS: [Column; 6] =
        [Column::Seq, Column::Id, Column::Text, Column::Card, Column::HasAttachments, Column::CreatedAt];
    let more = Condition::all().add(Column::Kind.ne(Kind::System)).add(stands(now));
    let backend = db.get_database_backend();
    let select = stretch.select(backend, viewer.id(), more, &COLUMNS, (None, limit));
    Ok(Candidate::find_by_statement(backend.build(&select)).all(db).await?)
}

/// The first message of the deployment at or after a place, and when it was sent.
pub(super) async fn first_at(db: &impl ConnectionTrait, place: Seq) -> Result<Option<(Seq, Timestamp)>> {
    let first = message::Entity::find()
        .select_only()
        .columns([message::Column::Seq, message::Column::CreatedAt])
        .filter(message::Column::Seq.gte(place))
        .order_by_asc(message::Column::Seq);
    Ok(first.into_tuple().one(db).await?)
}

pub(super) async fn versions(
    db: &impl ConnectionTrait,
    id: MessageId,
    page: &Page<i64>,
) -> Result<Vec<message_version::Model>> {
    let by = message_version::Column::Version;
    let chosen = Condition::all()
        .add(message_version::Column::MessageId.eq(id))
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(message_version::Entity::find().filter(chosen).order_by(by, order).limit(page.limit()).all(db).await?)
}

/// The pinned messages of conversations, the newest pin first.
pub(super) async fn pinned_of(
    db: &impl ConnectionTrait,
    viewer: UserId,
    conversations: &[ConversationId],
    now: Timestamp,
) -> Result<Vec<message::Model>> {
    let chosen = Condition::all()
        .add(message::Column::ConversationId.is_in(conversations.iter().copied()))
        .add(message::Column::PinnedAt.is_not_null())
        .add(stands(now))
        .add(not_hidden(viewer));
    let rows = message::Entity::find().filter(chosen);
    Ok(rows.order_by_desc(message::Column::PinnedAt).order_by_desc(message::Column::Seq).all(db).await?)
}

/// How many messages of a conversation are pinned.
pub(super) async fn count_pinned(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<u64> {
    let pinned = message::Column::PinnedAt.is_not_null();
    let chosen = Condition::all().add(message::Column::ConversationId.eq(conversation)).add(pinned);
    Ok(message::Entity::find().filter(chosen).count(db).await?)
}

/// The most urgent messages that are told of one by one when somebody reads them.
const URGENT_TOLD: u64 = 20;

/// The newest urgent messages of others in `(after, up_to]`.
pub(super) async fn urgent_between(
    db: &impl ConnectionTrait,
    member: &Membership,
    after: Seq,
    up_to: Seq,
) -> Result<Vec<(MessageId, Seq)>> {
    let chosen = Condition::all()
        .add(message::Column::ConversationId.eq(member.id()))
        .add(message::Column::WasSentUrgent.eq(true))
        .add(message::Column::SenderId.ne(member.participant().user_id))
        .add(message::Column::DeletedAt.is_null())
        .add(message::Column::Seq.gt(Ord::max(after, Seq(member.history_from().0 - 1))))
        .add(message::Column::Seq.lte(up_to));
    let rows = message::Entity::find().select_only().column(message::Column::Id).column(message::Column::Seq);
    Ok(rows.filter(chosen).order_by_desc(message::Column::Seq).limit(URGENT_TOLD).into_tuple().all(db).await?)
}

/// Those of the places whose messages a viewer has hidden.
pub(super) async fn hidden_at(db: &impl ConnectionTrait, viewer: UserId, places: &[Seq]) -> Result<Vec<Seq>> {
    let chosen = Condition::all()
        .add(hidden_message::Column::UserId.eq(viewer))
        .add(hidden_message::Column::Seq.is_in(places.iter().copied()));
    let rows = hidden_message::Entity::find().select_only().column(hidden_message::Column::Seq).filter(chosen);
    Ok(rows.into_tuple().all(db).await?)
}

/// Who has hidden the message at a place.
pub(super) async fn hidden_by(db: &impl ConnectionTrait, place: Seq) -> Result<Vec<UserId>> {
    let rows = hidden_message::Entity::find().select_only().column(hidden_message::Column::UserId);
    Ok(rows.filter(hidden_message::Column::Seq.eq(place)).into_tuple().all(db).await?)
}

/// How many messages of others after a place a user has hidden that would count as unread.
pub(super) async fn count_hidden(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    user: UserId,
    after: Seq,
) -> Result<u64> {
    let chosen = Condition::all()
        .add(hidden_message::Column::UserId.eq(user))
        .add(hidden_message::Column::ConversationId.eq(conversation))
        .add(hidden_message::Column::Seq.gt(after))
        .add(message::Column::DeletedAt.is_null())
        .add(message::Column::SenderId.ne(user))
        .add(message::Column::Kind.ne(Kind::System));
    let of_message = hidden_message::Entity::belongs_to(message::Entity)
        .from(hidden_message::Column::Seq)
        .to(message::Column::Seq)
        .into();
    Ok(hidden_message::Entity::find().join(JoinType::InnerJoin, of_message).filter(chosen).count(db).await?)
}

/// Messages whose time is over, the oldest first.
pub(super) async fn due(db: &impl ConnectionTrait, now: Timestamp, most: u64) -> Result<Vec<message::Model>> {
    let over = Condition::all()
        .add(message::Column::ExpiresAt.is_not_null())
        .add(message::Column::ExpiresAt.lte(now))
        .add(message::Column::DeletedAt.is_null());
    let rows = message::Entity::find().filter(over).order_by_asc(message::Column::ExpiresAt);
    Ok(rows.limit(most).all(db).await?)
}

/// The reactions to messages, in the order they came.
pub(super) async fn reactions(db: &impl ConnectionTrait, ids: &[MessageId]) -> Result<Vec<reaction::Model>> {
    let chosen = reaction::Column::MessageId.is_in(ids.iter().copied());
    let rows = reaction::Entity::find().filter(chosen).order_by_asc(reaction::Column::CreatedAt);
    // Two of the same millisecond stay in one order.
    Ok(rows.order_by_asc(reaction::Column::UserId).order_by_asc(reaction::Column::Emoji).all(db).await?)
}

/// A reaction that comes or goes.
pub(super) fn reacted(row: &message::Model, user: UserId, emoji: &str, is_on: bool, at: Timestamp) -> Vec<Row> {
    let reaction = reaction::Model { message_id: row.id, emoji: emoji.to_owned(), user_id: user, created_at: at };
    let reaction = reaction::ActiveModel::from(reaction);
    let counted = message::ActiveModel {
        seq: Unchanged(row.seq),
        reactions: Set(row.reactions + if is_on { 1 } else { -1 }),
        ..Default::default()
    };
    vec![if is_on { Row::insert(reaction) } else { Row::delete(reaction) }, Row::update(counted)]
}

/// A pin, or none.
pub(super) fn pinned(row: &message::Model, by: Option<(UserId, Timestamp)>) -> Row {
    Row::update(message::ActiveModel {
        seq: Unchanged(row.seq),
        pinned_by: Set(by.map(|(user, _)| user)),
        pinned_at: Set(by.map(|(_, at)| at)),
        ..Default::default()
    })
}

/// Urgent, or not.
pub(super) fn urgent(row: &message::Model, is_urgent: bool) -> Row {
    Row::update(message::ActiveModel { seq: Unchanged(row.seq), is_urgent: Set(is_urgent), ..Default::default() })
}

/// Hidden by a user.
pub(super) fn hidden(row: &message::Model, user_id: UserId) -> Row {
    Row::insert(hidden_message::ActiveModel::from(hidden_message::Model {
        user_id,
        conversation_id: row.conversation_id,
        seq: row.seq,
    }))
}

/// A new text, and the one before kept as a version.
pub(super) fn edited(row: &message::Model, text: String, mentions: Option<String>, at: Timestamp) -> Vec<Row> {
    let before = message_version::Model {
        message_id: row.id,
        version: row.version,
        text: row.text.clone(),
        written_at: row.edited_at.unwrap_or(row.created_at),
    };
    let now = message::ActiveModel {
        seq: Unchanged(row.seq),
        text: Set(text),
        mentions: Set(mentions),
        version: Set(row.version + 1),
        edited_at: Set(Some(at)),
        updated_at: Set(at),
        ..Default::default()
    };
    vec![Row::insert(message_version::ActiveModel::from(before)), Row::update(now)]
}

/// A tombstone: the text goes, with every earlier version, the card, the pin and the reactions.
pub(super) fn deleted(row: &message::Model, (by, reason): (Option<UserId>, Option<&str>), at: Timestamp) -> Vec<Row> {
    let tombstone = message::ActiveModel {
        seq: Unchanged(row.seq),
        text: Set(String::new()),
        card: Set(None),
        mentions: Set(None),
        deleted_at: Set(Some(at)),
        deleted_by: Set(by),
        delete_reason: Set(reason.map(str::to_owned)),
        pinned_at: Set(None),
        pinned_by: Set(None),
        reactions: Set(0),
        updated_at: Set(at),
        ..Default::default()
    };
    let mut rows = vec![Row::update(tombstone)];
    if row.version > 1 {
        let of_message = Condition::all().add(message_version::Column::MessageId.eq(row.id));
        rows.push(Row::delete_all::<message_version::ActiveModel>(of_message));
    }
    if row.reactions > 0 {
        let of_message = Condition::all().add(reaction::Column::MessageId.eq(row.id));
        rows.push(Row::delete_all::<reaction::ActiveModel>(of_message));
    }
    rows
}
