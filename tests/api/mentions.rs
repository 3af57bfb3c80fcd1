//! Naming people in a group.

use serde_json::json;

use crate::support::{Actor, TestServer, codes, each, message, to, with};

const SEEN: &str = "query($m: ID!) { message(id: $m) { mentions { username } } }";

async fn named(who: &Actor, id: &str) -> Vec<String> {
    let seen = who.run(SEEN, json!({ "m": id })).await["message"]["mentions"].clone();
    let mut names: Vec<String> = each(&seen, "username").into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

#[tokio::test]
async fn only_people_of_the_group_are_named_and_an_edit_names_others() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe.b").await, server.patient("pat").await);
    server.doctor("kim").await;
    let group = server.conversation(&[&ada, &joe, &pat]).await;
    let id = pat.sent(&group, "@Ada, @joe.b. and @kim: see me@ada.example @nobody").await;
    assert_eq!(named(&ada, &id).await, ["ada", "joe.b"], "Kim is not here");
    pat.edit(&id, "Only @joe.b").await;
    assert_eq!(named(&ada, &id).await, ["joe.b"]);
    pat.delete(&id).await;
    assert!(named(&ada, &id).await.is_empty());
    let direct = server.conversation(&[&ada, &pat]).await;
    let id = pat.sent(&direct, "@ada hello").await;
    assert!(named(&ada, &id).await.is_empty(), "between two nobody needs naming");
}

const TOLD: &str = "{ notifications { nodes { kind isRead message { id } actor { username } } } }";

async fn told(who: &Actor) -> Vec<String> {
    let inbox = who.run(TOLD, json!({})).await["notifications"]["nodes"].clone();
    let stored = inbox.as_array().unwrap().iter().filter(|entry| entry["kind"] != "NEW_MESSAGE");
    stored
        .map(|entry| format!("{} by {}", entry["kind"].as_str().unwrap(), entry["actor"]["username"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn who_is_named_or_answered_or_needed_at_once_finds_it_in_the_inbox() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.conversation(&[&ada, &joe, &pat]).await;
    let id = pat.sent(&group, "@ada could you look?").await;
    assert_eq!((told(&ada).await, told(&joe).await), (vec!["MENTION by pat".into()], vec![]));
    pat.edit(&id, "@ada and @joe, could you look?").await;
    assert_eq!((told(&ada).await.len(), told(&joe).await), (1, vec!["MENTION by pat".into()]), "nobody is told twice");
    const URGENT: &str =
        "mutation($m: ID!) { setUrgent(input: { messageId: $m, isUrgent: true }) { userErrors { code } } }";
    assert!(ada.refused(URGENT, json!({ "m": id })).await.is_empty());
    assert_eq!(told(&joe).await, ["URGENT_MESSAGE by ada", "MENTION by pat"]);
    assert_eq!(told(&ada).await, ["MENTION by pat"], "who did it need not be told");
    let urgent = with(message(&to(&group), "Call me, @ada"), &json!({ "isUrgent": true, "replyToId": id }));
    assert_eq!(codes(&joe.say(urgent).await), Vec::<&str>::new());
    assert_eq!(told(&ada).await[0], "URGENT_MESSAGE by joe", "one entry a message, the weightiest");
    assert_eq!(told(&pat).await, ["URGENT_MESSAGE by joe"]);
    let first = with(message(&json!({ "userId": ada.id }), "It is me"), &json!({ "isUrgent": true }));
    pat.say(first).await;
    assert_eq!(told(&ada).await[0], "URGENT_MESSAGE by pat", "also in a conversation that begins with it");
}
