//! Groups over time: people added, invited, promoted, handed over, and what each of them hears.

use bedside::entity::user::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, each, message, to};

const PEOPLE: &str = "conversation { participants { nodes { role canSend canSeeHistory user { username } } } } userErrors { code field message }";

impl Actor {
    async fn change(&self, field: &str, input: &Value) -> Value {
        let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let query = format!("mutation($i: {kind}!) {{ {field}(input: $i) {{ {PEOPLE} }} }}");
        self.run(&query, json!({ "i": input })).await[field].clone()
    }

    async fn add(&self, group: &str, who: &[&Actor], extra: Value) -> Value {
        let ids: Vec<_> = who.iter().map(|one| &one.id).collect();
        let input = json!({ "conversationId": group, "userIds": ids });
        self.change("addParticipants", &crate::support::with(input, &extra)).await
    }

    async fn entitle(&self, group: &str, who: &Actor, extra: Value) -> Value {
        let input = json!({ "conversationId": group, "userId": who.id });
        self.change("updateParticipant", &crate::support::with(input, &extra)).await
    }

    async fn texts(&self, group: &str) -> Vec<String> {
        const HISTORY: &str = "query($c: ID!) { conversation(id: $c) { messages { nodes { text kind } } } }";
        let seen = self.run(HISTORY, json!({ "c": group })).await["conversation"]["messages"]["nodes"].clone();
        let people = seen.as_array().unwrap().iter().filter(|message| message["kind"] != "SYSTEM");
        people.map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }

    async fn unread_in(&self, group: &str) -> i64 {
        const UNREAD: &str = "query($c: ID!) { conversation(id: $c) { unreadCount } }";
        self.run(UNREAD, json!({ "c": group })).await["conversation"]["unreadCount"].as_i64().unwrap()
    }

    async fn invitation(&self) -> Value {
        const ASKED: &str = "{ invitations { nodes { id state role history conversationTitle conversation { id } invitedBy { username } } } }";
        self.run(ASKED, json!({})).await["invitations"]["nodes"][0].clone()
    }

    async fn respond(&self, invitation: &Value, accept: bool) -> Value {
        const ANSWER: &str =
            "mutation($i: ID!, $a: Boolean!) { respondToInvitation(input: { invitationId: $i, accept: $a }) {
            invitation { state conversation { id } } userErrors { code } } }";
        self.run(ANSWER, json!({ "i": invitation["id"], "a": accept })).await["respondToInvitation"].clone()
    }
}

fn place<'a>(payload: &'a Value, username: &str) -> &'a Value {
    let people = payload["conversation"]["participants"]["nodes"].as_array().unwrap();
    people.iter().find(|one| one["user"]["username"] == username).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn somebody_added_without_the_history_hears_nothing_of_older_messages() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let (eve, group) = (server.doctor("eve").await, server.group(&ada, &[&joe]).await);
    let early = ada.send(&group, "Between us").await["id"].clone();
    server.settle().await;
    let before = kim.cursor().await;
    const HEARD: &str = "subscription($a: String) { events(after: $a) { __typename
        ... on MessageAdded { node { text } } ... on MessageEdited { node { text } } ... on MessageDeleted { node { id } } } }";
    let mut live = kim.subscribe(HEARD, json!({ "a": before })).await;
    let added = ada.add(&group, &[&kim], json!({})).await;
    assert_eq!(added["userErrors"], json!([]));
    assert_eq!(place(&added, "kim")["canSeeHistory"], false);
    ada.add(&group, &[&eve], json!({ "history": "ALL" })).await;
    const EDIT: &str = "mutation($m: ID!) { editMessage(input: { messageId: $m, text: \"Still between us\" }) { userErrors { code } } }";
    ada.run(EDIT, json!({ "m": early })).await;
    ada.send(&group, "Welcome").await;
    const SEEN: &str = "query($m: ID!) { message(id: $m) { text } }";
    assert_eq!((kim.texts(&group).await, kim.unread_in(&group).await), (vec!["Welcome".to_owned()], 1));
    assert_eq!(eve.texts(&group).await, ["Still between us", "Welcome"]);
    assert_eq!(eve.unread_in(&group).await, 1, "what was there before does not count as unread");
    assert_eq!(kim.run(SEEN, json!({ "m": early })).await["message"], Value::Null);

    let mut again = kim.subscribe(HEARD, json!({ "a": before })).await;
    for stream in [&mut live, &mut again] {
        let mut heard = Vec::new();
        while heard.last() != Some(&json!("Welcome")) {
            let event = stream.next_event().await;
            assert_ne!(event["__typename"], "MessageEdited", "an edit of what they may not see");
            heard.push(event["node"]["text"].clone());
        }
    }
}

#[tokio::test]
async fn how_many_take_part_counts_those_who_are_there_now() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (group, thread) = (server.group(&ada, &[&joe]).await, server.conversation(&[&ada, &pat]).await);
    server.conversation(&[&joe, &pat]).await;
    let counts = async |who: &Actor| {
        const LIST: &str = "{ conversations { nodes { id participantCount } } }";
        let listed = who.run(LIST, json!({})).await["conversations"]["nodes"].clone();
        let count = |id: &str| {
            listed.as_array().unwrap().iter().find(|one| one["id"] == id).map(|one| one["participantCount"].clone())
        };
        (count(&group), count(&thread))
    };
    assert_eq!(counts(&ada).await, (Some(json!(2)), Some(json!(2))));
    ada.add(&group, &[&pat], json!({})).await;
    assert_eq!(counts(&pat).await, (Some(json!(3)), Some(json!(2))));
    ada.remove(&group, &joe).await;
    assert_eq!(counts(&ada).await, (Some(json!(2)), Some(json!(2))), "who left does not count");
    assert_eq!(counts(&joe).await, (None, None), "and is told nothing more");
}

#[tokio::test]
async fn whoever_comes_back_counts_from_then_on_and_their_own_messages_stay_their_own() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let group = server.conversation(&[&ada, &joe, &kim]).await;
    for text in ["One", "Two"] {
        kim.send(&group, text).await;
    }
    ada.remove(&group, &kim).await;
    ada.send(&group, "While kim was away").await;
    ada.add(&group, &[&kim], json!({})).await;
    assert_eq!((kim.unread_in(&group).await, kim.texts(&group).await), (0, vec![]));
    ada.send(&group, "Back again").await;
    kim.send(&group, "Hello").await;
    assert_eq!(kim.unread_in(&group).await, 1);
    assert_eq!(kim.texts(&group).await, ["Back again", "Hello"]);
    assert_eq!(ada.entitle(&group, &kim, json!({ "history": "ALL" })).await["userErrors"], json!([]));
    assert_eq!(kim.texts(&group).await.len(), 5);
    ada.entitle(&group, &kim, json!({ "history": "FROM_NOW" })).await;
    assert_eq!((kim.unread_in(&group).await, kim.texts(&group).await), (0, vec![]));
}

#[tokio::test]
async fn roles_and_rights_are_given_by_those_who_have_them() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let (eve, group) = (server.doctor("eve").await, server.conversation(&[&ada, &joe, &kim]).await);
    for (who, target, change, code) in [
        (&joe, &joe, json!({ "role": "ADMIN" }), "NOT_ALLOWED"),
        (&joe, &kim, json!({ "canSend": false }), "NOT_ALLOWED"),
        (&ada, &ada, json!({ "role": "MEMBER" }), "LAST_OWNER"),
        (&ada, &kim, json!({ "role": "OBSERVER", "canSend": true }), "NOT_ALLOWED"),
    ] {
        assert_eq!(codes(&server.unchanged(who.entitle(&group, target, change)).await), [code]);
    }
    let led = ada.entitle(&group, &joe, json!({ "role": "ADMIN" })).await;
    assert_eq!(place(&led, "joe")["role"], "ADMIN");
    for (change, code) in [(json!({ "role": "ADMIN" }), "NOT_ALLOWED"), (json!({ "role": "OWNER" }), "NOT_ALLOWED")] {
        assert_eq!(codes(&server.unchanged(joe.entitle(&group, &kim, change)).await), [code]);
    }
    assert_eq!(codes(&server.unchanged(joe.add(&group, &[&eve], json!({ "role": "ADMIN" }))).await), ["NOT_ALLOWED"]);
    let seen = joe.entitle(&group, &kim, json!({ "role": "OBSERVER" })).await;
    assert_eq!(place(&seen, "kim")["canSend"], false);
    assert_eq!(codes(&server.unchanged(kim.say(message(&to(&group), "May I?"))).await), ["CANNOT_SEND"]);
    let back = joe.entitle(&group, &kim, json!({ "role": "MEMBER" })).await;
    assert_eq!(place(&back, "kim")["canSend"], true);
    kim.send(&group, "Thank you").await;
    let same = server.unchanged(joe.entitle(&group, &kim, json!({ "role": "MEMBER" }))).await;
    assert_eq!(same["userErrors"], json!([]));
}

/// A group of these people, the first of whom owns it, with these roles.
async fn group_with(server: &TestServer, people: &[(&Actor, &str)]) -> String {
    let (owner, others) = (people[0].0, people[1..].iter().map(|(who, _)| *who).collect::<Vec<_>>());
    let group = server.group(owner, &others).await;
    for (who, role) in &people[1..] {
        assert_eq!(owner.entitle(&group, who, json!({ "role": role })).await["userErrors"], json!([]));
    }
    group
}

/// What the viewer is told they may do to each person of a group, by the id of the person.
async fn told(viewer: &Actor, group: &str) -> Vec<(String, Value)> {
    const TOLD: &str = "query($c: ID!) { conversation(id: $c) { participants { nodes { id user { id }
        remove: viewerCanRemove { ...P } update: viewerCanUpdate { ...P } OWNER: viewerCanUpdate(role: OWNER) { ...P }
        ADMIN: viewerCanUpdate(role: ADMIN) { ...P } MEMBER: viewerCanUpdate(role: MEMBER) { ...P }
        OBSERVER: viewerCanUpdate(role: OBSERVER) { ...P } } } } } fragment P on Permission { allowed code message }";
    let data = viewer.run(TOLD, json!({ "c": group })).await;
    let nodes = data["conversation"]["participants"]["nodes"].as_array().unwrap().clone();
    nodes.into_iter().map(|node| (node["user"]["id"].as_str().unwrap().to_owned(), node)).collect()
}

#[tokio::test]
async fn what_may_be_done_to_somebody_is_told_as_the_mutations_decide_it() {
    let server = TestServer::start().await;
    let [ada, joe, kim, eve, max] =
        join_all(["ada", "joe", "kim", "eve", "max"].map(|name| server.doctor(name))).await.try_into().ok().unwrap();
    let alone = vec![(&ada, "OWNER"), (&joe, "ADMIN"), (&kim, "ADMIN"), (&eve, "MEMBER"), (&max, "OBSERVER")];
    let shared = vec![(&ada, "OWNER"), (&joe, "OWNER"), (&kim, "ADMIN")];
    let (mut granted, mut refused) = (0, 0);
    for people in [alone, shared] {
        let mut group = group_with(&server, &people).await;
        for viewer in people.iter().map(|(viewer, _)| *viewer) {
            let told = told(viewer, &group).await;
            for (target, act) in people.iter().flat_map(|(target, _)| {
                ["remove", "update", "OWNER", "ADMIN", "MEMBER", "OBSERVER"].map(|act| (*target, act))
            }) {
                let (_, told) = told.iter().find(|(id, _)| *id == target.id).unwrap();
                let done = match act {
                    "remove" => {
                        let input = json!({ "conversationId": group, "userId": target.id });
                        viewer.change("removeParticipant", &input).await
                    }
                    "update" => viewer.entitle(&group, target, json!({ "canSend": false })).await,
                    role => viewer.entitle(&group, target, json!({ "role": role })).await,
                };
                let refusal = done["userErrors"].get(0);
                let of = |key: &str| refusal.map_or(Value::Null, |error| error[key].clone());
                let expected = json!({ "allowed": refusal.is_none(), "code": of("code"), "message": of("message") });
                assert_eq!(told[act], expected, "{} {act} {}", viewer.username, target.username);
                if refusal.is_none() {
                    group = group_with(&server, &people).await;
                    granted += 1;
                } else {
                    refused += 1;
                }
            }
        }
    }
    assert!(granted > 40 && refused > 80, "{granted} granted, {refused} refused");
}

#[tokio::test]
async fn a_place_in_a_conversation_has_an_id_of_its_own_that_stays() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let (one, other) = (server.group(&ada, &[&pat]).await, server.group(&ada, &[&pat]).await);
    let ids = async |group: &str| {
        let told = told(&ada, group).await;
        told.into_iter().map(|(_, node)| node["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (first, second) = (ids(&one).await, ids(&other).await);
    let all: std::collections::BTreeSet<_> = first.iter().chain(&second).collect();
    assert!(all.len() == 4 && all.iter().all(|id| id.starts_with("part_")), "{all:?}");
    ada.remove(&one, &pat).await;
    ada.add(&one, &[&pat], json!({})).await;
    assert_eq!(ids(&one).await, first);
    const OWN: &str = "query($c: ID!) { conversation(id: $c) { viewerParticipant { id } } }";
    let own = pat.run(OWN, json!({ "c": one })).await["conversation"]["viewerParticipant"]["id"].clone();
    assert!(first.contains(&own.as_str().unwrap().to_owned()) && own != second[0], "{own}");
}

#[tokio::test]
async fn the_only_owner_hands_the_group_over_and_leaves() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let group = server.conversation(&[&ada, &joe, &kim]).await;
    const LEAVE: &str = "mutation($c: ID!, $n: ID) { leaveConversation(input: { conversationId: $c, newOwnerId: $n }) { conversationId userErrors { code } } }";
    let leave = async |who: &Actor, next: Option<&Actor>| {
        let next = next.map(|next| next.id.clone());
        who.run(LEAVE, json!({ "c": group, "n": next })).await["leaveConversation"].clone()
    };
    assert_eq!(codes(&server.unchanged(leave(&ada, None)).await), ["LAST_OWNER"]);
    assert_eq!(codes(&server.unchanged(leave(&ada, Some(&ada))).await), ["NOT_ALLOWED"]);
    assert_eq!(codes(&server.unchanged(leave(&kim, Some(&joe))).await), ["NOT_ALLOWED"]);
    assert_eq!(leave(&ada, Some(&joe)).await["conversationId"], json!(group));
    let named = joe.entitle(&group, &kim, json!({ "role": "OWNER" })).await;
    assert_eq!((&place(&named, "joe")["role"], &place(&named, "kim")["role"]), (&json!("OWNER"), &json!("OWNER")));
    assert_eq!(leave(&joe, None).await["userErrors"], json!([]), "another owner stays");
    const LINES: &str = "query($c: ID!) { conversation(id: $c) { messages { nodes { kind sender { username } system { what old new whom { username } } } } } }";
    let lines = kim.run(LINES, json!({ "c": group })).await["conversation"]["messages"]["nodes"].clone();
    let whats: Vec<_> = lines.as_array().unwrap().iter().map(|line| line["system"]["what"].clone()).collect();
    assert_eq!(whats, ["LEFT", "ROLE_CHANGED", "LEFT"]);
    let changed = json!({ "what": "ROLE_CHANGED", "old": "MEMBER", "new": "OWNER", "whom": [{ "username": "kim" }] });
    assert_eq!((&lines[1]["system"], &lines[1]["sender"]["username"]), (&changed, &json!("joe")));
    assert_eq!(kim.unread_in(&group).await, 0, "lines of the server do not count");
}

#[tokio::test]
async fn an_invitation_is_answered_once_and_can_be_taken_back() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let group = server.group(&ada, &[&joe]).await;
    let invite = async |who: &Actor, whom: &Actor| {
        who.change("inviteParticipants", &json!({ "conversationId": group, "userIds": [whom.id] })).await
    };
    assert_eq!(codes(&server.unchanged(invite(&joe, &kim)).await), ["NOT_ALLOWED"]);
    assert_eq!(invite(&ada, &kim).await["userErrors"], json!([]));
    server.unchanged(invite(&ada, &kim)).await;
    let asked = kim.invitation().await;
    assert_eq!(
        (&asked["state"], &asked["conversation"], &asked["history"]),
        (&json!("PENDING"), &Value::Null, &json!("FROM_NOW"))
    );
    const WITHDRAW: &str = "mutation($i: ID!) { withdrawInvitation(input: { invitationId: $i }) { invitation { state } userErrors { code } } }";
    assert_eq!(server.unchanged(joe.code(WITHDRAW, json!({ "i": asked["id"] }))).await, "NOT_FOUND");
    let answers = join_all([kim.respond(&asked, true), kim.respond(&asked, true)]).await;
    let accepted = answers.iter().filter(|answer| answer["userErrors"] == json!([])).count();
    assert_eq!(accepted, 1, "an answer counts once");
    assert!(answers.iter().any(|answer| answer["userErrors"] == json!([{ "code": "INVITATION_CLOSED" }])));
    kim.send(&group, "Here I am").await;
    assert_eq!(kim.invitation().await, Value::Null);

    let eve = server.doctor("eve").await;
    invite(&ada, &eve).await;
    let asked = eve.invitation().await;
    let withdrawn = ada.run(WITHDRAW, json!({ "i": asked["id"] })).await["withdrawInvitation"].clone();
    assert_eq!(withdrawn["invitation"]["state"], "WITHDRAWN");
    let late = server.unchanged(eve.respond(&asked, true)).await;
    assert_eq!(codes(&late), ["INVITATION_CLOSED"]);
    assert_eq!(server.unchanged(eve.say_code(message(&to(&group), "Let me in"))).await, "NOT_FOUND");
}

#[tokio::test]
async fn nobody_comes_into_a_group_where_they_may_not_be() {
    let server = TestServer::start_with(|config| config.limits.participants_max = 3).await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let (joe, stu) = (server.doctor("joe").await, server.person("stu", Role::Student).await);
    let group = server.group(&ada, &[&pat]).await;
    for who in [&kim, &stu] {
        assert_eq!(codes(&server.unchanged(ada.add(&group, &[who], json!({}))).await), ["ROLE_PAIR_NOT_ALLOWED"]);
    }
    let eve = server.doctor("eve").await;
    assert_eq!(codes(&server.unchanged(ada.add(&group, &[&joe, &eve], json!({}))).await), ["TOO_MANY"]);
    assert_eq!(codes(&server.unchanged(pat.add(&group, &[&joe], json!({}))).await), ["NOT_ALLOWED"]);
    assert_eq!(ada.add(&group, &[&joe], json!({})).await["userErrors"], json!([]));
    server.unchanged(ada.add(&group, &[&joe], json!({}))).await;
}

#[tokio::test]
async fn a_group_says_what_it_is_about_and_is_renamed_for_all_to_see() {
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let group = server.group(&ada, &[&joe]).await;
    const UPDATE: &str = "mutation($i: UpdateConversationInput!) { updateConversation(input: $i) { conversation { title description purpose tags } userErrors { code field } } }";
    let update = async |who: &Actor, change: Value| {
        let input = crate::support::with(json!({ "conversationId": group }), &change);
        who.run(UPDATE, json!({ "i": input })).await["updateConversation"].clone()
    };
    let done = update(&ada, json!({ "title": " Night shift ", "description": "Handovers", "tags": ["Ward 3", "ward 3", "b"], "purpose": "CASE" })).await;
    let expected =
        json!({ "title": "Night shift", "description": "Handovers", "purpose": "CASE", "tags": ["b", "ward 3"] });
    assert_eq!(done["conversation"], expected);
    server.unchanged(update(&ada, json!({ "title": "Night shift", "tags": ["b", "ward 3"] }))).await;
    let cleared = update(&ada, json!({ "description": null, "tags": ["b"] })).await;
    assert_eq!(
        (&cleared["conversation"]["description"], &cleared["conversation"]["tags"]),
        (&Value::Null, &json!(["b"]))
    );
    for (who, change, code) in [
        (&joe, json!({ "title": "Mine" }), "NOT_ALLOWED"),
        (&ada, json!({ "title": " " }), "BLANK"),
        (&ada, json!({ "tags": ["x".repeat(1_000)] }), "TOO_LONG"),
        (&ada, json!({ "tags": (0..21).map(|n| n.to_string()).collect::<Vec<_>>() }), "TOO_MANY"),
        (&ada, json!({ "description": "x".repeat(1_001) }), "TOO_LONG"),
    ] {
        assert_eq!(codes(&server.unchanged(update(who, change)).await), [code]);
    }
    const LINES: &str = "query($c: ID!) { conversation(id: $c) { messages { nodes { system { what old new } } } } }";
    let lines = joe.run(LINES, json!({ "c": group })).await["conversation"]["messages"]["nodes"].clone();
    assert_eq!(each(&json!([lines[0]["system"]]), "what"), ["RENAMED"]);
    assert_eq!(lines[0]["system"]["new"], "Night shift");
}
