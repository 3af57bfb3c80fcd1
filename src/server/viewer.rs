//! From the `Authorization` header to a viewer.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, header::AUTHORIZATION},
    middleware::Next,
    response::Response,
};

use crate::{
    App,
    access::Viewer,
    error::{Error, Result},
};

/// Puts who asks, or why nobody is recognised, beside the request.
pub(super) async fn recognise(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let viewer: Result<Arc<Viewer>> = match bearer(request.headers()) {
        Some(token) => app.recognition.recognise(token).await,
        None => Err(Error::Unauthenticated),
    };
    request.extensions_mut().insert(viewer);
    next.run(request).await
}

/// The token of a request (RFC 6750 section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    from_scheme(headers.get(AUTHORIZATION)?.to_str().ok()?)
}

/// The token in `Bearer …`; the scheme's name may be in any case (RFC 9110 section 11.1).
pub(super) fn from_scheme(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
