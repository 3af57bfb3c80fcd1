//! GraphQL over HTTP (<https://graphql.github.io/graphql-over-http/draft/>): GET and POST, one response or a stream of
//! events, by what the client accepts.

use std::{net::SocketAddr, sync::Arc};

use async_graphql::parser::types::OperationType;
use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{ConnectInfo, RawQuery, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response as HttpResponse,
};

use super::{
    answer::{self, Accepted, Media, Refusal},
    gateway::{Caller, Gateway},
    multipart,
    operation::{Operation, Parameters},
    sse,
};
use crate::{
    access::{Connection, Viewer},
    error::Result,
};

/// The largest body without files: a document, and the longest text in its variables, escaped.
pub(super) const BODY: usize = 256 << 10;

/// What every request brings.
pub(super) struct Asked {
    pub(super) viewer: Result<Arc<Viewer>>,
    pub(super) accepted: Accepted,
    pub(super) caller: Caller,
    pub(super) headers: HeaderMap,
}

/// Answers on `/graphql`, whatever the method.
pub(super) async fn answer(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(viewer): Extension<Result<Arc<Viewer>>>,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> HttpResponse {
    let asked =
        Asked { viewer, accepted: Accepted::of(&headers), caller: Caller::new(&gateway.app, peer, &headers), headers };
    let media = asked.accepted.single().unwrap_or(Media::Json);
    let request_id = Arc::clone(&asked.caller.request_id);
    let counted = gateway.count(&asked.viewer, &asked.caller);
    let (figures, outcome) = match counted {
        Ok(figures) => (figures, run(&gateway, asked, &method, query.as_deref(), body).await),
        Err(refused) => (refused.figures, Err(refused.into())),
    };
    let mut response = outcome.unwrap_or_else(|refusal| {
        gateway.app.metrics.error(refusal.code);
        refusal.signed(&request_id).http(media)
    });
    answer::tell_figures(&figures, response.headers_mut());
    response
}

async fn run(
    gateway: &Gateway,
    asked: Asked,
    method: &Method,
    query: Option<&str>,
    body: Body,
) -> Result<HttpResponse, Refusal> {
    let operation = match *method {
        Method::GET | Method::HEAD => {
            let operation =
                Operation::admit(gateway.documents(), Parameters::from_address(query.unwrap_or_default())?)?;
            if !(operation.kind == OperationType::Subscription && asked.accepted.takes_stream()) {
                operation.must_be_query()?;
            }
            operation
        }
        Method::POST => posted(gateway, &asked, body).await?,
        _ => {
            let refusal =
                Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "BAD_USER_INPUT", "Send GraphQL with GET or POST.");
            return Err(refusal.with_header(header::ALLOW, "GET, POST"));
        }
    };
    finish(gateway, asked, operation).await
}

async fn finish(gateway: &Gateway, asked: Asked, operation: Operation) -> Result<HttpResponse, Refusal> {
    let connection = Arc::new(Connection::new(asked.viewer.as_ref().ok().cloned()));
    match asked.accepted.single() {
        Some(media) if operation.kind != OperationType::Subscription => {
            Ok(answer::http(gateway.execute(operation, asked.viewer, connection, asked.caller).await, media))
        }
        _ if asked.accepted.takes_stream() => Ok(sse::stream(gateway, asked, connection, operation)),
        Some(_) => Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "BAD_USER_INPUT",
            "Subscriptions need \"Accept: text/event-stream\" or a WebSocket.",
        )),
        None => Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "BAD_USER_INPUT",
            "Accept application/graphql-response+json, application/json or text/event-stream.",
        )),
    }
}

async fn posted(gateway: &Gateway, asked: &Asked, body: Body) -> Result<Operation, Refusal> {
    let content_type =
        asked.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "application/json" => {
            let parameters = Parameters::from_json(&read(gateway, body).await?)?;
            Operation::admit(gateway.documents(), parameters)
        }
        "multipart/form-data" => multipart::read(gateway, asked, content_type, body).await,
        _ => Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "Send the request as application/json, or as multipart/form-data when it has files.",
        )),
    }
}

async fn read(gateway: &Gateway, body: Body) -> Result<bytes::Bytes, Refusal> {
    match tokio::time::timeout(gateway.app.config.limits.request_body, to_bytes(body, BODY)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "PAYLOAD_TOO_LARGE",
            format!("A request may have at most {BODY} bytes besides files."),
        )),
        Err(_) => Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "TIMEOUT", "The request took too long to arrive.")),
    }
}
