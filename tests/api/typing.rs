//! Who types, and for how long that holds.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, Listening, TestServer, each};

const TYPING: &str = "subscription($c: ID!) { typing(conversationId: $c) { conversationId users { username } } }";

impl Actor {
    async fn types(&self, thread: &str, is_typing: bool) -> Value {
        const SET: &str = "mutation($c: ID!, $t: Boolean!) { setTyping(input: { conversationId: $c, isTyping: $t }) { expiresAfterMs userErrors { code } } }";
        self.run(SET, json!({ "c": thread, "t": is_typing })).await["setTyping"].clone()
    }

    async fn hears_typing(&self, thread: &str) -> Listening {
        self.subscribe(TYPING, json!({ "c": thread })).await
    }
}

async fn who(heard: &mut Listening) -> Vec<String> {
    let change = heard.next().await["typing"].take();
    each(&change["users"], "username").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_patient_sees_that_the_doctor_types_until_the_message_comes() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (mut of_pat, mut of_ada) = (pat.hears_typing(&thread).await, ada.hears_typing(&thread).await);
    let before = server.stored().await;
    assert_eq!(ada.types(&thread, true).await, json!({ "expiresAfterMs": 6000, "userErrors": [] }));
    assert_eq!(who(&mut of_pat).await, ["ada"]);
    pat.types(&thread, true).await;
    assert_eq!(who(&mut of_ada).await, ["pat"], "nobody hears of themselves");
    assert_eq!(server.stored().await, before, "nothing of it is kept");
    assert_eq!(ada.types(&thread, false).await["expiresAfterMs"], 0);
    assert_eq!(who(&mut of_pat).await, [] as [&str; 0]);
    ada.types(&thread, true).await;
    assert_eq!(who(&mut of_pat).await, ["ada"]);
    ada.send(&thread, "How are you today?").await;
    assert_eq!(who(&mut of_pat).await, [] as [&str; 0]);
}

#[tokio::test]
async fn who_stops_without_a_word_types_no_more_after_a_while() {
    let server = TestServer::start_with(|config| config.limits.typing = Duration::from_millis(300)).await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut heard = pat.hears_typing(&thread).await;
    assert_eq!(ada.types(&thread, true).await["expiresAfterMs"], 300);
    assert_eq!(who(&mut heard).await, ["ada"]);
    assert_eq!(who(&mut heard).await, [] as [&str; 0]);
}

#[tokio::test]
async fn who_may_not_write_cannot_seem_to_and_who_was_removed_hears_nothing_more() {
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    let group = server.group(&ada, &[&joe, &kim]).await;
    const OBSERVE: &str =
        "mutation($i: UpdateParticipantInput!) { updateParticipant(input: $i) { userErrors { code } } }";
    ada.run(OBSERVE, json!({ "i": { "conversationId": group, "userId": kim.id, "role": "OBSERVER" } })).await;
    assert_eq!(
        kim.types(&group, true).await,
        json!({ "expiresAfterMs": null, "userErrors": [{ "code": "CANNOT_SEND" }] })
    );
    let mut heard = joe.hears_typing(&group).await;
    ada.remove(&group, &joe).await;
    assert_eq!(heard.end().await, "ACCESS_ENDED");
}
