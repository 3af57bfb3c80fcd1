//! Whether the server lives, and whether it can serve.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use crate::{App, journal};

/// The process runs.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// The database answers and the server is not stopping.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.stopping().is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match journal::head(app.database.reader()).await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}
