//! One message, from being sent to being taken back, as five people see it.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Events, Paper, TestServer, message, to, with};

async fn done(who: &Actor, query: &str, input: Value) -> Value {
    let data = who.run(query, json!({ "i": input })).await;
    let payload = data.as_object().unwrap().values().next().unwrap().clone();
    assert_eq!(payload["userErrors"], json!([]), "{query}");
    payload
}

/// What somebody hears up to the end of the message's life, but for their own inbox.
async fn heard(events: &mut Events, end: &str) -> Vec<String> {
    let mut all = Vec::new();
    while all.last().is_none_or(|last| last != end) {
        let event = events.next_act().await;
        if !event.kind().starts_with("Notification") {
            all.push(event.what());
        }
    }
    all
}

/// Three have read it, and its two earlier texts are kept.
async fn check_receipts(sender: &Actor, id: &str) {
    const RECEIPTS: &str = "query($m: ID!) { message(id: $m) { status versions { nodes { text } } receipts { nodes { user { username } readAt } } } }";
    let told = sender.run(RECEIPTS, json!({ "m": id })).await["message"].clone();
    let read = told["receipts"]["nodes"].as_array().unwrap().iter().filter(|receipt| receipt["readAt"].is_string());
    assert_eq!((read.count(), &told["status"]), (3, &json!("READ")), "who came later does not hold it back");
    assert_eq!(told["versions"]["nodes"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_message_lives_and_everybody_sees_it_in_order() {
    let server = TestServer::start().await;
    let (ada, joe, sam) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("sam").await);
    let (pat, kim) = (server.patient("pat").await, server.doctor("kim").await);
    let (aside, group) = (server.conversation(&[&joe, &ada]).await, server.group(&ada, &[&joe, &pat, &sam]).await);
    let card = json!({ "card": { "prescription": { "medication": "Amoxicillin", "dose": "500 mg" } } });
    let prescribed = joe.say(with(message(&to(&aside), ""), &card)).await["message"]["id"].clone();
    let mut listening = Vec::new();
    for who in [&ada, &pat, &joe, &sam] {
        listening.push(who.events(None).await);
    }

    const FORWARD: &str =
        "mutation($i: ForwardMessageInput!) { forwardMessage(input: $i) { message { id } userErrors { code } } }";
    let input = json!({ "clientId": Uuid::now_v7(), "messageId": prescribed, "to": to(&group) });
    let passed = done(&ada, FORWARD, input).await["message"]["id"].as_str().unwrap().to_owned();
    let (one, two) = (joe.attach(&Paper::note("lab")).await, joe.attach(&Paper::note("scan")).await);
    let more = json!({ "isUrgent": true, "replyToId": passed, "attachmentIds": [one["id"], two["id"]] });
    let sent = joe.say(with(message(&to(&group), "Stop this medication"), &more)).await["message"].clone();
    let id = sent["id"].as_str().unwrap().to_owned();
    assert_eq!(sent["replyTo"]["id"], passed.as_str());

    const REACT: &str = "mutation($i: AddReactionInput!) { addReaction(input: $i) { userErrors { code } } }";
    const PIN: &str = "mutation($i: PinMessageInput!) { pinMessage(input: $i) { userErrors { code } } }";
    const ADD: &str = "mutation($i: AddParticipantsInput!) { addParticipants(input: $i) { userErrors { code } } }";
    done(&pat, REACT, json!({ "messageId": id, "emoji": "😟" })).await;
    done(&ada, PIN, json!({ "messageId": id })).await;
    let mut before = heard(&mut listening[3], &format!("MessageChanged {id}")).await;
    let pinned = listening[3].next_act().await;
    before.push(pinned.what());
    listening.truncate(3);

    done(&ada, ADD, json!({ "conversationId": group, "userIds": [kim.id], "history": "ALL" })).await;
    let mut late = kim.events(None).await;
    for text in ["Stop this medication today", "Stop this medication now"] {
        assert_eq!(joe.edit(&id, text).await["userErrors"], json!([]));
    }
    const SEARCH: &str = "query($q: String!) { searchMessages(query: $q) { nodes { message { id } } } }";
    let found = pat.run(SEARCH, json!({ "q": "stop medic" })).await["searchMessages"]["nodes"].clone();
    assert_eq!(found, json!([{ "message": { "id": id } }]));
    for who in [&ada, &pat, &sam] {
        who.read(&group, Some(&id)).await;
    }
    check_receipts(&joe, &id).await;
    const RETRACT: &str = "mutation($i: RetractMessageInput!) { retractMessage(input: $i) { userErrors { code } } }";
    done(&ada, RETRACT, json!({ "messageId": id, "reason": "Sent to the wrong group" })).await;

    let end = format!("MessageDeleted {id}");
    let changed = format!("MessageChanged {id}");
    let first = vec![format!("MessageAdded {passed}"), format!("MessageAdded {id}"), changed.clone(), changed];
    let joined = [format!("ParticipantsAdded {group}")];
    let rest = [format!("MessageEdited {id}"), format!("MessageEdited {id}")]
        .into_iter()
        .chain(std::iter::repeat_n(format!("MessagesRead {group}"), 3))
        .chain([end.clone()])
        .collect::<Vec<_>>();
    assert_eq!(before, first, "Sam, until he left");
    for events in &mut listening {
        assert_eq!(heard(events, &end).await, [&first[..], &joined, &rest].concat());
    }
    assert_eq!(heard(&mut late, &end).await, rest, "Kim, from then on");
    let mut resumed = sam.events(Some(&pinned.cursor())).await;
    assert_eq!(heard(&mut resumed, &end).await, [&joined[..], &rest].concat(), "Sam, from the middle");
}
