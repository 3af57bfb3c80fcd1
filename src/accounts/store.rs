//! The rows of accounts and sessions.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
    sea_query::ExprTrait,
};

use crate::{
    clock::Timestamp,
    entity::{login_attempt, refresh_token, registration, session, user},
    error::Result,
    ids::{SessionId, UserId},
    journal::Row,
};

/// The person with this username or address; programs sign in with a token alone.
pub(super) async fn find_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<user::Model>> {
    let by_name = Condition::any().add(user::Column::Username.eq(name)).add(user::Column::Email.eq(name));
    Ok(user::Entity::find().filter(by_name).filter(user::Column::IsService.eq(false)).one(db).await?)
}

pub(super) async fn find_registration(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<registration::Model>> {
    Ok(registration::Entity::find_by_id(id).one(db).await?)
}

/// An account that waits for the mail of this name to be opened.
pub(super) fn registration_waits(id: Uuid, user: &user::Model) -> Row {
    Row::insert(registration::ActiveModel::from(registration::Model {
        id,
        username: user.username.clone(),
        email: user.email.clone(),
        full_name: user.full_name.clone(),
        role: user.role,
        title: user.title.clone(),
        specialization: user.specialization.clone(),
        institution: user.institution.clone(),
        password_hash: user.password_hash.clone(),
        language: user.language,
        time_zone: user.time_zone.clone(),
    }))
}

/// Whether the username and the address are taken.
pub(super) async fn taken(db: &impl ConnectionTrait, username: &str, email: &str) -> Result<(bool, bool)> {
    let either = Condition::any().add(user::Column::Username.eq(username)).add(user::Column::Email.eq(email));
    let rows = user::Entity::find().filter(either).all(db).await?;
    Ok((rows.iter().any(|row| row.username == username), rows.iter().any(|row| row.email == email)))
}

pub(super) async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<user::Model>> {
    Ok(user::Entity::find_by_id(id).one(db).await?)
}

pub(super) async fn find_session(db: &impl ConnectionTrait, id: SessionId) -> Result<Option<session::Model>> {
    Ok(session::Entity::find_by_id(id).one(db).await?)
}

/// The sessions of a user that still last, newest use first.
pub(super) async fn sessions(db: &impl ConnectionTrait, user: UserId, now: Timestamp) -> Result<Vec<session::Model>> {
    let lasting = Condition::all()
        .add(session::Column::UserId.eq(user))
        .add(session::Column::EndedAt.is_null())
        .add(session::Column::ExpiresAt.gt(now));
    Ok(session::Entity::find().filter(lasting).order_by_desc(session::Column::LastUsedAt).all(db).await?)
}

pub(super) async fn find_refresh_token(db: &impl ConnectionTrait, hash: &[u8]) -> Result<Option<refresh_token::Model>> {
    Ok(refresh_token::Entity::find_by_id(hash.to_vec()).one(db).await?)
}

pub(super) fn registered(row: &user::Model) -> Row {
    Row::insert(user::ActiveModel::from(row.clone()))
}

pub(super) fn password_set(row: &user::Model) -> Row {
    let password_hash = Set(row.password_hash.clone());
    Row::update(user::ActiveModel { id: Unchanged(row.id), password_hash, ..Default::default() })
}

pub(super) fn settings_set(row: &user::Model) -> Row {
    Row::update(user::ActiveModel {
        id: Unchanged(row.id),
        language: Set(row.language),
        time_zone: Set(row.time_zone.clone()),
        shares_reading: Set(row.shares_reading),
        ..Default::default()
    })
}

/// A new session with its first refresh token.
pub(super) fn started(row: &session::Model, refresh_hash: Vec<u8>) -> Vec<Row> {
    vec![Row::insert(session::ActiveModel::from(row.clone())), issued(row.id, refresh_hash, row.created_at)]
}

pub(super) fn issued(session_id: SessionId, hash: Vec<u8>, at: Timestamp) -> Row {
    Row::insert(refresh_token::ActiveModel {
        hash: Set(hash),
        session_id: Set(session_id),
        issued_at: Set(at),
        used_at: Set(None),
    })
}

pub(super) fn used(hash: Vec<u8>, at: Timestamp) -> Row {
    Row::update(refresh_token::ActiveModel { hash: Unchanged(hash), used_at: Set(Some(at)), ..Default::default() })
}

pub(super) fn renewed(id: SessionId, at: Timestamp, expires_at: Timestamp) -> Row {
    Row::update(session::ActiveModel {
        id: Unchanged(id),
        last_used_at: Set(at),
        expires_at: Set(expires_at),
        ..Default::default()
    })
}

pub(super) fn ended(id: SessionId, at: Timestamp) -> Row {
    Row::update(session::ActiveModel { id: Unchanged(id), ended_at: Set(Some(at)), ..Default::default() })
}

/// When the `nth` newest attempt for a subject since then was; none when there were fewer.
pub(super) async fn newest_attempt(
    db: &impl ConnectionTrait,
    subject: &[u8],
    since: Timestamp,
    nth: u32,
) -> Result<Option<Timestamp>> {
    let counted = login_attempt::Column::Subject.eq(subject).and(login_attempt::Column::At.gt(since));
    let newest = login_attempt::Entity::find().filter(counted).order_by_desc(login_attempt::Column::At);
    let found = newest.offset(u64::from(nth.saturating_sub(1))).one(db).await?;
    Ok(found.map(|row| row.at))
}

/// The attempts with these ids, and those of a device.
pub(super) async fn attempts_to_forget(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
    device: Option<&Vec<u8>>,
) -> Result<Vec<login_attempt::Model>> {
    let mut any = Condition::any().add(login_attempt::Column::Id.is_in(ids.iter().copied()));
    if let Some(device) = device {
        any = any.add(login_attempt::Column::Subject.eq(device.as_slice()));
    }
    Ok(login_attempt::Entity::find().filter(any).all(db).await?)
}

/// Some of the attempts before then.
pub(super) async fn old_attempts(
    db: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<login_attempt::Model>> {
    let old = login_attempt::Entity::find().filter(login_attempt::Column::At.lt(before));
    Ok(old.order_by_asc(login_attempt::Column::At).limit(most).all(db).await?)
}

pub(super) fn attempted(row: login_attempt::Model) -> Row {
    Row::insert(login_attempt::ActiveModel::from(row))
}

pub(super) fn attempt_forgotten(row: login_attempt::Model) -> Row {
    Row::delete(login_attempt::ActiveModel::from(row))
}

/// Some of the refresh tokens given out before then.
pub(super) async fn old_tokens(
    db: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<refresh_token::Model>> {
    let old = refresh_token::Entity::find().filter(refresh_token::Column::IssuedAt.lt(before));
    Ok(old.order_by_asc(refresh_token::Column::IssuedAt).limit(most).all(db).await?)
}

pub(super) fn token_forgotten(row: refresh_token::Model) -> Row {
    Row::delete(refresh_token::ActiveModel::from(row))
}
