//! What people put on a message: reactions, pins, the word that it is urgent; and hiding it.

use serde_json::{Value, json};

use crate::support::{Actor, TestServer, codes, each};

const ADD: &str = "mutation($m: ID!, $e: String!) { addReaction(input: { messageId: $m, emoji: $e }) { message { id reactions { ...R } } userErrors { code field } } }
    fragment R on Reaction { emoji count viewerHasReacted users { username } since }";
const TAKE: &str = "mutation($m: ID!, $e: String!) { removeReaction(input: { messageId: $m, emoji: $e }) { message { id reactions { emoji count viewerHasReacted users { username } } } userErrors { code } } }";
const PIN: &str = "mutation($m: ID!) { pinMessage(input: { messageId: $m }) { message { pinnedAt pinnedBy { username } } userErrors { code } } }";
const UNPIN: &str = "mutation($m: ID!) { unpinMessage(input: { messageId: $m }) { message { pinnedAt pinnedBy { username } } userErrors { code } } }";
const PINNED: &str = "query($c: ID!) { conversation(id: $c) { pinnedMessages { id text } } }";
const URGENT: &str = "mutation($m: ID!, $u: Boolean!) { setUrgent(input: { messageId: $m, isUrgent: $u }) { message { isUrgent } userErrors { code } } }";
const HIDE: &str = "mutation($m: ID!) { hideMessage(input: { messageId: $m }) { messageId userErrors { code } } }";
const CHANGED: &str = "subscription { events { __typename ... on MessageChanged { what node { id isUrgent pinnedAt reactions { emoji count viewerHasReacted } } }
    ... on MessageHidden { messageId } } }";

async fn react(who: &Actor, message: &str, emoji: &str) -> Value {
    who.run(ADD, json!({ "m": message, "e": emoji })).await["addReaction"].clone()
}

async fn take(who: &Actor, message: &str, emoji: &str) -> Value {
    who.run(TAKE, json!({ "m": message, "e": emoji })).await["removeReaction"].clone()
}

#[tokio::test]
async fn a_patient_thanks_with_an_emoji_and_everybody_sees_it_at_once() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let id = ada.sent(&thread, "Your results are fine").await;
    let mut heard = ada.subscribe(CHANGED, json!({})).await;
    assert_eq!(heard.next_event().await["__typename"], "Ready");
    let reacted = react(&pat, &id, "🙏").await;
    assert_eq!(reacted["message"]["reactions"][0]["users"][0]["username"], "pat");
    let event = heard.next_event().await;
    assert_eq!(event["what"], "REACTIONS");
    assert_eq!(event["node"]["reactions"], json!([{ "emoji": "🙏", "count": 1, "viewerHasReacted": false }]));

    react(&ada, &id, "🙏").await;
    react(&ada, &id, "❤️").await;
    let all = react(&pat, &id, "❤").await["message"]["reactions"].clone();
    assert_eq!(each(&all, "emoji"), ["🙏", "❤️"], "one spelling for each, in the order they came");
    assert_eq!((&all[0]["count"], &all[1]["count"]), (&json!(2), &json!(2)));
    let again = server.unchanged(react(&pat, &id, "🙏")).await;
    assert_eq!(again["message"]["reactions"], all, "the same again changes nothing");
    let left = take(&pat, &id, "🙏").await["message"]["reactions"].clone();
    assert_eq!((&left[0]["count"], &left[0]["viewerHasReacted"]), (&json!(1), &json!(false)));
    server.unchanged(take(&pat, &id, "🙏")).await;
}

#[tokio::test]
async fn a_word_is_no_reaction_and_who_may_not_send_may_not_react() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let id = ada.sent(&thread, "Hello").await;
    for emoji in ["thanks", "", "🙏🙏", "a", "<b>", "1"] {
        let refused = server.unchanged(react(&pat, &id, emoji)).await;
        assert_eq!(codes(&refused), ["INVALID_FORMAT"], "{emoji}");
    }
    ada.delete(&id).await;
    assert_eq!(codes(&server.unchanged(react(&pat, &id, "🙏")).await), ["MESSAGE_DELETED"]);
    const ARCHIVE: &str = "mutation($c: ID!) { setConversationState(input: { conversationId: $c, state: ARCHIVED }) { userErrors { code } } }";
    let other = ada.sent(&thread, "One more").await;
    assert!(ada.refused(ARCHIVE, json!({ "c": thread })).await.is_empty());
    assert_eq!(codes(&server.unchanged(react(&pat, &other, "🙏")).await), ["CONVERSATION_CLOSED"]);
}

#[tokio::test]
async fn ten_people_who_react_at_once_are_all_counted() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let mut others = Vec::new();
    for n in 0..9 {
        others.push(server.doctor(&format!("doc{n}")).await);
    }
    let everybody: Vec<&Actor> = std::iter::once(&ada).chain(&others).collect();
    let group = server.conversation(&everybody).await;
    let id = ada.sent(&group, "Who is in?").await;
    futures_util::future::join_all(everybody.iter().map(|who| react(who, &id, "👍"))).await;
    let seen = react(&ada, &id, "👍").await["message"]["reactions"].clone();
    assert_eq!(seen[0]["count"], 10);
    ada.delete(&id).await;
    let gone = ada.run("query($m: ID!) { message(id: $m) { reactions { emoji } } }", json!({ "m": id })).await;
    assert_eq!(gone["message"]["reactions"], json!([]), "they go with the message");
}

#[tokio::test]
async fn fifty_messages_can_be_pinned_and_not_one_more() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let mut all = Vec::new();
    for n in 0..51 {
        all.push(ada.sent(&thread, &format!("Note {n}")).await);
    }
    for id in &all[..50] {
        assert!(pat.refused(PIN, json!({ "m": id })).await.is_empty());
    }
    let refused = server.unchanged(pat.refused(PIN, json!({ "m": all[50] }))).await;
    assert_eq!(refused, ["TOO_MANY"]);
    let pinned = pat.run(PINNED, json!({ "c": thread })).await["conversation"]["pinnedMessages"].clone();
    assert_eq!((pinned.as_array().unwrap().len(), &pinned[0]["text"]), (50, &json!("Note 49")), "the newest pin first");
    let mut heard = ada.subscribe(CHANGED, json!({})).await;
    heard.next_event().await;
    let off = ada.run(UNPIN, json!({ "m": all[0] })).await["unpinMessage"]["message"].clone();
    assert_eq!(off, json!({ "pinnedAt": null, "pinnedBy": null }), "whoever pinned it");
    let event = heard.next_event().await;
    assert_eq!((&event["what"], &event["node"]["pinnedAt"]), (&json!("PIN"), &Value::Null));
    assert!(pat.refused(PIN, json!({ "m": all[50] })).await.is_empty());
    ada.delete(&all[50]).await;
    let pinned = pat.run(PINNED, json!({ "c": thread })).await["conversation"]["pinnedMessages"].clone();
    assert!(!each(&pinned, "id").contains(&all[50].as_str()), "what is deleted is not pinned");
}

#[tokio::test]
async fn its_sender_and_clinicians_say_that_a_message_is_urgent() {
    let server = TestServer::start().await;
    let (ada, pat, kim) = (
        server.doctor("ada").await,
        server.patient("pat").await,
        server.person("kim", bedside::entity::user::Role::Staff).await,
    );
    let group = server.conversation(&[&ada, &pat, &kim]).await;
    let (of_pat, of_ada) = (pat.sent(&group, "It hurts").await, ada.sent(&group, "Where?").await);
    let set = async |who: &Actor, id: &str, on: bool| who.refused(URGENT, json!({ "m": id, "u": on })).await;
    assert_eq!(server.unchanged(set(&kim, &of_pat, true)).await, ["NOT_ALLOWED"]);
    assert_eq!(server.unchanged(set(&pat, &of_ada, true)).await, ["NOT_ALLOWED"]);
    let mut heard = kim.subscribe(CHANGED, json!({})).await;
    heard.next_event().await;
    assert!(set(&ada, &of_pat, true).await.is_empty());
    let event = heard.next_event().await;
    assert_eq!((&event["what"], &event["node"]["isUrgent"]), (&json!("URGENCY"), &json!(true)));
    assert!(set(&pat, &of_pat, false).await.is_empty());
    assert!(server.unchanged(set(&pat, &of_pat, false)).await.is_empty());
}

#[tokio::test]
async fn a_hidden_message_is_gone_for_one_and_there_for_the_other() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (first, second) = (ada.sent(&thread, "First").await, ada.sent(&thread, "Second").await);
    let mut phone = pat.subscribe(CHANGED, json!({})).await;
    phone.next_event().await;
    assert_eq!(pat.unread().await.0, 2);
    let hidden = pat.run(HIDE, json!({ "m": first })).await["hideMessage"].clone();
    assert_eq!(hidden, json!({ "messageId": first, "userErrors": [] }));
    assert_eq!(phone.next_event().await, json!({ "__typename": "MessageHidden", "messageId": first }));
    assert_eq!(pat.unread().await.0, 1);
    assert_eq!(
        (pat.history(&thread).await, ada.history(&thread).await),
        (vec!["Second".into()], vec!["First".into(), "Second".into()])
    );
    let by_id = pat.run("query($m: ID!) { message(id: $m) { text } }", json!({ "m": first })).await;
    assert_eq!(by_id["message"], Value::Null);
    assert_eq!(server.unchanged(pat.code(PIN, json!({ "m": first }))).await, "NOT_FOUND");
    assert_eq!(
        server.unchanged(pat.run(HIDE, json!({ "m": first }))).await["hideMessage"]["messageId"],
        first.as_str()
    );
    react(&ada, &first, "👍").await;
    ada.edit(&first, "First, again").await;
    ada.delete(&first).await;
    ada.send(&thread, "Third").await;
    let next = phone.next_event().await;
    assert_eq!(next["__typename"], "MessageAdded", "nothing more is heard of what was hidden: {next}");
    assert_eq!(pat.unread().await.0, 2, "it is not counted off twice");
    ada.delete(&second).await;
    assert_eq!(pat.unread().await.0, 1);
}

#[tokio::test]
async fn who_hid_their_own_message_can_still_take_it_back() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let id = ada.sent(&thread, "For somebody else").await;
    assert!(ada.refused(HIDE, json!({ "m": id })).await.is_empty());
    const DELETE: &str = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { userErrors { code } } }";
    assert!(ada.refused(DELETE, json!({ "m": id })).await.is_empty());
    assert_eq!(pat.history(&thread).await, [""]);
}
