//! What people tell of themselves, their pictures, and the check of credentials.

use bedside::{attachments::service as attachments, entity::user::Role};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

use crate::support::{Actor, PDF, PNG, Paper, TestServer, codes, message, to, with};

const UPDATE: &str = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { user { ...P } userErrors { code field } } }
    fragment P on User { username fullName email title specialization institution bio avatar { id url temporaryUrl { url } } }";
const USER: &str = "query($u: ID!) { user(id: $u) { username fullName email title specialization institution bio isVerified avatar { id } } }";
const VERIFY: &str =
    "mutation($i: VerifyUserInput!) { verifyUser(input: $i) { user { isVerified } userErrors { code field } } }";

async fn update(who: &Actor, input: Value) -> Value {
    who.run(UPDATE, json!({ "i": input })).await["updateProfile"].take()
}

async fn seen(viewer: &Actor, who: &Actor) -> Value {
    viewer.run(USER, json!({ "u": who.id })).await["user"].take()
}

#[tokio::test]
async fn a_doctor_tells_of_herself_and_everybody_sees_it_but_the_address() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let root = server.person("root", Role::Admin).await;
    let told = json!({ "username": "Ada.Okafor", "fullName": " Dr Ada Okafor ", "title": "Cardiologist",
        "specialization": "Cardiology", "institution": "Riverside Clinic", "bio": "I like questions." });
    let kept = with(told.clone(), &json!({ "username": "ada.okafor", "fullName": "Dr Ada Okafor" }));
    let updated = update(&ada, told).await;
    assert_eq!(updated["userErrors"], json!([]));
    assert_eq!(with(kept.clone(), &json!({ "email": "ada@clinic.example", "avatar": null })), updated["user"]);
    for (viewer, email) in [(&pat, Value::Null), (&root, json!("ada@clinic.example"))] {
        let expected = with(kept.clone(), &json!({ "email": email, "avatar": null, "isVerified": false }));
        assert_eq!(seen(viewer, &ada).await, expected, "under another name she has to be checked again");
    }
    let cleared = update(&ada, json!({ "title": null, "bio": "  " })).await["user"].take();
    assert_eq!((&cleared["title"], &cleared["bio"]), (&Value::Null, &Value::Null));
    assert_eq!(cleared["institution"], "Riverside Clinic", "what is left out stays");
    server.unchanged(update(&ada, json!({ "title": null }))).await;
    let door = Actor::nobody(&server);
    let login = "mutation($i: LoginInput!) { login(input: $i) { user { id } } }";
    let signed_in = door.run(login, json!({ "i": { "name": "ada.okafor", "password": Actor::PASSWORD } })).await;
    assert_eq!(signed_in["login"]["user"]["id"], ada.id.as_str());
}

#[tokio::test]
async fn a_profile_with_a_mistake_in_it_changes_nothing() {
    let server = TestServer::start().await;
    let (ada, _) = (server.doctor("ada").await, server.patient("pat").await);
    let before = seen(&ada, &ada).await;
    for (input, field, code) in [
        (json!({ "username": "PAT" }), "username", "TAKEN"),
        (json!({ "username": "a b" }), "username", "INVALID_FORMAT"),
        (json!({ "fullName": " " }), "fullName", "BLANK"),
        (json!({ "fullName": "x".repeat(101) }), "fullName", "TOO_LONG"),
        (json!({ "title": "é".repeat(101) }), "title", "TOO_LONG"),
        (json!({ "specialization": "x".repeat(101) }), "specialization", "TOO_LONG"),
        (json!({ "institution": "x".repeat(201) }), "institution", "TOO_LONG"),
        (json!({ "bio": "x".repeat(1_001) }), "bio", "TOO_LONG"),
        (json!({ "bio": "a\u{0}b" }), "bio", "INVALID_FORMAT"),
    ] {
        let input = with(json!({ "title": "Never kept" }), &input);
        let refused = server.unchanged(update(&ada, input)).await;
        assert_eq!((codes(&refused), &refused["userErrors"][0]["field"]), (vec![code], &json!(["input", field])));
        assert!(refused["user"].is_null());
    }
    assert_eq!(seen(&ada, &ada).await, before);
    let longest = json!({ "fullName": "é".repeat(100), "institution": "x".repeat(200), "bio": "x".repeat(1_000) });
    assert_eq!(update(&ada, longest).await["userErrors"], json!([]));
}

#[tokio::test]
async fn of_people_who_take_one_name_at_once_one_gets_it() {
    let server = TestServer::start().await;
    let names: Vec<_> = (0..6).map(|n| format!("pat{n}")).collect();
    let people = join_all(names.iter().map(|name| server.patient(name))).await;
    let answers = join_all(people.iter().map(|who| update(who, json!({ "username": "wanted" })))).await;
    assert_eq!(answers.iter().filter(|payload| codes(payload).is_empty()).count(), 1);
    assert_eq!(answers.iter().filter(|payload| codes(payload) == ["TAKEN"]).count(), 5);
}

#[tokio::test]
async fn a_picture_is_shown_to_everybody_and_goes_when_another_takes_its_place() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let first = ada.attach(&Paper::new("me.png", "image/png", PNG)).await;
    assert_eq!(pat.get(path(&first)).send().await.unwrap().status(), 404, "not before it is chosen");
    let chosen = update(&ada, json!({ "avatarId": first["id"] })).await["user"]["avatar"].take();
    assert_eq!(chosen["id"], first["id"]);
    assert_eq!(seen(&pat, &ada).await["avatar"]["id"], first["id"]);
    let shown = pat.get(path(&first)).send().await.unwrap();
    assert_eq!((shown.status().as_u16(), shown.bytes().await.unwrap().as_ref()), (200, PNG));
    let link = chosen["temporaryUrl"]["url"].as_str().unwrap();
    assert_eq!(pat.http().get(link).send().await.unwrap().status(), 200);

    // It is no upload any more that could be sent, discarded or forgotten.
    let thread = server.conversation(&[&ada, &pat]).await;
    let sending = with(message(&to(&thread), "Me"), &json!({ "attachmentIds": [first["id"]] }));
    assert_eq!(codes(&server.unchanged(ada.say(sending)).await), ["ATTACHMENT_NOT_USABLE"]);
    let discard = "mutation($a: ID!) { discardAttachment(input: { id: $a }) { discardedId } }";
    assert_eq!(ada.code(discard, json!({ "a": first["id"] })).await, "NOT_FOUND");
    server.clock.advance(Duration::from_secs(48 * 3600));
    attachments::sweep(&server.app).await.unwrap();
    let (ada, pat) = (ada.renewed(&server).await, pat.renewed(&server).await);
    assert_eq!(pat.get(path(&first)).send().await.unwrap().status(), 200);

    let second = ada.attach(&Paper::new("me too.png", "image/png", PNG)).await;
    assert_eq!(update(&ada, json!({ "avatarId": second["id"] })).await["user"]["avatar"]["id"], second["id"]);
    assert_eq!(pat.get(path(&first)).send().await.unwrap().status(), 404);
    assert_eq!(server.files_on_disk(), 1);
    assert_eq!(update(&ada, json!({ "avatarId": null })).await["user"]["avatar"], Value::Null);
    assert_eq!((seen(&pat, &ada).await["avatar"].take(), server.files_on_disk()), (Value::Null, 0));
}

fn path(file: &Value) -> &str {
    let url = file["url"].as_str().unwrap();
    &url[url.find("/attachments/").unwrap()..]
}

#[tokio::test]
async fn only_a_picture_of_ones_own_can_be_chosen() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let paper = ada.attach(&Paper::new("plan.pdf", "application/pdf", PDF)).await["id"].take();
    let of_pat = pat.attach(&Paper::new("me.png", "image/png", PNG)).await["id"].take();
    let (_, sent) = ada.send_file(&thread, &Paper::new("sent.png", "image/png", PNG)).await;
    for (id, code) in [
        (&paper, "FILE_TYPE_NOT_ALLOWED"),
        (&of_pat, "ATTACHMENT_NOT_USABLE"),
        (&sent["id"], "ATTACHMENT_NOT_USABLE"),
        (&json!(bedside::ids::AttachmentId::generate().to_string()), "ATTACHMENT_NOT_USABLE"),
    ] {
        let refused = server.unchanged(update(&ada, json!({ "avatarId": id }))).await;
        assert_eq!((codes(&refused), &refused["userErrors"][0]["field"]), (vec![code], &json!(["input", "avatarId"])));
    }
    assert_eq!(ada.code(UPDATE, json!({ "i": { "avatarId": pat.id } })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn ones_other_devices_hear_of_a_new_profile() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let query = "subscription { events { __typename ... on ProfileChanged { user { bio } } } }";
    let mut phone = ada.subscribe(query, json!({})).await;
    assert_eq!(phone.next_event().await["__typename"], "Ready");
    update(&ada, json!({ "bio": "On leave until Monday" })).await;
    let expected = json!({ "__typename": "ProfileChanged", "user": { "bio": "On leave until Monday" } });
    assert_eq!(phone.next_event().await, expected);
}

#[tokio::test]
async fn an_administrator_checks_a_clinician_who_may_then_start_with_patients() {
    let server = TestServer::start().await;
    let (root, pat) = (server.person("root", Role::Admin).await, server.patient("pat").await);
    let eve = server.newcomer("eve").await;
    let verify = async |who: &Actor, verified: bool| {
        who.run(VERIFY, json!({ "i": { "userId": eve.id, "verified": verified } })).await["verifyUser"].take()
    };
    let hello = || message(&json!({ "userId": pat.id }), "Hello");
    assert_eq!(codes(&eve.say(hello()).await), ["NOT_VERIFIED"]);
    for who in [&eve, &pat, &server.doctor("ada").await, &server.person("desk", Role::Staff).await] {
        assert_eq!(server.unchanged(who.code(VERIFY, json!({ "i": { "userId": eve.id } }))).await, "FORBIDDEN");
    }
    let refused = server.unchanged(root.run(VERIFY, json!({ "i": { "userId": pat.id } }))).await;
    assert_eq!(codes(&refused["verifyUser"]), ["NOT_ALLOWED"]);
    let mut events = eve.events(None).await;
    assert_eq!(verify(&root, true).await["user"]["isVerified"], true);
    assert_eq!(events.next().await.kind(), "ProfileChanged");
    assert_eq!(seen(&pat, &eve).await["isVerified"], true);
    server.unchanged(verify(&root, true)).await;
    assert_eq!(codes(&eve.say(hello()).await), [""; 0]);
    update(&eve, json!({ "bio": "I like questions.", "institution": "Riverside" })).await;
    assert_eq!(seen(&pat, &eve).await["isVerified"], true, "that was not checked");
    for change in
        [json!({ "fullName": "Dr Ada" }), json!({ "title": "Surgeon" }), json!({ "specialization": "Surgery" })]
    {
        update(&eve, change.clone()).await;
        assert_eq!(seen(&pat, &eve).await["isVerified"], false, "{change}");
        verify(&root, true).await;
    }
    assert_eq!(verify(&root, false).await["user"]["isVerified"], false);
    let other = server.patient("kim").await;
    let sent = eve.say(json!({ "clientId": Uuid::now_v7(), "to": { "userId": other.id }, "text": "Hello" })).await;
    assert_eq!(codes(&sent), ["NOT_VERIFIED"]);
}
