//! Marking entries as read, deleting them, and what is forgotten.

use std::time::Duration;

use bedside::{
    entity::notification::{self, Kind},
    ids::{NotificationId, UserId},
    journal::{Row, Seq},
    notifications::forget_old,
};
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::{Value, json};

use super::{DELETE, MARK, NODE};
use crate::support::{Actor, TestServer, codes, each};

/// A patient with three answers of a doctor in the inbox, who has read nothing.
async fn three_answers(server: &TestServer) -> (Actor, Actor, Vec<Value>) {
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let question = pat.sent(&thread, "May I?").await;
    for text in ["Yes", "No", "Perhaps"] {
        ada.answer(&thread, &question, text).await;
    }
    let inbox = pat.inbox().await;
    assert_eq!(each(&json!(inbox), "kind"), ["MESSAGE_REPLY", "NEW_MESSAGE", "MESSAGE_REPLY", "MESSAGE_REPLY"]);
    (ada, pat, inbox)
}

#[tokio::test]
async fn some_are_marked_and_then_all_and_the_messages_stay_unread() {
    let server = TestServer::start().await;
    let (ada, pat, inbox) = three_answers(&server).await;
    let marked = pat.mark(json!({ "ids": [inbox[0]["id"], inbox[2]["id"]] })).await;
    let read = |entry: &Value| json!({ "id": entry["id"], "isRead": true });
    assert_eq!(marked["notifications"], json!([read(&inbox[0]), read(&inbox[2])]));
    assert_eq!((&marked["unreadCount"], &marked["userErrors"]), (&json!(2), &json!([])));
    assert_eq!(pat.kinds().await, ["MESSAGE_REPLY", "NEW_MESSAGE*", "MESSAGE_REPLY", "MESSAGE_REPLY*"]);
    server.unchanged(pat.mark(json!({ "ids": [inbox[0]["id"]] }))).await;
    let unread = pat.inbox_with(json!({ "f": { "unreadOnly": true } })).await;
    assert_eq!(each(&json!(unread), "kind"), ["NEW_MESSAGE", "MESSAGE_REPLY"]);

    let marked = pat.mark(json!({ "all": {} })).await;
    assert_eq!((&marked["notifications"], &marked["unreadCount"]), (&json!([]), &json!(1)));
    assert_eq!((pat.badge().await, pat.unread().await.0), (1, 3), "nobody is told that the messages were read");
    assert_eq!(ada.badge().await, 1);
    server.unchanged(pat.mark(json!({ "all": {} }))).await;
    server.check_integrity().await;
}

#[tokio::test]
async fn all_that_was_shown_is_marked_and_not_what_came_since() {
    let server = TestServer::start().await;
    let (ada, pat, _) = three_answers(&server).await;
    let page = pat.run(super::LIST, json!({})).await;
    let shown = page["notifications"]["pageInfo"]["startCursor"].clone();
    let thread = page["notifications"]["edges"][0]["node"]["conversation"]["id"].as_str().unwrap().to_owned();
    let question = pat.sent(&thread, "And now?").await;
    ada.answer(&thread, &question, "Wait").await;
    assert_eq!(pat.mark(json!({ "all": { "upTo": shown } })).await["unreadCount"], 2);
    assert_eq!(
        pat.kinds().await,
        ["MESSAGE_REPLY*", "NEW_MESSAGE*", "MESSAGE_REPLY", "MESSAGE_REPLY", "MESSAGE_REPLY"]
    );
    for foreign in [json!("nowhere"), json!(pat.cursor().await)] {
        let input = json!({ "i": { "all": { "upTo": foreign } } });
        assert_eq!(server.unchanged(pat.code(MARK, input)).await, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn an_entry_is_taken_out_and_what_it_tells_of_stays() {
    let server = TestServer::start().await;
    let (_, pat, inbox) = three_answers(&server).await;
    let gone = pat.take_out(&inbox[0]["id"]).await;
    assert_eq!(gone, json!({ "deletedId": inbox[0]["id"], "unreadCount": 3, "userErrors": [] }));
    assert_eq!(pat.kinds().await, ["NEW_MESSAGE*", "MESSAGE_REPLY*", "MESSAGE_REPLY*"]);
    assert_eq!(pat.inbox().await[0]["message"]["text"], "Perhaps");
    assert_eq!(pat.run(NODE, json!({ "id": inbox[0]["id"] })).await["node"], Value::Null);
    assert_eq!(server.unchanged(pat.code(DELETE, json!({ "i": { "id": inbox[0]["id"] } }))).await, "NOT_FOUND");
}

#[tokio::test]
async fn unread_messages_are_neither_marked_nor_taken_out_here() {
    let server = TestServer::start().await;
    let (_, pat, inbox) = three_answers(&server).await;
    let refused = server.unchanged(pat.mark(json!({ "ids": [inbox[0]["id"], inbox[1]["id"]] }))).await;
    assert_eq!(codes(&refused), ["NOT_ALLOWED"]);
    assert_eq!(refused["userErrors"][0]["field"], json!(["input", "ids"]));
    let sentence = refused["userErrors"][0]["message"].as_str().unwrap();
    assert!(sentence.contains("when you read the conversation"), "{sentence}");
    assert_eq!((&refused["notifications"], &refused["unreadCount"]), (&json!([]), &json!(4)));
    let refused = server.unchanged(pat.take_out(&inbox[1]["id"])).await;
    assert_eq!((codes(&refused), &refused["userErrors"][0]["field"]), (vec!["NOT_ALLOWED"], &json!(["input", "id"])));
}

#[tokio::test]
async fn the_entries_of_others_are_not_there() {
    let server = TestServer::start().await;
    let (ada, pat, inbox) = three_answers(&server).await;
    let eve = server.doctor("eve").await;
    let nowhere = json!(NotificationId::generate().to_string());
    for (who, id) in [(&ada, &inbox[0]["id"]), (&eve, &inbox[0]["id"]), (&eve, &inbox[1]["id"]), (&pat, &nowhere)] {
        assert_eq!(server.unchanged(who.code(DELETE, json!({ "i": { "id": id } }))).await, "NOT_FOUND");
        assert_eq!(server.unchanged(who.code(MARK, json!({ "i": { "ids": [id] } }))).await, "NOT_FOUND");
        assert_eq!(who.run(NODE, json!({ "id": id })).await["node"], Value::Null);
    }
    let mixed = json!({ "i": { "ids": [inbox[0]["id"], nowhere] } });
    assert_eq!(server.unchanged(pat.code(MARK, mixed)).await, "NOT_FOUND");
    let many: Vec<_> = (0..101).map(|_| inbox[0]["id"].clone()).collect();
    for input in [json!({ "ids": ["msg_01h455vb4pex5vsknk084sn02q"] }), json!({ "ids": many })] {
        assert_eq!(server.unchanged(pat.code(MARK, json!({ "i": input }))).await, "BAD_USER_INPUT");
    }
    for neither_or_both in [json!({}), json!({ "ids": [], "all": {} }), json!({ "ids": null })] {
        let refused = server.unchanged(pat.code(MARK, json!({ "i": neither_or_both }))).await;
        assert_eq!(refused, "GRAPHQL_VALIDATION_FAILED");
    }
    assert_eq!(pat.code(DELETE, json!({ "i": { "id": "ntf_x" } })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn what_was_read_long_ago_is_forgotten_and_what_was_not_is_kept() {
    let server = TestServer::start().await;
    let (_, pat, inbox) = three_answers(&server).await;
    pat.mark(json!({ "ids": [inbox[0]["id"]] })).await;
    server.clock.advance(Duration::from_secs(89 * 86_400));
    let pat = pat.renewed(&server).await;
    pat.mark(json!({ "ids": [inbox[2]["id"]] })).await;
    assert!(forget_old(&server.app).await.is_ok());
    assert_eq!(pat.inbox().await.len(), 4);
    server.clock.advance(Duration::from_secs(2 * 86_400));
    let pat = pat.renewed(&server).await;
    assert!(forget_old(&server.app).await.is_ok());
    assert_eq!(pat.kinds().await, ["NEW_MESSAGE*", "MESSAGE_REPLY", "MESSAGE_REPLY*"]);
    server.check_integrity().await;
}

#[tokio::test]
async fn of_very_much_unread_the_oldest_is_forgotten_and_the_devices_hear_of_it() {
    let server = TestServer::start().await;
    let (_, pat, _) = three_answers(&server).await;
    let kim = server.patient("kim").await;
    let [of_pat, of_kim] = [&pat, &kim].map(|who| UserId::parse(&who.id).unwrap());
    let head = bedside::journal::head(server.app.database.reader()).await.unwrap().seq.0;
    let now = server.app.clock.now();
    server
        .write(move || {
            let entry = |place: i64| notification::Model {
                user_id: of_pat,
                seq: Seq(head + place),
                id: NotificationId::generate(),
                kind: Kind::ContactRequest,
                actor_id: of_kim,
                conversation_id: None,
                message_id: None,
                message_seq: None,
                invitation_id: None,
                is_silent: false,
                created_at: now,
                read_at: None,
            };
            (1..=999).map(|place| Row::insert(entry(place).into_active_model())).collect()
        })
        .await;
    assert_eq!(pat.badge().await, 999 + 4);
    let mut phone = pat.events(None).await;
    assert!(forget_old(&server.app).await.is_ok());
    let changed = phone.next_of("NotificationsChanged").await;
    assert_eq!((&changed.0["notificationIds"], &changed.0["actor"]), (&json!([]), &Value::Null));
    let db = server.app.database.reader();
    assert_eq!((pat.badge().await, notification::Entity::find().count(db).await.unwrap()), (1_001, 1_000));
    let events = server.stored().await[0];
    assert!(forget_old(&server.app).await.is_ok());
    assert_eq!(server.stored().await[0], events, "nothing is too much any more");
}
