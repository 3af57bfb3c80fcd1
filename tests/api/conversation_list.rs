//! The list of somebody's conversations.

use serde_json::{Value, json};

use crate::support::{Actor, TestServer, each};

const LIST: &str = "query($first: Int, $after: String, $last: Int, $before: String, $filter: ConversationFilter) {
    conversations(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn list(viewer: &Actor, page: Value) -> Value {
    viewer.run(LIST, page).await["conversations"].clone()
}

/// A doctor with conversations with so many patients, newest first.
async fn busy_doctor(server: &TestServer, patients: usize) -> (Actor, Vec<String>) {
    let ada = server.doctor("ada").await;
    let mut threads = Vec::new();
    for n in 0..patients {
        let patient = server.patient(&format!("pat{n}")).await;
        threads.push(server.conversation(&[&ada, &patient]).await);
    }
    threads.reverse();
    (ada, threads)
}

#[tokio::test]
async fn the_list_begins_with_the_newest_activity() {
    let server = TestServer::start().await;
    let (ada, threads) = busy_doctor(&server, 3).await;
    assert_eq!(each(&list(&ada, json!({})).await["nodes"], "id"), threads);
    ada.send(&threads[2], "How are you?").await;
    let expected = [&threads[2], &threads[0], &threads[1]];
    assert_eq!(each(&list(&ada, json!({})).await["nodes"], "id"), expected);
    const STATE: &str = "mutation($c: ID!) { setConversationState(input: { conversationId: $c, state: ARCHIVED }) { userErrors { code } } }";
    ada.run(STATE, json!({ "c": threads[1] })).await;
    let expected = [&threads[1], &threads[2], &threads[0]];
    assert_eq!(each(&list(&ada, json!({})).await["nodes"], "id"), expected);
}

#[tokio::test]
async fn the_list_can_be_paged_from_both_ends() {
    let server = TestServer::start().await;
    let (ada, threads) = busy_doctor(&server, 10).await;
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    for (page, expected) in threads.chunks(3).enumerate() {
        let answer = list(&ada, json!({ "first": 3, "after": after })).await;
        assert_eq!(each(&answer["nodes"], "id"), expected);
        assert_eq!(answer["pageInfo"]["hasNextPage"], page < 3);
        assert_eq!(answer["pageInfo"]["hasPreviousPage"], page > 0);
        after = answer["pageInfo"]["endCursor"].clone();
        seen.extend(expected);
    }
    assert_eq!(seen.len(), 10);
    let mut before = Value::Null;
    for (page, expected) in threads.rchunks(3).enumerate() {
        let answer = list(&ada, json!({ "last": 3, "before": before })).await;
        assert_eq!(each(&answer["nodes"], "id"), expected);
        assert_eq!(answer["pageInfo"]["hasPreviousPage"], page < 3);
        assert_eq!(answer["pageInfo"]["hasNextPage"], page > 0);
        before = answer["pageInfo"]["startCursor"].clone();
    }
    let past = list(&ada, json!({ "first": 3, "after": after })).await;
    assert_eq!(past["nodes"], json!([]));
    assert_eq!(past["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_page_between_two_cursors_holds_only_what_lies_between() {
    let server = TestServer::start().await;
    let (ada, threads) = busy_doctor(&server, 5).await;
    let first = list(&ada, json!({ "first": 1 })).await["pageInfo"]["endCursor"].clone();
    let last = list(&ada, json!({ "last": 1 })).await["pageInfo"]["startCursor"].clone();
    for size in ["first", "last"] {
        let between = list(&ada, json!({ size: 10, "after": first, "before": last })).await;
        assert_eq!(each(&between["nodes"], "id"), threads[1..4], "{size}");
    }
}

#[tokio::test]
async fn a_page_of_none_or_of_too_many_is_refused() {
    let server = TestServer::start().await;
    let (ada, _) = busy_doctor(&server, 1).await;
    for page in [
        json!({ "first": 0 }),
        json!({ "first": 101 }),
        json!({ "first": -1 }),
        json!({ "last": 0 }),
        json!({ "last": 101 }),
        json!({ "first": 1, "last": 1 }),
        json!({ "after": "nonsense" }),
        json!({ "before": "" }),
    ] {
        assert_eq!(ada.code(LIST, page.clone()).await, "BAD_USER_INPUT", "{page}");
    }
    assert_eq!(list(&ada, json!({ "first": 100 })).await["nodes"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_cursor_of_another_list_or_another_server_is_refused() {
    let (server, elsewhere) = (TestServer::start().await, TestServer::start().await);
    let (ada, threads) = busy_doctor(&server, 1).await;
    let (eve, _) = busy_doctor(&elsewhere, 1).await;
    let theirs = list(&eve, json!({})).await["pageInfo"]["endCursor"].clone();
    let of_a_message = ada.send(&threads[0], "Hello").await["cursor"].clone();
    let of_the_journal = json!(ada.cursor().await);
    for cursor in [theirs, of_a_message, of_the_journal] {
        assert_eq!(ada.code(LIST, json!({ "after": cursor })).await, "BAD_USER_INPUT");
    }
    let of_the_list = list(&ada, json!({})).await["pageInfo"]["endCursor"].clone();
    const MESSAGES: &str =
        "query($c: ID!, $a: String) { conversation(id: $c) { messages(after: $a) { nodes { id } } } }";
    assert_eq!(ada.code(MESSAGES, json!({ "c": threads[0], "a": of_the_list })).await, "BAD_USER_INPUT");
    const CHANGES: &str = "query($a: String!) { changes(after: $a) { cursor } }";
    assert_eq!(ada.code(CHANGES, json!({ "a": of_the_list })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn the_list_can_be_narrowed() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("kim").await);
    let group = server.conversation(&[&ada, &pat, &kim]).await;
    let archived = server.conversation(&[&ada, &pat]).await;
    const OPEN: &str =
        "mutation($u: ID!) { openDirectConversation(input: { userId: $u, purpose: THERAPY }) { conversation { id } } }";
    let opened = ada.run(OPEN, json!({ "u": kim.id })).await;
    let therapy = opened["openDirectConversation"]["conversation"]["id"].as_str().unwrap().to_owned();
    const TAG: &str = "mutation($c: ID!) { updateConversation(input: { conversationId: $c, tags: [\"Asthma\"] }) { userErrors { code } } }";
    ada.run(TAG, json!({ "c": group })).await;
    kim.send(&therapy, "One question").await;
    const STATE: &str = "mutation($c: ID!) { setConversationState(input: { conversationId: $c, state: ARCHIVED }) { userErrors { code } } }";
    ada.run(STATE, json!({ "c": archived })).await;
    let cases: [(Value, &[&String]); 15] = [
        (json!({ "kind": "GROUP" }), &[&group]),
        (json!({ "kind": "DIRECT" }), &[&archived, &therapy]),
        (json!({ "state": "ARCHIVED" }), &[&archived]),
        (json!({ "state": "ACTIVE" }), &[&therapy, &group]),
        (json!({ "purpose": "THERAPY" }), &[&therapy]),
        (json!({ "kind": "GROUP", "state": "CLOSED" }), &[]),
        (json!({ "tag": " aSTHma " }), &[&group]),
        (json!({ "tag": "asth" }), &[]),
        (json!({ "participantId": kim.id }), &[&therapy, &group]),
        (json!({ "participantId": pat.id, "kind": "DIRECT" }), &[&archived]),
        (json!({ "unreadOnly": true }), &[&therapy]),
        (json!({ "unreadOnly": true, "tag": "asthma" }), &[]),
        (json!({ "archivedForMe": true }), &[]),
        (json!({ "archivedForMe": false }), &[&archived, &therapy, &group]),
        (json!({ "externalRef": { "system": "visits", "id": "1" } }), &[]),
    ];
    for (filter, expected) in cases {
        assert_eq!(each(&list(&ada, json!({ "filter": filter })).await["nodes"], "id"), expected, "{filter}");
    }
}

#[tokio::test]
async fn favourites_and_blocked_people_can_be_listed_or_left_out() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let (of_joe, of_kim) = (server.conversation(&[&ada, &joe]).await, server.conversation(&[&ada, &kim]).await);
    let all = server.conversation(&[&ada, &joe, &kim]).await;
    let asked = joe
        .run(
            "mutation($u: ID!) { requestContact(input: { userId: $u }) { contact { id } userErrors { code } } }",
            json!({ "u": ada.id }),
        )
        .await;
    assert_eq!(asked["requestContact"]["userErrors"], json!([]));
    let contact =
        ada.run("{ contacts(filter: { state: RECEIVED }) { nodes { id } } }", json!({})).await["contacts"]["nodes"][0]
            ["id"]
            .clone();
    for change in [
        "mutation($c: ID!) { respondToContact(input: { contactId: $c, accept: true }) { userErrors { code } } }",
        "mutation($c: ID!) { updateContact(input: { contactId: $c, isFavourite: true }) { userErrors { code } } }",
    ] {
        ada.run(change, json!({ "c": contact })).await;
    }
    ada.run("mutation($u: ID!) { blockUser(input: { userId: $u }) { userErrors { code } } }", json!({ "u": kim.id }))
        .await;
    let cases: [(Value, &[&String]); 4] = [
        (json!({ "favourite": true }), &[&of_joe]),
        (json!({ "blocked": true }), &[&of_kim]),
        (json!({ "favourite": false, "blocked": false }), &[&all]),
        (json!({ "favourite": true, "blocked": true }), &[]),
    ];
    for (filter, expected) in cases {
        assert_eq!(each(&list(&ada, json!({ "filter": filter })).await["nodes"], "id"), expected, "{filter}");
    }
    let of_kim_alone = list(&kim, json!({ "filter": { "blocked": true } })).await;
    assert_eq!(of_kim_alone["nodes"], json!([]), "who is blocked learns nothing of it");
}

#[tokio::test]
async fn a_filter_that_nothing_can_fit_is_refused() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    for filter in [
        json!({ "tag": "a\0b" }),
        json!({ "externalRef": { "system": "visits", "id": "\0" } }),
        json!({ "participantId": "conv_01h455vb4pex5vsknk084sn02q" }),
    ] {
        assert_eq!(ada.code(LIST, json!({ "filter": filter })).await, "BAD_USER_INPUT", "{filter}");
    }
}

#[tokio::test]
async fn each_conversation_shows_its_partner_its_last_message_and_what_is_unread() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("kim").await);
    let group = server.conversation(&[&ada, &pat, &kim]).await;
    let thread = server.conversation(&[&ada, &pat]).await;
    const ROWS: &str = "{ conversations { nodes { id title partner { username } unreadCount firstUnread { text } lastMessage { text sender { username } deletedAt } } } }";
    let rows = pat.run(ROWS, json!({})).await["conversations"]["nodes"].clone();
    let empty = json!({ "id": thread, "title": null, "partner": { "username": "ada" }, "unreadCount": 0, "firstUnread": null, "lastMessage": null });
    assert_eq!(rows[0], empty);
    assert_eq!((&rows[1]["title"], &rows[1]["partner"]), (&json!("Ward round"), &Value::Null));
    for text in ["Good morning", "Any news?"] {
        ada.send(&thread, text).await;
    }
    pat.send(&group, "Hello all").await;
    let rows = pat.run(ROWS, json!({})).await["conversations"]["nodes"].clone();
    assert_eq!(each(&rows, "id"), [&group, &thread]);
    assert_eq!((&rows[0]["unreadCount"], &rows[0]["lastMessage"]["sender"]["username"]), (&json!(0), &json!("pat")));
    assert_eq!((&rows[1]["unreadCount"], &rows[1]["firstUnread"]["text"]), (&json!(2), &json!("Good morning")));
    assert_eq!(
        rows[1]["lastMessage"],
        json!({ "text": "Any news?", "sender": { "username": "ada" }, "deletedAt": null })
    );
    let rows = ada.run(ROWS, json!({})).await["conversations"]["nodes"].clone();
    assert_eq!((&rows[1]["partner"]["username"], &rows[1]["unreadCount"]), (&json!("pat"), &json!(0)));
}
