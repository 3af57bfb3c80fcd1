//! Answers: what a client accepts, which status an outcome has, and how it is written.
//!
//! The choice of status follows the GraphQL over HTTP specification as its audit suite reads it, and stands in one
//! function, [`status`].

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::{Response, ServerError, Value as GraphqlValue};
use async_graphql_axum::GraphQLResponse;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response as HttpResponse},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    clock::seconds,
    error::{Error, is_our_fault},
    graphql::{
        SharedAnswer,
        document::{DocumentError, short},
    },
    rates::{Figures, Refused},
};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// `application/graphql-response+json`.
    GraphqlResponse,
    /// `application/json`.
    Json,
    /// `text/event-stream`.
    EventStream,
}

/// What a client accepts, the best first (RFC 9110 section 12.5.1).
#[derive(Clone, Debug)]
pub(super) struct Accepted(Vec<Media>);

impl Accepted {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let values: Vec<&str> =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let text = values.join(",");
        if text.trim().is_empty() {
            return Self(vec![Media::Json]);
        }
        let mut ranked: Vec<(f32, Media)> = text.split(',').filter_map(ranked).collect();
        // Stable: what the client names first wins among equals.
        ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
        Self(ranked.into_iter().filter(|(quality, _)| *quality > 0.0).map(|(_, media)| media).collect())
    }

    /// How to write one response.
    pub(super) fn single(&self) -> Option<Media> {
        self.0.iter().copied().find(|media| *media != Media::EventStream)
    }

    /// Whether a stream of events may be written.
    pub(super) fn takes_stream(&self) -> bool {
        self.0.contains(&Media::EventStream)
    }
}

fn ranked(item: &str) -> Option<(f32, Media)> {
    let mut parts = item.split(';').map(str::trim);
    let media = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/graphql-response+json" => Media::GraphqlResponse,
        "application/json" | "application/*" | "*/*" => Media::Json,
        "text/event-stream" | "text/*" => Media::EventStream,
        _ => return None,
    };
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((quality.map_or(1.0, |text| text.parse().unwrap_or(0.0)), media))
}

/// Why a request was not run at all.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The status when the transport itself refuses; a document that is wrong has the status of its media type.
    pub(super) status: Option<StatusCode>,
    pub(super) code: &'static str,
    pub(super) message: String,
    /// More headers, such as `Allow` or `Retry-After`.
    pub(super) headers: Vec<(header::HeaderName, String)>,
    /// Which limit it went over.
    pub(super) limited: Option<Box<Refused>>,
    /// The name of the request, when the refusal is our fault.
    pub(super) request_id: Option<Arc<str>>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            code,
            message: message.into(),
            headers: Vec::new(),
            limited: None,
            request_id: None,
        }
    }

    /// With the name of the request, when it is our fault that it is refused.
    pub(super) fn signed(mut self, request_id: &Arc<str>) -> Self {
        if is_our_fault(self.code) {
            tracing::warn!(request_id = &**request_id, code = self.code, "a request was refused");
            self.request_id = Some(Arc::clone(request_id));
        }
        self
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
    }

    pub(super) fn with_header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The errors, as every transport writes them.
    pub(super) fn errors(&self) -> Value {
        let mut extensions = json!({ "code": self.code });
        if let Some(id) = &self.request_id {
            extensions["requestId"] = (**id).into();
        }
        if let Some(refused) = &self.limited {
            extensions["retryAfter"] = seconds(refused.retry_after).into();
            extensions["rateLimit"] = rate_limit(&refused.figures);
        }
        json!([{ "message": self.message, "extensions": extensions }])
    }

    /// As an HTTP answer.
    pub(super) fn http(&self, media: Media) -> HttpResponse {
        let status = self.status.unwrap_or_else(|| status(true, media));
        let mut response = write(status, media, &json!({ "errors": self.errors() }));
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name.clone(), value);
            }
        }
        response
    }
}

impl From<DocumentError> for Refusal {
    fn from(error: DocumentError) -> Self {
        let DocumentError { code, message } = error;
        Self { status: None, code, message, headers: Vec::new(), limited: None, request_id: None }
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let error = Error::from(refused);
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, error.code(), error.message());
        let after = seconds(refused.retry_after).to_string();
        Self { limited: Some(Box::new(refused)), ..refusal.with_header(header::RETRY_AFTER, after) }
    }
}

/// Where somebody stands with a limit, as it goes in `extensions`; times in seconds.
pub(super) fn rate_limit(figures: &Figures) -> Value {
    json!({
        "policy": figures.policy,
        "limit": figures.limit,
        "remaining": figures.remaining,
        "resetAfter": seconds(figures.reset_after),
    })
}

/// Where somebody stands with a limit, as fields of an HTTP answer (draft-ietf-httpapi-ratelimit-headers-11).
pub(super) fn tell_figures(figures: &Figures, headers: &mut HeaderMap) {
    let Figures { policy, limit, window, remaining, reset_after } = figures;
    let (window, reset) = (seconds(*window), seconds(*reset_after));
    for (name, value) in [
        ("ratelimit-policy", format!("\"{policy}\";q={limit};w={window}")),
        ("ratelimit", format!("\"{policy}\";r={remaining};t={reset}")),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}

/// The status of an outcome: a document that could not be run is 400, but 200 for clients of `application/json`, who
/// must be able to tell the server's answer from that of anything between.
fn status(is_request_error: bool, media: Media) -> StatusCode {
    match (is_request_error, media) {
        (true, Media::GraphqlResponse) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}

/// Whether nothing was run: the document did not validate.
pub(super) fn is_request_error(response: &Response) -> bool {
    response.data == GraphqlValue::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// The code of an error.
pub(super) fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        GraphqlValue::String(code) => Some(code),
        _ => None,
    }
}

/// What one item of a stream, or one operation, comes to.
#[derive(Debug)]
pub(super) enum Answer {
    /// Made for the one who asked.
    Own(Response),
    /// Made once for everybody who asked the same.
    Shared(Arc<SharedAnswer>),
}

impl Answer {
    /// The response, unless it is everybody's, which has no errors.
    pub(super) fn own(&self) -> Option<&Response> {
        match self {
            Self::Own(response) => Some(response),
            Self::Shared(_) => None,
        }
    }

    /// The place it tells up to.
    pub(super) fn cursor(&self) -> Option<&str> {
        match self {
            Self::Own(response) => match response.extensions.get("cursor") {
                Some(GraphqlValue::String(cursor)) => Some(cursor),
                _ => None,
            },
            Self::Shared(shared) => shared.cursor.as_deref(),
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Own(response) => Written::of(response).serialize(serializer),
            Self::Shared(shared) => shared.json.serialize(serializer),
        }
    }
}

/// A response as it is written, its fields in the order of the answer.
#[derive(Serialize)]
pub(super) struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Value>,
    /// A request error has no `data` (GraphQL specification, section 7.1.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a GraphqlValue>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, GraphqlValue>,
}

impl<'a> Written<'a> {
    pub(super) fn of(response: &'a Response) -> Self {
        Self {
            errors: (!response.errors.is_empty()).then(|| errors(&response.errors)),
            data: (!is_request_error(response)).then_some(&response.data),
            extensions: &response.extensions,
        }
    }
}

/// Anything as JSON text.
pub(super) fn text(value: &impl Serialize) -> String {
    // Writing to memory fails for no value that is answered here: every key is a text.
    serde_json::to_string(value).unwrap_or_default()
}

/// The errors as JSON: at most 20, so that a document of thousands of mistakes has a small answer.
pub(super) fn errors(errors: &[ServerError]) -> Value {
    const MOST: usize = 20;
    let told = errors.iter().take(MOST).map(|error| {
        let mut json = json!(error);
        json["message"] = short(&error.message).into();
        json
    });
    told.collect()
}

/// An outcome as an HTTP answer. The library writes what succeeded; what has errors is written here, for it would say
/// `data: null` where nothing ran, and every one of a thousand errors.
pub(super) fn http(response: Response, media: Media) -> HttpResponse {
    if response.errors.is_empty() {
        return labelled(GraphQLResponse::from(response).into_response(), media);
    }
    write(status(is_request_error(&response), media), media, &Written::of(&response))
}

fn write(status: StatusCode, media: Media, body: &impl Serialize) -> HttpResponse {
    let mut response = HttpResponse::new(Body::from(text(body)));
    *response.status_mut() = status;
    labelled(response, media)
}

/// With its media type, and a word that nobody may keep it.
fn labelled(mut response: HttpResponse, media: Media) -> HttpResponse {
    let media = match media {
        Media::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        Media::Json | Media::EventStream => "application/json; charset=utf-8",
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(text: &str) -> (Option<Media>, bool) {
        let accepted = Accepted::of(&HeaderMap::from_iter([(header::ACCEPT, text.parse().unwrap())]));
        (accepted.single(), accepted.takes_stream())
    }

    #[test]
    fn the_best_of_what_a_client_accepts() {
        assert_eq!(Accepted::of(&HeaderMap::new()).single(), Some(Media::Json));
        for (text, single, stream) in [
            ("*/*", Some(Media::Json), false),
            ("application/graphql-response+json,application/json;q=0.9", Some(Media::GraphqlResponse), false),
            ("application/graphql-response+json;q=0.5, application/json", Some(Media::Json), false),
            ("application/json; charset=utf-8", Some(Media::Json), false),
            ("text/event-stream", None, true),
            (
                "application/graphql-response+json, application/json, text/event-stream, multipart/mixed",
                Some(Media::GraphqlResponse),
                true,
            ),
            ("text/html", None, false),
            ("application/json;q=0", None, false),
        ] {
            assert_eq!(accepted(text), (single, stream), "{text}");
        }
    }
}
