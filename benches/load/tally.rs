//! What happened: how many, how long, and what was refused.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

/// What the senders and listeners of one run count together. Times are nanoseconds since it began.
pub struct Tally {
    began: Instant,
    /// What begins earlier is not measured.
    measured_from: AtomicU64,
    is_over: AtomicBool,
    next: AtomicU64,
    counts: Mutex<Counts>,
}

/// What was counted.
pub struct Counts {
    /// From when a message was to be sent to when its sender had the answer, in microseconds.
    pub acknowledge: Histogram<u64>,
    /// From when a message was to be sent to when a listener had it, in microseconds; one for each listener.
    pub receive: Histogram<u64>,
    /// The messages of each conversation that were acknowledged, measured or not.
    pub acknowledged: HashMap<u32, Vec<u64>>,
    /// How many there are.
    pub all_acknowledged: u64,
    /// How many messages reached a listener, measured or not.
    pub heard: u64,
    /// What went wrong, by code.
    pub errors: BTreeMap<String, u64>,
}

impl Tally {
    /// Nothing has happened yet.
    pub fn new() -> Self {
        let times = || Histogram::new(3).unwrap();
        Self {
            began: Instant::now(),
            measured_from: AtomicU64::new(u64::MAX),
            is_over: AtomicBool::new(false),
            next: AtomicU64::new(0),
            counts: Mutex::new(Counts {
                acknowledge: times(),
                receive: times(),
                acknowledged: HashMap::new(),
                all_acknowledged: 0,
                heard: 0,
                errors: BTreeMap::new(),
            }),
        }
    }

    /// The time since the beginning.
    pub fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap()
    }

    /// A moment as time since the beginning.
    pub fn at(&self, moment: Instant) -> u64 {
        u64::try_from(moment.duration_since(self.began).as_nanos()).unwrap()
    }

    /// What begins from now on is measured.
    pub fn measure(&self) {
        self.measured_from.store(self.now(), Ordering::Relaxed);
    }

    /// Nothing more is to be sent.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// The number of the next message.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A message that was to be sent at `began` was acknowledged now.
    pub fn acknowledged(&self, number: u64, conversation: u32, began: u64) {
        let took = self.measured_since(began);
        let mut counts = self.counts();
        counts.acknowledged.entry(conversation).or_default().push(number);
        counts.all_acknowledged += 1;
        if let Some(took) = took {
            counts.acknowledge.record(took).unwrap();
        }
    }

    /// A message that was to be sent at `began` reached a listener now.
    pub fn heard(&self, began: u64) {
        let took = self.measured_since(began);
        let mut counts = self.counts();
        counts.heard += 1;
        if let Some(took) = took {
            counts.receive.record(took).unwrap();
        }
    }

    /// Something went wrong.
    pub fn failed(&self, code: &str) {
        *self.counts().errors.entry(code.to_owned()).or_default() += 1;
    }

    pub fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap()
    }

    /// How many messages were acknowledged so far, and how many reached a listener.
    pub fn totals(&self) -> (u64, u64) {
        let counts = self.counts();
        (counts.all_acknowledged, counts.heard)
    }

    /// The microseconds since `began`, if that is measured.
    fn measured_since(&self, began: u64) -> Option<u64> {
        let is_measured = began >= self.measured_from.load(Ordering::Relaxed);
        is_measured.then(|| (self.now() - began) / 1_000)
    }
}

/// A time of a histogram for a table, in milliseconds.
pub fn milliseconds(micros: u64) -> String {
    format!("{:.1} ms", Duration::from_micros(micros).as_secs_f64() * 1e3)
}
