//! Downloads: `GET` and `HEAD` of `/attachments/{id}` and `/attachments/{id}/thumbnail`, with ranges and conditions (RFC 9110 sections 13 and 14).
//!
//! Whoever is not let in learns nothing: a file that does not exist, was removed, or is somebody else's gives the same
//! answer. The server puts what it made of the bearer token into the request's extensions; without one, a signed link
//! in the query string is looked at.

use std::{borrow::Cow, fmt::Write, sync::Arc};

use axum::{
    Extension, Json,
    body::Body,
    extract::{Path, Query, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use headers::{ETag, HeaderMapExt, IfNoneMatch, IfRange};
use serde_json::json;

use super::{
    link,
    range::{Asked, asked},
    service::{self, Part},
};
use crate::{
    App,
    access::Viewer,
    clock::seconds,
    entity::attachment::{self, Kind},
    error::{Error, REQUEST_ID, Result, is_our_fault},
    ids::AttachmentId,
    scopes::Scope,
};

/// Serves one file. Mount it for `GET` (axum then takes `HEAD` too) at `/attachments/{id}`; the token's
/// `Result<Arc<Viewer>>` comes as an extension.
pub async fn download(
    app: State<Arc<App>>,
    token: Option<Extension<Result<Arc<Viewer>>>>,
    id: Result<Path<String>, PathRejection>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer(app, token, (id, Part::Whole), method, uri, headers).await
}

/// Serves the small copy of a picture, in every other way as [`download`]. Mount it at `/attachments/{id}/thumbnail`.
pub async fn download_thumbnail(
    app: State<Arc<App>>,
    token: Option<Extension<Result<Arc<Viewer>>>>,
    id: Result<Path<String>, PathRejection>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer(app, token, (id, Part::Thumbnail), method, uri, headers).await
}

async fn answer(
    State(app): State<Arc<App>>,
    token: Option<Extension<Result<Arc<Viewer>>>>,
    (id, part): (Result<Path<String>, PathRejection>, Part),
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let token = token.map_or(Err(Error::Unauthenticated), |Extension(token)| token);
    let id = id.ok().and_then(|Path(id)| AttachmentId::parse(&id).ok());
    serve(&app, token, (id, part), &method, &uri, &headers).await.unwrap_or_else(|error| {
        app.metrics.error(error.code());
        refusal(&error, &headers)
    })
}

async fn serve(
    app: &App,
    token: Result<Arc<Viewer>>,
    (id, part): (Option<AttachmentId>, Part),
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response> {
    let viewer = match (token, Query::<link::Query>::try_from_uri(uri)) {
        (Ok(viewer), _) => viewer,
        (Err(error), Err(_)) => return Err(error),
        (Err(_), Ok(Query(query))) => {
            Arc::new(service::viewer_of_link(app, (id.ok_or(Error::Unauthenticated)?, part), &query).await?)
        }
    };
    if viewer.scopes().is_some_and(|scopes| !scopes.have(Scope::ReadMessages)) {
        return Err(Error::NotFound);
    }
    app.rates.download(viewer.id())?;
    let file = service::readable(app.database.reader(), &viewer, id.ok_or(Error::NotFound)?, app.clock.now()).await?;
    let served = Served::of(&file, part).ok_or(Error::NotFound)?;
    let etag = etag(&file, part)?;
    let mut answer = described(&served, &etag)?;
    if headers.typed_get::<IfNoneMatch>().is_some_and(|known| !known.precondition_passes(&etag)) {
        answer.remove(header::CONTENT_TYPE);
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    let length = u64::try_from(served.size).map_err(Error::internal)?;
    let (status, range) = match part_asked(method, headers, &etag, length) {
        Asked::Whole => (StatusCode::OK, 0..length),
        Asked::Part(range) => {
            let value = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            answer.insert(header::CONTENT_RANGE, text(&value)?);
            (StatusCode::PARTIAL_CONTENT, range)
        }
        Asked::Unsatisfiable => return unsatisfiable(length),
    };
    answer.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        app.metrics.downloaded(range.end - range.start);
        Body::from_stream(service::read(app, &file, part, range).await?)
    };
    Ok((status, answer, body).into_response())
}

/// `Range` means something for `GET` only, and only while the client's `If-Range` is still what the file is.
fn part_asked(method: &Method, headers: &HeaderMap, etag: &ETag, length: u64) -> Asked {
    let unchanged = !headers.contains_key(header::IF_RANGE)
        || headers.typed_get::<IfRange>().is_some_and(|known| !known.is_modified(Some(etag), None));
    if *method != Method::GET || !unchanged {
        return Asked::Whole;
    }
    asked(headers.get(header::RANGE).and_then(|range| range.to_str().ok()), length)
}

fn unsatisfiable(length: u64) -> Result<Response> {
    let range = (header::CONTENT_RANGE, text(&format!("bytes */{length}"))?);
    let body = problem("BAD_USER_INPUT", "The file has no such bytes.");
    Ok((StatusCode::RANGE_NOT_SATISFIABLE, [range, no_store()], body).into_response())
}

/// What is told of the bytes.
struct Served<'a> {
    name: Cow<'a, str>,
    content_type: &'a str,
    kind: Kind,
    size: i64,
}

impl<'a> Served<'a> {
    /// None when there is no small copy.
    fn of(file: &'a attachment::Model, part: Part) -> Option<Self> {
        if part == Part::Whole {
            let (name, content_type) = (Cow::Borrowed(file.name.as_str()), file.content_type.as_str());
            return Some(Self { name, content_type, kind: file.kind, size: file.size });
        }
        let content_type = file.thumbnail_type.as_deref()?;
        let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
        let ending = if content_type == "image/png" { "png" } else { "jpg" };
        let name = Cow::Owned(format!("{stem} (small).{ending}"));
        Some(Self { name, content_type, kind: file.kind, size: file.thumbnail_size? })
    }
}

/// The content's own hash: a strong validator. A small copy is made once, so the picture's hash tells it too.
fn etag(file: &attachment::Model, part: Part) -> Result<ETag> {
    let mut quoted = String::with_capacity(76);
    quoted.push('"');
    for byte in &file.sha256 {
        write!(quoted, "{byte:02x}").map_err(Error::internal)?;
    }
    quoted.push_str(if part == Part::Thumbnail { "-thumbnail\"" } else { "\"" });
    quoted.parse().map_err(Error::internal)
}

/// The headers of every answer that is about the file.
fn described(file: &Served<'_>, etag: &ETag) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.typed_insert(etag.clone());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // The bytes never change but the right to see them ends, so a browser may keep them and has to ask each time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::CONTENT_TYPE, text(&content_type(file))?);
    headers.insert(header::CONTENT_DISPOSITION, text(&disposition(file))?);
    Ok(headers)
}

fn content_type(file: &Served<'_>) -> String {
    let charset = if file.content_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    format!("{}{charset}", file.content_type)
}

/// Pictures, sound and film that browsers show themselves are shown; everything else is saved. The name comes twice
/// (RFC 6266): in ASCII for old clients, and whole as RFC 8187 writes it.
fn disposition(file: &Served<'_>) -> String {
    const SHOWN: [&str; 5] = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp"];
    let is_shown = matches!(file.kind, Kind::Audio | Kind::Video) || SHOWN.contains(&file.content_type);
    let plain: String = file
        .name
        .chars()
        .map(|char| if matches!(char, ' '..='~') && !matches!(char, '"' | '\\' | '%') { char } else { '_' })
        .collect();
    let mut whole = String::with_capacity(file.name.len());
    for byte in file.name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push_str(&format!("%{byte:02X}"));
        }
    }
    let how = if is_shown { "inline" } else { "attachment" };
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

fn text(value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value).map_err(Error::internal)
}

fn no_store() -> (HeaderName, HeaderValue) {
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

fn problem(code: &str, message: &str) -> Json<serde_json::Value> {
    Json(json!({ "errors": [{ "message": message, "extensions": { "code": code } }] }))
}

/// An error as a response to a request with these headers.
fn refusal(error: &Error, headers: &HeaderMap) -> Response {
    let status = match error {
        Error::Unauthenticated | Error::TokenExpired | Error::SessionRevoked => StatusCode::UNAUTHORIZED,
        Error::RateLimited(_) => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(..) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(cause) => {
            tracing::error!(cause = format!("{cause:#}"), "a download failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
        _ => return (StatusCode::NOT_FOUND, [no_store()], problem("NOT_FOUND", "Not found.")).into_response(),
    };
    let Json(mut body) = problem(error.code(), &error.message());
    if let Some(id) = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|_| is_our_fault(error.code())) {
        body["errors"][0]["extensions"]["requestId"] = id.into();
    }
    let mut response = (status, [no_store()], Json(body)).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Error::RateLimited(after) | Error::Unavailable(_, after) = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds(*after)));
    }
    response
}

#[cfg(test)]
mod tests;
