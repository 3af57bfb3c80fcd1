//! The rows of people.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{entity::user, error::Result, ids::UserId};

pub(super) async fn find_all(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<user::Model>> {
    Ok(user::Entity::find().filter(user::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}
