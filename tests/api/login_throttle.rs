//! Guessing at passwords: it is slowed down on all nodes, and locks nobody out.

use std::time::Duration;

use bedside::{
    accounts::forget_old_attempts,
    config::Config,
    entity::{login_attempt, user},
    ids::UserId,
    journal::Row,
};
use futures_util::future::join_all;
use sea_orm::{
    ActiveValue::{Set, Unchanged},
    EntityTrait,
};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer};

const LOGIN: &str =
    "mutation($i: LoginInput!) { login(input: $i) { tokens { accessToken } deviceToken userErrors { code } } }";
const WINDOW: Duration = Duration::from_secs(15 * 60);

fn behind_a_proxy(config: &mut Config) {
    config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
}

/// What somebody got who tried to sign in.
#[derive(Debug, PartialEq)]
enum Got {
    /// In, with a token of the device.
    In(String),
    Wrong,
    /// Has to wait for so many seconds.
    Wait(u64),
}

async fn try_login(from: &Actor, name: &str, password: &str, device: Option<&str>) -> Got {
    let input = json!({ "name": name, "password": password, "deviceToken": device });
    let answer = from.try_run(LOGIN, json!({ "i": input })).await;
    if answer.body.get("errors").is_some() {
        let wait = answer.body["errors"][0]["extensions"]["retryAfter"].as_u64().unwrap();
        assert_eq!(answer.code(), "RATE_LIMITED");
        return Got::Wait(wait);
    }
    let payload = answer.data()["login"].clone();
    match payload["deviceToken"].as_str() {
        Some(token) if payload["tokens"]["accessToken"].is_string() => Got::In(token.into()),
        _ => {
            assert_eq!(
                payload,
                json!({ "tokens": null, "deviceToken": null, "userErrors": [{ "code": "WRONG_CREDENTIALS" }] })
            );
            Got::Wrong
        }
    }
}

/// Signs in, which must succeed; the device's token.
async fn login(from: &Actor, name: &str, device: Option<&str>) -> String {
    match try_login(from, name, Actor::PASSWORD, device).await {
        Got::In(token) => token,
        other => panic!("{name} was not let in: {other:?}"),
    }
}

fn waits(got: &Got) -> bool {
    matches!(got, Got::Wait(1..=900))
}

/// Guesses once from each of 50 addresses.
async fn flood(server: &TestServer, name: &str) -> Vec<Got> {
    let mut got = Vec::new();
    for n in 0..50 {
        let stranger = Actor::nobody(server).coming_from(&format!("198.51.100.{n}"));
        got.push(try_login(&stranger, name, &format!("guess number {n}"), None).await);
    }
    got
}

#[tokio::test]
async fn a_flood_of_guesses_from_fifty_addresses_does_not_lock_a_doctor_out() {
    let server = TestServer::start_with(behind_a_proxy).await;
    let other_node = server.another_node().await;
    server.doctor("ada").await;
    let at_home = Actor::nobody(&server).coming_from("203.0.113.7");
    let laptop = login(&at_home, "ada", None).await;

    let got = flood(&server, "ada").await;
    assert!(got[..10].iter().all(|got| *got == Got::Wrong), "{got:?}");
    assert!(got[10..].iter().all(waits), "{got:?}");

    // Now the right password alone does not help, on no node; the known device gets in, on every node.
    for node in [&server, &other_node, &server.another_node().await] {
        let new_phone = Actor::nobody(node).coming_from("203.0.113.8");
        let got = try_login(&new_phone, "ada", Actor::PASSWORD, None).await;
        assert!(waits(&got), "{got:?}");
        for name in ["ada", "Ada@clinic.example"] {
            login(&Actor::nobody(node).coming_from("203.0.113.7"), name, Some(&laptop)).await;
        }
    }
    server.clock.advance(WINDOW);
    login(&Actor::nobody(&server).coming_from("203.0.113.8"), "ada", None).await;
}

#[tokio::test]
async fn a_flood_at_a_name_that_nobody_has_looks_the_same() {
    let server = TestServer::start_with(behind_a_proxy).await;
    server.doctor("ada").await;
    let kinds = |got: Vec<Got>| got.iter().map(std::mem::discriminant).collect::<Vec<_>>();
    assert_eq!(kinds(flood(&server, "ada").await), kinds(flood(&server, "nobody").await));
}

#[tokio::test]
async fn guesses_that_come_all_at_once_do_not_slip_through_together() {
    let server = TestServer::start_with(behind_a_proxy).await;
    server.doctor("ada").await;
    let strangers: Vec<_> = (0..50).map(|n| Actor::nobody(&server).coming_from(&format!("198.51.100.{n}"))).collect();
    let got = join_all(strangers.iter().map(|stranger| try_login(stranger, "ada", "a guess", None))).await;
    let tried = got.iter().filter(|got| **got == Got::Wrong).count();
    // PostgreSQL decides several at once.
    let most = if server.is_on_postgres() { 30 } else { 10 };
    assert!((10..=most).contains(&tried), "{tried} guesses were looked at");
    assert_eq!(got.iter().filter(|got| waits(got)).count(), 50 - tried);
}

#[tokio::test]
async fn attempts_counted_by_a_node_whose_clock_is_ahead_hold_nobody_up_for_longer() {
    let server = TestServer::start_with(|config| config.auth.failed_logins_per_name = 1.try_into().unwrap()).await;
    let door = Actor::nobody(&server);
    assert_eq!(try_login(&door, "nobody", "a guess", None).await, Got::Wrong);
    let of_the_name = login_attempt::Entity::find().all(server.app.database.reader()).await.unwrap();
    let ahead = server.app.clock.now().plus(Duration::from_secs(60));
    server
        .write(move || {
            let moved = |row: &login_attempt::Model| login_attempt::ActiveModel {
                id: Unchanged(row.id),
                at: Set(ahead),
                ..Default::default()
            };
            of_the_name.iter().map(|row| Row::update(moved(row))).collect()
        })
        .await;
    assert_eq!(try_login(&door, "nobody", "a guess", None).await, Got::Wait(WINDOW.as_secs()));
}

#[tokio::test]
async fn what_is_kept_of_a_flood_is_little_and_tells_nothing() {
    let server = TestServer::start_with(behind_a_proxy).await;
    server.doctor("ada").await;
    let rows = async || login_attempt::Entity::find().all(server.app.database.reader()).await.unwrap();
    login(&Actor::nobody(&server), "ada", None).await;
    assert_eq!(rows().await, [], "the right password leaves nothing");
    flood(&server, "ada").await;
    let kept = rows().await;
    assert_eq!(kept.len(), 20, "a row for the name and one for the network of each guess that was looked at");
    for row in kept {
        let text = String::from_utf8_lossy(&row.subject).into_owned();
        assert!(row.subject.len() == 32 && !text.contains("ada") && !text.contains("198.51.100"), "{text}");
    }
    forget_old_attempts(&server.app).await.unwrap();
    assert_eq!(rows().await.len(), 20, "they still count");
    server.clock.advance(WINDOW + Duration::from_millis(1));
    forget_old_attempts(&server.app).await.unwrap();
    assert_eq!(rows().await, []);
}

#[tokio::test]
async fn a_known_device_has_a_count_of_its_own_that_begins_anew_when_the_password_is_right() {
    let server = TestServer::start().await;
    server.doctor("ada").await;
    let door = Actor::nobody(&server);
    let laptop = login(&door, "ada", None).await;
    for _ in 0..2 {
        for _ in 0..9 {
            assert_eq!(try_login(&door, "ada", "mistyped", Some(&laptop)).await, Got::Wrong);
        }
        login(&door, "ada", Some(&laptop)).await;
    }
    for _ in 0..10 {
        assert_eq!(try_login(&door, "ada", "mistyped", Some(&laptop)).await, Got::Wrong);
    }
    assert!(waits(&try_login(&door, "ada", Actor::PASSWORD, Some(&laptop)).await));
    // Of this the others know nothing.
    let phone = login(&door, "ada", None).await;
    login(&door, "ada", Some(&phone)).await;
}

#[tokio::test]
async fn a_device_is_known_for_its_person_and_password_and_for_400_days() {
    let server = TestServer::start_with(|config| config.auth.failed_logins_per_name = 1.try_into().unwrap()).await;
    let (ada, _pat) = (server.doctor("ada").await, server.patient("pat").await);
    let door = Actor::nobody(&server);
    let (laptop, of_pat) = (login(&door, "ada", None).await, login(&door, "pat", None).await);
    // From here on only known devices get in as ada.
    let besiege = async || assert_eq!(try_login(&door, "ada", "a guess", None).await, Got::Wrong);
    besiege().await;
    let other = if laptop[60..].starts_with('A') { "B" } else { "A" };
    let tampered = format!("{}{other}{}", &laptop[..60], &laptop[61..]);
    for device in [None, Some(""), Some("bdev_"), Some("bdev_AAAA"), Some(of_pat.as_str()), Some(tampered.as_str())] {
        let got = try_login(&door, "ada", Actor::PASSWORD, device).await;
        assert!(waits(&got), "{device:?}: {got:?}");
    }
    login(&door, "ada", Some(&laptop)).await;
    // A token of somebody else does no harm where nobody guesses.
    login(&door, "pat", Some(&laptop)).await;

    server.clock.advance(Duration::from_secs(400 * 86_400 - 60));
    besiege().await;
    login(&door, "ada", Some(&laptop)).await;
    server.clock.advance(Duration::from_secs(60));
    assert!(waits(&try_login(&door, "ada", Actor::PASSWORD, Some(&laptop)).await));

    server.clock.advance(WINDOW);
    let laptop = login(&door, "ada", None).await;
    let (id, hash) =
        (UserId::parse(&ada.id).unwrap(), server.app.passwords.hash(Actor::PASSWORD.into()).await.unwrap());
    let change = user::ActiveModel { id: Unchanged(id), password_hash: Set(hash), ..Default::default() };
    server.write(move || vec![Row::update(change.clone())]).await;
    besiege().await;
    assert!(waits(&try_login(&door, "ada", Actor::PASSWORD, Some(&laptop)).await));
}

#[tokio::test]
async fn a_network_that_guesses_at_many_names_has_to_wait_and_others_do_not() {
    let server = TestServer::start_with(|config| {
        behind_a_proxy(config);
        config.auth.failed_logins_per_address = 5.try_into().unwrap();
    })
    .await;
    server.doctor("ada").await;
    let stranger = |n: usize| Actor::nobody(&server).coming_from(&format!("2001:db8:1:1::{n}"));
    let laptop = login(&stranger(9), "ada", None).await;
    for n in 0..5 {
        assert_eq!(try_login(&stranger(n), &format!("name-{n}"), "a guess", None).await, Got::Wrong);
    }
    assert!(waits(&try_login(&stranger(6), "ada", Actor::PASSWORD, None).await));
    login(&Actor::nobody(&server).coming_from("2001:db8:1:2::1"), "ada", None).await;
    login(&stranger(9), "ada", Some(&laptop)).await;
}

#[tokio::test]
async fn registering_and_renewing_make_a_device_known_too() {
    let server = TestServer::start_with(|config| config.auth.failed_logins_per_name = 1.try_into().unwrap()).await;
    let ada = server.doctor("ada").await;
    let door = Actor::nobody(&server);
    let register = "mutation($i: RegisterInput!) { register(input: $i) { deviceToken } }";
    let pat = json!({ "username": "pat", "email": "pat@home.example", "fullName": "Pat Doe", "password": Actor::PASSWORD, "role": "PATIENT" });
    let registered = door.run(register, json!({ "i": pat })).await["register"]["deviceToken"].clone();
    let refresh = "mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { deviceToken } }";
    let renew =
        async || door.run(refresh, json!({ "t": ada.refresh_token })).await["refreshSession"]["deviceToken"].clone();
    let renewed = renew().await;
    assert_eq!(renew().await, renewed, "a lost answer asked for again is the same");
    for (name, device) in [("pat", registered), ("ada", renewed)] {
        assert_eq!(try_login(&door, name, "a guess", None).await, Got::Wrong);
        assert!(waits(&try_login(&door, name, Actor::PASSWORD, None).await));
        login(&door, name, Value::as_str(&device)).await;
    }
}
