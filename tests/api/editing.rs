//! Editing and deleting.

use std::time::Duration;

use bedside::{
    entity::{message, message_version},
    ids::MessageId,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes};

const MESSAGE: &str =
    "query($m: ID!) { message(id: $m) { id text editedAt deletedAt updatedAt createdAt deletedBy { username }
    viewerCanEdit { ...P } viewerCanDelete { ...P } versions { nodes { version text writtenAt } } } }
    fragment P on Permission { allowed code message }";
const VERSIONS: &str = "query($m: ID!, $first: Int, $after: String, $last: Int, $before: String) { message(id: $m) {
    versions(first: $first, after: $after, last: $last, before: $before) { nodes { version } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

async fn seen(viewer: &Actor, id: &str) -> Value {
    viewer.run(MESSAGE, json!({ "m": id })).await["message"].clone()
}

/// A doctor, a patient, their conversation and a message of the doctor.
async fn a_message(server: &TestServer) -> (Actor, Actor, String, String) {
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let id = ada.sent(&thread, "Take one a day").await;
    (ada, pat, thread, id)
}

#[tokio::test]
async fn an_edited_message_keeps_every_earlier_text() {
    let server = TestServer::start().await;
    let (ada, pat, thread, id) = a_message(&server).await;
    server.clock.advance(Duration::from_secs(60));
    let edited = ada.edit(&id, "  Take two a day ").await;
    assert_eq!((&edited["userErrors"], &edited["message"]["text"]), (&json!([]), &json!("Take two a day")));
    server.clock.advance(Duration::from_secs(60));
    ada.edit(&id, "Take three a day").await;
    let now = seen(&pat, &id).await;
    assert_eq!(now["text"], "Take three a day");
    let versions = now["versions"]["nodes"].clone();
    let texts: Vec<_> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|version| (version["version"].as_i64(), version["text"].as_str()))
        .collect();
    assert_eq!(texts, [(Some(1), Some("Take one a day")), (Some(2), Some("Take two a day"))]);
    assert_eq!(versions[0]["writtenAt"], now["createdAt"]);
    assert_eq!(versions[1]["writtenAt"], edited["message"]["editedAt"]);
    assert!(now["editedAt"].as_str() > edited["message"]["editedAt"].as_str());
    assert_eq!(now["updatedAt"], now["editedAt"]);
    let same = server.unchanged(ada.edit(&id, " Take three a day")).await;
    assert_eq!(same["message"]["editedAt"], now["editedAt"], "the same text is no edit");
    assert_eq!(pat.history(&thread).await, ["Take three a day"]);
}

#[tokio::test]
async fn the_earlier_texts_come_in_pages() {
    let server = TestServer::start().await;
    let (ada, pat, _, id) = a_message(&server).await;
    for n in 2..=8 {
        assert_eq!(ada.edit(&id, &format!("Take {n} a day")).await["userErrors"], json!([]));
    }
    let page = |page: Value| {
        let (pat, mut variables) = (&pat, page);
        variables["m"] = id.as_str().into();
        async move { pat.run(VERSIONS, variables).await["message"]["versions"].clone() }
    };
    let numbers = |page: &Value| {
        page["nodes"].as_array().unwrap().iter().map(|node| node["version"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    let first = page(json!({ "first": 3 })).await;
    let second = page(json!({ "first": 3, "after": first["pageInfo"]["endCursor"] })).await;
    let third = page(json!({ "first": 3, "after": second["pageInfo"]["endCursor"] })).await;
    assert_eq!((numbers(&first), numbers(&second), numbers(&third)), (vec![1, 2, 3], vec![4, 5, 6], vec![7]));
    assert_eq!(third["pageInfo"]["hasNextPage"], false);
    let last = page(json!({ "last": 2, "before": third["pageInfo"]["startCursor"] })).await;
    assert_eq!((numbers(&last), &last["pageInfo"]["hasPreviousPage"]), (vec![5, 6], &json!(true)));
}

#[tokio::test]
async fn only_the_sender_edits_and_deletes() {
    let server = TestServer::start().await;
    let (_, pat, _, id) = a_message(&server).await;
    assert_eq!(codes(&server.unchanged(pat.edit(&id, "Take ten")).await), ["NOT_THE_SENDER"]);
    let refused = server.unchanged(pat.delete(&id)).await;
    assert_eq!((codes(&refused), &refused["message"]), (vec!["NOT_THE_SENDER"], &Value::Null));
    assert_eq!(seen(&pat, &id).await["text"], "Take one a day");
}

#[tokio::test]
async fn an_edit_has_to_be_a_message_too() {
    let server = TestServer::start().await;
    let (ada, _, _, id) = a_message(&server).await;
    for (text, code) in
        [("", "BLANK"), ("  \n", "BLANK"), (&"😀".repeat(5_001), "TOO_LONG"), ("a\u{0}b", "INVALID_FORMAT")]
    {
        let refused = server.unchanged(ada.edit(&id, text)).await;
        assert_eq!((codes(&refused), &refused["userErrors"][0]["field"]), (vec![code], &json!(["input", "text"])));
    }
    assert_eq!(ada.edit(&id, &"😀".repeat(5_000)).await["userErrors"], json!([]));
    const EDIT: &str =
        "mutation($m: ID!) { editMessage(input: { messageId: $m, text: \"x\" }) { userErrors { code } } }";
    let made_up = MessageId::generate().to_string();
    assert_eq!(server.unchanged(ada.code(EDIT, json!({ "m": made_up }))).await, "NOT_FOUND");
    assert_eq!(ada.code(EDIT, json!({ "m": ada.id })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_message_can_be_edited_for_a_day_and_deleted_for_ever() {
    let server = TestServer::start().await;
    let (ada, _, _, id) = a_message(&server).await;
    server.clock.advance(Duration::from_secs(86_400 - 60));
    let ada = ada.renewed(&server).await;
    assert_eq!(ada.edit(&id, "Just in time").await["userErrors"], json!([]));
    server.clock.advance(Duration::from_secs(61));
    assert_eq!(codes(&server.unchanged(ada.edit(&id, "Too late")).await), ["WINDOW_CLOSED"]);
    let now = seen(&ada, &id).await;
    assert_eq!((&now["text"], &now["viewerCanEdit"]["code"]), (&json!("Just in time"), &json!("WINDOW_CLOSED")));
    server.clock.advance(Duration::from_secs(365 * 86_400));
    let ada = ada.renewed(&server).await;
    assert_eq!(ada.delete(&id).await["userErrors"], json!([]));
}

#[tokio::test]
async fn a_deleted_message_leaves_a_tombstone_and_no_text_anywhere() {
    let server = TestServer::start().await;
    let (ada, pat, thread, id) = a_message(&server).await;
    ada.edit(&id, "Take two a day").await;
    let gone = ada.delete(&id).await;
    assert_eq!(gone["userErrors"], json!([]));
    for viewer in [&ada, &pat] {
        let tombstone = seen(viewer, &id).await;
        assert_eq!((&tombstone["id"], &tombstone["text"]), (&json!(id), &json!("")));
        assert_eq!(tombstone["deletedBy"]["username"], "ada");
        assert_eq!(tombstone["versions"]["nodes"], json!([]));
        assert_eq!(
            (&tombstone["deletedAt"], &tombstone["updatedAt"]),
            (&gone["message"]["deletedAt"], &gone["message"]["deletedAt"])
        );
        assert!(tombstone["deletedAt"].is_string());
        assert_eq!(viewer.history(&thread).await, [""]);
    }
    let (db, row_id) = (server.app.database.reader(), MessageId::parse(&id).unwrap());
    let row = message::Entity::find().filter(message::Column::Id.eq(row_id)).one(db).await.unwrap().unwrap();
    assert_eq!(row.text, "");
    assert_eq!(message_version::Entity::find().all(db).await.unwrap(), []);

    assert_eq!(codes(&server.unchanged(ada.delete(&id)).await), ["MESSAGE_DELETED"]);
    assert_eq!(codes(&server.unchanged(ada.edit(&id, "Again")).await), ["MESSAGE_DELETED"]);
    assert_eq!(codes(&server.unchanged(pat.delete(&id)).await), ["NOT_THE_SENDER"]);
}

#[tokio::test]
async fn everybody_hears_of_edits_and_deletions() {
    const EVENTS: &str = "subscription($a: String) { events(after: $a) { __typename actor { username }
        ... on MessageEdited { node { id text } } ... on MessageDeleted { node { id text deletedAt } } } }";
    let server = TestServer::start().await;
    let (ada, pat, _, id) = a_message(&server).await;
    server.settle().await;
    let mut events = pat.subscribe(EVENTS, json!({ "a": pat.cursor().await })).await;
    ada.edit(&id, "Take two a day").await;
    let edited = json!({ "__typename": "MessageEdited", "actor": { "username": "ada" }, "node": { "id": id, "text": "Take two a day" } });
    assert_eq!(events.next_event().await, edited);
    let deleted_at = ada.delete(&id).await["message"]["deletedAt"].clone();
    let deleted = json!({ "__typename": "MessageDeleted", "actor": { "username": "ada" }, "node": { "id": id, "text": "", "deletedAt": deleted_at } });
    assert_eq!(events.next_event().await, deleted);
}

#[tokio::test]
async fn what_a_message_says_can_be_done_is_what_the_mutations_do() {
    let server = TestServer::start().await;
    let (ada, pat, thread, id) = a_message(&server).await;
    const STATE: &str = "mutation($c: ID!, $s: ConversationState!) { setConversationState(input: { conversationId: $c, state: $s }) { userErrors { code } } }";
    for state in ["ACTIVE", "ARCHIVED", "ACTIVE"] {
        ada.run(STATE, json!({ "c": thread, "s": state })).await;
        for viewer in [&ada, &pat] {
            let can = seen(viewer, &id).await["viewerCanEdit"].clone();
            let edited = viewer.edit(&id, &format!("As {state}")).await;
            assert_agrees(&can, &edited, &format!("{} edits while {state}", viewer.username));
        }
    }
    for viewer in [&pat, &ada, &ada] {
        let can = seen(viewer, &id).await;
        let deleted = viewer.delete(&id).await;
        assert_agrees(&can["viewerCanDelete"], &deleted, &format!("{} deletes", viewer.username));
        let edited = viewer.edit(&id, "As if nothing had been").await;
        assert_agrees(&seen(viewer, &id).await["viewerCanEdit"], &edited, &format!("{} edits", viewer.username));
    }
}

fn assert_agrees(can: &Value, payload: &Value, what: &str) {
    let refusal = payload["userErrors"].get(0);
    assert_eq!(can["allowed"], refusal.is_none(), "{what}");
    for key in ["code", "message"] {
        assert_eq!(can[key], refusal.map_or(Value::Null, |error| error[key].clone()), "{what}");
    }
}
