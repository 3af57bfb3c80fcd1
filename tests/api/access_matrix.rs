//! Every field of the three roots against everybody who has no business there.
//!
//! The list of fields comes from the schema itself: a field that is in no case of `cases.rs` and `cases/` fails the first test.

mod cases;
mod programs;
mod scene;

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use self::{
    cases::{Case, Expect, cases},
    scene::{SECRETS, Scene},
};
use crate::support::{Actor, Said};

/// Holds an answer against what is expected of it. Whatever it is, it has no word of the conversation in it.
fn check(case: &Case, who: &str, expected: Expect, body: &Value) {
    let what = format!("{} as {who}: {body}", case.field);
    for secret in SECRETS {
        assert!(!body.to_string().contains(secret), "a secret in {what}");
    }
    let code = body["errors"][0]["extensions"]["code"].as_str();
    match expected {
        Expect::Code(expected) => assert_eq!(code, Some(expected), "{what}"),
        Expect::Null => {
            assert_eq!(code, None, "{what}");
            let field = case.field.split('.').next_back().unwrap();
            let answer = &body["data"][field];
            let is_nothing =
                answer.is_null() || answer.as_array().is_some_and(|items| items.iter().all(Value::is_null));
            assert!(is_nothing && body["data"].get(field).is_some(), "{what}");
        }
        Expect::Own => assert!(code.is_none() && body["data"].is_object(), "{what}"),
    }
}

/// What needs no token.
const DOORS: [&str; 7] = [
    "Query.limits",
    "Mutation.register",
    "Mutation.confirmEmail",
    "Mutation.login",
    "Mutation.refreshSession",
    "Mutation.requestPasswordReset",
    "Mutation.resetPassword",
];

async fn try_case(case: &Case, scene: &Scene, who: &Actor) -> Value {
    let variables = (case.variables)(scene);
    if case.field.starts_with("Subscription.") {
        return first_word(who, case.query, variables).await;
    }
    if case.field == "Mutation.uploadAttachment" {
        return who.try_upload(&[crate::support::Paper::note("Hello")]).await.body;
    }
    who.try_run(case.query, variables).await.body
}

/// The first answer to a subscription.
async fn first_word(who: &Actor, query: &str, variables: Value) -> Value {
    let mut listening = crate::support::Listening::connect(who.address()).await;
    let payload =
        if who.token.is_empty() { json!({}) } else { json!({ "Authorization": format!("Bearer {}", who.token) }) };
    listening.say(json!({ "type": "connection_init", "payload": payload })).await;
    listening
        .say(json!({ "id": "1", "type": "subscribe", "payload": { "query": query, "variables": variables } }))
        .await;
    match listening.said().await {
        Said::Next(payload) => payload,
        Said::Error(errors) => json!({ "errors": errors }),
        other => panic!("expected an answer, got {other:?}"),
    }
}

#[tokio::test]
async fn every_field_of_the_schema_is_in_the_table() {
    const ROOTS: &str = "{ __schema { queryType { ...R } mutationType { ...R } subscriptionType { ...R } } } fragment R on __Type { name fields { name } }";
    let scene = Scene::set().await;
    let schema = scene.ada.run(ROOTS, json!({})).await["__schema"].clone();
    let in_schema: BTreeSet<String> = ["queryType", "mutationType", "subscriptionType"]
        .into_iter()
        .map(|root| &schema[root])
        .flat_map(|root| {
            root["fields"]
                .as_array()
                .unwrap()
                .iter()
                .map(|field| format!("{}.{}", root["name"].as_str().unwrap(), field["name"].as_str().unwrap()))
        })
        .collect();
    let in_table: BTreeSet<String> = cases().iter().map(|case| case.field.to_owned()).collect();
    assert_eq!(in_table, in_schema, "add a case for each new field");
}

#[tokio::test]
async fn nothing_but_signing_in_works_without_a_token() {
    let scene = Scene::set().await;
    let nobody = Actor::nobody(&scene.server);
    for case in cases() {
        let is_door = DOORS.contains(&case.field);
        let expected = if is_door { Expect::Own } else { Expect::Code("UNAUTHENTICATED") };
        let before = scene.server.stored().await;
        check(case, "nobody", expected, &try_case(case, &scene, &nobody).await);
        assert!(is_door || scene.server.stored().await == before, "{} stored something", case.field);
    }
}

#[tokio::test]
async fn strangers_and_former_participants_get_nothing_anywhere() {
    let scene = Scene::set().await;
    for case in cases() {
        for (who, stranger) in
            [("a stranger", &scene.kim), ("a strange doctor", &scene.eve), ("who was removed", &scene.pat)]
        {
            let before = scene.stored_of_the_group().await;
            check(case, who, case.others, &try_case(case, &scene, &stranger.renewed(&scene.server).await).await);
            assert_eq!(scene.stored_of_the_group().await, before, "{} changed something as {who}", case.field);
        }
    }
}

#[tokio::test]
async fn who_takes_part_gets_what_the_others_do_not() {
    // Otherwise the tests above could pass for a reason of their own, such as a misspelt query.
    let scene = Scene::set().await;
    let without_content = [
        "Query.viewer",
        "Query.cursor",
        "Query.user",
        "Query.unreadCounts",
        "Query.invitations",
        "Query.users",
        "Query.contacts",
        "Query.clinicNotice",
        "Query.push",
        "Query.limits",
        "Query.notifications",
    ];
    let is_of_administrators = |case: &Case| matches!(case.others, Expect::Code("FORBIDDEN"));
    for case in cases().iter().filter(|case| case.field.starts_with("Query.") && !is_of_administrators(case)) {
        let body = try_case(case, &scene, &scene.ada).await;
        assert!(body.get("errors").is_none(), "{}: {body}", case.field);
        let has_content = SECRETS.iter().any(|secret| body.to_string().contains(secret));
        assert_eq!(has_content, !without_content.contains(&case.field), "{}: {body}", case.field);
    }
}

#[tokio::test]
async fn objects_by_id_are_there_for_participants_alone() {
    const NODE: &str = "query($id: ID!) { node(id: $id) { id ... on Message { text attachments { name } replyTo { text } versions { nodes { text } } } ... on Conversation { title lastMessage { text } } } }";
    const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let scene = Scene::set().await;
    let ids = [&scene.group, &scene.message, &scene.reply];
    let found = join_all(ids.map(|id| scene.ada.run(NODE, json!({ "id": id })))).await;
    assert_eq!(found[2]["node"]["replyTo"]["text"], SECRETS[0]);
    for stranger in [&scene.kim, &scene.eve, &scene.pat] {
        for id in ids {
            assert_eq!(stranger.run(NODE, json!({ "id": id })).await, json!({ "node": null }));
        }
        let mixed = json!({ "ids": [scene.group, stranger.id, scene.message, scene.reply] });
        let nodes = stranger.run(NODES, mixed).await["nodes"].clone();
        assert_eq!(nodes, json!([null, { "id": stranger.id }, null, null]));
    }
    let wrong = [scene.file_id(), "nonsense".into(), String::new(), "conv_".into()];
    for id in wrong {
        assert_eq!(scene.pat.code(NODE, json!({ "id": id })).await, "BAD_USER_INPUT", "{id:?}");
    }
    let many: Vec<_> = (0..101).map(|_| scene.group.clone()).collect();
    assert_eq!(scene.ada.code(NODES, json!({ "ids": many })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn who_was_removed_hears_of_it_and_of_nothing_else_ever() {
    const CHANGES: &str = "query($a: String!) { changes(after: $a, first: 100) { events { __typename
        ... on MessageAdded { node { text attachments { name } } } ... on MessageEdited { node { text } }
        ... on ConversationAdded { conversation { title } } ... on ParticipantRemoved { conversationId user { username } } } } }";
    const EVENTS: &str = "subscription($a: String) { events(after: $a) { __typename cursor ... on MessageAdded { node { text } }
        ... on ConversationAdded { conversation { title } } ... on ParticipantRemoved { conversationId user { username } } } }";
    let scene = Scene::set().await;
    let removal =
        json!({ "__typename": "ParticipantRemoved", "conversationId": scene.group, "user": { "username": "pat" } });
    let told = scene.pat.run(CHANGES, json!({ "a": scene.beginning })).await;
    assert_eq!(told["changes"]["events"], json!([removal]));
    let mut stream = scene.pat.subscribe(EVENTS, json!({ "a": scene.beginning })).await;
    let heard = stream.next_event().await;
    assert_eq!((&heard["__typename"], &heard["conversationId"]), (&removal["__typename"], &removal["conversationId"]));
    scene.ada.send(&scene.group, SECRETS[0]).await;
    scene.ada.edit(&scene.message, SECRETS[1]).await;
    let own = scene.server.conversation(&[&scene.pat, &scene.ada]).await;
    scene.ada.send(&own, "Just for you").await;
    assert_eq!(stream.next_event().await["__typename"], "ConversationAdded");
    assert_eq!(stream.next_event().await["node"]["text"], "Just for you");
    let later = scene.pat.run(CHANGES, json!({ "a": heard["cursor"] })).await.to_string();
    assert!(later.contains("Just for you") && !SECRETS.iter().any(|secret| later.contains(secret)), "{later}");
}
