//! Reading a conversation's history.

use bedside::ids::MessageId;
use serde_json::{Value, json};

use crate::support::{Actor, PNG, Paper, TestServer, each};

const PAGE: &str = "query($c: ID!, $first: Int, $after: String, $last: Int, $before: String, $around: ID, $filter: MessageFilter) {
    conversation(id: $c) { messages(first: $first, after: $after, last: $last, before: $before, around: $around, filter: $filter) {
        nodes { id text cursor } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
const COUNT: &str = "query($c: ID!, $filter: MessageFilter) { conversation(id: $c) { messages(first: 1, filter: $filter) { totalCount } } }";

async fn page(viewer: &Actor, thread: &str, mut page: Value) -> Value {
    page["c"] = thread.into();
    viewer.run(PAGE, page).await["conversation"]["messages"].clone()
}

/// A doctor, a patient, their conversation and the ids of so many messages, which count from 0.
async fn a_long_talk(server: &TestServer, messages: usize) -> (Actor, Actor, String, Vec<String>) {
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut ids = Vec::new();
    for n in 0..messages {
        let sender = if n % 3 == 0 { &pat } else { &ada };
        ids.push(sender.sent(&thread, &n.to_string()).await);
    }
    (ada, pat, thread, ids)
}

fn numbers(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|n| n.to_string()).collect()
}

#[tokio::test]
async fn the_history_can_be_paged_from_both_ends() {
    let server = TestServer::start().await;
    let (_, pat, thread, _) = a_long_talk(&server, 17).await;
    let (mut after, mut before) = (Value::Null, Value::Null);
    for (number, from) in (0..17).step_by(5).enumerate() {
        let answer = page(&pat, &thread, json!({ "first": 5, "after": after })).await;
        assert_eq!(each(&answer["nodes"], "text"), numbers(from, 17.min(from + 5)));
        assert_eq!(each(&answer["nodes"], "cursor"), each(&answer["edges"], "cursor"));
        let info = &answer["pageInfo"];
        assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(number > 0), &json!(number < 3)));
        after = info["endCursor"].clone();
    }
    for (number, to) in [17_usize, 12, 7, 2].into_iter().enumerate() {
        let answer = page(&pat, &thread, json!({ "last": 5, "before": before })).await;
        assert_eq!(each(&answer["nodes"], "text"), numbers(to.saturating_sub(5), to), "oldest first in every page");
        let info = &answer["pageInfo"];
        assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(number < 3), &json!(number > 0)));
        before = info["startCursor"].clone();
    }
    let past = page(&pat, &thread, json!({ "first": 5, "after": after })).await;
    assert_eq!((&past["nodes"], &past["pageInfo"]["hasNextPage"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn a_cursor_of_a_message_leads_on_from_it_also_after_it_was_deleted() {
    let server = TestServer::start().await;
    let (ada, pat, thread, ids) = a_long_talk(&server, 5).await;
    let cursor = page(&pat, &thread, json!({})).await["nodes"][1]["cursor"].clone();
    ada.delete(&ids[1]).await;
    let answer = page(&pat, &thread, json!({ "first": 2, "after": cursor })).await;
    assert_eq!(each(&answer["nodes"], "text"), ["2", "3"]);
    let answer = page(&pat, &thread, json!({ "last": 2, "before": cursor })).await;
    assert_eq!(each(&answer["nodes"], "text"), ["0"]);
}

#[tokio::test]
async fn a_page_of_none_or_of_too_many_is_refused() {
    let server = TestServer::start().await;
    let (ada, pat, thread, ids) = a_long_talk(&server, 1).await;
    let of_another_list = ada.run("{ conversations { pageInfo { endCursor } } }", json!({})).await["conversations"]["pageInfo"]["endCursor"].clone();
    let cursor = page(&pat, &thread, json!({})).await["pageInfo"]["endCursor"].clone();
    for mut variables in [
        json!({ "first": 0 }),
        json!({ "first": 101 }),
        json!({ "last": 0 }),
        json!({ "last": 101 }),
        json!({ "first": -5 }),
        json!({ "first": 5, "last": 5 }),
        json!({ "after": of_another_list }),
        json!({ "after": ids[0] }),
        json!({ "around": ids[0], "after": cursor }),
        json!({ "around": ids[0], "filter": { "kind": "TEXT" } }),
        json!({ "around": thread }),
        json!({ "filter": { "senderId": thread } }),
    ] {
        variables["c"] = thread.as_str().into();
        assert_eq!(pat.code(PAGE, variables.clone()).await, "BAD_USER_INPUT", "{variables}");
    }
    assert_eq!(each(&page(&pat, &thread, json!({ "first": 100 })).await["nodes"], "text"), ["0"]);
}

#[tokio::test]
async fn the_messages_around_one_of_them_can_be_read() {
    let server = TestServer::start().await;
    let (_, pat, thread, ids) = a_long_talk(&server, 9).await;
    for (around, size, expected, more) in [
        (4, 5, (2, 7), (true, true)),
        (4, 4, (2, 6), (true, true)),
        (4, 1, (4, 5), (true, true)),
        (0, 4, (0, 2), (false, true)),
        (8, 4, (6, 9), (true, false)),
        (4, 100, (0, 9), (false, false)),
    ] {
        let answer = page(&pat, &thread, json!({ "around": ids[around], "first": size })).await;
        assert_eq!(each(&answer["nodes"], "text"), numbers(expected.0, expected.1), "{size} around {around}");
        let info = &answer["pageInfo"];
        assert_eq!(
            (&info["hasPreviousPage"], &info["hasNextPage"]),
            (&json!(more.0), &json!(more.1)),
            "{size} around {around}"
        );
    }
    let (joe, kim) = (server.doctor("joe").await, server.patient("kim").await);
    let elsewhere = joe.sent(&server.conversation(&[&joe, &kim]).await, "Elsewhere").await;
    for hidden in [elsewhere, MessageId::generate().to_string()] {
        assert_eq!(pat.code(PAGE, json!({ "c": thread, "around": hidden })).await, "NOT_FOUND");
    }
}

#[tokio::test]
async fn the_history_can_be_narrowed_and_counted() {
    let server = TestServer::start().await;
    let (ada, pat, thread, ids) = a_long_talk(&server, 6).await;
    ada.send_file(&thread, &Paper::note("Your report")).await;
    ada.send_file(&thread, &Paper::new("scan.png", "image/png", PNG)).await;
    ada.delete(&ids[1]).await;
    let cases = [
        (Value::Null, vec!["0", "", "2", "3", "4", "5", "", ""]),
        (json!({ "excludeDeleted": true }), vec!["0", "2", "3", "4", "5", "", ""]),
        (json!({ "senderId": pat.id }), vec!["0", "3"]),
        (json!({ "senderId": ada.id, "kind": "TEXT", "excludeDeleted": true }), vec!["2", "4", "5"]),
        (json!({ "kind": "FILE" }), vec![""]),
        (json!({ "kind": "IMAGE" }), vec![""]),
        (json!({ "kind": "VIDEO" }), vec![]),
    ];
    for (filter, expected) in cases {
        let answer = page(&pat, &thread, json!({ "filter": filter })).await;
        assert_eq!(each(&answer["nodes"], "text"), expected, "{filter}");
        let counted = pat.run(COUNT, json!({ "c": thread, "filter": filter })).await;
        assert_eq!(counted["conversation"]["messages"]["totalCount"], expected.len(), "{filter}");
    }
    let first =
        page(&pat, &thread, json!({ "first": 2, "filter": { "senderId": ada.id, "excludeDeleted": true } })).await;
    assert_eq!(each(&first["nodes"], "text"), ["2", "4"]);
    let rest = json!({ "first": 2, "after": first["pageInfo"]["endCursor"], "filter": { "senderId": ada.id, "excludeDeleted": true } });
    assert_eq!(each(&page(&pat, &thread, rest).await["nodes"], "text"), ["5", ""]);
}
