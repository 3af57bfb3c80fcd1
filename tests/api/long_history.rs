//! What a page costs in a history of a thousand, a hundred thousand and a million messages, at its ends and in between.
//! Not a test: it prints, and is run by hand, with and without `BEDSIDE_TEST_POSTGRES_URL`:
//!
//! `cargo test --release --test api -- --ignored --nocapture with_1_000_000_messages`

use std::time::Duration;

use bedside::{
    access::Viewer,
    entity::{conversation, message},
    ids::ConversationId,
    journal::{Change, EventBody, Locks, NewEvent, Row, Seq, Tx, Write},
    timeline,
};
use sea_orm::{ActiveValue::Unchanged, ConnectionTrait};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, cpu};

/// How many go into one transaction.
const BATCH: i64 = 500;

/// Messages of one sender, each with its event, as sending makes them.
struct Many {
    viewer: Viewer,
    conversation: ConversationId,
    from: i64,
}

impl Write for Many {
    type Value = ();

    fn actor(&self) -> Option<bedside::ids::UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    async fn decide(&self, _: &Tx) -> bedside::error::Result<Change<()>> {
        let now = bedside::clock::Clock::default().now();
        let (mut rows, mut events) = (Vec::new(), Vec::new());
        for n in 0..BATCH {
            let ordinal = self.from + n + 1;
            let row = message::Model {
                seq: Seq::of(n),
                ordinal,
                sender_ordinal: ordinal,
                text: format!("Message {ordinal}: the pressure was 128 over 82 this morning."),
                ..timeline::blank(&self.viewer, self.conversation, now)
            };
            events.push(NewEvent::in_conversation(
                self.conversation,
                EventBody::MessageAdded { message: row.id, sender: row.sender_id, countable: true },
            ));
            rows.push(Row::insert(message::ActiveModel::from(row)));
        }
        rows.push(Row::update(conversation::ActiveModel {
            id: Unchanged(self.conversation),
            last_ordinal: sea_orm::Set(self.from + BATCH),
            last_message_seq: sea_orm::Set(Some(Seq::of(BATCH - 1))),
            activity_seq: sea_orm::Set(Seq::of(BATCH - 1)),
            ..Default::default()
        }));
        Ok(Change { rows, events, value: () })
    }
}

const PAGE: &str = "query($c: ID!, $first: Int, $last: Int, $a: String, $b: String, $f: MessageFilter) { conversation(id: $c) {
    messages(first: $first, last: $last, after: $a, before: $b, filter: $f) {
        nodes { id text kind createdAt sender { fullName } attachments { name } } pageInfo { startCursor endCursor } } } }";
const AROUND: &str = "query($c: ID!, $m: ID!) { conversation(id: $c) { messages(last: 50, around: $m) { nodes { id text kind createdAt sender { fullName } attachments { name } } } } }";

/// The CPU time of a page, client and server together; with PostgreSQL without its processes.
async fn measured(who: &Actor, query: &str, variables: &Value) -> Duration {
    const TRIES: u32 = 300;
    let before = cpu();
    for _ in 0..TRIES {
        let data = who.run(query, variables.clone()).await;
        assert!(data["conversation"]["messages"]["nodes"].as_array().unwrap().len() <= 50);
    }
    (cpu() - before) / TRIES
}

#[tokio::test]
#[ignore = "a measurement"]
async fn with_1_000_000_messages() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let viewer = Viewer::clone(&server.app.recognition.recognise(&ada.token).await.unwrap());
    let conversation = ConversationId::parse(&thread).unwrap();
    eprintln!("on {}", if server.is_on_postgres() { "PostgreSQL" } else { "SQLite" });
    let mut written = 0;
    for size in [1_000, 100_000, 1_000_000] {
        while written < size {
            let write = Many { viewer: viewer.clone(), conversation, from: written };
            assert!(server.app.journal.write(write).await.is_ok());
            written += BATCH;
        }
        if server.is_on_postgres() {
            server.app.database.reader().execute_unprepared("ANALYZE").await.unwrap();
        }
        let middle =
            pat.run(PAGE, json!({ "c": thread, "first": 100, "f": { "until": "2100-01-01T00:00:00Z" } })).await;
        let middle = middle["conversation"]["messages"].clone();
        for (what, query, variables) in [
            ("the newest 50", PAGE, json!({ "c": thread, "last": 50 })),
            ("the oldest 50", PAGE, json!({ "c": thread, "first": 50 })),
            ("50 after the hundredth", PAGE, json!({ "c": thread, "first": 50, "a": middle["pageInfo"]["endCursor"] })),
            ("50 around the fiftieth", AROUND, json!({ "c": thread, "m": middle["nodes"][49]["id"] })),
            ("the newest 50 urgent: none", PAGE, json!({ "c": thread, "last": 50, "f": { "isUrgent": true } })),
            (
                "the newest 50 prescriptions: none",
                PAGE,
                json!({ "c": thread, "last": 50, "f": { "kind": "PRESCRIPTION" } }),
            ),
            (
                "the newest 50 with files: none",
                PAGE,
                json!({ "c": thread, "last": 50, "f": { "hasAttachments": true } }),
            ),
            ("the newest 50 unread", PAGE, json!({ "c": thread, "last": 50, "f": { "isUnread": true } })),
        ] {
            let cpu = measured(&pat, query, &variables).await;
            eprintln!("| {size} | {what} | {:.2} ms |", cpu.as_secs_f64() * 1e3);
        }
    }
}
