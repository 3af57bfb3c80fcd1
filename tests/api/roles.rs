//! Who may start talking to whom, as a clinic sets it.

use bedside::entity::user::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, TestServer, codes, message};

const OPEN: &str = "mutation($i: OpenDirectConversationInput!) { act: openDirectConversation(input: $i) {
    conversation { id } created userErrors { code field message } } }";
const CREATE: &str = "mutation($i: CreateGroupInput!) { act: createGroup(input: $i) { conversation { id } userErrors { code field message } } }";
const ADD: &str =
    "mutation($i: AddParticipantsInput!) { act: addParticipants(input: $i) { userErrors { code field message } } }";
const INVITE: &str = "mutation($i: InviteParticipantsInput!) { act: inviteParticipants(input: $i) { userErrors { code field message } } }";
const CAN: &str = "query($u: ID!) { user(id: $u) { viewerCanMessage { allowed code message } } }";

async fn act(who: &Actor, query: &str, input: Value) -> Value {
    who.run(query, json!({ "i": input })).await["act"].take()
}

#[tokio::test]
async fn a_clinician_nobody_has_checked_does_not_start_with_patients() {
    let server = TestServer::start().await;
    let (eve, joe, pat) = (server.newcomer("eve").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.group(&eve, &[&joe]).await;
    let to_group = json!({ "conversationId": group, "userIds": [pat.id] });
    let with_pat = json!({ "clientId": Uuid::now_v7(), "title": "Ward round", "participantIds": [pat.id, joe.id] });
    for (query, input, field) in [
        (OPEN, json!({ "userId": pat.id }), json!(["input", "userId"])),
        (CREATE, with_pat, json!(["input", "participantIds"])),
        (ADD, to_group.clone(), json!(["input", "userIds"])),
        (INVITE, to_group, json!(["input", "userIds"])),
    ] {
        let refused = server.unchanged(act(&eve, query, input)).await;
        assert_eq!((codes(&refused), &refused["userErrors"][0]["field"]), (vec!["NOT_VERIFIED"], &field), "{query}");
    }
    let refused = server.unchanged(eve.say(message(&json!({ "userId": pat.id }), "Hello"))).await;
    assert_eq!(
        (codes(&refused), &refused["userErrors"][0]["field"]),
        (vec!["NOT_VERIFIED"], &json!(["input", "to", "userId"]))
    );
    let can = eve.run(CAN, json!({ "u": pat.id })).await["user"]["viewerCanMessage"].clone();
    assert_eq!((&can["allowed"], &can["code"]), (&json!(false), &json!("NOT_VERIFIED")));

    let opened = act(&pat, OPEN, json!({ "userId": eve.id })).await;
    assert_eq!(opened["created"], true, "a patient may write to whom they like");
    let thread = opened["conversation"]["id"].as_str().unwrap();
    pat.send(thread, "Are you my new doctor?").await;
    eve.send(thread, "I will be, once they have seen my papers").await;
    assert_eq!(codes(&act(&eve, OPEN, json!({ "userId": joe.id })).await), [""; 0], "colleagues can be asked");
}

#[tokio::test]
async fn a_clinic_may_trust_those_it_has_not_checked() {
    let server = TestServer::start_with(|config| config.rules.unverified_clinicians_start = true).await;
    let (eve, pat) = (server.newcomer("eve").await, server.patient("pat").await);
    assert_eq!(act(&eve, OPEN, json!({ "userId": pat.id })).await["created"], true);
}

#[tokio::test]
async fn a_clinic_may_list_its_own_pairs() {
    let pairs = ["STAFF-PATIENT", "STUDENT-STUDENT"].map(|pair| pair.parse().unwrap());
    let server = TestServer::start_with(|config| config.rules.pairs = Some(pairs.into())).await;
    let (pat, ada) = (server.patient("pat").await, server.doctor("ada").await);
    let (desk, root) = (server.person("desk", Role::Staff).await, server.person("root", Role::Admin).await);
    let refused = server.unchanged(act(&pat, OPEN, json!({ "userId": ada.id }))).await;
    assert_eq!(codes(&refused), ["ROLE_PAIR_NOT_ALLOWED"]);
    assert_eq!(act(&pat, OPEN, json!({ "userId": desk.id })).await["created"], true);
    assert_eq!(act(&root, OPEN, json!({ "userId": pat.id })).await["created"], true);
}
