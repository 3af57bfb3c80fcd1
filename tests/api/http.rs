//! GraphQL over HTTP beyond the public audit: methods, media types, hostile bodies, streams of events.

use futures_util::StreamExt;
use reqwest::{RequestBuilder, Response, header};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer};

async fn post(ada: &Actor, body: impl Into<reqwest::Body>) -> Response {
    let url = format!("http://{}/graphql", ada.address());
    ada.http()
        .post(url)
        .header(header::CONTENT_TYPE, "application/json")
        .bearer_auth(&ada.token)
        .body(body)
        .send()
        .await
        .unwrap()
}

async fn code(response: Response) -> String {
    let body: Value = response.json().await.unwrap();
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code in {body}")).to_owned()
}

#[tokio::test]
async fn other_methods_and_mutations_by_get_are_refused_with_what_is_allowed() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    for method in ["PUT", "PATCH", "DELETE"] {
        let request =
            ada.http().request(method.parse().unwrap(), server.url("/graphql")).body(r#"{"query":"{ __typename }"}"#);
        let response = request.header(header::CONTENT_TYPE, "application/json").send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), response.headers()[header::ALLOW].to_str().unwrap()),
            (405, "GET, POST"),
            "{method}"
        );
    }
    for operation in ["mutation { logout { sessionId } }", "subscription { events { cursor } }"] {
        let response = ada.get("/graphql").query(&[("query", operation)]).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), response.headers()[header::ALLOW].to_str().unwrap()),
            (405, "POST"),
            "{operation}"
        );
    }
    assert_eq!(ada.run("{ viewer { id } }", json!({})).await["viewer"]["id"], ada.id.as_str());
}

#[tokio::test]
async fn a_body_that_is_no_request_is_told_what_is_wrong() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let nested =
        format!(r#"{{"query":"{{ __typename }}","variables":{{"a":{}1{}}}}}"#, "[".repeat(9_000), "]".repeat(9_000));
    let literal = format!(r#"{{"query":"{{ user(id: {}1{}) {{ id }} }}"}}"#, "[".repeat(3_000), "]".repeat(3_000));
    for (body, status, expected) in [
        ("", 400, "BAD_USER_INPUT"),
        ("[{\"query\":\"{ __typename }\"}]", 400, "BAD_USER_INPUT"),
        ("7", 400, "BAD_USER_INPUT"),
        (nested.as_str(), 400, "BAD_USER_INPUT"),
        (literal.as_str(), 200, "QUERY_TOO_COMPLEX"),
        (r#"{"query":"query A { __typename } query B { __typename }"}"#, 200, "GRAPHQL_VALIDATION_FAILED"),
        (r#"{"query":"query A { __typename }","operationName":"B"}"#, 200, "GRAPHQL_VALIDATION_FAILED"),
    ] {
        let response = post(&ada, body.to_owned()).await;
        assert_eq!(response.status().as_u16(), status, "{:.80}", body);
        assert_eq!(code(response).await, expected, "{:.80}", body);
    }
    let large = post(&ada, " ".repeat(300 << 10)).await;
    assert_eq!((large.status().as_u16(), code(large).await.as_str()), (413, "PAYLOAD_TOO_LARGE"));
    let form = ada
        .http()
        .post(server.url("/graphql"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body("query={__typename}")
        .send()
        .await
        .unwrap();
    assert_eq!((form.status().as_u16(), code(form).await.as_str()), (415, "UNSUPPORTED_MEDIA_TYPE"));
}

#[tokio::test]
async fn a_document_of_mistakes_has_a_small_answer() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let wrong = (0..900).map(|n| format!("nothing{n} ")).collect::<String>();
    let response = post(&ada, json!({ "query": format!("{{ viewer {{ {wrong} }} }}") }).to_string()).await;
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errors"].as_array().unwrap().len(), 20);
}

/// The events of a stream, each as its lines without names: event, data, id.
async fn events(request: RequestBuilder, count: usize) -> Vec<(String, Value, Option<String>)> {
    let response = request.header(header::ACCEPT, "text/event-stream").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let (mut text, mut bytes) = (String::new(), response.bytes_stream());
    while text.matches("event: ").count() < count || !text.ends_with("\n\n") {
        match bytes.next().await {
            Some(chunk) => text += std::str::from_utf8(&chunk.unwrap()).unwrap(),
            None => break,
        }
    }
    let line = |block: &str, name: &str| {
        block.lines().find_map(|line| line.strip_prefix(name).map(|rest| rest.trim().to_owned()))
    };
    let parse = |block: &str| {
        Some((
            line(block, "event:")?,
            serde_json::from_str(&line(block, "data:")?).unwrap_or_default(),
            line(block, "id:"),
        ))
    };
    text.split("\n\n").filter_map(parse).collect()
}

#[tokio::test]
async fn a_stream_of_events_goes_on_from_the_last_event_id() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let start = pat.cursor().await;
    for text in ["one", "two", "three"] {
        ada.send(&thread, text).await;
    }
    let query =
        "subscription($after: String) { events(after: $after) { __typename ... on MessageAdded { node { text } } } }";
    let ask = |path: &str, variables: Value| {
        pat.http()
            .post(server.url(path))
            .bearer_auth(&pat.token)
            .json(&json!({ "query": query, "variables": variables }))
    };
    let first = events(ask("/graphql/stream", json!({ "after": start })), 2).await;
    let texts: Vec<_> = first[..2]
        .iter()
        .map(|(name, data, _)| (name.as_str(), data["data"]["events"]["node"]["text"].as_str().unwrap()))
        .collect();
    assert_eq!(texts, [("next", "one"), ("next", "two")]);
    // A browser repeats the request as it was, with the id of the last event it got.
    let again = ask("/graphql", json!({ "after": start })).header("Last-Event-ID", first[1].2.as_deref().unwrap());
    assert_eq!(events(again, 1).await[0].1["data"]["events"]["node"]["text"], "three");
}

#[tokio::test]
async fn a_query_and_a_refusal_are_streams_too_when_only_events_are_accepted() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    let asked = events(pat.get("/graphql").query(&[("query", "{ viewer { id } }")]), 2).await;
    assert_eq!(asked[0].1, json!({ "data": { "viewer": { "id": pat.id } } }));
    assert_eq!(asked[1].0, "complete");
    let nobody = Actor::nobody(&server);
    let refused = events(
        nobody.http().post(server.url("/graphql")).json(&json!({ "query": "subscription { events { cursor } }" })),
        2,
    )
    .await;
    assert_eq!(refused[0].1["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let neither = pat
        .get("/graphql")
        .query(&[("query", "{ __typename }")])
        .header(header::ACCEPT, "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(neither.status(), 406);
}
