//! Everything hostile that is kept in `tests/hostile`: each is refused with a code, and what comes after it is answered.

use std::time::Instant;

use reqwest::header;
use serde_json::{Value, json};

#[path = "../hostile/corpus.rs"]
mod corpus;

use crate::support::{Actor, Listening, Said, TestServer};

/// Every code a refusal may have.
const CODES: [&str; 7] = [
    "BAD_USER_INPUT",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "PAYLOAD_TOO_LARGE",
    "PERSISTED_QUERY_NOT_FOUND",
    "QUERY_TOO_COMPLEX",
    "UNSUPPORTED_MEDIA_TYPE",
];

/// A server as in production.
async fn server() -> (TestServer, Actor) {
    let server = TestServer::start_with(|config| {
        config.server.graphiql = false;
        config.limits.socket_messages = 1_000_000.try_into().unwrap();
    })
    .await;
    let ada = server.doctor("ada").await;
    (server, ada)
}

/// Sends a body, which must be refused as a whole with one of the codes and a small answer.
async fn refused(ada: &Actor, name: &str, body: Vec<u8>) {
    let request = ada.http().post(format!("http://{}/graphql", ada.address())).bearer_auth(&ada.token);
    let request = request
        .header(header::ACCEPT, "application/graphql-response+json")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{name}: {status} {text}"));
    let code = body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
    assert!(
        matches!(status, 400 | 406 | 413) && CODES.contains(&code) && body.get("data").is_none(),
        "{name}: {status} {text}"
    );
    assert!(text.len() < 12_000, "{name}: an answer of {} bytes", text.len());
}

async fn is_well(ada: &Actor) {
    assert_eq!(ada.run("{ viewer { user { id } } }", json!({})).await["viewer"]["user"]["id"], ada.id.as_str());
}

#[tokio::test]
async fn every_hostile_document_is_refused_over_http() {
    let (_server, ada) = server().await;
    let documents = corpus::documents();
    assert!(documents.len() >= 60, "{}", documents.len());
    for (name, document) in documents {
        let began = Instant::now();
        let variables = json!({ "a": "x", "b": [] });
        refused(&ada, &name, json!({ "query": document, "variables": variables }).to_string().into_bytes()).await;
        assert!(began.elapsed().as_secs() < 5, "{name} took {:?}", began.elapsed());
        is_well(&ada).await;
    }
}

#[tokio::test]
async fn every_hostile_body_is_refused() {
    let (_server, ada) = server().await;
    for (name, body) in corpus::messages() {
        refused(&ada, &name, body).await;
        is_well(&ada).await;
    }
}

async fn open(ada: &Actor) -> Listening {
    let mut socket = Listening::connect(ada.address()).await;
    socket.say(json!({ "type": "connection_init", "payload": { "token": ada.token } })).await;
    assert_eq!(socket.heard().await["type"], "connection_ack");
    socket
}

#[tokio::test]
async fn every_hostile_document_is_refused_on_one_socket_that_stays_open() {
    let (_server, ada) = server().await;
    let mut socket = open(&ada).await;
    for (name, document) in corpus::documents() {
        let payload = json!({ "query": document, "variables": { "a": "x", "b": [] } });
        socket.say(json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        let Said::Error(errors) = socket.said().await else { panic!("{name} ran") };
        assert!(CODES.contains(&errors[0]["extensions"]["code"].as_str().unwrap()), "{name}: {errors}");
        socket.say(json!({ "type": "subscribe", "id": "1", "payload": { "query": "{ cursor }" } })).await;
        assert!(socket.next().await["cursor"].is_string(), "after {name}");
        assert!(matches!(socket.said().await, Said::Complete), "after {name}");
    }
}

#[tokio::test]
async fn every_hostile_message_closes_its_socket_and_no_other() {
    let (_server, ada) = server().await;
    let mut other = open(&ada).await;
    other
        .say(
            json!({ "type": "subscribe", "id": "1", "payload": { "query": "subscription { events { __typename } }" } }),
        )
        .await;
    assert_eq!(other.next().await["events"]["__typename"], "Ready");
    for (name, message) in corpus::messages() {
        let mut socket = open(&ada).await;
        match String::from_utf8(message) {
            Ok(text) => socket.say_text(&text).await,
            Err(broken) => socket.say_bytes(broken.into_bytes()).await,
        }
        let Said::Closed(Some(frame)) = socket.said().await else { panic!("{name} was taken") };
        assert_eq!(u16::from(frame.code), 4400, "{name}");
        other.say(json!({ "type": "ping" })).await;
        assert_eq!(other.heard().await["type"], "pong", "after {name}");
    }
}
