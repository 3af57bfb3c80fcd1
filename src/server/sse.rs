//! Server-sent events, one connection for each operation (GraphQL over SSE, distinct connections mode,
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>).
//!
//! The id of an event is the cursor it told up to, so a browser that reconnects says in `Last-Event-ID` where to go on.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_graphql::parser::types::OperationType;
use axum::response::{
    IntoResponse, Response as HttpResponse,
    sse::{Event, KeepAlive, Sse},
};
use futures_util::{StreamExt, stream};

use super::{
    answer::{self, Answer},
    gateway::Gateway,
    http::Asked,
    operation::Operation,
};
use crate::access::Connection;

/// A comment this often keeps the connection open through proxies, and shows the server that it still is.
const HEARTBEAT: Duration = Duration::from_secs(12);
/// How long a browser waits before it connects again.
const RETRY: Duration = Duration::from_secs(2);

/// Runs an operation as a stream of events.
pub(super) fn stream(
    gateway: &Gateway,
    mut asked: Asked,
    connection: Arc<Connection>,
    operation: Operation,
) -> HttpResponse {
    asked.caller.resume_after =
        asked.headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let gateway = gateway.clone();
    let stopping = gateway.app.stopping().clone();
    let answers = if operation.kind == OperationType::Subscription {
        gateway.stream(operation, asked.viewer, connection, asked.caller)
    } else {
        stream::once(
            async move { Answer::Own(gateway.execute(operation, asked.viewer, connection, asked.caller).await) },
        )
        .boxed()
    };
    let events = answers
        .take_until(async move { stopping.cancelled().await })
        .map(|answer| next(&answer))
        .chain(stream::once(async { complete() }));
    Sse::new(events.map(Ok::<_, Infallible>)).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("")).into_response()
}

fn next(answer: &Answer) -> Event {
    let event = Event::default().event("next").retry(RETRY).data(answer::text(answer));
    match answer.cursor() {
        Some(cursor) => event.id(cursor),
        None => event,
    }
}

fn complete() -> Event {
    // The line break makes it have data at all: a browser passes on no event without.
    Event::default().event("complete").data("\n")
}
