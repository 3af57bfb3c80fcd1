//! Blocks: what they stop, what they leave, and who is told.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bedside::{
    ids::ConversationId,
    journal::{self, Audience, EventBody, Seq},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, TestServer, codes, message, to};

const BLOCK: &str = "mutation($u: ID!) { act: blockUser(input: { userId: $u }) { user { username isBlockedByViewer } userErrors { code field message } } }";
const UNBLOCK: &str =
    "mutation($u: ID!) { act: unblockUser(input: { userId: $u }) { user { isBlockedByViewer } userErrors { code } } }";
const OPEN: &str = "mutation($i: OpenDirectConversationInput!) { act: openDirectConversation(input: $i) { conversation { id } userErrors { code field message } } }";
const CAN: &str = "query($c: ID!, $u: ID!) { conversation(id: $c) { viewerCanSend { allowed code message } viewerParticipant { canSend } }
    user(id: $u) { viewerCanMessage { allowed code } isBlockedByViewer } viewer { blocks { nodes { user { username } } } } }";

async fn act(who: &Actor, query: &str, variables: Value) -> Value {
    who.run(query, variables).await["act"].take()
}

async fn block(who: &Actor, other: &Actor) {
    let blocked = act(who, BLOCK, json!({ "u": other.id })).await;
    assert_eq!((&blocked["userErrors"], &blocked["user"]["isBlockedByViewer"]), (&json!([]), &json!(true)));
}

async fn unblock(who: &Actor, other: &Actor) {
    let ended = act(who, UNBLOCK, json!({ "u": other.id })).await;
    assert_eq!((&ended["userErrors"], &ended["user"]["isBlockedByViewer"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn nobody_writes_where_one_has_blocked_the_other_and_everything_stays_readable() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let before = pat.sent(&thread, "You never listen").await;
    block(&ada, &pat).await;
    server.unchanged(block(&ada, &pat)).await;
    let mut told = Vec::new();
    for (who, other) in [(&ada, &pat), (&pat, &ada)] {
        for input in [message(&to(&thread), "Hello"), message(&json!({ "userId": other.id }), "Hello")] {
            assert_eq!(codes(&server.unchanged(who.say(input)).await), ["CANNOT_SEND"]);
        }
        let opened = server.unchanged(act(who, OPEN, json!({ "i": { "userId": other.id } }))).await;
        assert_eq!(opened["conversation"]["id"], thread.as_str());
        assert_eq!(who.history(&thread).await, ["You never listen"]);
        told.push(who.run(CAN, json!({ "c": thread, "u": other.id })).await);
    }
    assert_eq!(codes(&server.unchanged(pat.edit(&before, "Listen!")).await), ["CANNOT_SEND"]);
    let describe = "mutation($c: ID!) { updateConversation(input: { conversationId: $c, description: \"Listen!\" }) { userErrors { code } } }";
    assert_eq!(server.unchanged(ada.refused(describe, json!({ "c": thread }))).await, ["CANNOT_SEND"]);
    assert_eq!(told[0]["conversation"], told[1]["conversation"], "neither is told who did it");
    assert_eq!(told[1]["conversation"]["viewerCanSend"]["code"], "CANNOT_SEND");
    assert_eq!(
        told[1]["user"],
        json!({ "viewerCanMessage": { "allowed": false, "code": "CANNOT_SEND" }, "isBlockedByViewer": false })
    );
    assert_eq!(told[0]["viewer"]["blocks"]["nodes"], json!([{ "user": { "username": "pat" } }]));
    assert_eq!(
        (&told[0]["user"]["isBlockedByViewer"], &told[1]["viewer"]["blocks"]["nodes"]),
        (&json!(true), &json!([]))
    );

    block(&pat, &ada).await;
    unblock(&ada, &pat).await;
    server.unchanged(unblock(&ada, &pat)).await;
    assert_eq!(codes(&ada.say(message(&to(&thread), "Hello")).await), ["CANNOT_SEND"], "the other's block holds");
    unblock(&pat, &ada).await;
    for who in [&ada, &pat] {
        who.send(&thread, "Let us start again").await;
    }
    server.check_integrity().await;
}

#[tokio::test]
async fn a_block_holds_in_a_conversation_that_was_closed_before_it_and_is_opened_again() {
    let server = TestServer::start().await;
    let (root, pat) = (server.person("root", bedside::entity::user::Role::Admin).await, server.patient("pat").await);
    let thread = server.conversation(&[&root, &pat]).await;
    root.set_state(&thread, "CLOSED").await;
    block(&pat, &root).await;
    root.set_state(&thread, "ACTIVE").await;
    assert_eq!(codes(&root.say(message(&to(&thread), "Hello")).await), ["CANNOT_SEND"]);
    root.set_state(&thread, "CLOSED").await;
    unblock(&pat, &root).await;
    root.set_state(&thread, "ACTIVE").await;
    root.send(&thread, "Hello").await;
}

#[tokio::test]
async fn a_block_stops_every_other_way_to_each_other() {
    const CREATE: &str =
        "mutation($i: CreateGroupInput!) { act: createGroup(input: $i) { userErrors { code field message } } }";
    const ADD: &str =
        "mutation($i: AddParticipantsInput!) { act: addParticipants(input: $i) { userErrors { code field message } } }";
    const INVITE: &str = "mutation($i: InviteParticipantsInput!) { act: inviteParticipants(input: $i) { userErrors { code field message } } }";
    const CONTACT: &str =
        "mutation($i: RequestContactInput!) { act: requestContact(input: $i) { userErrors { code field message } } }";
    let server = TestServer::start().await;
    let (ada, joe, kim) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("kim").await);
    block(&ada, &joe).await;
    for (who, other) in [(&ada, &joe), (&joe, &ada)] {
        let group = server.group(who, &[&kim]).await;
        let people = json!({ "conversationId": group, "userIds": [other.id] });
        let new = json!({ "clientId": Uuid::now_v7(), "title": "Round", "participantIds": [kim.id, other.id] });
        let (mut answers, to_other) = (Vec::new(), json!({ "userId": other.id }));
        for (query, input) in
            [(OPEN, &to_other), (CONTACT, &to_other), (CREATE, &new), (ADD, &people), (INVITE, &people)]
        {
            let refused = server.unchanged(act(who, query, json!({ "i": input }))).await;
            assert_eq!(codes(&refused), ["CANNOT_SEND"], "{query}");
            answers.push(refused["userErrors"][0]["message"].as_str().unwrap().to_owned());
        }
        let sent = server.unchanged(who.say(message(&json!({ "userId": other.id }), "Hello"))).await;
        assert_eq!(codes(&sent), ["CANNOT_SEND"]);
        assert!(answers.iter().all(|answer| !answer.contains("block")), "{answers:?}");
    }
    // Both are asked by somebody else, and write there.
    let ward = server.group(&kim, &[&ada, &joe]).await;
    ada.send(&ward, "Bed 12 is free").await;
    joe.send(&ward, "Thank you").await;
    unblock(&ada, &joe).await;
    assert_eq!(act(&joe, OPEN, json!({ "i": { "userId": ada.id } })).await["userErrors"], json!([]));
}

#[tokio::test]
async fn a_request_that_waits_cannot_be_accepted_across_a_block() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    ada.run(
        "mutation($u: ID!) { requestContact(input: { userId: $u }) { userErrors { code } } }",
        json!({ "u": pat.id }),
    )
    .await;
    let received = pat.run("{ contacts(filter: { state: RECEIVED }) { nodes { id } } }", json!({})).await;
    block(&ada, &pat).await;
    let accept =
        "mutation($c: ID!) { respondToContact(input: { contactId: $c, accept: true }) { userErrors { code } } }";
    let variables = json!({ "c": received["contacts"]["nodes"][0]["id"] });
    assert_eq!(server.unchanged(pat.refused(accept, variables)).await, ["CANNOT_SEND"]);
}

#[tokio::test]
async fn whom_one_cannot_block() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let own = server.unchanged(act(&ada, BLOCK, json!({ "u": ada.id }))).await;
    assert_eq!((codes(&own), &own["userErrors"][0]["field"]), (vec!["SELF_NOT_ALLOWED"], &json!(["input", "userId"])));
    let nobody = bedside::ids::UserId::generate().to_string();
    assert_eq!(server.unchanged(ada.code(BLOCK, json!({ "u": nobody }))).await, "NOT_FOUND");
    assert_eq!(ada.code(BLOCK, json!({ "u": ada.session })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn both_hear_that_they_cannot_write_and_only_one_hears_why() {
    const EVENTS: &str = "subscription { events { __typename actor { username }
        ... on ConversationChanged { conversation { viewerCanSend { allowed } } } ... on BlockChanged { user { username isBlockedByViewer } } } }";
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    server.conversation(&[&ada, &pat]).await;
    server.settle().await;
    let (mut at_ada, mut at_pat) = (ada.subscribe(EVENTS, json!({})).await, pat.subscribe(EVENTS, json!({})).await);
    for stream in [&mut at_ada, &mut at_pat] {
        assert_eq!(stream.next_event().await["__typename"], "Ready");
    }
    block(&ada, &pat).await;
    let changed = json!({ "__typename": "ConversationChanged", "actor": null, "conversation": { "viewerCanSend": { "allowed": false } } });
    let blocked = json!({ "__typename": "BlockChanged", "actor": { "username": "ada" }, "user": { "username": "pat", "isBlockedByViewer": true } });
    assert_eq!(at_ada.next_event().await, blocked);
    assert_eq!((at_ada.next_event().await, at_pat.next_event().await), (changed.clone(), changed));
    unblock(&ada, &pat).await;
    assert_eq!(at_pat.next_event().await["conversation"]["viewerCanSend"]["allowed"], true);
    let replayed = "query($a: String!) { changes(after: $a) { events { __typename actor { username } } } }";
    let told = pat.run(replayed, json!({ "a": server.patient("new").await.cursor().await })).await;
    assert_eq!(told["changes"]["events"], json!([]));
}

/// A server, and on PostgreSQL a second node beside it.
async fn nodes() -> (TestServer, Option<TestServer>) {
    let server = TestServer::start().await;
    let other = if server.is_on_postgres() { Some(server.another_node().await) } else { None };
    (server, other)
}

fn at(who: &Actor, node: Option<&TestServer>) -> Actor {
    node.map_or_else(|| who.clone(), |node| who.at(node))
}

/// Sends again and again until told to stop; answers how many were stored. A refusal is CANNOT_SEND.
async fn send_until(who: Actor, thread: String, stop: Arc<AtomicBool>) -> usize {
    let mut stored = 0;
    while !stop.load(Ordering::Relaxed) {
        let sent = who.say(message(&to(&thread), "still here")).await;
        match codes(&sent).as_slice() {
            [] => stored += 1,
            refused => assert_eq!(refused, ["CANNOT_SEND"]),
        }
    }
    stored
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_blocks_and_no_message_after_any_of_them() {
    let (server, node) = nodes().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let stop = Arc::new(AtomicBool::new(false));
    let senders: Vec<_> = [pat.clone(), at(&pat, node.as_ref()), at(&ada, node.as_ref())]
        .into_iter()
        .map(|who| tokio::spawn(send_until(who, thread.clone(), Arc::clone(&stop))))
        .collect();
    for _ in 0..1_000 {
        block(&ada, &pat).await;
        unblock(&ada, &pat).await;
    }
    block(&ada, &pat).await;
    stop.store(true, Ordering::Relaxed);
    let mut stored = 0;
    for sender in senders {
        stored += sender.await.unwrap();
    }
    let id = ConversationId::parse(&thread).unwrap();
    let (mut is_blocked, mut blocks, mut messages) = (false, 0, 0);
    for event in journal::after(server.app.database.reader(), Seq::START, 1_000_000).await.unwrap() {
        if event.audience != Audience::Conversation(id) {
            continue;
        }
        match event.body.unwrap() {
            EventBody::SendingChanged => {
                is_blocked = !is_blocked;
                blocks += usize::from(is_blocked);
            }
            EventBody::MessageAdded { .. } => {
                assert!(!is_blocked, "a message at {:?} after the block", event.seq);
                messages += 1;
            }
            _ => {}
        }
    }
    assert_eq!((blocks, messages), (1_001, stored), "every acknowledged message is there");
    assert!(stored > 0, "nothing was sent between two blocks");
    server.check_integrity().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_opens_a_conversation_while_being_blocked_cannot_write_in_it() {
    let (server, node) = nodes().await;
    let pat = server.patient("pat").await;
    for round in 0..40 {
        let ada = server.doctor(&format!("doctor{round}")).await;
        let there = at(&pat, node.as_ref());
        let hello = there.say(message(&json!({ "userId": ada.id }), "Hello"));
        let (sent, ()) = tokio::join!(hello, block(&ada, &pat));
        assert!(codes(&sent).iter().all(|code| *code == "CANNOT_SEND"), "{sent}");
        let again = pat.say(message(&json!({ "userId": ada.id }), "Hello again")).await;
        assert_eq!(codes(&again), ["CANNOT_SEND"], "{sent}");
        let mine = ada.say(message(&json!({ "userId": pat.id }), "Yes?")).await;
        assert_eq!(codes(&mine), ["CANNOT_SEND"], "{sent}");
    }
    server.check_integrity().await;
}
