//! The GraphiQL page: a place to try the schema, with queries to start from.
//!
//! In `dev` the page knows a token of the demo clinic ([`App::demo_token`]). Whoever can open the page can read the
//! token, so nothing else sets it.

use std::sync::Arc;

use axum::{extract::State, http::header, response::IntoResponse};
use serde_json::json;

use crate::App;

const PAGE: &str = include_str!("graphiql.html");

/// What the tabs begin with: an operation of the examples and its variables. The page puts the newest conversation and
/// new UUIDs in the places of the braces.
const TABS: [(&str, Option<&str>); 6] = [
    (include_str!("../../examples/operations/conversation-list.graphql"), None),
    (include_str!("../../examples/operations/history.graphql"), Some(r#"{ "conversationId": "{{conversation}}" }"#)),
    (
        include_str!("../../examples/operations/send-message.graphql"),
        Some(
            r#"{
  "input": {
    "to": { "conversationId": "{{conversation}}" },
    "text": "Good morning",
    "clientId": "{{new UUID}}"
  }
}"#,
        ),
    ),
    (
        include_str!("../../examples/operations/mark-read.graphql"),
        Some(r#"{ "input": { "conversationId": "{{conversation}}" } }"#),
    ),
    (
        include_str!("../../examples/operations/message-added.graphql"),
        Some(r#"{ "conversationId": "{{conversation}}" }"#),
    ),
    (include_str!("../../examples/operations/events.graphql"), None),
];

/// What the page may load: itself, and the scripts and styles it names on unpkg.com until they are served from here.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' https://unpkg.com; \
    style-src 'unsafe-inline' https://unpkg.com; font-src https://unpkg.com data:; img-src 'self' data:; \
    connect-src 'self' ws: wss:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, GraphiqlPage { token: app.demo_token.get().cloned() }.html())
}

struct GraphiqlPage {
    token: Option<String>,
}

impl GraphiqlPage {
    fn html(&self) -> String {
        let tabs: Vec<_> =
            TABS.iter().map(|(query, variables)| json!({ "query": query, "variables": variables })).collect();
        // Inside a script element only `<` could end the data; JSON has another way to write it.
        let start = json!({ "token": self.token, "tabs": tabs }).to_string().replace('<', "\\u003c");
        PAGE.replacen("START", &start, 1)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_is_put_into_the_page_cannot_leave_its_element() {
        let token = "</script><script>alert('<!--')</script>";
        let html = GraphiqlPage { token: Some(token.to_owned()) }.html();
        let (_, after) = html.split_once(r#"id="start">"#).unwrap();
        let (start, _) = after.split_once("</script>").unwrap();
        let start: Value = serde_json::from_str(start).unwrap();
        assert_eq!(start["token"], token);
        assert_eq!(start["tabs"].as_array().unwrap().len(), TABS.len());
    }

    #[test]
    fn without_a_demo_the_page_holds_no_token() {
        assert!(GraphiqlPage { token: None }.html().contains(r#""token":null"#));
    }
}
