//! Puts a server under load and tells what it did with it.
//!
//! `cargo load pairs` builds the server and this, optimised, starts the server on a new database on one core, and loads
//! it from another. Every delivery is checked: a message that was acknowledged and does not reach each of those who
//! listen, or reaches one twice, ends the run with an error. See `cargo load --help` and `docs/PERFORMANCE.md`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement stops at the first surprise")]
#![expect(clippy::print_stdout, reason = "a measurement prints")]
#![expect(clippy::disallowed_methods, reason = "what is measured takes place in real time")]

mod arguments;
mod clinic;
mod door;
mod ear;
mod floor;
mod ground;
mod group;
mod history;
mod idle;
mod pairs;
mod reconnect;
mod report;
#[path = "../served/mod.rs"]
#[expect(unused, reason = "another measurement needs the rest")]
mod served;
mod sending;
mod socket;
mod tally;

use arguments::{Arguments, Scenario};
use clap::Parser;
use served::machine;

fn main() {
    let arguments = Arguments::parse();
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let cores = machine::cores();
    let server_core = (!arguments.unpinned && cores.len() > 1).then(|| cores[0]);
    if server_core.is_some() {
        machine::keep_on(0, cores[1]);
    }
    // One thread: the generator has one core, and must not take the server's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        match &arguments.scenario {
            Scenario::Pairs(scenario) => pairs::run(&arguments, scenario, server_core).await,
            Scenario::Group(scenario) => group::run(&arguments, scenario, server_core).await,
            Scenario::History(scenario) => history::run(&arguments, scenario, server_core).await,
            Scenario::Idle(scenario) => idle::run(&arguments, scenario, server_core).await,
            Scenario::Reconnect(scenario) => reconnect::run(&arguments, scenario, server_core).await,
            Scenario::Clinic(scenario) => clinic::run(&arguments, scenario, server_core).await,
        }
    });
}
