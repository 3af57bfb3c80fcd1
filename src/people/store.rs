//! The rows of people.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
};

use crate::{entity::user, error::Result, ids::UserId, journal::Row};

pub(super) async fn find_all(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<user::Model>> {
    Ok(user::Entity::find().filter(user::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) async fn has_username(db: &impl ConnectionTrait, username: &str) -> Result<bool> {
    Ok(user::Entity::find().filter(user::Column::Username.eq(username)).one(db).await?.is_some())
}

/// What a person tells of themselves, and whether it was checked.
pub(super) fn changed(row: &user::Model) -> Row {
    let user::Model { username, full_name, title, specialization, institution, bio, is_verified, updated_at, .. } =
        row.clone();
    Row::update(user::ActiveModel {
        id: Unchanged(row.id),
        username: Set(username),
        full_name: Set(full_name),
        title: Set(title),
        specialization: Set(specialization),
        institution: Set(institution),
        bio: Set(bio),
        is_verified: Set(is_verified),
        updated_at: Set(updated_at),
        ..Default::default()
    })
}
