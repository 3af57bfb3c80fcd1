//! A group with everything in it that must not get out.

use bedside::{
    entity::{attachment, conversation, image_annotation, message, message_version, participant, user::Role},
    ids::{AttachmentId, ConversationId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use crate::support::{Actor, PNG, Paper, TestServer, message as new_message, to, with};

/// The words that only participants may read: texts, an earlier text, the name of a file, the name of the group, what is
/// marked on a picture.
pub const SECRETS: [&str; 5] =
    ["The biopsy was positive", "The biopsy was negative", "biopsy-of-pat.txt", "Ward round", "Here is the lump"];

/// Who was in the group, who is, and who never was.
pub struct Scene {
    pub server: TestServer,
    /// Owns the group and wrote everything in it.
    pub ada: Actor,
    /// A stranger: a doctor.
    pub eve: Actor,
    /// A stranger: a patient.
    pub kim: Actor,
    /// Took part until the end of the scene.
    pub pat: Actor,
    pub group: String,
    /// Edited once, with a file.
    pub message: String,
    pub reply: String,
    pub file: AttachmentId,
    /// A picture of the message, and what is marked on it.
    pub picture: String,
    pub annotation: String,
    /// An upload of Ada that is not sent.
    pub unsent: String,
    /// The end of the journal before the group was made.
    pub beginning: String,
}

impl Scene {
    pub async fn set() -> Self {
        let server = TestServer::start().await;
        let (ada, eve) = (server.doctor("ada").await, server.doctor("eve").await);
        let (joe, kim, pat) = (server.doctor("joe").await, server.patient("kim").await, server.patient("pat").await);
        let root = server.person("root", Role::Admin).await;
        const NOTICE: &str = "mutation { setClinicNotice(input: { text: \"Call 112\" }) { clinicNotice { text } } }";
        root.run(NOTICE, json!({})).await;
        server.settle().await;
        let beginning = pat.cursor().await;
        let group = server.conversation(&[&ada, &joe, &pat]).await;
        let file = ada.attach(&Paper::new(SECRETS[2], "text/plain", SECRETS[0])).await["id"].clone();
        let picture = ada.attach(&Paper::new("breast.png", "image/png", PNG)).await["id"].as_str().unwrap().to_owned();
        let sent =
            ada.say(with(new_message(&to(&group), SECRETS[1]), &json!({ "attachmentIds": [file, picture] }))).await;
        let message = sent["message"]["id"].as_str().unwrap().to_owned();
        ada.edit(&message, SECRETS[0]).await;
        const MARK: &str =
            "mutation($i: AnnotateAttachmentInput!) { annotateAttachment(input: $i) { annotation { id } } }";
        let mark = json!({ "attachmentId": picture, "shape": { "text": { "x": 0.4, "y": 0.6 } }, "label": SECRETS[4] });
        let marked = ada.run(MARK, json!({ "i": mark })).await["annotateAttachment"]["annotation"]["id"].take();
        let annotation = marked.as_str().unwrap().to_owned();
        let reply = ada.say(with(new_message(&to(&group), SECRETS[1]), &json!({ "replyToId": message }))).await;
        let reply = reply["message"]["id"].as_str().unwrap().to_owned();
        let unsent = ada.attach(&Paper::note(SECRETS[0])).await["id"].as_str().unwrap().to_owned();
        let seen = pat.run("query($m: ID!) { message(id: $m) { text } }", json!({ "m": message })).await;
        assert_eq!(seen["message"]["text"], SECRETS[0], "while they take part they may read it");
        ada.remove(&group, &pat).await;
        server.settle().await;
        let file = AttachmentId::parse(file.as_str().unwrap()).unwrap();
        Self { server, ada, eve, kim, pat, group, message, reply, file, picture, annotation, unsent, beginning }
    }

    pub fn file_id(&self) -> String {
        self.file.to_string()
    }

    /// Every row of the group, as text.
    pub async fn stored_of_the_group(&self) -> String {
        let (db, id) = (self.server.app.database.reader(), ConversationId::parse(&self.group).unwrap());
        let conversation = conversation::Entity::find_by_id(id).one(db).await.unwrap();
        let people =
            participant::Entity::find().filter(participant::Column::ConversationId.eq(id)).all(db).await.unwrap();
        let messages = message::Entity::find().filter(message::Column::ConversationId.eq(id)).all(db).await.unwrap();
        let versions = message_version::Entity::find().all(db).await.unwrap();
        let uploader = conversation.as_ref().unwrap().created_by;
        let files =
            attachment::Entity::find().filter(attachment::Column::UploaderId.eq(uploader)).all(db).await.unwrap();
        let marks = image_annotation::Entity::find().all(db).await.unwrap();
        format!("{conversation:?} {people:?} {messages:?} {versions:?} {files:?} {marks:?}")
    }
}
