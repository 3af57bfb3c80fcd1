//! Passwords: changing them.

use std::time::Duration;

use bedside::{
    accounts::service as accounts,
    entity::user,
    error::{Error, UserErrorCode},
    ids::UserId,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes};

const CHANGE: &str = "mutation($i: ChangePasswordInput!) { changePassword(input: $i) { deviceToken user { username } userErrors { code field message } } }";
const LOGIN: &str =
    "mutation($i: LoginInput!) { login(input: $i) { tokens { accessToken } deviceToken userErrors { code } } }";
const VIEWER: &str = "{ viewer { id } }";
const NEW: &str = "velvet harbour sings";

async fn change(who: &Actor, old: &str, new: &str) -> Value {
    who.run(CHANGE, json!({ "i": { "oldPassword": old, "newPassword": new } })).await["changePassword"].clone()
}

async fn login(door: &Actor, password: &str, device: Option<&Value>) -> Value {
    let input = json!({ "name": "ada", "password": password, "deviceToken": device });
    door.run(LOGIN, json!({ "i": input })).await["login"].clone()
}

#[tokio::test]
async fn a_new_password_ends_the_other_devices_on_all_nodes_and_voids_the_old_one() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let phone = server.signed_in_again(&ada).await;
    let other_node = server.another_node().await;
    let mut inbox = phone.at(&other_node).subscribe("subscription { events { __typename } }", json!({})).await;
    assert_eq!(inbox.next_event().await["__typename"], "Ready");

    let payload = change(&ada, Actor::PASSWORD, NEW).await;
    assert_eq!((&payload["userErrors"], &payload["user"]["username"]), (&json!([]), &json!("ada")));
    inbox.ends_with("SESSION_REVOKED").await;
    assert_eq!(phone.code(VIEWER, json!({})).await, "SESSION_REVOKED");
    assert_eq!(ada.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str(), "this device goes on");

    let door = Actor::nobody(&server);
    assert_eq!(codes(&login(&door, Actor::PASSWORD, None).await), ["WRONG_CREDENTIALS"]);
    assert!(login(&door, NEW, None).await["tokens"]["accessToken"].is_string());
}

#[tokio::test]
async fn the_device_is_known_again_by_its_new_token_alone() {
    let server = TestServer::start_with(|config| config.auth.failed_logins_per_name = 1.try_into().unwrap()).await;
    let ada = server.doctor("ada").await;
    let door = Actor::nobody(&server);
    let old = login(&door, Actor::PASSWORD, None).await["deviceToken"].clone();
    let new = change(&ada, Actor::PASSWORD, NEW).await["deviceToken"].clone();
    assert_eq!(codes(&login(&door, "a guess", None).await), ["WRONG_CREDENTIALS"]);
    let besieged = json!({ "i": { "name": "ada", "password": NEW, "deviceToken": old } });
    assert_eq!(door.code(LOGIN, besieged).await, "RATE_LIMITED", "the token of the old password is void");
    assert!(login(&door, NEW, Some(&new)).await["tokens"]["accessToken"].is_string());
}

#[tokio::test]
async fn who_does_not_know_the_old_password_or_chooses_a_weak_one_changes_nothing() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let phone = server.signed_in_again(&ada).await;
    for (old, new, code, field) in [
        ("copper lantern drift", NEW, "WRONG_CREDENTIALS", "oldPassword"),
        ("", NEW, "WRONG_CREDENTIALS", "oldPassword"),
        (Actor::PASSWORD, "short", "TOO_SHORT", "newPassword"),
        (Actor::PASSWORD, "password1234", "PASSWORD_TOO_COMMON", "newPassword"),
        (Actor::PASSWORD, &"x".repeat(257), "TOO_LONG", "newPassword"),
    ] {
        let payload = server.unchanged(change(&ada, old, new)).await;
        assert_eq!(codes(&payload), [code], "{old:?} to {new:?}");
        assert_eq!(payload["userErrors"][0]["field"], json!(["input", field]));
        assert!(payload["deviceToken"].is_null() && payload["user"].is_null());
    }
    assert_eq!(phone.run(VIEWER, json!({})).await["viewer"]["id"], ada.id.as_str());
    assert!(login(&Actor::nobody(&server), Actor::PASSWORD, None).await["tokens"]["accessToken"].is_string());
}

#[tokio::test]
async fn guessing_at_the_old_password_with_a_stolen_session_is_slowed_down() {
    let server = TestServer::start_with(|config| config.auth.access_token = Duration::from_secs(7200)).await;
    let ada = server.doctor("ada").await;
    for _ in 0..10 {
        assert_eq!(codes(&change(&ada, "a guess", NEW).await), ["WRONG_CREDENTIALS"]);
    }
    let variables = json!({ "i": { "oldPassword": Actor::PASSWORD, "newPassword": NEW } });
    assert_eq!(server.unchanged(ada.code(CHANGE, variables)).await, "RATE_LIMITED");
    assert!(login(&Actor::nobody(&server), Actor::PASSWORD, None).await["tokens"]["accessToken"].is_string());
    server.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(codes(&change(&ada, Actor::PASSWORD, NEW).await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_sign_in_with_the_old_password_that_is_under_way_gets_nowhere_once_it_is_changed() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let db = server.app.database.reader();
    let before = user::Entity::find_by_id(UserId::parse(&ada.id).unwrap()).one(db).await.unwrap().unwrap();
    assert_eq!(codes(&change(&ada, Actor::PASSWORD, NEW).await), Vec::<&str>::new());
    // The old password was found right before the change; only now the session would begin.
    let late = accounts::start_session(&server.app, before, "a thief").await;
    assert!(matches!(late, Err(Error::Invalid(errors)) if errors[0].code == UserErrorCode::WrongCredentials));
}
