//! Groups: making them, leaving them, taking somebody out.

use bedside::{entity::user::Role, ids::UserId};
use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, TestServer, codes, each, message, to, with};

const CREATE: &str = "mutation($i: CreateGroupInput!) { createGroup(input: $i) {
    conversation { id kind title purpose createdBy { username } participants { nodes { role user { username } } } }
    created userErrors { code field } } }";
const REMOVE: &str = "mutation($i: RemoveParticipantInput!) { removeParticipant(input: $i) {
    conversation { participants { nodes { user { username } } } } userErrors { code message } } }";
const LEAVE: &str = "mutation($c: ID!) { leaveConversation(input: { conversationId: $c }) { conversationId userErrors { code message } } }";
const MESSAGE_ADDED: &str = "subscription($c: ID!) { messageAdded(conversationId: $c) { node { text } } }";
const EVENTS: &str = "subscription($a: String) { events(after: $a) { __typename ... on MessageAdded { node { text } } ... on ParticipantRemoved { conversationId user { username } } } }";

fn round(people: &[&Actor]) -> Value {
    let ids: Vec<_> = people.iter().map(|person| &person.id).collect();
    json!({ "clientId": Uuid::now_v7(), "title": "Ward round", "participantIds": ids })
}

async fn create(viewer: &Actor, input: &Value) -> Value {
    viewer.run(CREATE, json!({ "i": input })).await["createGroup"].clone()
}

async fn try_remove(viewer: &Actor, group: &str, who: &Actor) -> Value {
    viewer.run(REMOVE, json!({ "i": { "conversationId": group, "userId": who.id } })).await["removeParticipant"].clone()
}

async fn leave(viewer: &Actor, group: &str) -> Value {
    viewer.run(LEAVE, json!({ "c": group })).await["leaveConversation"].clone()
}

#[tokio::test]
async fn a_doctor_makes_a_group_and_the_same_request_again_gives_it_back() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let input = with(round(&[&joe, &pat, &joe, &ada]), &json!({ "title": "  Ward round ", "purpose": "CASE" }));
    let made = create(&ada, &input).await;
    assert_eq!((&made["created"], &made["userErrors"]), (&json!(true), &json!([])));
    let group = &made["conversation"];
    assert_eq!(
        (&group["kind"], &group["title"], &group["purpose"]),
        (&json!("GROUP"), &json!("Ward round"), &json!("CASE"))
    );
    assert_eq!(group["createdBy"]["username"], "ada");
    let mut people: Vec<_> = group["participants"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["user"]["username"], one["role"]))
        .collect();
    people.sort();
    assert_eq!(people, [r#""ada" "OWNER""#, r#""joe" "MEMBER""#, r#""pat" "MEMBER""#]);

    let again = join_all((0..10).map(|_| create(&ada, &input))).await;
    for answer in again {
        assert_eq!((&answer["created"], &answer["conversation"]["id"]), (&json!(false), &group["id"]));
    }
    let other = json!({ "i": with(input.clone(), &json!({ "title": "Another round" })) });
    assert_eq!(server.unchanged(ada.code(CREATE, other)).await, "CONFLICT");
    assert_eq!(create(&joe, &with(input, &json!({ "participantIds": [ada.id] }))).await["created"], true);
}

#[tokio::test]
async fn a_group_that_cannot_be_is_refused_and_nothing_is_stored() {
    let server = TestServer::start_with(|config| config.limits.participants_max = 3).await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (kim, stu) = (server.patient("kim").await, server.person("stu", Role::Student).await);
    for (viewer, input, code, field) in [
        (&ada, with(round(&[&pat]), &json!({ "title": " " })), "BLANK", "title"),
        (&ada, with(round(&[&pat]), &json!({ "title": "a\u{0}b" })), "INVALID_FORMAT", "title"),
        (&ada, with(round(&[&pat]), &json!({ "title": "x".repeat(201) })), "TOO_LONG", "title"),
        (&ada, round(&[&joe, &pat, &kim]), "TOO_MANY", "participantIds"),
        (&pat, round(&[&ada, &kim]), "ROLE_PAIR_NOT_ALLOWED", "participantIds"),
        (&stu, round(&[&pat]), "ROLE_PAIR_NOT_ALLOWED", "participantIds"),
    ] {
        let refused = server.unchanged(create(viewer, &input)).await;
        assert_eq!(codes(&refused), [code]);
        assert_eq!(refused["userErrors"][0]["field"], json!(["input", field]));
        assert!(refused["conversation"].is_null());
        let mended = with(input, &json!({ "title": "Ward round", "participantIds": [joe.id] }));
        if viewer.id == ada.id {
            assert_eq!(create(viewer, &mended).await["created"], true, "a refusal keeps nothing under its clientId");
        }
    }
    let made_up = with(round(&[]), &json!({ "participantIds": [UserId::generate().to_string()] }));
    assert_eq!(server.unchanged(ada.code(CREATE, json!({ "i": made_up }))).await, "NOT_FOUND");
    assert_eq!(create(&ada, &with(round(&[&joe, &pat]), &json!({ "title": "😀".repeat(200) }))).await["created"], true);
}

#[tokio::test]
async fn a_member_leaves_and_hears_nothing_more() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.conversation(&[&ada, &joe, &pat]).await;
    server.settle().await;
    let place = pat.cursor().await;
    let (mut inbox, mut events) =
        (pat.subscribe(MESSAGE_ADDED, json!({ "c": group })).await, pat.subscribe(EVENTS, json!({ "a": place })).await);
    ada.send(&group, "Before").await;
    assert_eq!(inbox.next().await["messageAdded"]["node"]["text"], "Before");
    assert_eq!(events.next_event().await, json!({ "__typename": "MessageAdded", "node": { "text": "Before" } }));
    assert_eq!(leave(&pat, &group).await, json!({ "conversationId": group, "userErrors": [] }));
    assert_eq!(inbox.next().await["messageAdded"]["node"]["text"], "", "the line that tells of their leaving");
    inbox.ends_with("ACCESS_ENDED").await;
    assert_eq!(events.next_event().await, json!({ "__typename": "MessageAdded", "node": { "text": "" } }));
    let removal = json!({ "__typename": "ParticipantRemoved", "conversationId": group, "user": { "username": "pat" } });
    assert_eq!(events.next_event().await, removal);
    ada.send(&group, "After").await;
    let thread = server.conversation(&[&joe, &pat]).await;
    joe.send(&thread, "Only us").await;
    let heard = [events.next_event().await, events.next_event().await];
    assert_eq!((&heard[0]["__typename"], &heard[1]["node"]["text"]), (&json!("ConversationAdded"), &json!("Only us")));
    assert_eq!(server.unchanged(pat.code(LEAVE, json!({ "c": group }))).await, "NOT_FOUND");
    assert_eq!(server.unchanged(pat.say_code(message(&to(&group), "Hello?"))).await, "NOT_FOUND");
}

#[tokio::test]
async fn a_direct_conversation_cannot_be_left_and_nobody_can_be_removed_from_it() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    for viewer in [&ada, &pat] {
        assert_eq!(codes(&server.unchanged(leave(viewer, &thread)).await), ["NOT_ALLOWED"]);
    }
    assert_eq!(codes(&server.unchanged(try_remove(&ada, &thread, &pat)).await), ["NOT_ALLOWED"]);
}

#[tokio::test]
async fn the_owner_removes_people_and_leaves_last() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (group, stranger) = (server.conversation(&[&ada, &joe, &pat]).await, server.patient("kim").await);
    assert_eq!(codes(&server.unchanged(leave(&ada, &group)).await), ["LAST_OWNER"]);
    assert_eq!(codes(&server.unchanged(try_remove(&joe, &group, &pat)).await), ["NOT_ALLOWED"]);
    assert_eq!(codes(&server.unchanged(try_remove(&joe, &group, &ada)).await), ["NOT_ALLOWED"]);
    let nobody = json!({ "i": { "conversationId": group, "userId": stranger.id } });
    assert_eq!(server.unchanged(ada.code(REMOVE, nobody)).await, "NOT_FOUND");

    let mut inbox = pat.subscribe(MESSAGE_ADDED, json!({ "c": group })).await;
    let removed = try_remove(&ada, &group, &pat).await;
    let left = &removed["conversation"]["participants"]["nodes"];
    assert_eq!(left.as_array().unwrap().len(), 2);
    assert!(left.as_array().unwrap().iter().all(|one| one["user"]["username"] != "pat"));
    assert_eq!(inbox.next().await["messageAdded"]["node"]["text"], "", "the line that tells of it");
    inbox.ends_with("ACCESS_ENDED").await;
    let again = json!({ "i": { "conversationId": group, "userId": pat.id } });
    assert_eq!(server.unchanged(ada.code(REMOVE, again)).await, "NOT_FOUND");

    ada.remove(&group, &joe).await;
    assert_eq!(leave(&ada, &group).await["userErrors"], json!([]));
    const LIST: &str = "{ conversations { nodes { id } } }";
    assert_eq!(each(&ada.run(LIST, json!({})).await["conversations"]["nodes"], "id"), [""; 0]);
}

#[tokio::test]
async fn removing_oneself_is_leaving_and_says_so() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.conversation(&[&ada, &joe, &pat]).await;
    let refused = server.unchanged(try_remove(&pat, &group, &pat)).await;
    assert_eq!(codes(&refused), ["SELF_NOT_ALLOWED"]);
}

#[tokio::test]
async fn whether_somebody_can_leave_is_told_as_the_mutation_decides_it() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (direct, group) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &joe, &pat]).await);
    const CAN: &str = "query($c: ID!) { conversation(id: $c) { viewerCanLeave { allowed code message } } }";
    for (viewer, thread) in
        [(&ada, &direct), (&pat, &direct), (&ada, &group), (&joe, &group), (&pat, &group), (&ada, &group)]
    {
        let can = viewer.run(CAN, json!({ "c": thread })).await["conversation"]["viewerCanLeave"].clone();
        let left = leave(viewer, thread).await;
        let refusal = left["userErrors"].get(0);
        assert_eq!(can["allowed"], refusal.is_none(), "{} leaving", viewer.username);
        assert_eq!(can["message"], refusal.map_or(Value::Null, |error| error["message"].clone()));
    }
}

#[tokio::test]
async fn whether_somebody_can_change_what_it_is_about_is_told_as_the_mutation_decides_it() {
    const CAN: &str = "query($c: ID!) { conversation(id: $c) { viewerCanUpdate { allowed code message } } }";
    const UPDATE: &str =
        "mutation($i: UpdateConversationInput!) { updateConversation(input: $i) { userErrors { code message } } }";
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (direct, group) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &joe, &pat]).await);
    let mut seen = Vec::new();
    for state in ["ACTIVE", "ARCHIVED", "CLOSED"] {
        for thread in [&direct, &group] {
            if state != "ACTIVE" {
                ada.set_state(thread, state).await;
            }
            for viewer in [&ada, &joe, &pat].into_iter().filter(|viewer| thread == &group || viewer.id != joe.id) {
                let can = viewer.run(CAN, json!({ "c": thread })).await["conversation"]["viewerCanUpdate"].clone();
                let input = json!({ "conversationId": thread, "description": format!("Said by {}", viewer.username) });
                let done = viewer.run(UPDATE, json!({ "i": input })).await["updateConversation"].clone();
                let refusal = done["userErrors"].get(0);
                let of = |key: &str| refusal.map_or(Value::Null, |error| error[key].clone());
                let expected = json!({ "allowed": refusal.is_none(), "code": of("code"), "message": of("message") });
                assert_eq!(can, expected, "{} where it is {state}", viewer.username);
                seen.push(refusal.is_none());
            }
        }
    }
    assert_eq!(seen.iter().filter(|allowed| **allowed).count(), 2, "ada alone, while they are active: {seen:?}");
}

#[tokio::test]
async fn a_case_names_no_patient_who_is_not_there() {
    const CREATE: &str =
        "mutation($i: CreateGroupInput!) { createGroup(input: $i) { conversation { id } userErrors { code } } }";
    const UPDATE: &str =
        "mutation($i: UpdateConversationInput!) { updateConversation(input: $i) { userErrors { code } } }";
    const NAME: &str = "mutation { updateProfile(input: { fullName: \"Zoë van Dijk\" }) { userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, joe, zoe) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("zoe").await);
    assert!(zoe.refused(NAME, json!({})).await.is_empty());
    server.conversation(&[&ada, &zoe]).await;
    let case = |title: &str, people: &[&Actor]| {
        let people: Vec<_> = people.iter().map(|person| person.id.clone()).collect();
        json!({ "i": { "clientId": Uuid::now_v7(), "title": title, "purpose": "CASE", "participantIds": people } })
    };
    for title in ["The rash of Zoë van Dijk", "ZOE VAN DIJK, day 3"] {
        let refused = server.unchanged(ada.refused(CREATE, case(title, &[&joe]))).await;
        assert_eq!(refused, ["NOT_ALLOWED"], "{title}");
    }
    assert!(ada.refused(CREATE, case("The rash of Zoë van Dijk", &[&zoe])).await.is_empty(), "she is there");
    assert!(
        joe.refused(CREATE, case("Zoë van Dijk", &[&ada])).await.is_empty(),
        "who does not know her learns nothing"
    );
    let group = ada.run(CREATE, case("A rash, day 3", &[&joe])).await["createGroup"]["conversation"]["id"].clone();
    let update = |change: Value| {
        let mut input = json!({ "conversationId": group });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        json!({ "i": input })
    };
    for change in [json!({ "description": "of Zoe van Dijk" }), json!({ "tags": ["zoë van dijk"] })] {
        assert_eq!(server.unchanged(ada.refused(UPDATE, update(change.clone()))).await, ["NOT_ALLOWED"], "{change}");
    }
    assert!(ada.refused(UPDATE, update(json!({ "description": "A patient of 34" }))).await.is_empty());
}
