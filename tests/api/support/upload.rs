//! Files by the GraphQL multipart request specification, and small files of several types.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Actor, Answer, TestServer};

/// A picture of one black pixel, as the server writes it anew: what is stored are these bytes.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\nIDATx\x9ccb\x00\x00\x00\x06\x00\x03\x36\x37\x7c\xa8\x00\x00\x00\x00IEND\xaeB`\x82";
/// A document without pages.
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// A file on somebody's device.
#[derive(Clone)]
pub struct Paper {
    pub name: String,
    pub content_type: &'static str,
    pub content: Vec<u8>,
    pub client_id: Uuid,
}

impl Paper {
    pub fn new(name: &str, content_type: &'static str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), content_type, content: content.into(), client_id: Uuid::now_v7() }
    }

    pub fn note(text: &str) -> Self {
        Self::new("note.txt", "text/plain", text)
    }

    fn part(&self) -> Part {
        Part::bytes(self.content.clone()).file_name(self.name.clone()).mime_str(self.content_type).unwrap()
    }
}

/// One request that uploads all of `papers`, each as an aliased field.
fn form(papers: &[Paper]) -> Form {
    let declared: Vec<_> = (0..papers.len()).map(|n| format!("$f{n}: UploadAttachmentInput!")).collect();
    let fields: Vec<_> = (0..papers.len())
        .map(|n| format!("f{n}: uploadAttachment(input: $f{n}) {{ attachment {{ id name size contentType kind width height thumbnail {{ url width height contentType temporaryUrl {{ url }} }} url isRemoved temporaryUrl {{ url expiresAt }} }} replayed userErrors {{ code field message }} }}"))
        .collect();
    let query = format!("mutation({}) {{ {} }}", declared.join(", "), fields.join(" "));
    let (mut variables, mut map) = (json!({}), json!({}));
    for (n, paper) in papers.iter().enumerate() {
        variables[format!("f{n}")] = json!({ "file": null, "clientId": paper.client_id });
        map[n.to_string()] = json!([format!("variables.f{n}.file")]);
    }
    let operations = json!({ "query": query, "variables": variables });
    let form = Form::new().text("operations", operations.to_string()).text("map", map.to_string());
    papers.iter().enumerate().fold(form, |form, (n, paper)| form.part(n.to_string(), paper.part()))
}

impl Actor {
    /// Uploads in one request and answers whatever came.
    pub async fn try_upload(&self, papers: &[Paper]) -> Answer {
        let mut request = self.http().post(format!("http://{}/graphql", self.address())).multipart(form(papers));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let response = request.send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
    }

    /// Uploads one file and answers the payload.
    pub async fn upload(&self, paper: &Paper) -> Value {
        self.try_upload(std::slice::from_ref(paper)).await.data()["f0"].clone()
    }

    /// Uploads one file that must be taken, and answers the attachment.
    pub async fn attach(&self, paper: &Paper) -> Value {
        let payload = self.upload(paper).await;
        assert_eq!(payload["userErrors"], json!([]));
        payload["attachment"].clone()
    }

    /// Sends a message with one new file; answers the message's id and the attachment.
    pub async fn send_file(&self, conversation: &str, paper: &Paper) -> (String, Value) {
        let file = self.attach(paper).await;
        let input = json!({ "clientId": Uuid::now_v7(), "to": { "conversationId": conversation }, "attachmentIds": [file["id"]] });
        let sent = self.say(input).await;
        assert_eq!(sent["userErrors"], json!([]));
        (sent["message"]["id"].as_str().unwrap().to_owned(), file)
    }
}

impl TestServer {
    /// How many files the store holds, besides the sweep's own.
    pub fn files_on_disk(&self) -> usize {
        let folders = std::fs::read_dir(self.folder.path().join("files")).unwrap();
        let folders = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        folders.map(|folder| std::fs::read_dir(folder).unwrap().count()).sum()
    }
}
