//! The time, as every row and every answer of the API states it.
//!
//! The rest of the crate asks [`Clock::now`] and never the system, so a test can move time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::DeriveValueType;

/// A moment in UTC, to the millisecond; stored as whole milliseconds since 1970-01-01.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType, serde::Serialize, serde::Deserialize,
)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after 1970-01-01 UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01 UTC, as tokens state times (RFC 7519, NumericDate).
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment moved later by `by`.
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(by)))
    }

    /// This moment moved earlier by `by`, not before 1970.
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(millis_of(by)).max(0))
    }

    /// How long after `earlier` this is; zero when it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }

    /// RFC 3339 with milliseconds, in UTC.
    pub fn rfc3339(self) -> String {
        DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

/// The pause after a first failure to reach somebody outside; each is twice the one before, up to an hour.
pub const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// How long to wait after one more failure, when there were `failures` before it.
pub fn back_off(failures: i64) -> Duration {
    let doublings = u32::try_from(failures).unwrap_or(u32::MAX).min(10);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

fn millis_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Whole seconds to wait, at least one.
pub fn seconds(duration: Duration) -> u64 {
    duration.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
}

/// A moment as text by RFC 3339, always in UTC with milliseconds: `2026-01-31T09:30:00.000Z`.
#[Scalar(name = "DateTime", specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html")]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let parsed = DateTime::parse_from_rfc3339(text)
            .map_err(|_| InputValueError::custom("Give a time like 2026-01-31T09:30:00Z."))?;
        Ok(Self(parsed.timestamp_millis()))
    }

    fn to_value(&self) -> Value {
        Value::String(self.rfc3339())
    }
}

/// The clock of one server. Clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    made: Instant,
    ahead_millis: Arc<AtomicI64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self { made: Instant::now(), ahead_millis: Arc::default() }
    }
}

impl Clock {
    /// A clock that says `start` now, and goes on from there.
    pub fn starting_at(start: Timestamp) -> Self {
        let ahead = start.0 - Self::default().now().0;
        Self { ahead_millis: Arc::new(AtomicI64::new(ahead)), ..Self::default() }
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    pub fn now(&self) -> Timestamp {
        Timestamp(Utc::now().timestamp_millis() + self.ahead_millis.load(Ordering::Relaxed))
    }

    /// How long this clock runs: time that never goes back, whatever the system's own clock is set to.
    pub fn running(&self) -> Duration {
        let moved = u64::try_from(self.ahead_millis.load(Ordering::Relaxed)).unwrap_or(0);
        self.made.elapsed() + Duration::from_millis(moved)
    }

    /// Moves this clock forward, for tests of windows and expiry, and for history that is made up.
    pub fn advance(&self, by: Duration) {
        self.ahead_millis.fetch_add(millis_of(by), Ordering::Relaxed);
    }
}
