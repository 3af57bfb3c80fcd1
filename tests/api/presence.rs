//! Who is online, and who may know.

use std::{sync::Arc, time::Duration};

use bedside::signals::{Signal, Wire};
use serde_json::{Value, json};

use crate::support::{Actor, Listening, TestServer};

const WATCH: &str =
    "subscription($u: [ID!]!) { presenceChanged(userIds: $u) { userId presence { isOnline lastSeenAt } } }";
const SEE: &str = "query($u: ID!) { user(id: $u) { presence { isOnline lastSeenAt } } }";

impl Actor {
    async fn watch(&self, who: &[&Actor]) -> Listening {
        let ids: Vec<_> = who.iter().map(|one| &one.id).collect();
        self.subscribe_at_once(WATCH, json!({ "u": ids })).await
    }

    async fn sees(&self, who: &Actor) -> Value {
        self.run(SEE, json!({ "u": who.id })).await["user"]["presence"].clone()
    }

    async fn share_presence(&self, is_shared: bool) {
        const SET: &str =
            "mutation($s: Boolean!) { setPresence(input: { isShared: $s }) { isShared viewer { id sharesPresence } } }";
        let set = self.run(SET, json!({ "s": is_shared })).await["setPresence"].clone();
        let viewer = json!({ "id": self.id, "sharesPresence": is_shared });
        assert_eq!(set, json!({ "isShared": is_shared, "viewer": viewer }));
        assert_eq!(self.run("{ viewer { sharesPresence } }", json!({})).await["viewer"]["sharesPresence"], is_shared);
    }
}

/// The next change of one person; those of others are passed over.
async fn next_of(watch: &mut Listening, who: &Actor) -> Value {
    loop {
        let change = watch.next().await["presenceChanged"].take();
        if change["userId"] == who.id.as_str() {
            return change["presence"].clone();
        }
    }
}

#[tokio::test]
async fn a_patient_sees_the_doctor_come_and_go() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    server.conversation(&[&ada, &pat]).await;
    let mut watch = pat.watch(&[&ada]).await;
    assert_eq!(next_of(&mut watch, &ada).await, json!({ "isOnline": false, "lastSeenAt": null }));
    let (laptop, phone) = (ada.events(None).await, ada.events(None).await);
    assert_eq!(next_of(&mut watch, &ada).await, json!({ "isOnline": true, "lastSeenAt": null }));
    assert_eq!(pat.sees(&ada).await["isOnline"], true);
    drop(laptop);
    drop(phone);
    let gone = next_of(&mut watch, &ada).await;
    assert_eq!((&gone["isOnline"], gone["lastSeenAt"].is_string()), (&json!(false), true));
    assert_eq!(pat.sees(&ada).await, gone);
}

#[tokio::test]
async fn when_somebody_was_last_here_is_known_after_a_restart() {
    let mut server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    server.conversation(&[&ada, &pat]).await;
    let mut watch = pat.watch(&[&ada]).await;
    let events = ada.events(None).await;
    while next_of(&mut watch, &ada).await["isOnline"] != true {}
    drop(events);
    let gone = next_of(&mut watch, &ada).await;
    drop(watch);
    server.restart().await;
    assert_eq!(pat.at(&server).sees(&ada).await, gone);
}

#[tokio::test]
async fn who_does_not_share_it_is_not_seen_and_does_not_see() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    server.conversation(&[&ada, &pat]).await;
    let (_of_ada, _of_pat) = (ada.events(None).await, pat.events(None).await);
    let mut watch = pat.watch(&[&ada]).await;
    while next_of(&mut watch, &ada).await["isOnline"] != true {}
    let mut of_ada = ada.watch(&[&pat]).await;
    while next_of(&mut of_ada, &pat).await["isOnline"] != true {}

    ada.share_presence(false).await;
    assert_eq!(next_of(&mut watch, &ada).await, Value::Null);
    assert_eq!(next_of(&mut of_ada, &pat).await, Value::Null);
    assert_eq!((pat.sees(&ada).await, ada.sees(&pat).await), (Value::Null, Value::Null));
    drop(ada.events(None).await);

    ada.share_presence(true).await;
    assert_eq!(next_of(&mut watch, &ada).await["isOnline"], true);
    assert_eq!(next_of(&mut of_ada, &pat).await["isOnline"], true);
}

#[tokio::test]
async fn strangers_see_nothing_and_those_who_part_see_no_more() {
    let server = TestServer::start().await;
    let (ada, joe, eve) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("eve").await);
    let group = server.group(&ada, &[&joe]).await;
    let _of_ada = ada.events(None).await;
    let mut of_joe = joe.watch(&[&ada, &eve]).await;
    let mut of_eve = eve.watch(&[&ada]).await;
    assert_eq!(next_of(&mut of_joe, &eve).await, Value::Null);
    assert_eq!(next_of(&mut of_eve, &ada).await, Value::Null);
    while joe.sees(&ada).await["isOnline"] != true {}
    assert_eq!(eve.sees(&ada).await, Value::Null);

    // She is added, and sees; he is removed, and does not any more.
    const ADD: &str = "mutation($i: AddParticipantsInput!) { addParticipants(input: $i) { userErrors { code } } }";
    ada.run(ADD, json!({ "i": { "conversationId": group, "userIds": [eve.id] } })).await;
    assert_eq!(next_of(&mut of_eve, &ada).await["isOnline"], true);
    ada.remove(&group, &joe).await;
    while next_of(&mut of_joe, &ada).await != Value::Null {}
    assert_eq!(joe.sees(&ada).await, Value::Null);
}

#[tokio::test]
async fn contacts_see_each_other_and_a_block_hides_both() {
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let (_of_ada, _of_joe) = (ada.events(None).await, joe.events(None).await);
    let (mut ada_looks, mut joe_looks) = (ada.watch(&[&joe]).await, joe.watch(&[&ada]).await);
    assert_eq!(next_of(&mut ada_looks, &joe).await, Value::Null);
    assert_eq!(next_of(&mut joe_looks, &ada).await, Value::Null);
    const ASK: &str =
        "mutation($u: ID!) { requestContact(input: { userId: $u }) { contact { id } userErrors { code } } }";
    joe.run(ASK, json!({ "u": ada.id })).await;
    let contact =
        ada.run("{ contacts(filter: { state: RECEIVED }) { nodes { id } } }", json!({})).await["contacts"]["nodes"][0]
            ["id"]
            .clone();
    assert_eq!(ada.sees(&joe).await, Value::Null, "a request is no contact yet");
    const ACCEPT: &str =
        "mutation($c: ID!) { respondToContact(input: { contactId: $c, accept: true }) { userErrors { code } } }";
    ada.run(ACCEPT, json!({ "c": contact })).await;
    assert_eq!(next_of(&mut ada_looks, &joe).await["isOnline"], true);
    assert_eq!(next_of(&mut joe_looks, &ada).await["isOnline"], true);
    const BLOCK: &str = "mutation($u: ID!) { blockUser(input: { userId: $u }) { userErrors { code } } }";
    ada.run(BLOCK, json!({ "u": joe.id })).await;
    assert_eq!(next_of(&mut ada_looks, &joe).await, Value::Null);
    assert_eq!(next_of(&mut joe_looks, &ada).await, Value::Null);
}

#[tokio::test]
async fn a_watch_of_nobody_of_too_many_or_of_something_else_is_refused() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    for ids in [vec![], vec![ada.id.clone(); 251], vec!["conv_01h455vb4pex5vsknk084sn02q".to_owned()]] {
        let mut watch = ada.subscribe_at_once(WATCH, json!({ "u": ids })).await;
        assert_eq!(watch.end().await, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn a_watch_ends_with_the_session() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    server.conversation(&[&ada, &pat]).await;
    let mut watch = pat.watch(&[&ada]).await;
    next_of(&mut watch, &ada).await;
    pat.run("mutation { logout { sessionId } }", json!({})).await;
    assert_eq!(watch.end().await, "SESSION_REVOKED");
}

/// A way from one node to another, in one process.
struct Line(Arc<bedside::App>);

impl Wire for Line {
    fn tell(&self, signal: Signal) {
        let text = serde_json::to_string(&signal).unwrap();
        let other = Arc::clone(&self.0);
        tokio::spawn(async move { other.hear(&serde_json::from_str(&text).unwrap()).await });
    }
}

/// Two nodes that hear of each other.
async fn two_nodes() -> (TestServer, TestServer) {
    let one = TestServer::start().await;
    let other = one.another_node().await;
    assert!(one.app.wire.set(Arc::new(Line(Arc::clone(&other.app)))).is_ok());
    assert!(other.app.wire.set(Arc::new(Line(Arc::clone(&one.app)))).is_ok());
    (one, other)
}

#[tokio::test]
async fn who_is_online_on_one_node_is_seen_on_the_other() {
    let (one, other) = two_nodes().await;
    let (ada, pat) = (one.doctor("ada").await, one.patient("pat").await);
    one.conversation(&[&ada, &pat]).await;
    let pat = pat.at(&other);
    let mut watch = pat.watch(&[&ada]).await;
    assert_eq!(next_of(&mut watch, &ada).await["isOnline"], false);
    let events = ada.events(None).await;
    assert_eq!(next_of(&mut watch, &ada).await["isOnline"], true);
    // A node that says nothing for too long is gone, with everybody on it.
    other.clock.advance(Duration::from_secs(46));
    bedside::presence::refresh(&other.app);
    assert_eq!(next_of(&mut watch, &ada).await["isOnline"], false);
    bedside::presence::refresh(&one.app);
    assert_eq!(next_of(&mut watch, &ada).await["isOnline"], true);
    drop(events);
    assert_eq!(next_of(&mut watch, &ada).await["isOnline"], false);
}

#[tokio::test]
async fn who_types_on_one_node_is_heard_on_the_other() {
    let (one, other) = two_nodes().await;
    let (ada, pat) = (one.doctor("ada").await, one.patient("pat").await);
    let thread = one.conversation(&[&ada, &pat]).await;
    const TYPING: &str = "subscription($c: ID!) { typing(conversationId: $c) { users { username } } }";
    let mut heard = pat.at(&other).subscribe(TYPING, json!({ "c": thread })).await;
    const SET: &str = "mutation($c: ID!) { setTyping(input: { conversationId: $c }) { userErrors { code } } }";
    ada.run(SET, json!({ "c": thread })).await;
    assert_eq!(heard.next().await["typing"]["users"], json!([{ "username": "ada" }]));
    ada.send(&thread, "Good morning").await;
    assert_eq!(heard.next().await["typing"]["users"], json!([]));
}
