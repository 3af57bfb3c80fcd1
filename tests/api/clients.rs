//! The public audits, and the clients people use. They need Node, so they run when `BEDSIDE_TEST_CLIENTS` is set and
//! `npm ci` was run in `tests/clients`.

use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::support::TestServer;

/// Runs a script of `tests/clients` beside this server. None when clients are not to be tested.
async fn script(name: &str, arguments: Vec<String>) -> Option<Output> {
    if std::env::var_os("BEDSIDE_TEST_CLIENTS").is_none() {
        eprintln!("skipped: set BEDSIDE_TEST_CLIENTS=1 after `npm ci` in tests/clients");
        return None;
    }
    let file = format!("{}/tests/clients/{name}", env!("CARGO_MANIFEST_DIR"));
    Some(
        tokio::task::spawn_blocking(move || Command::new("node").arg(file).args(arguments).output().unwrap())
            .await
            .unwrap(),
    )
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
