//! Registering and signing in.

use bedside::entity::user::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, with};

const REGISTER: &str = "mutation($i: RegisterInput!) { register(input: $i) { tokens { accessToken refreshToken }
    user { username email fullName role title isVerified viewerCanMessage { code } } userErrors { code field message } } }";
const LOGIN: &str = "mutation($i: LoginInput!) { login(input: $i) { tokens { accessToken } user { username } userErrors { code field message } } }";

fn pat() -> Value {
    json!({ "username": "pat", "email": "pat@home.example", "fullName": "Pat Doe", "password": Actor::PASSWORD, "role": "PATIENT" })
}

async fn register(door: &Actor, changes: Value) -> Value {
    door.run(REGISTER, json!({ "i": with(pat(), &changes) })).await["register"].clone()
}

async fn login(door: &Actor, name: &str, password: &str) -> Value {
    door.run(LOGIN, json!({ "i": { "name": name, "password": password } })).await["login"].clone()
}

#[tokio::test]
async fn a_patient_registers_and_is_signed_in() {
    let server = TestServer::start().await;
    let door = Actor::nobody(&server);
    let changes = json!({ "username": " Pat.Doe ", "email": "Pat@Home.example", "title": "  " });
    let payload = register(&door, changes).await;
    assert_eq!(payload["userErrors"], json!([]));
    let expected = json!({ "username": "pat.doe", "email": "pat@home.example", "fullName": "Pat Doe", "role": "PATIENT",
        "title": null, "isVerified": false, "viewerCanMessage": { "code": "SELF_NOT_ALLOWED" } });
    assert_eq!(payload["user"], expected);
    let pat = door.with_token(payload["tokens"]["accessToken"].as_str().unwrap());
    let seen = pat.run("{ viewer { user { username email } } }", json!({})).await;
    assert_eq!(seen["viewer"]["user"], json!({ "username": "pat.doe", "email": "pat@home.example" }));
}

#[tokio::test]
async fn a_doctor_who_registers_is_not_verified_yet_and_a_student_may_register_too() {
    let server = TestServer::start().await;
    let door = Actor::nobody(&server);
    let doctor = register(
        &door,
        json!({ "username": "ada", "email": "ada@clinic.example", "role": "CLINICIAN", "title": "Therapist" }),
    )
    .await;
    assert_eq!(doctor["user"]["isVerified"], false);
    assert_eq!(doctor["user"]["title"], "Therapist");
    let student = register(&door, json!({ "username": "stu", "email": "stu@school.example", "role": "STUDENT" })).await;
    assert_eq!(student["userErrors"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_with_a_registration_is_named_and_nothing_is_stored() {
    let server = TestServer::start().await;
    let door = Actor::nobody(&server);
    let long = |count: usize| "x".repeat(count);
    let cases = [
        (json!({ "username": "" }), "INVALID_FORMAT", "username"),
        (json!({ "username": "   " }), "INVALID_FORMAT", "username"),
        (json!({ "username": "pa" }), "INVALID_FORMAT", "username"),
        (json!({ "username": long(33) }), "INVALID_FORMAT", "username"),
        (json!({ "username": "pat doe" }), "INVALID_FORMAT", "username"),
        (json!({ "username": "pät" }), "INVALID_FORMAT", "username"),
        (json!({ "username": "pat@home" }), "INVALID_FORMAT", "username"),
        (json!({ "username": "pat\u{0}doe" }), "INVALID_FORMAT", "username"),
        (json!({ "email": "pat" }), "INVALID_FORMAT", "email"),
        (json!({ "email": "@home.example" }), "INVALID_FORMAT", "email"),
        (json!({ "email": "pat@home" }), "INVALID_FORMAT", "email"),
        (json!({ "email": "pat@.example" }), "INVALID_FORMAT", "email"),
        (json!({ "email": "pat@home@example.org" }), "INVALID_FORMAT", "email"),
        (json!({ "email": "pat doe@home.example" }), "INVALID_FORMAT", "email"),
        (json!({ "email": format!("{}@home.example", long(250)) }), "INVALID_FORMAT", "email"),
        (json!({ "fullName": " " }), "BLANK", "fullName"),
        (json!({ "fullName": long(101) }), "TOO_LONG", "fullName"),
        (json!({ "fullName": "Pat\u{0}Doe" }), "INVALID_FORMAT", "fullName"),
        (json!({ "title": long(101) }), "TOO_LONG", "title"),
        (json!({ "specialization": long(101) }), "TOO_LONG", "specialization"),
        (json!({ "institution": long(201) }), "TOO_LONG", "institution"),
        (json!({ "password": "k7#vQ!z" }), "TOO_SHORT", "password"),
        (json!({ "password": long(257) }), "TOO_LONG", "password"),
        (json!({ "password": "password1234" }), "PASSWORD_TOO_COMMON", "password"),
        (json!({ "username": "florencenight", "password": "florencenight1" }), "PASSWORD_TOO_COMMON", "password"),
        (json!({ "role": "STAFF" }), "NOT_ALLOWED", "role"),
        (json!({ "role": "ADMIN" }), "NOT_ALLOWED", "role"),
        (json!({ "role": "CAREGIVER" }), "NOT_ALLOWED", "role"),
    ];
    for (changes, code, field) in cases {
        let payload = server.unchanged(register(&door, changes.clone())).await;
        assert_eq!(codes(&payload), [code], "{changes}");
        assert_eq!(payload["userErrors"][0]["field"], json!(["input", field]), "{changes}");
        assert!(payload["user"].is_null() && payload["tokens"].is_null(), "{changes}");
    }
}

#[tokio::test]
async fn a_name_and_an_address_belong_to_one_person_in_whatever_case() {
    let server = TestServer::start().await;
    let door = Actor::nobody(&server);
    assert_eq!(register(&door, json!({})).await["userErrors"], json!([]));
    for (changes, field) in [
        (json!({ "username": "PAT", "email": "other@home.example" }), "username"),
        (json!({ "username": "other", "email": "PAT@Home.Example" }), "email"),
    ] {
        let payload = server.unchanged(register(&door, changes)).await;
        assert_eq!(codes(&payload), ["TAKEN"]);
        assert_eq!(payload["userErrors"][0]["field"], json!(["input", field]));
    }
}

#[tokio::test]
async fn of_people_who_register_one_name_at_once_one_gets_it() {
    let server = TestServer::start().await;
    let door = Actor::nobody(&server);
    let addresses: Vec<_> = (0..8).map(|n| json!({ "email": format!("pat{n}@home.example") })).collect();
    let answers = join_all(addresses.into_iter().map(|changes| register(&door, changes))).await;
    assert_eq!(answers.iter().filter(|payload| codes(payload).is_empty()).count(), 1);
    assert_eq!(answers.iter().filter(|payload| codes(payload) == ["TAKEN"]).count(), 7);
}

#[tokio::test]
async fn too_many_registrations_from_one_address_have_to_wait() {
    let server = TestServer::start_with(|config| config.auth.registrations_per_hour = 2.try_into().unwrap()).await;
    let door = Actor::nobody(&server);
    for name in ["one", "two"] {
        let payload = register(&door, json!({ "username": name, "email": format!("{name}@home.example") })).await;
        assert_eq!(payload["userErrors"], json!([]));
    }
    let answer = server.unchanged(door.try_run(REGISTER, json!({ "i": pat() }))).await;
    let wait = answer.body["errors"][0]["extensions"]["retryAfter"].as_u64().unwrap();
    assert!((1..=1_800).contains(&wait), "two an hour: the next is at most half an hour away, not {wait} s");
    assert_eq!(answer.code(), "RATE_LIMITED");
}

#[tokio::test]
async fn somebody_signs_in_by_name_or_address_in_any_case() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let door = Actor::nobody(&server);
    for name in ["ada", "ADA", " Ada ", "ada@clinic.example", "Ada@Clinic.Example"] {
        let payload = login(&door, name, Actor::PASSWORD).await;
        assert_eq!(payload["user"]["username"], "ada", "{name}");
        let device = door.with_token(payload["tokens"]["accessToken"].as_str().unwrap());
        assert_eq!(device.run("{ viewer { id } }", json!({})).await["viewer"]["id"], ada.id.as_str());
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_answered_alike() {
    let server = TestServer::start().await;
    server.person("ada", Role::Admin).await;
    let door = Actor::nobody(&server);
    let wrong = server.unchanged(login(&door, "ada", "copper lantern drift")).await;
    assert_eq!(codes(&wrong), ["WRONG_CREDENTIALS"]);
    assert!(wrong["user"].is_null() && wrong["tokens"].is_null());
    for (name, password) in [
        ("nobody", Actor::PASSWORD),
        ("ada", ""),
        ("", ""),
        ("ada", "COPPER LANTERN DRIFTS"),
        ("a\u{0}da", Actor::PASSWORD),
    ] {
        assert_eq!(server.unchanged(login(&door, name, password)).await, wrong, "{name:?}, {password:?}");
    }
}
