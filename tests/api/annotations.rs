//! Boxes, arrows and words on pictures.

use bedside::entity::{image_annotation, user::Role};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, PNG, Paper, TestServer, codes, each, to};

const MARKS: &str = "fragment M on Attachment { id annotations { id label createdAt author { username } viewerCanRemove { allowed code }
    shape { __typename ... on AnnotationBox { left top right bottom } ... on AnnotationArrow { fromX fromY toX toY } ... on AnnotationText { x y } } } }";
const SEE: &str = "query($m: ID!) { message(id: $m) { viewerCanAnnotate { allowed code } attachments { ...M } } }";
const MARK: &str = "mutation($i: AnnotateAttachmentInput!) { annotateAttachment(input: $i) { annotation { id label } attachment { ...M } replayed userErrors { code field message } } }";
const REMOVE: &str = "mutation($a: ID!) { removeAnnotation(input: { annotationId: $a }) { annotationId attachment { annotations { id } } userErrors { code field } } }";
const CHANGED: &str = "subscription { events { __typename ... on MessageChanged { what node { id attachments { annotations { label author { username } } } } } } }";

fn xray() -> Paper {
    Paper::new("hand.png", "image/png", PNG)
}

fn at(x: f64, y: f64) -> Value {
    json!({ "text": { "x": x, "y": y } })
}

async fn mark(who: &Actor, file: &Value, shape: Value, label: &str) -> Value {
    let input = json!({ "attachmentId": file["id"], "shape": shape, "label": label });
    who.run(&format!("{MARK} {MARKS}"), json!({ "i": input })).await["annotateAttachment"].clone()
}

async fn see(who: &Actor, message: &str) -> Value {
    who.run(&format!("{SEE} {MARKS}"), json!({ "m": message })).await["message"].clone()
}

async fn remove(who: &Actor, mark: &Value) -> Value {
    who.run(REMOVE, json!({ "a": mark["id"] })).await["removeAnnotation"].clone()
}

async fn stored(server: &TestServer) -> u64 {
    image_annotation::Entity::find().count(server.app.database.reader()).await.unwrap()
}

#[tokio::test]
async fn a_doctor_points_at_something_and_the_patient_sees_it_at_once() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (sent, file) = pat.send_file(&thread, &xray()).await;
    let mut phone = pat.subscribe(CHANGED, json!({})).await;
    assert_eq!(phone.next_event().await["__typename"], "Ready");
    let before = pat.http().get(file["url"].as_str().unwrap()).bearer_auth(&pat.token).send().await.unwrap();
    let before = before.bytes().await.unwrap();

    let shape = json!({ "box": { "left": 0.1, "top": 0.2, "right": 0.55, "bottom": 1.0 } });
    let marked = mark(&ada, &file, shape, " The fracture ").await;
    assert_eq!((&marked["userErrors"], &marked["annotation"]["label"]), (&json!([]), &json!("The fracture")));
    let event = phone.next_event().await;
    let told = json!([{ "annotations": [{ "label": "The fracture", "author": { "username": "ada" } }] }]);
    assert_eq!((&event["what"], &event["node"]["attachments"]), (&json!("ANNOTATIONS"), &told));

    let arrow = json!({ "arrow": { "fromX": 0.0, "fromY": 0.0, "toX": 0.5, "toY": 0.25 } });
    let input = json!({ "attachmentId": file["id"], "shape": arrow });
    let pointed = pat.run(&format!("{MARK} {MARKS}"), json!({ "i": input })).await["annotateAttachment"].clone();
    assert_eq!(pointed["annotation"]["label"], Value::Null);
    mark(&pat, &file, at(1.0, 0.0), "It hurts here").await;
    let seen = see(&ada, &sent).await["attachments"][0]["annotations"].clone();
    let shapes: Vec<_> = seen.as_array().unwrap().iter().map(|mark| mark["shape"].clone()).collect();
    assert_eq!(
        shapes,
        [
            json!({ "__typename": "AnnotationBox", "left": 0.1, "top": 0.2, "right": 0.55, "bottom": 1.0 }),
            json!({ "__typename": "AnnotationArrow", "fromX": 0.0, "fromY": 0.0, "toX": 0.5, "toY": 0.25 }),
            json!({ "__typename": "AnnotationText", "x": 1.0, "y": 0.0 }),
        ]
    );
    let after = pat.http().get(file["url"].as_str().unwrap()).bearer_auth(&pat.token).send().await.unwrap();
    assert_eq!(after.bytes().await.unwrap(), before, "the picture stays as it is");
}

#[tokio::test]
async fn the_same_mark_sent_again_is_one_mark() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (sent, file) = pat.send_file(&thread, &xray()).await;
    let input =
        json!({ "attachmentId": file["id"], "shape": at(0.5, 0.5), "label": "Here", "clientId": Uuid::now_v7() });
    let query = format!("{MARK} {MARKS}");
    let first = ada.run(&query, json!({ "i": input })).await["annotateAttachment"].clone();
    let again = server.unchanged(ada.run(&query, json!({ "i": input }))).await["annotateAttachment"].clone();
    assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
    assert_eq!(first["annotation"], again["annotation"]);
    let other = crate::support::with(input.clone(), &json!({ "label": "There" }));
    assert_eq!(server.unchanged(ada.code(&query, json!({ "i": other }))).await, "CONFLICT");
    remove(&ada, &first["annotation"]).await;
    let gone = ada.run(&query, json!({ "i": input })).await["annotateAttachment"].clone();
    assert_eq!((&gone["replayed"], &gone["annotation"]), (&json!(true), &Value::Null));
    assert_eq!(see(&ada, &sent).await["attachments"][0]["annotations"], json!([]));
}

#[tokio::test]
async fn what_is_no_mark_is_refused_with_a_reason() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (_, file) = pat.send_file(&thread, &xray()).await;
    let area = |left: f64, top: f64, right: f64, bottom: f64| json!({ "box": { "left": left, "top": top, "right": right, "bottom": bottom } });
    let arrow = |x: f64, y: f64| json!({ "arrow": { "fromX": 0.5, "fromY": 0.5, "toX": x, "toY": y } });
    let long = "x".repeat(201);
    for (shape, label, code, field) in [
        (area(0.5, 0.1, 0.5, 0.9), "", "INVALID_FORMAT", "shape"),
        (area(0.1, 0.9, 0.5, 0.1), "", "INVALID_FORMAT", "shape"),
        (area(-0.1, 0.1, 0.5, 0.9), "", "INVALID_FORMAT", "shape"),
        (area(0.1, 0.1, 0.5, 1.001), "", "INVALID_FORMAT", "shape"),
        (arrow(0.5, 0.5), "", "INVALID_FORMAT", "shape"),
        (arrow(1e300, 0.5), "", "INVALID_FORMAT", "shape"),
        (at(2.0, 0.5), "Here", "INVALID_FORMAT", "shape"),
        (at(0.5, 0.5), "  ", "BLANK", "label"),
        (at(0.5, 0.5), "a\u{0}b", "INVALID_FORMAT", "label"),
        (at(0.5, 0.5), &long, "TOO_LONG", "label"),
    ] {
        let refused = server.unchanged(mark(&ada, &file, shape.clone(), label)).await;
        assert_eq!(codes(&refused), [code], "{shape} {label}");
        assert_eq!(refused["userErrors"][0]["field"], json!(["input", field]));
        assert_eq!((&refused["annotation"], &refused["attachment"]), (&Value::Null, &Value::Null));
    }
    let both = json!({ "attachmentId": file["id"], "shape": { "text": { "x": 0.5, "y": 0.5 }, "arrow": null } });
    let code = server.unchanged(ada.code(&format!("{MARK} {MARKS}"), json!({ "i": both }))).await;
    assert!(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code.as_str()), "{code}");
    let (_, note) = pat.send_file(&thread, &Paper::note("No picture")).await;
    assert_eq!(codes(&server.unchanged(mark(&ada, &note, at(0.5, 0.5), "Here")).await), ["ATTACHMENT_NOT_USABLE"]);
    let unsent = ada.attach(&xray()).await;
    assert_eq!(codes(&server.unchanged(mark(&ada, &unsent, at(0.5, 0.5), "Here")).await), ["ATTACHMENT_NOT_USABLE"]);
    let input = json!({ "i": { "attachmentId": unsent["id"], "shape": at(0.5, 0.5), "label": "Here" } });
    assert_eq!(server.unchanged(pat.code(&format!("{MARK} {MARKS}"), input)).await, "NOT_FOUND");
    const SPEAK: &str = "mutation { updateSettings(input: { language: FR }) { userErrors { code } } }";
    ada.run(SPEAK, json!({})).await;
    let refused = mark(&ada, &file, at(0.5, 0.5), "").await;
    assert_eq!(refused["userErrors"][0]["message"], "Veuillez écrire ce qui doit y figurer.");
}

#[tokio::test]
async fn who_marked_it_clinicians_and_those_who_lead_take_a_mark_off() {
    let server = TestServer::start().await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let (pat, kim) = (server.patient("pat").await, server.person("kim", Role::Staff).await);
    let stranger = server.doctor("eve").await;
    // Whoever opens a group owns it.
    let group = server.conversation(&[&ada, &joe, &pat, &kim]).await;
    let (sent, file) = pat.send_file(&group, &xray()).await;
    let of_joe = mark(&joe, &file, at(0.1, 0.1), "From Joe").await["annotation"].clone();
    let of_pat = mark(&pat, &file, at(0.2, 0.2), "From Pat").await["annotation"].clone();
    for who in [&pat, &kim] {
        assert_eq!(codes(&server.unchanged(remove(who, &of_joe)).await), ["NOT_ALLOWED"]);
    }
    assert_eq!(server.unchanged(stranger.code(REMOVE, json!({ "a": of_joe["id"] }))).await, "NOT_FOUND");
    assert_eq!(server.unchanged(ada.code(REMOVE, json!({ "a": sent }))).await, "BAD_USER_INPUT");
    let seen = see(&pat, &sent).await["attachments"][0]["annotations"].clone();
    let may: Vec<_> = seen.as_array().unwrap().iter().map(|mark| &mark["viewerCanRemove"]).collect();
    assert_eq!(may, [&json!({ "allowed": false, "code": "NOT_ALLOWED" }), &json!({ "allowed": true, "code": null })]);
    let removed = remove(&pat, &of_pat).await;
    assert_eq!((&removed["annotationId"], &removed["userErrors"]), (&of_pat["id"], &json!([])));
    assert_eq!(each(&removed["attachment"]["annotations"], "id"), [of_joe["id"].as_str().unwrap()]);
    assert_eq!(server.unchanged(pat.code(REMOVE, json!({ "a": of_pat["id"] }))).await, "NOT_FOUND");
    let of_pat = mark(&pat, &file, at(0.2, 0.2), "Once more").await["annotation"].clone();
    assert_eq!(codes(&remove(&joe, &of_pat).await), [""; 0], "a clinician");
    assert_eq!(codes(&remove(&ada, &of_joe).await), [""; 0], "the owner");
    assert_eq!(stored(&server).await, 0);
}

#[tokio::test]
async fn who_may_not_send_may_not_mark_and_a_deleted_message_takes_its_marks_along() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (sent, file) = pat.send_file(&thread, &xray()).await;
    let kept = mark(&ada, &file, at(0.5, 0.5), "Here").await["annotation"].clone();
    let input = json!({ "i": { "attachmentId": file["id"], "shape": at(0.5, 0.5), "label": "Here" } });
    assert_eq!(server.unchanged(joe.code(&format!("{MARK} {MARKS}"), input)).await, "NOT_FOUND");

    let with_joe = server.conversation(&[&ada, &joe]).await;
    const FORWARD: &str = "mutation($i: ForwardMessageInput!) { forwardMessage(input: $i) { message { id attachments { id annotations { id } } } } }";
    let passed = json!({ "clientId": Uuid::now_v7(), "messageId": sent, "to": to(&with_joe) });
    let copy = ada.run(FORWARD, json!({ "i": passed })).await["forwardMessage"]["message"]["attachments"][0].clone();
    assert_eq!(copy["annotations"], json!([]), "what was said among the others is not passed on");
    mark(&joe, &copy, at(0.1, 0.1), "Odd").await;
    assert_eq!(see(&pat, &sent).await["attachments"][0]["annotations"].as_array().unwrap().len(), 1);

    const CLOSE: &str = "mutation($c: ID!, $s: ConversationState!) { setConversationState(input: { conversationId: $c, state: $s }) { userErrors { code } } }";
    assert!(ada.refused(CLOSE, json!({ "c": thread, "s": "ARCHIVED" })).await.is_empty());
    assert_eq!(codes(&server.unchanged(mark(&pat, &file, at(0.5, 0.5), "No")).await), ["CONVERSATION_CLOSED"]);
    assert_eq!(codes(&server.unchanged(remove(&ada, &kept)).await), ["CONVERSATION_CLOSED"]);
    let may = see(&pat, &sent).await["viewerCanAnnotate"].clone();
    assert_eq!(may, json!({ "allowed": false, "code": "CONVERSATION_CLOSED" }));
    assert!(ada.refused(CLOSE, json!({ "c": thread, "s": "ACTIVE" })).await.is_empty());

    pat.delete(&sent).await;
    assert_eq!(stored(&server).await, 1, "the one on the picture that was passed on");
    assert_eq!(server.unchanged(ada.code(REMOVE, json!({ "a": kept["id"] }))).await, "NOT_FOUND");
    assert_eq!(codes(&server.unchanged(mark(&ada, &file, at(0.5, 0.5), "Late")).await), ["MESSAGE_DELETED"]);
}

#[tokio::test]
async fn a_hundred_marks_fit_on_a_picture_also_when_many_mark_at_once() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (sent, file) = pat.send_file(&thread, &xray()).await;
    for n in 0..96 {
        assert_eq!(codes(&mark(&ada, &file, at(f64::from(n) / 100.0, 0.5), "Mark").await), [""; 0]);
    }
    let eight = futures_util::future::join_all((0..8).map(|_| mark(&pat, &file, at(0.5, 0.5), "More"))).await;
    let refused = eight.iter().filter(|payload| codes(payload) == ["TOO_MANY"]).count();
    assert_eq!((refused, stored(&server).await), (4, 100));
    let seen = see(&ada, &sent).await["attachments"][0]["annotations"].clone();
    assert_eq!(seen.as_array().unwrap().len(), 100);
    remove(&ada, &seen[0]).await;
    assert_eq!(codes(&mark(&pat, &file, at(0.5, 0.5), "There is room").await), [""; 0]);
}
