//! Naming people in a group.

use serde_json::json;

use crate::support::{Actor, TestServer, each};

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
