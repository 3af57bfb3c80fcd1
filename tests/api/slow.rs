//! A listener that reads nothing for a while.

use std::{collections::HashMap, time::Duration};

use serde_json::json;

use crate::support::{Actor, Listening, TestServer};

const SENDERS: usize = 4;
const EACH: usize = 750;

/// Long enough that thousands of them fit into no buffer of a socket.
fn text(number: usize) -> String {
    format!("{number} {}", "and so on, ".repeat(60))
}

async fn send_all(who: Actor, thread: String) {
    for number in 0..EACH {
        who.send(&thread, &text(number)).await;
    }
}

/// The cursors of everything sent, in order; the messages of each sender must be in theirs.
async fn read_all(socket: &mut Listening) -> Vec<String> {
    let (mut cursors, mut counted) = (Vec::new(), HashMap::<String, usize>::new());
    while cursors.len() < SENDERS * EACH {
        let mut event = socket.next().await["messageAdded"].take();
        let number = counted.entry(event["actor"]["username"].as_str().unwrap().to_owned()).or_default();
        assert_eq!(event["node"]["text"], text(*number).trim());
        *number += 1;
        let serde_json::Value::String(cursor) = event["cursor"].take() else { panic!("no cursor in {event}") };
        cursors.push(cursor);
    }
    cursors
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_is_let_go_and_still_gets_everything_once_and_in_order() {
    let server = TestServer::start_with(|config| {
        config.limits.listener_queue = 8;
        // Here only the queue lets it go, however long a busy machine takes for the messages.
        config.limits.stalled = Duration::from_secs(3600);
    })
    .await;
    let pat = server.patient("pat").await;
    let mut doctors = Vec::new();
    for number in 0..SENDERS {
        doctors.push(server.doctor(&format!("doctor{number}")).await);
    }
    let everybody: Vec<_> = doctors.iter().chain([&pat]).collect();
    let ward = server.conversation(&everybody).await;
    let query = "subscription($c: ID!) { messageAdded(conversationId: $c) { cursor actor { username } node { text a: text b: text c: text d: text e: text f: text g: text h: text } } }";
    let mut slow = pat.subscribe(query, json!({ "c": ward })).await;

    let senders: Vec<_> = doctors.iter().map(|doctor| tokio::spawn(send_all(doctor.clone(), ward.clone()))).collect();
    let mut listeners = server.app.tail.listeners();
    listeners.wait_for(|count| *count == 0).await.unwrap();
    for sender in senders {
        sender.await.unwrap();
    }
    server.settle().await;
    assert_eq!(*listeners.borrow(), 0, "the tail waits for somebody who reads nothing");

    let mut prompt = pat.subscribe(query, json!({ "c": ward })).await;
    let cursors = read_all(&mut slow).await;
    listeners.wait_for(|count| *count == 2).await.unwrap();
    doctors[0].send(&ward, "end").await;
    for socket in [&mut slow, &mut prompt] {
        assert_eq!(socket.next().await["messageAdded"]["node"]["text"], "end", "something came twice");
    }
    let mut sorted: Vec<_> = cursors.iter().map(|cursor| server.app.cursors.open(cursor).unwrap().seq).collect();
    assert!(sorted.is_sorted());
    sorted.dedup();
    assert_eq!(sorted.len(), cursors.len());
    server.check_integrity().await;
}
