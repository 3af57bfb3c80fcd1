//! Sending and hearing.

use std::sync::Arc;

use bedside::{
    entity::participant::{self, ParticipantRole},
    ids::{AttachmentId, ConversationId, MessageId, UserId},
    journal::Row,
};
use futures_util::future::join_all;
use sea_orm::ActiveValue::{Set, Unchanged};
use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, message, to, with};

const MESSAGE_ADDED: &str =
    "subscription($c: ID!) { messageAdded(conversationId: $c) { cursor node { id text sender { username } } } }";

#[tokio::test]
async fn a_patient_hears_what_the_doctor_sends() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut inbox = pat.subscribe(MESSAGE_ADDED, json!({ "c": thread })).await;
    ada.send(&thread, "Results are in").await;
    let heard = inbox.next().await;
    assert_eq!(heard["messageAdded"]["node"]["text"], "Results are in");
    assert_eq!(heard["messageAdded"]["node"]["sender"]["username"], "ada");
    assert_eq!(pat.history(&thread).await, ["Results are in"]);
}

#[tokio::test]
async fn a_message_is_kept_trimmed_and_as_long_as_five_thousand_characters_of_any_kind() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (plain, astral) = ("x".repeat(5_000), "😀".repeat(5_000));
    for (text, kept) in [
        ("  Hello \n\t", "Hello"),
        ("\u{2003}two\n\nlines\u{a0}", "two\n\nlines"),
        (plain.as_str(), plain.as_str()),
        (astral.as_str(), astral.as_str()),
        (&format!("   {astral}   "), astral.as_str()),
        ("👩‍⚕️ says \"hi\" \\ 'and' <b>bye</b>", "👩‍⚕️ says \"hi\" \\ 'and' <b>bye</b>"),
    ] {
        assert_eq!(ada.send(&thread, text).await["text"], kept);
        assert_eq!(pat.history(&thread).await.last().unwrap(), kept);
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_and_nothing_is_stored() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let (thread, other) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &kim]).await);
    let elsewhere = ada.sent(&other, "Elsewhere").await;
    let files = |count: usize| (0..count).map(|_| AttachmentId::generate().to_string()).collect::<Vec<_>>();
    let cases = [
        (json!({ "text": "" }), "BLANK", "text"),
        (json!({ "text": " \n\t\u{2003} " }), "BLANK", "text"),
        (json!({ "text": "x".repeat(5_001) }), "TOO_LONG", "text"),
        (json!({ "text": "😀".repeat(5_001) }), "TOO_LONG", "text"),
        (json!({ "text": "a\u{0}b" }), "INVALID_FORMAT", "text"),
        (json!({ "attachmentIds": files(11) }), "TOO_MANY", "attachmentIds"),
        (json!({ "attachmentIds": files(10) }), "ATTACHMENT_NOT_USABLE", "attachmentIds"),
        (json!({ "replyToId": elsewhere }), "REPLY_NOT_IN_CONVERSATION", "replyToId"),
        (json!({ "replyToId": MessageId::generate().to_string() }), "REPLY_NOT_IN_CONVERSATION", "replyToId"),
    ];
    for (changes, code, field) in cases {
        let input = with(message(&to(&thread), "Hello"), &changes);
        let refused = server.unchanged(ada.say(input.clone())).await;
        assert_eq!(codes(&refused), [code], "{changes}");
        assert_eq!(refused["userErrors"][0]["field"], json!(["input", field]));
        assert_eq!((&refused["message"], &refused["replayed"]), (&Value::Null, &json!(false)));
        let mended = with(message(&to(&thread), "Mended"), &json!({ "clientId": input["clientId"] }));
        assert_eq!(ada.say(mended).await["replayed"], false, "a refusal keeps nothing under its clientId");
    }
    let to_herself = server.unchanged(ada.say(message(&json!({ "userId": ada.id }), "Hello"))).await;
    assert_eq!(codes(&to_herself), ["SELF_NOT_ALLOWED"]);
    assert_eq!(to_herself["userErrors"][0]["field"], json!(["input", "to", "userId"]));
}

#[tokio::test]
async fn a_message_to_nobody_or_with_malformed_input_is_an_error_with_a_code() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let good = message(&to(&thread), "Hello");
    let malformed = ["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"];
    for (changes, expected) in [
        (json!({ "to": { "conversationId": ConversationId::generate().to_string() } }), ["NOT_FOUND"].as_slice()),
        (json!({ "to": { "userId": UserId::generate().to_string() } }), &["NOT_FOUND"]),
        (json!({ "to": { "conversationId": pat.id } }), &["BAD_USER_INPUT"]),
        (json!({ "to": { "userId": thread } }), &["BAD_USER_INPUT"]),
        (json!({ "to": {} }), &malformed),
        (json!({ "to": { "userId": pat.id, "conversationId": thread } }), &malformed),
        (json!({ "clientId": "not a uuid" }), &malformed),
        (json!({ "clientId": null }), &malformed),
        (json!({ "text": 5 }), &malformed),
        (json!({ "replyToId": "nonsense" }), &["BAD_USER_INPUT"]),
        (json!({ "attachmentIds": ["nonsense"] }), &["BAD_USER_INPUT"]),
        (json!({ "urgency": true }), &malformed),
    ] {
        let code = server.unchanged(ada.say_code(with(good.clone(), &changes))).await;
        assert!(expected.contains(&code.as_str()), "{changes} was answered {code}");
    }
    const STATE: &str = "mutation($c: ID!, $s: ConversationState!) { setConversationState(input: { conversationId: $c, state: $s }) { userErrors { code } } }";
    let code = server.unchanged(ada.code(STATE, json!({ "c": thread, "s": "FORGOTTEN" }))).await;
    assert!(malformed.contains(&code.as_str()), "{code}");
    const INLINE: &str = "mutation($c: ID!) { setConversationState(input: { conversationId: $c, state: FORGOTTEN }) { userErrors { code } } }";
    assert_eq!(ada.code(INLINE, json!({ "c": thread })).await, "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(ada.code("{ nonsense }", json!({})).await, "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(ada.code("{ viewer {", json!({})).await, "GRAPHQL_PARSE_FAILED");
}

#[tokio::test]
async fn the_same_request_again_gives_the_message_as_it_is_now() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let input = message(&to(&thread), "Take one a day");
    let first = ada.say(input.clone()).await;
    assert_eq!((&first["replayed"], &first["message"]["clientId"]), (&json!(false), &input["clientId"]));
    let id = first["message"]["id"].as_str().unwrap();
    let again = server.unchanged(ada.say(input.clone())).await;
    assert_eq!((&again["replayed"], &again["message"]), (&json!(true), &first["message"]));
    let padded = with(input.clone(), &json!({ "text": " Take one a day\n" }));
    assert_eq!(server.unchanged(ada.say(padded)).await["message"]["id"], id, "it is the same once trimmed");
    ada.edit(id, "Take two a day").await;
    let again = server.unchanged(ada.say(input.clone())).await;
    assert_eq!((&again["replayed"], &again["message"]["id"]), (&json!(true), &json!(id)));
    assert_eq!(again["message"]["text"], "Take two a day");
    ada.delete(id).await;
    let again = server.unchanged(ada.say(input.clone())).await;
    assert_eq!((&again["message"]["id"], &again["message"]["text"]), (&json!(id), &json!("")));
    assert_eq!(pat.say(input).await["replayed"], false, "a clientId is its author's own");
}

#[tokio::test]
async fn another_message_under_the_same_client_id_is_a_conflict() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (server.doctor("ada").await, server.patient("pat").await, server.patient("kim").await);
    let (thread, other) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &kim]).await);
    let reply = ada.sent(&thread, "Earlier").await;
    let input = message(&to(&thread), "Hello");
    ada.say(input.clone()).await;
    for changes in [
        json!({ "text": "Hello!" }),
        json!({ "to": { "conversationId": other } }),
        json!({ "to": { "userId": pat.id } }),
        json!({ "replyToId": reply }),
        json!({ "attachmentIds": [AttachmentId::generate().to_string()] }),
    ] {
        let code = server.unchanged(ada.say_code(with(input.clone(), &changes))).await;
        assert_eq!(code, "CONFLICT", "{changes}");
    }
}

#[tokio::test]
async fn one_request_sent_a_hundred_times_at_once_is_one_message() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (other_node, input) = (server.another_node().await, message(&to(&thread), "Only once"));
    let there = ada.at(&other_node);
    let sent =
        join_all((0..100).map(|n| if n % 2 == 0 { ada.say(input.clone()) } else { there.say(input.clone()) })).await;
    let first = &sent[0]["message"]["id"];
    assert!(first.is_string() && sent.iter().all(|payload| payload["message"]["id"] == *first));
    assert_eq!(sent.iter().filter(|payload| payload["replayed"] == false).count(), 1);
    assert_eq!(pat.history(&thread).await, ["Only once"]);
}

#[tokio::test]
async fn a_message_to_a_person_opens_the_conversation_with_it() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let to_pat = json!({ "userId": pat.id });
    let refused = server
        .unchanged(ada.say(with(message(&to_pat, "Hello"), &json!({ "replyToId": MessageId::generate().to_string() }))))
        .await;
    assert_eq!(codes(&refused), ["REPLY_NOT_IN_CONVERSATION"]);
    let input = message(&to_pat, "Good morning");
    let sent = ada.say(input.clone()).await;
    assert_eq!((&sent["replayed"], &sent["userErrors"]), (&json!(false), &json!([])));
    let thread = sent["message"]["conversation"]["id"].as_str().unwrap().to_owned();
    let again = server.unchanged(ada.say(input)).await;
    assert_eq!((&again["replayed"], &again["message"]), (&json!(true), &sent["message"]));
    let answer = pat.say(message(&json!({ "userId": ada.id }), "Good morning, doctor")).await;
    assert_eq!(answer["message"]["conversation"]["id"], thread.as_str());
    assert_eq!(pat.history(&thread).await, ["Good morning", "Good morning, doctor"]);
    let again = ada.say(message(&to_pat, "How are you?")).await;
    assert_eq!(again["message"]["conversation"]["id"], thread.as_str());
    assert_eq!(server.conversation(&[&pat, &ada]).await, thread);
}

#[tokio::test]
async fn two_people_who_write_first_at_once_meet_in_one_conversation_and_lose_nothing() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let sides: [(&Actor, Arc<Value>); 2] =
        [(&ada, Arc::new(json!({ "userId": pat.id }))), (&pat, Arc::new(json!({ "userId": ada.id })))];
    let sent = join_all((0..40).map(|n| {
        let (sender, other) = &sides[n % 2];
        sender.say(message(other, &format!("{} {n}", sender.username)))
    }))
    .await;
    let thread = sent[0]["message"]["conversation"]["id"].as_str().unwrap();
    assert!(
        sent.iter().all(|payload| payload["message"]["conversation"]["id"] == thread && payload["replayed"] == false)
    );
    let mut texts = pat.history(thread).await;
    texts.sort();
    let mut expected: Vec<_> = (0..40).map(|n| format!("{} {n}", sides[n % 2].0.username)).collect();
    expected.sort();
    assert_eq!(texts, expected);
    assert_eq!(server.stored().await[2], 1, "conversations");
}

#[tokio::test]
async fn a_reply_shows_what_it_answers_even_when_that_was_deleted_since() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let question = ada.sent(&thread, "Does it hurt?").await;
    let reply = pat.say(with(message(&to(&thread), "No"), &json!({ "replyToId": question }))).await["message"].clone();
    assert_eq!(reply["replyTo"], json!({ "id": question, "text": "Does it hurt?" }));
    ada.delete(&question).await;
    const REPLY: &str = "query($m: ID!) { message(id: $m) { replyTo { id text } } }";
    let seen = pat.run(REPLY, json!({ "m": reply["id"] })).await;
    assert_eq!(seen["message"]["replyTo"], json!({ "id": question, "text": "" }));
}

#[tokio::test]
async fn an_observer_reads_and_cannot_send() {
    let server = TestServer::start().await;
    let (ada, joe, stu) = (
        server.doctor("ada").await,
        server.doctor("joe").await,
        server.person("stu", bedside::entity::user::Role::Student).await,
    );
    let group = server.conversation(&[&ada, &joe, &stu]).await;
    let (conversation_id, user_id) = (ConversationId::parse(&group).unwrap(), UserId::parse(&stu.id).unwrap());
    server
        .write(move || {
            let row = participant::ActiveModel {
                conversation_id: Unchanged(conversation_id),
                user_id: Unchanged(user_id),
                role: Set(ParticipantRole::Observer),
                ..Default::default()
            };
            vec![Row::update(row)]
        })
        .await;
    ada.send(&group, "Watch closely").await;
    assert_eq!(stu.history(&group).await, ["Watch closely"]);
    assert_eq!(codes(&server.unchanged(stu.say(message(&to(&group), "May I?"))).await), ["CANNOT_SEND"]);
    const CAN: &str = "query($c: ID!) { conversation(id: $c) { viewerCanSend { allowed code } } }";
    let can = stu.run(CAN, json!({ "c": group })).await["conversation"]["viewerCanSend"].clone();
    assert_eq!(can, json!({ "allowed": false, "code": "CANNOT_SEND" }));
}
