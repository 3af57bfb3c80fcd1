//! Which pages of other sites may talk to this server from a browser.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::App;

/// Answers browsers that ask for another site's page (CORS): only origins named in the configuration.
pub(super) fn cors(app: &App) -> CorsLayer {
    let origins = app.config.server.allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let own = ["graphql-require-preflight", "last-event-id", "x-request-id"].map(HeaderName::from_static);
    let figures = ["ratelimit", "ratelimit-policy"].map(HeaderName::from_static);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE].into_iter().chain(own.clone()).collect::<Vec<_>>())
        .expose_headers([header::RETRY_AFTER, own[2].clone()].into_iter().chain(figures).collect::<Vec<_>>())
        .max_age(Duration::from_secs(3600))
}

/// Whether a socket may be opened: by a program (which sends no `Origin`), a page of this server, or of a named origin.
/// Browsers do not ask before they open a socket, so this is checked here (RFC 6455 section 10.2).
pub(super) fn may_open_socket(app: &App, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_own = origin.parse::<Uri>().ok().and_then(|uri| uri.authority().map(ToString::to_string)).as_deref() == host
        && host.is_some();
    is_own || app.config.server.allowed_origins.iter().any(|allowed| allowed == origin)
}
