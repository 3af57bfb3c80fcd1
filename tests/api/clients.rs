//! The public audits, and the clients people use. They need Node, so they run when `BEDSIDE_TEST_CLIENTS` is set and
//! `npm ci` was run in `tests/clients`.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::support::TestServer;

/// A script of `tests/clients`. None when clients are not to be tested.
fn script_command(name: &str, arguments: &[&str]) -> Option<Command> {
    if std::env::var_os("BEDSIDE_TEST_CLIENTS").is_none() {
        eprintln!("skipped: set BEDSIDE_TEST_CLIENTS=1 after `npm ci` in tests/clients");
        return None;
    }
    let mut command = Command::new("node");
    command.arg(format!("{}/tests/clients/{name}", env!("CARGO_MANIFEST_DIR"))).args(arguments);
    Some(command)
}

/// Runs a script beside this server to its end.
async fn script(name: &str, arguments: Vec<String>) -> Option<Output> {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut command = script_command(name, &arguments)?;
    Some(tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap())
}

/// A script that goes on while the story does: each of its lines is JSON.
pub struct Beside {
    child: Child,
    lines: UnboundedReceiver<String>,
}

impl Beside {
    pub fn start(name: &str, arguments: &[&str]) -> Option<Self> {
        let mut command = script_command(name, arguments)?;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = unbounded_channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Some(Self { child, lines })
    }

    pub async fn says(&mut self) -> Value {
        let line = tokio::time::timeout(Duration::from_secs(60), self.lines.recv()).await;
        serde_json::from_str(&line.unwrap().unwrap()).unwrap()
    }

    pub fn tell(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn assert_passed(output: Option<Output>) {
    let Some(output) = output else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn every_audit_of_graphql_over_http_passes() {
    let server = TestServer::start().await;
    assert_passed(script("audit.mjs", vec![server.url("/graphql")]).await);
}

#[tokio::test]
async fn the_event_stream_client_queries_and_listens() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    server.settle().await;
    let start = pat.cursor().await;
    for text in ["one", "two"] {
        ada.send(&thread, text).await;
    }
    let Some(output) = script("events.mjs", vec![server.url("/graphql/stream"), pat.token.clone(), start]).await else {
        return;
    };
    let said: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(said, json!({ "viewer": pat.id, "seen": ["one", "two"] }));
}

#[tokio::test]
async fn the_websocket_client_goes_on_after_a_restart_and_with_a_new_token() {
    let mut server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    server.settle().await;
    let url = format!("ws://{}/graphql/ws", server.address);
    let Some(mut client) = Beside::start("socket.mjs", &[&url, &pat.token]) else { return };
    assert_eq!(client.says().await, json!({ "event": "Ready" }));
    for text in ["one", "two"] {
        ada.send(&thread, text).await;
        assert_eq!(client.says().await, json!({ "text": text }));
    }

    server.restart().await;
    ada.send(&thread, "three").await;
    assert_eq!(client.says().await, json!({ "closed": 1012 }));
    assert_eq!(client.says().await, json!({ "text": "three" }), "the client comes back by itself and misses nothing");

    server.clock.advance(Duration::from_secs(400));
    let refresh = "mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken } } }";
    let fresh = pat.run(refresh, json!({ "t": pat.refresh_token })).await;
    client.tell(fresh["refreshSession"]["tokens"]["accessToken"].as_str().unwrap());
    assert_eq!(client.says().await, json!({ "renewed": true }));
    server.clock.advance(Duration::from_secs(400));
    let ada = server.signed_in_again(&ada).await;
    ada.send(&thread, "four").await;
    assert_eq!(client.says().await, json!({ "text": "four" }), "the first token is over, the socket goes on");
}

#[tokio::test]
async fn the_websocket_client_gives_up_with_a_token_that_is_refused() {
    let server = TestServer::start().await;
    let url = format!("ws://{}/graphql/ws", server.address);
    let Some(mut client) = Beside::start("socket.mjs", &[&url, "forged"]) else { return };
    for _ in 0..3 {
        assert_eq!(client.says().await, json!({ "closed": 4403 }));
    }
    assert_eq!(client.says().await, json!({ "failed": 4403 }), "after the two attempts it may make");
}
