//! What an idle, subscribed socket costs the server in memory, and how long it takes to let many in.
//!
//! `cargo bench --bench sockets -- 1000 10000` starts the built program on an empty SQLite database for each number,
//! opens that many sockets (ten for each signed-in patient, each subscribed to `events` with the document of
//! `examples/operations/events.graphql`), and reads the resident memory of the server before and after. The clients
//! are in this process and do not count. Needs two file descriptors a socket (`ulimit -n`).

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement prints, and stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "what is measured is a server left alone for a while")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use bedside::{
    App,
    accounts::{
        service::{self as accounts, NewAccount},
        tokens::Tokens,
    },
    clock::Clock,
    config::{Config, Secret},
    database::Database,
    entity::user::{Language, Role},
    keys::RootSecret,
};
use futures_util::{SinkExt, StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

const EVENTS: &str = include_str!("../examples/operations/events.graphql");
/// As `limits.sockets_per_user` allows.
const SOCKETS_EACH: usize = 10;
const DAY: Duration = Duration::from_secs(24 * 3600);

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
    let (root, signing) = (RootSecret::generate(), Tokens::generate_signing_key().unwrap());
    let tokens = people(folder.path(), &root, &signing, count.div_ceil(SOCKETS_EACH)).await;
    let server = Server::start(folder.path(), &root, &signing);
    // What is made once, whatever the number, is not counted.
    let first = open(&server.address, &tokens[0]).await;
    let before = server.memory();
    let began = Instant::now();
    let sockets: Vec<_> = stream::iter((1..count).map(|number| open(&server.address, &tokens[number / SOCKETS_EACH])))
        .buffer_unordered(64)
        .collect()
        .await;
    let took = began.elapsed();
    let at_once = server.memory();
    // Long enough for a ping and its answer, and for what the start took to be given back.
    tokio::time::sleep(Duration::from_secs(25)).await;
    let after = server.memory();
    let each = |now: u64| (now - before) as f64 / (count - 1) as f64;
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

/// Makes patients; answers a token of each.
async fn people(folder: &Path, root: &str, signing: &str, count: usize) -> Vec<String> {
    let mut config = Config::defaults().unwrap();
    config.data_dir = folder.join("data");
    config.auth.access_token = DAY;
    config.auth.root_secret = Some(Secret::from(root.to_owned()));
    config.auth.signing_key = Some(Secret::from(signing.to_owned()));
    std::fs::create_dir(&config.data_dir).unwrap();
    let database = Database::connect(&config.database_url()).await.unwrap();
    database.migrate().await.unwrap();
    let listen = config.server.listen;
    let app = App::start(config, Clock::default(), database, listen).await.unwrap();
    let tokens = stream::iter((0..count).map(Ok)).map_ok(|number| patient(&app, number)).try_buffered(4);
    let tokens = tokens.try_collect().await.unwrap();
    app.shut_down().await;
    app.database.clone().close().await;
    tokens
}

async fn patient(app: &App, number: usize) -> bedside::error::Result<String> {
    let new = NewAccount {
        username: format!("patient{number}"),
        email: format!("patient{number}@clinic.example"),
        full_name: format!("Patient {number}"),
        password: "correct horse battery staple".into(),
        role: Role::Patient,
        title: None,
        specialization: None,
        institution: None,
        language: Language::default(),
        time_zone: None,
    };
    let user = accounts::create(app, new, false).await?;
    Ok(accounts::start_session(app, user, "load").await?.access_token)
}

/// A running server, killed when it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path, root: &str, signing: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bedside"));
        command.arg("serve").current_dir(folder).env_remove("DATABASE_URL").env_remove("RUST_LOG");
        command.envs([
            ("BEDSIDE_ROOT_SECRET", root),
            ("BEDSIDE_SIGNING_KEY", signing),
            ("BEDSIDE_LISTEN", "127.0.0.1:0"),
            ("BEDSIDE_CONNECTIONS_PER_ADDRESS", "0"),
        ]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("listening")).unwrap();
        let from = line.find("127.0.0.1:").unwrap();
        let address = line[from..].chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
        // Nobody may wait for what it says.
        std::thread::spawn(move || lines.for_each(|line| println!("{line}")));
        Self { child, address }
    }

    /// Resident memory in KiB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
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
