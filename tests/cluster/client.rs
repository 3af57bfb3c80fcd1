//! Somebody at one node: what they ask, and what they hear over a socket.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::world::Person;

/// Somebody who talks to one node.
pub struct At<'a> {
    pub who: &'a Person,
    pub address: &'a str,
}

impl At<'_> {
    /// The answer, with its errors.
    pub async fn try_ask(&self, query: &str, variables: Value) -> Value {
        let http = reqwest::Client::new();
        let request = http.post(format!("http://{}/graphql", self.address)).bearer_auth(&self.who.token);
        request.json(&json!({ "query": query, "variables": variables })).send().await.unwrap().json().await.unwrap()
    }

    /// The data of an answer without errors.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        let mut answer = self.try_ask(query, variables).await;
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].take()
    }

    /// Listens from now on.
    pub async fn subscribe(&self, query: &str, variables: Value) -> Hears {
        let mut request = format!("ws://{}/graphql/ws", self.address).into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
        let (mut socket, _) = connect_async(request).await.unwrap();
        for said in [
            json!({ "type": "connection_init", "payload": { "token": self.who.token } }),
            json!({ "id": "1", "type": "subscribe", "payload": { "query": query, "variables": variables } }),
        ] {
            socket.send(Message::text(said.to_string())).await.unwrap();
        }
        Hears(socket)
    }
}

/// A socket with one subscription.
pub struct Hears(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Hears {
    /// The data of the next answer; the code of the error that ends it.
    pub async fn next(&mut self) -> Result<Value, String> {
        loop {
            let Message::Text(text) = self.0.next().await.unwrap().unwrap() else { continue };
            let mut said: Value = serde_json::from_str(&text).unwrap();
            if said["type"] != "next" {
                assert_eq!(said["type"], "connection_ack", "{said}");
                continue;
            }
            if let Some(error) = said["payload"]["errors"].get(0) {
                return Err(error["extensions"]["code"].as_str().unwrap().to_owned());
            }
            return Ok(said["payload"]["data"].take());
        }
    }

    /// The next answer of which this is true.
    pub async fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let data = self.next().await.unwrap();
            if is_it(&data) {
                return data;
            }
        }
    }

    /// The code of the error with which it ends, whatever comes before.
    pub async fn end(&mut self) -> String {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }
}
