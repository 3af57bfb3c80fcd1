//! What happens at once, at two nodes where the database is PostgreSQL.

use bedside::{
    entity::{event, message},
    ids::{ConversationId, UserId},
    journal::{self, Audience, Event, EventBody, Seq},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, TestServer};

const SEND: &str =
    "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id } replayed userErrors { code } } }";

/// A server and, on PostgreSQL, a second node beside it. On SQLite a second process is refused anyway.
async fn nodes() -> (TestServer, Option<TestServer>) {
    let server = TestServer::start().await;
    let other = if server.is_on_postgres() { Some(server.another_node().await) } else { None };
    (server, other)
}

fn at(who: &Actor, other: Option<&TestServer>) -> Actor {
    other.map_or_else(|| who.clone(), |node| who.at(node))
}

/// Sends until it is refused; answers how many were stored and with what the last was refused.
async fn send_until_refused(who: Actor, thread: String) -> (usize, String) {
    for stored in 0..10_000 {
        let input = json!({ "clientId": Uuid::now_v7(), "to": { "conversationId": thread }, "text": "still here" });
        let answer = who.try_run(SEND, json!({ "i": input })).await;
        if answer.body.get("errors").is_some() {
            return (stored, answer.code());
        }
        if let Some(error) = answer.body["data"]["sendMessage"]["userErrors"].get(0) {
            return (stored, error["code"].as_str().unwrap().to_owned());
        }
    }
    panic!("nobody refused 10,000 messages");
}

async fn events_of(server: &TestServer, thread: &str) -> Vec<Event> {
    let id = ConversationId::parse(thread).unwrap();
    let mut events = journal::after(server.app.database.reader(), Seq::START, 1_000_000).await.unwrap();
    events.retain(|event| event.audience == Audience::Conversation(id));
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sends_after_their_removal() {
    let (server, other) = nodes().await;
    let (ada, bob, pat) = (server.doctor("ada").await, server.doctor("bob").await, server.patient("pat").await);
    let user = UserId::parse(&pat.id).unwrap();
    for round in 0..15 {
        let ward = server.conversation(&[&ada, &pat, &bob]).await;
        let devices: Vec<_> =
            (0..4).map(|_| tokio::spawn(send_until_refused(at(&pat, other.as_ref()), ward.clone()))).collect();
        for _ in 0..round {
            bob.send(&ward, "busy").await;
        }
        ada.remove(&ward, &pat).await;
        let mut stored = 0;
        for device in devices {
            let (sent, code) = device.await.unwrap();
            assert_eq!(code, "NOT_FOUND");
            stored += sent;
        }
        let events = events_of(&server, &ward).await;
        let removal = events.iter().position(|event| event.body == Some(EventBody::ParticipantRemoved { user }));
        let theirs =
            |event: &&Event| matches!(event.body, Some(EventBody::MessageAdded { sender, .. }) if sender == user);
        let (before, after) = events.split_at(removal.unwrap());
        assert_eq!(before.iter().filter(theirs).count(), stored, "an acknowledged message is not there");
        assert_eq!(after.iter().filter(theirs).count(), 0, "somebody sent after their removal");
    }
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sends_after_the_closing() {
    let (server, other) = nodes().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    for _ in 0..15 {
        let devices: Vec<_> = [&ada, &pat, &ada, &pat]
            .into_iter()
            .map(|who| tokio::spawn(send_until_refused(at(who, other.as_ref()), thread.clone())))
            .collect();
        pat.send(&thread, "busy").await;
        ada.set_state(&thread, "ARCHIVED").await;
        for device in devices {
            assert_eq!(device.await.unwrap().1, "CONVERSATION_CLOSED");
        }
        ada.set_state(&thread, "ACTIVE").await;
    }
    let mut is_open = true;
    for event in events_of(&server, &thread).await {
        match event.body.unwrap() {
            EventBody::ConversationStateChanged { new, .. } => {
                is_open = new == bedside::entity::conversation::State::Active;
            }
            // The line of the server that tells of the closing stands right after it.
            EventBody::MessageAdded { countable: true, .. } => {
                assert!(is_open, "a message at {:?} after the closing", event.seq)
            }
            _ => {}
        }
    }
    server.check_integrity().await;
}

/// Does the same at both nodes at once, twice at each.
async fn at_once<T>(who: [&Actor; 2], other: Option<&TestServer>, act: impl AsyncFn(Actor) -> T) -> Vec<T> {
    let everywhere = [who[0].clone(), who[1].clone(), at(who[0], other), at(who[1], other)];
    futures_util::future::join_all(everywhere.into_iter().map(|who| act(who))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_open_one_conversation_at_once() {
    let (server, other) = nodes().await;
    let pat = server.patient("pat").await;
    for round in 0..8 {
        let ada = server.doctor(&format!("doctor{round}")).await;
        let open = async |who: Actor| {
            let with = if who.id == pat.id { &ada.id } else { &pat.id };
            let query =
                "mutation($u: ID!) { openDirectConversation(input: { userId: $u }) { conversation { id } created } }";
            who.run(query, json!({ "u": with })).await["openDirectConversation"].take()
        };
        let opened = at_once([&ada, &pat], other.as_ref(), open).await;
        assert!(opened.iter().all(|one| one["conversation"]["id"] == opened[0]["conversation"]["id"]), "{opened:?}");
        assert_eq!(opened.iter().filter(|one| one["created"] == true).count(), 1, "{opened:?}");
    }
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_write_to_each_other_for_the_first_time_at_once() {
    let (server, other) = nodes().await;
    let pat = server.patient("pat").await;
    for round in 0..8 {
        let ada = server.doctor(&format!("doctor{round}")).await;
        let write = async |who: Actor| {
            let to = if who.id == pat.id { &ada.id } else { &pat.id };
            let input = json!({ "clientId": Uuid::now_v7(), "to": { "userId": to }, "text": "Hello" });
            let sent = who.run(SEND, json!({ "i": input })).await["sendMessage"].take();
            assert!(sent["message"]["id"].is_string(), "{sent}");
        };
        at_once([&ada, &pat], other.as_ref(), write).await;
        let thread = server.conversation(&[&ada, &pat]).await;
        assert_eq!(ada.history(&thread).await, ["Hello"; 4]);
    }
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_at_once_makes_one_message() {
    let (server, other) = nodes().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let (thread, elsewhere) =
        (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &server.patient("eve").await]).await);
    for round in 0..20 {
        let input = json!({ "clientId": Uuid::now_v7(), "to": { "conversationId": thread }, "text": "once" });
        let send = async |who: Actor| who.run(SEND, json!({ "i": input })).await["sendMessage"].take();
        let sent: Vec<Value> = at_once([&ada, &ada], other.as_ref(), send).await;
        assert!(sent.iter().all(|one| one["message"]["id"] == sent[0]["message"]["id"]), "{sent:?}");
        assert_eq!(sent.iter().filter(|one| one["replayed"] == false).count(), 1, "{sent:?}");
        assert_eq!(ada.history(&thread).await.len(), round + 1);
    }
    let client_id = Uuid::now_v7();
    let send = async |who: Actor, to: &str| {
        let input = json!({ "clientId": client_id, "to": { "conversationId": to }, "text": "once" });
        who.try_run(SEND, json!({ "i": input })).await
    };
    let there = at(&ada, other.as_ref());
    let (here, there) = tokio::join!(send(ada.clone(), &thread), send(there, &elsewhere));
    let refused: Vec<_> = [here, there].into_iter().filter(|answer| answer.body.get("errors").is_some()).collect();
    assert_eq!(refused.iter().map(crate::support::Answer::code).collect::<Vec<_>>(), ["CONFLICT"]);
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_sends_at_once_each_is_answered_for_itself() {
    let (server, other) = nodes().await;
    let (ada, pat, eve) = (server.doctor("ada").await, server.patient("pat").await, server.patient("eve").await);
    let (thread, apart) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &eve]).await);
    let closed = server.conversation(&[&ada, &server.patient("kim").await]).await;
    ada.set_state(&closed, "CLOSED").await;
    let file = ada.upload_text(Uuid::now_v7(), "one file").await["id"].as_str().unwrap().to_owned();
    let said = ada.sent(&thread, "Before").await;
    let message = |to: &str, text: &str, extra: Value| {
        let mut input = json!({ "clientId": Uuid::now_v7(), "to": { "conversationId": to }, "text": text });
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        input
    };
    let mut sends = Vec::new();
    for round in 0..24 {
        sends.push((&ada, "", message(&thread, &format!("ada {round}"), json!({}))));
        sends.push((&pat, "", message(&thread, &format!("pat {round}"), json!({ "replyToId": said }))));
        sends.push((&ada, "", message(&apart, &format!("to eve {round}"), json!({}))));
        sends.push((&eve, "NOT_FOUND", message(&thread, "let me in", json!({}))));
        sends.push((&ada, "CONVERSATION_CLOSED", message(&closed, "too late", json!({}))));
        sends.push((&ada, "ATTACHMENT_NOT_USABLE", message(&thread, "a file", json!({ "attachmentIds": [file] }))));
    }
    let answers = sends.iter().enumerate().map(async |(at, (who, _, input))| {
        let node = other.as_ref().filter(|_| at % 2 == 1).map_or_else(|| (*who).clone(), |node| who.at(node));
        let answer = node.try_run(SEND, json!({ "i": input })).await;
        match answer.body["data"]["sendMessage"]["userErrors"].get(0) {
            Some(error) => error["code"].as_str().unwrap().to_owned(),
            None if answer.body.get("errors").is_some() => answer.code(),
            None => String::new(),
        }
    });
    let answers = futures_util::future::join_all(answers).await;
    let with_file = |at: &usize| sends[*at].1 == "ATTACHMENT_NOT_USABLE";
    let files = (0..answers.len()).filter(with_file).filter(|at| answers[*at].is_empty()).count();
    assert_eq!(files, 1, "one file goes with one message: {answers:?}");
    for (answer, (_, expected, input)) in answers.iter().zip(&sends) {
        assert!(answer == expected || (answer.is_empty() && input["text"] == "a file"), "{answer} for {input}");
    }
    assert_eq!(ada.history(&thread).await.len(), 1 + 24 + 24 + 1);
    assert_eq!(eve.history(&apart).await.len(), 24);
    assert_eq!(pat.unread().await.0, 1 + 24 + 1);
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_refreshes_at_once_keep_the_session() {
    let (server, other) = nodes().await;
    let mut pat = server.patient("pat").await;
    let query =
        "mutation($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken refreshToken } } }";
    for _ in 0..10 {
        let refresh = async |who: Actor| {
            let tokens = who.run(query, json!({ "t": who.refresh_token })).await["refreshSession"]["tokens"].take();
            tokens["refreshToken"].as_str().unwrap().to_owned()
        };
        let renewed = at_once([&pat, &pat], other.as_ref(), refresh).await;
        assert!(renewed.iter().all(|token| *token == renewed[0]), "a repeat of a refresh gets the same answer");
        pat.refresh_token.clone_from(&renewed[0]);
    }
    assert!(pat.run("{ viewer { id } }", json!({})).await["viewer"]["id"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_deleted_once_however_often_it_is_asked() {
    let (server, other) = nodes().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let query = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { message { id } userErrors { code } } }";
    for _ in 0..10 {
        let message = ada.send(&thread, "Please ignore").await["id"].take();
        let delete = async |who: Actor| who.refused(query, json!({ "m": message })).await;
        let mut refused = at_once([&ada, &ada], other.as_ref(), delete).await.concat();
        refused.dedup();
        assert_eq!(refused, ["MESSAGE_DELETED"]);
    }
    let db = server.app.database.reader();
    let deletions = event::Entity::find().filter(event::Column::Kind.eq("MESSAGE_DELETED")).count(db).await.unwrap();
    let stones = message::Entity::find().filter(message::Column::DeletedAt.is_not_null()).count(db).await.unwrap();
    assert_eq!((deletions, stones), (10, 10));
    assert_eq!(pat.unread().await, (0, Vec::new()));
    server.check_integrity().await;
}
