//! What two nodes are to each other.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    client::At,
    engines::Nats,
    load::{Clinic, Load, Node, SOME},
    turn,
    world::{Person, World},
};

const SEND: &str = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id } userErrors { code } } }";
const ADDED: &str = "subscription($c: ID!) { messageAdded(conversationId: $c) { node { text } } }";
const EVENTS: &str = "subscription { events { __typename ... on MessageAdded { node { text } } } }";
const PRESENCE: &str = "subscription($u: [ID!]!) { presenceChanged(userIds: $u) { userId presence { isOnline } } }";
const TYPING: &str = "subscription($c: ID!) { typing(conversationId: $c) { users { username } } }";
const TYPES: &str = "mutation($c: ID!) { setTyping(input: { conversationId: $c }) { userErrors { code } } }";
const REMOVE: &str = "mutation($i: RemoveParticipantInput!) { removeParticipant(input: $i) { userErrors { code } } }";

/// Two people of one ward, each at their own node.
struct Ward<'a> {
    ada: At<'a>,
    ben: At<'a>,
    thread: String,
}

impl Ward<'_> {
    async fn ada_says(&self, text: &str) {
        let input = json!({ "clientId": uuid::Uuid::now_v7(), "to": { "conversationId": self.thread }, "text": text });
        let said = self.ada.ask(SEND, json!({ "i": input })).await;
        assert_eq!(said["sendMessage"]["userErrors"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_are_one_clinic() {
    let Some(_turn) = turn("two nodes are one clinic").await else { return };
    let clinic = Clinic::open(2, &[]).await;
    let [one, other] = [0, 1].map(|which: usize| clinic.nodes[which].address());
    let ward = Ward {
        ada: At { who: &clinic.world.senders[0], address: one },
        ben: At { who: &clinic.world.senders[1], address: other },
        thread: clinic.world.senders[0].conversations[0].to_string(),
    };
    what_one_says_the_other_hears(&ward).await;
    who_is_here_and_types_is_seen_at_the_other(&ward).await;
    who_is_taken_out_hears_no_more_anywhere(&ward).await;
    let carl = &clinic.world.senders[2];
    a_session_that_ends_ends_everywhere(carl, one, other).await;
    for node in clinic.nodes {
        node.stop().await;
    }
}

async fn what_one_says_the_other_hears(ward: &Ward<'_>) {
    let mut heard = ward.ben.subscribe(EVENTS, json!({})).await;
    heard.until(|event| event["events"]["__typename"] == "Ready").await;
    let mut times = Vec::new();
    for n in 0..200 {
        let (text, said) = (format!("round {n}"), Instant::now());
        ward.ada_says(&text).await;
        heard.until(|event| event["events"]["node"]["text"] == text.as_str()).await;
        times.push(said.elapsed());
    }
    times.sort_unstable();
    println!("send at one node to receipt at the other: p50 {:.1?}, p99 {:.1?}", times[100], times[197]);
}

async fn who_is_here_and_types_is_seen_at_the_other(ward: &Ward<'_>) {
    let mut seen = ward.ben.subscribe(PRESENCE, json!({ "u": [ward.ada.who.id.to_string()] })).await;
    let is_online = |wanted: bool| move |data: &Value| data["presenceChanged"]["presence"]["isOnline"] == wanted;
    seen.until(is_online(false)).await;
    let here = ward.ada.subscribe(EVENTS, json!({})).await;
    seen.until(is_online(true)).await;
    drop(here);
    seen.until(is_online(false)).await;

    let mut heard = ward.ben.subscribe(TYPING, json!({ "c": ward.thread })).await;
    // Whether the other listens already cannot be seen from outside, so she goes on typing until he hears it.
    let mut keys = tokio::time::interval(Duration::from_millis(300));
    let typing = {
        let mut first = std::pin::pin!(heard.next());
        loop {
            tokio::select! {
                data = &mut first => break data.unwrap(),
                _ = keys.tick() => drop(ward.ada.ask(TYPES, json!({ "c": ward.thread })).await),
            }
        }
    };
    assert_eq!(typing["typing"]["users"], json!([{ "username": "clinician-0" }]));
    ward.ada_says("Good morning").await;
    heard.until(|data| data["typing"]["users"] == json!([])).await;
}

async fn who_is_taken_out_hears_no_more_anywhere(ward: &Ward<'_>) {
    let mut heard = ward.ben.subscribe(ADDED, json!({ "c": ward.thread })).await;
    let input = json!({ "conversationId": ward.thread, "userId": ward.ben.who.id.to_string() });
    let began = Instant::now();
    let removed = ward.ada.ask(REMOVE, json!({ "i": input })).await;
    assert_eq!(removed["removeParticipant"]["userErrors"], json!([]));
    let asked = ward.ben.ask("query($c: ID!) { conversation(id: $c) { id } }", json!({ "c": ward.thread })).await;
    assert_eq!(asked["conversation"], Value::Null, "asked right after the removal, at the other node");
    assert_eq!(heard.end().await, "ACCESS_ENDED");
    println!("removed at one node, stream ended at the other: {:.1?}", began.elapsed());
}

async fn a_session_that_ends_ends_everywhere(who: &Person, one: &str, other: &str) {
    let (here, there) = (At { who, address: one }, At { who, address: other });
    let mut heard = there.subscribe(EVENTS, json!({})).await;
    heard.until(|event| event["events"]["__typename"] == "Ready").await;
    let began = Instant::now();
    here.ask("mutation { logout { sessionId } }", json!({})).await;
    assert_eq!(heard.end().await, "SESSION_REVOKED");
    println!("signed out at one node, stream ended at the other: {:.1?}", began.elapsed());
    let refused = there.try_ask("{ viewer { user { id } } }", json!({})).await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "SESSION_REVOKED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_nats_the_nodes_find_each_others_messages_by_looking() {
    let Some(_turn) = turn("without NATS").await else { return };
    let mut clinic = Clinic::open(0, &[]).await;
    for _ in 0..2 {
        clinic.nodes.push(Node::start(&clinic.world, "127.0.0.1:0", Vec::new()).await);
    }
    let load = Load::begin(&clinic.world, &clinic.nodes).await;
    load.goes_on(SOME).await;
    load.end(&clinic.world, "two nodes without NATS").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_starts_while_nats_is_not_there() {
    let Some(_turn) = turn("a node starts without NATS").await else { return };
    let mut clinic = Clinic::open(1, &[]).await;
    clinic.nats.kill();
    clinic.nodes[0].process.kill();
    clinic.start_again(0).await;
    let node = &mut clinic.nodes[0];
    node.process.line_with("NATS is away").await;
    let (status, health) = node.health().await;
    assert!(status == 200 && health.starts_with("ready, but NATS is away"), "{status} {health}");
    clinic.nats.start_again();
    node.process.line_with("NATS is connected").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_to_nats_is_encrypted_and_asks_who_one_is() {
    let Some(_turn) = turn("NATS over TLS").await else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name).display().to_string();
        std::fs::write(&path, text).unwrap();
        path
    };
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (file("cert.pem", own.cert.pem()), file("key.pem", own.signing_key.serialize_pem()));
    let nats = Nats::start_with(&["--tls", "--tlscert", &certificate, "--tlskey", &key, "--auth", "of-this-clinic"]);
    let data = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", data.path().join("bedside.sqlite").display());
    let world = World::make_in(data, database).await;
    let settings = |token: &str| {
        vec![
            ("BEDSIDE_NATS_URLS", format!("tls://localhost:{}", nats.port)),
            ("BEDSIDE_NATS_ROOT_CERTIFICATE", certificate.clone()),
            ("BEDSIDE_NATS_TOKEN", token.to_owned()),
        ]
    };
    let mut stranger = Node::start(&world, "127.0.0.1:0", settings("of-another")).await;
    stranger.process.line_with("NATS is away").await;
    stranger.stop().await;
    Node::start(&world, "127.0.0.1:0", settings("of-this-clinic")).await.hears_the_others().await;
}
