//! Who may connect, and how long a connection may keep the server waiting.

use std::time::Duration;

use serde_json::json;
use socket2::SockRef;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use crate::support::TestServer;

const ALIVE: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: bedside\r\n\r\n";

/// Everything the server says until it closes the connection, which was sent `words`.
async fn said_until_closed(server: &TestServer, words: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    // A connection that is refused may be closed before this arrives.
    let _ = stream.write_all(words).await;
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8(said).unwrap()
}

/// A connection whose request was answered, if it was let in.
async fn let_in(server: &TestServer) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut answer = [0; 12];
    stream.write_all(ALIVE).await.ok()?;
    stream.read_exact(&mut answer).await.ok()?;
    assert_eq!(&answer, b"HTTP/1.1 200");
    Some(stream)
}

#[tokio::test]
async fn a_request_whose_head_does_not_come_is_let_go() {
    let server = TestServer::start_with(|config| config.limits.request_head = Duration::from_millis(100)).await;
    for words in ["", "P", "GET /healthz HTTP/1.1\r\n", "GET /healthz HTTP/1.1\r\nHost: bedside\r\nX-Slow: a"] {
        assert_eq!(said_until_closed(&server, words.as_bytes()).await, "", "{words}");
    }
    let said = said_until_closed(&server, ALIVE).await;
    assert!(said.starts_with("HTTP/1.1 200"), "the connection is closed when no other request comes: {said}");
}

#[tokio::test]
async fn a_request_whose_body_does_not_come_is_answered_and_let_go() {
    let server = TestServer::start_with(|config| {
        (config.limits.request_body, config.limits.upload) = (Duration::from_millis(100), Duration::from_millis(100));
    })
    .await;
    let ada = server.doctor("ada").await;
    for (content_type, begun) in [
        ("application/json", "{\"query\":"),
        ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{"),
    ] {
        let words = format!(
            "POST /graphql HTTP/1.1\r\nHost: bedside\r\nAuthorization: Bearer {}\r\nContent-Type: {content_type}\r\n\
             Content-Length: 5000\r\n\r\n{begun}",
            ada.token
        );
        let said = said_until_closed(&server, words.as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("\"TIMEOUT\""), "{said}");
    }
}

#[tokio::test]
async fn connections_beyond_what_there_is_room_for_are_refused_until_one_ends() {
    for per_address in [false, true] {
        let server = TestServer::start_with(|config| {
            let limit =
                if per_address { &mut config.limits.connections_per_address } else { &mut config.limits.connections };
            *limit = 2;
        })
        .await;
        let (first, _second) = (let_in(&server).await.unwrap(), let_in(&server).await.unwrap());
        assert_eq!(said_until_closed(&server, ALIVE).await, "");
        drop(first);
        while let_in(&server).await.is_none() {}
    }
}

#[tokio::test]
async fn behind_a_proxy_all_may_come_from_one_address() {
    let server = TestServer::start_with(|config| {
        (config.server.behind_tls_proxy, config.limits.connections_per_address) = (true, 1);
    })
    .await;
    let _first = let_in(&server).await.unwrap();
    assert!(let_in(&server).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_reading_a_stream_of_events_is_let_go() {
    let server = TestServer::start_with(|config| {
        config.limits.stalled = Duration::from_millis(500);
        // So that the tail keeps serving it, and only the connection can end it.
        config.limits.listener_queue = 100_000;
    })
    .await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let query =
        json!({ "query": "subscription { events { __typename ... on MessageAdded { node { text } } } }" }).to_string();
    let request = format!(
        "POST /graphql/stream HTTP/1.1\r\nHost: bedside\r\nAuthorization: Bearer {}\r\nAccept: text/event-stream\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{query}",
        pat.token,
        query.len()
    );
    let socket = TcpSocket::new_v4().unwrap();
    SockRef::from(&socket).set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut listeners = server.app.tail.listeners();
    listeners.wait_for(|count| *count == 1).await.unwrap();

    let mut sent = 0;
    while *listeners.borrow_and_update() > 0 {
        ada.send(&thread, &"Please read this. ".repeat(250)).await;
        sent += 1;
        assert!(sent < 10_000, "who reads nothing is still served");
    }
    // What it had taken is still there; then it hears that it was let go.
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    assert!(said.starts_with(b"HTTP/1.1 200"), "it was never served");
}
