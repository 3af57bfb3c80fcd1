//! A journal that is not the one a client knew: restored from a copy, or another server's.

use serde_json::json;

use crate::support::TestServer;

#[tokio::test]
async fn after_a_restored_copy_a_client_is_told_to_fetch_again() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    ada.send(&thread, "in the copy").await;
    server.settle().await;
    let before = pat.cursor().await;
    let copy = server.stop_and_copy_database("restored").await;

    let original = server.another_node().await;
    let (ada, pat) = (ada.at(&original), pat.at(&original));
    let mut events = pat.events(Some(&before)).await;
    for text in ["lost one", "lost two", "lost three"] {
        ada.send(&thread, text).await;
    }
    let lost = events.until("lost three").await.pop().unwrap().cursor();
    drop(events);

    let restored = server.node_on(copy).await;
    let (ada, pat) = (ada.at(&restored), pat.at(&restored));
    let mut ahead = pat.events(Some(&lost)).await;
    assert_eq!(ahead.what().await, "Resync AHEAD");
    ada.send(&thread, "new one").await;
    assert_eq!(ahead.next_act().await.text(), "new one", "after a resync the stream goes on");

    for text in ["new two", "new three", "new four"] {
        ada.send(&thread, text).await;
    }
    let mut diverged = pat.events(Some(&lost)).await;
    let resync = diverged.next().await;
    assert_eq!(resync.what(), "Resync DIVERGED");
    let (changes, _, has_more) = pat.changes(&lost, 50).await;
    assert_eq!((changes.len(), changes[0].what().as_str(), has_more), (1, "Resync DIVERGED", false));
    assert_eq!(pat.history(&thread).await, ["in the copy", "new one", "new two", "new three", "new four"]);

    ada.send(&thread, "new five").await;
    assert_eq!(pat.events(Some(&resync.cursor())).await.next_act().await.text(), "new five");
    let mut old = pat.events(Some(&before)).await;
    assert_eq!(old.next_act().await.text(), "new one", "a place that both journals share goes on");
    restored.check_integrity().await;
}

#[tokio::test]
async fn a_stream_of_one_conversation_refuses_a_place_of_a_lost_journal() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let copy = server.stop_and_copy_database("restored").await;
    let original = server.another_node().await;
    ada.at(&original).send(&thread, "lost").await;
    original.settle().await;
    let lost = pat.at(&original).cursor().await;

    let restored = server.node_on(copy).await;
    let query = "subscription($c: ID!, $a: String) { messageAdded(conversationId: $c, after: $a) { node { text } } }";
    let variables = json!({ "c": thread, "a": lost });
    let mut socket = pat.at(&restored).subscribe_at_once(query, variables).await;
    assert_eq!(socket.end().await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_changed_or_foreign_cursor_is_refused_everywhere() {
    let (server, elsewhere) = (TestServer::start().await, TestServer::start().await);
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let message = ada.send(&thread, "Hello").await;
    let cursor = pat.cursor().await;
    let foreign = elsewhere.patient("pat").await.cursor().await;
    let changed = format!("{}{}", if cursor.starts_with('A') { 'B' } else { 'A' }, &cursor[1..]);
    let of_a_page = message["cursor"].as_str().unwrap();

    for wrong in [&foreign, &changed, &cursor[1..], of_a_page, "", "42"] {
        let asked = pat.try_run("query($a: String!) { changes(after: $a) { cursor } }", json!({ "a": wrong })).await;
        assert_eq!(asked.code(), "BAD_USER_INPUT", "{wrong:?}");
        let streams = [
            "subscription($a: String) { events(after: $a) { cursor } }",
            "subscription($a: String, $c: ID!) { messageAdded(after: $a, conversationId: $c) { cursor } }",
        ];
        for query in streams {
            let mut socket = pat.subscribe_at_once(query, json!({ "a": wrong, "c": thread })).await;
            assert_eq!(socket.end().await, "BAD_USER_INPUT", "{wrong:?}");
        }
    }
}
