//! How far messages have come: stored, delivered, read, and counted as unread.

use std::time::Duration;

use bedside::receipts::delivery;
use serde_json::{Value, json};

use crate::support::{Actor, TestServer};

async fn sent(who: &Actor, thread: &str, text: &str) -> String {
    who.send(thread, text).await["id"].as_str().unwrap().to_owned()
}

async fn flush(server: &TestServer) {
    delivery::flush(&server.app).await.unwrap();
}

/// The receipts of a message: who, whether it reached them, whether they read it.
async fn receipts(who: &Actor, message: &str) -> Vec<(String, Value, Value)> {
    let query = "query($m: ID!) { message(id: $m) { receipts { nodes { user { username } deliveredAt readAt } } } }";
    let data = who.run(query, json!({ "m": message })).await;
    let nodes = data["message"]["receipts"]["nodes"].as_array().unwrap().iter();
    nodes
        .map(|node| {
            let username = node["user"]["username"].as_str().unwrap().to_owned();
            (username, node["deliveredAt"].clone(), node["readAt"].clone())
        })
        .collect()
}

#[tokio::test]
async fn a_message_is_sent_then_delivered_then_read() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut events = pat.events(None).await;

    let message = sent(&ada, &thread, "Your results are in").await;
    assert_eq!(events.next().await.text(), "Your results are in");
    flush(&server).await;
    assert_eq!(ada.status(&message).await, "DELIVERED");
    let [(who, delivered_at, read_at)] = receipts(&ada, &message).await.try_into().unwrap();
    assert_eq!((who.as_str(), read_at), ("pat", json!(null)));
    assert!(delivered_at.is_string());

    server.clock.advance(Duration::from_secs(60));
    assert_eq!(pat.read(&thread, Some(&message)).await, 1);
    assert_eq!(ada.status(&message).await, "READ");
    let [(_, still, read_at)] = receipts(&ada, &message).await.try_into().unwrap();
    assert_eq!(still, delivered_at, "reading later does not change when it was delivered");
    assert!(read_at.as_str() > delivered_at.as_str());

    server.clock.advance(Duration::from_secs(60));
    let later = sent(&ada, &thread, "And one more").await;
    pat.read(&thread, Some(&later)).await;
    assert_eq!(receipts(&ada, &message).await[0].2, read_at, "the first reading counts");
    let theirs = pat.run("query($m: ID!) { message(id: $m) { status } }", json!({ "m": message })).await;
    assert_eq!(theirs["message"]["status"], json!(null), "how far it came is for its sender");
}

#[tokio::test]
async fn a_message_nobody_else_has_seen_is_only_sent() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut hers = ada.events(None).await;
    let message = sent(&ada, &thread, "Hello?").await;
    assert_eq!(hers.next().await.text(), "Hello?");
    ada.history(&thread).await;
    flush(&server).await;
    assert_eq!(ada.status(&message).await, "SENT", "her own devices deliver nothing to the patient");
    assert_eq!(receipts(&ada, &message).await, [("pat".to_owned(), json!(null), json!(null))]);
}

#[tokio::test]
async fn a_gap_keeps_delivered_back_until_the_history_is_fetched() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let missed = sent(&ada, &thread, "while nobody listened").await;
    let mut events = pat.events(None).await;
    let heard = sent(&ada, &thread, "while somebody listened").await;
    assert_eq!(events.next().await.text(), "while somebody listened");
    flush(&server).await;
    assert_eq!((ada.status(&missed).await, ada.status(&heard).await), ("SENT".into(), "SENT".into()));

    pat.history(&thread).await;
    flush(&server).await;
    assert_eq!((ada.status(&missed).await, ada.status(&heard).await), ("DELIVERED".into(), "DELIVERED".into()));

    let next = sent(&ada, &thread, "and on").await;
    assert_eq!(events.next_act().await.text(), "and on");
    flush(&server).await;
    assert_eq!(ada.status(&next).await, "DELIVERED", "the stream goes on where the history ended");
}

#[tokio::test]
async fn a_resumed_stream_delivers_what_was_sent_while_it_was_away() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    server.settle().await;
    let start = pat.cursor().await;
    let missed = sent(&ada, &thread, "while away").await;
    let mut events = pat.events(Some(&start)).await;
    assert_eq!(events.next().await.text(), "while away");
    flush(&server).await;
    assert_eq!(ada.status(&missed).await, "DELIVERED");
}

#[tokio::test]
async fn ones_own_messages_are_no_gap() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    pat.send(&thread, "When may I come?").await;
    let mut events = pat.events(None).await;
    let answer = sent(&ada, &thread, "On Monday").await;
    assert_eq!(events.next().await.text(), "On Monday");
    flush(&server).await;
    assert_eq!(ada.status(&answer).await, "DELIVERED");
}

#[tokio::test]
async fn a_page_delivers_only_what_it_holds() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut sent = Vec::new();
    for number in 0..5 {
        sent.push(ada.send(&thread, &format!("message {number}")).await);
    }
    let id = |number: usize| sent[number]["id"].as_str().unwrap();
    pat.got(&thread, id(0)).await;
    assert_eq!((ada.status(id(0)).await, ada.status(id(1)).await), ("DELIVERED".into(), "SENT".into()));

    let page = async |arguments: &str| {
        let query =
            format!("query($c: ID!) {{ conversation(id: $c) {{ messages({arguments}) {{ nodes {{ text }} }} }} }}");
        pat.run(&query, json!({ "c": thread })).await;
        flush(&server).await;
    };
    let after_first = format!("after: {}", sent[0]["cursor"]);
    for arguments in ["last: 1", "first: 2", &format!("last: 2, {after_first}"), "last: 2, filter: { kind: TEXT }"] {
        page(arguments).await;
        assert_eq!(ada.status(id(2)).await, "SENT", "messages({arguments}) does not hold it");
    }
    page("last: 4").await;
    assert_eq!(ada.status(id(4)).await, "DELIVERED", "the page begins where the marker was");
}

#[tokio::test]
async fn reading_tells_how_many_are_newly_read_and_never_goes_back() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let one = sent(&ada, &thread, "one").await;
    pat.send(&thread, "mine").await;
    let two = sent(&ada, &thread, "two").await;
    let gone = sent(&ada, &thread, "gone").await;
    ada.delete(&gone).await;
    sent(&ada, &thread, "three").await;

    assert_eq!(pat.unread().await, (3, vec![(thread.clone(), 3)]));
    assert_eq!(pat.read(&thread, Some(&two)).await, 2);
    assert_eq!(pat.read(&thread, Some(&one)).await, 0);
    assert_eq!(pat.unread().await.0, 1);
    assert_eq!(pat.read(&thread, None).await, 1);
    assert_eq!(pat.read(&thread, None).await, 0);
    assert_eq!(pat.unread().await, (0, Vec::new()));
    assert_eq!(ada.unread().await, (1, vec![(thread, 1)]), "sending does not read");
}

#[tokio::test]
async fn counting_again_changes_only_ones_own_counts() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let one = sent(&ada, &thread, "one").await;
    let two = sent(&ada, &thread, "two").await;
    pat.read(&thread, None).await;
    let before = receipts(&ada, &two).await;

    pat.unread_from(&thread, &two).await;
    assert_eq!(pat.unread().await, (1, vec![(thread.clone(), 1)]));
    assert_eq!((ada.status(&two).await, receipts(&ada, &two).await), ("READ".into(), before));
    let query = "query($c: ID!) { conversation(id: $c) { unreadCount firstUnread { id viewerHasRead } } }";
    let counted = pat.run(query, json!({ "c": thread })).await;
    let expected = json!({ "unreadCount": 1, "firstUnread": { "id": two, "viewerHasRead": true } });
    assert_eq!(counted["conversation"], expected);
    pat.unread_from(&thread, &one).await;
    assert_eq!(pat.unread().await.0, 2);
    assert_eq!(pat.read(&thread, None).await, 2, "what counted as unread is read again");
    assert_eq!(pat.unread().await.0, 0);
}

#[tokio::test]
async fn the_first_unread_is_the_first_of_others_that_still_stands() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let query = "query($c: ID!) { conversation(id: $c) { firstUnread { text viewerHasRead } messages { nodes { text viewerHasRead } } } }";
    let look = async || pat.run(query, json!({ "c": thread })).await["conversation"].take();
    assert_eq!(look().await["firstUnread"], json!(null));

    let read = sent(&ada, &thread, "read").await;
    pat.read(&thread, Some(&read)).await;
    pat.send(&thread, "mine").await;
    let gone = sent(&ada, &thread, "gone").await;
    ada.delete(&gone).await;
    sent(&ada, &thread, "first").await;
    sent(&ada, &thread, "second").await;

    let seen = look().await;
    assert_eq!(seen["firstUnread"], json!({ "text": "first", "viewerHasRead": false }));
    let nodes = seen["messages"]["nodes"].as_array().unwrap();
    let has_read: Vec<_> = nodes.iter().map(|node| node["viewerHasRead"].as_bool().unwrap()).collect();
    assert_eq!(has_read, [true, true, false, false, false]);
}

#[tokio::test]
async fn in_a_large_group_the_others_do_not_hear_who_reads_but_can_ask() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let mut nurses = Vec::new();
    for number in 0..31 {
        nurses.push(server.doctor(&format!("nurse{number}")).await);
    }
    let everybody: Vec<_> = [&ada, &pat].into_iter().chain(&nurses).collect();
    let (large, small) = (server.conversation(&everybody).await, server.conversation(&everybody[..32]).await);
    let (in_large, in_small) = (sent(&ada, &large, "to 33").await, sent(&ada, &small, "to 32").await);
    let (mut hers, mut his) = (ada.events(None).await, pat.events(None).await);

    for (group, message) in [(&large, &in_large), (&small, &in_small)] {
        pat.got(group, message).await;
        pat.read(group, Some(message)).await;
    }
    for (group, kind) in [(&large, "Delivered"), (&large, "Read"), (&small, "Delivered"), (&small, "Read")] {
        assert_eq!(his.next().await.what(), format!("Messages{kind} {group}"));
    }
    assert_eq!(hers.next().await.what(), format!("MessagesDelivered {small}"));
    assert_eq!(hers.next().await.what(), format!("MessagesRead {small}"));
    let read = receipts(&ada, &in_large).await.into_iter().filter(|(_, _, read_at)| read_at.is_string());
    assert_eq!(read.map(|(who, ..)| who).collect::<Vec<_>>(), ["pat"]);
    assert_eq!(ada.status(&in_large).await, "SENT", "the slowest decides");
}
