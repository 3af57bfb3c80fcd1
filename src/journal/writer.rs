//! The one way to write.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use futures_util::future::join_all;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, FromQueryResult, Statement, Value, prelude::Uuid};
use tokio::{
    sync::{Semaphore, oneshot, watch},
    time::Instant,
};
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{
    Change, NewEvent, Once, Outcome, Row, Seq, Tx, Write,
    change::placed,
    commit::{BUSY, Failure, commit},
    event::fixed,
    lane::{Lane, Lanes, Waiting},
    lock,
    numbering::numbered,
    statements::{Sql, statements},
};
use crate::{
    clock::{Clock, Timestamp},
    database::{Database, tuples},
    entity::{event, idempotency, journal_head},
    error::{Error, Result, is_our_fault},
    ids::UserId,
    keys::keyed_hash,
    metrics::Metrics,
};

/// Writes. Clones write to the same journal.
#[derive(Clone)]
pub struct Journal(Arc<Inner>);

struct Inner {
    database: Database,
    clock: Clock,
    fingerprint_key: [u8; 32],
    queue: Arc<Semaphore>,
    lanes: Lanes,
    tasks: TaskTracker,
    head: watch::Sender<Seq>,
    metrics: Arc<Metrics>,
}

/// How many writes may wait on one node before more are refused.
const QUEUE: usize = 4096;
/// How often a write is decided again when others changed what it had read.
const ATTEMPTS: usize = 5;

/// What one write of a batch came to before the commit.
enum Step<T> {
    Refused(Error),
    Replayed(Uuid),
    /// Nothing is to be changed.
    Nothing(T),
    Changed(T),
}

/// What a write puts into the database.
struct Decided {
    actor: Option<UserId>,
    rows: Vec<Row>,
    events: Vec<NewEvent>,
}

/// What was inserted, until it is committed.
struct Applied {
    /// The place before the first event of each.
    heads: Vec<Seq>,
    first_event: Option<Uuid>,
    after: Seq,
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
            lanes: Lanes::default(),
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

    /// Hints that the head may have moved by the write of another node.
    pub fn look(&self) {
        self.0.head.send_modify(|_| ());
    }

    /// Decides and commits `write`, together with others of its type that wait. Goes on to its end even if the caller
    /// stops waiting.
    ///
    /// # Errors
    /// What the write refused with, with nothing changed; UNAVAILABLE when the journal is busy or its answer is lost.
    pub async fn write<W: Write>(&self, write: W) -> Result<Outcome<W::Value>> {
        let place = Arc::clone(&self.0.queue).try_acquire_owned().map_err(|_| BUSY)?;
        let inner = Arc::clone(&self.0);
        if W::TOGETHER > 1
            && let Some(lane) = self.0.lanes.of::<W>()
        {
            let (answer, answered) = oneshot::channel();
            if lane.push(Waiting { write, answer, _place: place }) {
                self.0.tasks.spawn(inner.serve(lane));
            }
            return answered.instrument(tracing::debug_span!("write")).await.map_err(Error::internal)?;
        }
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
    /// Writes what waits in a lane, until nothing does.
    async fn serve<W: Write>(self: Arc<Self>, lane: Arc<Lane<W>>) {
        while let Some(batch) = lane.next_batch() {
            // In a task of its own, so that a write that panics takes its batch with it, and not the lane.
            let inner = Arc::clone(&self);
            if let Err(error) = tokio::spawn(async move { inner.run_all(batch).await }).await {
                tracing::error!(%error, "a batch of writes was not finished");
            }
        }
    }

    async fn run_all<W: Write>(&self, batch: Vec<Waiting<W>>) {
        let writes: Vec<&W> = batch.iter().map(|waiting| &waiting.write).collect();
        match self.attempt(&writes).await {
            Ok(outcomes) => {
                for (waiting, outcome) in batch.into_iter().zip(outcomes) {
                    // Whoever hung up does not wait for the answer.
                    let _ = waiting.answer.send(outcome);
                }
            }
            Err(Failure::Refused(error)) => {
                for waiting in batch {
                    let _ = waiting.answer.send(Err(error.clone()));
                }
            }
            // One of them did not fit; alone, each is answered for itself.
            Err(Failure::Again) => self.run_each(batch).await,
        }
    }

    /// Writes each alone: those of one author one after the other, authors side by side, so that nobody waits for what
    /// only another waits for.
    async fn run_each<W: Write>(&self, batch: Vec<Waiting<W>>) {
        let mut authors: BTreeMap<Option<UserId>, Vec<Waiting<W>>> = BTreeMap::new();
        for waiting in batch {
            authors.entry(waiting.write.actor()).or_default().push(waiting);
        }
        let authors = authors.into_values().map(async |writes| {
            for waiting in writes {
                let outcome = self.run(&waiting.write).await;
                let _ = waiting.answer.send(outcome);
            }
        });
        join_all(authors).await;
    }

    async fn run<W: Write>(&self, write: &W) -> Result<Outcome<W::Value>> {
        for _ in 0..ATTEMPTS {
            match self.attempt(&[write]).await {
                Err(Failure::Again) => {}
                Err(Failure::Refused(error)) => return Err(error),
                Ok(outcomes) => return outcomes.into_iter().next().unwrap_or(Err(BUSY)),
            }
        }
        tracing::error!("a write was decided {ATTEMPTS} times and never fitted");
        Err(BUSY)
    }

    /// Decides and commits all of `writes`, or nothing of them.
    async fn attempt<W: Write>(&self, writes: &[&W]) -> Result<Vec<Result<Outcome<W::Value>>>, Failure> {
        let began = Instant::now();
        let tx = self.database.begin().await?;
        match self.decided(&tx, writes).await {
            Ok((steps, Some(applied))) => {
                commit(&self.database, tx, applied.first_event).await?;
                self.metrics.committed(applied.heads.len(), began.elapsed());
                self.announce(applied.after);
                Ok(outcomes(steps, &applied.heads))
            }
            Ok((steps, None)) => {
                tx.rollback().await?;
                Ok(outcomes(steps, &[]))
            }
            Err(failure) => {
                // The locks go now, and not when the connection is next used. A lost connection has let go already.
                if let Err(error) = tx.rollback().await {
                    tracing::debug!(%error, "a rollback was not answered");
                }
                // Nothing is stored. What spoiled it concerns one of them, most likely.
                Err(if writes.len() > 1 { Failure::Again } else { failure })
            }
        }
    }

    async fn decided<W: Write>(
        &self,
        tx: &Tx,
        writes: &[&W],
    ) -> Result<(Vec<Step<W::Value>>, Option<Applied>), Failure> {
        lock::take(tx, &writes.iter().map(|write| write.locks()).collect()).await?;
        let onces: Vec<_> = writes.iter().map(|write| write.actor().zip(write.once())).collect();
        let known = self.known(tx, &onces).await?;
        let is_new = |at: &usize| !onces[*at].as_ref().is_some_and(|once| known.contains_key(&key(once)));
        let fresh: Vec<&W> = (0..writes.len()).filter(is_new).map(|at| writes[at]).collect();
        let mut changes = W::decide_all(&fresh, tx).await?.into_iter();
        let (now, mut steps, mut decided) = (self.clock.now(), Vec::with_capacity(writes.len()), Vec::new());
        for (write, once) in writes.iter().zip(&onces) {
            if let Some(once) = once
                && let Some(row) = known.get(&key(once))
            {
                steps.push(self.replayed(row, &once.1));
                continue;
            }
            let Some(change) = changes.next() else { return Err(Failure::Again) };
            if writes.len() > 1 && change.as_ref().is_err_and(|error| is_our_fault(error.code())) {
                return Err(Failure::Again);
            }
            steps.push(match change {
                Err(error) => Step::Refused(error),
                Ok(Change { rows, events, value }) if rows.is_empty() && events.is_empty() => Step::Nothing(value),
                Ok(Change { mut rows, events, value }) => {
                    rows.extend(once.as_ref().map(|once| self.remembered(once, W::subject(&value), now)));
                    decided.push(Decided { actor: write.actor(), rows, events });
                    Step::Changed(value)
                }
            });
        }
        let applied = if decided.is_empty() { None } else { Some(self.apply(tx, decided, now).await?) };
        Ok((steps, applied))
    }

    fn announce(&self, head: Seq) {
        self.head.send_if_modified(|known| {
            let is_newer = head > *known;
            *known = (*known).max(head);
            is_newer
        });
    }

    /// Inserts the rows and, under the head's lock, the events.
    async fn apply(&self, tx: &Tx, decided: Vec<Decided>, at: Timestamp) -> Result<Applied, Failure> {
        let has_events = decided.iter().any(|one| !one.events.is_empty());
        if !has_events {
            let rows = decided.into_iter().map(|one| placed(one.rows, Seq::START)).collect::<Vec<_>>();
            let heads = vec![Seq::START; rows.len()];
            execute(tx, statements(rows)?).await?;
            return Ok(Applied { heads, first_event: None, after: Seq::START });
        }
        let head = lock::head(tx).await?;
        let (mut hash, mut last) = (fixed(&head.hash)?, head.seq);
        let (mut heads, mut entries, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for one in decided {
            heads.push(last);
            rows.push(placed(one.rows, last));
            for new in one.events {
                last = Seq(last.0 + 1);
                let entry = numbered(last, new, one.actor, at, &hash)?;
                hash = fixed(&entry.hash)?;
                entries.push(entry);
            }
        }
        let first_event = entries.first().map(|entry| entry.id);
        // Events first: other rows may point at them.
        rows.insert(0, entries.into_iter().map(|entry| Row::insert(event::ActiveModel::from(entry))).collect());
        rows.push(vec![Row::update(journal_head::ActiveModel {
            id: Set(1),
            seq: Set(last),
            hash: Set(hash.to_vec()),
        })]);
        execute(tx, statements(rows)?).await?;
        Ok(Applied { heads, first_event, after: last })
    }

    /// The requests of these that were answered before, by author, mutation and client id.
    async fn known(
        &self,
        tx: &Tx,
        onces: &[Option<(UserId, Once)>],
    ) -> Result<HashMap<Key, idempotency::Model>, Failure> {
        let asked: Vec<_> = onces.iter().flatten().collect();
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let sql = format!(
            "SELECT i.* FROM (VALUES {}) AS asked JOIN idempotency i ON i.author_id = asked.column1 \
             AND i.operation = asked.column2 AND i.client_id = asked.column3",
            tuples(asked.len(), 3)
        );
        let values = asked
            .iter()
            .flat_map(|(author, once)| [Value::from(author.0), once.operation.into(), once.client_id.into()]);
        let rows = tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        let models = rows.iter().map(|row| idempotency::Model::from_query_result(row, ""));
        Ok(models
            .map(|model| model.map(|row| ((row.author_id, row.operation.clone(), row.client_id), row)))
            .collect::<Result<_, _>>()?)
    }

    fn replayed<T>(&self, row: &idempotency::Model, once: &Once) -> Step<T> {
        if row.fingerprint == self.fingerprint(once) {
            Step::Replayed(row.subject_id)
        } else {
            Step::Refused(Error::Conflict)
        }
    }

    fn remembered(&self, (author, once): &(UserId, Once), subject: Uuid, now: Timestamp) -> Row {
        Row::insert(idempotency::ActiveModel {
            author_id: Set(*author),
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

type Key = (UserId, String, Uuid);

fn key((author, once): &(UserId, Once)) -> Key {
    (*author, once.operation.to_owned(), once.client_id)
}

fn outcomes<T>(steps: Vec<Step<T>>, heads: &[Seq]) -> Vec<Result<Outcome<T>>> {
    let mut heads = heads.iter().copied();
    let outcomes = steps.into_iter().map(|step| match step {
        Step::Refused(error) => Err(error),
        Step::Replayed(subject) => Ok(Outcome::Replayed(subject)),
        Step::Nothing(value) => Ok(Outcome::Done { value, head: Seq::START }),
        Step::Changed(value) => Ok(Outcome::Done { value, head: heads.next().unwrap_or(Seq::START) }),
    });
    outcomes.collect()
}

async fn execute(tx: &Tx, statements: Vec<Sql>) -> Result<(), Failure> {
    for statement in statements {
        let (result, least) = match statement {
            Sql::Insert(insert) => (tx.execute(&insert).await?, 1),
            Sql::Update(update) => (tx.execute(&update).await?, 1),
            Sql::Delete(delete) => (tx.execute(&delete).await?, 1),
            Sql::UpdateEach { sql, values, rows } => {
                (tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?, rows)
            }
        };
        if result.rows_affected() < least {
            return Err(Failure::Again);
        }
    }
    Ok(())
}
