//! How much is talked, for administrators.

use std::time::Duration;

use bedside::{clock::Timestamp, entity::user::Role};
use serde_json::{Value, json};

use crate::support::{Actor, Paper, TestServer};

const ASK: &str = "query($from: DateTime!, $to: DateTime!) { statistics(from: $from, to: $to) {
    activePeople messages files medianFirstAnswerSeconds } }";

fn span(from: Timestamp, to: Timestamp) -> Value {
    json!({ "from": from.rfc3339(), "to": to.rfc3339() })
}

async fn numbers(root: &Actor, from: Timestamp, to: Timestamp) -> Value {
    root.run(ASK, span(from, to)).await["statistics"].clone()
}

#[tokio::test]
async fn a_month_is_told_in_numbers_and_only_what_lies_in_it_counts() {
    let server = TestServer::start().await;
    let root = server.person("root", Role::Admin).await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let minutes = |count: u64| server.clock.advance(Duration::from_secs(60 * count));
    let begin = server.clock.now();
    ada.send(&thread, "How is the ankle?").await;
    minutes(1);
    pat.send(&thread, "Still swollen").await;
    minutes(2);
    pat.send(&thread, "And warm").await;
    minutes(3);
    ada.send_file(&thread, &Paper::note("Cool it.")).await;
    minutes(1);
    let middle = server.clock.now();
    pat.send(&thread, "Thank you").await;
    minutes(1);
    let end = server.clock.now();

    let whole = json!({ "activePeople": 2, "messages": 5, "files": 1, "medianFirstAnswerSeconds": 300 });
    assert_eq!(numbers(&root, begin, end).await, whole);
    let late = json!({ "activePeople": 1, "messages": 1, "files": 0, "medianFirstAnswerSeconds": null });
    assert_eq!(numbers(&root, middle, end).await, late);
    let nothing = json!({ "activePeople": 0, "messages": 0, "files": 0, "medianFirstAnswerSeconds": null });
    assert_eq!(numbers(&root, end, end.plus(Duration::from_secs(60))).await, nothing);
}

#[tokio::test]
async fn only_administrators_are_told_and_at_most_a_month() {
    let server = TestServer::start().await;
    let (root, ada) = (server.person("root", Role::Admin).await, server.doctor("ada").await);
    let now = server.clock.now();
    let month = Duration::from_secs(31 * 24 * 3600);
    assert_eq!(ada.code(ASK, span(now.minus(month), now)).await, "FORBIDDEN");
    assert_eq!(numbers(&root, now.minus(month), now).await["messages"], 0);
    for (from, to) in [(now, now), (now, now.minus(month)), (now.minus(month), now.plus(Duration::from_millis(1)))] {
        assert_eq!(root.code(ASK, span(from, to)).await, "BAD_USER_INPUT");
    }
}
