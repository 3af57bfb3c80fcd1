//! Somebody who uses the server, as a value.

use std::net::SocketAddr;

use bedside::accounts::service::SignIn;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Listening, TestServer};

/// Somebody signed in at one node.
#[derive(Clone)]
pub struct Actor {
    pub id: String,
    pub username: String,
    pub token: String,
    pub refresh_token: String,
    pub session: String,
    http: reqwest::Client,
    address: SocketAddr,
    listeners: watch::Receiver<usize>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The data, when there was no error.
    #[track_caller]
    pub fn data(self) -> Value {
        assert!(self.body.get("errors").is_none(), "unexpected errors: {}", self.body);
        self.body["data"].clone()
    }

    /// The code of the first GraphQL error.
    #[track_caller]
    pub fn code(&self) -> String {
        let code = self.body["errors"][0]["extensions"]["code"].as_str();
        code.unwrap_or_else(|| panic!("no error with a code: {}", self.body)).to_owned()
    }
}

impl Actor {
    pub const PASSWORD: &'static str = "copper lantern drifts";

    pub fn new(server: &TestServer, sign_in: SignIn) -> Self {
        Self {
            id: sign_in.user.id.to_string(),
            username: sign_in.user.username,
            token: sign_in.access_token,
            refresh_token: sign_in.refresh_token,
            session: sign_in.session.id.to_string(),
            http: reqwest::Client::new(),
            address: server.address,
            listeners: server.app.tail.listeners(),
        }
    }

    /// The same person at another node.
    pub fn at(&self, server: &TestServer) -> Self {
        Self { address: server.address, listeners: server.app.tail.listeners(), ..self.clone() }
    }

    /// Somebody who is not signed in.
    pub fn nobody(server: &TestServer) -> Self {
        Self {
            id: String::new(),
            username: String::new(),
            token: String::new(),
            refresh_token: String::new(),
            session: String::new(),
            http: reqwest::Client::new(),
            address: server.address,
            listeners: server.app.tail.listeners(),
        }
    }

    /// The same person behind a proxy on this machine, which says that they come from `address`.
    pub fn coming_from(&self, address: &str) -> Self {
        let named = ("x-forwarded-for".parse().unwrap(), address.parse().unwrap());
        let http = reqwest::Client::builder().default_headers([named].into_iter().collect()).build().unwrap();
        Self { http, ..self.clone() }
    }

    /// Runs an operation and answers whatever came.
    pub async fn try_run(&self, query: &str, variables: Value) -> Answer {
        let mut request = self
            .http
            .post(format!("http://{}/graphql", self.address))
            .json(&json!({ "query": query, "variables": variables }));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let response = request.send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
    }

    /// Runs an operation that must succeed, and answers its data.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        self.try_run(query, variables).await.data()
    }

    /// Runs a mutation with one root field, and answers the codes of its user errors.
    pub async fn refused(&self, query: &str, variables: Value) -> Vec<String> {
        let data = self.run(query, variables).await;
        let payload = data.as_object().and_then(|fields| fields.values().next()).unwrap();
        payload["userErrors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| error["code"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Sends a text and answers the message.
    pub async fn send(&self, conversation: &str, text: &str) -> Value {
        const SEND: &str = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id text cursor } replayed userErrors { code field message } } }";
        let input = json!({ "clientId": uuid::Uuid::now_v7(), "to": { "conversationId": conversation }, "text": text });
        let sent = self.run(SEND, json!({ "i": input })).await;
        assert_eq!(sent["sendMessage"]["userErrors"], json!([]));
        sent["sendMessage"]["message"].clone()
    }

    /// The texts of the newest messages of a conversation, oldest first.
    pub async fn history(&self, conversation: &str) -> Vec<String> {
        let data = self
            .run(
                "query($c: ID!) { conversation(id: $c) { messages(last: 100) { nodes { text } } } }",
                json!({ "c": conversation }),
            )
            .await;
        data["conversation"]["messages"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["text"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The end of the journal.
    pub async fn cursor(&self) -> String {
        self.run("{ cursor }", json!({})).await["cursor"].as_str().unwrap().to_owned()
    }

    /// Listens on a socket of its own; returns once the server listens for it.
    pub async fn subscribe(&self, query: &str, variables: Value) -> Listening {
        let mut listeners = self.listeners.clone();
        let before = *listeners.borrow_and_update();
        let listening = self.subscribe_at_once(query, variables).await;
        listeners.wait_for(|count| *count > before).await.unwrap();
        listening
    }

    /// Listens on a socket of its own, without waiting for the server.
    pub async fn subscribe_at_once(&self, query: &str, variables: Value) -> Listening {
        Listening::start(self.address, &self.token, query, variables).await
    }

    /// An HTTP request as this person.
    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.get(format!("http://{}{path}", self.address)).bearer_auth(&self.token)
    }

    /// A plain client, for requests without this person's token.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Where this person's node listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
