//! Uploading files and sending them.

use std::time::Duration;

use bedside::attachments::service::sweep;
use bytesize::ByteSize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{PDF, PNG, Paper, TestServer, codes, each, message, to, with};

const DISCARD: &str = "mutation($a: ID!) { discardAttachment(input: { id: $a }) { discardedId userErrors { code } } }";

#[tokio::test]
async fn a_patient_sends_a_picture_and_the_doctor_sees_what_it_is() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let head = server.stored().await[0];
    let file = pat.attach(&Paper::new("C:\\photos\\Röntgen 1.png", "image/png", PNG)).await;
    assert_eq!(
        (&file["name"], &file["contentType"], &file["kind"]),
        (&json!("Röntgen 1.png"), &json!("image/png"), &json!("IMAGE"))
    );
    assert_eq!((&file["size"], &file["isRemoved"]), (&json!(PNG.len()), &json!(false)));
    assert_eq!(server.stored().await[0], head, "an upload nobody else can see is no event");
    let sent = pat.say(with(message(&to(&thread), ""), &json!({ "attachmentIds": [file["id"]] }))).await;
    assert_eq!((&sent["userErrors"], &sent["message"]["kind"]), (&json!([]), &json!("IMAGE")));
    const SEEN: &str = "query($m: ID!) { message(id: $m) { text kind attachments { id name size contentType } } }";
    let seen = ada.run(SEEN, json!({ "m": sent["message"]["id"] })).await["message"].clone();
    let expected = json!({ "id": file["id"], "name": "Röntgen 1.png", "size": PNG.len(), "contentType": "image/png" });
    assert_eq!(seen, json!({ "text": "", "kind": "IMAGE", "attachments": [expected] }));
}

#[tokio::test]
async fn several_files_come_in_one_request_and_go_with_one_message_in_order() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let papers = [
        Paper::new("scan.png", "image/png", PNG),
        Paper::new("plan.pdf", "application/pdf", PDF),
        Paper::note("Twice a day"),
    ];
    let uploaded = ada.try_upload(&papers).await.data();
    let mut ids: Vec<_> = (0..3).map(|n| uploaded[format!("f{n}")]["attachment"]["id"].clone()).collect();
    ids.reverse();
    let sent = ada.say(with(message(&to(&thread), "Your papers"), &json!({ "attachmentIds": ids }))).await;
    assert_eq!(sent["message"]["kind"], "MIXED");
    assert_eq!(each(&sent["message"]["attachments"], "name"), ["note.txt", "plan.pdf", "scan.png"]);
    for (n, paper) in papers.iter().enumerate() {
        let url = uploaded[format!("f{n}")]["attachment"]["url"].as_str().unwrap();
        let response = pat.http().get(url).bearer_auth(&pat.token).send().await.unwrap();
        assert_eq!(response.bytes().await.unwrap(), paper.content);
    }
}

#[tokio::test]
async fn ten_files_go_with_a_message() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let papers: Vec<_> = (0..10).map(|n| Paper::note(&format!("Page {n}"))).collect();
    let uploaded = ada.try_upload(&papers).await.data();
    let ids: Vec<_> = (0..10).map(|n| uploaded[format!("f{n}")]["attachment"]["id"].clone()).collect();
    let sent = ada.say(with(message(&to(&thread), ""), &json!({ "attachmentIds": ids }))).await;
    assert_eq!(sent["message"]["attachments"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn a_file_that_is_not_what_it_says_or_not_accepted_is_refused_and_not_stored() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let cases = [
        (Paper::new("scan.pdf", "application/pdf", PNG), "FILE_TYPE_MISMATCH"),
        (Paper::new("scan.pdf", "image/png", PNG), "FILE_TYPE_MISMATCH"),
        (Paper::new("scan.png", "application/pdf", PNG), "FILE_TYPE_MISMATCH"),
        (Paper::new("note.txt", "text/plain", PNG), "FILE_TYPE_MISMATCH"),
        (Paper::new("logo.svg", "image/svg+xml", SVG), "FILE_TYPE_NOT_ALLOWED"),
        (Paper::new("logo.png", "image/png", SVG), "FILE_TYPE_MISMATCH"),
        (Paper::new("page.html", "text/html", "<html></html>"), "FILE_TYPE_NOT_ALLOWED"),
        (Paper::new("run.exe", "application/octet-stream", "MZ"), "FILE_TYPE_NOT_ALLOWED"),
        (Paper::new("blob", "application/octet-stream", PNG), "FILE_TYPE_NOT_ALLOWED"),
        (Paper::new("empty.txt", "text/plain", ""), "BLANK"),
        (Paper::new("../..", "text/plain", "Hello"), "BLANK"),
        (Paper::new(&format!("{}.txt", "x".repeat(252)), "text/plain", "Hello"), "TOO_LONG"),
    ];
    for (paper, code) in cases {
        let what = format!("{} as {}", paper.name, paper.content_type);
        let refused = server.unchanged(ada.upload(&paper)).await;
        assert_eq!(codes(&refused), [code], "{what}");
        assert_eq!(
            (&refused["attachment"], &refused["userErrors"][0]["field"]),
            (&Value::Null, &json!(["input", "file"])),
            "{what}"
        );
    }
    assert_eq!(server.files_on_disk(), 0);
}

#[tokio::test]
async fn a_file_of_ten_mebibytes_is_taken_and_one_byte_more_is_not() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let note = |size: usize| Paper::new("long.txt", "text/plain", vec![b'x'; size]);
    assert_eq!(ada.attach(&note(10 << 20)).await["size"], 10 << 20);
    let refused = server.unchanged(ada.upload(&note((10 << 20) + 1))).await;
    assert_eq!(codes(&refused), ["FILE_TOO_LARGE"]);
    assert!(refused["userErrors"][0]["message"].as_str().unwrap().contains("10 MiB"));
    let answer = server.unchanged(ada.try_upload(&[note((10 << 20) + 2)])).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "PAYLOAD_TOO_LARGE"));
    assert_eq!(server.files_on_disk(), 1);
}

#[tokio::test]
async fn a_clinic_may_set_another_limit() {
    let server = TestServer::start_with(|config| config.limits.file_max = ByteSize::kib(4)).await;
    let ada = server.doctor("ada").await;
    assert_eq!(ada.attach(&Paper::note(&"x".repeat(4_096))).await["size"], 4_096);
    assert_eq!(codes(&ada.upload(&Paper::note(&"x".repeat(4_097))).await), ["FILE_TOO_LARGE"]);
}

#[tokio::test]
async fn the_same_upload_again_is_one_file() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let paper = Paper::note("Twice a day");
    let first = ada.upload(&paper).await;
    let again = server.unchanged(ada.upload(&paper)).await;
    assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
    assert_eq!(again["attachment"]["id"], first["attachment"]["id"]);
    let other = Paper { content: b"Three times a day".to_vec(), ..paper.clone() };
    assert_eq!(server.unchanged(ada.try_upload(&[other])).await.code(), "CONFLICT");
    assert_eq!(server.files_on_disk(), 1, "bytes that no row names are taken back");
    let theirs = pat.upload(&paper).await;
    assert_eq!((&theirs["replayed"], theirs["attachment"]["id"] == first["attachment"]["id"]), (&json!(false), false));
}

#[tokio::test]
async fn a_file_is_sent_once_and_by_its_uploader() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let file = ada.attach(&Paper::note("Twice a day")).await["id"].clone();
    let with_files = |ids: Value| with(message(&to(&thread), "See this"), &json!({ "attachmentIds": ids }));
    for (sender, ids) in [(&pat, json!([file])), (&ada, json!([file, file]))] {
        let refused = server.unchanged(sender.say(with_files(ids))).await;
        assert_eq!(
            (codes(&refused), &refused["userErrors"][0]["field"]),
            (vec!["ATTACHMENT_NOT_USABLE"], &json!(["input", "attachmentIds"]))
        );
    }
    let input = with_files(json!([file]));
    assert_eq!(ada.say(input.clone()).await["userErrors"], json!([]));
    let again = server.unchanged(ada.say(input)).await;
    assert_eq!((&again["replayed"], &again["message"]["attachments"][0]["id"]), (&json!(true), &file));
    assert_eq!(codes(&server.unchanged(ada.say(with_files(json!([file])))).await), ["ATTACHMENT_NOT_USABLE"]);
}

#[tokio::test]
async fn an_upload_that_is_discarded_is_gone_with_its_bytes() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let paper = Paper::note("Never mind");
    let file = ada.attach(&paper).await;
    assert_eq!(server.unchanged(pat.code(DISCARD, json!({ "a": file["id"] }))).await, "NOT_FOUND");
    let discarded = ada.run(DISCARD, json!({ "a": file["id"] })).await["discardAttachment"].clone();
    assert_eq!(discarded, json!({ "discardedId": file["id"], "userErrors": [] }));
    assert_eq!(server.files_on_disk(), 0);
    assert_eq!(server.unchanged(ada.code(DISCARD, json!({ "a": file["id"] }))).await, "NOT_FOUND");
    let late =
        server.unchanged(ada.say(with(message(&to(&thread), ""), &json!({ "attachmentIds": [file["id"]] })))).await;
    assert_eq!(codes(&late), ["ATTACHMENT_NOT_USABLE"]);
    let again = ada.upload(&paper).await;
    assert_eq!((&again["replayed"], &again["attachment"]), (&json!(true), &Value::Null));
    let (_, sent) = ada.send_file(&thread, &Paper::note("Twice a day")).await;
    assert_eq!(server.unchanged(ada.code(DISCARD, json!({ "a": sent["id"] }))).await, "NOT_FOUND");
    assert_eq!(ada.code(DISCARD, json!({ "a": ada.id })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn an_upload_nobody_sends_is_swept_after_a_day() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let unsent = ada.attach(&Paper::note("Forgotten")).await;
    ada.send_file(&thread, &Paper::note("Sent")).await;
    server.clock.advance(Duration::from_secs(86_400 - 60));
    assert_eq!(sweep(&server.app).await.unwrap().expired, 0);
    server.clock.advance(Duration::from_secs(61));
    assert_eq!(sweep(&server.app).await.unwrap().expired, 1);
    assert_eq!(server.files_on_disk(), 1, "what was sent stays");
    let ada = ada.renewed(&server).await;
    let late = ada.say(with(message(&to(&thread), ""), &json!({ "attachmentIds": [unsent["id"]] }))).await;
    assert_eq!(codes(&late), ["ATTACHMENT_NOT_USABLE"]);
    assert_eq!(
        ada.http().get(unsent["url"].as_str().unwrap()).bearer_auth(&ada.token).send().await.unwrap().status(),
        404
    );
}

#[tokio::test]
async fn an_upload_that_is_no_file_is_an_error_with_a_code() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    const UPLOAD: &str = "mutation($i: UploadAttachmentInput!) { uploadAttachment(input: $i) { userErrors { code } } }";
    for file in [json!("#__graphql_file__:0"), json!("#__graphql_file__:x"), json!("nonsense"), json!(0), Value::Null] {
        let variables = json!({ "i": { "clientId": Uuid::now_v7(), "file": file } });
        let code = server.unchanged(ada.code(UPLOAD, variables)).await;
        assert!(["BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED"].contains(&code.as_str()), "{file} was answered {code}");
    }
    const RECORDED: &str =
        "mutation($i: UploadAttachmentInput!) { uploadAttachment(input: $i) { userErrors { code field } } }";
    let form = reqwest::multipart::Form::new()
        .text("operations", json!({ "query": RECORDED, "variables": { "i": { "file": null, "clientId": Uuid::now_v7(), "durationMs": 5 } } }).to_string())
        .text("map", json!({ "0": ["variables.i.file"] }).to_string())
        .part("0", reqwest::multipart::Part::bytes(PDF).file_name("plan.pdf"));
    let response =
        ada.http().post(server.url("/graphql")).bearer_auth(&ada.token).multipart(form).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    let expected = json!([{ "code": "INVALID_FORMAT", "field": ["input", "durationMs"] }]);
    assert_eq!(body["data"]["uploadAttachment"]["userErrors"], expected);
}

#[tokio::test]
async fn what_a_patient_keeps_has_a_bound_and_making_room_helps() {
    let server = TestServer::start_with(|config| config.limits.files_per_user = ByteSize::b(100)).await;
    let pat = server.patient("pat").await;
    let page = || Paper::note(&"x".repeat(40));
    let kept = [pat.attach(&page()).await, pat.attach(&page()).await];
    let refused = server.unchanged(pat.upload(&page())).await;
    assert_eq!(codes(&refused), ["QUOTA_REACHED"]);
    assert_eq!(server.files_on_disk(), 2, "the bytes of the refused file are gone");
    pat.run(DISCARD, json!({ "a": kept[0]["id"] })).await;
    let pages = [page(), page(), page()];
    let taken = futures_util::future::join_all(pages.iter().map(|page| pat.upload(page))).await;
    let taken = taken.iter().filter(|payload| codes(payload).is_empty()).count();
    assert_eq!(taken, 1, "uploads at once share the one place that is left");
    let ada = server.doctor("ada").await;
    assert_eq!(ada.upload(&page()).await["userErrors"], json!([]), "everybody has their own");
}
