//! The two connections to the database: one way to write, several to read.

use std::{path::Path, time::Duration};

use anyhow::Context;
use bedside_migration::{Migrator, MigratorTrait, SchemaManager};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database as SeaDatabase, DatabaseConnection, DatabaseTransaction,
    DbBackend, DbErr, IsolationLevel, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

/// The database of one server.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

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
            return Ok(Self {
                writer: SeaDatabase::connect(sqlite(url, 1, false)).await?,
                reader: SeaDatabase::connect(sqlite(url, READERS, true)).await?,
            });
        }
        anyhow::ensure!(
            url.starts_with("postgres://") || url.starts_with("postgresql://"),
            "DATABASE_URL must start with sqlite:// or postgres://"
        );
        Ok(Self {
            writer: SeaDatabase::connect(postgres(url, POSTGRES_WRITERS)).await?,
            reader: SeaDatabase::connect(postgres(url, READERS)).await?,
        })
    }

    /// For reading what was committed.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// A view of the database at one moment.
    pub async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        match self.reader.get_database_backend() {
            DbBackend::Postgres => {
                self.reader.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await
            }
            _ => self.reader.begin().await,
        }
    }

    /// Begins a write. SQLite takes its write lock at once: a transaction that begins by reading cannot wait for it
    /// later and would fail.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let immediate =
            matches!(self.writer.get_database_backend(), DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        self.writer
            .begin_with_options(TransactionOptions { sqlite_transaction_mode: immediate, ..Default::default() })
            .await
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

/// The file of a SQLite address, none for another database.
pub fn sqlite_file(url: &str) -> Option<&str> {
    url.strip_prefix("sqlite://").map(|rest| rest.split('?').next().unwrap_or(rest))
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("{}?mode=rwc", url.split('?').next().unwrap_or(url)));
    options.max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            // NORMAL loses acknowledged commits when the power fails.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("query_only", if read_only { "ON" } else { "OFF" })
    });
    options
}

fn postgres(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).acquire_timeout(ACQUIRE_TIMEOUT).sqlx_logging(false);
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
