//! Sending, hearing, editing and deleting.

use serde_json::json;

use crate::support::TestServer;

const MESSAGE_ADDED: &str =
    "subscription($c: ID!) { messageAdded(conversationId: $c) { cursor node { id text sender { username } } } }";

#[tokio::test]
async fn a_patient_hears_what_the_doctor_sends() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut inbox = pat.subscribe(MESSAGE_ADDED, json!({ "c": thread })).await;
    ada.send(&thread, "Results are in").await;
    let heard = inbox.next().await;
    assert_eq!(heard["messageAdded"]["node"]["text"], "Results are in");
    assert_eq!(heard["messageAdded"]["node"]["sender"]["username"], "ada");
    assert_eq!(pat.history(&thread).await, ["Results are in"]);
}
