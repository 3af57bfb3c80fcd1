//! The rows administrators change, and those that are handed over.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    clock::Timestamp,
    entity::{conversation, participant, service_token, session, user},
    error::Result,
    ids::{ConversationId, SessionId, UserId},
    journal::Row,
};

pub(super) async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<user::Model>> {
    Ok(user::Entity::find_by_id(id).one(db).await?)
}

/// Disabled, or good again; and whoever takes over.
pub(super) fn set_disabled(row: &user::Model) -> Row {
    Row::update(user::ActiveModel {
        id: Unchanged(row.id),
        disabled_at: Set(row.disabled_at),
        hand_over_to: Set(row.hand_over_to),
        hand_over_history: Set(row.hand_over_history),
        ..Default::default()
    })
}

/// Those whose conversations are still to be handed over.
pub(super) async fn handing_over(db: &impl ConnectionTrait) -> Result<Vec<user::Model>> {
    Ok(user::Entity::find().filter(user::Column::HandOverTo.is_not_null()).all(db).await?)
}

/// Some of the conversations a user takes part in, by id, after `last`.
pub(super) async fn conversations(
    db: &impl ConnectionTrait,
    user: UserId,
    last: Option<ConversationId>,
    most: u64,
) -> Result<Vec<conversation::Model>> {
    let of_user = Condition::all()
        .add(participant::Column::UserId.eq(user))
        .add(participant::Column::LeftAt.is_null())
        .add_option(last.map(|id| participant::Column::ConversationId.gt(id)));
    let ids = participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .filter(of_user)
        .order_by_asc(participant::Column::ConversationId)
        .limit(most);
    let ids = ids.into_tuple::<ConversationId>().all(db).await?;
    let rows = conversation::Entity::find().filter(conversation::Column::Id.is_in(ids));
    Ok(rows.order_by_asc(conversation::Column::Id).all(db).await?)
}

pub(super) async fn find_conversation(
    db: &impl ConnectionTrait,
    id: ConversationId,
) -> Result<Option<conversation::Model>> {
    Ok(conversation::Entity::find_by_id(id).one(db).await?)
}

/// Everybody else who takes part in a conversation.
pub(super) async fn others(db: &impl ConnectionTrait, id: ConversationId, user: UserId) -> Result<Vec<UserId>> {
    let others = Condition::all()
        .add(participant::Column::ConversationId.eq(id))
        .add(participant::Column::UserId.ne(user))
        .add(participant::Column::LeftAt.is_null());
    let ids = participant::Entity::find().select_only().column(participant::Column::UserId).filter(others);
    Ok(ids.into_tuple().all(db).await?)
}

/// A new token of a program, which is a session of its account.
pub(super) fn token_made(session: &session::Model, token: service_token::Model) -> [Row; 2] {
    [Row::insert(session::ActiveModel::from(session.clone())), Row::insert(service_token::ActiveModel::from(token))]
}

pub(super) fn account_made(row: &user::Model) -> Row {
    Row::insert(user::ActiveModel::from(row.clone()))
}

pub(super) fn session_ended(id: SessionId, at: Timestamp) -> Row {
    Row::update(session::ActiveModel { id: Unchanged(id), ended_at: Set(Some(at)), ..Default::default() })
}

/// A page of the accounts of programs, by id.
pub(super) async fn service_accounts(
    db: &impl ConnectionTrait,
    page: &crate::graphql::Page<sea_orm::prelude::Uuid>,
) -> Result<Vec<user::Model>> {
    let by = user::Column::Id;
    let programs = Condition::all()
        .add(user::Column::IsService.eq(true))
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { sea_orm::Order::Desc } else { sea_orm::Order::Asc };
    Ok(user::Entity::find().filter(programs).order_by(by, order).limit(page.limit()).all(db).await?)
}

/// The tokens of some accounts that are still good, with their sessions, newest first.
pub(super) async fn tokens(
    db: &impl ConnectionTrait,
    accounts: &[UserId],
    now: Timestamp,
) -> Result<Vec<(session::Model, service_token::Model)>> {
    let good = Condition::all()
        .add(session::Column::UserId.is_in(accounts.iter().copied()))
        .add(session::Column::EndedAt.is_null())
        .add(session::Column::ExpiresAt.gt(now));
    let sessions = session::Entity::find().filter(good).order_by_desc(session::Column::CreatedAt).all(db).await?;
    let ids: Vec<SessionId> = sessions.iter().map(|row| row.id).collect();
    let tokens = service_token::Entity::find().filter(service_token::Column::SessionId.is_in(ids)).all(db).await?;
    let token = |id| tokens.iter().find(|row| row.session_id == id).cloned();
    Ok(sessions.into_iter().filter_map(|session| Some((session.clone(), token(session.id)?))).collect())
}

pub(super) async fn find_token(
    db: &impl ConnectionTrait,
    id: SessionId,
) -> Result<Option<(session::Model, service_token::Model)>> {
    let session = session::Entity::find_by_id(id).one(db).await?;
    Ok(session.zip(service_token::Entity::find_by_id(id).one(db).await?))
}
