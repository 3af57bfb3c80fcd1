//! The unread counts, held against a plain count of the rows.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bedside::{
    entity::{hidden_message, message, participant},
    ids::{ConversationId, UserId},
};
use futures_util::future::join_all;
use proptest::{
    prelude::{Just, ProptestConfig, Strategy, any, prop_oneof},
    sample::Index,
    test_runner::TestRunner,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;

use crate::support::{Actor, Listening, TestServer, counts_of};

/// Something one of three people does in one of two conversations.
#[derive(Clone, Debug)]
enum Act {
    Send,
    Edit(Index),
    Delete(Index),
    Retract(Index),
    Hide(Index),
    ReadUpTo(Index),
    ReadAll,
    UnreadFrom(Index),
}

#[derive(Clone, Debug)]
struct Step {
    who: Index,
    place: Index,
    act: Act,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let index = any::<Index>;
    let act = prop_oneof![
        6 => Just(Act::Send),
        1 => index().prop_map(Act::Edit),
        3 => index().prop_map(Act::Delete),
        1 => index().prop_map(Act::Retract),
        3 => index().prop_map(Act::Hide),
        2 => index().prop_map(Act::ReadUpTo),
        1 => Just(Act::ReadAll),
        2 => index().prop_map(Act::UnreadFrom),
    ];
    let step = (index(), index(), act).prop_map(|(who, place, act)| Step { who, place, act });
    proptest::collection::vec(step, 30..50)
}

struct Story {
    people: [Actor; 3],
    places: [String; 2],
    /// A group in which nothing happens but the end.
    last: String,
    nurse: Actor,
    /// The messages of each place, with the index of their sender.
    sent: Mutex<[Vec<(usize, String)>; 2]>,
}

impl Story {
    async fn begin(server: &TestServer, number: usize) -> Self {
        let nurse = server.doctor(&format!("nurse{number}")).await;
        let people = [
            server.doctor(&format!("ada{number}")).await,
            server.patient(&format!("pat{number}")).await,
            server.doctor(&format!("bob{number}")).await,
        ];
        let [ada, pat, bob] = &people;
        let places = [server.conversation(&[ada, pat]).await, server.conversation(&[ada, pat, bob]).await];
        let last = server.conversation(&[&nurse, ada, pat, bob]).await;
        Self { people, places, last, nurse, sent: Mutex::default() }
    }

    async fn take(&self, step: &Step) {
        let place = step.place.index(2);
        let who = step.who.index(if place == 0 { 2 } else { 3 });
        let (person, thread) = (&self.people[who], &self.places[place]);
        let pick = |index: &Index, by: Option<usize>| {
            let sent = self.sent.lock().unwrap();
            let choice: Vec<_> = sent[place].iter().filter(|(sender, _)| by.is_none_or(|by| by == *sender)).collect();
            (!choice.is_empty()).then(|| choice[index.index(choice.len())].1.clone())
        };
        match &step.act {
            Act::Send => {
                let id = person.send(thread, "a word").await["id"].as_str().unwrap().to_owned();
                self.sent.lock().unwrap()[place].push((who, id));
            }
            Act::ReadAll => {
                person.read(thread, None).await;
            }
            Act::ReadUpTo(index) => {
                let Some(id) = pick(index, None) else { return };
                seen_or_hidden(person, READ, json!({ "c": thread, "m": id })).await;
            }
            Act::UnreadFrom(index) => {
                let Some(id) = pick(index, None) else { return };
                seen_or_hidden(person, UNREAD, json!({ "c": thread, "m": id })).await;
            }
            Act::Hide(index) => {
                let Some(id) = pick(index, None) else { return };
                seen_or_hidden(person, HIDE, json!({ "m": id })).await;
            }
            Act::Retract(index) => {
                // Who made the group leads it, so only what was sent there can be taken back.
                let Some(id) = pick(index, None).filter(|_| place == 1) else { return };
                seen_or_hidden(&self.people[0], RETRACT, json!({ "m": id })).await;
            }
            Act::Edit(index) | Act::Delete(index) => {
                let Some(id) = pick(index, Some(who)) else { return };
                change(person, &id, matches!(step.act, Act::Delete(_))).await;
            }
        }
    }
}

/// Does something with a message, unless the person has hidden it: then it is not there for them any more.
async fn seen_or_hidden(person: &Actor, query: &str, variables: serde_json::Value) {
    let answer = person.try_run(query, variables).await;
    if answer.body["errors"].is_array() {
        assert_eq!(answer.code(), "NOT_FOUND");
    }
}

const READ: &str =
    "mutation($c: ID!, $m: ID!) { markRead(input: { conversationId: $c, upToMessageId: $m }) { userErrors { code } } }";
const UNREAD: &str = "mutation($c: ID!, $m: ID!) { markUnread(input: { conversationId: $c, fromMessageId: $m }) { userErrors { code } } }";
const HIDE: &str = "mutation($m: ID!) { hideMessage(input: { messageId: $m }) { messageId userErrors { code } } }";
const RETRACT: &str =
    "mutation($m: ID!) { retractMessage(input: { messageId: $m, reason: \"A mistake\" }) { userErrors { code } } }";

/// Edits or deletes a message; when it is deleted already, that is refused and nothing changes.
async fn change(person: &Actor, message: &str, delete: bool) {
    let query = if delete {
        "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { userErrors { code } } }"
    } else {
        "mutation($m: ID!) { editMessage(input: { messageId: $m, text: \"another word\" }) { userErrors { code } } }"
    };
    seen_or_hidden(person, query, json!({ "m": message })).await;
}

type Counts = BTreeMap<String, i64>;

/// Others' messages that stand, after the read marker or from where the person counts again.
async fn counted_plainly(server: &TestServer, person: &Actor) -> Counts {
    let (db, user) = (server.app.database.reader(), UserId::parse(&person.id).unwrap());
    let mut counts = Counts::new();
    for place in participant::Entity::find().filter(participant::Column::UserId.eq(user)).all(db).await.unwrap() {
        let read = place.read_seq.0.max(place.history_from_seq.0 - 1);
        let after = place.unread_from_seq.map_or(read, |from| read.min(from.0 - 1));
        let unread = Condition::all()
            .add(message::Column::ConversationId.eq(place.conversation_id))
            .add(message::Column::Seq.gt(after))
            .add(message::Column::SenderId.ne(user))
            .add(message::Column::DeletedAt.is_null())
            .add(message::Column::Kind.ne(message::Kind::System));
        let hidden =
            hidden_message::Entity::find().filter(hidden_message::Column::UserId.eq(user)).all(db).await.unwrap();
        let unread = unread.add(message::Column::Seq.is_not_in(hidden.into_iter().map(|row| row.seq)));
        let unread = message::Entity::find().filter(unread).count(db).await.unwrap();
        if unread > 0 {
            counts.insert(place.conversation_id.to_string(), i64::try_from(unread).unwrap());
        }
    }
    counts
}

const STREAM: &str = "subscription { unreadCountsChanged { total snapshot conversations { conversationId count } } }";

/// The counts as a listener has them who began with the snapshot and took every change up to that of `last`.
async fn counted_along(mut socket: Listening, last: &str) -> Counts {
    let mut counts = Counts::new();
    loop {
        let told = socket.next().await["unreadCountsChanged"].take();
        let rows = counts_of(&told);
        if told["snapshot"] == true {
            counts.clear();
        }
        counts.extend(rows.clone());
        counts.retain(|_, count| *count != 0);
        assert_eq!(told["total"], counts.values().sum::<i64>(), "the total is another than that of its parts");
        if rows.iter().any(|(place, _)| place == last) {
            return counts;
        }
    }
}

async fn counted_one_by_one(person: &Actor) -> Counts {
    let query = "{ conversations { nodes { id unreadCount firstUnread { id } } } }";
    let data = person.run(query, json!({})).await;
    let nodes = data["conversations"]["nodes"].as_array().unwrap().iter();
    let counts = nodes.map(|node| {
        let count = node["unreadCount"].as_i64().unwrap();
        assert_eq!(count > 0, node["firstUnread"]["id"].is_string());
        (node["id"].as_str().unwrap().to_owned(), count)
    });
    counts.filter(|(_, count)| *count > 0).collect()
}

/// Takes the steps, four at a time and at once, and compares every way to count.
async fn tell(server: &TestServer, number: usize, steps: Vec<Step>) {
    let story = Arc::new(Story::begin(server, number).await);
    let listen = || join_all(story.people.iter().map(|person| person.subscribe_at_once(STREAM, json!({}))));
    let from_the_beginning = listen().await;
    let (first, second) = steps.split_at(steps.len() / 2);
    let mut from_the_middle = Vec::new();
    for half in [first, second] {
        for together in half.chunks(4) {
            join_all(together.iter().map(|step| story.take(step))).await;
            for person in &story.people {
                assert_eq!(counted_one_by_one(person).await, counted_plainly(server, person).await);
            }
        }
        if from_the_middle.is_empty() {
            from_the_middle = listen().await;
        }
    }
    // A listener that begins after this message has it in its snapshot.
    story.nurse.send(&story.last, "end").await;
    for (person, socket) in
        story.people.iter().chain(&story.people).zip(from_the_beginning.into_iter().chain(from_the_middle))
    {
        let plainly = counted_plainly(server, person).await;
        let (total, asked) = person.unread().await;
        assert_eq!((total, Counts::from_iter(asked)), (plainly.values().sum(), plainly.clone()));
        assert_eq!(counted_along(socket, &story.last).await, plainly, "the stream and the rows disagree");
    }
    let seen = ConversationId::parse(&story.last).unwrap().to_string();
    assert!(counted_plainly(server, &story.people[0]).await.contains_key(&seen));
}

#[test]
fn whatever_happens_at_once_every_way_to_count_gives_the_same() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let _inside = runtime.enter();
    let server = runtime.block_on(TestServer::start());
    let numbers = std::sync::atomic::AtomicUsize::new(0);
    // PROPTEST_RNG_SEED repeats a run; the case itself is printed, so no file is kept.
    let config =
        ProptestConfig { cases: 12, failure_persistence: None, max_shrink_iters: 40, ..ProptestConfig::default() };
    let told = TestRunner::new(config).run(&steps(), |steps| {
        let number = numbers.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        runtime.block_on(tell(&server, number, steps));
        Ok(())
    });
    told.unwrap();
    runtime.block_on(server.check_integrity());
}
