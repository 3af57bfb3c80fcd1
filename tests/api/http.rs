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
    server.settle().await;
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

#[tokio::test]
async fn pages_of_other_sites_may_come_only_when_named() {
    let server =
        TestServer::start_with(|config| config.server.allowed_origins = vec!["https://portal.example".into()]).await;
    let ada = server.doctor("ada").await;
    let ask =
        |origin: &str| ada.get("/graphql").query(&[("query", "{ __typename }")]).header(header::ORIGIN, origin).send();
    let allowed = |response: &Response| {
        response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(allowed(&ask("https://portal.example").await.unwrap()).as_deref(), Some("https://portal.example"));
    assert_eq!(allowed(&ask("https://evil.example").await.unwrap()), None);
    for (origin, status) in [
        ("https://evil.example", 403),
        ("null", 403),
        ("https://portal.example", 101),
        (&format!("http://{}", server.address), 101),
    ] {
        let upgrade = ada
            .http()
            .get(server.url("/graphql/ws"))
            .header(header::ORIGIN, origin)
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket");
        let upgrade = upgrade
            .header("Sec-WebSocket-Version", "13")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("Sec-WebSocket-Protocol", "graphql-transport-ws");
        assert_eq!(upgrade.send().await.unwrap().status(), status, "{origin}");
    }
}

#[tokio::test]
async fn every_answer_is_kept_from_guessing_framing_and_telling() {
    let server = TestServer::start_with(|config| config.server.public_url = Some("https://chat.example".into())).await;
    let response = Actor::nobody(&server).http().get(server.url("/healthz")).send().await.unwrap();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ] {
        assert_eq!(response.headers()[name], value);
    }
    assert!(response.headers().contains_key("x-request-id") && !response.headers().contains_key(header::SET_COOKIE));
}

/// An upload body made by hand: parts as name, file name and content.
async fn upload(ada: &Actor, parts: &[(&str, Option<&str>, &str)], signed_in: bool) -> (u16, String) {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: text/plain")).unwrap_or_default();
        body += &format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n");
    }
    body += "--B--\r\n";
    let mut request = ada
        .http()
        .post(format!("http://{}/graphql", ada.address()))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B")
        .body(body);
    if signed_in {
        request = request.bearer_auth(&ada.token);
    }
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.text().await.unwrap())
}

#[tokio::test]
async fn an_upload_that_breaks_the_specification_is_refused_whole() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let one = r#"{"query":"mutation($f: Upload!) { uploadAttachment(input: { clientId: \"0197f0aa-0000-7000-8000-000000000000\", file: $f }) { attachment { id } userErrors { code } } }","variables":{"f":null}}"#;
    let (operations, map, file) =
        (("operations", None, one), ("map", None, r#"{"0":["variables.f"]}"#), ("0", Some("a.txt"), "hello"));
    let many = format!("{{{}}}", (0..40).map(|n| format!("\"{n}\":[\"variables.f\"]")).collect::<Vec<_>>().join(","));
    let nested = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    for (what, parts, status) in [
        ("wrong order", vec![map, operations, file], 400),
        ("no map", vec![operations, file], 400),
        ("no operations", vec![map, file], 400),
        ("a file nobody named", vec![operations, ("map", None, "{}"), file], 400),
        ("a named file that is missing", vec![operations, map], 400),
        ("the same file twice", vec![operations, map, file, file], 400),
        ("a path that is not there", vec![operations, ("map", None, r#"{"0":["variables.g"]}"#), file], 400),
        ("a path into the query", vec![operations, ("map", None, r#"{"0":["query"]}"#), file], 400),
        ("a path twice", vec![operations, ("map", None, r#"{"0":["variables.f","variables.f"]}"#), file], 400),
        ("no paths", vec![operations, ("map", None, r#"{"0":[]}"#), file], 400),
        ("a batch", vec![("operations", None, "[]"), map, file], 400),
        ("operations that are no JSON", vec![("operations", None, "{"), map, file], 400),
        ("a map that is no map", vec![operations, ("map", None, "7"), file], 400),
        ("a nested map", vec![operations, ("map", None, &nested), file], 400),
        ("too many files", vec![operations, ("map", None, &many), file], 413),
        ("nothing", vec![], 400),
    ] {
        let (found, body) = upload(&ada, &parts, true).await;
        assert!(found == status && body.contains("\"errors\""), "{what}: {found} {body}");
    }
    let (status, body) = upload(&ada, &[operations, map, file], false).await;
    assert!(status == 401 && body.contains("UNAUTHENTICATED"), "{body}");
    let (status, body) = upload(&ada, &[operations, map, file], true).await;
    assert!(status == 200 && body.contains("att_"), "{body}");
    let stored = std::fs::read_dir(server.folder.path().join("files"))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir())
        .count();
    assert_eq!(stored, 1, "only the file of the good upload is kept");
}
