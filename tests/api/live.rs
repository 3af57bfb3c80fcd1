//! Hearing what changes: where a stream begins, who hears what, and where it ends.

use std::time::Duration;

use serde_json::json;

use crate::support::{Event, TestServer};

fn whats(events: &[Event]) -> Vec<String> {
    events.iter().map(Event::what).collect()
}

fn texts(events: &[Event]) -> Vec<&str> {
    events.iter().map(Event::text).collect()
}

#[tokio::test]
async fn nothing_is_missing_and_nothing_comes_twice_between_the_query_and_the_stream() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "before").await;
    server.settle().await;

    let query = "query($c: ID!) { cursor conversation(id: $c) { messages(last: 50) { nodes { text } } } }";
    let seen = pat.run(query, json!({ "c": thread })).await;
    assert_eq!(seen["conversation"]["messages"]["nodes"], json!([{ "text": "before" }]));
    ada.send(&thread, "between").await;
    let mut events = pat.events(seen["cursor"].as_str()).await;
    ada.send(&thread, "after").await;

    assert_eq!(texts(&events.until("after").await), ["between", "after"]);
}

#[tokio::test]
async fn a_stream_without_a_place_begins_with_ready_and_its_cursor_resumes() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "before").await;

    let query = "subscription { events { __typename cursor occurredAt actor { id } } }";
    let mut socket = pat.subscribe_at_once(query, json!({})).await;
    let ready = socket.next().await["events"].take();
    assert_eq!((ready["__typename"].as_str(), &ready["actor"]), (Some("Ready"), &json!(null)));
    drop(socket);
    ada.send(&thread, "while away").await;

    let mut again = pat.events(ready["cursor"].as_str()).await;
    assert_eq!(texts(&again.until("while away").await), ["while away"]);
}

#[tokio::test]
async fn a_quiet_stream_is_told_its_place_and_goes_on_from_there() {
    let server = TestServer::start_with(|config| config.limits.checkpoint = Duration::from_millis(20)).await;
    let (ada, pat, bob) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("bob").await);
    let (thread, elsewhere) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &bob]).await);
    let mut events = pat.events(None).await;

    ada.send(&elsewhere, "not for the patient").await;
    let checkpoint = events.next().await;
    assert_eq!((checkpoint.kind(), &checkpoint.0["actor"]), ("Checkpoint", &json!(null)));
    drop(events);
    ada.send(&thread, "for the patient").await;

    let mut again = pat.events(Some(&checkpoint.cursor())).await;
    assert_eq!(again.next().await.text(), "for the patient");
}

#[tokio::test]
async fn everybody_concerned_hears_of_messages_edits_deletions_and_states() {
    let server = TestServer::start().await;
    let (ada, pat, bob) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("bob").await);
    let (mut hers, mut his, mut others) = (ada.events(None).await, pat.events(None).await, bob.events(None).await);

    let thread = server.conversation(&[&ada, &pat]).await;
    let message = ada.send(&thread, "Take two a day").await["id"].as_str().unwrap().to_owned();
    ada.edit(&message, "Take one a day").await;
    ada.delete(&message).await;
    ada.set_state(&thread, "ARCHIVED").await;
    ada.set_state(&thread, "ACTIVE").await;
    let aside = server.conversation(&[&ada, &bob]).await;

    let expected = [
        format!("ConversationAdded {thread}"),
        format!("MessageAdded {message}"),
        format!("MessageEdited {message}"),
        format!("MessageDeleted {message}"),
        format!("ConversationChanged {thread}"),
        format!("ConversationChanged {thread}"),
    ];
    for events in [&mut hers, &mut his] {
        for expected in &expected {
            let event = events.next_act().await;
            assert_eq!(&event.what(), expected);
            assert_eq!(event.0["actor"]["username"], "ada");
        }
    }
    assert_eq!(hers.what().await, format!("ConversationAdded {aside}"));
    assert_eq!(others.what().await, format!("ConversationAdded {aside}"), "a stranger heard of the thread");
}

#[tokio::test]
async fn reading_is_heard_by_both_and_counting_again_only_by_oneself() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let message = ada.send(&thread, "Please come on Monday").await["id"].as_str().unwrap().to_owned();
    let (mut hers, mut his) = (ada.events(None).await, pat.events(None).await);

    pat.read(&thread, None).await;
    pat.unread_from(&thread, &message).await;
    ada.send(&thread, "end").await;

    let read = his.next_act().await;
    assert_eq!((read.what(), &read.0["user"]["username"]), (format!("MessagesRead {thread}"), &json!("pat")));
    let recounted = his.next_act().await;
    assert_eq!(recounted.what(), format!("UnreadCountChanged {thread}"));
    assert_eq!(hers.what().await, format!("MessagesRead {thread}"));
    assert_eq!(hers.next_act().await.text(), "end", "the sender heard that the patient counts again");
}

#[tokio::test]
async fn the_sender_hears_that_a_message_reached_a_device() {
    let server = TestServer::start_with(|config| config.limits.delivered_every = Duration::from_millis(20)).await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (mut hers, mut his) = (ada.events(None).await, pat.events(None).await);

    ada.send(&thread, "Your results are in").await;
    assert_eq!(his.next().await.text(), "Your results are in");
    let delivered = hers.next_of("MessagesDelivered").await;
    assert_eq!(delivered.what(), format!("MessagesDelivered {thread}"));
    assert_eq!(delivered.0["users"], json!([{ "username": "pat" }]));
    assert_eq!(delivered.0["actor"], json!(null));
}

#[tokio::test]
async fn a_new_sign_in_is_heard_on_the_other_devices_and_its_end_ends_its_streams() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let mut phone = pat.events(None).await;
    let mut hers = ada.events(None).await;

    let login =
        "mutation { login(input: { name: \"pat\", password: \"copper lantern drifts\" }) { tokens { accessToken } } }";
    let signed_in = crate::support::Actor::nobody(&server).run(login, json!({})).await;
    let mut laptop = pat.clone();
    laptop.token = signed_in["login"]["tokens"]["accessToken"].as_str().unwrap().to_owned();
    let session = laptop.run("{ viewer { sessions { id isCurrent } } }", json!({})).await;
    let sessions = session["viewer"]["sessions"].as_array().unwrap();
    let session = sessions.iter().find(|session| session["isCurrent"] == true).unwrap()["id"].as_str().unwrap();
    let on_laptop = laptop.events(None).await;
    assert_eq!(phone.what().await, format!("SessionStarted {session}"));

    let revoke = "mutation($s: ID!) { revokeSession(input: { sessionId: $s }) { sessionId } }";
    pat.run(revoke, json!({ "s": session })).await;
    assert_eq!(phone.what().await, format!("SessionEnded {session}"));
    assert_eq!(on_laptop.end().await, "SESSION_REVOKED");

    let thread = server.conversation(&[&ada, &pat]).await;
    assert_eq!(hers.what().await, format!("ConversationAdded {thread}"), "the doctor heard of the patient's devices");
}

#[tokio::test]
async fn who_asks_hears_the_same_events_in_the_same_order_as_who_listens() {
    let server = TestServer::start().await;
    let (ada, pat, bob) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("bob").await);
    server.settle().await;
    let start = pat.cursor().await;
    let thread = server.conversation(&[&ada, &pat]).await;
    let ward = server.conversation(&[&ada, &pat, &bob]).await;
    for round in 0..8 {
        let message = ada.send(&thread, &format!("dose {round}")).await["id"].as_str().unwrap().to_owned();
        bob.send(&ward, &format!("round {round}")).await;
        ada.edit(&message, "another dose").await;
        pat.read(&thread, Some(&message)).await;
    }
    ada.send(&thread, "end").await;

    let listened = pat.events(Some(&start)).await.until("end").await;
    assert_eq!(listened.len(), 2 + 8 * 4 + 1);
    for first in [1, 7, listened.len(), 100] {
        let mut asked = pat.all_changes(&start, first).await;
        asked.retain(|event| event.kind() != "MessagesDelivered");
        assert_eq!(whats(&asked), whats(&listened), "asking for {first} at a time");
        let cursors = |events: &[Event]| events.iter().map(Event::cursor).collect::<Vec<_>>();
        assert_eq!(cursors(&asked), cursors(&listened));
    }
    let refused =
        pat.try_run("query($a: String!) { changes(after: $a, first: 101) { cursor } }", json!({ "a": start }));
    assert_eq!(refused.await.code(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn somebody_removed_hears_of_it_and_then_nothing_also_when_they_resume_from_before() {
    let server = TestServer::start().await;
    let (ada, pat, bob) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("bob").await);
    let ward = server.conversation(&[&ada, &pat, &bob]).await;
    let thread = server.conversation(&[&ada, &pat]).await;
    server.settle().await;
    let start = pat.cursor().await;
    let mut live = pat.events(None).await;
    let query = "subscription($c: ID!) { messageAdded(conversationId: $c) { node { text } } }";
    let mut on_ward = pat.subscribe(query, json!({ "c": ward })).await;
    // A stream that is still on its way to the tail replays, and a replay holds only the removal.
    server.app.tail.listeners().wait_for(|count| *count == 2).await.unwrap();

    bob.send(&ward, "while there").await;
    ada.remove(&ward, &pat).await;
    bob.send(&ward, "after the removal").await;
    ada.send(&thread, "end").await;

    let removed = format!("ParticipantRemoved {ward}");
    let mut heard = live.until("end").await;
    heard.retain(|event| !event.is_line());
    assert_eq!(heard[0].text(), "while there");
    assert_eq!(heard[1].what(), removed);
    assert_eq!(heard.len(), 3, "heard after the removal: {heard:?}");
    assert_eq!(on_ward.next().await["messageAdded"]["node"]["text"], "while there");
    assert_eq!(on_ward.next().await["messageAdded"]["node"]["text"], "", "the line that tells of the removal");
    assert_eq!(on_ward.end().await, "ACCESS_ENDED");

    for resumed in [pat.events(Some(&start)).await.until("end").await, pat.all_changes(&start, 100).await] {
        let acts: Vec<_> = resumed.iter().filter(|event| event.kind() != "MessagesDelivered").collect();
        assert_eq!(acts[0].what(), removed);
        assert_eq!(acts[1].text(), "end");
        assert_eq!(acts.len(), 2, "{acts:?}");
    }
    let again = pat.subscribe_at_once(query, json!({ "c": ward })).await.end().await;
    assert_eq!(again, "NOT_FOUND");
}

#[tokio::test]
async fn a_listener_hears_a_group_from_its_beginning_on_and_others_do_not() {
    let server = TestServer::start().await;
    let (ada, pat, bob) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("bob").await);
    let (mut his, mut others) = (pat.events(None).await, bob.events(None).await);

    let ward = server.conversation(&[&ada, &pat, &server.doctor("eve").await]).await;
    ada.send(&ward, "Welcome").await;
    let everybody = server.conversation(&[&ada, &pat, &bob]).await;

    assert_eq!(his.what().await, format!("ConversationAdded {ward}"));
    assert_eq!(his.next_act().await.text(), "Welcome");
    assert_eq!(his.what().await, format!("ConversationAdded {everybody}"));
    assert_eq!(others.what().await, format!("ConversationAdded {everybody}"));
}

#[tokio::test]
async fn a_stream_goes_on_at_another_node() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut events = pat.events(None).await;
    ada.send(&thread, "one").await;
    let one = events.next_act().await;
    assert_eq!(one.text(), "one");
    drop(events);
    ada.send(&thread, "two").await;

    let other = server.another_node().await;
    let mut there = pat.at(&other).events(Some(&one.cursor())).await;
    assert_eq!(texts(&there.until("two").await), ["two"]);
    ada.send(&thread, "three").await;
    assert_eq!(there.next_act().await.text(), "three");
    ada.at(&other).send(&thread, "four").await;
    assert_eq!(there.next_act().await.text(), "four");
}

#[tokio::test]
async fn who_asks_the_same_hears_the_same_and_what_is_ones_own_stays_ones_own() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let plain = "subscription($c: ID!) { messageAdded(conversationId: $c) { cursor node { id text sender { fullName } conversation { id } } } }";
    let own = "subscription($c: ID!) { messageAdded(conversationId: $c) { node { clientId viewerHasRead sender { email } } } }";
    let within = "subscription($c: ID!, $all: Boolean!) { messageAdded(conversationId: $c) { node { text clientId @include(if: $all) } } }";
    let asked = |all: bool| json!({ "c": thread, "all": all });
    let (mut hers, mut his) = (ada.subscribe(plain, asked(false)).await, pat.subscribe(plain, asked(false)).await);
    let (mut her_own, mut his_own) = (ada.subscribe(own, asked(false)).await, pat.subscribe(own, asked(false)).await);
    let (mut all, mut less) = (ada.subscribe(within, asked(true)).await, ada.subscribe(within, asked(false)).await);

    let sent = ada.send(&thread, "Take two a day").await;
    let heard = hers.next().await;
    assert_eq!(heard["messageAdded"]["node"]["text"], "Take two a day");
    assert_eq!(heard["messageAdded"]["node"]["conversation"]["id"], json!(thread));
    assert_eq!(his.next().await, heard);
    let her_own = her_own.next().await["messageAdded"]["node"].take();
    let his_own = his_own.next().await["messageAdded"]["node"].take();
    assert!(her_own["clientId"].is_string() && her_own["sender"]["email"].is_string(), "{her_own}");
    assert_eq!(his_own, json!({ "clientId": null, "viewerHasRead": false, "sender": { "email": null } }));
    assert_eq!(all.next().await["messageAdded"]["node"]["clientId"], her_own["clientId"]);
    assert_eq!(less.next().await, json!({ "messageAdded": { "node": { "text": "Take two a day" } } }));

    // Who asks so for the first time is told of a deleted message what is left of it, as everybody.
    ada.delete(sent["id"].as_str().unwrap()).await;
    let mut later = pat.subscribe(plain, asked(false)).await;
    ada.send(&thread, "Take one").await;
    let (first, second) = (his.next().await, later.next().await);
    assert_eq!((&first["messageAdded"]["node"]["text"], &first), (&json!("Take one"), &second));
}
