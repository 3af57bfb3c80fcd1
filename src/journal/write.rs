//! The one way to write.

use std::{sync::Arc, time::Duration};

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, SqlErr, prelude::Uuid,
};
use tokio::{
    sync::{Semaphore, watch},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{
    Change, NewEvent, Row, Seq,
    change::{self, Sql},
    event::{chain, fixed},
    lock,
};
use crate::{
    clock::{Clock, Timestamp},
    database::Database,
    entity::{event, idempotency, journal_head},
    error::{self, Error, Result},
    ids::{ConversationId, UserId},
    keys::keyed_hash,
    metrics::Metrics,
};

/// The transaction a write is decided in. Deciding only reads.
pub type Tx = DatabaseTransaction;

/// The rows a write must hold still, in any order; the journal sorts them.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    /// Users whose account, blocks or direct conversations decide.
    pub users: Vec<UserId>,
    /// Conversations whose state, people, rights or counters decide.
    pub conversations: Vec<ConversationId>,
}

impl Locks {
    /// Locks one conversation.
    pub fn conversation(id: ConversationId) -> Self {
        Self { conversations: vec![id], ..Self::default() }
    }

    /// Locks some users.
    pub fn users(ids: impl IntoIterator<Item = UserId>) -> Self {
        Self { users: ids.into_iter().collect(), ..Self::default() }
    }
}

/// What makes a request safe to repeat.
#[derive(Clone, Debug)]
pub struct Once {
    /// Which mutation; a client id is unique per author and mutation.
    pub operation: &'static str,
    /// The client's own name for the request.
    pub client_id: Uuid,
    /// The input, in a form that is the same for the same input.
    pub input: String,
}

/// Something to be written: an owned value, so that it outlives the request that asked for it.
pub trait Write: Send + Sync + 'static {
    /// The answer to the caller.
    type Value: Send + 'static;

    /// For whom; none when the server itself acts.
    fn actor(&self) -> Option<UserId>;

    /// What must not change while this is decided.
    fn locks(&self) -> Locks;

    /// What makes it safe to repeat, when the client asked for that.
    fn once(&self) -> Option<Once> {
        None
    }

    /// What this made, kept for repeats; asked only when [`Write::once`] is given.
    fn subject(_value: &Self::Value) -> Uuid {
        Uuid::nil()
    }

    /// Reads and checks under the locks, and says what to change. May run more than once.
    fn decide(&self, tx: &Tx) -> impl Future<Output = Result<Change<Self::Value>>> + Send;
}

/// How a write ended.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<T> {
    /// Committed now; `head` is the place before its first event, for [`Seq::resolved`].
    Done {
        /// The answer.
        value: T,
        /// The place before its first event.
        head: Seq,
    },
    /// The same request was answered before; this is what it made.
    Replayed(Uuid),
}

/// Writes. Clones write to the same journal.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Clock,
    fingerprint_key: [u8; 32],
    queue: Arc<Semaphore>,
    tasks: TaskTracker,
    head: watch::Sender<Seq>,
    metrics: Arc<Metrics>,
}

/// How many writes may wait on one node before more are refused.
const QUEUE: usize = 4096;
/// How often a write is decided again when others changed what it had read.
const ATTEMPTS: usize = 5;
/// How long an unanswered commit is looked for.
const SETTLE_WITHIN: Duration = Duration::from_secs(10);
/// How often it is looked for.
const SETTLE_EVERY: Duration = Duration::from_millis(100);

const BUSY: Error = Error::Unavailable("The service is busy. Please try again.", Duration::from_secs(1));
const UNKNOWN: Error = Error::Unavailable(
    "It is not known whether this was stored. Send it again with the same clientId.",
    Duration::from_secs(5),
);

/// What an attempt came to before its commit.
enum Decided<T> {
    Changed { value: T, applied: Applied },
    Unchanged(Outcome<T>),
}

/// What was inserted, until it is committed.
struct Applied {
    before: Seq,
    first_event: Option<Uuid>,
    after: Seq,
}

/// Why one attempt did not commit.
enum Failure {
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

impl Journal {
    /// A journal in `database`.
    pub fn new(database: Database, clock: Clock, fingerprint_key: [u8; 32], metrics: Arc<Metrics>) -> Self {
        let (head, _) = watch::channel(Seq::START);
        Self(Arc::new(Inner {
            database,
            clock,
            fingerprint_key,
            queue: Arc::new(Semaphore::new(QUEUE)),
            tasks: TaskTracker::new(),
            head,
            metrics,
        }))
    }

    /// How many writes wait or are under way.
    pub fn waiting(&self) -> usize {
        QUEUE - self.0.queue.available_permits()
    }

    /// Hints that the head moved. A hint can be lost; the journal itself is the truth.
    pub fn hints(&self) -> watch::Receiver<Seq> {
        self.0.head.subscribe()
    }

    /// Decides and commits `write`. Goes on to its end even if the caller stops waiting.
    ///
    /// # Errors
    /// What the write refused with, with nothing changed; UNAVAILABLE when the journal is busy or its answer is lost.
    pub async fn write<W: Write>(&self, write: W) -> Result<Outcome<W::Value>> {
        let place = Arc::clone(&self.0.queue).try_acquire_owned().map_err(|_| BUSY)?;
        let inner = Arc::clone(&self.0);
        let run = async move {
            let _place = place;
            inner.run(&write).await
        };
        let task = self.0.tasks.spawn(run.instrument(tracing::debug_span!("write")));
        task.await.map_err(Error::internal)?
    }

    /// Whether a request of this author under this name was stored.
    ///
    /// # Errors
    /// INTERNAL and UNAVAILABLE only.
    pub async fn was_done(&self, author: UserId, once: &Once) -> Result<bool> {
        let key = (author, once.operation.to_owned(), once.client_id);
        Ok(idempotency::Entity::find_by_id(key).one(self.0.database.reader()).await?.is_some())
    }

    /// Waits until every write under way has ended.
    pub async fn drain(&self) {
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}

impl Inner {
    async fn run<W: Write>(&self, write: &W) -> Result<Outcome<W::Value>> {
        for _ in 0..ATTEMPTS {
            match self.attempt(write).await {
                Err(Failure::Again) => {}
                Err(Failure::Refused(error)) => return Err(error),
                Ok(outcome) => return Ok(outcome),
            }
        }
        tracing::error!("a write was decided {ATTEMPTS} times and never fitted");
        Err(BUSY)
    }

    async fn attempt<W: Write>(&self, write: &W) -> Result<Outcome<W::Value>, Failure> {
        let began = Instant::now();
        let tx = self.database.begin().await?;
        match self.decided(&tx, write).await {
            Ok(Decided::Changed { value, applied }) => {
                self.commit(tx, applied.first_event).await?;
                self.metrics.committed(1, began.elapsed());
                self.announce(applied.after);
                Ok(Outcome::Done { value, head: applied.before })
            }
            Ok(Decided::Unchanged(outcome)) => {
                tx.rollback().await?;
                Ok(outcome)
            }
            Err(failure) => {
                // The locks go now, and not when the connection is next used. A lost connection has let go already.
                if let Err(error) = tx.rollback().await {
                    tracing::debug!(%error, "a rollback was not answered");
                }
                Err(failure)
            }
        }
    }

    async fn decided<W: Write>(&self, tx: &Tx, write: &W) -> Result<Decided<W::Value>, Failure> {
        lock::take(tx, &write.locks()).await?;
        let once = write.actor().zip(write.once());
        if let Some((author, once)) = &once
            && let Some(subject) = self.replay(tx, *author, once).await?
        {
            return Ok(Decided::Unchanged(Outcome::Replayed(subject)));
        }
        let Change { mut rows, events, value } = write.decide(tx).await?;
        if rows.is_empty() && events.is_empty() {
            return Ok(Decided::Unchanged(Outcome::Done { value, head: Seq::START }));
        }
        let now = self.clock.now();
        if let Some((author, once)) = &once {
            rows.push(self.remembered(*author, once, W::subject(&value), now));
        }
        let applied = self.apply(tx, write.actor(), rows, events, now).await?;
        Ok(Decided::Changed { value, applied })
    }

    fn announce(&self, head: Seq) {
        self.head.send_if_modified(|known| {
            let is_newer = head > *known;
            *known = (*known).max(head);
            is_newer
        });
    }

    /// Inserts the rows and, under the head's lock, the events.
    async fn apply(
        &self,
        tx: &Tx,
        actor: Option<UserId>,
        rows: Vec<Row>,
        events: Vec<NewEvent>,
        at: Timestamp,
    ) -> Result<Applied, Failure> {
        if events.is_empty() {
            self.execute(tx, change::statements(rows, Seq::START)?).await?;
            return Ok(Applied { before: Seq::START, first_event: None, after: Seq::START });
        }
        let head = lock::head(tx).await?;
        let mut hash = fixed(&head.hash)?;
        let mut entries = Vec::with_capacity(events.len());
        for (next, new) in (head.seq.0 + 1..).zip(events) {
            let entry = numbered(Seq(next), new, actor, at, &hash)?;
            hash = fixed(&entry.hash)?;
            entries.push(entry);
        }
        let last = Seq(head.seq.0 + i64::try_from(entries.len()).map_err(Error::internal)?);
        let first_id = entries.first().map(|entry| entry.id);
        let mut all: Vec<Row> = entries.into_iter().map(|entry| Row::insert(event::ActiveModel::from(entry))).collect();
        all.extend(rows);
        all.push(Row::update(journal_head::ActiveModel { id: Set(1), seq: Set(last), hash: Set(hash.to_vec()) }));
        self.execute(tx, change::statements(all, head.seq)?).await?;
        Ok(Applied { before: head.seq, first_event: first_id, after: last })
    }

    async fn execute(&self, tx: &Tx, statements: Vec<Sql>) -> Result<(), Failure> {
        for statement in statements {
            let result = match &statement {
                Sql::Insert(insert) => tx.execute(insert).await?,
                Sql::Update(update) => tx.execute(update).await?,
                Sql::Delete(delete) => tx.execute(delete).await?,
            };
            if result.rows_affected() == 0 {
                return Err(Failure::Again);
            }
        }
        Ok(())
    }

    async fn commit(&self, tx: Tx, first_event: Option<Uuid>) -> Result<(), Failure> {
        let Err(error) = tx.commit().await else { return Ok(()) };
        if is_worth_repeating(&error) {
            return Err(Failure::Again);
        }
        tracing::error!(%error, "a commit failed");
        if self.database.reader().get_database_backend() == DbBackend::Sqlite {
            stop_unless_harmless(&error);
            return Err(Failure::Refused(BUSY));
        }
        match first_event {
            None => Err(UNKNOWN.into()),
            Some(event) if self.settled(event).await? => Ok(()),
            Some(_) => Err(Failure::Again),
        }
    }

    /// Whether a commit that was never answered went through. Taking the head's lock waits for it to end either way.
    async fn settled(&self, first_event: Uuid) -> Result<bool> {
        let search = async {
            // A database that refuses at once must not be asked without a pause.
            let mut tries = tokio::time::interval(SETTLE_EVERY);
            loop {
                tries.tick().await;
                if let Ok(found) = self.find_under_head(first_event).await {
                    return found;
                }
            }
        };
        tokio::time::timeout(SETTLE_WITHIN, search).await.map_err(|_| UNKNOWN)
    }

    async fn find_under_head(&self, id: Uuid) -> Result<bool, DbErr> {
        use sea_orm::{ColumnTrait, QueryFilter};
        let tx = self.database.begin().await?;
        lock::head(&tx).await?;
        Ok(event::Entity::find().filter(event::Column::Id.eq(id)).one(&tx).await?.is_some())
    }

    async fn replay(&self, tx: &Tx, author: UserId, once: &Once) -> Result<Option<Uuid>> {
        let known =
            idempotency::Entity::find_by_id((author, once.operation.to_owned(), once.client_id)).one(tx).await?;
        match known {
            None => Ok(None),
            Some(row) if row.fingerprint == self.fingerprint(once) => Ok(Some(row.subject_id)),
            Some(_) => Err(Error::Conflict),
        }
    }

    fn remembered(&self, author: UserId, once: &Once, subject: Uuid, now: Timestamp) -> Row {
        Row::insert(idempotency::ActiveModel {
            author_id: Set(author),
            operation: Set(once.operation.to_owned()),
            client_id: Set(once.client_id),
            fingerprint: Set(self.fingerprint(once)),
            subject_id: Set(subject),
            created_at: Set(now),
        })
    }

    /// A keyed hash, so that the table tells nothing about what was sent.
    fn fingerprint(&self, once: &Once) -> Vec<u8> {
        keyed_hash(&self.fingerprint_key, once.input.as_bytes()).to_vec()
    }
}

fn numbered(
    seq: Seq,
    new: NewEvent,
    actor: Option<UserId>,
    at: Timestamp,
    previous: &[u8; 32],
) -> Result<event::Model> {
    let (kind, payload) = new.body.encode()?;
    let (conversation_id, user_id) = match new.audience {
        super::Audience::Conversation(id) => (Some(id), None),
        super::Audience::User(id) => (None, Some(id)),
        super::Audience::Everyone => (None, None),
    };
    let mut row = event::Model {
        seq,
        id: Uuid::now_v7(),
        kind,
        conversation_id,
        user_id,
        actor_id: actor,
        payload,
        created_at: at,
        hash: Vec::new(),
    };
    row.hash = chain(previous, &row).to_vec();
    Ok(row)
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
