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
    pushes: Family<Labels<1>, Counter>,
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

/// How the sending of a mail or a push ended.
#[derive(Clone, Copy, Debug)]
pub enum Posted {
    /// The mail server, or the push service, took it.
    Sent,
    /// It was not taken now, and is tried again.
    PutOff,
    /// It was refused for good.
    Refused,
}

impl Posted {
    fn label(self) -> Labels<1> {
        let outcome = match self {
            Self::Sent => "sent",
            Self::PutOff => "put_off",
            Self::Refused => "refused",
        };
        [("outcome", outcome.to_owned())]
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut make = Make(Registry::with_prefix("bedside"));
        Self {
            operations: make.put(
                "operation_seconds",
                "Time of an operation by kind and root field; of a subscription that to its end",
                Family::new_with_constructor(|| Histogram::new(TIMES)),
            ),
            errors: make.counts("errors", "Errors that clients were told, by code"),
            batches: make.sizes("journal_batch_writes", "Writes that went in with one commit"),
            commits: make.times("journal_commit_seconds", "Time from the begin of a transaction to its commit"),
            read: make.sizes("tail_batch_events", "Events read from the journal and handed out together"),
            lag: make
                .times("delivery_lag_seconds", "Time from numbering an event to handing it to this node's listeners"),
            delivered: make.count("deliveries", "Events that streams passed on"),
            unloaded: make.count("delivery_failures", "Times that events could not be read, or what they tell of"),
            slow: make.count(
                "slow_listeners",
                "Listeners let go because their queue was full; they read on from the journal",
            ),
            sent: make.count("messages_sent", "Messages that were stored"),
            files: make.counts("files", "Files by their way: uploaded or downloaded"),
            file_bytes: make.counts("file_bytes", "Bytes of files by their way"),
            mails: make.counts("mails", "Attempts to send a mail, by outcome: sent, put_off or refused"),
            pushes: make.counts("pushes", "Attempts to push to a browser, by outcome: sent, put_off or refused"),
            closed: make
                .counts("sockets_closed", "Sockets that ended, by the code they were closed with; 0 by the client"),
            levels: [
                make.level("journal_writes_waiting", "Writes that wait for the journal or are under way"),
                make.level("sockets", "Sockets that are open"),
                make.level("listeners", "Streams that hear what happens"),
                make.level("active_people", "People who were on this node since midnight UTC"),
                make.level("journal_place", "The place in the journal that everything was handed out up to"),
            ],
            statements: make.count("sql_statements", "Statements the database was sent"),
            processor: make.put("process_cpu_seconds", "Processor time, user and system", Counter::default()),
            memory: make.level("process_resident_memory_bytes", "Resident memory"),
            registry: make.0,
        }
    }
}

/// Makes metrics, each described.
struct Make(Registry);

impl Make {
    fn put<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register(name, help, metric.clone());
        metric
    }

    fn count(&mut self, name: &str, help: &str) -> Counter {
        self.put(name, help, Counter::default())
    }

    fn counts(&mut self, name: &str, help: &str) -> Family<Labels<1>, Counter> {
        self.put(name, help, Family::default())
    }

    fn level(&mut self, name: &str, help: &str) -> Gauge {
        self.put(name, help, Gauge::default())
    }

    fn times(&mut self, name: &str, help: &str) -> Histogram {
        self.put(name, help, Histogram::new(TIMES))
    }

    fn sizes(&mut self, name: &str, help: &str) -> Histogram {
        self.put(name, help, Histogram::new(SIZES))
    }
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
        self.mails.get_or_create(&outcome.label()).inc();
    }

    /// A push was tried.
    pub fn push(&self, outcome: Posted) {
        self.pushes.get_or_create(&outcome.label()).inc();
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
