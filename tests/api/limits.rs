//! How often somebody may ask: what an answer tells of it, whom it is counted for, and what a refusal says.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use bedside::config::Config;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Error, client::IntoClientRequest},
};

use crate::support::{Actor, Listening, Paper, TestServer, message, to, with};

const VIEWER: &str = "{ viewer { id } }";
const SEND: &str =
    "mutation($i: SendMessageInput!) { sendMessage(input: $i) { replayed message { id } userErrors { code } } }";

fn behind_a_proxy(config: &mut Config) {
    config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
}

async fn ask(person: &Actor) -> reqwest::Response {
    let mut request = person.http().post(format!("http://{}/graphql", person.address()));
    if !person.token.is_empty() {
        request = request.bearer_auth(&person.token);
    }
    request.json(&json!({ "query": "{ __typename }" })).send().await.unwrap()
}

async fn status(person: &Actor) -> u16 {
    ask(person).await.status().as_u16()
}

fn header<'a>(response: &'a reqwest::Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn each_answer_says_how_many_requests_are_left_and_a_refusal_when_to_come_back() {
    let server = TestServer::start_with(|config| config.limits.requests_per_user = 3.try_into().unwrap()).await;
    let ada = server.doctor("ada").await;
    for left in ["\"user\";r=2;t=20", "\"user\";r=1;t=40", "\"user\";r=0;t=60"] {
        let answer = ask(&ada).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "ratelimit")), (200, left));
        assert_eq!(header(&answer, "ratelimit-policy"), "\"user\";q=3;w=60");
    }
    let refused = ask(&ada).await;
    assert_eq!((refused.status().as_u16(), header(&refused, "ratelimit")), (429, "\"user\";r=0;t=60"));
    let wait: u64 = header(&refused, "retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "three a minute: the next is at most twenty seconds away, not {wait} s");
    let body: Value = refused.json().await.unwrap();
    let expected = json!({ "code": "RATE_LIMITED", "retryAfter": wait,
        "rateLimit": { "policy": "user", "limit": 3, "remaining": 0, "resetAfter": 60 } });
    assert_eq!(body["errors"][0]["extensions"], expected);
    assert!(body.get("data").is_none(), "{body}");
    server.clock.advance(Duration::from_secs(wait));
    assert_eq!(status(&ada).await, 200);
}

#[tokio::test]
async fn a_page_of_a_named_site_may_read_the_figures() {
    let server =
        TestServer::start_with(|config| config.server.allowed_origins = vec!["https://a.example".into()]).await;
    let request = reqwest::Client::new().post(server.url("/graphql")).header("Origin", "https://a.example");
    let answer = request.json(&json!({ "query": "{ __typename }" })).send().await.unwrap();
    let exposed = header(&answer, "access-control-expose-headers").to_ascii_lowercase();
    for name in ["retry-after", "ratelimit", "ratelimit-policy"] {
        assert!(exposed.split(',').any(|exposed| exposed == name), "{name}: {exposed}");
    }
}

#[tokio::test]
async fn a_signed_in_user_is_counted_wherever_they_are_and_a_stranger_by_their_network() {
    let server = TestServer::start_with(|config| {
        behind_a_proxy(config);
        config.limits.requests_per_user = 2.try_into().unwrap();
        config.limits.requests_per_address = 2.try_into().unwrap();
    })
    .await;
    let (ada, pat, nobody) = (server.doctor("ada").await, server.patient("pat").await, Actor::nobody(&server));
    for (who, from, expected) in [
        (&ada, "198.51.100.1", 200),
        (&ada, "198.51.100.2", 200),
        (&ada, "198.51.100.3", 429),
        (&nobody, "198.51.100.1", 200),
        (&nobody, "198.51.100.1", 200),
        (&nobody, "198.51.100.1", 429),
        // With another token that is none it is the same stranger.
        (&nobody.with_token("made up"), "198.51.100.1", 429),
        // What the stranger writes before the proxy's own word changes nothing.
        (&nobody, "203.0.113.9, 198.51.100.1", 429),
        (&nobody, "198.51.100.2", 200),
        (&pat, "198.51.100.1", 200),
        // An IPv6 client has a whole /64.
        (&nobody, "2001:db8:1:1::1", 200),
        (&nobody, "2001:db8:1:1::2", 200),
        (&nobody, "2001:db8:1:1::3", 429),
        (&nobody, "2001:db8:1:2::1", 200),
    ] {
        assert_eq!(status(&who.coming_from(from)).await, expected, "{} from {from}", who.username);
    }
}

#[tokio::test]
async fn without_a_trusted_proxy_nobody_can_say_that_they_come_from_elsewhere() {
    let server = TestServer::start_with(|config| config.limits.requests_per_address = 2.try_into().unwrap()).await;
    let nobody = Actor::nobody(&server);
    for (from, expected) in [("198.51.100.1", 200), ("198.51.100.2", 200), ("198.51.100.3", 429)] {
        assert_eq!(status(&nobody.coming_from(from)).await, expected, "{from}");
    }
}

#[tokio::test]
async fn downloads_count_for_the_account() {
    let server = TestServer::start_with(|config| config.limits.requests_per_user = 2.try_into().unwrap()).await;
    let ada = server.doctor("ada").await;
    let file = ada.attach(&Paper::note("take two a day")).await;
    let path = format!("/attachments/{}", file["id"].as_str().unwrap());
    assert_eq!(ada.get(&path).send().await.unwrap().status(), 200);
    let refused = ada.get(&path).send().await.unwrap();
    assert_eq!(refused.status(), 429);
    assert!((1..=30).contains(&header(&refused, "retry-after").parse::<u64>().unwrap()));
    assert_eq!(refused.json::<Value>().await.unwrap()["errors"][0]["extensions"]["code"], "RATE_LIMITED");
}

#[tokio::test]
async fn one_conversation_cannot_be_flooded_while_another_goes_on() {
    let server = TestServer::start_with(|config| config.limits.sends_per_conversation = 8.try_into().unwrap()).await;
    let (ada, pat, eve) = (server.doctor("ada").await, server.patient("pat").await, server.patient("eve").await);
    let (with_pat, with_eve) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &eve]).await);
    let first = message(&to(&with_pat), "one");
    ada.say(first.clone()).await;
    ada.say(message(&to(&with_pat), "two")).await;
    // The way over the person leads to the same conversation.
    for target in [to(&with_pat), json!({ "userId": pat.id })] {
        let refused = server.unchanged(ada.try_run(SEND, json!({ "i": message(&target, "three") }))).await;
        let wait = refused.body["errors"][0]["extensions"]["retryAfter"].as_u64().unwrap();
        assert!((1..=8).contains(&wait), "eight a minute: the next is at most eight seconds away, not {wait} s");
        assert_eq!(refused.code(), "RATE_LIMITED");
    }
    assert_eq!(ada.history(&with_pat).await, ["one", "two"]);
    // A lost answer can be asked for again all the same.
    assert_eq!(ada.say(first.clone()).await["replayed"], true);
    assert_eq!(ada.say_code(with(first, &json!({ "text": "other" }))).await, "CONFLICT");
    ada.sent(&with_eve, "good morning").await;
    pat.sent(&with_pat, "thank you").await;
    let third = message(&to(&with_pat), "three");
    assert_eq!(ada.say_code(third.clone()).await, "RATE_LIMITED");
    server.clock.advance(Duration::from_secs(8));
    assert_eq!(ada.say(third).await["replayed"], false);
    assert_eq!(ada.history(&with_pat).await, ["one", "two", "thank you", "three"]);
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "id": id, "type": "subscribe", "payload": { "query": query } })
}

#[tokio::test]
async fn a_socket_tells_the_same_figures_and_its_streams_go_on() {
    let server = TestServer::start_with(|config| config.limits.requests_per_user = 3.try_into().unwrap()).await;
    let ada = server.doctor("ada").await;
    let mut socket = Listening::connect(server.address).await;
    socket.say(json!({ "type": "connection_init", "payload": { "token": ada.token } })).await;
    assert_eq!(socket.heard().await["type"], "connection_ack");
    socket.say(subscribe("events", "subscription { events { __typename } }")).await;
    let ready = socket.heard().await;
    assert_eq!(ready["payload"]["data"]["events"]["__typename"], "Ready");
    assert!(ready["payload"]["extensions"].get("rateLimit").is_none(), "{ready}");
    for (id, remaining, reset) in [("1", 1, 40), ("2", 0, 60)] {
        socket.say(subscribe(id, VIEWER)).await;
        let figures = socket.heard().await["payload"]["extensions"]["rateLimit"].clone();
        let expected = json!({ "policy": "user", "limit": 3, "remaining": remaining, "resetAfter": reset });
        assert_eq!(figures, expected);
        assert_eq!(socket.heard().await["type"], "complete");
    }
    socket.say(subscribe("3", VIEWER)).await;
    let refused = socket.heard().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("3")));
    let extensions = &refused["payload"][0]["extensions"];
    assert_eq!((&extensions["code"], &extensions["rateLimit"]["remaining"]), (&json!("RATE_LIMITED"), &json!(0)));
    assert!((1..=20).contains(&extensions["retryAfter"].as_u64().unwrap()), "{refused}");
    // The same account over HTTP is the same account.
    assert_eq!(status(&ada).await, 429);
    server.patient("pat").await;
    let again = ada.renewed(&server).await;
    let heard = socket.heard().await;
    assert_eq!(heard["payload"]["data"]["events"]["__typename"], "SessionStarted", "{heard}");
    assert_eq!(again.id, ada.id);
}

#[tokio::test]
async fn a_socket_without_a_token_is_counted_for_its_address() {
    let server = TestServer::start_with(|config| config.limits.requests_per_address = 1.try_into().unwrap()).await;
    let mut socket = Listening::connect(server.address).await;
    socket.say(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.heard().await["type"], "connection_ack");
    socket.say(subscribe("1", "{ __typename }")).await;
    assert_eq!(socket.heard().await["payload"]["extensions"]["rateLimit"]["policy"], "address");
    assert_eq!(socket.heard().await["type"], "complete");
    socket.say(subscribe("2", "{ __typename }")).await;
    assert_eq!(socket.heard().await["payload"][0]["extensions"]["rateLimit"]["policy"], "address");
}

/// The status and the wait with which a socket is refused.
async fn refused_socket(address: SocketAddr) -> (u16, u64) {
    let mut request = format!("ws://{address}/graphql/ws").into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
    let Err(Error::Http(response)) = connect_async(request).await else { panic!("the socket was opened") };
    (response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn an_address_opens_only_so_many_sockets_a_minute() {
    let server = TestServer::start_with(|config| config.limits.sockets_per_address = 2.try_into().unwrap()).await;
    for _ in 0..2 {
        Listening::connect(server.address).await;
    }
    let (status, wait) = refused_socket(server.address).await;
    assert_eq!(status, 429);
    assert!((1..=30).contains(&wait), "two a minute: the next is at most half a minute away, not {wait} s");
    server.clock.advance(Duration::from_secs(wait));
    Listening::connect(server.address).await;
}

#[tokio::test]
async fn a_flood_of_pings_is_read_slowly_and_not_punished() {
    let server = TestServer::start_with(|config| config.limits.socket_messages = 20.try_into().unwrap()).await;
    let ada = server.doctor("ada").await;
    let mut socket = Listening::connect(server.address).await;
    let began = Instant::now();
    socket.say(json!({ "type": "connection_init", "payload": { "token": ada.token } })).await;
    assert_eq!(socket.heard().await["type"], "connection_ack");
    // Twice the figure comes at once; each further one waits a twentieth of a second.
    for _ in 0..50 {
        socket.say(json!({ "type": "ping" })).await;
    }
    for _ in 0..50 {
        assert_eq!(socket.heard().await["type"], "pong");
    }
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(500), "51 messages at 20 a second, 40 of them at once, took {took:?}");
}

#[tokio::test]
async fn an_operation_that_takes_too_long_is_told_so() {
    // Hashing a password takes far longer.
    let server = TestServer::start_with(|config| config.limits.operation = Duration::from_millis(1)).await;
    const LOGIN: &str = "mutation($i: LoginInput!) { login(input: $i) { user { id } } }";
    let input = json!({ "name": "nobody", "password": Actor::PASSWORD });
    let answer = Actor::nobody(&server).try_run(LOGIN, json!({ "i": input })).await;
    assert_eq!(answer.code(), "TIMEOUT");
    assert!(answer.body["errors"][0]["extensions"]["requestId"].is_string());
    assert_eq!(Actor::nobody(&server).run("{ __typename }", json!({})).await["__typename"], "Query");
}
