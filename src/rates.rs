//! How often anything may be asked of this node, by whom and from where.
//!
//! Each node counts for itself, in memory, so a limit holds per node: behind a balancer that spreads requests over
//! three nodes, somebody has at most three times the figure. What must hold for all nodes together is counted in the
//! database (the failed sign-ins, in `accounts`).

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter, clock::Clock as GovernorClock, middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};

use crate::{
    clock::Clock,
    config::Config,
    error::Error,
    ids::{ConversationId, UserId},
};

/// The networks of one client: an IPv4 address, or the /64 of an IPv6 address, of which a client has all (RFC 6177).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
            address @ IpAddr::V4(_) => Self(address),
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Where somebody stands with a limit, as draft-ietf-httpapi-ratelimit-headers-11 names the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The name of the limit.
    pub policy: &'static str,
    /// How many at once (`q`).
    pub limit: u32,
    /// How long it takes to get all of them back (`w`).
    pub window: Duration,
    /// How many are left now (`r`).
    pub remaining: u32,
    /// How long until all are back (`t`).
    pub reset_after: Duration,
}

/// Too many.
#[derive(Clone, Copy, Debug)]
pub struct Refused {
    /// Where they stand.
    pub figures: Figures,
    /// When one more will be let through.
    pub retry_after: Duration,
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::RateLimited(refused.retry_after)
    }
}

impl GovernorClock for Clock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.running()
    }
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, Clock, StateInformationMiddleware>;

/// One limit, counted for each key.
struct Rate<K: Hash + Eq + Clone> {
    policy: &'static str,
    quota: Quota,
    limiter: Limiter<K>,
    clock: Clock,
    /// With so many keys, those that have everything back are forgotten.
    tidy_at: AtomicUsize,
}

/// Fewer keys than this are not worth tidying.
const FEW: usize = 10_000;

impl<K: Hash + Eq + Clone> Rate<K> {
    fn new(policy: &'static str, quota: Quota, clock: &Clock) -> Self {
        Self {
            policy,
            quota,
            limiter: RateLimiter::new(quota, DashMapStateStore::default(), clock.clone()),
            clock: clock.clone(),
            tidy_at: AtomicUsize::new(FEW),
        }
    }

    fn count(&self, key: &K) -> Result<Figures, Refused> {
        self.tidy();
        match self.limiter.check_key(key) {
            Ok(state) => Ok(self.figures(state.remaining_burst_capacity())),
            Err(refusal) => {
                Err(Refused { figures: self.figures(0), retry_after: refusal.wait_time_from(self.clock.running()) })
            }
        }
    }

    fn figures(&self, remaining: u32) -> Figures {
        let limit = self.quota.burst_size().get();
        Figures {
            policy: self.policy,
            limit,
            window: self.quota.burst_size_replenished_in(),
            remaining,
            reset_after: self.quota.replenish_interval() * (limit - remaining),
        }
    }

    /// Keeps memory to those who asked lately. Waits until there are twice as many as were left, so that a flood from
    /// ever new addresses does not pay for it each time.
    fn tidy(&self) {
        if self.limiter.len() > self.tidy_at.load(Ordering::Relaxed) {
            self.limiter.retain_recent();
            self.tidy_at.store(FEW.max(self.limiter.len() * 2), Ordering::Relaxed);
        }
    }
}

/// All limits of one node.
pub struct Rates {
    users: Rate<UserId>,
    addresses: Rate<Network>,
    sockets: Rate<Network>,
    registrations: Rate<Network>,
    resets: Rate<Network>,
    sends: Rate<(UserId, ConversationId)>,
    searches: Rate<UserId>,
}

impl Rates {
    /// The limits of a configuration.
    pub fn new(config: &Config, clock: &Clock) -> Self {
        let limits = &config.limits;
        let sends = Quota::per_minute(limits.sends_per_conversation);
        let at_once = NonZeroU32::new(limits.sends_per_conversation.get() / 4).unwrap_or(NonZeroU32::MIN);
        Self {
            users: Rate::new("user", Quota::per_minute(limits.requests_per_user), clock),
            addresses: Rate::new("address", Quota::per_minute(limits.requests_per_address), clock),
            sockets: Rate::new("sockets", Quota::per_minute(limits.sockets_per_address), clock),
            registrations: Rate::new("registrations", Quota::per_hour(config.auth.registrations_per_hour), clock),
            resets: Rate::new("resets", Quota::per_hour(config.mail.resets_per_hour), clock),
            sends: Rate::new("sends", sends.allow_burst(at_once), clock),
            searches: Rate::new("searches", Quota::per_minute(limits.searches_per_user), clock),
        }
    }

    /// Counts an operation: for the account that asks, or else for the address it comes from.
    ///
    /// # Errors
    /// When there were too many.
    pub fn request(&self, user: Option<UserId>, address: IpAddr) -> Result<Figures, Refused> {
        match user {
            Some(user) => self.users.count(&user),
            None => self.addresses.count(&Network::of(address)),
        }
    }

    /// Counts a download as an operation of the account.
    ///
    /// # Errors
    /// When there were too many.
    pub fn download(&self, user: UserId) -> Result<Figures, Refused> {
        self.users.count(&user)
    }

    /// Counts a socket that is being opened. Each can introduce itself once, so this counts introductions as well.
    ///
    /// # Errors
    /// When there were too many.
    pub fn socket(&self, address: IpAddr) -> Result<Figures, Refused> {
        self.sockets.count(&Network::of(address))
    }

    /// Counts a registration.
    ///
    /// # Errors
    /// When there were too many.
    pub fn registration(&self, address: IpAddr) -> Result<Figures, Refused> {
        self.registrations.count(&Network::of(address))
    }

    /// Counts a request for a new password, or the use of a mailed link.
    ///
    /// # Errors
    /// When there were too many.
    pub fn reset(&self, address: IpAddr) -> Result<Figures, Refused> {
        self.resets.count(&Network::of(address))
    }

    /// Counts a message of one person in one conversation.
    ///
    /// # Errors
    /// When there were too many.
    pub fn send(&self, user: UserId, conversation: ConversationId) -> Result<Figures, Refused> {
        self.sends.count(&(user, conversation))
    }

    /// Counts a search for messages.
    ///
    /// # Errors
    /// When there were too many.
    pub fn search(&self, user: UserId) -> Result<Figures, Refused> {
        self.searches.count(&user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::seconds;

    #[test]
    fn ipv6_counts_by_its_64_and_ipv4_in_ipv6_is_ipv4() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn figures_count_down_and_come_back_with_time() {
        let clock = Clock::default();
        let quota = Quota::per_minute(NonZeroU32::new(6).unwrap());
        let rate = Rate::new("test", quota, &clock);
        for left in (0..6).rev() {
            let figures = rate.count(&"ada").unwrap();
            assert_eq!((figures.limit, figures.window.as_secs(), figures.remaining), (6, 60, left));
            assert_eq!(figures.reset_after.as_secs(), 60 - u64::from(left) * 10);
        }
        let refused = rate.count(&"ada").unwrap_err();
        assert_eq!((refused.figures.remaining, seconds(refused.retry_after)), (0, 10));
        assert_eq!(rate.count(&"pat").unwrap().remaining, 5);
        clock.advance(Duration::from_secs(10));
        assert!(rate.count(&"ada").is_ok() && rate.count(&"ada").is_err());
    }

    #[test]
    fn those_who_have_everything_back_are_forgotten() {
        let clock = Clock::default();
        let rate = Rate::new("test", Quota::per_minute(NonZeroU32::MIN), &clock);
        for key in 0..=FEW {
            rate.count(&key).unwrap();
        }
        clock.advance(Duration::from_secs(121));
        rate.count(&0).unwrap();
        assert_eq!(rate.limiter.len(), 1);
    }
}
