//! How long the list of conversations takes a clinician who has 2,000. Not a test: it prints, and is run by hand, with
//! and without `BEDSIDE_TEST_POSTGRES_URL`:
//!
//! `cargo test --release --test api -- --ignored --nocapture with_2_000_conversations`

use std::time::{Duration, Instant};

use bedside::{
    conversations::service as conversations,
    entity::{conversation::Purpose, user::Role},
    ids::UserId,
};
use futures_util::{StreamExt, stream};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, message, to};

const CONVERSATIONS: usize = 2_000;
const LIST: &str = "query($first: Int, $after: String, $filter: ConversationFilter) {
    conversations(first: $first, after: $after, filter: $filter) {
        nodes { id kind title state tags unreadCount viewerNotificationLevel viewerHasArchived
            partner { fullName presence { isOnline } }
            lastMessage { kind text createdAt sender { fullName } } }
        pageInfo { endCursor hasNextPage } } }";

/// The fastest and the middle of 100 tries.
async fn measured(who: &Actor, variables: &Value) -> (Duration, Duration) {
    let mut times = Vec::new();
    for _ in 0..100 {
        let start = Instant::now();
        who.run(LIST, variables.clone()).await;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    (times[0], times[times.len() / 2])
}

#[tokio::test]
#[ignore = "a measurement"]
async fn with_2_000_conversations() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let viewer = server.app.recognition.recognise(&ada.token).await.unwrap();
    let patients: Vec<_> = stream::iter(0..CONVERSATIONS)
        .map(|n| {
            let server = &server;
            async move { server.person(&format!("patient{n}"), Role::Patient).await }
        })
        .buffered(4)
        .collect()
        .await;
    for (n, patient) in patients.iter().enumerate() {
        let id = UserId::parse(&patient.id).unwrap();
        let opened = conversations::open_direct(&server.app, &viewer, id, Purpose::Consultation, None).await;
        let thread = opened.unwrap().0.id().public();
        let from = if n % 5 == 0 { patient } else { &ada };
        from.say(message(&to(thread.as_str()), "Thank you, until next week then.")).await;
    }
    if server.is_on_postgres() {
        server.app.database.reader().execute_unprepared("ANALYZE").await.unwrap();
    }
    let mut last = Value::Null;
    for _ in 0..CONVERSATIONS / 50 - 1 {
        last =
            ada.run(LIST, json!({ "first": 50, "after": last })).await["conversations"]["pageInfo"]["endCursor"].take();
    }
    eprintln!("{CONVERSATIONS} conversations, on {}", if server.is_on_postgres() { "PostgreSQL" } else { "SQLite" });
    for (what, variables) in [
        ("newest 20", json!({ "first": 20 })),
        ("newest 50", json!({ "first": 50 })),
        ("oldest 50, page 40", json!({ "first": 50, "after": last })),
        ("unread only, 50 of 400", json!({ "first": 50, "filter": { "unreadOnly": true } })),
        ("not put away, 50", json!({ "first": 50, "filter": { "archivedForMe": false } })),
        ("with one patient", json!({ "first": 50, "filter": { "participantId": patients[7].id } })),
        ("a tag nobody uses", json!({ "first": 50, "filter": { "tag": "asthma" } })),
    ] {
        let (fastest, middle) = measured(&ada, &variables).await;
        eprintln!("| {what} | {:.1} ms | {:.1} ms |", fastest.as_secs_f64() * 1e3, middle.as_secs_f64() * 1e3);
    }
}
