//! What refusing costs the server, and what is left for others while it does.
//!
//! `cargo bench --bench hostile` starts the built program on an empty SQLite database. First it sends everything of
//! `tests/hostile` over and over, one kind at a time, and tells the processor time of the server for each refusal. Then
//! it runs an ordinary operation at a steady pace, alone and beside 200 hostile documents a second from somebody else,
//! and tells the processor time for each ordinary operation in both. Processor time is that of the server's process
//! (`/proc/PID/stat`), so what the bench itself and others do on the machine hardly counts.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints, and stops at the first surprise")]

#[path = "../tests/hostile/corpus.rs"]
mod corpus;
#[expect(unused, reason = "another measurement needs the rest")]
mod served;

use std::time::{Duration, Instant};

use reqwest::{Client, header};
use serde_json::json;
use served::{Server, people};
use tokio::time::{MissedTickBehavior, interval};

/// The history of a conversation is what clients ask for most; an empty one is the hardest to hide behind.
const ORDINARY: &str = include_str!("../examples/operations/conversation-list.graphql");
/// How long one kind is sent: many ticks of the clock that counts processor time, which are 10 ms.
const EACH: Duration = Duration::from_millis(400);
const ORDINARY_A_SECOND: u32 = 100;
const HOSTILE_A_SECOND: u32 = 200;
const STEADY: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let (settings, tokens) = people(folder.path(), 2).await;
    let unlimited = ("BEDSIDE_REQUESTS_PER_USER", "1000000000");
    let server = Server::start(folder.path(), &settings, &[unlimited]);
    let (ordinary, hostile) = (Door::new(&server, &tokens[0]), Door::new(&server, &tokens[1]));
    let bodies: Vec<(String, Vec<u8>)> = corpus::documents()
        .into_iter()
        .map(|(name, document)| {
            (name, json!({ "query": document, "variables": { "a": "x" } }).to_string().into_bytes())
        })
        .chain(corpus::messages().into_iter().map(|(name, bytes)| (format!("body {name}"), bytes)))
        .collect();
    let nothing = cost(&server, &ordinary, "an ordinary refusal", br#"{"query":"{ nothing }"}"#.to_vec()).await;
    println!("{:.3} ms  for a small document with an unknown field", nothing.1);
    let mut costs = Vec::new();
    for (name, body) in &bodies {
        costs.push(cost(&server, &hostile, name, body.clone()).await);
    }
    costs.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mean = costs.iter().map(|(_, each)| each).sum::<f64>() / costs.len() as f64;
    println!(
        "{} kinds of hostile requests: {mean:.3} ms of the server's processor time for each on average",
        costs.len()
    );
    for (name, each) in costs.iter().take(12) {
        println!("{each:.3} ms  {name}");
    }
    beside(&server, &ordinary, &hostile, &bodies).await;
}

/// One client: a connection that is kept, and a token.
struct Door {
    client: Client,
    url: String,
    token: String,
}

impl Door {
    fn new(server: &Server, token: &str) -> Self {
        Self { client: Client::new(), url: format!("http://{}/graphql", server.address), token: token.to_owned() }
    }

    async fn send(&self, body: Vec<u8>) {
        let request = self.client.post(&self.url).bearer_auth(&self.token);
        let response = request.header(header::CONTENT_TYPE, "application/json").body(body).send().await.unwrap();
        response.bytes().await.unwrap();
    }
}

/// The milliseconds of processor time for each request of a kind.
async fn cost(server: &Server, door: &Door, name: &str, body: Vec<u8>) -> (String, f64) {
    door.send(body.clone()).await;
    let (before, began, mut sent) = (server.processor_time(), Instant::now(), 0);
    while began.elapsed() < EACH {
        door.send(body.clone()).await;
        sent += 1;
    }
    let used = server.processor_time() - before;
    (name.to_owned(), used.as_secs_f64() * 1_000.0 / f64::from(sent))
}

/// Ordinary operations alone and beside hostile ones. What the hostile ones cost by themselves is measured too and
/// taken off.
async fn beside(server: &Server, ordinary: &Door, hostile: &Door, bodies: &[(String, Vec<u8>)]) {
    let ordinary_body = json!({ "query": ORDINARY }).to_string().into_bytes();
    let work = async || {
        at_pace(ORDINARY_A_SECOND, |_| ordinary.send(ordinary_body.clone())).await;
    };
    let attack = async || {
        at_pace(HOSTILE_A_SECOND, |n| hostile.send(bodies[n % bodies.len()].1.clone())).await;
    };
    for round in 1..=3 {
        let alone = measured(server, work()).await;
        let attacked = measured(server, attack()).await;
        let both = measured(server, async { tokio::join!(work(), attack()) }).await;
        let operations = f64::from(ORDINARY_A_SECOND) * STEADY.as_secs_f64();
        let each = |time: Duration| time.as_secs_f64() * 1_000.0 / operations;
        let (alone, under) = (each(alone), each(both.saturating_sub(attacked)));
        println!(
            "round {round}: an ordinary operation takes {alone:.3} ms alone and {under:.3} ms beside {HOSTILE_A_SECOND} \
             hostile a second ({:+.1} %); those take {:.1} % of a core",
            (under / alone - 1.0) * 100.0,
            attacked.as_secs_f64() / STEADY.as_secs_f64() * 100.0,
        );
    }
}

async fn measured<T>(server: &Server, work: impl Future<Output = T>) -> Duration {
    let before = server.processor_time();
    work.await;
    server.processor_time() - before
}

async fn at_pace<F: Future<Output = ()>>(a_second: u32, act: impl Fn(usize) -> F) {
    let mut ticks = interval(Duration::from_secs(1) / a_second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for n in 0..(STEADY.as_secs() as usize * a_second as usize) {
        ticks.tick().await;
        act(n).await;
    }
}
