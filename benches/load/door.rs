//! Requests over HTTP, on connections that are kept.

use std::sync::Mutex;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

type Connection = http1::SendRequest<Full<Bytes>>;

/// One client: its token, and the connections it does not use just now.
pub struct Door {
    address: String,
    authorization: String,
    idle: Mutex<Vec<Connection>>,
}

impl Door {
    /// For whoever has this token.
    pub fn new(address: &str, token: &str) -> Self {
        Self { address: address.to_owned(), authorization: format!("Bearer {token}"), idle: Mutex::default() }
    }

    /// Asks with a body of JSON.
    pub async fn ask(&self, body: Vec<u8>) -> anyhow::Result<Bytes> {
        let idle = self.idle.lock().unwrap().pop();
        let mut connection = match idle.filter(Connection::is_ready) {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let mut request = Request::post("/graphql").header("host", &self.address);
        if self.authorization.len() > "Bearer ".len() {
            request = request.header("authorization", &self.authorization);
        }
        let request = request
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json")
            .body(Full::new(body.into()))?;
        let response = connection.send_request(request).await?;
        let body = response.into_body().collect().await?.to_bytes();
        // The connection can be used again a moment later than the answer was read.
        if connection.ready().await.is_ok() {
            self.idle.lock().unwrap().push(connection);
        }
        Ok(body)
    }

    async fn connect(&self) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    /// Runs an operation that must go well.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let answer = self.ask(body.into_bytes()).await.unwrap();
        let mut answer: Value = serde_json::from_slice(&answer).unwrap();
        let refused =
            answer["data"].as_object().into_iter().flat_map(|data| data.values()).any(|field| {
                field.is_null() || field["userErrors"].as_array().is_some_and(|errors| !errors.is_empty())
            });
        assert!(answer.get("errors").is_none() && answer["data"].is_object() && !refused, "{answer}");
        answer["data"].take()
    }
}
