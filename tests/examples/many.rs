//! A scene with much in it: people, conversations, messages and all that hangs on them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::operations::Scene;

const CONTACT: &str = "mutation($u: ID!) { requestContact(input: { userId: $u }) { userErrors { code } } }";
const BLOCK: &str = "mutation($u: ID!) { blockUser(input: { userId: $u }) { userErrors { code } } }";
const INVITE: &str = "mutation($c: ID!, $u: [ID!]!) { inviteParticipants(input: { conversationId: $c, userIds: $u }) { userErrors { code } } }";
const SEND: &str = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { message { id } userErrors { code } } }";
const REACT: &str =
    "mutation($m: ID!) { addReaction(input: { messageId: $m, emoji: \"👍\" }) { userErrors { code } } }";
const PIN: &str = "mutation($m: ID!) { pinMessage(input: { messageId: $m }) { userErrors { code } } }";
const LOGIN: &str =
    "mutation($n: String!, $p: String!) { login(input: { name: $n, password: $p }) { userErrors { code } } }";
const PROGRAM: &str = "mutation($u: String!) { createServiceAccount(input: { username: $u, fullName: \"Program\" }) { account { id } userErrors { code } } }";
const TOKEN: &str = "mutation($i: CreateServiceTokenInput!) { createServiceToken(input: $i) { userErrors { code } } }";

impl Scene {
    /// A scene with so many of everything that a list can show.
    pub async fn of_many(count: u64) -> Self {
        let mut scene = Self::new().await;
        for number in 0..count {
            scene.more_people(number).await;
            scene.more_messages(number).await;
            scene.more_programs(number).await;
        }
        scene.ward = {
            let everybody: Vec<_> = [&scene.ada, &scene.pat, &scene.ben].into_iter().chain(&scene.others).collect();
            scene.server.conversation(&everybody).await
        };
        scene
    }

    /// Somebody who has written to the doctor, asks to be a contact and invites to a group; somebody who is blocked;
    /// and one more device.
    async fn more_people(&mut self, number: u64) {
        let doctor = self.server.doctor(&format!("many{number}")).await;
        let thread = self.server.conversation(&[&doctor, &self.ada]).await;
        doctor.send(&thread, "Have you seen the scans?").await;
        run(&doctor, CONTACT, json!({ "u": self.ada.id })).await;
        let round = self.server.conversation(&[&doctor, &self.ben, &self.pat]).await;
        run(&doctor, INVITE, json!({ "c": round, "u": [self.ada.id] })).await;
        let blocked = self.server.doctor(&format!("blocked{number}")).await;
        run(&self.ada, BLOCK, json!({ "u": blocked.id })).await;
        let device = json!({ "n": "ada", "p": super::support::Actor::PASSWORD });
        run(&self.ada, LOGIN, device).await;
        self.others.push(doctor);
    }

    /// An urgent answer with a file, a reaction and a pin, in the conversation of the doctor and the patient.
    async fn more_messages(&self, number: u64) {
        let file = self.pat.upload_text(Uuid::now_v7(), "Once a day, before a meal.\n").await;
        let before = self.ada.send(&self.thread, &format!("Question {number}")).await;
        let input = json!({
            "clientId": Uuid::now_v7(), "to": { "conversationId": self.thread }, "text": "two a day", "isUrgent": true,
            "replyToId": before["id"], "attachmentIds": [file["uploadAttachment"]["attachment"]["id"]],
        });
        let sent = run(&self.pat, SEND, json!({ "i": input })).await;
        let message = &sent["sendMessage"]["message"]["id"];
        run(&self.ada, REACT, json!({ "m": message })).await;
        if number < 20 {
            run(&self.ada, PIN, json!({ "m": message })).await;
        }
    }

    /// A program with a token.
    async fn more_programs(&self, number: u64) {
        let made = run(&self.root, PROGRAM, json!({ "u": format!("program{number}") })).await;
        let ends = self.server.clock.now().plus(std::time::Duration::from_secs(3600)).rfc3339();
        let account = &made["createServiceAccount"]["account"]["id"];
        let input = json!({ "accountId": account, "name": "Courier", "scopes": ["SEND_MESSAGES"], "expiresAt": ends });
        run(&self.root, TOKEN, json!({ "i": input })).await;
    }
}

/// Runs what must go well.
async fn run(who: &super::support::Actor, query: &str, variables: Value) -> Value {
    let data = who.run(query, variables).await;
    for payload in data.as_object().unwrap().values() {
        assert_eq!(payload["userErrors"], json!([]), "{query}");
    }
    data
}
