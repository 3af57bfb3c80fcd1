//! One subscription over `graphql-transport-ws`.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message, client::IntoClientRequest, protocol::CloseFrame},
};

/// One subscription on a socket of its own. Nothing is read unless the test asks for it.
pub struct Listening {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a socket said.
#[derive(Debug)]
pub enum Said {
    /// A GraphQL response.
    Next(Value),
    /// The operation could not begin.
    Error(Value),
    /// The operation ended.
    Complete,
    /// The socket ended.
    Closed(Option<CloseFrame>),
}

impl Listening {
    /// Connects, signs in with `token` and subscribes.
    pub async fn start(address: SocketAddr, token: &str, query: &str, variables: Value) -> Self {
        let mut listening = Self::connect(address).await;
        listening
            .say(json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } }))
            .await;
        let ack = listening.heard().await;
        assert_eq!(ack["type"], "connection_ack", "{ack}");
        listening
            .say(json!({ "id": "1", "type": "subscribe", "payload": { "query": query, "variables": variables } }))
            .await;
        listening
    }

    /// Connects and says nothing yet.
    pub async fn connect(address: SocketAddr) -> Self {
        let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
        Self { socket: connect_async(request).await.unwrap().0 }
    }

    /// Says one message of the protocol.
    pub async fn say(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    /// Says a text, whatever it is.
    pub async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text.to_owned())).await.unwrap();
    }

    /// Says bytes, whatever they are.
    pub async fn say_bytes(&mut self, bytes: Vec<u8>) {
        self.socket.send(Message::binary(bytes)).await.unwrap();
    }

    /// What arrives next. A story that waits for what never comes fails, and does not hold up the rest.
    async fn arrived(&mut self) -> Option<Result<Message, tungstenite::Error>> {
        const BOUND: Duration = Duration::from_secs(180);
        timeout(BOUND, self.socket.next()).await.unwrap_or_else(|_| panic!("nothing was heard for three minutes"))
    }

    /// The next message of the protocol.
    pub async fn heard(&mut self) -> Value {
        loop {
            match self.arrived().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(frame) => {
                    return json!({ "type": "closed", "code": frame.map(|frame| u16::from(frame.code)) });
                }
                _ => {}
            }
        }
    }

    /// The next thing said.
    pub async fn said(&mut self) -> Said {
        loop {
            match self.arrived().await {
                None | Some(Err(_)) => return Said::Closed(None),
                Some(Ok(Message::Close(frame))) => return Said::Closed(frame),
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    match message["type"].as_str().unwrap() {
                        "next" => return Said::Next(message["payload"].clone()),
                        "error" => return Said::Error(message["payload"].clone()),
                        "complete" => return Said::Complete,
                        _ => {}
                    }
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// The data of the next response, which must have no errors.
    pub async fn next(&mut self) -> Value {
        match self.said().await {
            Said::Next(payload) if payload.get("errors").is_none() => payload["data"].clone(),
            other => panic!("expected data, got {other:?}"),
        }
    }

    /// The code of the error that ends the subscription.
    pub async fn end(&mut self) -> String {
        match self.said().await {
            Said::Next(payload) => {
                let code = payload["errors"][0]["extensions"]["code"].as_str();
                code.unwrap_or_else(|| panic!("expected an error, got {payload}")).to_owned()
            }
            other => panic!("expected an error, got {other:?}"),
        }
    }
}
