//! What somebody does in a conversation, one call for each act.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Actor;

impl Actor {
    /// Marks a conversation as read up to a message, or wholly; answers how many messages that newly covered.
    pub async fn read(&self, conversation: &str, up_to: Option<&str>) -> i64 {
        let query = "mutation($i: MarkReadInput!) { act: markRead(input: $i) { newlyRead userErrors { code } } }";
        let read = self.act(query, json!({ "conversationId": conversation, "upToMessageId": up_to })).await;
        read["newlyRead"].as_i64().unwrap()
    }

    /// Counts a conversation as unread from a message on.
    pub async fn unread_from(&self, conversation: &str, message: &str) {
        let query = "mutation($i: MarkUnreadInput!) { act: markUnread(input: $i) { newlyRead userErrors { code } } }";
        self.act(query, json!({ "conversationId": conversation, "fromMessageId": message })).await;
    }

    /// Tells that messages reached the device.
    pub async fn got(&self, conversation: &str, up_to: &str) {
        let query =
            "mutation($i: MarkDeliveredInput!) { act: markDelivered(input: $i) { newlyRead userErrors { code } } }";
        self.act(query, json!({ "conversationId": conversation, "upToMessageId": up_to })).await;
    }

    /// Archives, closes or reopens a conversation.
    pub async fn set_state(&self, conversation: &str, state: &str) {
        let query = "mutation($i: SetConversationStateInput!) { act: setConversationState(input: $i) { conversation { state } userErrors { code } } }";
        self.act(query, json!({ "conversationId": conversation, "state": state })).await;
    }

    async fn act(&self, query: &str, input: Value) -> Value {
        let done = self.run(query, json!({ "i": input })).await["act"].take();
        assert_eq!(done["userErrors"], json!([]));
        done
    }

    /// Unread messages in all conversations together, and in those that have any, by id.
    pub async fn unread(&self) -> (i64, Vec<(String, i64)>) {
        let counts = self.run("{ unreadCounts { total conversations { conversationId count } } }", json!({})).await;
        let counts = &counts["unreadCounts"];
        (counts["total"].as_i64().unwrap(), super::counts_of(counts))
    }

    /// How far a message has come, as its sender sees it.
    pub async fn status(&self, message: &str) -> String {
        let data = self.run("query($m: ID!) { message(id: $m) { status } }", json!({ "m": message })).await;
        data["message"]["status"].as_str().unwrap().to_owned()
    }

    /// Uploads a text file, and answers the data.
    pub async fn upload_text(&self, client_id: Uuid, text: &str) -> Value {
        let query =
            "mutation($i: UploadAttachmentInput!) { uploadAttachment(input: $i) { attachment { id size } replayed } }";
        let variables = json!({ "i": { "clientId": client_id, "file": null } });
        let form = Form::new()
            .text("operations", json!({ "query": query, "variables": variables }).to_string())
            .text("map", json!({ "0": ["variables.i.file"] }).to_string())
            .part("0", Part::text(text.to_owned()).file_name("plan.txt").mime_str("text/plain").unwrap());
        let request = self.http().post(format!("http://{}/graphql", self.address())).bearer_auth(&self.token);
        let response = request.multipart(form).send().await.unwrap();
        super::Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }.data()
    }
}
