//! GraphQL over HTTP and over WebSocket (`graphql-transport-ws`), both through one gateway.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_graphql::{
    Data, Executor, Request, Response,
    dataloader::DataLoader,
    futures_util::stream::{self, BoxStream, StreamExt},
    http::{MultipartOptions, parse_query_string, receive_body},
};
use async_graphql_axum::{GraphQLProtocol, GraphQLResponse, GraphQLWebSocket};
use axum::{
    Extension, Json,
    body::Body,
    extract::{
        ConnectInfo, RawQuery, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, close_code},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response as HttpResponse},
};
use futures_util::{SinkExt, TryStreamExt};
use serde_json::json;
use tokio_util::io::StreamReader;
use tracing::Instrument;

use super::viewer;
use crate::{
    App,
    access::Viewer,
    error::{Error, Result},
    graphql::{Batch, RequestContext, SignedIn},
    schema::BedsideSchema,
};

/// Runs operations with what they need to know about who asks. One for all doors.
#[derive(Clone)]
pub(super) struct Gateway {
    app: Arc<App>,
    schema: BedsideSchema,
}

/// Where an operation comes from.
#[derive(Clone)]
struct Caller {
    address: IpAddr,
    device: String,
}

/// Who opened a socket; looked up again for each operation, so that an ended session is noticed.
struct SocketToken(String);

impl Gateway {
    pub(super) fn new(app: Arc<App>, schema: BedsideSchema) -> Self {
        Self { app, schema }
    }

    fn prepare(&self, request: Request, viewer: Result<Arc<Viewer>>, caller: Caller) -> Request {
        // Read before the operation reads anything, so that a stream from here misses nothing.
        let place = self.app.tail.position();
        let batch = Batch { app: Arc::clone(&self.app), viewer: viewer.as_ref().ok().cloned() };
        request
            .data(RequestContext {
                viewer,
                place,
                address: caller.address,
                device: caller.device,
                signed_in: SignedIn::default(),
            })
            .data(DataLoader::new(batch, tokio::spawn))
    }
}

impl Executor for Gateway {
    async fn execute(&self, request: Request) -> Response {
        self.schema.execute(request).await
    }

    fn execute_stream(&self, request: Request, session: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let gateway = self.clone();
        let run = async move {
            let token = session.as_deref().and_then(|data| data_of::<SocketToken>(data));
            let viewer = match token {
                Some(SocketToken(token)) => gateway.app.recognition.recognise(token).await,
                None => Err(Error::Unauthenticated),
            };
            let caller = session.as_deref().and_then(|data| data_of::<Caller>(data)).cloned();
            let caller = caller.unwrap_or(Caller { address: IpAddr::from([0, 0, 0, 0]), device: String::new() });
            gateway.schema.execute_stream(gateway.prepare(request, viewer, caller)).boxed()
        };
        stream::once(run).flatten().boxed()
    }
}

fn data_of<T: std::any::Any + Send + Sync>(data: &Data) -> Option<&T> {
    data.get(&std::any::TypeId::of::<T>()).and_then(|value| value.downcast_ref())
}

type ViewerExtension = Extension<Result<Arc<Viewer>>>;

/// A query or mutation in the body, with files when it is multipart.
pub(super) async fn post(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(viewer): ViewerExtension,
    headers: HeaderMap,
    body: Body,
) -> HttpResponse {
    let limits = &gateway.app.config.limits;
    // One byte more than the limit reaches the check that names it.
    let file_max = usize::try_from(limits.file_max.as_u64()).unwrap_or(usize::MAX).saturating_add(1);
    let options = MultipartOptions::default().max_file_size(file_max).max_num_files(limits.attachments_max);
    let reader = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    match receive_body(content_type, tokio_util::compat::TokioAsyncReadCompatExt::compat(reader), options).await {
        Ok(request) => {
            let caller = Caller { address: peer.ip(), device: device(&headers) };
            GraphQLResponse::from(gateway.execute(gateway.prepare(request, viewer, caller)).await).into_response()
        }
        Err(async_graphql::ParseRequestError::PayloadTooLarge) => {
            refusal(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "The upload is larger than allowed.")
        }
        Err(_) => refusal(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", "The body is not a GraphQL request."),
    }
}

/// A query in the address line.
pub(super) async fn get(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(viewer): ViewerExtension,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> HttpResponse {
    let Ok(mut request) = parse_query_string(query.as_deref().unwrap_or_default()) else {
        return refusal(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", "The address does not hold a GraphQL query.");
    };
    let is_query = request.parsed_query().is_ok_and(|document| {
        document
            .operations
            .iter()
            .all(|(_, operation)| operation.node.ty == async_graphql::parser::types::OperationType::Query)
    });
    if !is_query {
        return refusal(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", "Only queries can be sent with GET.");
    }
    let caller = Caller { address: peer.ip(), device: device(&headers) };
    GraphQLResponse::from(gateway.execute(gateway.prepare(request, viewer, caller)).await).into_response()
}

/// A socket. The token comes in the payload of `connection_init`, as `Authorization: "Bearer …"` or `token: "…"`.
pub(super) async fn socket(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    protocol: GraphQLProtocol,
    upgrade: WebSocketUpgrade,
) -> HttpResponse {
    let caller = Caller { address: peer.ip(), device: device(&headers) };
    let stopping = gateway.app.stopping().clone();
    let open = gateway.app.socket_opened();
    upgrade
        .read_buffer_size(4 << 10)
        .max_write_buffer_size(256 << 10)
        .max_message_size(64 << 10)
        .protocols(["graphql-transport-ws"])
        .on_upgrade(move |socket| {
            let app = Arc::clone(&gateway.app);
            let serving = async move {
                let _open = open;
                let (mut sink, stream) = socket.split();
                let serving = GraphQLWebSocket::new_with_pair(&mut sink, stream, gateway, protocol).on_connection_init(
                    move |payload| async move {
                        let mut data = Data::default();
                        data.insert(caller);
                        if let Some(token) = token_of(&payload) {
                            app.recognition.recognise(&token).await?;
                            data.insert(SocketToken(token));
                        }
                        Ok(data)
                    },
                );
                tokio::select! {
                    // First, so that a stopping server closes streams instead of completing them.
                    biased;
                    () = stopping.cancelled() => {}
                    () = serving.serve() => return,
                }
                // A client that no longer reads is not waited for longer than the stop itself.
                let _ = sink.send(Message::Close(Some(restarting()))).await;
            };
            serving.in_current_span()
        })
}

/// Tells a client to come back, each at another moment, so that a restart is not followed by a stampede.
fn restarting() -> CloseFrame {
    let after = rand::random_range(0..2_000);
    CloseFrame { code: close_code::RESTART, reason: format!("restarting: connect again in {after} ms").into() }
}

fn token_of(payload: &serde_json::Value) -> Option<String> {
    let named = |name: &str| payload.get(name).and_then(serde_json::Value::as_str);
    let header = named("Authorization").or_else(|| named("authorization")).and_then(viewer::from_scheme);
    header.or_else(|| named("token")).map(str::to_owned)
}

fn device(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or("unknown").to_owned()
}

/// An answer to a request that cannot be read as GraphQL at all.
fn refusal(status: StatusCode, code: &str, message: &str) -> HttpResponse {
    (status, Json(json!({ "errors": [{ "message": message, "extensions": { "code": code } }] }))).into_response()
}
