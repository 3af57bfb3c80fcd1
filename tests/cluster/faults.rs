//! What breaks while everybody is at work.

use std::time::Duration;

use serde_json::json;

use crate::{
    client::At,
    is_long,
    load::{Clinic, Load, SOME},
    proxy::Line,
    turn,
};

/// What a node answers without its database, once it has seen somebody's token.
const WHO: &str = "{ __typename }";

/// How often something is broken again.
fn times(usual: usize, long: usize) -> usize {
    if is_long() { long } else { usual }
}

/// A fault lasts this long.
#[expect(clippy::disallowed_methods, reason = "how long it lasts is what makes it the fault")]
async fn lasts(usual: u64, long: u64) {
    tokio::time::sleep(Duration::from_secs(if is_long() { long } else { usual })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_is_killed() {
    let Some(_turn) = turn("a node is killed").await else { return };
    let mut clinic = Clinic::open(3, &[]).await;
    let load = Load::begin(&clinic.world, &clinic.nodes).await;
    for kill in 0..times(3, 60) {
        clinic.nodes[kill % 3].process.kill();
        load.goes_on(SOME).await;
        clinic.start_again(kill % 3).await;
        load.goes_on(SOME).await;
    }
    load.end(&clinic.world, "a node is killed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nodes_are_restarted_one_after_the_other() {
    let Some(_turn) = turn("the nodes are restarted").await else { return };
    let mut clinic = Clinic::open(3, &[]).await;
    let load = Load::begin(&clinic.world, &clinic.nodes).await;
    for which in (0..3).cycle().take(times(3, 30)) {
        let node = &mut clinic.nodes[which];
        node.process.terminate();
        node.process.line_with("\"stopped\"").await;
        clinic.start_again(which).await;
        load.goes_on(SOME).await;
    }
    assert_eq!(load.gate.busy(), 0, "a restart costs a new connection and no error");
    load.end(&clinic.world, "rolling restart").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nats_is_killed_hangs_and_flaps() {
    let Some(_turn) = turn("NATS is killed, hangs and flaps").await else { return };
    let mut clinic = Clinic::open(3, &[]).await;
    let load = Load::begin(&clinic.world, &clinic.nodes).await;
    clinic.nats.kill();
    clinic.nodes[0].process.line_with("NATS is away").await;
    load.goes_on(SOME).await;
    clinic.nats.start_again();
    clinic.nodes[0].process.line_with("NATS is connected").await;
    load.goes_on(SOME).await;
    clinic.nats.hang();
    load.goes_on(SOME).await;
    lasts(3, 60).await;
    load.goes_on(SOME).await;
    clinic.nats.go_on();
    for _ in 0..times(3, 50) {
        clinic.nats.kill();
        load.goes_on(SOME / 10).await;
        clinic.nats.start_again();
        load.goes_on(SOME / 10).await;
    }
    assert_eq!(load.gate.busy(), 0, "NATS concerns nobody who writes");
    load.end(&clinic.world, "NATS killed, hung, flapping").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_crashes_again_and_again() {
    let Some(_turn) = turn("PostgreSQL crashes").await else { return };
    let clinic = Clinic::open(3, &[]).await;
    let load = Load::begin(&clinic.world, &clinic.nodes).await;
    for _ in 0..times(3, 10) {
        clinic.postgres.crash();
        load.goes_on(SOME).await;
    }
    load.end(&clinic.world, "PostgreSQL restarted (immediate)").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_cannot_be_reached() {
    let Some(_turn) = turn("PostgreSQL cannot be reached").await else { return };
    let clinic = Clinic::open(3, &[]).await;
    let load = Load::begin_staying(&clinic.world, &clinic.nodes).await;
    let doctor = &clinic.world.senders[0];
    let doctors = || clinic.nodes.iter().map(|node| At { who: doctor, address: node.address() });
    for doctor in doctors() {
        doctor.ask(WHO, json!({})).await;
    }
    clinic.to_postgres.set(Line::Cut);
    load.is_refused().await;
    for doctor in doctors() {
        doctor.ask(WHO, json!({})).await;
        let refused = doctor.try_ask("{ conversations(first: 1) { nodes { id } } }", json!({})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{refused}");
        assert!(refused["errors"][0]["extensions"]["retryAfter"].is_number(), "{refused}");
    }
    lasts(4, 30).await;
    clinic.to_postgres.set(Line::Open);
    load.goes_on(SOME).await;
    let connections = load.end(&clinic.world, "PostgreSQL unreachable").await;
    assert_eq!(connections, clinic.world.listeners.len(), "every socket stayed open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_network_swallows_everything_or_is_slow() {
    let Some(_turn) = turn("the network is silent or slow").await else { return };
    let clinic = Clinic::open(3, &[]).await;
    let load = Load::begin(&clinic.world, &clinic.nodes).await;
    clinic.to_nats.set(Line::Silent);
    load.goes_on(SOME).await;
    clinic.to_postgres.set(Line::Slow(Duration::from_millis(20)));
    load.goes_on(SOME / 3).await;
    clinic.to_postgres.set(Line::Silent);
    lasts(4, 30).await;
    clinic.to_postgres.set(Line::Open);
    clinic.to_nats.set(Line::Open);
    load.goes_on(SOME).await;
    load.end(&clinic.world, "network silent, slow").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_jumps() {
    const FAKETIME: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    let Some(_turn) = turn("the clock jumps").await else { return };
    if !std::path::Path::new(FAKETIME).exists() {
        println!("the clock jumps: not run, for {FAKETIME} is not there (Debian: faketime)");
        return;
    }
    let time = tempfile::NamedTempFile::new().unwrap();
    let jump = |to: &str| std::fs::write(time.path(), to).unwrap();
    jump("+0");
    let settings = [
        ("LD_PRELOAD", FAKETIME),
        ("FAKETIME_TIMESTAMP_FILE", time.path().to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    let clinic = Clinic::open(2, &settings).await;
    let load = Load::begin(&clinic.world, &clinic.nodes).await;
    for to in ["+3h", "-3h", "+0", "-1d", "+20h", "+0"] {
        jump(to);
        load.goes_on(SOME / 3).await;
    }
    load.end(&clinic.world, "clock jumps").await;
}
