//! How long searching takes in long conversations and in many. Not a test: it prints, and is run by hand, with and
//! without `BEDSIDE_TEST_POSTGRES_URL`:
//!
//! `cargo test --release --test api -- --ignored --nocapture searching_100_000_messages`

use std::time::{Duration, Instant};

use bedside::{
    access::Viewer,
    clock::Timestamp,
    entity::{
        conversation::{self, Kind, Purpose, State},
        message,
        participant::{self, NotificationLevel, ParticipantRole},
    },
    ids::{ConversationId, UserId},
    journal::{Row, Seq},
    timeline,
};
use sea_orm::{ConnectionTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, cpu};

const SEARCH: &str =
    "query($q: String!, $c: ID, $after: String) { searchMessages(query: $q, conversationId: $c, after: $after) {
    nodes { message { id text createdAt sender { fullName } } highlights { start end } } isComplete endCursor } }";
/// How many messages go into one transaction.
const BATCH: usize = 500;
/// Somebody's many conversations, and how many messages each has.
const MANY: (usize, usize) = (500, 200);

const WORDS: [&str; 24] = [
    "please", "take", "two", "a", "day", "after", "meals", "and", "drink", "plenty", "of", "water", "your", "results",
    "came", "back", "normal", "we", "will", "see", "each", "other", "next", "week",
];

/// The text of the `n`th message, 60 to 190 characters: "tablets" is in every third, "zanzibar" in one of 10,000.
fn text(n: usize) -> String {
    let spread = |k: usize| (n * 31 + k * 17).wrapping_mul(2_654_435_761) >> 7;
    let words = (0..12 + n % 24).map(|k| match (k, n) {
        (5, n) if n % 3 == 0 => "tablets",
        (7, n) if n % 10_000 == 5_000 => "zanzibar",
        _ => WORDS[spread(k) % WORDS.len()],
    });
    words.collect::<Vec<_>>().join(" ")
}

fn group(id: ConversationId, owner: UserId) -> [Row; 2] {
    let at = Timestamp::from_millis(0);
    let conversation = conversation::Model {
        id,
        kind: Kind::Group,
        purpose: Purpose::General,
        state: State::Active,
        title: Some("Ward round".into()),
        description: None,
        direct_key: None,
        created_by: owner,
        created_at: at,
        updated_at: at,
        activity_seq: Seq(1),
        last_message_seq: None,
        last_ordinal: 0,
        deleted_at: None,
        delete_reason: None,
        external_system: None,
        external_id: None,
    };
    let participant = participant::Model {
        conversation_id: id,
        user_id: owner,
        role: ParticipantRole::Owner,
        can_send: true,
        can_see_history: true,
        joined_at: at,
        left_at: None,
        history_from_seq: Seq(1),
        delivered_seq: Seq(1),
        read_seq: Seq(1),
        shown_read_seq: Seq(1),
        unread_from_seq: None,
        counted_seq: Seq(1),
        counted_ordinal: 0,
        counted_own: 0,
        notification_level: NotificationLevel::All,
        quiet_until: None,
        archived_seq: None,
    };
    [Row::insert(conversation.into_active_model()), Row::insert(participant.into_active_model())]
}

fn row(n: usize, conversation: ConversationId, sender: &Viewer) -> Row {
    let place = i64::try_from(n).unwrap() + 10_000;
    let at = Timestamp::from_millis(place * 1_000);
    let message = message::Model {
        seq: Seq(place),
        ordinal: place,
        sender_ordinal: place,
        text: text(n),
        ..timeline::blank(sender, conversation, at)
    };
    Row::insert(message.into_active_model())
}

/// One search: its time, what it found and where to go on.
async fn page(who: &Actor, variables: &Value) -> (Duration, usize, Value) {
    let start = Instant::now();
    let mut answer = who.run(SEARCH, variables.clone()).await["searchMessages"].take();
    (start.elapsed(), answer["nodes"].as_array().unwrap().len(), answer["endCursor"].take())
}

/// Prints a line of the table: the first search, and all of them until everything was looked at.
async fn measure(what: &str, messages: usize, who: &Actor, query: &str, conversation: Option<&str>) {
    let mut variables = json!({ "q": query, "c": conversation });
    let (before, start) = (cpu(), Instant::now());
    let (first, found, mut next) = page(who, &variables).await;
    let (mut pages, mut all) = (1, found);
    // A frequent word is asked for a screen at a time.
    while !next.is_null() && query != "tablets" {
        variables["after"] = next;
        let (_, found, cursor) = page(who, &variables).await;
        (pages, all, next) = (pages + 1, all + found, cursor);
    }
    let rate = if next.is_null() { (messages / pages).to_string() } else { "a full page".into() };
    let [first, time, used] = [first, start.elapsed(), cpu() - before].map(|time| time.as_millis());
    eprintln!("| {what} | `{query}` | {all} | {first} ms | {pages} | {time} ms | {used} ms | {rate} |");
}

#[tokio::test]
#[ignore = "a measurement"]
async fn searching_100_000_messages() {
    let server = TestServer::start_with(|config| config.limits.search_budget = Duration::from_millis(200)).await;
    let (ada, ben, joe) = (server.doctor("ada").await, server.doctor("ben").await, server.doctor("joe").await);
    let [ada_viewer, ben_viewer, joe_viewer] =
        [&ada, &ben, &joe].map(|who| server.app.recognition.recognise(&who.token));
    let (as_ada, as_ben, as_joe) = (ada_viewer.await.unwrap(), ben_viewer.await.unwrap(), joe_viewer.await.unwrap());
    let (one, other, few) = (ConversationId::generate(), ConversationId::generate(), ConversationId::generate());
    let (ada_id, ben_id, joe_id) = (as_ada.id(), as_ben.id(), as_joe.id());
    let many: Vec<_> = (0..MANY.0).map(|_| ConversationId::generate()).collect();
    let groups = many.clone();
    server
        .write(move || {
            let of_ada = [one, other].into_iter().flat_map(|id| group(id, ada_id));
            let of_ben = groups.iter().flat_map(|id| group(*id, ben_id));
            of_ada.chain(of_ben).chain(group(few, joe_id)).collect()
        })
        .await;
    // The messages of all are mixed, as they come in; 20 of one conversation are the oldest.
    let total = 10_000 + 2 * MANY.0 * MANY.1;
    let start = Instant::now();
    for batch in 0..total / BATCH {
        let (many, as_ada, as_ben, as_joe) = (many.clone(), as_ada.clone(), as_ben.clone(), as_joe.clone());
        server
            .write(move || {
                let of = |n: usize| match n % 21 {
                    _ if n < 20 => row(n, few, &as_joe),
                    0 => row(n, other, &as_ada),
                    k if k % 2 == 0 => row(n, one, &as_ada),
                    _ => row(n, many[n / 2 % many.len()], &as_ben),
                };
                (batch * BATCH..(batch + 1) * BATCH).map(of).collect()
            })
            .await;
    }
    if server.is_on_postgres() {
        server.app.database.reader().execute_unprepared("ANALYZE").await.unwrap();
    }
    let on = if server.is_on_postgres() { "PostgreSQL" } else { "SQLite" };
    eprintln!("{total} messages written in {:.0?}, on {on}", start.elapsed());
    eprintln!("| where | word | found | first search | searches | all of them | CPU | messages each |");
    for query in ["zanzibar", "tablets", "quinine"] {
        let public = |id: ConversationId| id.to_string();
        measure("10,000 in one conversation", 10_000, &ada, query, Some(&public(other))).await;
        measure("100,000 in one conversation", 100_000, &ada, query, Some(&public(one))).await;
        measure("100,000 in 500 conversations", 100_000, &ben, query, None).await;
        measure("20 in one, the oldest", 20, &joe, query, None).await;
    }
}
