//! Taking back what somebody else sent.

use bedside::entity::user::Role;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes};

const RETRACT: &str = "mutation($i: RetractMessageInput!) { retractMessage(input: $i) { messageId message { text deletedBy { username } deleteReason } userErrors { code field } } }";
const SEEN: &str =
    "query($m: ID!) { message(id: $m) { text deletedBy { username } deleteReason viewerCanRetract { allowed code } } }";

async fn retract(who: &Actor, message: &str, reason: &str) -> Value {
    who.run(RETRACT, json!({ "i": { "messageId": message, "reason": reason } })).await["retractMessage"].clone()
}

#[tokio::test]
async fn who_leads_a_group_takes_back_a_message_and_everybody_reads_why() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.group(&ada, &[&joe, &pat]).await;
    let id = joe.sent(&group, "About another patient").await;
    for (who, allowed) in [(&ada, true), (&joe, false), (&pat, false)] {
        let seen = who.run(SEEN, json!({ "m": id })).await["message"]["viewerCanRetract"].clone();
        assert_eq!(seen["allowed"], allowed, "{}", who.username);
    }
    assert_eq!(codes(&server.unchanged(retract(&pat, &id, "I dislike it")).await), ["NOT_ALLOWED"]);
    for (reason, code) in [(" ".to_owned(), "BLANK"), ("x".repeat(501), "TOO_LONG")] {
        assert_eq!(codes(&server.unchanged(retract(&ada, &id, &reason)).await), [code]);
    }
    let mut heard = pat.events(None).await;
    let done = retract(&ada, &id, " Wrong patient ").await;
    assert_eq!(
        done["message"],
        json!({ "text": "", "deletedBy": { "username": "ada" }, "deleteReason": "Wrong patient" })
    );
    assert_eq!(heard.next_act().await.what(), format!("MessageDeleted {id}"));
    assert_eq!(pat.run(SEEN, json!({ "m": id })).await["message"]["deleteReason"], "Wrong patient");
    assert_eq!(codes(&server.unchanged(retract(&ada, &id, "Again")).await), ["MESSAGE_DELETED"]);
}

#[tokio::test]
async fn an_administrator_takes_back_what_they_may_not_read_and_learns_nothing_of_it() {
    let server = TestServer::start().await;
    let (ada, pat, root) =
        (server.doctor("ada").await, server.patient("pat").await, server.person("root", Role::Admin).await);
    let kim = server.doctor("kim").await;
    let thread = server.conversation(&[&ada, &pat]).await;
    let id = ada.sent(&thread, "Not yours").await;
    let refused = kim.code(RETRACT, json!({ "i": { "messageId": id, "reason": "x" } })).await;
    assert_eq!(refused, "NOT_FOUND");
    assert_eq!(codes(&server.unchanged(retract(&pat, &id, "x")).await), ["NOT_ALLOWED"], "two people are no group");
    let done = retract(&root, &id, "A complaint").await;
    assert_eq!((&done["messageId"], &done["message"]), (&json!(id), &Value::Null));
    let seen = pat.run(SEEN, json!({ "m": id })).await["message"].clone();
    assert_eq!((&seen["text"], &seen["deletedBy"]["username"]), (&json!(""), &json!("root")));
}
