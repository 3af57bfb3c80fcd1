//! The two connections to the database: one way to write, several to read.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use bedside_migration::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{
    AccessMode, ColumnTrait, ConnectOptions, ConnectionTrait, Database as SeaDatabase, DatabaseConnection,
    DatabaseTransaction, DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, Value,
    sea_query::{ExprTrait, SimpleExpr},
    sqlx::{
        Connection,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use crate::error::{self, Error, UserErrorCode};

/// The database of one server.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    statements: Arc<AtomicU64>,
}

/// So many rows come from SQLite's thread without a wait: more than a page has.
const ROWS_AT_ONCE: usize = 256;
/// A connection that was used so recently is not asked whether it is still there.
const TRUSTED: Duration = Duration::from_secs(1);
/// How many transactions one node has open on PostgreSQL at once.
const POSTGRES_WRITERS: u32 = 8;
/// How many reads one node has open at once.
const READERS: u32 = 8;
/// How long a request waits for a connection before it is told that the service is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

impl Database {
    /// Connects to `url`: `sqlite:///path/to/file` or `postgres://…`.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        if let Some(file) = sqlite_file(url) {
            std::fs::create_dir_all(Path::new(file).parent().unwrap_or(Path::new(".")))
                .context("could not make the folder of the database")?;
            return Ok(Self::counting(
                SeaDatabase::connect(sqlite(url, 1, false)).await?,
                SeaDatabase::connect(sqlite(url, READERS, true)).await?,
            ));
        }
        anyhow::ensure!(
            url.starts_with("postgres://") || url.starts_with("postgresql://"),
            "DATABASE_URL must start with sqlite:// or postgres://"
        );
        Ok(Self::counting(
            SeaDatabase::connect(postgres(url, POSTGRES_WRITERS)).await?,
            SeaDatabase::connect(postgres(url, READERS)).await?,
        ))
    }

    fn counting(mut writer: DatabaseConnection, mut reader: DatabaseConnection) -> Self {
        let statements = Arc::new(AtomicU64::new(0));
        for connection in [&mut writer, &mut reader] {
            let statements = Arc::clone(&statements);
            connection.set_metric_callback(move |_| {
                statements.fetch_add(1, Ordering::Relaxed);
            });
        }
        Self { writer, reader, statements }
    }

    /// How many statements were run since it was opened; beginning and ending transactions does not count.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whether other nodes can be on it too.
    pub fn is_shared(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// For reading what was committed.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// A view of the database at one moment.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = match self.reader.get_database_backend() {
            DbBackend::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..Default::default()
            },
            _ => TransactionOptions::default(),
        };
        begin_to_its_end(&self.reader, options).await
    }

    /// Begins a write. SQLite takes its write lock at once: a transaction that begins by reading cannot wait for it
    /// later and would fail.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let immediate =
            matches!(self.writer.get_database_backend(), DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: immediate, ..Default::default() };
        begin_to_its_end(&self.writer, options).await
    }

    /// Brings the schema to this version; on PostgreSQL under a lock, so that nodes take turns.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        const TURN: i64 = 0x0BED_51DE;
        if self.writer.get_database_backend() != DbBackend::Postgres {
            return Migrator::up(&self.writer, None).await.context("the migration failed");
        }
        let turn = self.reader.begin().await?;
        turn.execute_unprepared(&format!("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SELECT pg_advisory_xact_lock({TURN})")).await?;
        let migrated = Migrator::up(&self.writer, None).await;
        turn.commit().await?;
        migrated.context("the migration failed")
    }

    /// How many migrations have not run here, and how many ran that this version does not know.
    pub async fn schema_distance(&self) -> anyhow::Result<(usize, usize)> {
        let known: Vec<String> = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
        let applied: Vec<String> = if SchemaManager::new(&self.reader).has_table("seaql_migrations").await? {
            let steps = "SELECT version FROM seaql_migrations";
            let rows =
                self.reader.query_all_raw(Statement::from_string(self.reader.get_database_backend(), steps)).await?;
            rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?
        } else {
            Vec::new()
        };
        let missing = known.iter().filter(|step| !applied.contains(step)).count();
        Ok((missing, applied.iter().filter(|step| !known.contains(step)).count()))
    }

    /// Closes both pools, after what is under way is done.
    pub async fn close(self) {
        for connection in [self.writer, self.reader] {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a database connection did not close");
            }
        }
    }
}

/// Places for the values of `rows` rows of `width` columns, as they stand after `VALUES`. Both databases name the columns
/// of `VALUES` column1, column2 and so on.
pub fn tuples(rows: usize, width: usize) -> String {
    let row = |row: usize| {
        let places: Vec<_> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// The column has the value, which is written into the statement. What a partial index names has to be, or the index is
/// not used; SQLite could look at a bound value, but then prepares the statement anew each time
/// (<https://www.sqlite.org/qpsg.html>).
pub fn is_literally(column: impl ColumnTrait, value: impl Into<Value>) -> SimpleExpr {
    ExprTrait::eq(column.into_expr(), SimpleExpr::Constant(value.into()))
}

/// Refuses a text that PostgreSQL cannot keep (<https://www.postgresql.org/docs/current/datatype-character.html>), so
/// that both databases take the same.
///
/// # Errors
/// INVALID_FORMAT, for the person.
pub fn check_text(text: &str, field: &[&str]) -> error::Result<()> {
    if text.contains('\0') {
        let message = "This text holds a character that cannot be kept (U+0000). Please leave it out.";
        return Err(Error::invalid(UserErrorCode::InvalidFormat, field, message));
    }
    Ok(())
}

/// A text of a person as it is kept: trimmed, and at most `longest` characters.
///
/// # Errors
/// TOO_LONG or INVALID_FORMAT, for the person.
pub fn kept_text(text: &str, longest: usize, field: &[&str]) -> error::Result<String> {
    let text = text.trim();
    check_text(text, field)?;
    if text.chars().count() > longest {
        let message = format!("Use at most {longest} characters here.");
        return Err(Error::invalid(UserErrorCode::TooLong, field, message));
    }
    Ok(text.to_owned())
}

/// Begins a transaction, also when whoever asked hangs up meanwhile: a begin that is dropped half-way gives its
/// connection back to the pool inside an open transaction (sqlx issues 4385 and 4393), and the next reader would be
/// shown an old view.
async fn begin_to_its_end(
    connection: &DatabaseConnection,
    options: TransactionOptions,
) -> Result<DatabaseTransaction, DbErr> {
    let connection = connection.clone();
    let begun = tokio::spawn(async move { connection.begin_with_options(options).await });
    begun.await.map_err(|error| DbErr::Custom(format!("a transaction was not begun: {error}")))?
}

/// The file of a SQLite address, none for another database.
pub fn sqlite_file(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap_or(rest))
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("{}?mode=rwc", url.split('?').next().unwrap_or(url)));
    options.max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    // A file does not go away; to ask before each statement is a message to another thread and back.
    options.test_before_acquire(false);
    // SQLite takes a transaction back by itself when the disk is full; sqlx 0.9 believes that it is still open and makes
    // every later one a savepoint in it, whose commit may commit nothing. Such a connection is given up.
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.before_acquire(|connection, _| {
            let is_clean = !connection.is_in_transaction();
            Box::pin(std::future::ready(Ok(is_clean)))
        })
    });
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL loses acknowledged commits when the power fails.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .row_buffer_size(ROWS_AT_ONCE)
            .pragma("query_only", if read_only { "ON" } else { "OFF" })
    });
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    // To ask before each statement is a way to the database and back. What breaks within this while is told as an error.
    options.test_before_acquire_if_idle_for(TRUSTED);
    options.map_sqlx_postgres_opts(|postgres| {
        postgres.application_name("bedside").options([
            ("synchronous_commit", "on"),
            ("idle_in_transaction_session_timeout", "3s"),
            ("statement_timeout", "5s"),
            ("lock_timeout", "3s"),
            ("tcp_user_timeout", "10s"),
        ])
    });
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn count(database: &Database) -> i64 {
        let row =
            database.reader().query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM note"));
        row.await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    #[tokio::test]
    async fn what_is_committed_is_stored_also_after_sqlite_took_a_transaction_back() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("bedside.sqlite").display());
        let database = Database::connect(&url).await.unwrap();
        database.writer.execute_unprepared("CREATE TABLE note (id INTEGER)").await.unwrap();
        let taken_back = database.begin().await.unwrap();
        // What SQLite does by itself when the disk is full.
        taken_back.execute_unprepared("ROLLBACK").await.unwrap();
        assert!(taken_back.commit().await.is_err());
        let refused = database.begin().await.unwrap();
        refused.rollback().await.unwrap();
        for _ in 0..2 {
            let tx = database.begin().await.unwrap();
            tx.execute_unprepared("INSERT INTO note VALUES (1)").await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(count(&database).await, 2);
    }
}
