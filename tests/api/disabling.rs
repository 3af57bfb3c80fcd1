//! Disabling an account, and handing over what its owner took part in.

use bedside::{
    administration::finish_hand_overs,
    entity::{session, user::Role},
    ids::UserId,
};
use futures_util::future::{join, join_all};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, message, to};

const DISABLE: &str = "mutation($i: DisableUserInput!) { disableUser(input: $i) { user { username disabledAt } userErrors { code field } } }";
const ENABLE: &str = "mutation($u: ID!) { enableUser(input: { id: $u }) { user { disabledAt } userErrors { code } } }";
const LOGIN: &str = "mutation($i: LoginInput!) { login(input: $i) { tokens { accessToken } userErrors { code } } }";
const VIEWER: &str = "{ viewer { id } }";
const OPEN: &str =
    "mutation($u: ID!) { openDirectConversation(input: { userId: $u }) { conversation { id } userErrors { code } } }";
const LINES: &str = "query($c: ID!) { conversation(id: $c) { state viewerCanSend { allowed code }
    participants { nodes { role user { username } } }
    messages(last: 50) { nodes { kind text sender { username } system { what whom { username } } } } } }";

async fn disable(admin: &Actor, who: &Actor, to: Option<&Actor>, sees_history: bool) -> Value {
    let input = json!({ "id": who.id, "handOverTo": to.map(|to| &to.id), "seesHistory": sees_history });
    admin.run(DISABLE, json!({ "i": input })).await["disableUser"].clone()
}

async fn login(server: &TestServer, name: &str, password: &str) -> Value {
    Actor::nobody(server).run(LOGIN, json!({ "i": { "name": name, "password": password } })).await["login"].clone()
}

async fn look(who: &Actor, conversation: &str) -> Value {
    who.run(LINES, json!({ "c": conversation })).await["conversation"].clone()
}

/// Who takes part, with their roles.
fn people(conversation: &Value) -> Vec<(String, String)> {
    let nodes = conversation["participants"]["nodes"].as_array().unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let mut people: Vec<_> = nodes.iter().map(|node| (word(&node["user"]["username"]), word(&node["role"]))).collect();
    people.sort();
    people
}

/// The lines that say who took over from whom.
fn handed_over(conversation: &Value) -> Vec<(&str, &str)> {
    let nodes = conversation["messages"]["nodes"].as_array().unwrap();
    let lines = nodes.iter().filter(|node| node["system"]["what"] == "HANDED_OVER");
    lines
        .map(|node| {
            (node["sender"]["username"].as_str().unwrap(), node["system"]["whom"][0]["username"].as_str().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn a_disabled_doctor_hears_nothing_more_on_any_node_and_cannot_come_back() {
    let server = TestServer::start().await;
    let (ada, root) = (server.doctor("ada").await, server.person("root", Role::Admin).await);
    let other_node = server.another_node().await;
    let events = "subscription { events { __typename } }";
    let (mut here, mut there) =
        (ada.subscribe(events, json!({})).await, ada.at(&other_node).subscribe(events, json!({})).await);
    for inbox in [&mut here, &mut there] {
        assert_eq!(inbox.next_event().await["__typename"], "Ready");
    }
    let payload = disable(&root, &ada, None, false).await;
    assert_eq!(codes(&payload), Vec::<&str>::new());
    assert!(payload["user"]["disabledAt"].is_string());
    for inbox in [&mut here, &mut there] {
        inbox.ends_with("SESSION_REVOKED").await;
    }
    assert_eq!(ada.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    assert_eq!(ada.at(&other_node).code(VIEWER, json!({})).await, "SESSION_REVOKED");
    let refresh = "mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { user { id } } }";
    assert_eq!(ada.code(refresh, json!({ "t": ada.refresh_token })).await, "SESSION_REVOKED");
    assert_eq!(codes(&login(&server, "ada", Actor::PASSWORD).await), ["ACCOUNT_DISABLED"]);
    assert_eq!(
        codes(&login(&server, "ada", "a guess").await),
        ["WRONG_CREDENTIALS"],
        "only who knows the password is told"
    );

    let again = server.unchanged(disable(&root, &ada, None, false)).await;
    assert_eq!(again, payload);
    let enabled = root.run(ENABLE, json!({ "u": ada.id })).await["enableUser"].clone();
    assert_eq!(enabled, json!({ "user": { "disabledAt": null }, "userErrors": [] }));
    assert!(login(&server, "ada", Actor::PASSWORD).await["tokens"]["accessToken"].is_string());
    assert_eq!(ada.code(VIEWER, json!({})).await, "SESSION_REVOKED", "the old sessions stay ended");
}

#[tokio::test]
async fn nobody_can_turn_to_a_disabled_doctor_and_what_was_said_stays() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let (ben, root) = (server.doctor("ben").await, server.person("root", Role::Admin).await);
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "Take two a day").await;
    let group = server.group(&ben, &[&pat]).await;
    disable(&root, &ada, None, false).await;

    let seen = look(&pat, &thread).await;
    assert_eq!(seen["viewerCanSend"], json!({ "allowed": false, "code": "CANNOT_SEND" }));
    assert_eq!(pat.history(&thread).await, ["Take two a day"]);
    assert_eq!(codes(&server.unchanged(pat.say(message(&to(&thread), "Are you there?"))).await), ["CANNOT_SEND"]);
    let direct = json!({ "userId": ada.id });
    assert_eq!(codes(&server.unchanged(pat.say(message(&direct, "Are you there?"))).await), ["CANNOT_SEND"]);
    assert_eq!(codes(&server.unchanged(kim.say(message(&direct, "Hello"))).await), ["ACCOUNT_DISABLED"]);
    assert_eq!(server.unchanged(kim.refused(OPEN, json!({ "u": ada.id }))).await, ["ACCOUNT_DISABLED"]);
    let add = "mutation($i: AddParticipantsInput!) { addParticipants(input: $i) { userErrors { code } } }";
    let adding = json!({ "i": { "conversationId": group, "userIds": [ada.id] } });
    assert_eq!(server.unchanged(ben.refused(add, adding)).await, ["ACCOUNT_DISABLED"]);
    let may = "query($u: ID!) { user(id: $u) { disabledAt viewerCanMessage { allowed code } } }";
    let expected = json!({ "disabledAt": null, "viewerCanMessage": { "allowed": false, "code": "ACCOUNT_DISABLED" } });
    assert_eq!(kim.run(may, json!({ "u": ada.id })).await["user"], expected);

    root.run(ENABLE, json!({ "u": ada.id })).await;
    pat.send(&thread, "There you are").await;
}

#[tokio::test]
async fn only_an_administrator_disables_and_not_oneself() {
    let server = TestServer::start().await;
    let (ada, pat, root) =
        (server.doctor("ada").await, server.patient("pat").await, server.person("root", Role::Admin).await);
    let staff = server.person("sam", Role::Staff).await;
    for who in [&ada, &pat, &staff] {
        for (query, variables) in [(DISABLE, json!({ "i": { "id": pat.id } })), (ENABLE, json!({ "u": pat.id }))] {
            assert_eq!(server.unchanged(who.code(query, variables)).await, "FORBIDDEN");
        }
    }
    assert_eq!(codes(&server.unchanged(disable(&root, &root, None, false)).await), ["SELF_NOT_ALLOWED"]);
    assert_eq!(codes(&server.unchanged(disable(&root, &ada, Some(&ada), false)).await), ["NOT_ALLOWED"]);
    let nobody = json!({ "i": { "id": UserId::generate().to_string() } });
    assert_eq!(server.unchanged(root.code(DISABLE, nobody)).await, "NOT_FOUND");
    disable(&root, &pat, None, false).await;
    assert_eq!(codes(&server.unchanged(disable(&root, &ada, Some(&pat), false)).await), ["NOT_ALLOWED"]);
    assert_eq!(ada.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
}

#[tokio::test]
async fn a_group_goes_over_with_the_role_and_with_as_much_history_as_was_said() {
    let server = TestServer::start().await;
    let (ada, ben, eve) = (server.doctor("ada").await, server.doctor("ben").await, server.doctor("eve").await);
    let (pat, root) = (server.patient("pat").await, server.person("root", Role::Admin).await);
    let led = server.group(&ada, &[&pat, &ben]).await;
    let joined = server.group(&ben, &[&ada, &pat]).await;
    let with_eve = server.group(&ada, &[&eve, &ben]).await;
    ada.send(&led, "The old plan").await;
    let mut inbox = eve.subscribe("subscription { events { __typename } }", json!({})).await;
    assert_eq!(inbox.next_event().await["__typename"], "Ready");
    disable(&root, &ada, Some(&eve), false).await;
    assert!(finish_hand_overs(&server.app).await.is_ok());

    let role = |name: &str, role: &str| (name.to_owned(), role.to_owned());
    let seen = look(&pat, &led).await;
    assert_eq!(people(&seen), [role("ben", "MEMBER"), role("eve", "OWNER"), role("pat", "MEMBER")]);
    assert_eq!(handed_over(&seen), [("ada", "eve")]);
    assert_eq!(
        people(&look(&pat, &joined).await),
        [role("ben", "OWNER"), role("eve", "MEMBER"), role("pat", "MEMBER")]
    );
    let raised = look(&ben, &with_eve).await;
    assert_eq!(people(&raised), [role("ben", "MEMBER"), role("eve", "OWNER")]);
    assert_eq!(handed_over(&raised), [("ada", "eve")]);
    assert!(!eve.history(&led).await.iter().any(|text| text == "The old plan"), "she sees what is said from now on");
    let (mut told, mut added) = (inbox.next_event().await, 0);
    while told["__typename"] != "ParticipantUpdated" || added < 2 {
        added += usize::from(told["__typename"] == "ConversationAdded");
        if added == 2 {
            break;
        }
        told = inbox.next_event().await;
    }
    eve.send(&led, "The new plan").await;
    assert!(finish_hand_overs(&server.app).await.is_ok());
    assert_eq!(handed_over(&look(&pat, &led).await).len(), 1, "begun again, nothing happens twice");

    let kept = server.group(&ben, &[&pat]).await;
    ben.send(&kept, "The whole story").await;
    disable(&root, &ben, Some(&eve), true).await;
    assert!(finish_hand_overs(&server.app).await.is_ok());
    assert!(eve.history(&kept).await.contains(&"The whole story".to_owned()), "the administrator said so");
}

#[tokio::test]
async fn a_direct_conversation_is_closed_and_one_with_the_successor_opened_who_never_sees_the_old_one() {
    let server = TestServer::start().await;
    let (ada, eve) = (server.doctor("ada").await, server.doctor("eve").await);
    let (pat, kim, root) =
        (server.patient("pat").await, server.patient("kim").await, server.person("root", Role::Admin).await);
    let (with_pat, with_kim) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &kim]).await);
    let known = server.conversation(&[&eve, &kim]).await;
    pat.send(&with_pat, "Between us").await;
    disable(&root, &ada, Some(&eve), true).await;
    assert!(finish_hand_overs(&server.app).await.is_ok());

    let old = look(&pat, &with_pat).await;
    assert_eq!((&old["state"], handed_over(&old)), (&json!("CLOSED"), vec![("ada", "eve")]));
    assert!(pat.history(&with_pat).await.contains(&"Between us".to_owned()));
    assert!(look(&eve, &with_pat).await.is_null());
    let new = pat.run(OPEN, json!({ "u": eve.id })).await["openDirectConversation"]["conversation"]["id"].clone();
    let new = new.as_str().unwrap();
    assert_eq!(handed_over(&look(&eve, new).await), [("ada", "eve")]);
    pat.send(new, "Hello, doctor").await;
    eve.send(new, "Hello, Pat").await;
    assert_eq!(look(&kim, &with_kim).await["state"], "CLOSED");
    let same = kim.run(OPEN, json!({ "u": eve.id })).await["openDirectConversation"]["conversation"]["id"].clone();
    assert_eq!(same, known.as_str(), "there was one already");
}

#[tokio::test]
async fn where_the_rules_do_not_let_the_successor_in_everything_stays() {
    let server = TestServer::start().await;
    let (ada, stu) = (server.doctor("ada").await, server.person("stu", Role::Student).await);
    let (pat, ben, root) =
        (server.patient("pat").await, server.doctor("ben").await, server.person("root", Role::Admin).await);
    let (direct, group) = (server.conversation(&[&ada, &pat]).await, server.group(&ada, &[&pat, &ben]).await);
    disable(&root, &ada, Some(&stu), false).await;
    assert!(finish_hand_overs(&server.app).await.is_ok());
    assert_eq!(look(&pat, &direct).await["state"], "ACTIVE");
    assert_eq!(people(&look(&pat, &group).await).len(), 3);
    // It can be asked for again, with somebody who may.
    disable(&root, &ada, Some(&ben), false).await;
    assert!(finish_hand_overs(&server.app).await.is_ok());
    assert_eq!(look(&pat, &direct).await["state"], "CLOSED");
    assert_eq!(people(&look(&pat, &group).await), [("ben".into(), "OWNER".into()), ("pat".into(), "MEMBER".into())]);
}

#[tokio::test]
async fn two_nodes_that_hand_over_at_once_do_it_once() {
    let server = TestServer::start().await;
    let other = server.another_node().await;
    let (ada, eve, root) =
        (server.doctor("ada").await, server.doctor("eve").await, server.person("root", Role::Admin).await);
    let mut threads = Vec::new();
    for n in 0..12 {
        let pat = server.patient(&format!("pat{n}")).await;
        let thread = server.conversation(&[&ada, &pat]).await;
        threads.push((pat, thread));
    }
    disable(&root, &ada, Some(&eve), false).await;
    let (here, there) = join(finish_hand_overs(&server.app), finish_hand_overs(&other.app)).await;
    assert!(here.is_ok() && there.is_ok());
    for (pat, thread) in threads {
        assert_eq!(handed_over(&look(&pat, &thread).await), [("ada", "eve")]);
    }
}

#[tokio::test]
async fn signing_in_while_being_disabled_leaves_no_session_behind() {
    let server = TestServer::start().await;
    let root = server.person("root", Role::Admin).await;
    for round in 0..5 {
        let ada = server.doctor(&format!("ada{round}")).await;
        let names = [ada.username.as_str(); 6];
        let signing_in = join_all(names.map(|name| login(&server, name, Actor::PASSWORD)));
        join(signing_in, disable(&root, &ada, None, false)).await;
        let lasting = session::Column::UserId.eq(UserId::parse(&ada.id).unwrap());
        let sessions = session::Entity::find().filter(lasting).filter(session::Column::EndedAt.is_null());
        assert_eq!(sessions.count(server.app.database.reader()).await.unwrap(), 0, "round {round}");
    }
}

#[tokio::test]
async fn of_two_administrators_who_disable_each_other_one_stays() {
    let server = TestServer::start().await;
    for round in 0..5 {
        let one = server.person(&format!("one{round}"), Role::Admin).await;
        let two = server.person(&format!("two{round}"), Role::Admin).await;
        let input = |who: &Actor| json!({ "i": { "id": who.id } });
        join(one.try_run(DISABLE, input(&two)), two.try_run(DISABLE, input(&one))).await;
        let alive = [one.try_run(VIEWER, json!({})).await, two.try_run(VIEWER, json!({})).await];
        assert_eq!(alive.iter().filter(|answer| answer.body["data"]["viewer"].is_object()).count(), 1, "{alive:?}");
    }
}

#[tokio::test]
async fn who_is_disabled_is_not_in_the_directory_until_they_are_back() {
    const FIND: &str = "{ users(filter: { query: \"ada\" }) { nodes { username } } }";
    let server = TestServer::start().await;
    let (ada, pat, root) =
        (server.doctor("ada").await, server.patient("pat").await, server.person("root", Role::Admin).await);
    let find = async || pat.run(FIND, json!({})).await["users"]["nodes"].clone();
    let found = json!([{ "username": "ada" }]);
    assert_eq!(find().await, found);
    disable(&root, &ada, None, false).await;
    assert_eq!(find().await, json!([]));
    root.run(ENABLE, json!({ "u": ada.id })).await;
    assert_eq!(find().await, found);
}
