//! Clients that hang up in the middle of what they asked for.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{Actor, TestServer};

const SEND: &str = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id text } replayed } }";

/// Waits for an answer up to a random moment, then hangs up: the connection of a request that is dropped is closed.
async fn hang_up_during(request: impl Future<Output = impl Sized>, within: u64) -> bool {
    let moment = Duration::from_micros(rand::random_range(0..within));
    timeout(moment, request).await.is_err()
}

fn message(thread: &str, client_id: Uuid) -> Value {
    let text = format!("message {client_id}");
    json!({ "i": { "clientId": client_id, "to": { "conversationId": thread }, "text": text } })
}

/// Sends many messages and hangs up on most; answers the client ids of all.
async fn send_and_hang_up(who: Actor, thread: String) -> Vec<Uuid> {
    let (mut tried, mut hung_up) = (Vec::new(), 0);
    for _ in 0..60 {
        let client_id = Uuid::now_v7();
        tried.push(client_id);
        hung_up += usize::from(hang_up_during(who.try_run(SEND, message(&thread, client_id)), 8_000).await);
    }
    assert!(hung_up > 0, "nobody hung up, so nothing was tried");
    tried
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_sending_leaves_whole_messages_or_none() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let senders: Vec<_> =
        [&ada, &pat, &ada, &pat].map(|who| tokio::spawn(send_and_hang_up(who.clone(), thread.clone()))).into();
    let mut tried = Vec::new();
    for (sender, who) in senders.into_iter().zip([&ada, &pat, &ada, &pat]) {
        tried.extend(sender.await.unwrap().into_iter().map(|client_id| (who, client_id)));
    }

    // Asking again answers each: what was stored is stored once, what was not is stored now.
    let mut stored_before = 0;
    for (who, client_id) in &tried {
        let sent = who.run(SEND, message(&thread, *client_id)).await;
        assert_eq!(sent["sendMessage"]["message"]["text"], format!("message {client_id}"));
        stored_before += usize::from(sent["sendMessage"]["replayed"] == true);
    }
    assert!(stored_before > 0, "every message was lost with its connection");
    let count = "query($c: ID!) { conversation(id: $c) { messages(last: 1) { totalCount } } }";
    let another = server.another_node().await;
    let seen = pat.at(&another).run(count, json!({ "c": thread })).await;
    assert_eq!(seen["conversation"]["messages"]["totalCount"].as_u64(), Some(tried.len() as u64));
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_uploading_leaves_a_whole_file_or_none() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let plan = "Once a day, before a meal.\n".repeat(4_000);
    let (mut tried, mut hung_up) = (Vec::new(), 0);
    for _ in 0..40 {
        let client_id = Uuid::now_v7();
        tried.push(client_id);
        hung_up += usize::from(hang_up_during(pat.upload_text(client_id, &plan), 20_000).await);
    }
    assert!(hung_up > 0, "nobody hung up, so nothing was tried");
    for client_id in tried {
        let uploaded = pat.upload_text(client_id, &plan).await;
        let file = &uploaded["uploadAttachment"]["attachment"];
        assert_eq!(file["size"], plan.len(), "{uploaded}");
        let mut input = message(&thread, Uuid::now_v7());
        input["i"]["attachmentIds"] = json!([file["id"]]);
        assert!(pat.run(SEND, input).await["sendMessage"]["message"]["id"].is_string());
    }
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_while_asking_leaves_nobody_with_an_old_view() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let start = pat.cursor().await;
    for round in 0..12 {
        let askers: Vec<_> = (0..8)
            .map(|_| {
                let (pat, start) = (pat.clone(), start.clone());
                tokio::spawn(async move {
                    for _ in 0..5 {
                        hang_up_during(pat.changes(&start, 20), 5_000).await;
                        let listening = async { pat.events(Some(&start)).await.next().await };
                        hang_up_during(listening, 6_000).await;
                    }
                })
            })
            .collect();
        for asker in askers {
            asker.await.unwrap();
        }
        let text = format!("news {round}");
        ada.send(&thread, &text).await;
        let looks = (0..16).map(|_| pat.history(&thread));
        for history in futures_util::future::join_all(looks).await {
            assert_eq!(history.last(), Some(&text), "somebody was shown an old view");
        }
        let asks = (0..16).map(|_| pat.changes(&start, 100));
        for (changes, _, _) in futures_util::future::join_all(asks).await {
            assert!(changes.iter().any(|event| event.0["node"]["text"] == text), "somebody missed the news");
        }
    }
    server.check_integrity().await;
}
