//! The limits a client is told before it sends: they are the ones it meets.

use bytesize::ByteSize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Actor, Paper, TestServer, codes, message, to, with};

const LIMITS: &str = "{ limits { textMax attachmentsMax fileMax fileTypes { kind endings contentTypes } pictureSideMax
    picturePixelsMax participantsMax pageMax passwordMin passwordMax } }";

async fn limits(who: &Actor) -> Value {
    who.run(LIMITS, json!({})).await["limits"].clone()
}

fn most(limits: &Value, name: &str) -> usize {
    usize::try_from(limits[name].as_u64().unwrap()).unwrap()
}

#[tokio::test]
async fn whoever_comes_to_the_door_is_told_the_limits_this_clinic_has_set() {
    let server = TestServer::start_with(|config| {
        config.limits.text_max = 40;
        config.limits.file_max = ByteSize::kib(3);
        config.auth.password_min = 9;
    })
    .await;
    let told = limits(&Actor::nobody(&server)).await;
    let some = ["textMax", "attachmentsMax", "fileMax", "participantsMax", "pageMax", "passwordMin", "passwordMax"];
    let some = some.map(|name| most(&told, name));
    assert_eq!(some, [40, 10, 3072, 250, 100, 9, 256]);
    assert_eq!(
        told["fileTypes"][0],
        json!({ "kind": "FILE", "endings": ["pdf"], "contentTypes": ["application/pdf", "application/x-pdf"] })
    );
    assert_eq!(limits(&server.patient("pat").await).await, told, "signed in they are the same");
}

#[tokio::test]
async fn what_is_just_within_a_limit_is_taken_and_one_more_is_refused() {
    let server = TestServer::start_with(|config| {
        config.limits.text_max = 40;
        config.limits.attachments_max = 2;
        config.limits.file_max = ByteSize::b(50);
        config.limits.participants_max = 3;
    })
    .await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let told = limits(&pat).await;
    let text = "é".repeat(most(&told, "textMax"));
    assert_eq!(codes(&pat.say(message(&to(&thread), &text)).await), [""; 0]);
    assert_eq!(codes(&pat.say(message(&to(&thread), &format!("{text}e"))).await), ["TOO_LONG"]);

    let file = "x".repeat(most(&told, "fileMax"));
    let mut files = Vec::new();
    for _ in 0..=most(&told, "attachmentsMax") {
        files.push(pat.attach(&Paper::note(&file)).await["id"].clone());
    }
    assert_eq!(codes(&pat.upload(&Paper::note(&format!("{file}x"))).await), ["FILE_TOO_LARGE"]);
    let with_files = |files: &[Value]| with(message(&to(&thread), "Here"), &json!({ "attachmentIds": files }));
    assert_eq!(codes(&pat.say(with_files(&files)).await), ["TOO_MANY"]);
    assert_eq!(codes(&pat.say(with_files(&files[1..])).await), [""; 0]);

    let mut others = Vec::new();
    for number in 0..most(&told, "participantsMax") {
        others.push(server.doctor(&format!("doctor{number}")).await.id);
    }
    const GROUP: &str = "mutation($c: UUID!, $p: [ID!]!) { createGroup(input: { clientId: $c, title: \"Ward\", participantIds: $p }) { userErrors { code } } }";
    let group = async |people: &[String]| ada.refused(GROUP, json!({ "c": Uuid::now_v7(), "p": people })).await;
    assert_eq!(group(&others).await, ["TOO_MANY"]);
    assert_eq!(group(&others[1..]).await, [""; 0]);

    const PAGE: &str = "query($n: Int!) { conversations(first: $n) { nodes { id } } }";
    let page = most(&told, "pageMax");
    assert!(pat.run(PAGE, json!({ "n": page })).await["conversations"]["nodes"].is_array());
    assert_eq!(pat.code(PAGE, json!({ "n": page + 1 })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn a_password_of_the_length_that_is_told_is_taken() {
    let server = TestServer::start_with(|config| {
        config.auth.password_min = 9;
        config.mail.confirm_addresses = Some(false);
    })
    .await;
    let door = Actor::nobody(&server);
    let told = limits(&door).await;
    const REGISTER: &str = "mutation($i: RegisterInput!) { register(input: $i) { userErrors { code } } }";
    let register = async |password: &str| {
        let input = json!({ "username": "lea", "email": "lea@home.example", "fullName": "Lea", "role": "PATIENT", "password": password });
        door.refused(REGISTER, json!({ "i": input })).await
    };
    let password: String = "xq7!Zp#9wv".chars().take(most(&told, "passwordMin")).collect();
    assert_eq!(register(&password[1..]).await, ["TOO_SHORT"]);
    assert_eq!(register(&"xq7!Zp#9wv ".repeat(30)[..=most(&told, "passwordMax")]).await, ["TOO_LONG"]);
    assert_eq!(register(&password).await, [""; 0]);
}

#[tokio::test]
async fn files_of_the_types_that_are_told_are_taken_and_of_no_others() {
    let server = TestServer::start().await;
    let pat = server.patient("pat").await;
    let told = limits(&pat).await;
    let types = told["fileTypes"].as_array().unwrap();
    let pairs = types.iter().flat_map(|one| {
        let endings = one["endings"].as_array().unwrap();
        endings
            .iter()
            .map(|ending| (ending.as_str().unwrap().to_owned(), one["contentTypes"][0].as_str().unwrap().to_owned()))
    });
    let mut seen = 0;
    for (ending, content_type) in pairs {
        let paper = Paper::new(&format!("plan.{ending}"), String::leak(content_type), "Once a day, before a meal.");
        // The content is that of a text; of another type it is looked at, and found not to be what the name says.
        let expected: &[&str] = if ["txt", "csv"].contains(&ending.as_str()) { &[] } else { &["FILE_TYPE_MISMATCH"] };
        assert_eq!(codes(&pat.upload(&paper).await), expected, "{ending}");
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
    for (ending, content_type) in [("svg", "image/svg+xml"), ("html", "text/html"), ("exe", "application/octet-stream")]
    {
        let paper = Paper::new(&format!("plan.{ending}"), content_type, "Once a day, before a meal.");
        assert_eq!(codes(&pat.upload(&paper).await), ["FILE_TYPE_NOT_ALLOWED"], "{ending}");
    }
}
