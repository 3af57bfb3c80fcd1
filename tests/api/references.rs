//! A button on the page of a visit leads to the conversation about it.

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, TestServer, each};

const OPENED: &str = "created conversation { id externalRef { system id } } userErrors { code field }";

impl Actor {
    async fn open_for(&self, other: &Actor, visit: &str) -> Value {
        let query = format!(
            "mutation($i: OpenDirectConversationInput!) {{ openDirectConversation(input: $i) {{ {OPENED} }} }}"
        );
        let input = json!({ "userId": other.id, "externalRef": { "system": "Visits", "id": visit } });
        self.run(&query, json!({ "i": input })).await["openDirectConversation"].clone()
    }

    async fn group_for(&self, others: &[&Actor], visit: &str) -> Value {
        let query = format!("mutation($i: CreateGroupInput!) {{ createGroup(input: $i) {{ {OPENED} }} }}");
        let ids: Vec<_> = others.iter().map(|other| &other.id).collect();
        let input = json!({
            "clientId": Uuid::now_v7(), "title": "Case conference", "participantIds": ids,
            "externalRef": { "system": "visits", "id": visit },
        });
        self.run(&query, json!({ "i": input })).await["createGroup"].clone()
    }

    async fn about(&self, visit: &str) -> Vec<String> {
        const LIST: &str =
            "query($r: ExternalRefInput) { conversations(filter: { externalRef: $r }) { nodes { id } } }";
        let listed = self.run(LIST, json!({ "r": { "system": " VISITS ", "id": visit } })).await;
        each(&listed["conversations"]["nodes"], "id").into_iter().map(str::to_owned).collect()
    }
}

#[tokio::test]
async fn the_button_of_a_visit_leads_to_the_same_conversation_each_time() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let (first, second) = tokio::join!(ada.open_for(&pat, "v-1"), pat.open_for(&ada, "v-1"));
    assert_eq!(first["conversation"], second["conversation"]);
    assert_ne!(first["created"], second["created"], "one of the two opened it");
    assert_eq!(first["conversation"]["externalRef"], json!({ "system": "visits", "id": "v-1" }));
    let id = first["conversation"]["id"].clone();

    // The next visit of the two is the same conversation, which is found by both.
    let mut events = pat.events(None).await;
    let next = ada.open_for(&pat, "v-2").await;
    assert_eq!((&next["conversation"]["id"], &next["created"]), (&id, &json!(false)));
    assert_eq!(next["conversation"]["externalRef"]["id"], "v-2");
    assert_eq!(events.next_act().await.kind(), "ConversationChanged");
    for visit in ["v-1", "v-2"] {
        assert_eq!(pat.about(visit).await, [id.as_str().unwrap()]);
    }
    // Another patient who names the same visit gets a conversation of their own, and blocks nobody's way.
    let other = kim.open_for(&ada, "v-1").await;
    assert_eq!((&other["created"], &other["userErrors"]), (&json!(true), &json!([])));
    assert_eq!(ada.about("v-1").await.len(), 2);
    assert_eq!(kim.about("v-2").await, [] as [String; 0]);
}

#[tokio::test]
async fn a_visit_has_one_group_however_many_make_it_at_once() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let (pair, three): ([&Actor; 1], [&Actor; 2]) = ([&joe], [&joe, &kim]);
    let asked = (0..8).map(|n| ada.group_for(if n % 2 == 0 { &pair } else { &three }, "v-1"));
    let made = join_all(asked).await;
    assert_eq!(made.iter().filter(|one| one["created"] == true).count(), 1, "{made:?}");
    assert!(made.iter().all(|one| one["conversation"] == made[0]["conversation"]), "{made:?}");
    let from_joe = joe.group_for(&[&ada], "v-1").await;
    assert_eq!((&from_joe["created"], &from_joe["conversation"]), (&json!(false), &made[0]["conversation"]));
    let eve = server.doctor("eve").await;
    let taken = json!([{ "code": "TAKEN", "field": ["input", "externalRef"] }]);
    assert_eq!(eve.group_for(&[&joe], "v-1").await["userErrors"], taken);
}

#[tokio::test]
async fn two_doctors_who_do_not_know_of_each_other_make_one_group_of_a_visit() {
    let server = TestServer::start().await;
    let other_node = server.another_node().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    for visit in 0..10 {
        let visit = format!("v-{visit}");
        let (from_joe, others) = (joe.at(&other_node), [&kim]);
        let (one, other) = tokio::join!(ada.group_for(&others, &visit), from_joe.group_for(&others, &visit));
        let created = [&one, &other].iter().filter(|made| made["created"] == true).count();
        assert_eq!(created, 1, "{one} {other}");
        assert_eq!(kim.about(&visit).await.len(), 1);
    }
}

#[tokio::test]
async fn a_reference_that_cannot_be_is_refused_plainly() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let (ben, sam) = (server.person("ben", bedside::entity::user::Role::Student).await, server.doctor("sam").await);
    for (visit, code) in [("  ", "BLANK"), (&*"v".repeat(201), "TOO_LONG"), ("a\0b", "INVALID_FORMAT")] {
        let refused = json!([{ "code": code, "field": ["input", "externalRef", "id"] }]);
        assert_eq!(ada.open_for(&pat, visit).await["userErrors"], refused);
        assert_eq!(ada.group_for(&[&sam], visit).await["userErrors"], refused);
    }
    let of_a_student = ben.group_for(&[&sam], "v-1").await["userErrors"].clone();
    assert_eq!(of_a_student, json!([{ "code": "NOT_ALLOWED", "field": ["input", "externalRef"] }]));
}

#[tokio::test]
async fn a_reference_is_no_way_around_a_block() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let opened = pat.open_for(&ada, "v-1").await;
    ada.run("mutation($u: ID!) { blockUser(input: { userId: $u }) { userErrors { code } } }", json!({ "u": pat.id }))
        .await;
    let again = pat.open_for(&ada, "read this").await;
    assert_eq!(again["conversation"], opened["conversation"], "the same conversation, with nothing new in it");
    assert_eq!(ada.about("read this").await, [] as [String; 0]);
}

#[tokio::test]
async fn a_group_that_was_taken_away_frees_its_visit_for_another() {
    const DELETE: &str = "mutation($c: ID!) { deleteConversation(input: { conversationId: $c, reason: \"Mixed up\" }) { userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let root = server.person("root", bedside::entity::user::Role::Admin).await;
    let first = ada.group_for(&[&joe], "v-1").await;
    root.run(DELETE, json!({ "c": first["conversation"]["id"] })).await;
    let second = joe.group_for(&[&ada], "v-1").await;
    assert_eq!((&second["created"], &second["userErrors"]), (&json!(true), &json!([])));
    assert_eq!(ada.about("v-1").await, [second["conversation"]["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn a_group_that_everybody_left_frees_its_visit_too() {
    const LEAVE: &str =
        "mutation($c: ID!) { leaveConversation(input: { conversationId: $c }) { userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let first = ada.group_for(&[&joe], "v-1").await["conversation"]["id"].clone();
    for who in [&joe, &ada] {
        assert!(who.refused(LEAVE, json!({ "c": first })).await.is_empty());
    }
    let second = joe.group_for(&[&ada], "v-1").await;
    assert_eq!((&second["created"], &second["userErrors"]), (&json!(true), &json!([])));
    assert_ne!(second["conversation"]["id"], first);
}
