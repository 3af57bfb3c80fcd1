//! Nothing acknowledged is lost: a server is killed with SIGKILL again and again while many send and some listen, and
//! in the end everything is compared with what the clients were told.
//!
//! `BEDSIDE_CRASH_KILLS=1000` kills more often than the usual 20 times, `BEDSIDE_CRASH_SEED` repeats the moments of
//! an earlier run (as closely as a machine can). Runs on SQLite, or on PostgreSQL when `BEDSIDE_TEST_POSTGRES_URL` is
//! set.
//!
//! SIGKILL ends the process, not the machine: what the operating system was given survives it. That a commit is on the
//! disk is for a test that cuts the power.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "the figures are what one runs it for")]

mod audit;
mod clients;
#[path = "../process/mod.rs"]
mod process;
mod world;

use std::time::{Duration, Instant};

use process::Process;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use clients::{Gate, Heard, Sent};
use world::World;

/// How many send at once.
const SENDERS: usize = 32;
/// The most acknowledgements between two kills.
const BETWEEN: u64 = 300;
/// How many microseconds a write takes at most, more or less.
const STAGES: u64 = 20_000;
/// Much longer than any number of acknowledgements between two kills takes.
const LIMIT: Duration = Duration::from_secs(60);

fn setting(name: &str) -> Option<u64> {
    Some(std::env::var(name).ok()?.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_however_often_the_server_is_killed() {
    let kills = setting("BEDSIDE_CRASH_KILLS").unwrap_or(20);
    let seed = setting("BEDSIDE_CRASH_SEED").unwrap_or_else(rand::random);
    println!("BEDSIDE_CRASH_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let world = World::make().await;
    let began = Instant::now();

    let (mut server, address) = world.serve("127.0.0.1:0").await;
    let gate = Gate::open(std::slice::from_ref(&address), usize::MAX);
    let first = clients::cursor(&gate, &world.listeners[0]).await;
    let listening: Vec<_> = world
        .listeners
        .iter()
        .map(|who| tokio::spawn(clients::listen(gate.clone(), who.clone(), first.clone())))
        .collect();
    let sending: Vec<_> =
        world.senders.iter().map(|who| tokio::spawn(clients::send_until_stopped(gate.clone(), who.clone()))).collect();
    for kill in 0..kills {
        let moment = gate.acknowledged() + random.random_range(0..=BETWEEN);
        let reached = tokio::time::timeout(LIMIT, gate.acknowledgements(moment)).await;
        reached.unwrap_or_else(|_| panic!("no more acknowledgements after {kill} kills, at {}", gate.acknowledged()));
        // At once, to catch what was acknowledged too early; or a little later, for the other stages of a write.
        let stage = if random.random() { 0 } else { random.random_range(0..STAGES) };
        let (reached, stage) = (Instant::now(), Duration::from_micros(stage));
        while reached.elapsed() < stage {
            tokio::task::yield_now().await;
        }
        gate.close();
        server.kill();
        (server, _) = world.serve(&address).await;
        gate.reopen();
    }
    gate.stop_sending();
    let mut sent = Vec::new();
    for task in sending {
        sent.extend(task.await.unwrap());
    }
    sent.push(clients::send_the_last(&gate, &world.senders[0], &world.everywhere).await);
    let mut heard = Vec::new();
    for task in listening {
        heard.push(
            tokio::time::timeout(LIMIT, task).await.expect("a subscriber did not hear the last message").unwrap(),
        );
    }
    finish(server).await;

    let events = audit::check(&world, &sent, &heard).await;
    report(kills, &gate, &sent, &heard, events, began.elapsed());
    // With the head locked no write gives way to another. A few may find no connection while PostgreSQL still keeps
    // those of a killed server.
    assert!(gate.busy() <= kills, "{} requests were refused as busy", gate.busy());
    world.remove().await;
}

async fn finish(server: Process) {
    server.terminate();
    let (status, said) = server.end().await;
    assert_eq!(status.code(), Some(0), "{said}");
}

fn report(kills: u64, gate: &Gate, sent: &[Sent], heard: &[Heard], events: i64, took: Duration) {
    let seen: usize = heard.iter().map(|heard| heard.messages.len()).sum();
    let resumed: usize = heard.iter().map(|heard| heard.connections - 1).sum();
    println!(
        "{kills} kills in {:.1} s: {} messages acknowledged ({} sent again after an error, {} of them stored already, {} refused as busy), \
         {events} events, {seen} seen by {} subscribers that resumed {resumed} times; 0 lost, 0 doubled, 0 out of order",
        took.as_secs_f64(),
        sent.len(),
        gate.retries(),
        sent.iter().filter(|sent| sent.replayed).count(),
        gate.busy(),
        heard.len(),
    );
}
