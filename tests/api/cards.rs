//! Appointments, prescriptions and cases.

use bedside::entity::user::Role;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, message, to, with};

const SEEN: &str =
    "query($m: ID!) { message(id: $m) { kind text excerpt viewerCanEdit { allowed code } card { __typename
    ... on AppointmentCard { startsAt endsAt place link status }
    ... on PrescriptionCard { medication dose instructions }
    ... on CaseCard { summary findings } } } }";

async fn send(who: &Actor, thread: &str, card: Value) -> Value {
    who.say(with(message(&to(thread), ""), &json!({ "card": card }))).await
}

fn prescription() -> Value {
    json!({ "prescription": { "medication": " Amoxicillin ", "dose": "500 mg three times a day", "instructions": "With food" } })
}

fn appointment() -> Value {
    json!({ "appointment": { "startsAt": "2026-12-01T09:00:00Z", "endsAt": "2026-12-01T09:30:00Z", "place": "Room 4", "status": "CONFIRMED" } })
}

#[tokio::test]
async fn a_doctor_sends_each_kind_of_card_and_it_is_shown_in_previews() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let case = json!({ "case": { "summary": "A cough of three weeks", "findings": "Clear lungs" } });
    for (card, kind, shown, excerpt) in [
        (
            prescription(),
            "PRESCRIPTION",
            json!({ "__typename": "PrescriptionCard", "medication": "Amoxicillin", "dose": "500 mg three times a day", "instructions": "With food" }),
            "Amoxicillin, 500 mg three times a day, With food",
        ),
        (
            appointment(),
            "APPOINTMENT",
            json!({ "__typename": "AppointmentCard", "startsAt": "2026-12-01T09:00:00.000Z", "endsAt": "2026-12-01T09:30:00.000Z", "place": "Room 4", "link": null, "status": "CONFIRMED" }),
            "Room 4",
        ),
        (
            case,
            "CASE",
            json!({ "__typename": "CaseCard", "summary": "A cough of three weeks", "findings": "Clear lungs" }),
            "A cough of three weeks, Clear lungs",
        ),
    ] {
        let sent = send(&ada, &thread, card).await;
        let id = sent["message"]["id"].as_str().unwrap();
        let seen = pat.run(SEEN, json!({ "m": id })).await["message"].clone();
        assert_eq!((&seen["kind"], &seen["card"], &seen["excerpt"]), (&json!(kind), &shown, &json!(excerpt)));
        let word = excerpt.split(',').next().unwrap();
        let found = pat
            .run(
                "query($q: String!) { searchMessages(query: $q) { nodes { message { id } highlights { start } } } }",
                json!({ "q": word }),
            )
            .await;
        assert_eq!(found["searchMessages"]["nodes"], json!([{ "message": { "id": id }, "highlights": [] }]), "{word}");
        let own = ada.run(SEEN, json!({ "m": id })).await["message"].clone();
        assert_eq!(own["viewerCanEdit"], json!({ "allowed": false, "code": "NOT_ALLOWED" }));
        assert_eq!(codes(&server.unchanged(ada.edit(id, "Another dose")).await), ["NOT_ALLOWED"]);
        ada.delete(id).await;
        let gone = pat.run(SEEN, json!({ "m": id })).await["message"].clone();
        assert_eq!((&gone["card"], &gone["excerpt"]), (&Value::Null, &json!("")));
    }
}

#[tokio::test]
async fn each_role_sends_the_cards_it_may() {
    let server = TestServer::start().await;
    let (ada, sam) = (server.doctor("ada").await, server.person("sam", Role::Staff).await);
    let (pat, stu) = (server.patient("pat").await, server.person("stu", Role::Student).await);
    let group = server.conversation(&[&sam, &ada, &pat]).await;
    let study = server.conversation(&[&ada, &stu]).await;
    let case = json!({ "case": { "summary": "A cough" } });
    for (who, place, card, may) in [
        (&pat, &group, prescription(), false),
        (&pat, &group, appointment(), false),
        (&pat, &group, case.clone(), false),
        (&sam, &group, prescription(), false),
        (&sam, &group, appointment(), true),
        (&stu, &study, case, true),
        (&stu, &study, prescription(), false),
        (&ada, &group, prescription(), true),
    ] {
        let sent = send(who, place, card.clone()).await;
        let told = who.run("{ viewer { sendableCards } }", json!({})).await["viewer"]["sendableCards"].clone();
        let kind = json!(card.as_object().unwrap().keys().next().unwrap().to_uppercase());
        assert_eq!(told.as_array().unwrap().contains(&kind), may, "{} is told {told} of {kind}", who.username);
        let expected: &[&str] = if may { &[] } else { &["NOT_ALLOWED"] };
        assert_eq!(codes(&sent), expected, "{} {card}", who.username);
    }
}

#[tokio::test]
async fn a_card_that_says_nothing_or_cannot_be_is_refused_and_says_where() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let appointment = |changes: Value| json!({ "appointment": with(appointment()["appointment"].clone(), &changes) });
    for (card, code, field) in [
        (json!({ "prescription": { "medication": " ", "dose": "1" } }), "BLANK", "medication"),
        (json!({ "prescription": { "medication": "x".repeat(201), "dose": "1" } }), "TOO_LONG", "medication"),
        (
            json!({ "prescription": { "medication": "x", "dose": "1", "instructions": "x".repeat(2_001) } }),
            "TOO_LONG",
            "instructions",
        ),
        (json!({ "case": { "summary": "" } }), "BLANK", "summary"),
        (appointment(json!({ "place": null })), "BLANK", "place"),
        (appointment(json!({ "link": "javascript:alert(1)" })), "INVALID_FORMAT", "link"),
        (appointment(json!({ "endsAt": "2026-12-01T08:00:00Z" })), "INVALID_FORMAT", "endsAt"),
    ] {
        let refused = server.unchanged(send(&ada, &thread, card.clone())).await;
        assert_eq!(codes(&refused), [code], "{card}");
        assert_eq!(refused["userErrors"][0]["field"][3], field);
    }
    let both = json!({ "case": { "summary": "x" }, "prescription": { "medication": "x", "dose": "1" } });
    let input = with(message(&to(&thread), ""), &json!({ "card": both }));
    let refused = server.unchanged(ada.say_code(input)).await;
    assert!(refused == "GRAPHQL_VALIDATION_FAILED" || refused == "BAD_USER_INPUT", "{refused}");
}
