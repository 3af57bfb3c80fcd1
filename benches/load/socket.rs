//! Sockets that listen to everything, and may be sent on.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use anyhow::{Context, ensure};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, Utf8Bytes, client::IntoClientRequest},
};

use crate::{ear::Ear, tally::Tally};

/// What a client is built on; see the file.
const EVENTS: &str = include_str!("../../examples/operations/events.graphql");
/// How long a socket may take to be opened and subscribed.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open socket, closed when dropped.
pub struct Socket {
    outgoing: mpsc::UnboundedSender<Message>,
    waiting: Arc<Mutex<HashMap<String, oneshot::Sender<Utf8Bytes>>>>,
    task: JoinHandle<()>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A message of the protocol, as far as it is read here.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: Option<&'a str>,
    #[serde(borrow)]
    payload: Option<Payload<'a>>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    events: Option<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "__typename")]
    kind: &'a str,
    cursor: Option<&'a str>,
    #[serde(borrow)]
    node: Option<Node<'a>>,
}

#[derive(Deserialize)]
struct Node<'a> {
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
}

impl Socket {
    /// Opens a socket, signs in and listens to everything: from now on, or after a place.
    pub async fn open(
        address: &str,
        token: &str,
        after: Option<&str>,
        ear: Ear,
        tally: Arc<Tally>,
    ) -> anyhow::Result<Self> {
        let opening = async {
            let mut stream = connect(address, token).await?;
            let payload = json!({ "query": EVENTS, "variables": { "after": after } });
            say(&mut stream, json!({ "id": "events", "type": "subscribe", "payload": payload })).await?;
            if after.is_none() {
                let told = stream.next().await.context("the socket was closed")??;
                ensure!(told.to_text()?.contains("\"Ready\""), "{told}");
                note_cursor(told.to_text()?, &ear);
            }
            anyhow::Ok(stream)
        };
        let stream = tokio::time::timeout(PATIENCE, opening).await.context("it took too long")??;
        let (outgoing, inbox) = mpsc::unbounded_channel();
        let waiting: Arc<Mutex<HashMap<_, _>>> = Arc::default();
        let task = tokio::spawn(serve(stream, inbox, Arc::clone(&waiting), ear, tally));
        Ok(Self { outgoing, waiting, task })
    }

    /// Waits until it is closed by the other side, and everything that came before was taken in.
    pub async fn closed(mut self) {
        // It is not stopped while it is held.
        let _ = (&mut self.task).await;
    }

    /// Runs an operation on the socket; answers the whole message with its response.
    pub async fn ask(&self, id: String, payload: &str) -> anyhow::Result<Utf8Bytes> {
        let (sender, answer) = oneshot::channel();
        self.waiting.lock().unwrap().insert(id.clone(), sender);
        self.outgoing.send(Message::text(format!(r#"{{"id":"{id}","type":"subscribe","payload":{payload}}}"#)))?;
        Ok(answer.await?)
    }
}

async fn serve(
    mut stream: WebSocketStream<TcpStream>,
    mut inbox: mpsc::UnboundedReceiver<Message>,
    waiting: Arc<Mutex<HashMap<String, oneshot::Sender<Utf8Bytes>>>>,
    ear: Ear,
    tally: Arc<Tally>,
) {
    let why = loop {
        let message = tokio::select! {
            message = stream.next() => message,
            Some(message) = inbox.recv() => match stream.send(message).await {
                Ok(()) => continue,
                Err(error) => break error.to_string(),
            },
        };
        match message {
            Some(Ok(Message::Text(text))) => understand(&text, &waiting, &ear, &tally),
            Some(Ok(Message::Close(frame))) => break frame.map_or("closed".into(), |frame| frame.to_string()),
            Some(Ok(_)) => {}
            Some(Err(error)) => break error.to_string(),
            None => break "gone".into(),
        }
    };
    // Whoever waits for an answer hears that there is none.
    waiting.lock().unwrap().clear();
    ear.record().broken = Some(why);
}

fn understand(
    text: &Utf8Bytes,
    waiting: &Mutex<HashMap<String, oneshot::Sender<Utf8Bytes>>>,
    ear: &Ear,
    tally: &Tally,
) {
    let Ok(said) = serde_json::from_str::<Said>(text) else { return tally.failed(&first_code(text)) };
    let id = said.id.unwrap_or_default();
    if id != "events" {
        if said.kind != "complete"
            && let Some(answer) = waiting.lock().unwrap().remove(id)
        {
            // Whoever asked may have given up.
            let _ = answer.send(text.clone());
        }
        return;
    }
    let Some(event) = said.payload.and_then(|payload| payload.data).and_then(|data| data.events) else {
        return tally.failed(&first_code(text));
    };
    if let Some(cursor) = event.cursor {
        let mut record = ear.record();
        record.cursor.clear();
        record.cursor.push_str(cursor);
    }
    match (event.kind, event.node.and_then(|node| node.text)) {
        ("MessageAdded", Some(message)) => ear.hear(&message, tally),
        ("MessageAdded" | "Resync", _) => tally.failed("a message without text, or a lost place"),
        _ => {}
    }
}

fn note_cursor(text: &str, ear: &Ear) {
    let said: Value = serde_json::from_str(text).unwrap_or_default();
    ear.record().cursor = said["payload"]["data"]["events"]["cursor"].as_str().unwrap_or_default().to_owned();
}

/// The first error code in a response, wherever it stands.
pub fn first_code(text: &str) -> String {
    let code = text.split_once("\"code\":\"").and_then(|(_, rest)| rest.split('"').next());
    code.map_or_else(|| text.chars().take(200).collect(), str::to_owned)
}

async fn connect(address: &str, token: &str) -> anyhow::Result<WebSocketStream<TcpStream>> {
    let mut request = format!("ws://{address}/graphql/ws").into_client_request()?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse()?);
    let tcp = TcpStream::connect(address).await?;
    tcp.set_nodelay(true)?;
    let (mut stream, _) = client_async(request, tcp).await?;
    say(&mut stream, json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {token}") } }))
        .await?;
    let told = stream.next().await.context("the socket was closed")??;
    ensure!(told.to_text()?.contains("connection_ack"), "{told}");
    Ok(stream)
}

async fn say(stream: &mut WebSocketStream<TcpStream>, message: Value) -> anyhow::Result<()> {
    Ok(stream.send(Message::text(message.to_string())).await?)
}
