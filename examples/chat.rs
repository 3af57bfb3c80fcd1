//! A doctor and a patient talk, each over a socket of their own.
//!
//! With a server running (`cargo run -- dev`): `cargo run --example chat [-- --url http://127.0.0.1:8080]`.
//! It registers two people, and ends when the patient has seen the answer and the doctor that it was read.
#![expect(clippy::print_stdout, reason = "it shows a dialogue")]

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite};
use tungstenite::{ClientRequestBuilder, Message};
use uuid::Uuid;

const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
    user { id } tokens { accessToken } userErrors { message } } }";
const OPEN: &str = "mutation($user: ID!) { openDirectConversation(input: { userId: $user }) {
    conversation { id } userErrors { message } } }";
const SEND: &str = "mutation($conversation: ID!, $clientId: UUID!, $text: String!) {
    sendMessage(input: { to: { conversationId: $conversation }, clientId: $clientId, text: $text }) {
    userErrors { message } } }";
const READ: &str = "mutation($id: ID!) { markRead(input: { conversationId: $id }) { userErrors { message } } }";
const EVENTS: &str = "subscription($after: String) { events(after: $after) { __typename cursor actor { fullName }
    ... on MessageAdded { node { text } } } }";

#[tokio::main]
async fn main() -> Result<()> {
    let url = std::env::args().skip_while(|word| word != "--url").nth(1).unwrap_or("http://127.0.0.1:8080".into());
    let mut doctor = Person::join(&url, "Dr. Ada Okafor", "CLINICIAN").await?;
    let mut patient = Person::join(&url, "Pat Lindqvist", "PATIENT").await?;
    let opened = patient.run(OPEN, json!({ "user": doctor.id })).await?;
    let conversation = opened["conversation"]["id"].as_str().context("it was not opened")?;
    patient.send(conversation, "My knee is swollen again. Should I come in?").await?;
    doctor.hears("MessageAdded", patient.name).await?;
    doctor.run(READ, json!({ "id": conversation })).await?;
    patient.hears("MessagesRead", doctor.name).await?;
    doctor.send(conversation, "Yes please, tomorrow at nine. Keep it cool until then.").await?;
    patient.hears("MessageAdded", doctor.name).await?;
    patient.run(READ, json!({ "id": conversation })).await?;
    doctor.hears("MessagesRead", patient.name).await
}

/// Somebody who is signed in and listens.
struct Person {
    name: &'static str,
    id: String,
    token: String,
    url: String,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Person {
    /// Registers under a name made up for this run, and listens to everything from then on.
    async fn join(url: &str, name: &'static str, role: &str) -> Result<Self> {
        let random = Uuid::now_v7().simple().to_string();
        let username = format!("chat-{}", &random[20..]);
        let input = json!({ "username": username, "email": format!("{username}@clinic.example"), "password": random,
            "fullName": name, "role": role });
        let registered = run(url, "", REGISTER, json!({ "input": input })).await?;
        let id = registered["user"]["id"].as_str().context("no user")?.to_owned();
        let token = registered["tokens"]["accessToken"].as_str().context("no token")?.to_owned();
        // The cursor first, then everything after it: nothing falls between.
        let cursor = run(url, &token, "{ cursor }", json!({})).await?;
        let address = format!("{}/graphql/ws", url.replacen("http", "ws", 1)).parse()?;
        let request = ClientRequestBuilder::new(address).with_sub_protocol("graphql-transport-ws");
        let mut socket = connect_async(request).await?.0;
        let init = json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } });
        socket.send(Message::text(init.to_string())).await?;
        let mut person = Self { name, id, token, url: url.to_owned(), socket };
        ensure!(person.receive().await?["type"] == "connection_ack", "the token was refused");
        let events = json!({ "query": EVENTS, "variables": { "after": cursor } });
        let subscribe = json!({ "id": "1", "type": "subscribe", "payload": events });
        person.socket.send(Message::text(subscribe.to_string())).await?;
        Ok(person)
    }

    async fn run(&self, query: &str, variables: Value) -> Result<Value> {
        run(&self.url, &self.token, query, variables).await
    }

    async fn send(&self, conversation: &str, text: &str) -> Result<Value> {
        self.run(SEND, json!({ "conversation": conversation, "clientId": Uuid::now_v7(), "text": text })).await
    }

    /// The next message of `graphql-transport-ws`; null for a frame that holds none.
    async fn receive(&mut self) -> Result<Value> {
        let frame = self.socket.next().await.context("the server closed the socket")??;
        Ok(serde_json::from_str(frame.to_text().unwrap_or_default()).unwrap_or_default())
    }

    /// Tells what happens, until somebody has done this.
    async fn hears(&mut self, kind: &str, somebody: &str) -> Result<()> {
        loop {
            let message = self.receive().await?;
            let event = &message["payload"]["data"]["events"];
            let by = event["actor"]["fullName"].as_str().unwrap_or("the server");
            match (event["__typename"].as_str(), event["node"]["text"].as_str()) {
                (None, _) if message.is_object() && message["type"] != "ping" => bail!("unexpected: {message}"),
                _ if by == self.name => {}
                (_, Some(text)) => println!("{:>14} sees  {by}: {text}", self.name),
                (Some("MessagesRead"), _) => println!("{:>14} sees  {by} has read it", self.name),
                _ => {}
            }
            if event["__typename"] == kind && by == somebody {
                return Ok(());
            }
        }
    }
}

/// Runs an operation with one root field, and answers what the field answered.
async fn run(url: &str, token: &str, query: &str, variables: Value) -> Result<Value> {
    let request = reqwest::Client::new().post(format!("{url}/graphql")).bearer_auth(token);
    let response = request.json(&json!({ "query": query, "variables": variables })).send().await?;
    let answer: Value = response.json().await?;
    let field = answer["data"].as_object().and_then(|data| data.values().next()).context(answer.to_string())?;
    ensure!(field.get("userErrors").is_none_or(|errors| *errors == json!([])), "{}", field["userErrors"]);
    Ok(field.clone())
}
