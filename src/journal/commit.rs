//! Ending a transaction so that an answer is never wrong: what may have been stored is never called a failure.

use std::time::Duration;

use sea_orm::{ColumnTrait, DbBackend, DbErr, EntityTrait, QueryFilter, SqlErr, prelude::Uuid};

use super::{Tx, lock};
use crate::{
    database::Database,
    entity::event,
    error::{self, Error, Result},
};

/// How long an unanswered commit is looked for.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);
/// How often it is looked for.
const SETTLE_EVERY: Duration = Duration::from_millis(100);

pub(super) const BUSY: Error = Error::Unavailable("The service is busy. Please try again.", Duration::from_secs(1));
const UNKNOWN: Error = Error::Unavailable(
    "It is not known whether this was stored. Send it again with the same clientId.",
    Duration::from_secs(5),
);

/// Why one attempt did not commit.
pub(super) enum Failure {
    Refused(Error),
    /// Others changed what was read (a row is there already, or is no longer), or two writes waited for each other:
    /// decide again.
    Again,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        if is_worth_repeating(&error) { Self::Again } else { Self::Refused(error.into()) }
    }
}

/// Commits; `first_event` is one of the events in it, to be looked for when no answer comes.
pub(super) async fn commit(database: &Database, tx: Tx, first_event: Option<Uuid>) -> Result<(), Failure> {
    let Err(error) = tx.commit().await else { return Ok(()) };
    if is_worth_repeating(&error) {
        return Err(Failure::Again);
    }
    tracing::error!(%error, "a commit failed");
    if database.reader().get_database_backend() == DbBackend::Sqlite {
        stop_unless_harmless(&error);
        return Err(Failure::Refused(BUSY));
    }
    match first_event {
        None => Err(UNKNOWN.into()),
        Some(event) if settled(database, event).await? => Ok(()),
        Some(_) => Err(Failure::Again),
    }
}

/// Whether a commit that was never answered went through. Taking the head's lock waits for it to end either way.
async fn settled(database: &Database, first_event: Uuid) -> Result<bool> {
    let search = async {
        // A database that refuses at once must not be asked without a pause.
        let mut tries = tokio::time::interval(SETTLE_EVERY);
        loop {
            tries.tick().await;
            if let Ok(found) = find_under_head(database, first_event).await {
                return found;
            }
        }
    };
    tokio::time::timeout(SETTLE_WITHIN, search).await.map_err(|_| UNKNOWN)
}

async fn find_under_head(database: &Database, id: Uuid) -> Result<bool, DbErr> {
    let tx = database.begin().await?;
    lock::head(&tx).await?;
    Ok(event::Entity::find().filter(event::Column::Id.eq(id)).one(&tx).await?.is_some())
}

/// A unique rule that another write met first, a deadlock or a serialization failure: deciding again sees the other's
/// rows and answers properly.
fn is_worth_repeating(error: &DbErr) -> bool {
    const DEADLOCK: &str = "40P01";
    const SERIALIZATION: &str = "40001";
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
        || error::sql_state(error).is_some_and(|state| state == DEADLOCK || state == SERIALIZATION)
}

/// After a failed flush nobody knows what is on the disk; only a new start reads it again. A full disk and a busy
/// file are reported before anything is written.
fn stop_unless_harmless(error: &DbErr) {
    const SQLITE_BUSY: &str = "5";
    const SQLITE_FULL: &str = "13";
    if !error::sql_state(error).is_some_and(|code| code == SQLITE_BUSY || code == SQLITE_FULL) {
        tracing::error!("stopping: the database file may not hold what was written");
        std::process::abort();
    }
}
