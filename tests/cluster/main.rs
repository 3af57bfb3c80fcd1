//! Several nodes on one PostgreSQL and one NATS, as processes of their own: what they are to each other, and what is left
//! of it when something breaks. Whatever happens, the oracle of the crash test must agree: each acknowledged message is
//! there once, and each subscriber heard each of theirs once and in order.
//!
//! Needs PostgreSQL and NATS on this machine; runs where `BEDSIDE_TEST_POSTGRES_URL` and `BEDSIDE_TEST_NATS_URL` are set,
//! and says otherwise that it did not. What breaks is an engine that a test started for itself.
//! `BEDSIDE_FAULTS_LONG=1` lets each fault last as long as docs/RELIABILITY.md says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures, and what was not run, are said")]

#[path = "../crash/audit.rs"]
mod audit;
#[path = "../crash/clients.rs"]
#[expect(dead_code, reason = "the crash test uses the rest")]
mod clients;
mod client;
mod engines;
mod faults;
mod load;
#[path = "../process/mod.rs"]
mod process;
mod proxy;
mod sqlite;
mod stories;
#[path = "../crash/world.rs"]
#[expect(dead_code, reason = "the crash test uses the rest")]
mod world;

use tokio::sync::{Mutex, MutexGuard};

/// How many send at once.
const SENDERS: usize = 12;

/// The turn of a test: two at once would take each other's time. None, and said so, where the services are not there.
async fn turn(test: &str) -> Option<MutexGuard<'static, ()>> {
    static TURN: Mutex<()> = Mutex::const_new(());
    for name in ["BEDSIDE_TEST_POSTGRES_URL", "BEDSIDE_TEST_NATS_URL"] {
        if std::env::var_os(name).is_none() {
            println!("{test}: not run, for {name} is not set");
            return None;
        }
    }
    Some(TURN.lock().await)
}

/// Whether faults last as long as they are promised to be borne, and not only as long as a usual run has time for.
fn is_long() -> bool {
    std::env::var_os("BEDSIDE_FAULTS_LONG").is_some()
}
