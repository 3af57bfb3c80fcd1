//! The rows of messages.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, JoinType, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};

use crate::{
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::{
        message::{self, Kind},
        message_version, participant,
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, MessageId, UserId},
    journal::{Row, Seq},
};

/// Which messages of a conversation to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only of this sender.
    pub sender: Option<UserId>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Without tombstones.
    pub without_deleted: bool,
}

impl Filter {
    /// Whether anything is left out.
    pub fn is_set(self) -> bool {
        self.sender.is_some() || self.kind.is_some() || self.without_deleted
    }
}

fn visible(member: &Membership, filter: Filter) -> Condition {
    Condition::all()
        .add(message::Column::ConversationId.eq(member.id()))
        .add(message::Column::Seq.gte(member.history_from()))
        .add_option(filter.sender.map(|sender| message::Column::SenderId.eq(sender)))
        .add_option(filter.kind.map(|kind| message::Column::Kind.eq(kind)))
        .add_option(filter.without_deleted.then(|| message::Column::DeletedAt.is_null()))
}

/// A page of the messages a member may see, in page order.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    member: &Membership,
    filter: Filter,
    page: &Page<i64>,
) -> Result<Vec<message::Model>> {
    let by = message::Column::Seq;
    let chosen = visible(member, filter)
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(message::Entity::find().filter(chosen).order_by(by, order).limit(page.limit()).all(db).await?)
}

/// How many messages a member may see.
pub(super) async fn count(db: &impl ConnectionTrait, member: &Membership, filter: Filter) -> Result<u64> {
    Ok(message::Entity::find().filter(visible(member, filter)).count(db).await?)
}

pub(super) async fn find_all(db: &impl ConnectionTrait, ids: &[MessageId]) -> Result<Vec<message::Model>> {
    Ok(message::Entity::find().filter(message::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) async fn find_all_at(db: &impl ConnectionTrait, places: &[Seq]) -> Result<Vec<message::Model>> {
    Ok(message::Entity::find().filter(message::Column::Seq.is_in(places.iter().copied())).all(db).await?)
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

/// The first message after a place that counts as unread for a user.
pub(super) async fn first_countable_after(
    db: &impl ConnectionTrait,
    member: &Membership,
    after: Seq,
) -> Result<Option<message::Model>> {
    let chosen = visible(member, Filter { without_deleted: true, ..Filter::default() })
        .add(message::Column::Seq.gt(after))
        .add(message::Column::SenderId.ne(member.participant().user_id))
        .add(message::Column::Kind.ne(Kind::System));
    Ok(message::Entity::find().filter(chosen).order_by_asc(message::Column::Seq).one(db).await?)
}

/// Where to look for messages, in one conversation of the viewer or in all of them.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Only in this conversation.
    pub conversation: Option<ConversationId>,
    /// Only of this sender.
    pub sender: Option<UserId>,
    /// Only at or after this place.
    pub from: Seq,
    /// Only before this place.
    pub before: Seq,
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
    /// Whether files were sent with it.
    pub has_attachments: bool,
    /// When it was sent.
    pub created_at: Timestamp,
}

/// What can be found at all.
fn findable() -> Condition {
    Condition::all().add(message::Column::DeletedAt.is_null()).add(message::Column::Kind.ne(Kind::System))
}

/// At most `limit` of the messages of a stretch that the viewer may see now, in no order: whoever gets so many asks for
/// a shorter stretch.
///
/// From the viewer's conversations into `ux_message_history`, or `ux_message_own` for one sender, and both databases have
/// to be told so. PostgreSQL by a lateral query with a limit: its plan for any viewer and any stretch walked a long
/// stretch by place, through everybody's messages. SQLite by a cross join, which it does in the order that is written;
/// it takes one lower bound into the index, so that is the higher of the two.
pub(super) async fn candidates(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    stretch: &Stretch,
    limit: u64,
) -> Result<Vec<Candidate>> {
    use message::Column;
    const COLUMNS: [Column; 5] = [Column::Seq, Column::Id, Column::Text, Column::HasAttachments, Column::CreatedAt];
    let mine = Condition::all()
        .add(participant::Column::UserId.eq(viewer.id()))
        .add(participant::Column::LeftAt.is_null())
        .add_option(stretch.conversation.map(|id| participant::Column::ConversationId.eq(id)));
    let history = Expr::col((participant::Entity, participant::Column::HistoryFromSeq));
    let from = Expr::case(history.clone().gt(stretch.from), history).finally(Expr::value(stretch.from));
    let in_stretch = Condition::all()
        .add(
            Expr::col((message::Entity, Column::ConversationId))
                .equals(participant::Column::ConversationId.as_column_ref()),
        )
        .add(Expr::col((message::Entity, Column::Seq)).gte(from))
        .add(Column::Seq.lt(stretch.before))
        .add_option(stretch.sender.map(|sender| Column::SenderId.eq(sender)))
        .add(findable());
    let mut select = Query::select();
    select.from(participant::Entity).cond_where(mine).limit(limit);
    let backend = db.get_database_backend();
    if backend == DbBackend::Postgres {
        let of_one = Query::select().columns(COLUMNS).from(message::Entity).cond_where(in_stretch).limit(limit).take();
        let found = COLUMNS.map(|column| ("found", column));
        select.columns(found).join_lateral(JoinType::InnerJoin, of_one, "found", Expr::value(true));
    } else {
        let found = COLUMNS.map(|column| (message::Entity, column));
        select.columns(found).cross_join(message::Entity).cond_where(in_stretch);
    }
    Ok(Candidate::find_by_statement(backend.build(&select)).all(db).await?)
}

/// The newest message of the deployment.
pub(super) async fn newest_of_all(db: &impl ConnectionTrait) -> Result<Option<Seq>> {
    let newest = message::Entity::find().select_only().column(message::Column::Seq).order_by_desc(message::Column::Seq);
    Ok(newest.into_tuple().one(db).await?)
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

pub(super) async fn all_versions(db: &impl ConnectionTrait, id: MessageId) -> Result<Vec<message_version::Model>> {
    Ok(message_version::Entity::find().filter(message_version::Column::MessageId.eq(id)).all(db).await?)
}

/// A new text, and the one before kept as a version.
pub(super) fn edited(row: &message::Model, text: String, at: Timestamp) -> Vec<Row> {
    let before = message_version::Model {
        message_id: row.id,
        version: row.version,
        text: row.text.clone(),
        written_at: row.edited_at.unwrap_or(row.created_at),
    };
    let now = message::ActiveModel {
        seq: Unchanged(row.seq),
        text: Set(text),
        version: Set(row.version + 1),
        edited_at: Set(Some(at)),
        updated_at: Set(at),
        ..Default::default()
    };
    vec![Row::insert(message_version::ActiveModel::from(before)), Row::update(now)]
}

/// A tombstone: the text goes, with every earlier version.
pub(super) fn deleted(
    row: &message::Model,
    versions: Vec<message_version::Model>,
    by: UserId,
    at: Timestamp,
) -> Vec<Row> {
    let tombstone = message::ActiveModel {
        seq: Unchanged(row.seq),
        text: Set(String::new()),
        deleted_at: Set(Some(at)),
        deleted_by: Set(Some(by)),
        updated_at: Set(at),
        ..Default::default()
    };
    let gone = versions.into_iter().map(|version| Row::delete(message_version::ActiveModel::from(version)));
    gone.chain([Row::update(tombstone)]).collect()
}
