//! Whether the server lives, and whether it can serve.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use crate::{App, journal};

/// The process runs.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// The database answers and the server is not stopping. Whether NATS is there is told and decides nothing: without it
/// the node serves, a little later.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.stopping().is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match journal::head(app.database.reader()).await {
        Ok(_) => (StatusCode::OK, in_what_company(&app)),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

fn in_what_company(app: &App) -> &'static str {
    match app.wire.get() {
        None => "ready",
        Some(wire) if wire.is_up() => "ready, and NATS is connected",
        Some(_) => "ready, but NATS is away: what other nodes store is found by looking every half second",
    }
}
