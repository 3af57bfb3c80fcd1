//! How many accounts may be registered from one network address.

use std::{net::IpAddr, num::NonZeroU32, time::Duration};

use governor::{
    DefaultKeyedRateLimiter, Quota,
    clock::{Clock, DefaultClock},
};

use crate::error::{Error, Result};

/// Counts registrations by network address, on this node.
pub struct Registrations(DefaultKeyedRateLimiter<IpAddr>);

impl Registrations {
    /// At most `per_hour` in an hour, at once or spread.
    pub fn new(per_hour: u32) -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_hour(NonZeroU32::new(per_hour).unwrap_or(NonZeroU32::MIN))))
    }

    /// Counts one from `address`.
    ///
    /// # Errors
    /// RATE_LIMITED, with the time to wait.
    pub fn check(&self, address: IpAddr) -> Result<()> {
        if self.0.len() > 10_000 {
            self.0.retain_recent();
        }
        self.0.check_key(&address).map_err(|refusal| {
            Error::RateLimited(refusal.wait_time_from(DefaultClock::default().now()).max(Duration::from_secs(1)))
        })
    }
}
