//! The language and the time zone of people.

use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, into_folder};

const UPDATE: &str = "mutation($i: UpdateSettingsInput!) { updateSettings(input: $i) { viewer { language timeZone } userErrors { code field message } } }";
const SETTINGS: &str = "{ viewer { language timeZone } }";
const ONESELF: &str =
    "mutation($u: ID!) { openDirectConversation(input: { userId: $u }) { userErrors { code message } } }";
const LOGIN: &str = "mutation { login(input: { name: \"nobody\", password: \"x\" }) { userErrors { code message } } }";

async fn update(who: &Actor, input: Value) -> Value {
    who.run(UPDATE, json!({ "i": input })).await["updateSettings"].clone()
}

async fn refusal(who: &Actor) -> Value {
    who.run(ONESELF, json!({ "u": who.id })).await["openDirectConversation"]["userErrors"][0].clone()
}

#[tokio::test]
async fn refusals_follow_the_language_of_the_account_on_every_node_and_codes_stay() {
    let server = TestServer::start().await;
    let other_node = server.another_node().await;
    let ada = server.doctor("ada").await;
    let english = json!({ "code": "SELF_NOT_ALLOWED", "message": "You cannot open a conversation with yourself." });
    assert_eq!(refusal(&ada).await, english);
    assert_eq!(refusal(&ada.at(&other_node)).await, english);
    let events = "subscription { events { __typename ... on SettingsChanged { viewer { language timeZone } } } }";
    let mut phone = server.signed_in_again(&ada).await.subscribe(events, json!({})).await;
    assert_eq!(phone.next_event().await["__typename"], "Ready");

    let payload = update(&ada, json!({ "language": "FR", "timeZone": " Europe/Paris " })).await;
    assert_eq!(payload, json!({ "viewer": { "language": "FR", "timeZone": "Europe/Paris" }, "userErrors": [] }));
    assert_eq!(phone.next_event().await, json!({ "__typename": "SettingsChanged", "viewer": payload["viewer"] }));
    let french =
        json!({ "code": "SELF_NOT_ALLOWED", "message": "Vous ne pouvez pas ouvrir une conversation avec vous-même." });
    other_node.settle().await;
    for node in [&server, &other_node] {
        assert_eq!(refusal(&ada.at(node)).await, french);
    }
    let may = "query($u: ID!) { user(id: $u) { viewerCanMessage { code message } } }";
    let seen = ada.run(may, json!({ "u": ada.id })).await["user"]["viewerCanMessage"].clone();
    assert_eq!(seen, json!({ "code": "SELF_NOT_ALLOWED", "message": "C'est vous." }));

    assert_eq!(
        update(&ada, json!({ "timeZone": null })).await["viewer"],
        json!({ "language": "FR", "timeZone": null })
    );
    assert_eq!(server.unchanged(update(&ada, json!({}))).await["viewer"]["language"], "FR", "what is left out stays");
}

#[tokio::test]
async fn a_time_zone_is_one_of_the_iana_database() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    for wrong in ["", "Paris", "Europe/Nowhere", "UTC+2", "europe/paris", "Europe/Paris\u{0}"] {
        let payload = server.unchanged(update(&ada, json!({ "timeZone": wrong }))).await;
        assert_eq!(codes(&payload), ["INVALID_FORMAT"], "{wrong:?}");
        assert_eq!(payload["userErrors"][0]["field"], json!(["input", "timeZone"]));
    }
    for right in ["UTC", "America/Argentina/Buenos_Aires", "Asia/Kolkata"] {
        assert_eq!(update(&ada, json!({ "timeZone": right })).await["viewer"]["timeZone"], right);
    }
}

#[tokio::test]
async fn before_somebody_is_signed_in_their_program_says_the_language() {
    let server = TestServer::start_with(into_folder).await;
    for (header, expected) in [
        ("fr-CA, en;q=0.5", "Le nom ou le mot de passe n'est pas correct."),
        ("de, en", "The name or the password is not right."),
    ] {
        let request = reqwest::Client::new().post(server.url("/graphql")).header("Accept-Language", header);
        let answer: Value = request.json(&json!({ "query": LOGIN })).send().await.unwrap().json().await.unwrap();
        assert_eq!(
            answer["data"]["login"]["userErrors"][0],
            json!({ "code": "WRONG_CREDENTIALS", "message": expected })
        );
    }
    let register = "mutation($i: RegisterInput!) { register(input: $i) { userErrors { code } } }";
    let input = json!({ "username": "lea", "email": "lea@home.example", "fullName": "Léa", "role": "PATIENT", "password": Actor::PASSWORD });
    let request = reqwest::Client::new().post(server.url("/graphql")).header("Accept-Language", "fr");
    request.json(&json!({ "query": register, "variables": { "i": input } })).send().await.unwrap();
    let mail = server.mails().await.remove(0);
    assert_eq!(mail.subject, "Confirmez votre adresse e-mail");
    assert!(mail.body.starts_with("Bonjour Léa,"), "{mail:?}");
    let confirm = "mutation($i: ConfirmEmailInput!) { confirmEmail(input: $i) { tokens { accessToken } } }";
    let input = json!({ "token": mail.token("confirm-address"), "password": Actor::PASSWORD });
    let signed_in = Actor::nobody(&server).run(confirm, json!({ "i": input })).await;
    let lea = Actor::nobody(&server).with_token(signed_in["confirmEmail"]["tokens"]["accessToken"].as_str().unwrap());
    assert_eq!(lea.run(SETTINGS, json!({})).await["viewer"], json!({ "language": "FR", "timeZone": null }));
}
