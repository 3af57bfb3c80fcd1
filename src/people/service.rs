//! Reading people.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

pub use super::directory::{listed, unlisted};
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

/// Who blocks whom of two people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blocked {
    /// The one who asks blocks the other.
    pub by_oneself: bool,
    /// The other blocks the one who asks. Nobody is ever told.
    pub by_other: bool,
}

/// The others with whom there is a block, made by either of the two.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn blocked(db: &impl ConnectionTrait, user: UserId, others: &[UserId]) -> Result<HashMap<UserId, Blocked>> {
    let mut found: HashMap<_, Blocked> = HashMap::new();
    for row in store::blocks(db, user, others).await? {
        if row.blocker_id == user {
            found.entry(row.blocked_id).or_default().by_oneself = true;
        } else {
            found.entry(row.blocker_id).or_default().by_other = true;
        }
    }
    Ok(found)
}
