//! Downloading files.

use std::time::Duration;

use bedside::ids::AttachmentId;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{Actor, PDF, PNG, Paper, TestServer};

const LINK: &str =
    "query($m: ID!) { message(id: $m) { attachments { url temporaryUrl { url expiresAt } isRemoved removedAt } } }";
const REVOKE: &str = "mutation($s: ID!) { revokeSession(input: { sessionId: $s }) { sessionId } }";

/// The status of an address without a token.
async fn status(actor: &Actor, url: &str) -> u16 {
    actor.http().get(url).send().await.unwrap().status().as_u16()
}

async fn file_of(viewer: &Actor, message: &str) -> Value {
    viewer.run(LINK, json!({ "m": message })).await["message"]["attachments"][0].clone()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// A doctor, a patient, and the message and the address of the file she sent him.
async fn a_sent_file(server: &TestServer, paper: &Paper) -> (Actor, Actor, String, String) {
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (message, file) = ada.send_file(&thread, paper).await;
    (ada, pat, message, format!("/attachments/{}", file["id"].as_str().unwrap()))
}

#[tokio::test]
async fn a_participant_downloads_a_file_with_their_token() {
    let server = TestServer::start().await;
    let (_, pat, message, path) = a_sent_file(&server, &Paper::new("Plan für Pat.pdf", "application/pdf", PDF)).await;
    assert_eq!(file_of(&pat, &message).await["url"], server.url(&path));
    let response = pat.get(&path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("content-length", &PDF.len().to_string()),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        ("cache-control", "private, no-cache"),
    ] {
        assert_eq!(header(&response, name), value, "{name}");
    }
    let disposition = header(&response, "content-disposition");
    assert!(
        disposition.starts_with("attachment;") && disposition.contains("filename*=UTF-8''Plan%20f%C3%BCr%20Pat.pdf"),
        "{disposition}"
    );
    assert_eq!(response.bytes().await.unwrap(), PDF);
    let response = pat.http().head(server.url(&path)).bearer_auth(&pat.token).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "content-length")),
        (200, PDF.len().to_string().as_str())
    );
    assert_eq!(response.bytes().await.unwrap(), "");
}

#[tokio::test]
async fn a_safe_picture_is_shown_and_a_known_one_not_sent_again() {
    let server = TestServer::start().await;
    let (_, pat, _, path) = a_sent_file(&server, &Paper::new("scan.png", "image/png", PNG)).await;
    let response = pat.get(&path).send().await.unwrap();
    assert!(header(&response, "content-disposition").starts_with("inline;"));
    let known = header(&response, "etag").to_owned();
    let response = pat.get(&path).header("If-None-Match", known).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.bytes().await.unwrap().len()), (304, 0));
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    let server = TestServer::start().await;
    let (_, pat, _, path) = a_sent_file(&server, &Paper::note("0123456789")).await;
    for (range, content_range, body) in [
        ("bytes=0-3", "bytes 0-3/10", "0123"),
        ("bytes=4-", "bytes 4-9/10", "456789"),
        ("bytes=-2", "bytes 8-9/10", "89"),
        ("bytes=8-100", "bytes 8-9/10", "89"),
    ] {
        let response = pat.get(&path).header("Range", range).send().await.unwrap();
        assert_eq!((response.status().as_u16(), header(&response, "content-range")), (206, content_range), "{range}");
        assert_eq!(response.text().await.unwrap(), body);
    }
    let response = pat.get(&path).header("Range", "bytes=10-").send().await.unwrap();
    assert_eq!((response.status().as_u16(), header(&response, "content-range")), (416, "bytes */10"));
    let response = pat.get(&path).header("Range", "lines=1-2").send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (200, "0123456789"));
}

#[tokio::test]
async fn who_is_not_let_in_learns_nothing() {
    let server = TestServer::start().await;
    let (ada, pat, _, path) = a_sent_file(&server, &Paper::note("Confidential")).await;
    let unsent = ada.attach(&Paper::note("Not sent yet")).await["url"].as_str().unwrap().to_owned();
    let nowhere = server.url(&format!("/attachments/{}", AttachmentId::generate()));
    let absent = pat.http().get(&nowhere).bearer_auth(&pat.token).send().await.unwrap().text().await.unwrap();
    for stranger in [server.patient("kim").await, server.doctor("joe").await] {
        let response = stranger.get(&path).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.text().await.unwrap()), (404, absent.clone()));
    }
    let response = pat.http().get(&unsent).bearer_auth(&pat.token).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap()), (404, absent.clone()));
    assert_eq!(pat.get("/attachments/nonsense").send().await.unwrap().status(), 404);
    for url in [&server.url(&path), &unsent, &nowhere, &server.url("/attachments/nonsense")] {
        let response = pat.http().get(url).send().await.unwrap();
        assert_eq!((response.status().as_u16(), header(&response, "www-authenticate")), (401, "Bearer"), "{url}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    }
    assert_eq!(
        pat.http().request(Method::DELETE, server.url(&path)).bearer_auth(&pat.token).send().await.unwrap().status(),
        405
    );
}

#[tokio::test]
async fn a_temporary_link_works_without_a_token_for_a_minute() {
    let server = TestServer::start().await;
    let (_, pat, message, path) = a_sent_file(&server, &Paper::note("Twice a day")).await;
    let link = file_of(&pat, &message).await["temporaryUrl"]["url"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&server.url(&path)));
    let response = pat.http().get(&link).header("Range", "bytes=0-4").send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (206, "Twice"));
    server.clock.advance(Duration::from_secs(58));
    assert_eq!(status(&pat, &link).await, 200);
    server.clock.advance(Duration::from_secs(2));
    assert_eq!(status(&pat, &link).await, 401);
    let anew = file_of(&pat, &message).await["temporaryUrl"]["url"].as_str().unwrap().to_owned();
    assert_eq!(status(&pat, &anew).await, 200);
}

#[tokio::test]
async fn a_link_to_sound_works_for_a_quarter_of_an_hour() {
    let server = TestServer::start().await;
    let sound = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00";
    let (_, pat, message, _) = a_sent_file(&server, &Paper::new("voice.wav", "audio/wav", sound.as_slice())).await;
    let link = file_of(&pat, &message).await["temporaryUrl"]["url"].as_str().unwrap().to_owned();
    server.clock.advance(Duration::from_secs(14 * 60 + 58));
    assert_eq!(status(&pat, &link).await, 200);
    server.clock.advance(Duration::from_secs(2));
    assert_eq!(status(&pat, &link).await, 401);
}

#[tokio::test]
async fn a_link_is_for_one_person_one_file_and_one_session() {
    let server = TestServer::start().await;
    let (ada, pat, message, path) = a_sent_file(&server, &Paper::note("Twice a day")).await;
    let thread = server.conversation(&[&ada, &pat]).await;
    let (_, other) = ada.send_file(&thread, &Paper::note("Another")).await;
    let link = file_of(&pat, &message).await["temporaryUrl"]["url"].as_str().unwrap().to_owned();
    let other_path = format!("/attachments/{}", other["id"].as_str().unwrap());
    let (kim, stranger) = (server.patient("kim").await, server.doctor("joe").await);
    for tampered in [
        link.replace(&path, &other_path),
        link.replace(&pat.id, &ada.id),
        link.replace(&pat.id, &kim.id),
        link.replace(&pat.session, &ada.session),
        link.replace("expires=", "expires=9"),
        link[..link.len() - 1].to_owned(),
        link.replace("signature=", "signature=A"),
        link.split("&signature").next().unwrap().to_owned(),
    ] {
        assert_ne!(tampered, link);
        assert_eq!(status(&pat, &tampered).await, 401, "{tampered}");
    }
    // A link made for a file that its viewer may not see says no more than a made-up one.
    assert_eq!(stranger.http().get(&link).bearer_auth(&stranger.token).send().await.unwrap().status(), 404);
    ada.run("mutation { logout { sessionId } }", json!({})).await;
    assert_eq!(status(&pat, &link).await, 200, "it lasts as long as its own session");
    let again = pat.renewed(&server).await;
    again.run(REVOKE, json!({ "s": pat.session })).await;
    assert_eq!(status(&pat, &link).await, 401);
}

#[tokio::test]
async fn the_file_of_a_deleted_message_is_gone_for_everybody() {
    let server = TestServer::start().await;
    let (ada, pat, message, path) = a_sent_file(&server, &Paper::note("Wrong patient")).await;
    let before = file_of(&pat, &message).await;
    let link = before["temporaryUrl"]["url"].as_str().unwrap();
    assert_eq!((&before["isRemoved"], &before["removedAt"], server.files_on_disk()), (&json!(false), &Value::Null, 1));
    assert_eq!(ada.delete(&message).await["message"]["attachments"], json!([]));
    assert_eq!(server.files_on_disk(), 0);
    for viewer in [&ada, &pat] {
        assert_eq!(viewer.get(&path).send().await.unwrap().status(), 404);
        assert_eq!(file_of(viewer, &message).await, Value::Null);
    }
    assert_eq!(status(&pat, link).await, 404);
}

#[tokio::test]
async fn who_was_removed_from_a_group_cannot_download_any_more() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let group = server.conversation(&[&ada, &joe, &pat]).await;
    let (message, file) = joe.send_file(&group, &Paper::note("For the group")).await;
    let link = file_of(&pat, &message).await["temporaryUrl"]["url"].as_str().unwrap().to_owned();
    let path = format!("/attachments/{}", file["id"].as_str().unwrap());
    assert_eq!((pat.get(&path).send().await.unwrap().status().as_u16(), status(&pat, &link).await), (200, 200));
    ada.remove(&group, &pat).await;
    ada.remove(&group, &joe).await;
    assert_eq!((pat.get(&path).send().await.unwrap().status().as_u16(), status(&pat, &link).await), (404, 404));
    assert_eq!(joe.get(&path).send().await.unwrap().status(), 404, "its uploader sent it away");
    assert_eq!(ada.get(&path).send().await.unwrap().status(), 200);
}
