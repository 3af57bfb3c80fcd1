//! The doors of the server: GraphQL over HTTP and WebSocket, files, health, and the browser pages.

mod address;
mod answer;
mod gateway;
mod health;
mod http;
mod listener;
mod listening;
mod measure;
mod message;
mod multipart;
mod operation;
mod origins;
mod pace;
mod pages;
mod scoped;
mod seats;
mod socket;
mod sse;
mod viewer;
mod watch;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::{any, get},
};
use tokio::{net::TcpListener, time::Instant};
use tower_http::{
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    trace::TraceLayer,
};

pub use watch::serve_metrics;

use crate::{App, attachments, config::Config, error, schema};

const REQUEST_ID: HeaderName = HeaderName::from_static(error::REQUEST_ID);

/// Every route of the server.
pub fn router(app: &Arc<App>) -> Router {
    let gateway = gateway::Gateway::new(Arc::clone(app), schema::build(app));
    Router::new()
        .route("/graphql", any(http::answer).with_state(gateway.clone()))
        .route("/graphql/stream", any(http::answer).with_state(gateway.clone()))
        .route("/graphql/ws", get(socket::upgrade).with_state(gateway))
        .route("/attachments/{id}", get(attachments::http::download))
        .route("/attachments/{id}/thumbnail", get(attachments::http::download_thumbnail))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/", get(pages::graphiql))
        .route("/chat", get(pages::chat))
        .route("/chat/", get(pages::chat))
        .route("/chat/{*place}", get(pages::chat))
        .route("/demo.json", get(pages::demo))
        .fallback(pages::file)
        .layer(middleware::from_fn_with_state(Arc::clone(app), viewer::recognise))
        .with_state(Arc::clone(app))
        .layer(origins::cors(app))
        .layer(middleware::from_fn_with_state(Arc::clone(app), protect))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(middleware::map_request(drop_unfit_request_id))
}

/// A proxy may have named the request; a name that could mislead whoever reads the log is not taken.
async fn drop_unfit_request_id(mut request: Request) -> Request {
    let fits = |id: &HeaderValue| {
        id.len() <= 64 && id.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    if !request.headers().get(REQUEST_ID).is_none_or(fits) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request
}

/// Headers that keep a browser from guessing, framing, sniffing and telling (OWASP Secure Headers Project). A page that
/// needs more than nothing brings its own policy.
async fn protect(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if app.public_url.starts_with("https://") || app.config.server.tls.files().is_some() {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=63072000; includeSubDomains"));
    }
    response
}

/// Names the request in the log: never its query, its address line or a header that could hold a secret.
fn span<B>(request: &axum::http::Request<B>) -> tracing::Span {
    let id = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let route = request.uri().path().split('/').nth(1).unwrap_or_default();
    tracing::info_span!("request", id, method = %request.method(), route)
}

/// Checks before anything is opened that clients can be served in secret.
///
/// # Errors
/// When the files for TLS cannot be used, or others could read what is said.
pub fn check_privacy(config: &Config) -> anyhow::Result<()> {
    let (server, is_tls) = (&config.server, listener::tls_config(&config.server.tls)?.is_some());
    let address = server.listen;
    anyhow::ensure!(
        is_tls || server.behind_tls_proxy || address.ip().is_loopback(),
        "server.listen is {address}, which other machines can reach, and what is said would not be encrypted: set \
         server.tls.certificate and server.tls.key, or server.behind_tls_proxy = true when a proxy in front of this \
         server speaks TLS with clients"
    );
    anyhow::ensure!(
        server.public_url.is_some() || !address.ip().is_unspecified(),
        "server.listen is {address}, which is no address a client could open: set server.public_url to the one they \
         use, such as https://chat.clinic.example"
    );
    Ok(())
}

/// What writes may still take once the time for requests is over.
const LAST_WRITES: Duration = Duration::from_secs(1);

/// Serves until `stop` is done. Then it accepts nothing more, closes the sockets, lets requests under way end for as
/// long as `server.drain` says, and finishes every write that was begun.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let stopping = app.stopping().clone();
    tokio::spawn({
        let stopping = stopping.clone();
        async move {
            tokio::select! {
                () = stop => {}
                () = stopping.cancelled() => {}
            }
            stopping.cancel();
        }
    });
    let serving = async {
        let result = listener::serve(&app, listener, router(&app)).await;
        app.sockets_closed().await;
        result
    };
    let patience = async {
        stopping.cancelled().await;
        tokio::time::sleep_until(Instant::now() + app.config.server.drain).await;
        tracing::warn!("stopping although requests are still under way");
    };
    let result = tokio::select! {
        result = serving => result,
        () = patience => Ok(()),
    };
    if tokio::time::timeout(LAST_WRITES, app.shut_down()).await.is_err() {
        tracing::warn!("stopping although a write has not ended; who sent it was not told that it was stored");
    }
    result
}
