//! Clients that never give up: they send again with the same id until they are answered, and resume where they were.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bedside::ids::ConversationId;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};
use uuid::Uuid;

use crate::world::Person;

/// The text of the last message, after which subscribers stop.
const LAST: &str = "the last one";

/// How long somebody waits before they try again.
const AGAIN: Duration = Duration::from_millis(20);

#[expect(clippy::disallowed_methods, reason = "a client that is refused does not ask again at once")]
async fn take_a_breath() {
    tokio::time::sleep(AGAIN).await;
}

/// What everybody knows about the servers, and what they have counted.
#[derive(Clone)]
pub struct Gate(Arc<Shared>);

struct Shared {
    addresses: Vec<String>,
    next: AtomicUsize,
    /// After how many messages a subscriber goes to another server by itself.
    hop_after: usize,
    is_up: watch::Sender<bool>,
    acknowledged: watch::Sender<u64>,
    stopped: AtomicBool,
    retries: AtomicU64,
    busy: AtomicU64,
}

impl Gate {
    /// Servers that are up, one or several of the same clinic. Whoever asks something asks the next one, and a
    /// subscriber goes on at the next one after so many messages.
    pub fn open(addresses: &[String], hop_after: usize) -> Self {
        Self(Arc::new(Shared {
            addresses: addresses.to_vec(),
            next: AtomicUsize::new(0),
            hop_after,
            is_up: watch::channel(true).0,
            acknowledged: watch::channel(0).0,
            stopped: AtomicBool::new(false),
            retries: AtomicU64::new(0),
            busy: AtomicU64::new(0),
        }))
    }

    /// It is about to be killed: nobody tries again before it is back.
    pub fn close(&self) {
        self.0.is_up.send_replace(false);
    }

    /// It is back.
    pub fn reopen(&self) {
        self.0.is_up.send_replace(true);
    }

    async fn up(&self) {
        self.0.is_up.subscribe().wait_for(|up| *up).await.unwrap();
    }

    fn address(&self) -> &str {
        &self.0.addresses[self.0.next.fetch_add(1, Ordering::Relaxed) % self.0.addresses.len()]
    }

    pub fn acknowledged(&self) -> u64 {
        *self.0.acknowledged.borrow()
    }

    /// Waits for this many acknowledgements in all.
    pub async fn acknowledgements(&self, wanted: u64) {
        self.0.acknowledged.subscribe().wait_for(|count| *count >= wanted).await.unwrap();
    }

    pub fn stop_sending(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }

    /// How many requests were sent again.
    pub fn retries(&self) -> u64 {
        self.0.retries.load(Ordering::Relaxed)
    }

    /// How many requests the server refused because it was busy.
    pub fn busy(&self) -> u64 {
        self.0.busy.load(Ordering::Relaxed)
    }
}

/// A message that was acknowledged.
pub struct Sent {
    pub sender: bedside::ids::UserId,
    pub client_id: Uuid,
    pub conversation: ConversationId,
    pub text: String,
    pub id: String,
    /// Stored by an attempt whose answer never came.
    pub replayed: bool,
}

/// What one subscriber heard: the ids of messages, in order.
pub struct Heard {
    pub messages: Vec<String>,
    pub connections: usize,
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}

async fn ask(
    http: &reqwest::Client,
    gate: &Gate,
    who: &Person,
    query: &str,
    variables: Value,
) -> reqwest::Result<Value> {
    let request = http.post(format!("http://{}/graphql", gate.address())).bearer_auth(&who.token);
    request.json(&json!({ "query": query, "variables": variables })).send().await?.json().await
}

/// The end of the journal.
pub async fn cursor(gate: &Gate, who: &Person) -> String {
    let answer = ask(&http(), gate, who, "{ cursor }", json!({})).await.unwrap();
    answer["data"]["cursor"].as_str().unwrap().to_owned()
}

/// Sends one message after the other, in turn to each conversation, until told to stop.
pub async fn send_until_stopped(gate: Gate, who: Person) -> Vec<Sent> {
    let (http, mut sent) = (http(), Vec::new());
    while !gate.0.stopped.load(Ordering::Relaxed) {
        let conversation = who.conversations[sent.len() % who.conversations.len()];
        let text = format!("number {}", sent.len());
        sent.push(send(&http, &gate, &who, conversation, text).await);
        gate.0.acknowledged.send_modify(|count| *count += 1);
    }
    sent
}

/// Sends the message after which subscribers stop.
pub async fn send_the_last(gate: &Gate, who: &Person, conversation: &ConversationId) -> Sent {
    send(&http(), gate, who, *conversation, LAST.into()).await
}

/// Sends the same message until it is acknowledged.
async fn send(http: &reqwest::Client, gate: &Gate, who: &Person, conversation: ConversationId, text: String) -> Sent {
    const SEND: &str = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id text } replayed userErrors { code } } }";
    let client_id = Uuid::now_v7();
    let input = json!({ "clientId": client_id, "to": { "conversationId": conversation.to_string() }, "text": text });
    loop {
        gate.up().await;
        match ask(http, gate, who, SEND, json!({ "i": input })).await {
            Ok(answer) if answer["data"]["sendMessage"]["message"].is_object() => {
                let payload = &answer["data"]["sendMessage"];
                assert_eq!(payload["message"]["text"], text);
                let (id, replayed) = (payload["message"]["id"].as_str().unwrap(), payload["replayed"] == true);
                return Sent { sender: who.id, client_id, conversation, text, id: id.to_owned(), replayed };
            }
            Ok(answer) => {
                let told = &answer["errors"][0]["extensions"];
                let may_try_again = told["code"] == "UNAVAILABLE" && told["retryAfter"].is_u64();
                assert!(may_try_again || told["code"] == "TIMEOUT", "{answer}");
                gate.0.busy.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => {}
        }
        gate.0.retries.fetch_add(1, Ordering::Relaxed);
        take_a_breath().await;
    }
}

/// Hears everything from a place on, and resumes after each break, until the last message.
pub async fn listen(gate: Gate, who: Person, from: String) -> Heard {
    let (mut after, mut heard) = (from, Heard { messages: Vec::new(), connections: 0 });
    loop {
        gate.up().await;
        heard.connections += 1;
        if hear(&gate, &who, &mut after, &mut heard.messages).await == Some(()) {
            return heard;
        }
        take_a_breath().await;
    }
}

/// One connection. Some when the last message came, none when the connection broke or it is time to go elsewhere.
async fn hear(gate: &Gate, who: &Person, after: &mut String, messages: &mut Vec<String>) -> Option<()> {
    const EVENTS: &str = "subscription($a: String!) { events(after: $a) { __typename cursor ... on MessageAdded { node { id text } } } }";
    let mut request = format!("ws://{}/graphql/ws", gate.address()).into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
    let stay_until = messages.len().saturating_add(gate.0.hop_after);
    let (mut socket, _) = connect_async(request).await.ok()?;
    let init = json!({ "type": "connection_init", "payload": { "token": who.token } });
    socket.send(Message::text(init.to_string())).await.ok()?;
    let subscribe =
        json!({ "id": "1", "type": "subscribe", "payload": { "query": EVENTS, "variables": { "a": *after } } });
    socket.send(Message::text(subscribe.to_string())).await.ok()?;
    loop {
        let Message::Text(text) = socket.next().await?.ok()? else { continue };
        let said: Value = serde_json::from_str(&text).unwrap();
        if said["type"] != "next" {
            assert_eq!(said["type"], "connection_ack", "{said}");
            continue;
        }
        if said["payload"].get("errors").is_some() {
            assert_eq!(said["payload"]["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{said}");
            return None;
        }
        let event = &said["payload"]["data"]["events"];
        assert_ne!(event["__typename"], "Resync", "a place that was handed out is gone: {said}");
        *after = event["cursor"].as_str().unwrap().to_owned();
        if event["__typename"] == "MessageAdded" {
            messages.push(
                event["node"]["id"].as_str().unwrap_or_else(|| panic!("a message without content: {said}")).to_owned(),
            );
            if event["node"]["text"] == LAST {
                return Some(());
            }
            if messages.len() >= stay_until {
                return None;
            }
        }
    }
}
