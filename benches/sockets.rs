//! What an idle, subscribed socket costs the server in memory, and how long it takes to let many in.
//!
//! `cargo bench --bench sockets -- 1000 10000` starts the built program on an empty SQLite database for each number,
//! opens that many sockets (ten for each signed-in patient, each subscribed to `events` with the document of
//! `examples/operations/events.graphql`), and reads the resident memory of the server before and after. The clients
//! are in this process and do not count. Needs two file descriptors a socket (`ulimit -n`).

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints, and stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "what is measured is a server left alone for a while")]

#[expect(unused, reason = "another measurement needs the rest")]
mod served;

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt, stream};
use serde_json::json;
use served::{Server, people};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const EVENTS: &str = include_str!("../examples/operations/events.graphql");
/// As `limits.sockets_per_user` allows.
const SOCKETS_EACH: usize = 10;
/// How many are opened at once.
const AT_ONCE: usize = 64;

#[tokio::main]
async fn main() {
    // Cargo adds `--bench`.
    let counts: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let counts = if counts.is_empty() { vec![1_000, 10_000] } else { counts };
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    for count in counts {
        measure(count).await;
    }
}

async fn measure(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let (settings, tokens) = people(folder.path(), count.div_ceil(SOCKETS_EACH)).await;
    let unlimited = [("BEDSIDE_CONNECTIONS_PER_ADDRESS", "0"), ("BEDSIDE_SOCKETS_PER_ADDRESS", "1000000000")];
    let server = Server::start(folder.path(), &settings, &unlimited);
    // What is made once, whatever the number, is not counted: connections to the database, and what is remembered.
    let some = |numbers: Range<usize>| {
        let opening = numbers.map(|number| open(&server.address, &tokens[number / SOCKETS_EACH]));
        stream::iter(opening).buffer_unordered(AT_ONCE).collect::<Vec<_>>()
    };
    let first = some(0..AT_ONCE).await;
    let before = server.memory();
    let began = Instant::now();
    let sockets = some(AT_ONCE..count).await;
    let took = began.elapsed();
    let at_once = server.memory();
    // Long enough for a ping and its answer, and for what the start took to be given back.
    tokio::time::sleep(Duration::from_secs(25)).await;
    let after = server.memory();
    let each = |now: u64| (now - before) as f64 / (count - AT_ONCE) as f64;
    println!(
        "{count} sockets: opened and subscribed in {:.1} s ({:.0} a second); {before} KiB before, {after} KiB after: \
         {:.1} KiB each ({:.1} right after the last was opened)",
        took.as_secs_f64(),
        count as f64 / took.as_secs_f64(),
        each(after),
        each(at_once),
    );
    drop((first, sockets));
}

/// A socket that is signed in and subscribed, and keeps answering pings.
async fn open(address: &str, token: &str) -> tokio::task::JoinHandle<()> {
    let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = client_async(request, TcpStream::connect(address).await.unwrap()).await.unwrap();
    say(&mut socket, json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } }))
        .await;
    let told = socket.next().await.unwrap().unwrap();
    assert!(told.to_text().unwrap().contains("connection_ack"), "{told}");
    say(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": EVENTS } })).await;
    let told = socket.next().await.unwrap().unwrap();
    assert!(told.to_text().unwrap().contains("Ready"), "{told}");
    tokio::spawn(async move { while socket.next().await.is_some_and(|message| message.is_ok()) {} })
}

async fn say(socket: &mut WebSocketStream<TcpStream>, message: serde_json::Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}
