//! Access tokens: which are taken, and what the others are told.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bedside::accounts::tokens::Tokens;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer};

const VIEWER: &str = "{ viewer { id } }";
const EVENTS: &str = "subscription { events { __typename } }";

/// The header and the claims of a token.
fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let mut next = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
    (next(), next())
}

fn signed(key: &str, kid: Option<&str>, claims: &Value) -> String {
    let key = EncodingKey::from_ed_der(pem::parse(key).unwrap().contents());
    let header = Header { typ: Some("at+jwt".into()), kid: kid.map(Into::into), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}

fn key_of(server: &TestServer) -> &str {
    server.app.config.auth.signing_key.as_ref().unwrap().reveal()
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_not_recognised() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let (header, claims) = parts(&ada.token);
    let (kid, ours, theirs) = (header["kid"].as_str(), key_of(&server), Tokens::generate_signing_key().unwrap());
    // A token made here by hand is good, so what is refused below is refused for what was changed in it.
    let good = ada.with_token(&signed(ours, kid, &claims));
    assert_eq!(good.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());

    let body = ada.token.split('.').nth(1).unwrap();
    let unsigned = |header: Value| format!("{}.{body}.", URL_SAFE_NO_PAD.encode(header.to_string()));
    let changed = |key: &str, value: &str| {
        let mut claims = claims.clone();
        claims[key] = value.into();
        signed(ours, kid, &claims)
    };
    let forged = [
        ("signed with another key", signed(&theirs, kid, &claims)),
        ("without the name of a key", signed(ours, None, &claims)),
        ("with the name of another key", signed(ours, Some("other"), &claims)),
        ("unsigned", unsigned(json!({ "alg": "none", "typ": "at+jwt", "kid": kid }))),
        ("unsigned and unnamed", unsigned(json!({ "alg": "none" }))),
        ("for another audience", changed("aud", "elsewhere")),
        ("of another issuer", changed("iss", "elsewhere")),
        ("of a session that never was", changed("sid", &bedside::ids::SessionId::generate().to_string())),
        ("of another user", changed("sub", &bedside::ids::UserId::generate().to_string())),
        ("a refresh token", ada.refresh_token.clone()),
        ("cut", ada.token[..ada.token.len() - 4].to_owned()),
        ("garbage", "garbage".to_owned()),
        ("dots", "..".to_owned()),
        ("nothing", " ".to_owned()),
    ];
    for (what, token) in forged {
        let device = ada.with_token(&token);
        assert_eq!(device.code(VIEWER, json!({})).await, "UNAUTHENTICATED", "a token {what}");
        let response = device.get("/attachments/att_00000000000000000000000000").send().await.unwrap();
        assert_eq!(response.status(), 401, "a token {what}");
    }
}

#[tokio::test]
async fn the_session_of_one_user_does_not_speak_for_another() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let (header, mut claims) = parts(&pat.token);
    claims["sub"] = ada.id.as_str().into();
    let mixed = pat.with_token(&signed(key_of(&server), header["kid"].as_str(), &claims));
    assert_eq!(mixed.code(VIEWER, json!({})).await, "UNAUTHENTICATED");
}

#[tokio::test]
async fn another_scheme_or_no_header_is_not_recognised() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    assert_eq!(Actor::nobody(&server).code(VIEWER, json!({})).await, "UNAUTHENTICATED");
    for (value, is_known) in
        [(format!("bearer {}", ada.token), true), (format!("Basic {}", ada.token), false), (ada.token.clone(), false)]
    {
        let request = ada.http().post(server.url("/graphql")).header("Authorization", &value);
        let body: Value = request.json(&json!({ "query": VIEWER })).send().await.unwrap().json().await.unwrap();
        assert_eq!(body["data"]["viewer"]["id"] == ada.id.as_str(), is_known, "{body}");
    }
}

#[tokio::test]
async fn a_token_ends_after_ten_minutes_whether_it_was_used_before_or_not() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    ada.run(VIEWER, json!({})).await;
    server.clock.advance(Duration::from_secs(598));
    ada.run(VIEWER, json!({})).await;
    server.clock.advance(Duration::from_secs(2));
    assert_eq!(ada.code(VIEWER, json!({})).await, "TOKEN_EXPIRED");
    assert_eq!(pat.code(VIEWER, json!({})).await, "TOKEN_EXPIRED");
    let response = ada.get("/attachments/att_00000000000000000000000000").send().await.unwrap();
    assert_eq!(response.status(), 401);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "TOKEN_EXPIRED");
}

#[tokio::test]
async fn a_stream_ends_when_its_token_does() {
    // Tokens end on whole seconds, so this one lives for two to three.
    let server = TestServer::start_with(|config| config.auth.access_token = Duration::from_secs(3)).await;
    let ada = server.doctor("ada").await;
    let mut inbox = ada.subscribe(EVENTS, json!({})).await;
    assert_eq!(inbox.next_event().await["__typename"], "Ready");
    inbox.ends_with("TOKEN_EXPIRED").await;
    assert_eq!(ada.code(VIEWER, json!({})).await, "TOKEN_EXPIRED");
}
