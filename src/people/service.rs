//! Reading people.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

use super::store;
use crate::{entity::user, error::Result, ids::UserId};

/// The users with these ids.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find_all(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<HashMap<UserId, Arc<user::Model>>> {
    Ok(store::find_all(db, ids).await?.into_iter().map(|row| (row.id, Arc::new(row))).collect())
}

/// One user.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn find(db: &impl ConnectionTrait, id: UserId) -> Result<Option<Arc<user::Model>>> {
    Ok(find_all(db, &[id]).await?.remove(&id))
}
