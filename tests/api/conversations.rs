//! Opening conversations, their states, and what they tell of themselves.

use bedside::{config::Preset, entity::user::Role, ids::UserId};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, message, to};

const OPEN: &str = "mutation($i: OpenDirectConversationInput!) { openDirectConversation(input: $i) {
    conversation { id kind purpose partner { username } } created userErrors { code field message } } }";
const STATE: &str = "mutation($i: SetConversationStateInput!) { setConversationState(input: $i) { conversation { state } userErrors { code message } } }";

async fn open(viewer: &Actor, other: &str) -> Value {
    viewer.run(OPEN, json!({ "i": { "userId": other } })).await["openDirectConversation"].clone()
}

async fn set_state(viewer: &Actor, conversation: &str, state: &str) -> Value {
    let input = json!({ "conversationId": conversation, "state": state });
    viewer.run(STATE, json!({ "i": input })).await["setConversationState"].clone()
}

#[tokio::test]
async fn two_people_have_one_conversation_whoever_opens_it() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let input = json!({ "userId": pat.id, "purpose": "CONSULTATION" });
    let first = ada.run(OPEN, json!({ "i": input })).await["openDirectConversation"].clone();
    assert_eq!((&first["created"], &first["userErrors"]), (&json!(true), &json!([])));
    let expected = json!({ "id": first["conversation"]["id"], "kind": "DIRECT", "purpose": "CONSULTATION", "partner": { "username": "pat" } });
    assert_eq!(first["conversation"], expected);
    for (viewer, other, partner) in [(&ada, &pat, "pat"), (&pat, &ada, "ada")] {
        let again = server.unchanged(open(viewer, &other.id)).await;
        assert_eq!(again["created"], false);
        assert_eq!(again["conversation"]["id"], first["conversation"]["id"]);
        assert_eq!(again["conversation"]["purpose"], "CONSULTATION", "the purpose is for a new one only");
        assert_eq!(again["conversation"]["partner"]["username"], partner);
    }
}

#[tokio::test]
async fn two_people_who_open_at_once_many_times_meet_in_one_conversation() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let opened = join_all((0..40).map(|n| if n % 2 == 0 { open(&ada, &pat.id) } else { open(&pat, &ada.id) })).await;
    let first = &opened[0]["conversation"]["id"];
    assert!(first.is_string() && opened.iter().all(|payload| payload["conversation"]["id"] == *first), "{opened:?}");
    assert_eq!(opened.iter().filter(|payload| payload["created"] == true).count(), 1);
}

#[tokio::test]
async fn a_conversation_with_oneself_or_with_nobody_is_refused() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let own = server.unchanged(open(&ada, &ada.id)).await;
    assert_eq!(codes(&own), ["SELF_NOT_ALLOWED"]);
    assert_eq!((&own["conversation"], &own["created"]), (&Value::Null, &json!(false)));
    let made_up = UserId::generate().to_string();
    assert_eq!(server.unchanged(ada.code(OPEN, json!({ "i": { "userId": made_up } }))).await, "NOT_FOUND");
    for wrong in [ada.session.as_str(), "user_", "", "ada", "user_zzzzzzzzzzzzzzzzzzzzzzzzzz"] {
        let code = ada.code(OPEN, json!({ "i": { "userId": wrong } })).await;
        assert_eq!(code, "BAD_USER_INPUT", "{wrong:?}");
    }
}

#[tokio::test]
async fn patients_do_not_chat_with_each_other() {
    let server = TestServer::start().await;
    let (pat, kim) = (server.patient("pat").await, server.patient("kim").await);
    let refused = server.unchanged(open(&pat, &kim.id)).await;
    assert_eq!(codes(&refused), ["ROLE_PAIR_NOT_ALLOWED"]);
    assert_eq!(refused["userErrors"][0]["field"], json!(["input", "userId"]));
    let sent = server.unchanged(pat.say(message(&json!({ "userId": kim.id }), "Hello"))).await;
    assert_eq!(codes(&sent), ["ROLE_PAIR_NOT_ALLOWED"]);
}

#[tokio::test]
async fn a_strict_clinic_lets_only_patients_and_clinicians_chat() {
    let server = TestServer::start_with(|config| config.rules.preset = Preset::Strict).await;
    let (pat, kim) = (server.patient("pat").await, server.patient("kim").await);
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let admin = server.person("root", Role::Admin).await;
    for (one, other) in [(&pat, &kim), (&ada, &joe), (&admin, &pat)] {
        let refused = server.unchanged(open(one, &other.id)).await;
        assert_eq!(codes(&refused), ["ROLE_PAIR_NOT_ALLOWED"]);
        let sentence = &refused["userErrors"][0]["message"];
        assert_eq!(sentence, "Only patients and clinicians can chat with each other");
    }
    assert_eq!(open(&pat, &ada.id).await["created"], true);
}

#[tokio::test]
async fn whether_somebody_can_be_messaged_is_told_as_the_mutation_decides_it() {
    for preset in [Preset::Care, Preset::Strict] {
        check_every_pair(&TestServer::start_with(|config| config.rules.preset = preset).await).await;
    }
}

async fn check_every_pair(server: &TestServer) {
    let roles = [Role::Patient, Role::Clinician, Role::Student, Role::Caregiver, Role::Staff, Role::Admin];
    let names = roles.map(|role| format!("{role:?}").to_lowercase());
    let people = join_all(roles.iter().zip(&names).map(|(role, name)| server.person(name, *role))).await;
    const CAN: &str = "query($u: ID!) { user(id: $u) { viewerCanMessage { allowed code message } } }";
    for (viewer, other) in people.iter().flat_map(|one| people.iter().map(move |other| (one, other))) {
        let can = viewer.run(CAN, json!({ "u": other.id })).await["user"]["viewerCanMessage"].clone();
        let opened = open(viewer, &other.id).await;
        let pair = format!("{} with {}", viewer.username, other.username);
        assert_eq!(can["allowed"], opened["userErrors"] == json!([]), "{pair}");
        assert_eq!(
            can["code"],
            opened["userErrors"].get(0).map_or(Value::Null, |error| error["code"].clone()),
            "{pair}"
        );
    }
}

#[tokio::test]
async fn nothing_can_be_sent_to_an_archived_or_closed_conversation() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let before = pat.sent(&thread, "Before").await;
    assert_eq!(set_state(&ada, &thread, "ARCHIVED").await["conversation"]["state"], "ARCHIVED");
    for input in [message(&to(&thread), "Hello"), message(&json!({ "userId": ada.id }), "Hello")] {
        assert_eq!(codes(&server.unchanged(pat.say(input)).await), ["CONVERSATION_CLOSED"]);
    }
    assert_eq!(codes(&server.unchanged(pat.edit(&before, "After")).await), ["CONVERSATION_CLOSED"]);
    assert_eq!(pat.history(&thread).await, ["Before", ""], "it can still be read, with the line of the server");

    let idle = server.unchanged(set_state(&ada, &thread, "ARCHIVED")).await;
    assert_eq!(idle["conversation"]["state"], "ARCHIVED", "the same state again changes nothing");
    assert_eq!(set_state(&ada, &thread, "ACTIVE").await["conversation"]["state"], "ACTIVE");
    assert_eq!(pat.say(message(&to(&thread), "Here again")).await["userErrors"], json!([]));

    assert_eq!(set_state(&ada, &thread, "CLOSED").await["conversation"]["state"], "CLOSED");
    assert_eq!(codes(&server.unchanged(ada.say(message(&to(&thread), "One more"))).await), ["CONVERSATION_CLOSED"]);
    assert_eq!(codes(&server.unchanged(set_state(&ada, &thread, "ACTIVE")).await), ["CONVERSATION_CLOSED"]);
    assert_eq!(codes(&server.unchanged(set_state(&pat, &thread, "ACTIVE")).await), ["NOT_ALLOWED"]);
}

#[tokio::test]
async fn two_people_whose_conversation_was_closed_begin_a_new_one_and_the_old_stays_closed() {
    let server = TestServer::start().await;
    let (root, pat) = (server.person("root", Role::Admin).await, server.patient("pat").await);
    let old = server.conversation(&[&root, &pat]).await;
    pat.send(&old, "Before").await;
    set_state(&root, &old, "CLOSED").await;

    let opened = open(&pat, &root.id).await;
    assert_eq!((&opened["created"], &opened["userErrors"]), (&json!(true), &json!([])));
    let new = opened["conversation"]["id"].as_str().unwrap().to_owned();
    assert_ne!(new, old);
    let sent = pat.say(message(&json!({ "userId": root.id }), "After")).await;
    assert_eq!(sent["message"]["conversation"]["id"], new.as_str());
    assert_eq!(server.unchanged(open(&root, &pat.id)).await["conversation"]["id"], new.as_str());
    assert_eq!(pat.history(&old).await[0], "Before", "the old one is still read");

    assert_eq!(codes(&server.unchanged(set_state(&root, &old, "ACTIVE")).await), ["CONVERSATION_CLOSED"]);
    set_state(&root, &new, "CLOSED").await;
    assert_eq!(set_state(&root, &old, "ACTIVE").await["userErrors"], json!([]));
    assert_eq!(open(&pat, &root.id).await["conversation"]["id"], old.as_str());
}

#[tokio::test]
async fn only_an_administrator_opens_a_closed_conversation_again() {
    let server = TestServer::start().await;
    let (root, pat) = (server.person("root", Role::Admin).await, server.patient("pat").await);
    let thread = server.conversation(&[&root, &pat]).await;
    set_state(&root, &thread, "CLOSED").await;
    assert_eq!(set_state(&root, &thread, "ACTIVE").await["conversation"]["state"], "ACTIVE");
    assert_eq!(pat.say(message(&to(&thread), "Thank you")).await["userErrors"], json!([]));
}

#[tokio::test]
async fn what_a_conversation_says_can_be_done_is_what_the_mutations_do() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let direct = server.conversation(&[&ada, &pat]).await;
    let group = server.conversation(&[&ada, &joe, &pat]).await;
    for state in ["ACTIVE", "ARCHIVED", "CLOSED"] {
        for thread in [&direct, &group] {
            assert_eq!(set_state(&ada, thread, state).await["userErrors"], json!([]));
            for viewer in [&pat, &ada] {
                check_permissions(viewer, thread, &format!("{} in {state}", viewer.username)).await;
            }
            assert!(joe.run("{ viewer { id } }", json!({})).await["viewer"].is_object());
        }
    }
}

/// Holds `viewerCan…` against what the mutations answer, in words that change nothing: a state the conversation
/// already has, and somebody who is not there.
async fn check_permissions(viewer: &Actor, thread: &str, what: &str) {
    const CAN: &str = "query($c: ID!) { conversation(id: $c) { state viewerCanSend { ...P } viewerCanChangeState { ...P }
        viewerCanManageParticipants { ...P } viewerCanLeave { ...P } } } fragment P on Permission { allowed code message }";
    const REMOVE: &str =
        "mutation($i: RemoveParticipantInput!) { removeParticipant(input: $i) { userErrors { code message } } }";
    let can = viewer.run(CAN, json!({ "c": thread })).await["conversation"].clone();
    let sent = viewer.say(message(&to(thread), "Hello")).await;
    assert_agrees(&can["viewerCanSend"], sent["userErrors"].get(0), &format!("sending, {what}"));
    let state = set_state(viewer, thread, can["state"].as_str().unwrap()).await;
    assert_agrees(&can["viewerCanChangeState"], state["userErrors"].get(0), &format!("the state, {what}"));
    let stranger = UserId::generate().to_string();
    let removed = viewer.try_run(REMOVE, json!({ "i": { "conversationId": thread, "userId": stranger } })).await;
    if can["viewerCanManageParticipants"]["allowed"] == true {
        assert_eq!(removed.code(), "NOT_FOUND", "{what}");
    } else {
        let payload = removed.data()["removeParticipant"].clone();
        assert_agrees(&can["viewerCanManageParticipants"], payload["userErrors"].get(0), &format!("people, {what}"));
    }
}

fn assert_agrees(can: &Value, refusal: Option<&Value>, what: &str) {
    assert_eq!(can["allowed"], refusal.is_none(), "{what}");
    for key in ["code", "message"] {
        assert_eq!(can[key], refusal.map_or(Value::Null, |error| error[key].clone()), "{what}");
    }
}

#[tokio::test]
async fn an_administrator_takes_a_conversation_away_and_the_two_begin_anew() {
    const DELETE: &str = "mutation($c: ID!, $r: String!) { deleteConversation(input: { conversationId: $c, reason: $r }) { conversationId userErrors { code field } } }";
    const OPEN: &str =
        "mutation($u: ID!) { openDirectConversation(input: { userId: $u }) { created conversation { id } } }";
    let server = TestServer::start().await;
    let root = server.person("root", Role::Admin).await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "To the wrong patient").await;
    let mut events = pat.events(None).await;
    assert_eq!(ada.code(DELETE, json!({ "c": thread, "r": "Mixed up" })).await, "FORBIDDEN");
    let blank = root.run(DELETE, json!({ "c": thread, "r": " " })).await["deleteConversation"].clone();
    assert_eq!(blank["userErrors"], json!([{ "code": "BLANK", "field": ["input", "reason"] }]));
    for _ in 0..2 {
        let deleted = root.run(DELETE, json!({ "c": thread, "r": "Mixed up" })).await["deleteConversation"].clone();
        assert_eq!(deleted, json!({ "conversationId": thread, "userErrors": [] }));
    }
    let expected = ["ConversationDeleted", "ParticipantRemoved"].map(|kind| format!("{kind} {thread}"));
    assert_eq!([events.what().await, events.next_of("ParticipantRemoved").await.what()], expected);
    for person in [&ada, &pat, &root] {
        let seen = person.run("query($c: ID!) { conversation(id: $c) { id } }", json!({ "c": thread })).await;
        assert_eq!(seen["conversation"], Value::Null);
        assert_eq!(
            person.run("{ conversations { nodes { id } } }", json!({})).await["conversations"]["nodes"],
            json!([])
        );
    }
    let opened = pat.run(OPEN, json!({ "u": ada.id })).await["openDirectConversation"].clone();
    assert_eq!(opened["created"], true);
    let anew = opened["conversation"]["id"].as_str().unwrap();
    assert_ne!(anew, thread);
    ada.send(anew, "Now to the right one").await;
    assert_eq!(pat.history(anew).await, ["Now to the right one"]);
    assert_eq!(root.code(DELETE, json!({ "c": "conv_01h455vb4pex5vsknk084sn02q", "r": "Gone" })).await, "NOT_FOUND");
}
