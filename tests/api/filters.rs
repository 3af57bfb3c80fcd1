//! Asking for some of the messages of a conversation.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, Paper, TestServer, each, message, to, with};

const LIST: &str = "query($c: ID!, $f: MessageFilter!) { conversation(id: $c) { messages(first: 100, filter: $f) { totalCount nodes { text } } } }";

async fn list(who: &Actor, thread: &str, filter: Value) -> Vec<String> {
    let found = who.run(LIST, json!({ "c": thread, "f": filter })).await["conversation"]["messages"].clone();
    assert_eq!(found["totalCount"].as_u64().unwrap() as usize, found["nodes"].as_array().unwrap().len());
    each(&found["nodes"], "text").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn each_filter_finds_what_it_names_and_they_can_be_joined() {
    let server = TestServer::start().await;
    let (ada, pat, joe) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &pat, &joe]).await;
    let say = async |who: &Actor, text: &str, more: Value| {
        let sent = who.say(with(message(&to(&thread), text), &more)).await;
        sent["message"]["id"].as_str().unwrap().to_owned()
    };
    let one = say(&ada, "one", json!({})).await;
    let file = ada.attach(&Paper::note("plan")).await["id"].clone();
    say(&ada, "two", json!({ "attachmentIds": [file] })).await;
    server.clock.advance(Duration::from_secs(60));
    let noon = server.clock.now().rfc3339();
    let three = say(&pat, "three", json!({ "isUrgent": true })).await;
    say(&ada, "four", json!({ "card": { "prescription": { "medication": "Rest", "dose": "A week" } } })).await;
    let gone = say(&pat, "five", json!({})).await;
    pat.delete(&gone).await;
    pat.read(&thread, Some(&one)).await;
    joe.read(&thread, Some(&three)).await;
    ada.read(&thread, Some(&three)).await;
    for (filter, expected) in [
        (json!({}), &["one", "two", "three", "four", ""][..]),
        (json!({ "senderId": pat.id }), &["three", ""]),
        (json!({ "kind": "PRESCRIPTION" }), &["four"]),
        (json!({ "kind": "FILE" }), &["two"]),
        (json!({ "isUrgent": true }), &["three"]),
        (json!({ "isUrgent": false, "excludeDeleted": true }), &["one", "two", "four"]),
        (json!({ "hasAttachments": true }), &["two"]),
        (json!({ "since": noon }), &["three", "four", ""]),
        (json!({ "until": noon }), &["one", "two"]),
        (json!({ "status": "READ" }), &["one"]),
        (json!({ "status": "DELIVERED" }), &[]),
        (json!({ "status": "SENT" }), &["two", "four"]),
        (json!({ "isUnread": true }), &[]),
        (json!({ "senderId": ada.id, "hasAttachments": false, "since": noon }), &["four"]),
    ] {
        assert_eq!(list(&ada, &thread, filter.clone()).await, expected, "{filter}");
    }
    assert_eq!(list(&pat, &thread, json!({ "isUnread": true })).await, ["two", "four"]);
    assert_eq!(list(&pat, &thread, json!({ "isUnread": false })).await, ["one", "three", ""]);
    assert_eq!(list(&pat, &thread, json!({ "status": "READ" })).await, ["three"], "of the viewer's own");
}

#[tokio::test]
async fn the_status_by_which_messages_are_found_is_the_one_they_show() {
    let server = TestServer::start().await;
    let (ada, pat, joe) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &pat, &joe]).await;
    let mut all = Vec::new();
    for n in 0..9 {
        let urgent = json!({ "isUrgent": n % 2 == 0 });
        let sent = ada.say(with(message(&to(&thread), &n.to_string()), &urgent)).await;
        all.push(sent["message"]["id"].as_str().unwrap().to_owned());
    }
    const HIDE: &str = "mutation { updateSettings(input: { sharesReadReceipts: false }) { userErrors { code } } }";
    assert!(joe.refused(HIDE, json!({})).await.is_empty());
    pat.read(&thread, Some(&all[6])).await;
    joe.read(&thread, Some(&all[4])).await;
    joe.got(&thread, &all[7]).await;
    pat.got(&thread, &all[7]).await;
    for status in ["SENT", "DELIVERED", "READ"] {
        let mut shown = Vec::new();
        for (n, id) in all.iter().enumerate() {
            if ada.status(id).await == status {
                shown.push(n.to_string());
            }
        }
        assert!(!shown.is_empty());
        assert_eq!(list(&ada, &thread, json!({ "status": status })).await, shown, "{status}");
    }
}

const ALL: &str = "query($f: MessageFilter, $first: Int, $last: Int, $a: String, $b: String) {
    messages(filter: $f, first: $first, last: $last, after: $a, before: $b) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { text } } }";

#[tokio::test]
async fn the_messages_of_all_conversations_come_newest_first_page_by_page() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let (one, two) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &kim]).await);
    for n in 0..6 {
        ada.send(if n % 2 == 0 { &one } else { &two }, &n.to_string()).await;
    }
    let texts = |page: &Value| each(&page["nodes"], "text").into_iter().map(str::to_owned).collect::<Vec<_>>();
    let page = async |who: &Actor, variables: Value| who.run(ALL, variables).await["messages"].clone();
    let first = page(&ada, json!({ "first": 4 })).await;
    assert_eq!(texts(&first), ["5", "4", "3", "2"]);
    assert_eq!(
        (&first["pageInfo"]["hasNextPage"], &first["pageInfo"]["hasPreviousPage"]),
        (&json!(true), &json!(false))
    );
    let rest = page(&ada, json!({ "first": 4, "a": first["pageInfo"]["endCursor"] })).await;
    assert_eq!((texts(&rest), &rest["pageInfo"]["hasNextPage"]), (vec!["1".into(), "0".into()], &json!(false)));
    assert_eq!(texts(&page(&ada, json!({ "last": 2 })).await), ["1", "0"]);
    assert_eq!(texts(&page(&ada, json!({ "last": 2, "b": rest["pageInfo"]["startCursor"] })).await), ["3", "2"]);
    assert_eq!(texts(&page(&pat, json!({})).await), ["4", "2", "0"], "only of one's own conversations");
    kim.read(&two, None).await;
    let unread = |is: bool| json!({ "f": { "isUnread": is } });
    assert_eq!(texts(&page(&pat, unread(true)).await), ["4", "2", "0"]);
    assert_eq!(texts(&page(&kim, unread(true)).await), [""; 0]);
    assert_eq!(texts(&page(&ada, json!({ "f": { "status": "READ" } })).await), ["5", "3", "1"]);
    let nobody = Actor::nobody(&server);
    assert_eq!(nobody.code(ALL, json!({})).await, "UNAUTHENTICATED");
}
