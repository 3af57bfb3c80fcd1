//! The rows of browsers that are pushed to.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    clock::Timestamp,
    entity::{
        participant, push_place,
        push_subscription::{self, Column},
        session,
    },
    error::{Error, Result},
    ids::{ConversationId, SessionId, UserId},
    journal::{Row, Seq},
};

/// How far the journal was looked through.
pub(super) async fn place(db: &impl ConnectionTrait) -> Result<Seq> {
    let row = push_place::Entity::find_by_id(1).one(db).await?;
    Ok(row.ok_or_else(|| Error::internal(anyhow::anyhow!("no place of pushing")))?.seq)
}

/// It was looked through further, unless another node was first.
pub(super) fn moved(from: Seq, to: Seq) -> Row {
    Row::update(push_place::ActiveModel { id: Unchanged(1), seq: Set(to) }).only_where(push_place::Column::Seq, from)
}

/// Whether no browser at all is pushed to.
pub(super) async fn is_empty(db: &impl ConnectionTrait) -> Result<bool> {
    let any = push_subscription::Entity::find().select_only().column(Column::SessionId).limit(1);
    Ok(any.into_tuple::<SessionId>().one(db).await?.is_none())
}

pub(super) async fn find(db: &impl ConnectionTrait, session: SessionId) -> Result<Option<push_subscription::Model>> {
    Ok(push_subscription::Entity::find_by_id(session).one(db).await?)
}

/// The browser with this address, whoever is signed in on it.
pub(super) async fn at(db: &impl ConnectionTrait, endpoint: &str) -> Result<Option<push_subscription::Model>> {
    Ok(push_subscription::Entity::find().filter(Column::Endpoint.eq(endpoint)).one(db).await?)
}

/// The browsers of somebody, the oldest registration first.
pub(super) async fn of_user(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<push_subscription::Model>> {
    let own = push_subscription::Entity::find().filter(Column::UserId.eq(user));
    Ok(own.order_by_asc(Column::CreatedAt).order_by_asc(Column::SessionId).all(db).await?)
}

/// The browsers of some sessions.
pub(super) async fn of_sessions(
    db: &impl ConnectionTrait,
    sessions: &[SessionId],
) -> Result<Vec<push_subscription::Model>> {
    let chosen = Column::SessionId.is_in(sessions.iter().copied());
    Ok(push_subscription::Entity::find().filter(chosen).all(db).await?)
}

/// The browsers of these people, and of those who take part in these conversations.
pub(super) async fn concerned(
    db: &impl ConnectionTrait,
    users: &[UserId],
    conversations: &[ConversationId],
) -> Result<Vec<SessionId>> {
    let present = participant::Entity::find()
        .select_only()
        .column(participant::Column::UserId)
        .filter(participant::Column::ConversationId.is_in(conversations.iter().copied()))
        .filter(participant::Column::LeftAt.is_null())
        .into_query();
    let chosen =
        Condition::any().add(Column::UserId.is_in(users.iter().copied())).add(Column::UserId.in_subquery(present));
    let found = push_subscription::Entity::find().select_only().column(Column::SessionId).filter(chosen);
    Ok(found.into_tuple().all(db).await?)
}

/// For these browsers there may be something new.
pub(super) fn may_have_news(sessions: Vec<SessionId>, up_to: Seq) -> Row {
    let news = push_subscription::ActiveModel { news_seq: Set(up_to), ..Default::default() };
    Row::update_all(news, Condition::all().add(Column::SessionId.is_in(sessions)))
}

/// Browsers that are to be pushed to now, the longest due first.
pub(super) async fn due(db: &impl ConnectionTrait, now: Timestamp, most: u64) -> Result<Vec<push_subscription::Model>> {
    let has_news = Expr::col(Column::NewsSeq).gt(Expr::col(Column::ToldSeq));
    let due = push_subscription::Entity::find().filter(has_news).filter(Column::DueAt.lte(now));
    Ok(due.order_by_asc(Column::DueAt).limit(most).all(db).await?)
}

/// Whether a session still lasts.
pub(super) async fn lasts(db: &impl ConnectionTrait, session: SessionId, now: Timestamp) -> Result<bool> {
    let found = session::Entity::find_by_id(session).one(db).await?;
    Ok(found.is_some_and(|session| session.ended_at.is_none() && session.expires_at > now))
}

pub(super) fn made(row: push_subscription::Model) -> Row {
    Row::insert(row.into_active_model())
}

/// Somebody pushes to it; if that ends with the process, it is due again then.
pub(super) fn claimed(row: &push_subscription::Model, again_at: Timestamp) -> Row {
    let change = push_subscription::ActiveModel {
        session_id: Unchanged(row.session_id),
        due_at: Set(again_at),
        attempts: Set(row.attempts + 1),
        ..Default::default()
    };
    Row::update(change).only_where(Column::DueAt, row.due_at)
}

/// It was told up to a place, or is to be tried again.
pub(super) fn settled(session: SessionId, told: Option<Seq>, due_at: Timestamp) -> Row {
    let mut change =
        push_subscription::ActiveModel { session_id: Unchanged(session), due_at: Set(due_at), ..Default::default() };
    if let Some(seq) = told {
        (change.told_seq, change.attempts) = (Set(seq), Set(0));
    }
    Row::update(change)
}

pub(super) fn gone(session: SessionId) -> Row {
    Row::delete(push_subscription::ActiveModel { session_id: Unchanged(session), ..Default::default() })
}
