//! Who is told of what.

use bedside::entity::{event, notification};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::{
    programs::Program,
    support::{Actor, TestServer},
};

#[tokio::test]
async fn an_answer_is_told_to_who_is_answered_until_they_read_it() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let question = pat.sent(&thread, "Twice a day?").await;
    let answer = ada.answer(&thread, &question, "Once a day").await;

    let inbox = pat.inbox().await;
    assert_eq!(inbox.len(), 2, "{inbox:?}");
    // The entry of the answer was stored after the message itself.
    let (told, waiting) = (&inbox[0], &inbox[1]);
    assert_eq!(
        (&told["kind"], &told["isRead"], &told["readAt"]),
        (&json!("MESSAGE_REPLY"), &json!(false), &Value::Null)
    );
    assert_eq!(told["message"], json!({ "id": answer, "text": "Once a day" }));
    assert_eq!((&told["actor"]["username"], &told["conversation"]["id"]), (&json!("ada"), &json!(thread)));
    assert_eq!((&told["contact"], &told["invitation"], &told["count"]), (&Value::Null, &Value::Null, &json!(1)));
    assert!(told["id"].as_str().unwrap().starts_with("ntf_"));
    assert_eq!((&waiting["kind"], &waiting["count"]), (&json!("NEW_MESSAGE"), &json!(1)));
    assert_eq!(waiting["message"]["id"], json!(answer));
    assert_eq!((pat.badge().await, ada.badge().await), (2, 1));
    assert_eq!(ada.kinds().await, ["NEW_MESSAGE*"], "the question, which she has not read");

    pat.read(&thread, Some(&question)).await;
    assert_eq!(pat.kinds().await, ["MESSAGE_REPLY*", "NEW_MESSAGE*"], "the marker stands before the answer");
    pat.read(&thread, Some(&answer)).await;
    assert_eq!((pat.kinds().await, pat.badge().await), (vec!["MESSAGE_REPLY".to_owned()], 0));
    assert!(pat.inbox().await[0]["readAt"].is_string());
    pat.unread_from(&thread, &answer).await;
    assert_eq!(pat.kinds().await, ["MESSAGE_REPLY", "NEW_MESSAGE*"], "one told once; the conversation tells again");
    server.check_integrity().await;
}

#[tokio::test]
async fn unread_messages_are_one_entry_for_each_conversation() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (of_ada, of_joe) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&joe, &pat]).await);
    ada.send(&of_ada, "One").await;
    let first = pat.inbox().await[0]["id"].clone();
    joe.send(&of_joe, "Hello").await;
    let newest = ada.sent(&of_ada, "Two").await;
    pat.send(&of_ada, "My own does not count").await;
    let inbox = pat.inbox().await;
    let brief: Vec<_> = inbox.iter().map(|entry| (&entry["conversation"]["id"], &entry["count"])).collect();
    assert_eq!(brief, [(&json!(of_ada), &json!(2)), (&json!(of_joe), &json!(1))]);
    assert_eq!((&inbox[0]["id"], &inbox[0]["message"]["id"]), (&first, &json!(newest)), "the same entry, moved up");
    let node = pat.run(super::NODE, json!({ "id": first })).await["node"].take();
    assert_eq!(node, json!({ "id": first, "kind": "NEW_MESSAGE", "count": 2 }));
    ada.delete(&newest).await;
    let inbox = pat.inbox().await;
    assert_eq!((&inbox[0]["conversation"]["id"], &inbox[1]["message"]["text"]), (&json!(of_joe), &json!("One")));
    pat.hear_at(&of_joe, "MENTIONS", None).await;
    assert_eq!((pat.kinds().await.len(), pat.badge().await), (1, 1), "not where they are not told of every message");
    pat.read(&of_ada, None).await;
    assert_eq!((pat.kinds().await, pat.badge().await), (vec![], 0));
    assert_eq!(pat.run(super::NODE, json!({ "id": first })).await["node"], Value::Null);
}

#[tokio::test]
async fn a_request_is_told_and_settled_by_its_answer_or_when_it_is_taken_back() {
    const REQUEST: &str =
        "mutation($u: ID!) { requestContact(input: { userId: $u }) { contact { id } userErrors { code } } }";
    const RESPOND: &str =
        "mutation($c: ID!) { respondToContact(input: { contactId: $c, accept: false }) { userErrors { code } } }";
    const REMOVE: &str = "mutation($c: ID!) { removeContact(input: { contactId: $c }) { userErrors { code } } }";
    const RECEIVED: &str = "{ contacts(filter: { state: RECEIVED }) { nodes { id } } }";
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let ask = async |who: &Actor, other: &Actor| {
        who.run(REQUEST, json!({ "u": other.id })).await["requestContact"]["contact"]["id"].take()
    };
    let sent = ask(&pat, &ada).await;
    ask(&pat, &ada).await;
    let told = ada.inbox().await;
    assert_eq!(told.len(), 1, "asking again tells nothing new: {told:?}");
    assert_eq!((&told[0]["kind"], &told[0]["actor"]["username"]), (&json!("CONTACT_REQUEST"), &json!("pat")));
    assert_eq!((&told[0]["contact"]["state"], &told[0]["conversation"]), (&json!("RECEIVED"), &Value::Null));
    pat.run(REMOVE, json!({ "c": sent })).await;
    assert_eq!((ada.kinds().await, ada.badge().await), (vec!["CONTACT_REQUEST".to_owned()], 0), "taken back");
    assert_eq!(ada.inbox().await[0]["contact"], Value::Null);

    ask(&pat, &ada).await;
    assert_eq!(ada.kinds().await, ["CONTACT_REQUEST*", "CONTACT_REQUEST"]);
    let received = ada.run(RECEIVED, json!({})).await["contacts"]["nodes"][0]["id"].take();
    ada.run(RESPOND, json!({ "c": received })).await;
    assert_eq!((ada.badge().await, pat.inbox().await), (0, vec![]), "declined, which tells the other nothing here");
    ask(&ada, &pat).await;
    assert_eq!(pat.kinds().await, ["CONTACT_REQUEST*"]);
    ask(&pat, &ada).await;
    assert_eq!((pat.badge().await, ada.badge().await), (0, 0), "asking back is an answer");
    assert_eq!(pat.inbox().await[0]["contact"]["state"], "ACCEPTED");
    server.check_integrity().await;
}

#[tokio::test]
async fn an_invitation_is_told_and_settled_by_its_answer_or_when_it_is_taken_back() {
    const RESPOND: &str =
        "mutation($i: ID!) { respondToInvitation(input: { invitationId: $i, accept: true }) { userErrors { code } } }";
    const WITHDRAW: &str =
        "mutation($i: ID!) { withdrawInvitation(input: { invitationId: $i }) { userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, joe, eve) = (server.doctor("ada").await, server.doctor("joe").await, server.doctor("eve").await);
    let group = server.group(&ada, &[&joe]).await;
    ada.invite(&group, &eve).await;
    ada.invite(&group, &eve).await;
    let told = eve.inbox().await;
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["kind"], &told[0]["actor"]["username"]), (&json!("GROUP_INVITE"), &json!("ada")));
    let (invitation, conversation) = (&told[0]["invitation"], &told[0]["conversation"]);
    assert_eq!((&invitation["state"], &invitation["conversationTitle"]), (&json!("PENDING"), &json!("Ward round")));
    assert_eq!(conversation, &Value::Null, "not before she takes part");
    assert_eq!(ada.refused(WITHDRAW, json!({ "i": invitation["id"] })).await, [""; 0]);
    assert_eq!((eve.kinds().await, eve.badge().await), (vec!["GROUP_INVITE".to_owned()], 0));
    assert_eq!(eve.inbox().await[0]["invitation"]["state"], "WITHDRAWN");

    ada.invite(&group, &eve).await;
    let told = eve.inbox().await[0].take();
    assert_eq!(eve.refused(RESPOND, json!({ "i": told["invitation"]["id"] })).await, [""; 0]);
    assert_eq!((eve.stored_kinds().await, eve.badge().await), (vec!["GROUP_INVITE".to_owned(); 2], 0));
    assert_eq!(eve.inbox().await[0]["conversation"]["id"], json!(group), "she takes part now");
    server.check_integrity().await;
}

#[tokio::test]
async fn nobody_is_told_of_themselves_or_by_whom_they_block_or_of_a_line_of_the_server() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.group(&ada, &[&joe, &pat]).await;
    let question = pat.sent(&group, "May I get up?").await;
    pat.answer(&group, &question, "I mean, alone").await;
    assert_eq!(pat.stored_kinds().await, [""; 0], "their own answer");
    pat.block(&joe, true).await;
    joe.answer(&group, &question, "Why not").await;
    assert_eq!(pat.stored_kinds().await, [""; 0], "of somebody they block");
    pat.block(&joe, false).await;
    joe.answer(&group, &question, "Why not").await;
    assert_eq!(pat.stored_kinds().await, ["MESSAGE_REPLY*"]);

    const LINES: &str =
        "query($c: ID!) { conversation(id: $c) { messages(filter: { kind: SYSTEM }) { nodes { id } } } }";
    const ADD: &str = "mutation($i: AddParticipantsInput!) { addParticipants(input: $i) { userErrors { code } } }";
    let eve = server.doctor("eve").await;
    ada.run(ADD, json!({ "i": { "conversationId": group, "userIds": [eve.id] } })).await;
    let line = ada.run(LINES, json!({ "c": group })).await["conversation"]["messages"]["nodes"][0]["id"].take();
    joe.answer(&group, line.as_str().unwrap(), "Welcome").await;
    assert_eq!(ada.stored_kinds().await, [""; 0], "what the server wrote is nobody's");

    ada.remove(&group, &pat).await;
    joe.answer(&group, &question, "Gone?").await;
    let told = pat.inbox().await;
    assert_eq!(told.len(), 1, "nothing after they left: {told:?}");
    assert_eq!((&told[0]["message"], &told[0]["conversation"]), (&Value::Null, &Value::Null), "nor what was before");
    server.check_integrity().await;
}

#[tokio::test]
async fn what_was_taken_back_is_read_and_tells_no_word() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let question = pat.sent(&thread, "Twice a day?").await;
    let answer = ada.answer(&thread, &question, "Ask somebody else").await;
    let mut phone = server.signed_in_again(&pat).await.events(None).await;
    ada.delete(&answer).await;
    let changed = phone.next_of("NotificationsChanged").await;
    let inbox = pat.inbox().await;
    assert_eq!(changed.0["notificationIds"], json!([inbox[0]["id"]]));
    assert_eq!((pat.badge().await, &inbox[0]["message"]["text"]), (0, &json!("")));
    server.check_integrity().await;
}

#[tokio::test]
async fn what_somebody_hides_from_themselves_tells_them_nothing_more() {
    const HIDE: &str = "mutation($m: ID!) { hideMessage(input: { messageId: $m }) { userErrors { code } } }";
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let question = pat.sent(&thread, "Twice a day?").await;
    ada.send(&thread, "Good morning").await;
    let answer = ada.answer(&thread, &question, "Once a day").await;
    assert_eq!(pat.refused(HIDE, json!({ "m": answer })).await, [""; 0]);
    let inbox = pat.inbox().await;
    assert_eq!(pat.kinds().await, ["MESSAGE_REPLY", "NEW_MESSAGE*"]);
    assert_eq!((&inbox[0]["message"], &inbox[1]["message"]["text"]), (&Value::Null, &json!("Good morning")));
    assert_eq!((&inbox[1]["count"], pat.badge().await), (&json!(1), 1));
    server.check_integrity().await;
}

#[tokio::test]
async fn a_program_that_may_read_messages_has_an_inbox() {
    const BADGE: &str = "{ viewer { unreadNotificationCount } }";
    let server = TestServer::start().await;
    let (pat, program) = (server.patient("pat").await, Program::make(&server, "reminders").await);
    let bot = program.with_scopes(&server, &["READ_MESSAGES", "SEND_MESSAGES"]).await;
    let thread = server.conversation(&[&bot, &pat]).await;
    let reminder = bot.sent(&thread, "Tomorrow at nine").await;
    pat.answer(&thread, &reminder, "I will be there").await;
    assert_eq!((bot.kinds().await, bot.badge().await), (vec!["MESSAGE_REPLY*".to_owned(), "NEW_MESSAGE*".into()], 2));
    assert_eq!(bot.mark(json!({ "all": {} })).await["unreadCount"], 1);
    let courier = program.with_scopes(&server, &["SEND_MESSAGES"]).await;
    assert_eq!(courier.code(BADGE, json!({})).await, "FORBIDDEN");
    assert_eq!(courier.code("{ notifications { unreadCount } }", json!({})).await, "FORBIDDEN");
}

#[tokio::test]
async fn a_stored_entry_and_its_event_hold_no_word_anybody_wrote() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.group(&ada, &[&pat]).await;
    let question = pat.sent(&group, "The biopsy hurts").await;
    ada.answer(&group, &question, "The biopsy went well").await;
    ada.invite(&group, &joe).await;
    let db = server.app.database.reader();
    let rows = format!("{:?}", notification::Entity::find().all(db).await.unwrap());
    let told = event::Column::Kind.starts_with("NOTIFICATION");
    let events = format!("{:?}", event::Entity::find().filter(told).all(db).await.unwrap());
    for (stored, count) in [(rows, 2), (events, 2)] {
        assert_eq!(stored.matches("Model {").count(), count, "{stored}");
        for word in ["biopsy", "Ward", "pat@", "ada"] {
            assert!(!stored.contains(&format!("\"{word}")) && !stored.contains(&format!("{word} ")), "{stored}");
        }
    }
}
