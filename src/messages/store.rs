//! The rows of messages.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    access::Membership,
    clock::Timestamp,
    entity::{
        message::{self, Kind},
        message_version,
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
