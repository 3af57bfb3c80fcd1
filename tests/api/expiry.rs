//! Messages that delete themselves.

use std::time::Duration;

use bedside::{clock::Timestamp, messages::service::expire};
use serde_json::{Value, json};

use crate::support::{Actor, Paper, TestServer, codes, message, to, with};

/// Shorter than a token is good for.
const SOON: Duration = Duration::from_secs(300);
const SEEN: &str = "query($m: ID!) { message(id: $m) { text expiresAt deletedAt deletedBy { username } attachments { id } versions { nodes { text } } viewerCanEdit { code } viewerCanForward { code } } }";
const DELETED: &str = "subscription { events { __typename ... on MessageDeleted { node { id text deletedAt deletedBy { username } } actor { username } } } }";

fn at(server: &TestServer, after: Duration) -> String {
    server.clock.now().plus(after).rfc3339()
}

async fn say(who: &Actor, thread: &str, expires_at: &str) -> Value {
    who.say(with(message(&to(thread), "For your eyes only"), &json!({ "expiresAt": expires_at }))).await
}

#[tokio::test]
async fn a_message_is_hidden_the_moment_its_time_is_over_and_a_tombstone_follows() {
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &joe]).await;
    let file = ada.attach(&Paper::note("a key")).await["id"].clone();
    let input = with(
        message(&to(&thread), "For your eyes only"),
        &json!({ "expiresAt": at(&server, SOON), "attachmentIds": [file] }),
    );
    let id = ada.say(input).await["message"]["id"].as_str().unwrap().to_owned();
    ada.edit(&id, "For your eyes alone").await;
    let mut heard = joe.subscribe(DELETED, json!({})).await;
    assert_eq!(heard.next_event().await["__typename"], "Ready");
    let seen = joe.run(SEEN, json!({ "m": id })).await["message"].clone();
    assert_eq!(
        (&seen["text"], &seen["viewerCanForward"]["code"]),
        (&json!("For your eyes alone"), &json!("NOT_ALLOWED"))
    );

    server.clock.advance(SOON);
    let gone = joe.run(SEEN, json!({ "m": id })).await["message"].clone();
    assert_eq!((&gone["text"], &gone["attachments"], &gone["deletedBy"]), (&json!(""), &json!([]), &Value::Null));
    assert_eq!((&gone["versions"]["nodes"], gone["deletedAt"].is_string()), (&json!([]), true));
    assert_eq!(joe.history(&thread).await, [""]);
    assert_eq!(codes(&ada.edit(&id, "Once more").await), ["MESSAGE_DELETED"]);
    let path = format!("/attachments/{}", file.as_str().unwrap());
    assert_eq!(joe.get(&path).send().await.unwrap().status(), 404);

    expire(&server.app).await.unwrap();
    let event = heard.next_event().await;
    assert_eq!((&event["node"]["id"], &event["node"]["text"]), (&json!(id), &json!("")));
    assert_eq!((&event["node"]["deletedBy"], &event["actor"]), (&Value::Null, &Value::Null));
    assert_eq!(joe.unread().await.0, 0);
    assert_eq!(server.files_on_disk(), 0);
    server.unchanged(async { expire(&server.app).await.unwrap() }).await;
}

#[tokio::test]
async fn whether_messages_may_delete_themselves_is_told_as_a_send_decides_it() {
    const CAN: &str = "query($c: ID!) { conversation(id: $c) { viewerCanSendExpiring { allowed code message } } }";
    for with_patients in [false, true] {
        let server = TestServer::start_with(|config| config.rules.expiry_with_patients = with_patients).await;
        let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
        let (among, direct) = (server.conversation(&[&ada, &joe]).await, server.conversation(&[&ada, &pat]).await);
        let (ward, left) = (server.group(&ada, &[&joe, &pat]).await, server.group(&ada, &[&joe, &pat]).await);
        let closed = server.group(&ada, &[&joe]).await;
        ada.remove(&left, &pat).await;
        ada.set_state(&closed, "CLOSED").await;
        let mut allowed = Vec::new();
        for (who, thread) in
            [(&joe, &among), (&ada, &direct), (&pat, &direct), (&joe, &ward), (&joe, &left), (&joe, &closed)]
        {
            let can = who.run(CAN, json!({ "c": thread })).await["conversation"]["viewerCanSendExpiring"].clone();
            let sent = say(who, thread, &at(&server, SOON)).await;
            let refusal = sent["userErrors"].get(0);
            assert_eq!(can["allowed"], refusal.is_none(), "{can} and {sent}");
            assert_eq!(can["code"], refusal.map_or(Value::Null, |error| error["code"].clone()), "{can}");
            allowed.push(refusal.is_none());
        }
        assert_eq!(allowed, [true, with_patients, with_patients, with_patients, true, false]);
    }
}

#[tokio::test]
async fn two_nodes_that_look_at_once_leave_one_tombstone() {
    let server = TestServer::start().await;
    let other = server.another_node().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &joe]).await;
    for _ in 0..20 {
        say(&ada, &thread, &at(&server, SOON)).await;
    }
    let before = server.stored().await;
    server.clock.advance(SOON);
    let (here, there) = futures_util::future::join(expire(&server.app), expire(&other.app)).await;
    assert!(here.is_ok() && there.is_ok());
    assert_eq!(server.stored().await[0], before[0] + 20, "one event for each");
}

#[tokio::test]
async fn what_is_said_to_a_patient_stays_unless_the_clinic_decided_otherwise() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let soon = at(&server, SOON);
    assert_eq!(codes(&server.unchanged(say(&ada, &thread, &soon)).await), ["NOT_ALLOWED"]);
    let first = with(message(&json!({ "userId": kim.id }), "Hello"), &json!({ "expiresAt": soon }));
    assert_eq!(codes(&server.unchanged(ada.say(first)).await), ["NOT_ALLOWED"]);
    let lenient = TestServer::start_with(|config| config.rules.expiry_with_patients = true).await;
    let (ada, pat) = (lenient.doctor("ada").await, lenient.patient("pat").await);
    let thread = lenient.conversation(&[&ada, &pat]).await;
    assert_eq!(codes(&say(&ada, &thread, &at(&lenient, SOON)).await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_time_that_is_over_or_years_away_is_refused() {
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &joe]).await;
    let now = server.clock.now();
    for time in [now, now.minus(SOON), now.plus(SOON * 12 * 24 * 400), Timestamp::from_millis(0)] {
        let refused = server.unchanged(say(&ada, &thread, &time.rfc3339())).await;
        assert_eq!(codes(&refused), ["INVALID_FORMAT"], "{}", time.rfc3339());
        assert_eq!(refused["userErrors"][0]["field"], json!(["input", "expiresAt"]));
    }
    assert_eq!(
        server.unchanged(ada.say_code(with(message(&to(&thread), "x"), &json!({ "expiresAt": "tomorrow" })))).await,
        "BAD_USER_INPUT"
    );
}
