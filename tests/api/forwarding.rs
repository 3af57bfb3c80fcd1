//! Passing messages on.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Paper, TestServer, codes, message, to, with};

const FORWARD: &str = "mutation($i: ForwardMessageInput!) { forwardMessage(input: $i) { replayed userErrors { code }
    message { id text kind isForwarded forwardedFrom { id sender { username } } card { __typename } attachments { id name size url } } } }";
const SEEN: &str =
    "query($m: ID!) { message(id: $m) { text isForwarded forwardedFrom { id } attachments { id url } } }";

async fn forward(who: &Actor, message: &str, to: Value) -> Value {
    let input = json!({ "clientId": Uuid::now_v7(), "messageId": message, "to": to });
    who.run(FORWARD, json!({ "i": input })).await["forwardMessage"].clone()
}

async fn bytes(who: &Actor, url: &Value) -> (u16, Vec<u8>) {
    let path = url.as_str().unwrap().split_once("/attachments").map(|(_, rest)| format!("/attachments{rest}")).unwrap();
    let answer = who.get(&path).send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_doctor_passes_a_file_on_and_only_who_was_there_is_told_from_whom() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (with_pat, with_joe) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &joe]).await);
    let file = pat.attach(&Paper::new("rash.txt", "text/plain", "a red rash")).await["id"].clone();
    let sent = pat.say(with(message(&to(&with_pat), "Look"), &json!({ "attachmentIds": [file] }))).await;
    let source = sent["message"]["id"].as_str().unwrap();

    let passed = forward(&ada, source, to(&with_joe)).await;
    let new = passed["message"].clone();
    assert_eq!((&new["text"], &new["kind"], &new["isForwarded"]), (&json!("Look"), &json!("FILE"), &json!(true)));
    assert_eq!(new["forwardedFrom"]["sender"]["username"], "pat");
    let seen = joe.run(SEEN, json!({ "m": new["id"] })).await["message"].clone();
    assert_eq!((&seen["isForwarded"], &seen["forwardedFrom"]), (&json!(true), &Value::Null), "Joe was not there");
    let copy = seen["attachments"][0].clone();
    assert_ne!(copy["id"], file);
    assert_eq!(bytes(&joe, &copy["url"]).await, (200, b"a red rash".to_vec()));

    pat.delete(source).await;
    assert_eq!(bytes(&joe, &copy["url"]).await, (200, b"a red rash".to_vec()), "what was passed on stays");
    ada.delete(new["id"].as_str().unwrap()).await;
    assert_eq!(bytes(&joe, &copy["url"]).await.0, 404);
    assert_eq!(server.files_on_disk(), 0, "with the last message that names them the bytes go");
}

#[tokio::test]
async fn what_was_passed_on_twice_names_where_it_began_and_the_same_request_again_gives_the_same() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (with_pat, with_joe) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &joe]).await);
    let source = pat.sent(&with_pat, "It began on Monday").await;
    let input = json!({ "clientId": Uuid::now_v7(), "messageId": source, "to": to(&with_joe) });
    let first = ada.run(FORWARD, json!({ "i": input })).await["forwardMessage"].clone();
    let again = server.unchanged(ada.run(FORWARD, json!({ "i": input }))).await["forwardMessage"].clone();
    assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
    assert_eq!(first["message"]["id"], again["message"]["id"]);
    let back = forward(&ada, first["message"]["id"].as_str().unwrap(), to(&with_pat)).await;
    assert_eq!(back["message"]["forwardedFrom"]["id"], source.as_str());
    let other = with(input, &json!({ "to": to(&with_pat) }));
    assert_eq!(ada.code(FORWARD, json!({ "i": other })).await, "CONFLICT");
}

#[tokio::test]
async fn nobody_passes_on_what_they_do_not_see_or_where_they_may_not_send() {
    let server = TestServer::start().await;
    let (ada, joe, pat, kim) = (
        server.doctor("ada").await,
        server.doctor("joe").await,
        server.patient("pat").await,
        server.patient("kim").await,
    );
    let (with_pat, with_kim) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &kim]).await);
    let group = server.group(&ada, &[&joe, &pat]).await;
    let (direct, in_group) = (pat.sent(&with_pat, "Between us").await, joe.sent(&group, "For all of us").await);
    let input =
        |message: &str, to: Value| json!({ "i": { "clientId": Uuid::now_v7(), "messageId": message, "to": to } });
    for variables in [input(&direct, to(&with_kim)), input(&direct, json!({ "userId": ada.id }))] {
        assert_eq!(server.unchanged(kim.code(FORWARD, variables)).await, "NOT_FOUND");
    }
    ada.remove(&group, &joe).await;
    let variables = input(&in_group, json!({ "userId": ada.id }));
    assert_eq!(server.unchanged(joe.code(FORWARD, variables)).await, "NOT_FOUND", "from a group that was left");
    assert_eq!(
        codes(&server.unchanged(forward(&pat, &direct, json!({ "userId": kim.id }))).await),
        ["ROLE_PAIR_NOT_ALLOWED"]
    );
    pat.delete(&direct).await;
    assert_eq!(codes(&server.unchanged(forward(&ada, &direct, to(&with_kim))).await), ["MESSAGE_DELETED"]);
}

#[tokio::test]
async fn what_was_passed_on_stays_as_its_author_wrote_it() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (with_joe, with_pat) = (server.conversation(&[&ada, &joe]).await, server.conversation(&[&ada, &pat]).await);
    let source = joe.sent(&with_joe, "Give 5 mg").await;
    let passed = forward(&ada, &source, to(&with_pat)).await["message"]["id"].as_str().unwrap().to_owned();
    assert_eq!(codes(&server.unchanged(ada.edit(&passed, "Give 50 mg")).await), ["NOT_ALLOWED"]);
}

#[tokio::test]
async fn passing_on_and_deleting_makes_no_room_without_end() {
    let server = TestServer::start_with(|config| config.limits.files_per_user = bytesize::ByteSize(1_000)).await;
    let (ada, joe) = (server.doctor("ada").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &joe]).await;
    let (first, _) = ada.send_file(&thread, &Paper::note(&"x".repeat(700))).await;
    let passed = forward(&ada, &first, to(&thread)).await["message"]["id"].as_str().unwrap().to_owned();
    ada.delete(&first).await;
    assert_eq!(codes(&ada.upload(&Paper::note(&"y".repeat(700))).await), ["QUOTA_REACHED"], "the copy counts now");
    ada.delete(&passed).await;
    assert_eq!(codes(&ada.upload(&Paper::note(&"z".repeat(700))).await), [""; 0]);
}

#[tokio::test]
async fn deleting_while_others_pass_on_loses_nothing_and_holds_nobody_up() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (with_pat, with_joe) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &joe]).await);
    for round in 0..15 {
        let file = pat.attach(&Paper::note(&format!("round {round}"))).await["id"].clone();
        let sent = pat.say(with(message(&to(&with_pat), ""), &json!({ "attachmentIds": [file] }))).await;
        let source = sent["message"]["id"].as_str().unwrap().to_owned();
        let (passed, _) = futures_util::future::join(forward(&ada, &source, to(&with_joe)), pat.delete(&source)).await;
        match codes(&passed).as_slice() {
            [] => {
                let copy = passed["message"]["attachments"][0].clone();
                assert_eq!(bytes(&joe, &copy["url"]).await.0, 200, "a message without its file was passed on");
            }
            refused => assert_eq!(refused, ["MESSAGE_DELETED"]),
        }
    }
    server.check_integrity().await;
}
