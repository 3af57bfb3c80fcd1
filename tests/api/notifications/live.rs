//! Hearing of it live: alerts, two devices in step, going on after a break.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, Listening, TestServer};

const ALERTS: &str = "subscription($a: String) { notificationAdded(after: $a) { cursor actor { username } node {
    id kind isSilent isRead count message { id text } conversation { id } actor { username } } } }";

struct Alerts(Listening);

impl Alerts {
    async fn next(&mut self) -> Value {
        self.0.next().await["notificationAdded"].take()
    }

    /// The next alert in short: the kind, and the text of its message.
    async fn brief(&mut self) -> (String, String) {
        let node = self.next().await["node"].take();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&node["kind"]), text(&node["message"]["text"]))
    }
}

impl Actor {
    async fn alerts(&self) -> Alerts {
        Alerts(self.subscribe(ALERTS, json!({})).await)
    }

    async fn alerts_after(&self, cursor: &str) -> Alerts {
        Alerts(self.subscribe_at_once(ALERTS, json!({ "a": cursor })).await)
    }
}

fn told(kind: &str, text: &str) -> (String, String) {
    (kind.to_owned(), text.to_owned())
}

#[tokio::test]
async fn a_patient_hears_of_a_message_and_of_an_answer_as_they_come() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut alerts = pat.alerts().await;
    let question = pat.sent(&thread, "May I?").await;
    let first = ada.sent(&thread, "Good morning").await;
    let alert = alerts.next().await;
    assert_eq!(alert["actor"]["username"], "ada");
    let node = &alert["node"];
    assert_eq!((&node["kind"], &node["count"], &node["isSilent"]), (&json!("NEW_MESSAGE"), &json!(1), &json!(false)));
    assert_eq!((&node["message"]["id"], &node["conversation"]["id"]), (&json!(first), &json!(thread)));
    assert_eq!(node["id"], pat.inbox().await[0]["id"], "the same entry as in the list");

    let answer = ada.answer(&thread, &question, "You may").await;
    let (waiting, stored) = (alerts.next().await["node"].take(), alerts.next().await["node"].take());
    assert_eq!((&waiting["id"], &waiting["count"]), (&node["id"], &json!(2)));
    assert_eq!((&stored["kind"], &stored["message"]["id"]), (&json!("MESSAGE_REPLY"), &json!(answer)));
    assert_eq!(waiting["message"]["id"], stored["message"]["id"]);

    pat.read(&thread, None).await;
    ada.send(&thread, "Sleep well").await;
    assert_eq!(alerts.next().await["node"]["count"], 1, "counted from what was read");
}

#[tokio::test]
async fn what_somebody_sets_holds_for_the_stream_that_is_open() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.group(&ada, &[&joe, &pat]).await;
    let thread = server.conversation(&[&ada, &pat]).await;
    pat.hear_at(&thread, "MENTIONS", None).await;
    let mut alerts = pat.alerts().await;
    ada.send(&thread, "Not told: set before").await;
    ada.send(&group, "One").await;
    assert_eq!(alerts.brief().await, told("NEW_MESSAGE", "One"));
    pat.hear_at(&group, "NONE", None).await;
    ada.send(&group, "Not told: none").await;
    pat.hear_at(&group, "ALL", None).await;
    pat.block(&joe, true).await;
    joe.send(&group, "Not told: blocked").await;
    pat.block(&joe, false).await;
    joe.send(&group, "Two").await;
    let alert = alerts.next().await["node"].take();
    assert_eq!((&alert["message"]["text"], &alert["count"]), (&json!("Two"), &json!(4)));

    let later = server.app.clock.now().plus(Duration::from_secs(600)).rfc3339();
    pat.hear_at(&group, "ALL", Some(later)).await;
    ada.send(&group, "Quietly").await;
    let alert = alerts.next().await["node"].take();
    assert_eq!((&alert["message"]["text"], &alert["isSilent"]), (&json!("Quietly"), &json!(true)));
    let question = pat.sent(&group, "Are you awake?").await;
    joe.answer(&group, &question, "Hm").await;
    assert_eq!(alerts.brief().await, told("NEW_MESSAGE", "Hm"));
    let alert = alerts.next().await["node"].take();
    assert_eq!(
        (&alert["kind"], &alert["isSilent"]),
        (&json!("MESSAGE_REPLY"), &json!(true)),
        "told, and does not ring"
    );
    server.clock.advance(Duration::from_secs(601));
    let (ada, pat) = (ada.renewed(&server).await, pat.renewed(&server).await);
    let mut alerts = pat.alerts().await;
    ada.send(&group, "Good morning").await;
    assert_eq!(alerts.next().await["node"]["isSilent"], false, "the quiet is over");
}

#[tokio::test]
async fn two_devices_stay_in_step() {
    const CHANGES: &str = "subscription { events { __typename ... on NotificationAdded { node { id kind } }
        ... on NotificationsChanged { notificationIds notifications { id isRead } unreadCount actor { username } } } }";
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let question = pat.sent(&thread, "May I?").await;
    let phone = server.signed_in_again(&pat).await;
    let mut at_phone = phone.subscribe(CHANGES, json!({})).await;
    let mut of_ada = ada.events(None).await;
    let mut next = async || {
        loop {
            let event = at_phone.next_event().await;
            if event["__typename"].as_str().unwrap().starts_with("Notification") {
                return event;
            }
        }
    };
    ada.answer(&thread, &question, "Yes").await;
    let first = next().await["node"].take();
    assert_eq!(first["kind"], "MESSAGE_REPLY");
    ada.answer(&thread, &question, "No").await;
    let second = next().await["node"].take();
    let changed = |ids: Value, left: Value, unread: i64| {
        json!({ "__typename": "NotificationsChanged", "notificationIds": ids, "notifications": left, "unreadCount": unread,
            "actor": { "username": "pat" } })
    };
    pat.mark(json!({ "ids": [first["id"]] })).await;
    let is_read = |entry: &Value| json!({ "id": entry["id"], "isRead": true });
    assert_eq!(next().await, changed(json!([first["id"]]), json!([is_read(&first)]), 2));
    pat.take_out(&first["id"]).await;
    assert_eq!(next().await, changed(json!([first["id"]]), json!([]), 2));
    pat.read(&thread, None).await;
    assert_eq!(next().await, changed(json!([second["id"]]), json!([is_read(&second)]), 0));
    assert_eq!(phone.kinds().await, pat.kinds().await);

    ada.send(&thread, "The end").await;
    let heard = of_ada.until("The end").await;
    assert!(heard.iter().all(|event| !event.kind().starts_with("Notification")), "only their owner hears: {heard:?}");
}

#[tokio::test]
async fn a_stream_goes_on_after_a_break_and_tells_what_still_waits() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (of_ada, of_joe) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&joe, &pat]).await);
    let question = pat.sent(&of_ada, "May I?").await;
    let mut alerts = pat.alerts().await;
    ada.send(&of_ada, "Before the break").await;
    let cursor = alerts.next().await["cursor"].as_str().unwrap().to_owned();
    drop(alerts);

    joe.send(&of_joe, "Read meanwhile").await;
    pat.read(&of_joe, None).await;
    ada.answer(&of_ada, &question, "In the break").await;
    ada.send(&of_ada, "Last in the break").await;
    let mut again = pat.alerts_after(&cursor).await;
    assert_eq!(again.brief().await, told("MESSAGE_REPLY", "In the break"), "the newest of each conversation alone");
    let last = again.next().await;
    assert_eq!((&last["node"]["message"]["text"], &last["node"]["count"]), (&json!("Last in the break"), &json!(3)));
    joe.send(&of_joe, "After the break").await;
    let alert = again.next().await["node"].take();
    assert_eq!((&alert["message"]["text"], &alert["count"]), (&json!("After the break"), &json!(1)));

    let mut from_last = pat.alerts_after(last["cursor"].as_str().unwrap()).await;
    assert_eq!(from_last.brief().await, told("NEW_MESSAGE", "After the break"), "nothing twice");
    let events = pat.all_changes(&cursor, 3).await;
    let added: Vec<_> = events.iter().filter(|event| event.kind() == "NotificationAdded").collect();
    assert_eq!(added.len(), 1, "{added:?}");
    assert_eq!(added[0].0["node"]["kind"], "MESSAGE_REPLY");
}

#[tokio::test]
async fn nobody_hears_what_others_are_told_or_what_they_may_not_see() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let eve = server.doctor("eve").await;
    let group = server.group(&ada, &[&joe, &pat]).await;
    let (mut of_eve, mut of_pat, mut of_joe) = (eve.alerts().await, pat.alerts().await, joe.alerts().await);
    ada.send(&group, "For the group").await;
    assert_eq!(of_pat.brief().await, told("NEW_MESSAGE", "For the group"));
    assert_eq!(of_joe.brief().await, told("NEW_MESSAGE", "For the group"));
    ada.remove(&group, &pat).await;
    ada.send(&group, "Without pat").await;
    assert_eq!(of_joe.brief().await, told("NEW_MESSAGE", "Without pat"));
    ada.invite(&group, &eve).await;
    assert_eq!(of_eve.next().await["node"]["kind"], "GROUP_INVITE", "nothing of the group came before");
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "For pat").await;
    assert_eq!(of_pat.brief().await, told("NEW_MESSAGE", "For pat"), "nothing of the group came after");
    const REVOKE: &str = "mutation($s: ID!) { revokeSession(input: { sessionId: $s }) { sessionId } }";
    server.signed_in_again(&pat).await.run(REVOKE, json!({ "s": pat.session })).await;
    assert_eq!(of_pat.0.end().await, "SESSION_REVOKED");
}

#[tokio::test]
async fn twenty_who_hear_of_a_message_cost_what_one_does() {
    const HEARD: &str =
        "subscription { notificationAdded { node { id kind count isSilent actor { username } message { text } } } }";
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut people = Vec::new();
    for number in 0..20 {
        people.push(server.doctor(&format!("doctor{number}")).await);
    }
    let group = server.group(&ada, &people.iter().collect::<Vec<_>>()).await;
    let mut streams = Vec::new();
    for person in &people {
        streams.push(person.subscribe(HEARD, json!({})).await);
    }
    let mut fewest = u64::MAX;
    for _ in 0..8 {
        let before = server.app.database.statements();
        ada.send(&group, "Visiting hours").await;
        for stream in &mut streams {
            stream.next().await;
        }
        fewest = fewest.min(server.app.database.statements() - before);
    }
    // What sending costs, and reading the event and its message once.
    assert!(fewest < 20, "{fewest} statements for a message and twenty listeners");
}
