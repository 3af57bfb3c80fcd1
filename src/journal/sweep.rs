//! Forgetting old requests, so that the table of answered ones does not grow without end.

use std::time::Duration;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Change, Journal, Locks, Outcome, Row, Tx, Write};
use crate::{
    clock::Timestamp,
    entity::idempotency::{ActiveModel, Column, Entity},
    error::Result,
    ids::UserId,
};

/// How long a request can be repeated safely.
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// How many rows go in one transaction.
const BATCH: u64 = 500;

/// Forgets requests answered longer ago than [`KEPT`]; tells how many.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn forget_old_requests(journal: &Journal, now: Timestamp) -> Result<u64> {
    let mut forgotten = 0;
    loop {
        let Outcome::Done { value, .. } = journal.write(Forget { before: now.minus(KEPT) }).await? else {
            return Ok(forgotten);
        };
        forgotten += value;
        if value < BATCH {
            return Ok(forgotten);
        }
    }
}

struct Forget {
    before: Timestamp,
}

impl Write for Forget {
    type Value = u64;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<u64>> {
        let old = Entity::find()
            .filter(Column::CreatedAt.lt(self.before))
            .order_by_asc(Column::CreatedAt)
            .limit(BATCH)
            .all(tx)
            .await?;
        let count = old.len() as u64;
        Ok(Change {
            rows: old.into_iter().map(|row| Row::delete(ActiveModel::from(row))).collect(),
            events: Vec::new(),
            value: count,
        })
    }
}
