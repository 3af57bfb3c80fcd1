//! GraphQL over WebSocket, to the letter of `graphql-transport-ws`
//! (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>).

use std::{borrow::Cow, net::SocketAddr, sync::Arc, time::Duration};

use async_graphql::parser::types::OperationType;
use axum::{
    extract::{
        ConnectInfo, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
    },
    http::{HeaderMap, StatusCode},
    response::Response as HttpResponse,
};
use futures_util::{StreamExt, stream, stream::BoxStream};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout, timeout_at};
use tokio_stream::StreamMap;
use tracing::Instrument;

use super::{
    answer::{self, Answer, Media, Refusal},
    gateway::{Caller, Gateway},
    message::ClientMessage,
    operation::{Operation, Parameters},
    origins, viewer,
};
use crate::{
    access::{Connection, Viewer},
    error::{Error, Result},
    ids::UserId,
    rates::Figures,
    server::{pace::Pace, seats::Seat},
};

const PROTOCOL: &str = "graphql-transport-ws";
/// What a socket may hold in memory: axum takes 128 KiB to read, and no limit to write, unless told. Clients say little
/// and seldom, so each waits with the least. A longer message makes its own room, and the room stays: what is read before
/// its length is known comes on top and is then doubled, so the less the better.
const READ_BUFFER: usize = 256;
const WRITE_BUFFER: usize = 256 << 10;
const MESSAGE: usize = 64 << 10;
const PING_EVERY: Duration = Duration::from_secs(20);
/// A client that was not heard of for so long is gone.
const DEAD_AFTER: Duration = Duration::from_secs(45);

/// Upgrades a request to a socket.
pub(super) async fn upgrade(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> HttpResponse {
    let caller = Caller { is_socket: true, ..Caller::new(&gateway.app, peer, &headers) };
    if let Err(refused) = gateway.app.rates.socket(caller.address) {
        gateway.app.metrics.error("RATE_LIMITED");
        let mut response = Refusal::from(refused).http(Media::Json);
        answer::tell_figures(&refused.figures, response.headers_mut());
        return response;
    }
    if !origins::may_open_socket(&gateway.app, &headers) {
        let refusal = Refusal::new(StatusCode::FORBIDDEN, "FORBIDDEN", "Pages of this site may not connect here.");
        return refusal.http(Media::Json);
    }
    let upgrade = upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER)
        .max_message_size(MESSAGE)
        .max_frame_size(MESSAGE)
        .protocols([PROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        let refusal =
            Refusal::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", format!("Ask for the subprotocol {PROTOCOL}."));
        return refusal.http(Media::Json);
    }
    let (stopping, open) = (gateway.app.stopping().clone(), gateway.app.socket_opened());
    // The socket is served elsewhere, when the answer to this request is written; its log is that of this request.
    let request = tracing::Span::current();
    upgrade.on_upgrade(move |socket| {
        // Apart in memory, as the socket itself: a task has room for everything in it twice.
        let serving = Box::pin(async move {
            let _open = open;
            let mut socket = Box::new(Socket::new(gateway, socket, caller));
            let end = tokio::select! {
                // First, so that a stopping server closes streams instead of completing them.
                biased;
                () = stopping.cancelled() => restarting(),
                end = socket.serve() => end,
            };
            Box::pin(socket.close(end)).await;
        });
        serving.instrument(request)
    })
}

/// Tells a client to come back, each at another moment, so that a restart is not followed by a stampede.
fn restarting() -> End {
    let after = rand::random_range(0..2_000);
    End::Close(1012, format!("restarting: connect again in {after} ms").into())
}

/// How a socket ends.
#[derive(Clone, Debug)]
enum End {
    /// With a code of the protocol and a reason under 123 bytes.
    Close(u16, Cow<'static, str>),
    /// The client has gone.
    Gone,
}

/// An answer on its way, as the protocol wraps it.
#[derive(Serialize)]
struct Next<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    payload: &'a Answer,
}

/// The next answer of one operation; none when it has ended.
type Told = Option<Answer>;

struct Socket {
    gateway: Gateway,
    socket: WebSocket,
    caller: Caller,
    /// Once the client has introduced itself.
    connection: Option<Arc<Connection>>,
    operations: StreamMap<String, BoxStream<'static, Told>>,
    heard: Instant,
    pace: Pace,
    pings: Interval,
    /// Given back when the socket ends.
    seat: Option<Seat<UserId>>,
}

impl Socket {
    fn new(gateway: Gateway, socket: WebSocket, caller: Caller) -> Self {
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let pace = Pace::new(gateway.app.config.limits.socket_messages);
        Self {
            gateway,
            socket,
            caller,
            connection: None,
            operations: StreamMap::new(),
            heard: Instant::now(),
            pace,
            pings,
            seat: None,
        }
    }

    /// What is done with a message is kept apart in memory: a socket waits most of its life, and its task is as large as
    /// the largest thing in it.
    async fn serve(&mut self) -> End {
        let init_until = Instant::now() + self.gateway.app.config.limits.socket_init;
        loop {
            let step = if self.connection.is_none() {
                match timeout_at(init_until, self.pace.next(&mut self.socket)).await {
                    Ok(message) => Box::pin(self.receive(message)).await,
                    Err(_) => Err(End::Close(4408, "Connection initialisation timeout".into())),
                }
            } else {
                tokio::select! {
                    message = self.pace.next(&mut self.socket) => Box::pin(self.receive(message)).await,
                    Some((id, told)) = self.operations.next(), if !self.operations.is_empty() => {
                        Box::pin(self.tell(id, told)).await
                    }
                    _ = self.pings.tick() => Box::pin(self.ping()).await,
                }
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > DEAD_AFTER {
            return Err(End::Gone);
        }
        self.write(Message::Ping(bytes::Bytes::new())).await
    }

    async fn receive(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.heard = Instant::now();
        self.pace.count(self.heard);
        match message {
            Some(Ok(Message::Text(text))) => self.understand(&text).await,
            Some(Ok(Message::Binary(_))) => Err(End::Close(4400, "Only text messages are understood".into())),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => Err(End::Gone),
            Some(Err(_)) => Err(End::Close(4400, "The message is too large or broken".into())),
        }
    }

    async fn understand(&mut self, text: &str) -> Result<(), End> {
        match ClientMessage::read(text) {
            Some(ClientMessage::Init(payload)) => self.init(payload).await,
            Some(ClientMessage::Ping(payload)) => self.say(&with_payload("pong", payload)).await,
            Some(ClientMessage::Pong) => Ok(()),
            Some(ClientMessage::Subscribe { id, payload }) => self.subscribe(id, payload).await,
            Some(ClientMessage::Complete { id }) => {
                self.operations.remove(&id);
                Ok(())
            }
            None => Err(End::Close(4400, "Invalid message received".into())),
        }
    }

    async fn init(&mut self, payload: Map<String, Value>) -> Result<(), End> {
        if self.connection.is_some() {
            return Err(End::Close(4429, "Too many initialisation requests".into()));
        }
        let viewer = match token_of(&payload) {
            Some(token) => Some(
                self.gateway
                    .app
                    .recognition
                    .recognise(token)
                    .await
                    .map_err(|error| End::Close(4403, reason(&error).into()))?,
            ),
            None => None,
        };
        if let Some(viewer) = &viewer {
            let seat = self.gateway.seats.take(viewer.id(), self.gateway.app.config.limits.sockets_per_user);
            self.seat = Some(seat.ok_or(End::Close(4403, "Too many connections of this account".into()))?);
        }
        self.connection = Some(Arc::new(Connection::new(viewer)));
        self.say(&json!({ "type": "connection_ack" })).await
    }

    async fn subscribe(&mut self, id: String, payload: Map<String, Value>) -> Result<(), End> {
        let Some(connection) = self.connection.clone() else { return Err(End::Close(4401, "Unauthorized".into())) };
        if self.operations.contains_key(&id) {
            return Err(End::Close(4409, "Subscriber for this id already exists".into()));
        }
        let most = self.gateway.app.config.limits.operations_per_socket;
        let viewer = self.gateway.app.recognition.still(&connection);
        let counted = self.gateway.count(&viewer, &self.caller);
        let admitted = if self.operations.len() >= most {
            Err(Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                "RATE_LIMITED",
                format!("One socket can have {most} operations at once."),
            ))
        } else {
            counted.map_err(Refusal::from).and_then(|figures| {
                let parameters = Parameters::from_map(payload)?;
                Ok((Operation::admit(self.gateway.documents(), parameters)?, figures))
            })
        };
        match admitted {
            Ok((operation, figures)) => {
                let responses = self.run(operation, viewer, &connection, figures);
                self.operations.insert(id, responses);
                Ok(())
            }
            Err(refusal) => {
                self.gateway.app.metrics.error(refusal.code);
                let errors = refusal.signed(&self.caller.request_id).errors();
                self.say(&json!({ "type": "error", "id": id, "payload": errors })).await
            }
        }
    }

    fn run(
        &self,
        operation: Operation,
        viewer: Result<Arc<Viewer>>,
        connection: &Arc<Connection>,
        figures: Figures,
    ) -> BoxStream<'static, Told> {
        let (gateway, caller, connection) = (self.gateway.clone(), self.caller.clone(), Arc::clone(connection));
        let answers = if operation.kind == OperationType::Subscription {
            gateway.stream(operation, viewer, connection, caller)
        } else {
            stream::once(async move {
                let response = gateway.execute(operation, viewer, connection, caller).await;
                let figures = async_graphql::Value::from_json(answer::rate_limit(&figures));
                Answer::own(response.extension("rateLimit", figures.unwrap_or_default()))
            })
            .boxed()
        };
        answers.map(Some).chain(stream::once(async { None })).boxed()
    }

    /// Passes on what an operation told.
    async fn tell(&mut self, id: String, told: Told) -> Result<(), End> {
        let Some(answer) = told else {
            self.operations.remove(&id);
            return self.say(&json!({ "type": "complete", "id": id })).await;
        };
        if let Some(refusal) = answer.response().filter(|response| answer::is_request_error(response)) {
            self.operations.remove(&id);
            return self.say(&json!({ "type": "error", "id": id, "payload": answer::errors(&refusal.errors) })).await;
        }
        self.say(&Next { kind: "next", id: &id, payload: &answer }).await?;
        if answer.response().is_some_and(|response| response.errors.iter().any(is_revoked)) {
            self.say(&json!({ "type": "complete", "id": id })).await?;
            return Err(End::Close(4403, "The session was ended".into()));
        }
        Ok(())
    }

    async fn say(&mut self, message: &impl Serialize) -> Result<(), End> {
        self.write(Message::Text(Utf8Bytes::from(answer::text(message)))).await
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        let (within, began) = (self.gateway.app.config.limits.stalled, Instant::now());
        let Ok(Ok(())) = timeout(within, self.socket.send(message)).await else { return Err(End::Gone) };
        if began.elapsed() > PING_EVERY {
            // Whoever takes what waited for them is there, though nothing of theirs was read meanwhile.
            self.heard = Instant::now();
        }
        Ok(())
    }

    async fn close(&mut self, end: End) {
        self.gateway.app.metrics.socket_closed(if let End::Close(code, _) = &end { *code } else { 0 });
        if let End::Close(code, reason) = end {
            let frame = CloseFrame { code, reason: Utf8Bytes::from(reason.into_owned()) };
            // The client may have gone; then nothing is left to say.
            let _ =
                timeout(self.gateway.app.config.limits.stalled, self.socket.send(Message::Close(Some(frame)))).await;
        }
    }
}

fn with_payload(kind: &str, payload: Option<Map<String, Value>>) -> Value {
    let mut message = json!({ "type": kind });
    if let Some(payload) = payload {
        message["payload"] = payload.into();
    }
    message
}

fn is_revoked(error: &async_graphql::ServerError) -> bool {
    answer::code_of(error) == Some(Error::SessionRevoked.code())
}

fn reason(error: &Error) -> &'static str {
    match error {
        Error::TokenExpired => "TOKEN_EXPIRED: refresh the session and connect again",
        Error::SessionRevoked => "SESSION_REVOKED: sign in again",
        Error::Unauthenticated => "UNAUTHENTICATED: the token is not valid",
        _ => "The service is busy: connect again",
    }
}

/// The token in the payload of `connection_init`: `Authorization: "Bearer …"` or `token: "…"`.
fn token_of(payload: &Map<String, Value>) -> Option<&str> {
    let named = |name: &str| payload.get(name).and_then(Value::as_str);
    let header = named("Authorization").or_else(|| named("authorization")).and_then(viewer::from_scheme);
    header.or_else(|| named("token"))
}
