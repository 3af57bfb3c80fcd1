//! The rows a reader needs besides the journal's.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{entity::stay, error::Result, ids::UserId};

/// When a user took part in which conversations.
pub(super) async fn stays(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<stay::Model>> {
    Ok(stay::Entity::find().filter(stay::Column::UserId.eq(user)).all(db).await?)
}
