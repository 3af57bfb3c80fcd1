//! The rows of inboxes.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Statement, Value,
    sea_query::ExprTrait,
};

use super::service::{Filter, Which};
use crate::{
    clock::Timestamp,
    entity::{
        notification::{self, Column, Kind},
        participant,
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, MessageId, NotificationId, UserId},
    journal::{Row, Seq},
};

/// A page of somebody's entries, in page order, newest first.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    user: UserId,
    filter: &Filter,
    page: &Page<i64>,
) -> Result<Vec<notification::Model>> {
    let chosen = Condition::all()
        .add(Column::UserId.eq(user))
        .add_option(filter.unread_only.then(|| Column::ReadAt.is_null()))
        .add_option((!filter.kinds.is_empty()).then(|| Column::Kind.is_in(filter.kinds.iter().copied())))
        // Newest first: what comes after an item is older.
        .add_option(page.after.map(|key| Column::Seq.lt(key)))
        .add_option(page.before.map(|key| Column::Seq.gt(key)));
    let order = if page.from_end { Order::Asc } else { Order::Desc };
    Ok(notification::Entity::find().filter(chosen).order_by(Column::Seq, order).limit(page.limit()).all(db).await?)
}

/// Those of the entries that are this person's.
pub(super) async fn find_all(
    db: &impl ConnectionTrait,
    user: UserId,
    ids: &[NotificationId],
) -> Result<Vec<notification::Model>> {
    let chosen = Column::UserId.eq(user).and(Column::Id.is_in(ids.iter().copied()));
    Ok(notification::Entity::find().filter(chosen).all(db).await?)
}

/// Entries of anybody.
pub(super) async fn find_of_all(db: &impl ConnectionTrait, ids: &[NotificationId]) -> Result<Vec<notification::Model>> {
    Ok(notification::Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

fn unread(user: UserId, which: &Which) -> Condition {
    let own = Condition::all().add(Column::UserId.eq(user)).add(Column::ReadAt.is_null());
    match which {
        Which::All => own,
        Which::These(ids) => own.add(Column::Id.is_in(ids.iter().copied())),
        Which::UpTo(seq) => own.add(Column::Seq.lte(*seq)),
        Which::MessagesUpTo(conversation, seq) => {
            own.add(Column::ConversationId.eq(*conversation)).add(Column::MessageSeq.lte(*seq))
        }
        Which::Message(id) => own.add(Column::MessageId.eq(*id)),
        Which::RequestOf(other) => own.add(Column::Kind.eq(Kind::ContactRequest)).add(Column::ActorId.eq(*other)),
        Which::Invitation(id) => own.add(Column::InvitationId.eq(*id)),
    }
}

/// The newest unread entries of somebody that may ring, between two places.
pub(super) async fn newest_loud(
    db: &impl ConnectionTrait,
    user: UserId,
    after: Seq,
    up_to: Seq,
    most: u64,
) -> Result<Vec<notification::Model>> {
    let loud = unread(user, &Which::UpTo(up_to)).add(Column::Seq.gt(after)).add(Column::IsSilent.eq(false));
    Ok(notification::Entity::find().filter(loud).order_by_desc(Column::Seq).limit(most).all(db).await?)
}

/// How many entries somebody has not read.
pub(super) async fn count_unread(db: &impl ConnectionTrait, user: UserId) -> Result<u64> {
    Ok(notification::Entity::find().filter(unread(user, &Which::All)).count(db).await?)
}

/// The unread ones of some entries, at most `most`.
pub(super) async fn unread_ids(
    db: &impl ConnectionTrait,
    user: UserId,
    which: &Which,
    most: usize,
) -> Result<Vec<NotificationId>> {
    let found = notification::Entity::find().select_only().column(Column::Id).filter(unread(user, which));
    Ok(found.limit(most as u64).into_tuple().all(db).await?)
}

/// All unread ones of some entries are read.
pub(super) fn read(user: UserId, which: &Which, at: Timestamp) -> Row {
    Row::update_all(read_at(at), unread(user, which))
}

fn read_at(at: Timestamp) -> notification::ActiveModel {
    notification::ActiveModel { read_at: Set(Some(at)), ..Default::default() }
}

/// The unread entries about a message, by person.
pub(super) async fn unread_about(
    db: &impl ConnectionTrait,
    message: MessageId,
) -> Result<HashMap<UserId, Vec<NotificationId>>> {
    let found = notification::Entity::find().filter(about(message).add(Column::ReadAt.is_null())).all(db).await?;
    let mut by_person: HashMap<_, Vec<_>> = HashMap::new();
    for row in found {
        by_person.entry(row.user_id).or_default().push(row.id);
    }
    Ok(by_person)
}

/// Everybody's unread entries about a message are read.
pub(super) fn read_about(message: MessageId, at: Timestamp) -> Row {
    Row::update_all(read_at(at), about(message).add(Column::ReadAt.is_null()))
}

fn about(message: MessageId) -> Condition {
    Condition::all().add(Column::MessageId.eq(message))
}

/// Who of these people was told of a message, and as what.
pub(super) async fn told(
    db: &impl ConnectionTrait,
    message: MessageId,
    people: &[UserId],
) -> Result<Vec<(UserId, Kind)>> {
    let chosen = about(message).add(Column::UserId.is_in(people.iter().copied()));
    let found = notification::Entity::find().select_only().columns([Column::UserId, Column::Kind]).filter(chosen);
    Ok(found.into_tuple().all(db).await?)
}

/// The places of these people in a conversation that they take part in now.
pub(super) async fn present(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    people: &[UserId],
) -> Result<Vec<participant::Model>> {
    let chosen = Condition::all()
        .add(participant::Column::ConversationId.eq(conversation))
        .add(participant::Column::UserId.is_in(people.iter().copied()))
        .add(participant::Column::LeftAt.is_null());
    Ok(participant::Entity::find().filter(chosen).order_by_asc(participant::Column::UserId).all(db).await?)
}

pub(super) fn made(row: notification::Model) -> Row {
    Row::insert(row.into_active_model())
}

pub(super) fn removed(row: &notification::Model) -> Row {
    Row::delete(notification::ActiveModel {
        user_id: Unchanged(row.user_id),
        seq: Unchanged(row.seq),
        ..Default::default()
    })
}

/// Entries that were read before a time, the oldest first.
pub(super) async fn read_before(
    db: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<notification::Model>> {
    let old = notification::Entity::find().filter(Column::ReadAt.is_not_null().and(Column::ReadAt.lt(before)));
    Ok(old.order_by_asc(Column::ReadAt).limit(most).all(db).await?)
}

/// People with more than `most` unread entries, at most `people` of them.
pub(super) async fn overfull(db: &impl ConnectionTrait, most: i64, people: u64) -> Result<Vec<UserId>> {
    let unread = notification::Entity::find().select_only().column(Column::UserId).filter(Column::ReadAt.is_null());
    let many = unread.group_by(Column::UserId).having(Column::UserId.count().gt(most));
    Ok(many.order_by_asc(Column::UserId).limit(people).into_tuple().all(db).await?)
}

/// The newest unread entry of somebody that is one too many.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct TooMany {
    pub(super) user_id: UserId,
    seq: Seq,
}

/// Up to where those of these people go who have more than `most` unread entries.
pub(super) async fn too_many(db: &impl ConnectionTrait, people: &[UserId], most: i64) -> Result<Vec<TooMany>> {
    let marks: Vec<_> = (2..people.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        "SELECT user_id, seq FROM (
            SELECT user_id, seq, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY seq DESC) AS place
            FROM notification WHERE read_at IS NULL AND user_id IN ({})) AS ordered
         WHERE place = $1",
        marks.join(", ")
    );
    let values = [Value::from(most + 1)].into_iter().chain(people.iter().map(|id| Value::from(id.0)));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(TooMany::find_by_statement(statement).all(db).await?)
}

/// The unread entries of somebody up to a place go.
pub(super) fn emptied(of: TooMany) -> Row {
    Row::delete_all::<notification::ActiveModel>(unread(of.user_id, &Which::UpTo(of.seq)))
}
