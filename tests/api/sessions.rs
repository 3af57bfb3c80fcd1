//! Sessions: renewing them, listing them, ending them.

use std::{collections::BTreeSet, time::Duration};

use bedside::{accounts::forget_old_tokens, entity::refresh_token};
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, each};

const REFRESH: &str = "mutation($t: String!) { refreshSession(input: { refreshToken: $t }) {
    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt } user { id } userErrors { code } } }";
const VIEWER: &str = "{ viewer { id } }";
const SESSIONS: &str = "{ viewer { sessions { id isCurrent device createdAt lastUsedAt expiresAt } } }";
const REVOKE: &str = "mutation($s: ID!) { revokeSession(input: { sessionId: $s }) { sessionId userErrors { code } } }";
const LOGOUT: &str = "mutation { logout { sessionId userErrors { code } } }";
const EVENTS: &str =
    "subscription { events { __typename ... on SessionEnded { sessionId } ... on SessionStarted { sessionId } } }";

async fn refresh(door: &Actor, token: &str) -> Value {
    door.run(REFRESH, json!({ "t": token })).await["refreshSession"]["tokens"].clone()
}

/// The same person on another device.
async fn another_device(server: &TestServer, person: &Actor) -> Actor {
    const LOGIN: &str = "mutation($i: LoginInput!) { login(input: $i) { tokens { accessToken refreshToken } } }";
    let input = json!({ "name": person.username, "password": Actor::PASSWORD });
    let tokens = Actor::nobody(server).run(LOGIN, json!({ "i": input })).await["login"]["tokens"].clone();
    let mut device = person.with_token(tokens["accessToken"].as_str().unwrap());
    device.refresh_token = tokens["refreshToken"].as_str().unwrap().into();
    let sessions = device.run(SESSIONS, json!({})).await["viewer"]["sessions"].clone();
    let current = sessions.as_array().unwrap().iter().find(|session| session["isCurrent"] == true).unwrap();
    device.session = current["id"].as_str().unwrap().into();
    device
}

#[tokio::test]
async fn a_renewed_session_has_new_tokens_and_the_old_access_token_lasts_its_time() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    server.clock.advance(Duration::from_secs(300));
    let first = refresh(&Actor::nobody(&server), &ada.refresh_token).await;
    assert_ne!(first["accessToken"], ada.token.as_str());
    assert_ne!(first["refreshToken"], ada.refresh_token.as_str());
    let renewed = ada.with_token(first["accessToken"].as_str().unwrap());
    assert_eq!(renewed.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
    assert_eq!(ada.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
    server.clock.advance(Duration::from_secs(301));
    assert_eq!(ada.code(VIEWER, json!({})).await, "TOKEN_EXPIRED");
    assert_eq!(renewed.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
    let second = refresh(&ada, first["refreshToken"].as_str().unwrap()).await;
    assert!(second["accessToken"].is_string());
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_within_thirty_seconds() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let first = refresh(&ada, &ada.refresh_token).await;
    assert!(first["refreshToken"].is_string());
    server.clock.advance(Duration::from_secs(29));
    assert_eq!(server.unchanged(refresh(&ada, &ada.refresh_token)).await, first);
    let next = refresh(&ada, first["refreshToken"].as_str().unwrap()).await;
    assert_ne!(next["refreshToken"], first["refreshToken"]);
}

#[tokio::test]
async fn used_tokens_are_forgotten_once_they_would_be_too_old_anyway() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let first = refresh(&ada, &ada.refresh_token).await;
    let rows = async || refresh_token::Entity::find().all(server.app.database.reader()).await.unwrap().len();
    let kept = rows().await;
    forget_old_tokens(&server.app).await.unwrap();
    assert_eq!(rows().await, kept, "a second use of any of them still ends the session");
    server.clock.advance(Duration::from_secs(29 * 24 * 3600));
    let second = refresh(&ada, first["refreshToken"].as_str().unwrap()).await;
    server.clock.advance(Duration::from_secs(2 * 24 * 3600));
    forget_old_tokens(&server.app).await.unwrap();
    assert_eq!(rows().await, 1, "the newest, which is good for its month");
    assert!(refresh(&ada, second["refreshToken"].as_str().unwrap()).await["accessToken"].is_string());
}

#[tokio::test]
async fn twenty_tabs_that_renew_at_once_get_the_same_tokens() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let other_node = server.another_node().await;
    let there = ada.at(&other_node);
    let answers = join_all((0..20).map(|n| refresh(if n % 2 == 0 { &ada } else { &there }, &ada.refresh_token))).await;
    assert!(answers[0]["refreshToken"].is_string());
    assert!(answers.iter().all(|tokens| *tokens == answers[0]), "{answers:?}");
}

#[tokio::test]
async fn a_refresh_token_used_again_later_ends_the_whole_session() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let phone = another_device(&server, &ada).await;
    let renewed = refresh(&ada, &ada.refresh_token).await;
    server.clock.advance(Duration::from_secs(31));
    assert_eq!(ada.code(REFRESH, json!({ "t": ada.refresh_token })).await, "SESSION_REVOKED");
    server.settle().await;
    for token in [ada.token.as_str(), renewed["accessToken"].as_str().unwrap()] {
        assert_eq!(ada.with_token(token).code(VIEWER, json!({})).await, "SESSION_REVOKED");
    }
    for token in [&ada.refresh_token, renewed["refreshToken"].as_str().unwrap()] {
        assert_eq!(ada.code(REFRESH, json!({ "t": token })).await, "SESSION_REVOKED");
    }
    assert_eq!(phone.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
}

#[tokio::test]
async fn a_token_from_before_the_last_renewal_ends_the_session_at_once() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let first = refresh(&ada, &ada.refresh_token).await;
    refresh(&ada, first["refreshToken"].as_str().unwrap()).await;
    assert_eq!(ada.code(REFRESH, json!({ "t": ada.refresh_token })).await, "SESSION_REVOKED");
    server.settle().await;
    assert_eq!(ada.code(VIEWER, json!({})).await, "SESSION_REVOKED");
}

#[tokio::test]
async fn a_refresh_token_that_is_none_is_not_recognised() {
    let server = TestServer::start().await;
    let (ada, elsewhere) = (server.doctor("ada").await, TestServer::start().await);
    let stranger = elsewhere.doctor("ada").await;
    let cut = &ada.refresh_token[..ada.refresh_token.len() - 2];
    for token in ["", "bref_", "bref_nonsense", cut, &ada.token, &stranger.refresh_token] {
        assert_eq!(server.unchanged(ada.code(REFRESH, json!({ "t": token }))).await, "UNAUTHENTICATED", "{token}");
    }
    assert!(refresh(&ada, &ada.refresh_token).await["accessToken"].is_string());
}

#[tokio::test]
async fn a_session_not_renewed_for_thirty_days_is_over() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    server.clock.advance(Duration::from_secs(30 * 86_400 + 1));
    assert_eq!(ada.code(REFRESH, json!({ "t": ada.refresh_token })).await, "UNAUTHENTICATED");
    let device = another_device(&server, &ada).await;
    let sessions = device.run(SESSIONS, json!({})).await["viewer"]["sessions"].clone();
    assert_eq!(each(&sessions, "id"), [&device.session]);
}

#[tokio::test]
async fn a_doctor_sees_her_devices_and_ends_the_lost_one() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    server.clock.advance(Duration::from_secs(1));
    let phone = another_device(&server, &ada).await;
    let sessions = ada.run(SESSIONS, json!({})).await["viewer"]["sessions"].clone();
    assert_eq!(each(&sessions, "id"), [&phone.session, &ada.session], "newest use first");
    assert_eq!((&sessions[0]["isCurrent"], &sessions[1]["isCurrent"]), (&json!(false), &json!(true)));
    let other_node = server.another_node().await;
    assert_eq!(phone.at(&other_node).run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
    let ended = ada.run(REVOKE, json!({ "s": phone.session })).await;
    assert_eq!(ended["revokeSession"], json!({ "sessionId": phone.session, "userErrors": [] }));
    assert_eq!(phone.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    assert_eq!(phone.code(REFRESH, json!({ "t": phone.refresh_token })).await, "SESSION_REVOKED");
    other_node.settle().await;
    assert_eq!(phone.at(&other_node).code(VIEWER, json!({})).await, "SESSION_REVOKED");
    let left = ada.run(SESSIONS, json!({})).await["viewer"]["sessions"].clone();
    assert_eq!(each(&left, "id"), [&ada.session]);
    let again = server.unchanged(ada.run(REVOKE, json!({ "s": phone.session }))).await;
    assert_eq!(again["revokeSession"]["sessionId"], phone.session.as_str());
}

const END_OTHERS: &str = "mutation { endOtherSessions { sessionIds viewer { sessions { id } } userErrors { code } } }";

#[tokio::test]
async fn a_patient_who_lost_a_phone_signs_out_everywhere_else() {
    let server = TestServer::start().await;
    let (pat, ada) = (server.patient("pat").await, server.doctor("ada").await);
    let phone = another_device(&server, &pat).await;
    server.clock.advance(Duration::from_secs(1));
    let tablet = another_device(&server, &pat).await;
    let (mut here, mut there) = (pat.subscribe(EVENTS, json!({})).await, phone.subscribe(EVENTS, json!({})).await);
    assert_eq!(here.next_event().await["__typename"], "Ready");
    assert_eq!(there.next_event().await["__typename"], "Ready");
    let mut counts = tablet.subscribe("subscription { unreadCountsChanged { total } }", json!({})).await;
    assert_eq!(counts.next().await["unreadCountsChanged"]["total"], 0);

    let ended = pat.run(END_OTHERS, json!({})).await["endOtherSessions"].clone();
    let ids: BTreeSet<_> = ended["sessionIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(ids, BTreeSet::from([phone.session.as_str(), tablet.session.as_str()]));
    assert_eq!(ended["viewer"]["sessions"], json!([{ "id": pat.session }]));
    let told = |device: &Actor| json!({ "__typename": "SessionEnded", "sessionId": device.session });
    assert_eq!(there.next_event().await, told(&tablet), "until its own the phone hears of it, newest use first");
    there.ends_with("SESSION_REVOKED").await;
    counts.ends_with("SESSION_REVOKED").await;
    for device in [&tablet, &phone] {
        assert_eq!(device.code(VIEWER, json!({})).await, "SESSION_REVOKED");
        assert_eq!(device.code(REFRESH, json!({ "t": device.refresh_token })).await, "SESSION_REVOKED");
        assert_eq!(here.next_event().await, told(device));
    }
    assert_eq!(pat.run(VIEWER, json!({})).await["viewer"]["id"], pat.id.as_str());
    assert_eq!(ada.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str(), "nobody else is signed out");
    let again = server.unchanged(pat.run(END_OTHERS, json!({}))).await;
    assert_eq!(again["endOtherSessions"]["sessionIds"], json!([]));
}

#[tokio::test]
async fn of_two_devices_that_sign_each_other_out_one_stays() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    let phone = another_device(&server, &pat).await;
    join_all([&pat, &phone].map(|device| device.try_run(END_OTHERS, json!({})))).await;
    let codes = join_all([&pat, &phone].map(|device| device.try_run(VIEWER, json!({})))).await;
    let stay = codes.iter().filter(|answer| answer.body.get("errors").is_none()).count();
    assert_eq!(stay, 1, "{codes:?}");
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    assert_eq!(server.unchanged(pat.code(REVOKE, json!({ "s": ada.session }))).await, "NOT_FOUND");
    assert_eq!(pat.code(REVOKE, json!({ "s": ada.id })).await, "BAD_USER_INPUT");
    assert_eq!(ada.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
    let made_up = bedside::ids::SessionId::generate().to_string();
    assert_eq!(pat.code(REVOKE, json!({ "s": made_up })).await, "NOT_FOUND");
}

#[tokio::test]
async fn after_signing_out_nothing_of_the_session_works() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let ended = ada.run(LOGOUT, json!({})).await;
    assert_eq!(ended["logout"], json!({ "sessionId": ada.session, "userErrors": [] }));
    assert_eq!(ada.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    assert_eq!(ada.code(LOGOUT, json!({})).await, "SESSION_REVOKED");
    assert_eq!(ada.code(REFRESH, json!({ "t": ada.refresh_token })).await, "SESSION_REVOKED");
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_the_other_devices_hear_of_it() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let phone = another_device(&server, &ada).await;
    let (mut here, mut there) = (ada.subscribe(EVENTS, json!({})).await, phone.subscribe(EVENTS, json!({})).await);
    let mut counts = phone.subscribe("subscription { unreadCountsChanged { total } }", json!({})).await;
    assert_eq!(here.next_event().await["__typename"], "Ready");
    assert_eq!(there.next_event().await["__typename"], "Ready");
    assert_eq!(counts.next().await["unreadCountsChanged"]["total"], 0);
    ada.run(REVOKE, json!({ "s": phone.session })).await;
    there.ends_with("SESSION_REVOKED").await;
    counts.ends_with("SESSION_REVOKED").await;
    let heard = here.next_event().await;
    assert_eq!(heard, json!({ "__typename": "SessionEnded", "sessionId": phone.session }));
    let again = another_device(&server, &ada).await;
    let heard = here.next_event().await;
    assert_eq!(heard, json!({ "__typename": "SessionStarted", "sessionId": again.session }));
}
