//! Forgetting rows that are no longer of use, so that their tables do not grow without end.

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
/// How many rows are looked for in one transaction: few enough that others hardly wait.
pub const BATCH: u64 = 500;

/// Rows that are no longer of use.
pub trait Old: Clone + Send + Sync + 'static {
    /// What removes the oldest [`BATCH`] of them; empty when none is left.
    fn oldest(&self, tx: &Tx) -> impl Future<Output = Result<Vec<Row>>> + Send;
}

/// Forgets all of them.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn forget(journal: &Journal, old: impl Old) -> Result<()> {
    while let Outcome::Done { value: true, .. } = journal.write(Forget(old.clone())).await? {}
    Ok(())
}

struct Forget<O>(O);

impl<O: Old> Write for Forget<O> {
    type Value = bool;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<bool>> {
        let rows = self.0.oldest(tx).await?;
        let found = !rows.is_empty();
        Ok(Change { rows, events: Vec::new(), value: found })
    }
}

/// Requests answered longer ago than [`KEPT`].
#[derive(Clone)]
pub struct OldRequests {
    /// Now.
    pub now: Timestamp,
}

impl Old for OldRequests {
    async fn oldest(&self, tx: &Tx) -> Result<Vec<Row>> {
        let old = Entity::find().filter(Column::CreatedAt.lt(self.now.minus(KEPT)));
        let rows = old.order_by_asc(Column::CreatedAt).limit(BATCH).all(tx).await?;
        Ok(rows.into_iter().map(|row| Row::delete(ActiveModel::from(row))).collect())
    }
}
