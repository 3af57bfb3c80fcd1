//! `graphql-transport-ws`, to the letter: what a socket answers to everything a client may say, and when it closes.

use serde_json::{Value, json};

use crate::support::{Actor, Listening, Said, TestServer};

/// Connects and introduces itself with the person's token.
async fn open(person: &Actor) -> Listening {
    let mut socket = Listening::connect(person.address()).await;
    socket
        .say(json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {}", person.token) } }))
        .await;
    assert_eq!(socket.heard().await["type"], "connection_ack");
    socket
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "id": id, "type": "subscribe", "payload": { "query": query } })
}

/// The code and reason the socket closes with.
async fn closed(mut socket: Listening) -> (u16, String) {
    loop {
        match socket.said().await {
            Said::Closed(Some(frame)) => return (frame.code.into(), frame.reason.to_string()),
            Said::Closed(None) => panic!("closed without a code"),
            _ => {}
        }
    }
}

#[tokio::test]
async fn what_is_no_message_of_the_protocol_closes_with_4400() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let nested = format!(r#"{{"type":"subscribe","id":"1","payload":{}1{}}}"#, "[".repeat(5_000), "]".repeat(5_000));
    for text in [
        "",
        "no json",
        "[]",
        "{}",
        r#"{"type":"start","id":"1"}"#,
        r#"{"type":"stop","id":"1"}"#,
        r#"{"type":"subscribe"}"#,
        r#"{"type":"subscribe","id":""}"#,
        r#"{"type":"subscribe","id":7,"payload":{"query":"{ __typename }"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"ping","payload":1}"#,
        r#"{"type":"complete"}"#,
        &nested,
    ] {
        let mut socket = open(&ada).await;
        socket.say_text(text).await;
        assert_eq!(closed(socket).await, (4400, "Invalid message received".into()), "{text}");
    }
    let mut socket = open(&ada).await;
    socket.say_text(&" ".repeat(100 << 10)).await;
    assert_eq!(closed(socket).await.0, 4400);
}

#[tokio::test]
async fn each_refusal_of_the_handshake_has_its_code() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut early = Listening::connect(server.address).await;
    early.say(subscribe("1", "{ __typename }")).await;
    assert_eq!(closed(early).await, (4401, "Unauthorized".into()));
    let mut twice = open(&ada).await;
    twice.say(json!({ "type": "connection_init" })).await;
    assert_eq!(closed(twice).await, (4429, "Too many initialisation requests".into()));
    let mut forged = Listening::connect(server.address).await;
    forged.say(json!({ "type": "connection_init", "payload": { "token": "forged" } })).await;
    assert_eq!(closed(forged).await.0, 4403);
    let mut same = open(&ada).await;
    same.say(subscribe("1", "subscription { events { cursor } }")).await;
    same.say(subscribe("1", "subscription { events { cursor } }")).await;
    assert_eq!(closed(same).await.0, 4409);
}

#[tokio::test]
async fn a_client_that_never_introduces_itself_is_let_go() {
    let server =
        TestServer::start_with(|config| config.limits.socket_init = std::time::Duration::from_millis(50)).await;
    let socket = Listening::connect(server.address).await;
    assert_eq!(closed(socket).await, (4408, "Connection initialisation timeout".into()));
}

#[tokio::test]
async fn many_operations_share_one_socket_and_end_when_either_side_says_so() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut socket = open(&ada).await;
    socket.say(json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(socket.heard().await, json!({ "type": "pong", "payload": { "n": 1 } }));
    socket.say(subscribe("events", "subscription { events { __typename cursor } }")).await;
    assert_eq!(socket.heard().await["payload"]["data"]["events"]["__typename"], "Ready");
    socket.say(subscribe("query", "{ viewer { id } }")).await;
    let next = socket.heard().await;
    assert_eq!((&next["type"], &next["id"]), (&json!("next"), &json!("query")));
    assert_eq!(next["payload"]["data"], json!({ "viewer": { "id": ada.id } }));
    assert_eq!(socket.heard().await, json!({ "type": "complete", "id": "query" }));
    socket.say(json!({ "type": "complete", "id": "events" })).await;
    // The id is free again.
    socket.say(subscribe("events", "{ __typename }")).await;
    assert_eq!(socket.heard().await["payload"]["data"]["__typename"], "Query");
}

#[tokio::test]
async fn a_document_that_cannot_be_run_is_an_error_and_the_socket_stays() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut socket = open(&ada).await;
    for (query, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { a: events { cursor } b: events { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($id: ID!) { user(id: $id) { id } }", "BAD_USER_INPUT"),
    ] {
        socket.say(subscribe("1", query)).await;
        let said = socket.heard().await;
        assert_eq!(
            (said["type"].as_str(), said["payload"][0]["extensions"]["code"].as_str()),
            (Some("error"), Some(code)),
            "{query}: {said}"
        );
    }
    socket.say(subscribe("1", "{ __typename }")).await;
    assert_eq!(socket.heard().await["type"], "next");
}

#[tokio::test]
async fn one_socket_has_a_number_of_operations_and_one_user_a_number_of_sockets() {
    let server =
        TestServer::start_with(|config| (config.limits.operations_per_socket, config.limits.sockets_per_user) = (2, 2))
            .await;
    let ada = server.doctor("ada").await;
    let mut first = open(&ada).await;
    for id in ["1", "2"] {
        first.say(subscribe(id, "subscription { events { cursor } }")).await;
        assert_eq!(first.heard().await["type"], "next");
    }
    first.say(subscribe("3", "subscription { events { cursor } }")).await;
    assert_eq!(first.heard().await["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    let _second = open(&ada).await;
    let mut third = Listening::connect(server.address).await;
    third.say(json!({ "type": "connection_init", "payload": { "token": ada.token } })).await;
    assert_eq!(closed(third).await, (4403, "Too many connections of this account".into()));
}

#[tokio::test]
async fn the_old_protocol_and_no_protocol_are_refused() {
    let server = TestServer::start().await;
    for protocol in [None, Some("graphql-ws")] {
        let mut request = reqwest::Client::new()
            .get(server.url("/graphql/ws"))
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket");
        request = request.header("Sec-WebSocket-Version", "13").header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        if let Some(protocol) = protocol {
            request = request.header("Sec-WebSocket-Protocol", protocol);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400, "{protocol:?}");
    }
}

#[tokio::test]
async fn a_renewed_token_carries_open_streams_past_the_old_ones_end() {
    const RENEW: &str =
        "mutation($t: String!) { renewConnection(input: { accessToken: $t }) { expiresAt userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut socket = open(&pat).await;
    socket.say(subscribe("events", "subscription { events { __typename } }")).await;
    assert_eq!(socket.heard().await["payload"]["data"]["events"]["__typename"], "Ready");

    server.clock.advance(std::time::Duration::from_secs(400));
    let refresh = "mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken } } }";
    let fresh =
        pat.run(refresh, json!({ "t": pat.refresh_token })).await["refreshSession"]["tokens"]["accessToken"].clone();
    let stranger = socket_answer(&mut socket, RENEW, json!({ "t": ada.token })).await;
    assert_eq!(stranger["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let renewed = socket_answer(&mut socket, RENEW, json!({ "t": fresh })).await;
    assert!(renewed["data"]["renewConnection"]["expiresAt"].is_string(), "{renewed}");

    // The first token is over now, the renewed one is not.
    server.clock.advance(std::time::Duration::from_secs(400));
    let ada = server.signed_in_again(&ada).await;
    ada.send(&thread, "Still there?").await;
    assert_eq!(socket.heard().await["payload"]["data"]["events"]["__typename"], "MessageAdded");
    assert_eq!(pat.try_run("{ viewer { id } }", json!({})).await.code(), "TOKEN_EXPIRED");
    let over_http = ada.try_run(RENEW, json!({ "t": ada.token })).await;
    assert_eq!(over_http.code(), "BAD_USER_INPUT");
}

/// Runs one operation on an open socket.
async fn socket_answer(socket: &mut Listening, query: &str, variables: Value) -> Value {
    socket
        .say(json!({ "id": "once", "type": "subscribe", "payload": { "query": query, "variables": variables } }))
        .await;
    let said = socket.heard().await;
    assert_eq!(socket.heard().await, json!({ "type": "complete", "id": "once" }));
    said["payload"].clone()
}

#[tokio::test]
async fn an_ended_session_hears_why_on_each_operation_and_the_socket_closes() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    let mut socket = open(&pat).await;
    socket.say(subscribe("1", "subscription { unreadCountsChanged { total } }")).await;
    assert_eq!(socket.heard().await["payload"]["data"]["unreadCountsChanged"]["total"], 0);
    pat.run("mutation { logout { sessionId } }", json!({})).await;
    let said = socket.heard().await;
    assert_eq!(said["payload"]["errors"][0]["extensions"]["code"], "SESSION_REVOKED", "{said}");
    assert_eq!(socket.heard().await, json!({ "type": "complete", "id": "1" }));
    assert_eq!(closed(socket).await, (4403, "The session was ended".into()));
}

#[tokio::test]
async fn a_stopping_server_says_so_with_1012() {
    let server = TestServer::start().await;
    let socket = open(&server.patient("pat").await).await;
    server.app.stopping().cancel();
    let (code, reason) = closed(socket).await;
    assert!(code == 1012 && reason.starts_with("restarting: connect again in "), "{code} {reason}");
}
