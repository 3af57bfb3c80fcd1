//! People who do not show what they have read.

use serde_json::{Value, json};

use crate::support::{Actor, TestServer, message, to, with};

const SHARE: &str = "mutation($s: Boolean!) { updateSettings(input: { sharesReadReceipts: $s }) { viewer { sharesReadReceipts } userErrors { code } } }";
const SEEN: &str = "query($m: ID!) { message(id: $m) { status receipts { nodes { user { username } deliveredAt readAt } } conversation { participants { nodes { user { username } readUpTo } } } } }";

async fn share(who: &Actor, shares: bool) {
    let told = who.run(SHARE, json!({ "s": shares })).await["updateSettings"].clone();
    assert_eq!(told["viewer"]["sharesReadReceipts"], shares);
}

async fn seen(who: &Actor, id: &str) -> (Value, bool, bool) {
    let seen = who.run(SEEN, json!({ "m": id })).await["message"].clone();
    let receipt = seen["receipts"]["nodes"][0].clone();
    let people = seen["conversation"]["participants"]["nodes"].as_array().unwrap().clone();
    let pat = people.iter().find(|person| person["user"]["username"] == "pat").unwrap();
    (seen["status"].clone(), receipt["readAt"].is_string(), pat["readUpTo"].is_string())
}

#[tokio::test]
async fn a_patient_reads_without_showing_it_but_for_what_is_urgent() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    share(&pat, false).await;
    let plain = ada.sent(&thread, "How are you?").await;
    let urgent = ada.say(with(message(&to(&thread), "Call me now"), &json!({ "isUrgent": true }))).await;
    let urgent = urgent["message"]["id"].as_str().unwrap().to_owned();
    let mut heard = ada
        .subscribe(
            "subscription { events { __typename ... on MessageChanged { what node { id status } } } }",
            json!({}),
        )
        .await;
    assert_eq!(heard.next_event().await["__typename"], "Ready");
    assert_eq!(pat.read(&thread, None).await, 2);
    let event = heard.next_event().await;
    assert_eq!(
        event,
        json!({ "__typename": "MessageChanged", "what": "RECEIPTS", "node": { "id": urgent, "status": "READ" } }),
        "not MessagesRead"
    );
    assert_eq!(pat.unread().await.0, 0);
    assert_eq!(seen(&ada, &plain).await, (json!("DELIVERED"), false, false));
    assert_eq!(seen(&ada, &urgent).await, (json!("READ"), true, false));
    let own = pat.run(SEEN, json!({ "m": plain })).await["message"]["conversation"]["participants"]["nodes"].clone();
    let own = own.as_array().unwrap().iter().find(|person| person["user"]["username"] == "pat").unwrap().clone();
    assert!(own["readUpTo"].is_string(), "what one has read oneself is no secret");

    share(&pat, true).await;
    assert_eq!(seen(&ada, &plain).await, (json!("DELIVERED"), false, false), "what was read before stays as it was");
    let next = ada.sent(&thread, "Thank you").await;
    pat.read(&thread, None).await;
    assert_eq!(seen(&ada, &next).await, (json!("READ"), true, true));
}

#[tokio::test]
async fn a_listener_of_the_other_devices_still_hears_it() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    share(&pat, false).await;
    ada.send(&thread, "Hello").await;
    let mut tablet = pat.events(None).await;
    pat.read(&thread, None).await;
    assert_eq!(tablet.next_act().await.kind(), "MessagesRead");
}

#[tokio::test]
async fn saying_later_that_it_is_urgent_uncovers_nothing() {
    const URGENT: &str =
        "mutation($m: ID!) { setUrgent(input: { messageId: $m, isUrgent: true }) { userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    share(&pat, false).await;
    let plain = ada.sent(&thread, "How are you?").await;
    pat.read(&thread, None).await;
    assert!(ada.refused(URGENT, json!({ "m": plain })).await.is_empty());
    assert_eq!(seen(&ada, &plain).await, (json!("DELIVERED"), false, false));
}

#[tokio::test]
async fn that_it_arrived_is_told_though_that_it_was_read_is_not() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    share(&pat, false).await;
    ada.send(&thread, "How are you?").await;
    let mut heard = ada.events(None).await;
    pat.read(&thread, None).await;
    assert_eq!(heard.next().await.kind(), "MessagesDelivered");
}
