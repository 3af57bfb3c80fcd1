//! What somebody sets for themselves in a conversation: put away, told of less, quiet for a while.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, TestServer, each};

const OWN: &str =
    "conversation { viewerHasArchived viewerNotificationLevel viewerQuietUntil } userErrors { code field }";

impl Actor {
    async fn archive(&self, thread: &str, archived: bool) -> Value {
        let query = format!(
            "mutation($c: ID!, $a: Boolean!) {{ archiveForMe(input: {{ conversationId: $c, archived: $a }}) {{ {OWN} }} }}"
        );
        self.run(&query, json!({ "c": thread, "a": archived })).await["archiveForMe"].clone()
    }

    async fn set_level(&self, input: Value) -> Value {
        let query =
            format!("mutation($i: SetNotificationLevelInput!) {{ setNotificationLevel(input: $i) {{ {OWN} }} }}");
        self.run(&query, json!({ "i": input })).await["setNotificationLevel"].clone()
    }

    /// The conversations that are put away, or the others.
    async fn list(&self, archived: bool) -> Vec<String> {
        const LIST: &str = "query($a: Boolean) { conversations(filter: { archivedForMe: $a }) { nodes { id } } }";
        let listed = self.run(LIST, json!({ "a": archived })).await["conversations"]["nodes"].clone();
        each(&listed, "id").into_iter().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn what_is_put_away_comes_back_with_the_next_message() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "Get well soon").await;
    let mut phone = server.signed_in_again(&ada).await.events(None).await;
    let mut of_pat = pat.events(None).await;
    let put_away = ada.archive(&thread, true).await;
    assert_eq!((&put_away["userErrors"], &put_away["conversation"]["viewerHasArchived"]), (&json!([]), &json!(true)));
    assert_eq!((ada.list(true).await, ada.list(false).await), (vec![thread.clone()], vec![]));
    assert_eq!(pat.list(false).await, [thread.as_str()], "nobody else has put it away");
    phone.next_of("ConversationChanged").await;

    pat.send(&thread, "It hurts again").await;
    assert_eq!((ada.list(true).await, ada.list(false).await), (vec![], vec![thread.clone()]));
    let heard = of_pat.until("It hurts again").await;
    assert!(heard.iter().all(|event| event.kind() != "ConversationChanged"), "the others do not hear of it: {heard:?}");

    ada.archive(&thread, true).await;
    assert_eq!(ada.archive(&thread, false).await["conversation"]["viewerHasArchived"], false);
    assert_eq!(ada.list(false).await, [thread]);
}

#[tokio::test]
async fn somebody_wants_to_hear_less_and_nothing_for_a_while() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let until = server.app.clock.now().plus(Duration::from_secs(3600)).rfc3339();
    let set = ada.set_level(json!({ "conversationId": thread, "level": "MENTIONS", "quietUntil": until })).await;
    let own = |level: &str, until: Value| json!({ "viewerHasArchived": false, "viewerNotificationLevel": level, "viewerQuietUntil": until });
    assert_eq!(set["conversation"], own("MENTIONS", json!(until)));
    let set = ada.set_level(json!({ "conversationId": thread, "level": "NONE" })).await;
    assert_eq!(set["conversation"], own("NONE", json!(until)), "what is left out stays");
    const OF_PAT: &str = "query($c: ID!) { conversation(id: $c) { viewerNotificationLevel viewerQuietUntil } }";
    let of_pat = pat.run(OF_PAT, json!({ "c": thread })).await["conversation"].clone();
    assert_eq!(of_pat, json!({ "viewerNotificationLevel": "ALL", "viewerQuietUntil": null }));
    server.clock.advance(Duration::from_secs(3601));
    let ada = ada.renewed(&server).await;
    let set = ada.set_level(json!({ "conversationId": thread })).await;
    assert_eq!(set["conversation"], own("NONE", Value::Null), "the time is over");
    let again = server.app.clock.now().plus(Duration::from_secs(60)).rfc3339();
    ada.set_level(json!({ "conversationId": thread, "quietUntil": again })).await;
    let set = ada.set_level(json!({ "conversationId": thread, "quietUntil": null })).await;
    assert_eq!(set["conversation"]["viewerQuietUntil"], Value::Null);
    let far = server.app.clock.now().plus(Duration::from_secs(400 * 86_400)).rfc3339();
    let set = ada.set_level(json!({ "conversationId": thread, "quietUntil": far })).await;
    assert_eq!(set["userErrors"], json!([{ "code": "TOO_LONG", "field": ["input", "quietUntil"] }]));
}

#[tokio::test]
async fn who_comes_back_to_a_group_begins_anew() {
    let server = TestServer::start().await;
    let (ada, kim) = (server.doctor("ada").await, server.doctor("kim").await);
    let group = server.group(&ada, &[&kim]).await;
    kim.set_level(json!({ "conversationId": group, "level": "NONE" })).await;
    kim.archive(&group, true).await;
    ada.remove(&group, &kim).await;
    const ADD: &str = "mutation($i: AddParticipantsInput!) { addParticipants(input: $i) { userErrors { code } } }";
    ada.run(ADD, json!({ "i": { "conversationId": group, "userIds": [kim.id] } })).await;
    const OWN: &str = "query($c: ID!) { conversation(id: $c) { viewerNotificationLevel viewerHasArchived } }";
    let own = kim.run(OWN, json!({ "c": group })).await["conversation"].clone();
    assert_eq!(own, json!({ "viewerNotificationLevel": "ALL", "viewerHasArchived": false }));
}
