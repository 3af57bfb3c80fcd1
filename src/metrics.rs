//! What operators watch: counts and times of this node, in the text format of Prometheus.
//!
//! A name says what is counted and its unit (<https://prometheus.io/docs/practices/naming/>). Labels take their values
//! from the program alone: root fields of the schema, codes, outcomes. No id, no name of a person and nothing a client
//! made up is ever in one, so there are few series, and none tells of anybody.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Metric, Registry},
};

type Labels<const N: usize> = [(&'static str, String); N];

/// How long operations and commits take, in seconds: from what memory answers to the time limit of an operation.
const TIMES: [f64; 13] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 15.0];
/// How many at once.
const SIZES: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// The counts and times of one node.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    operations: Family<Labels<2>, Histogram>,
    errors: Family<Labels<1>, Counter>,
    batches: Histogram,
    commits: Histogram,
    read: Histogram,
    lag: Histogram,
    delivered: Counter,
    unloaded: Counter,
    slow: Counter,
    sent: Counter,
    files: Family<Labels<1>, Counter>,
    file_bytes: Family<Labels<1>, Counter>,
    mails: Family<Labels<1>, Counter>,
    closed: Family<Labels<1>, Counter>,
    levels: [Gauge; 5],
    statements: Counter,
    processor: Counter<f64, AtomicU64>,
    memory: Gauge,
}

/// What is read at the moment somebody looks.
#[derive(Clone, Copy, Debug)]
pub struct Levels {
    /// Writes that wait for the journal or are under way.
    pub writes: usize,
    /// Sockets that are open.
    pub sockets: usize,
    /// Streams that hear what happens.
    pub listeners: usize,
    /// People who were here since midnight UTC.
    pub active_people: usize,
    /// The place everything was handed out up to.
    pub place: i64,
    /// Statements the database was sent since the start.
    pub statements: u64,
}

/// How the sending of a mail ended.
#[derive(Clone, Copy, Debug)]
pub enum Posted {
    /// The mail server took it.
    Sent,
    /// It was not taken now, and is tried again.
    PutOff,
    /// It was refused for good.
    Refused,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("bedside");
        let levels = [
            ("journal_writes_waiting", "Writes that wait for the journal or are under way"),
            ("sockets", "Sockets that are open"),
            ("listeners", "Streams that hear what happens"),
            ("active_people", "People who were on this node since midnight UTC"),
            ("journal_place", "The place in the journal that everything was handed out up to"),
        ];
        Self {
            operations: put(
                &mut registry,
                "operation_seconds",
                "Time of an operation by its kind and its root field, `several` when there are more; of a subscription that to its end",
                Family::new_with_constructor(|| Histogram::new(TIMES)),
            ),
            errors: put(&mut registry, "errors", "Errors that clients were told, by code", Family::default()),
            batches: put(
                &mut registry,
                "journal_batch_writes",
                "Writes that went in with one commit",
                Histogram::new(SIZES),
            ),
            commits: put(
                &mut registry,
                "journal_commit_seconds",
                "Time from beginning a transaction to the end of its commit",
                Histogram::new(TIMES),
            ),
            read: put(
                &mut registry,
                "tail_batch_events",
                "Events that were read from the journal and handed out together",
                Histogram::new(SIZES),
            ),
            lag: put(
                &mut registry,
                "delivery_lag_seconds",
                "Time from when an event was numbered, just before its commit, to when it was handed to the listeners of this node",
                Histogram::new(TIMES),
            ),
            delivered: put(&mut registry, "deliveries", "Events that streams passed on", Counter::default()),
            unloaded: put(
                &mut registry,
                "delivery_failures",
                "Times that events could not be read, or were handed out without what they tell of",
                Counter::default(),
            ),
            slow: put(
                &mut registry,
                "slow_listeners",
                "Times that a listener was let go because its queue was full; it reads on from the journal",
                Counter::default(),
            ),
            sent: put(&mut registry, "messages_sent", "Messages that were stored", Counter::default()),
            files: put(&mut registry, "files", "Files by the way they went: uploaded or downloaded", Family::default()),
            file_bytes: put(&mut registry, "file_bytes", "Bytes of files by the way they went", Family::default()),
            mails: put(
                &mut registry,
                "mails",
                "Attempts to send a mail, by outcome: sent, put_off or refused",
                Family::default(),
            ),
            closed: put(
                &mut registry,
                "sockets_closed",
                "Sockets that ended, by the code this server closed them with; 0 when the client went",
                Family::default(),
            ),
            levels: levels.map(|(name, help)| put(&mut registry, name, help, Gauge::default())),
            statements: put(&mut registry, "sql_statements", "Statements the database was sent", Counter::default()),
            processor: put(
                &mut registry,
                "process_cpu_seconds",
                "Processor time of this process, user and system",
                Counter::default(),
            ),
            memory: put(
                &mut registry,
                "process_resident_memory_bytes",
                "Resident memory of this process",
                Gauge::default(),
            ),
            registry,
        }
    }
}

fn put<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

impl Metrics {
    /// An operation ended. `field` is a root field of the schema.
    pub fn operation(&self, kind: &'static str, field: &str, took: Duration) {
        let labels = [("kind", kind.to_owned()), ("field", field.to_owned())];
        self.operations.get_or_create(&labels).observe(took.as_secs_f64());
    }

    /// A client was told an error with this code, one of the closed list.
    pub fn error(&self, code: &str) {
        self.errors.get_or_create(&[("code", code.to_owned())]).inc();
    }

    /// So many writes went in with one commit.
    pub fn committed(&self, writes: usize, took: Duration) {
        self.batches.observe(writes as f64);
        self.commits.observe(took.as_secs_f64());
    }

    /// Events were handed to the listeners, each so long after it was numbered.
    pub fn handed_out(&self, lags: impl ExactSizeIterator<Item = Duration>) {
        self.read.observe(lags.len() as f64);
        for lag in lags {
            self.lag.observe(lag.as_secs_f64());
        }
    }

    /// A stream passed an event on.
    pub fn delivered(&self) {
        self.delivered.inc();
    }

    /// Events could not be read, or were handed out without what they tell of.
    pub fn delivery_failed(&self) {
        self.unloaded.inc();
    }

    /// A listener was let go because its queue was full.
    pub fn let_go(&self) {
        self.slow.inc();
    }

    /// A message was stored.
    pub fn message_sent(&self) {
        self.sent.inc();
    }

    /// A file was stored.
    pub fn uploaded(&self, bytes: u64) {
        self.file("uploaded", bytes);
    }

    /// A file, or a part of one, was asked for.
    pub fn downloaded(&self, bytes: u64) {
        self.file("downloaded", bytes);
    }

    fn file(&self, way: &'static str, bytes: u64) {
        let labels = [("way", way.to_owned())];
        self.files.get_or_create(&labels).inc();
        self.file_bytes.get_or_create(&labels).inc_by(bytes);
    }

    /// A mail was tried.
    pub fn mail(&self, outcome: Posted) {
        let outcome = match outcome {
            Posted::Sent => "sent",
            Posted::PutOff => "put_off",
            Posted::Refused => "refused",
        };
        self.mails.get_or_create(&[("outcome", outcome.to_owned())]).inc();
    }

    /// A socket ended, closed with this code; 0 when the client went.
    pub fn socket_closed(&self, code: u16) {
        self.closed.get_or_create(&[("code", code.to_string())]).inc();
    }

    /// Everything, as Prometheus reads it.
    ///
    /// # Errors
    /// Never: it is written to memory.
    pub fn text(&self, levels: Levels) -> Result<String, fmt::Error> {
        let Levels { writes, sockets, listeners, active_people, place, statements } = levels;
        let counts = [writes, sockets, listeners, active_people].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        for (gauge, level) in self.levels.iter().zip(counts.into_iter().chain([place])) {
            gauge.set(level);
        }
        self.statements.inner().store(statements, Ordering::Relaxed);
        if let Some((processor, memory)) = process() {
            self.processor.inner().store(processor.as_secs_f64().to_bits(), Ordering::Relaxed);
            self.memory.set(memory);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// The processor time and the bytes of resident memory of this process (Linux, proc(5)); none elsewhere.
fn process() -> Option<(Duration, i64)> {
    /// Of the clock that processor time is counted in, and of a page of memory: both are fixed where Bedside runs.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses, which may hold spaces: user and system time are the fields 14 and 15.
    let ticks = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.map(|ticks| ticks.parse::<u32>().unwrap_or_default()).sum();
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"))?;
    Some((TICK * ticks, resident.parse::<i64>().ok()? * 1024))
}
