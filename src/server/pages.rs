//! The browser pages: GraphiQL at `/`, the chat at `/chat`, and the files they load.
//!
//! A page may load what this server serves and nothing else. Its own address is asked for each time (`no-cache`, with an
//! `ETag`); what it loads has a hash in its name and is kept for a year.

use std::{fmt::Write, sync::Arc};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use headers::{ETag, HeaderMapExt, IfNoneMatch};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{App, pages};

const CHAT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
    media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Its editor, Monaco, writes styles as it goes, and its style sheet holds its fonts.
const GRAPHIQL_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The service worker keeps the files of the chat and shows what is pushed.
const WORKER: &str = "service-worker.js";
const WORKER_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'";

/// The microphone is for voice messages; nothing else of the machine is asked for.
const PERMISSIONS: &str = "microphone=(self), camera=(), geolocation=(), payment=(), usb=()";

const ASK_EACH_TIME: &str = "no-cache";
const FOR_A_YEAR: &str = "public, max-age=31536000, immutable";

/// GraphiQL, where it is switched on; elsewhere the chat is the first page.
pub(super) async fn graphiql(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if app.config.server.graphiql {
        page(&app, "graphiql.html", GRAPHIQL_POLICY, &headers).await
    } else {
        Redirect::temporary("/chat").into_response()
    }
}

/// The chat, which finds out by itself what its address is about.
pub(super) async fn chat(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    page(&app, "chat.html", CHAT_POLICY, &headers).await
}

/// Everything else that the pages load, by its name. What is no such file is not found, whatever the method.
pub(super) async fn file(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, StatusCode> {
    let name = uri.path().trim_start_matches('/');
    let is_asked_for = [Method::GET, Method::HEAD].contains(&method);
    let is_own_way = [".html", ".br", ".gz"].iter().any(|ending| name.ends_with(ending));
    if !is_asked_for || is_own_way {
        return Err(StatusCode::NOT_FOUND);
    }
    let found = Found::read(&app, name, &headers).await.ok_or(StatusCode::NOT_FOUND)?;
    Ok(match name {
        WORKER => ([(header::CONTENT_SECURITY_POLICY, WORKER_POLICY)], found.answer_if_new(&headers)).into_response(),
        name if name.starts_with("assets/") => found.answer(FOR_A_YEAR),
        _ => found.answer_if_new(&headers),
    })
}

/// The demo accounts of `dev`; nobody anywhere else.
pub(super) async fn demo(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], Json<Value>) {
    let people = app.pages.demo.get().map(Vec::as_slice).unwrap_or_default();
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "people": people })))
}

async fn page(app: &App, name: &str, policy: &'static str, headers: &HeaderMap) -> Response {
    let Some(found) = Found::read(app, name, headers).await else { return not_built() };
    let own = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    (own, found.answer_if_new(headers)).into_response()
}

/// A file in the encoding that the browser likes best of those that are there.
struct Found {
    content_type: String,
    encoding: Option<&'static str>,
    bytes: Bytes,
}

impl Found {
    async fn read(app: &App, name: &str, headers: &HeaderMap) -> Option<Self> {
        let content_type = mime_guess::from_path(name).first_or_octet_stream();
        let charset = if content_type.type_() == mime_guess::mime::TEXT { "; charset=utf-8" } else { "" };
        let content_type = format!("{}{charset}", content_type.essence_str());
        for (encoding, ending) in [("br", "br"), ("gzip", "gz")] {
            if takes(headers, encoding)
                && let Some(bytes) = app.pages.read(&format!("{name}.{ending}")).await
            {
                return Some(Self { content_type, encoding: Some(encoding), bytes });
            }
        }
        Some(Self { content_type, encoding: None, bytes: app.pages.read(name).await? })
    }

    fn answer(self, keep: &'static str) -> Response {
        let mut answer = ([(header::CONTENT_TYPE, self.content_type)], self.bytes).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = self.encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        answer
    }

    /// The file, unless the browser has it already.
    fn answer_if_new(self, headers: &HeaderMap) -> Response {
        let Some(etag) = etag(&self.bytes) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
        let is_known = headers.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(&etag));
        let mut answer = self.answer(ASK_EACH_TIME);
        answer.headers_mut().typed_insert(etag);
        if is_known {
            let headers = answer.headers_mut();
            for of_the_body in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LENGTH] {
                headers.remove(of_the_body);
            }
            *answer.body_mut() = axum::body::Body::empty();
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
        }
        answer
    }
}

/// The hash of what is sent: another encoding is another one.
fn etag(bytes: &[u8]) -> Option<ETag> {
    let mut quoted = String::with_capacity(34);
    quoted.push('"');
    for byte in Sha256::digest(bytes).iter().take(16) {
        write!(quoted, "{byte:02x}").ok()?;
    }
    quoted.push('"');
    quoted.parse().ok()
}

/// Whether the browser takes an encoding (RFC 9110 section 12.5.3).
fn takes(headers: &HeaderMap, encoding: &str) -> bool {
    let named = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut named = named.flat_map(|value| value.split(',')).map(|item| {
        let (name, quality) = item.split_once(';').unwrap_or((item, ""));
        let quality = quality.trim().strip_prefix("q=").map_or(Some(1.0), |quality| quality.parse::<f32>().ok());
        (name.trim(), quality.is_some_and(|quality| quality > 0.0))
    });
    named.any(|(name, is_liked)| is_liked && name.eq_ignore_ascii_case(encoding))
}

/// Tells whoever runs the server how to get the pages.
fn not_built() -> Response {
    let how = if pages::sources().is_some() {
        "<p>The browser pages are not built yet. They need <a href=\"https://nodejs.org/\">Node.js</a> 20 or later, with \
         npm. When it is installed, start <code>cargo run -- dev</code> again, or build them yourself:</p>\
         <pre>cd web\nnpm ci\nnpm run build</pre>"
    } else {
        "<p>This server was built without its browser pages. Build it with them \
         (<code>cargo build --release --features pages</code>), or name the folder they are in as \
         <code>server.pages</code> (<code>BEDSIDE_PAGES</code>).</p>"
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Bedside</title>\n\
         <h1>Bedside is running</h1>\n{how}\n<p>The API answers at <code>/graphql</code>.</p>\n</html>\n"
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, headers, page).into_response()
}
