//! The rows of mail, and of whom it is for.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
    sea_query::ExprTrait,
};

use crate::{
    clock::Timestamp,
    entity::{
        mail::{self, Kind},
        registration, user,
    },
    error::Result,
    journal::Row,
};

/// Mail that has to be tried now, the longest due first.
pub(super) async fn due(db: &impl ConnectionTrait, now: Timestamp, most: u64) -> Result<Vec<mail::Model>> {
    let due = mail::Entity::find().filter(mail::Column::DueAt.lte(now)).order_by_asc(mail::Column::DueAt);
    Ok(due.limit(most).all(db).await?)
}

/// Whether so many mails wait.
pub(super) async fn are_waiting(db: &impl ConnectionTrait, most: u32) -> Result<bool> {
    let waiting = mail::Entity::find().filter(mail::Column::DueAt.is_not_null()).order_by_asc(mail::Column::DueAt);
    Ok(waiting.offset(u64::from(most.saturating_sub(1))).one(db).await?.is_some())
}

/// How many mails with a link were asked for to an address since then.
pub(super) async fn asked_since(db: &impl ConnectionTrait, address: &str, since: Timestamp) -> Result<u64> {
    let asked = Condition::all()
        .add(mail::Column::Address.eq(address))
        .add(mail::Column::Kind.ne(Kind::PasswordChanged))
        .add(mail::Column::CreatedAt.gt(since));
    Ok(mail::Entity::find().filter(asked).count(db).await?)
}

pub(super) async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<mail::Model>> {
    Ok(mail::Entity::find_by_id(id).one(db).await?)
}

pub(super) async fn find_by_token(db: &impl ConnectionTrait, hash: Vec<u8>, kind: Kind) -> Result<Option<mail::Model>> {
    let wanted = mail::Column::TokenHash.eq(hash).and(mail::Column::Kind.eq(kind));
    Ok(mail::Entity::find().filter(wanted).one(db).await?)
}

/// All mail of a kind to an address.
pub(super) async fn to(db: &impl ConnectionTrait, address: &str, kind: Kind) -> Result<Vec<mail::Model>> {
    let wanted = mail::Column::Address.eq(address).and(mail::Column::Kind.eq(kind));
    Ok(mail::Entity::find().filter(wanted).all(db).await?)
}

/// Mail from before then, the oldest first, each with the registration that waited for it.
pub(super) async fn old(
    db: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<(mail::Model, Option<registration::Model>)>> {
    let old = mail::Entity::find().filter(mail::Column::CreatedAt.lt(before)).order_by_asc(mail::Column::CreatedAt);
    let old = old.limit(most).all(db).await?;
    let ids = old.iter().map(|row| row.id);
    let waited = registration::Entity::find().filter(registration::Column::Id.is_in(ids)).all(db).await?;
    let waited = |id| waited.iter().find(|row| row.id == id).cloned();
    Ok(old.into_iter().map(|row| (row.clone(), waited(row.id))).collect())
}

/// The person with this address.
pub(super) async fn person(db: &impl ConnectionTrait, address: &str) -> Result<Option<user::Model>> {
    let person = user::Column::Email.eq(address).and(user::Column::IsService.eq(false));
    Ok(user::Entity::find().filter(person).one(db).await?)
}

pub(super) async fn registration(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<registration::Model>> {
    Ok(registration::Entity::find_by_id(id).one(db).await?)
}

pub(super) fn written(row: mail::Model) -> Row {
    Row::insert(mail::ActiveModel::from(row))
}

/// Somebody tries to send it; if that ends with the process, it is due again then.
pub(super) fn claimed(row: &mail::Model, again_at: Timestamp) -> Row {
    let change = mail::ActiveModel {
        id: Unchanged(row.id),
        due_at: Set(Some(again_at)),
        attempts: Set(row.attempts + 1),
        ..Default::default()
    };
    Row::update(change).only_where(mail::Column::DueAt, row.due_at)
}

/// When to try again; none when it was sent or given up.
pub(super) fn due_next(id: Uuid, at: Option<Timestamp>) -> Row {
    Row::update(mail::ActiveModel { id: Unchanged(id), due_at: Set(at), ..Default::default() })
}

pub(super) fn gone(row: mail::Model) -> Row {
    Row::delete(mail::ActiveModel::from(row))
}

pub(super) fn registration_gone(row: registration::Model) -> Row {
    Row::delete(registration::ActiveModel::from(row))
}
