//! Files from upload to the last byte gone, on a real database and a real folder.

mod clinic;

use std::{io::Write, sync::Arc, time::Duration};

use async_graphql::{EmptySubscription, Request, Schema, SimpleObject, UploadValue, Variables, value};
use axum::http::StatusCode;
use object_store::{ObjectStoreExt, path::Path as Key};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use uuid::Uuid;

use self::clinic::Clinic;
use super::{
    AttachmentMutation,
    service::{self, Part},
    store,
};
use crate::{
    access::{Connection, Viewer},
    entity::{message, session},
    error::{Error, UserErrorCode},
    graphql::{Handed, RequestContext, SignedIn, Told},
    ids::{AttachmentId, MessageId},
    journal::{Place, Row, Seq},
};

#[tokio::test]
async fn an_upload_sent_again_is_the_same_file() {
    let clinic = Clinic::open().await;
    let ada = clinic.person("ada").await;
    let client_id = Uuid::now_v7();
    let first = clinic.upload(&ada, "x/a.txt", client_id, "hello").await.unwrap();
    let file = first.file.unwrap();
    assert_eq!((file.name.as_str(), file.size, first.replayed), ("a.txt", 5, false));
    let again = clinic.upload(&ada, "a.txt", client_id, "hello").await.unwrap();
    assert_eq!((again.file, again.replayed), (Some(file.clone()), true));
    assert!(matches!(clinic.upload(&ada, "a.txt", client_id, "other").await, Err(Error::Conflict)));
    assert_eq!(clinic.stored(), 1);

    service::discard(&clinic.app, &ada, file.id).await.unwrap();
    let after = clinic.upload(&ada, "a.txt", client_id, "hello").await.unwrap();
    assert_eq!((after.file, after.replayed, clinic.stored()), (None, true, 0));
}

#[tokio::test]
async fn a_refused_file_leaves_nothing() {
    let clinic = Clinic::open().await;
    let ada = clinic.person("ada").await;
    let refused = clinic.upload(&ada, "a.pdf", Uuid::now_v7(), "hello").await;
    assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].code == UserErrorCode::FileTypeMismatch));
    assert_eq!(clinic.stored(), 0);
}

#[tokio::test]
async fn a_large_file_is_stored_in_parts() {
    let clinic = Clinic::open().await;
    let ada = clinic.person("ada").await;
    let content = "0123456789".repeat(600_000);
    let file = clinic.uploaded(&ada, &content).await;
    assert_eq!(file.size, 6_000_000);
    let (_, part) =
        clinic.get(&service::url(&clinic.app, &file, Part::Whole).unwrap(), Some(&ada), Some("bytes=-3")).await;
    assert_eq!((part.as_str(), clinic.stored()), ("789", 1));
}

#[tokio::test]
async fn only_ones_own_unsent_upload_can_be_discarded() {
    let clinic = Clinic::open().await;
    let (ada, ben) = (clinic.person("ada").await, clinic.person("ben").await);
    let (file, sent) = (clinic.uploaded(&ada, "one").await, clinic.uploaded(&ada, "two").await);
    clinic.send(&ada, &sent, &[(&ada, 0)]).await;
    for (viewer, id) in [(&ben, file.id), (&ada, sent.id), (&ada, AttachmentId::generate())] {
        assert!(matches!(service::discard(&clinic.app, viewer, id).await, Err(Error::NotFound)));
    }
    service::discard(&clinic.app, &ada, file.id).await.unwrap();
    assert_eq!((clinic.row(file.id).await, clinic.stored()), (None, 1));
    assert!(matches!(service::discard(&clinic.app, &ada, file.id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_message_takes_ones_own_unsent_files_once_and_in_order() {
    let clinic = Clinic::open().await;
    let (ada, ben) = (clinic.person("ada").await, clinic.person("ben").await);
    let (one, two) = (clinic.uploaded(&ada, "one").await, clinic.uploaded(&ada, "two").await);
    let db = clinic.app.database.reader();
    let taken = service::take_for_sending(db, &ada, &[two.id, one.id]).await.unwrap();
    assert_eq!(taken, [two.clone(), one.clone()]);
    assert_eq!(service::kind_of_message(&taken), message::Kind::File);
    let message = clinic.send(&ada, &two, &[(&ada, 0)]).await;
    let of = service::of_messages(db, &[message, MessageId::generate()]).await.unwrap();
    assert_eq!((of.len(), of[&message][0].id), (1, two.id));
    for (viewer, ids) in [(&ben, vec![one.id]), (&ada, vec![one.id, one.id]), (&ada, vec![one.id, two.id])] {
        let refused = service::take_for_sending(db, viewer, &ids).await;
        assert!(matches!(refused, Err(Error::Invalid(errors)) if errors[0].code == UserErrorCode::AttachmentNotUsable));
    }
}

#[tokio::test]
async fn who_may_download_changes_when_a_file_is_sent_and_deleted() {
    let clinic = Clinic::open().await;
    let (ada, ben) = (clinic.person("ada").await, clinic.person("ben").await);
    let (late, eve) = (clinic.person("late").await, clinic.person("eve").await);
    let file = clinic.uploaded(&ada, "hello").await;
    let url = service::url(&clinic.app, &file, Part::Whole).unwrap();
    assert_eq!(clinic.status(&url, Some(&ada)).await, StatusCode::OK);
    assert_eq!(clinic.status(&url, Some(&ben)).await, StatusCode::NOT_FOUND);

    let message = clinic.send(&ada, &file, &[(&ada, 0), (&ben, 5), (&late, 6)]).await;
    for (viewer, status) in [(&ada, 200), (&ben, 200), (&late, 404), (&eve, 404)] {
        assert_eq!(clinic.status(&url, Some(viewer)).await, status);
    }
    let (_, hidden) = clinic.get(&url, Some(&eve), None).await;
    let unknown = format!("http://clinic/attachments/{}", AttachmentId::generate());
    assert_eq!(hidden, clinic.get(&unknown, Some(&eve), None).await.1);
    assert_eq!(clinic.status(&url, None).await, StatusCode::UNAUTHORIZED);

    let files = service::of_messages(clinic.app.database.reader(), &[message]).await.unwrap().remove(&message).unwrap();
    let (gone, now) = (files.clone(), clinic.app.clock.now());
    clinic.write(move || gone.iter().map(|file| store::removed(file, now)).collect()).await;
    assert_eq!(clinic.status(&url, Some(&ada)).await, StatusCode::NOT_FOUND);
    service::remove_bytes(&clinic.app, &files).await;
    let row = clinic.row(file.id).await.unwrap();
    assert_eq!((row.removed_at, row.storage_key, clinic.stored()), (Some(now), None, 0));
}

#[tokio::test]
async fn a_temporary_link_ends_with_its_time_and_with_its_session() {
    let clinic = Clinic::open().await;
    let ada = clinic.person("ada").await;
    let file = clinic.uploaded(&ada, "hello").await;
    let (link, expires_at) = service::temporary_link(&clinic.app, &ada, &file, Part::Whole).unwrap();
    let (response, body) = clinic.get(&link, None, Some("bytes=1-2")).await;
    assert_eq!((response.status(), body.as_str()), (StatusCode::PARTIAL_CONTENT, "el"));
    assert_eq!(response.headers()["content-range"], "bytes 1-2/5");
    assert_eq!(clinic.get(&link, None, Some("bytes=5-")).await.0.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(clinic.status(&format!("{link}x"), None).await, StatusCode::UNAUTHORIZED);

    clinic.app.clock.advance(Duration::from_secs(60));
    assert!(clinic.app.clock.now() >= expires_at);
    assert_eq!(clinic.status(&link, None).await, StatusCode::UNAUTHORIZED);

    let (link, _) = service::temporary_link(&clinic.app, &ada, &file, Part::Whole).unwrap();
    let (session, now) = (ada.session(), clinic.app.clock.now());
    let ended = move || session::ActiveModel { id: Set(session), ended_at: Set(Some(now)), ..Default::default() };
    clinic.write(move || vec![Row::update(ended())]).await;
    let (response, body) = clinic.get(&link, None, None).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(body.contains("SESSION_REVOKED"));
}

#[tokio::test]
async fn the_sweep_removes_what_was_not_sent_and_what_was_left() {
    let clinic = Clinic::open().await;
    let ada = clinic.person("ada").await;
    let app = &clinic.app;
    let (unsent, sent) = (clinic.uploaded(&ada, "unsent").await, clinic.uploaded(&ada, "sent").await);
    let deleted = clinic.uploaded(&ada, "deleted").await;
    clinic.send(&ada, &sent, &[(&ada, 0)]).await;
    let hour = sent.storage_key.as_deref().unwrap().split('/').next().unwrap();
    app.files.put(&Key::from(format!("{hour}/orphan")), "bytes".into()).await.unwrap();
    std::fs::write(clinic.folder.path().join("files").join(hour).join("killed#1"), "half").unwrap();
    let (marked, now) = (deleted.clone(), app.clock.now());
    clinic.write(move || vec![store::removed(&marked, now)]).await;

    let report = service::sweep(app).await.unwrap();
    assert_eq!((report.expired, report.cleared, report.orphans, clinic.stored()), (0, 1, 0, 4));

    app.clock.advance(Duration::from_secs(25 * 3600));
    let fresh = clinic.uploaded(&ada, "fresh").await;
    let report = service::sweep(app).await.unwrap();
    assert_eq!((report.expired, report.cleared, report.orphans), (1, 1, 2));
    assert_eq!((clinic.row(unsent.id).await, clinic.stored()), (None, 2));
    assert_eq!(clinic.row(fresh.id).await, Some(fresh));
    assert_eq!(service::sweep(app).await.unwrap(), service::SweepReport::default());
}

#[derive(SimpleObject)]
struct Nothing {
    nothing: bool,
}

const UPLOAD: &str = r"mutation ($file: Upload!, $id: UUID!) {
    a: uploadAttachment(input: { file: $file, clientId: $id }) { ...P }
    b: uploadAttachment(input: { file: $file, clientId: $id }) { ...P }
    c: uploadAttachment(input: { file: $file, clientId: $id, durationMs: 5 }) { ...P }
}
fragment P on UploadAttachmentPayload {
    replayed userErrors { code field }
    attachment { name contentType kind size durationMs url isRemoved removedAt temporaryUrl { url expiresAt } }
}";

async fn run(clinic: &Clinic, viewer: &Viewer, request: Request) -> async_graphql::Response {
    let viewer = Arc::new(viewer.clone());
    let context = RequestContext {
        connection: Arc::new(Connection::new(Some(Arc::clone(&viewer)))),
        viewer: Ok(viewer),
        is_socket: false,
        resume_after: None,
        told: Told::default(),
        handed: Handed::default(),
        place: Place { seq: Seq::START, mark: [0; 8] },
        signed_in: SignedIn::default(),
        address: [127, 0, 0, 1].into(),
        device: String::new(),
        language: crate::entity::user::Language::En,
    };
    let schema = Schema::build(Nothing { nothing: true }, AttachmentMutation, EmptySubscription).finish();
    schema.execute(request.data(Arc::clone(&clinic.app)).data(Arc::new(context))).await
}

#[tokio::test]
async fn the_mutations_speak_the_multipart_request_spec() {
    let clinic = Clinic::open().await;
    let ada = clinic.person("ada").await;
    let mut content = tempfile::tempfile().unwrap();
    content.write_all(b"hello").unwrap();
    let file = UploadValue { filename: "a.txt".into(), content_type: Some("text/plain".into()), content };
    let variables = Variables::from_value(value!({ "file": null, "id": Uuid::now_v7().to_string() }));
    let mut request = Request::new(UPLOAD).variables(variables);
    request.set_upload("variables.file", file);
    let answer = run(&clinic, &ada, request).await;
    assert!(answer.errors.is_empty(), "{:?}", answer.errors);
    let data = answer.data.into_json().unwrap();
    let attachment = &data["a"]["attachment"];
    assert_eq!(
        (&attachment["name"], &attachment["kind"], &attachment["size"]),
        (&json!("a.txt"), &json!("FILE"), &json!(5))
    );
    assert_eq!((&data["a"]["replayed"], &data["b"]["replayed"]), (&json!(false), &json!(true)));
    assert_eq!(data["c"]["userErrors"], json!([{ "code": "INVALID_FORMAT", "field": ["input", "durationMs"] }]));

    let (link, url) = (&attachment["temporaryUrl"]["url"], &attachment["url"]);
    assert_eq!(clinic.get(link.as_str().unwrap(), None, None).await.1, "hello");
    let id = url.as_str().unwrap().rsplit('/').next().unwrap();
    let discard = format!("mutation {{ discardAttachment(input: {{ id: {id:?} }}) {{ discardedId }} }}");
    let data = run(&clinic, &ada, discard.into()).await.data.into_json().unwrap();
    assert_eq!(data["discardAttachment"]["discardedId"], id);
}

#[tokio::test]
async fn a_mark_of_the_library_written_by_hand_is_refused() {
    let clinic = Clinic::open().await;
    let ada = clinic.person("ada").await;
    for mark in ["#__graphql_file__:0", "#__graphql_file__:x", "#__graphql_file__:-1", "a.txt"] {
        let input = format!("{{ file: {mark:?}, clientId: \"{}\" }}", Uuid::now_v7());
        let answer =
            run(&clinic, &ada, format!("mutation {{ uploadAttachment(input: {input}) {{ replayed }} }}").into());
        assert_eq!(answer.await.errors.len(), 1, "{mark}");
    }
}
