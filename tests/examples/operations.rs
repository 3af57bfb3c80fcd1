//! The operations in `examples/operations`, and what each is run with.

use std::{
    num::NonZeroU32,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};

use bedside::entity::user::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{Actor, PNG, Paper, TestServer, into_folder};

/// The operations that only an administrator may run.
const OF_ADMINISTRATORS: [&str; 8] = [
    "create-service-account",
    "create-service-token",
    "disable-user",
    "enable-user",
    "revoke-service-token",
    "service-accounts",
    "statistics",
    "verify-user",
];

/// One file.
pub struct Operation {
    /// Its name without the ending.
    pub name: String,
    pub text: String,
}

/// Every file, by name.
pub fn all(folder: &Path) -> Vec<Operation> {
    let files = std::fs::read_dir(folder.join("operations")).unwrap().map(|entry| entry.unwrap().path());
    let mut operations: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|extension| extension == "graphql"))
        .map(|file| Operation {
            name: file.file_stem().unwrap().to_str().unwrap().to_owned(),
            text: std::fs::read_to_string(&file).unwrap(),
        })
        .collect();
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!operations.is_empty());
    operations
}

impl Operation {
    /// `send-message` is the file of `SendMessage`.
    pub fn title(&self) -> String {
        self.name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
    }
}

/// A doctor and a patient who have talked, and another doctor.
pub struct Scene {
    pub server: TestServer,
    pub ada: Actor,
    pub pat: Actor,
    pub ben: Actor,
    pub root: Actor,
    pub thread: String,
    /// More people, for scenes of many.
    pub others: Vec<Actor>,
    /// A group of all of them.
    pub ward: String,
    /// The end of the journal when they began to talk.
    pub start: String,
    names: AtomicU32,
}

impl Scene {
    pub async fn new() -> Self {
        let server = TestServer::start_with(|config| {
            into_folder(config);
            config.mail.confirm_addresses = Some(false);
            // One person does in seconds what others do in weeks.
            config.limits.sends_per_conversation = NonZeroU32::MAX;
            config.limits.requests_per_user = NonZeroU32::MAX;
            config.limits.searches_per_user = NonZeroU32::MAX;
            config.limits.requests_per_address = NonZeroU32::MAX;
            config.mail.resets_per_hour = NonZeroU32::MAX;
            config.auth.registrations_per_hour = NonZeroU32::MAX;
        })
        .await;
        let (ada, pat, ben) = (server.doctor("ada").await, server.patient("pat").await, server.doctor("ben").await);
        let thread = server.conversation(&[&ada, &pat]).await;
        let ward = server.conversation(&[&ada, &pat, &ben]).await;
        let start = pat.cursor().await;
        ada.send(&thread, "Good morning").await;
        pat.send(&thread, "Good morning, doctor").await;
        let root = server.person("root", Role::Admin).await;
        Self { server, ada, pat, ben, root, thread, others: Vec::new(), ward, start, names: AtomicU32::new(0) }
    }

    /// Runs one as the doctor: it must answer without errors, and every root field must say something.
    pub async fn run(&self, operation: &Operation) {
        let variables = self.variables(&operation.name).await;
        Self::accepted(&operation.name, &self.answer(operation, variables).await);
    }

    /// How many statements the database is sent for one, besides for what it needs to be run with.
    pub async fn statements(&self, operation: &Operation) -> u64 {
        let variables = self.variables(&operation.name).await;
        self.server.settle().await;
        let before = self.server.app.database.statements();
        let data = self.answer(operation, variables).await;
        let statements = self.server.app.database.statements() - before;
        Self::accepted(&operation.name, &data);
        statements
    }

    async fn answer(&self, operation: &Operation, variables: Value) -> Value {
        if operation.name == "upload-attachment" {
            self.upload(&operation.text, variables).await
        } else if operation.text.contains("\nsubscription ") {
            let mut listening = self.ada.subscribe(&operation.text, variables).await;
            self.pat.send(&self.thread, "Are you there?").await;
            const TYPE: &str = "mutation($c: ID!) { setTyping(input: { conversationId: $c }) { expiresAfterMs } }";
            self.pat.run(TYPE, json!({ "c": self.thread })).await;
            listening.next().await
        } else if OF_ADMINISTRATORS.contains(&operation.name.as_str()) {
            self.root.run(&operation.text, variables).await
        } else if operation.name == "confirm-email" {
            Self::confirm(&operation.text).await
        } else if operation.name.ends_with("push") {
            Self::push(&operation.text, variables).await
        } else if operation.name == "logout" {
            self.someone("leaving").await.run(&operation.text, variables).await
        } else {
            self.ada.run(&operation.text, variables).await
        }
    }

    /// A name nobody has yet.
    fn fresh(&self, name: &str) -> String {
        format!("{name}{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    /// Opens the link that was mailed to somebody who registered where addresses are confirmed.
    async fn confirm(text: &str) -> Value {
        let server = TestServer::start_with(into_folder).await;
        let door = Actor::nobody(&server);
        let register = "mutation($i: RegisterInput!) { register(input: $i) { isMailed } }";
        let new = json!({ "username": "lea", "email": "lea@home.example", "fullName": "Lea", "role": "PATIENT", "password": Actor::PASSWORD });
        door.run(register, json!({ "i": new })).await;
        let token = server.mails().await.remove(0).token("confirm-address");
        door.run(text, json!({ "input": { "token": token, "password": Actor::PASSWORD } })).await
    }

    /// Runs one where browsers are pushed to.
    async fn push(text: &str, variables: Value) -> Value {
        let server = TestServer::start_with(|config| {
            config.push.key = Some(bedside::push::generate_key().unwrap().into());
            config.push.subject = Some("mailto:it@clinic.example".into());
        })
        .await;
        server.patient("pat").await.run(text, variables).await
    }

    /// Sends the requests of a collection for the HTTP clients of editors, in order, as the doctor.
    pub async fn run_collection(&self, collection: &str) {
        let message = self.ada.send(&self.thread, "Take two a day").await;
        let cursor = self.pat.cursor().await;
        let renewing = self.server.doctor("renewing").await.refresh_token;
        let values = [
            ("host", self.server.url("")),
            ("token", self.ada.token.clone()),
            ("refresh", renewing),
            ("user", self.ben.id.clone()),
            ("conversation", self.thread.clone()),
            ("message", message["id"].as_str().unwrap().to_owned()),
            ("cursor", cursor),
        ];
        let mut text = collection.to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{{{name}}}}}"), &value);
        }
        assert!(!text.contains("{{"), "a variable without a value: {text}");
        for request in text.split("\n### ").skip(1) {
            let (head, body) = request.split_once("\n\n").unwrap();
            let mut lines = head.lines();
            let (title, address) = (lines.next().unwrap(), lines.next().unwrap().strip_prefix("POST ").unwrap());
            let body = if head.contains("multipart") { body.trim_end().replace('\n', "\r\n") } else { body.to_owned() };
            let headers = lines.map(|line| line.split_once(": ").unwrap());
            let post = headers.fold(self.ada.http().post(address), |post, (name, value)| post.header(name, value));
            let answer: Value = post.body(body).send().await.unwrap().json().await.unwrap();
            assert!(answer.get("errors").is_none(), "{title}: {answer}");
            Self::accepted(title, &answer["data"]);
        }
    }

    fn accepted(title: &str, data: &Value) {
        for (field, answer) in data.as_object().unwrap() {
            assert!(!answer.is_null(), "{title}: {field} answers nothing");
            let errors = answer.get("userErrors").cloned().unwrap_or(json!([]));
            assert_eq!(errors, json!([]), "{title}: {field} is refused");
        }
    }

    async fn variables(&self, operation: &str) -> Value {
        let thread = &self.thread;
        let message = self.ada.send(thread, "Take two a day").await;
        let (message, cursor) = (&message["id"], &message["cursor"]);
        match operation {
            "blocks"
            | "confirm-email"
            | "contacts"
            | "conversation-list"
            | "directory"
            | "end-other-sessions"
            | "events"
            | "invitations"
            | "limits"
            | "logout"
            | "notification-added"
            | "notifications"
            | "push"
            | "remove-push"
            | "service-accounts"
            | "sessions"
            | "unread-counts"
            | "urgent-messages"
            | "unread-counts-changed"
            | "viewer" => json!({}),
            "history" | "message-added" | "pinned-messages" | "typing" => json!({ "conversationId": thread }),
            "participants" => json!({ "conversationId": self.ward }),
            "receipts" => json!({ "messageId": self.ada.send(&self.ward, "Good evening").await["id"] }),
            "older-history" => json!({ "conversationId": thread, "before": cursor }),
            "history-around" => json!({ "conversationId": thread, "messageId": message }),
            "attachment-link" | "message-versions" => json!({ "messageId": message }),
            "search-messages" => json!({ "query": "two a day" }),
            "presence-changed" => json!({ "userIds": [self.pat.id] }),
            "statistics" => json!({ "from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z" }),
            "user" => json!({ "id": self.pat.id }),
            "changes" => json!({ "after": self.start }),
            _ => json!({ "input": self.input(operation, message).await }),
        }
    }

    async fn input(&self, operation: &str, message: &Value) -> Value {
        let thread = &self.thread;
        match operation {
            "open-direct-conversation" => json!({ "userId": self.ben.id, "purpose": "CASE" }),
            "create-group" => {
                json!({ "clientId": Uuid::now_v7(), "title": "Ward round", "participantIds": [self.pat.id, self.ben.id] })
            }
            "send-message" => {
                json!({ "clientId": Uuid::now_v7(), "to": { "conversationId": thread }, "text": "Good night" })
            }
            "edit-message" => json!({ "messageId": message, "text": "Take one a day" }),
            "delete-message" => json!({ "messageId": message }),
            "mark-read" => json!({ "conversationId": thread }),
            "mark-unread" => json!({ "conversationId": thread, "fromMessageId": message }),
            "mark-delivered" => json!({ "conversationId": thread, "upToMessageId": message }),
            "upload-attachment" => json!({ "clientId": Uuid::now_v7(), "file": null }),
            "annotate-attachment" => self.mark().await,
            "remove-annotation" => {
                let mark =
                    "mutation($i: AnnotateAttachmentInput!) { annotateAttachment(input: $i) { annotation { id } } }";
                let made = self.ada.run(mark, json!({ "i": self.mark().await })).await;
                json!({ "annotationId": made["annotateAttachment"]["annotation"]["id"] })
            }
            "discard-attachment" => json!({ "id": self.uploaded().await }),
            "set-conversation-state" => json!({ "conversationId": self.group().await, "state": "ARCHIVED" }),
            "archive-for-me" => json!({ "conversationId": thread, "archived": true }),
            "set-notification-level" => json!({ "conversationId": thread, "level": "MENTIONS" }),
            "set-typing" => json!({ "conversationId": thread }),
            "set-presence" => json!({ "isShared": true }),
            "update-conversation" => json!({ "conversationId": self.group().await, "title": "Ward round at nine" }),
            "add-participants" | "invite-participants" => {
                let eve = self.someone(&operation[..3]).await;
                json!({ "conversationId": self.group().await, "userIds": [eve.id] })
            }
            "update-participant" => {
                json!({ "conversationId": self.group().await, "userId": self.ben.id, "role": "OBSERVER" })
            }
            "remove-participant" => json!({ "conversationId": self.group().await, "userId": self.pat.id }),
            "leave-conversation" => {
                // Not as its owner, who cannot leave the others alone.
                json!({ "conversationId": self.server.conversation(&[&self.ben, &self.ada, &self.pat]).await })
            }
            _ => self.input_of_acts(operation, message).await,
        }
    }

    async fn input_of_acts(&self, operation: &str, message: &Value) -> Value {
        match operation {
            "add-reaction" | "remove-reaction" => json!({ "messageId": message, "emoji": "👍" }),
            "pin-message" | "unpin-message" | "hide-message" => json!({ "messageId": message }),
            "set-urgent" => json!({ "messageId": message, "isUrgent": true }),
            "retract-message" => {
                let group = self.group().await;
                json!({ "messageId": self.pat.send(&group, "Oops").await["id"], "reason": "Sent to the wrong group" })
            }
            "forward-message" => {
                json!({ "clientId": Uuid::now_v7(), "messageId": message, "to": { "userId": self.ben.id } })
            }
            "send-card" => {
                let card = json!({ "prescription": { "medication": "Rest", "dose": "A week" } });
                json!({ "clientId": Uuid::now_v7(), "to": { "conversationId": self.thread }, "card": card })
            }
            _ => self.input_of_people(operation).await,
        }
    }

    async fn input_of_people(&self, operation: &str) -> Value {
        match operation {
            "update-profile" => json!({ "title": "Cardiologist", "institution": "Riverside Clinic", "bio": null }),
            "verify-user" => json!({ "userId": self.server.newcomer(&self.fresh("new")).await.id }),
            "request-contact" | "block-user" | "unblock-user" => json!({ "userId": self.someone(operation).await.id }),
            "respond-to-contact" => json!({ "contactId": self.contact(operation).await, "accept": true }),
            "update-contact" => json!({ "contactId": self.contact(operation).await, "nickname": "Bed 12" }),
            "remove-contact" => json!({ "contactId": self.contact(operation).await }),
            "mark-notifications-read" => json!({ "ids": [self.told(operation).await] }),
            "delete-notification" => json!({ "id": self.told(operation).await }),
            _ => self.input_of_accounts(operation).await,
        }
    }

    async fn input_of_accounts(&self, operation: &str) -> Value {
        match operation {
            "register" => {
                let noor = self.fresh("noor");
                json!({
                    "username": noor, "email": format!("{noor}@clinic.example"), "fullName": "Noor Haddad",
                    "role": "PATIENT", "password": Actor::PASSWORD,
                })
            }
            "change-password" => json!({ "oldPassword": Actor::PASSWORD, "newPassword": Actor::PASSWORD }),
            "request-password-reset" => json!({ "email": "ada@clinic.example" }),
            "reset-password" => {
                let email = format!("{}@clinic.example", self.someone("forgetful").await.username);
                let ask =
                    "mutation($e: String!) { requestPasswordReset(input: { email: $e }) { userErrors { code } } }";
                self.ada.run(ask, json!({ "e": email })).await;
                json!({ "token": self.mailed_token(&email, "reset-password").await, "newPassword": "velvet harbour sings" })
            }
            // The keys of RFC 8291, appendix A.
            "register-push" => json!({
                "endpoint": "https://push.example/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
                "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
                "auth": "BTBZMqHH6r4Tts7J_aSIgg",
            }),
            "update-settings" => json!({ "language": "FR", "timeZone": "Europe/Paris" }),
            "disable-user" => json!({ "id": self.someone("leaving-soon").await.id, "handOverTo": self.ben.id }),
            "enable-user" => json!({ "id": self.ben.id }),
            "create-service-account" => {
                json!({ "username": self.fresh("reminders"), "fullName": "Appointment reminders" })
            }
            "create-service-token" => {
                json!({ "accountId": self.program("courier").await, "name": "Courier", "scopes": ["SEND_MESSAGES"], "expiresAt": self.next_hour() })
            }
            "revoke-service-token" => {
                let input = json!({ "accountId": self.program("retired").await, "name": "Old", "scopes": ["SEND_MESSAGES"], "expiresAt": self.next_hour() });
                let make =
                    "mutation($i: CreateServiceTokenInput!) { createServiceToken(input: $i) { serviceToken { id } } }";
                let made = self.root.run(make, json!({ "i": input })).await;
                json!({ "tokenId": made["createServiceToken"]["serviceToken"]["id"] })
            }
            "login" => json!({ "name": "ada", "password": Actor::PASSWORD }),
            "refresh-session" => json!({ "refreshToken": self.someone("renewing").await.refresh_token }),
            "revoke-session" => json!({ "sessionId": self.other_session().await }),
            _ => panic!("tests/examples/operations.rs does not say what to run {operation}.graphql with"),
        }
    }

    async fn someone(&self, username: &str) -> Actor {
        self.server.doctor(&self.fresh(username)).await
    }

    /// A request of somebody to be the doctor's contact.
    async fn contact(&self, username: &str) -> Value {
        let request = "mutation($u: ID!) { requestContact(input: { userId: $u }) { userErrors { code } } }";
        self.someone(username).await.run(request, json!({ "u": self.ada.id })).await;
        let received =
            self.ada.run("{ contacts(filter: { state: RECEIVED }, last: 1) { nodes { id } } }", json!({})).await;
        received["contacts"]["nodes"][0]["id"].clone()
    }

    /// The account of a new program.
    async fn program(&self, username: &str) -> Value {
        let make = "mutation($i: CreateServiceAccountInput!) { createServiceAccount(input: $i) { account { id } } }";
        let made =
            self.root.run(make, json!({ "i": { "username": self.fresh(username), "fullName": "Program" } })).await;
        made["createServiceAccount"]["account"]["id"].clone()
    }

    fn next_hour(&self) -> String {
        self.server.clock.now().plus(std::time::Duration::from_secs(3600)).rfc3339()
    }

    /// The token of the newest mail to an address, whose link is for this.
    async fn mailed_token(&self, address: &str, purpose: &str) -> String {
        let mut mails = self.server.mails().await;
        mails.retain(|mail| mail.to.contains(address));
        mails.pop().unwrap().token(purpose)
    }

    /// An entry in the doctor's inbox: somebody asks to be a contact.
    async fn told(&self, operation: &str) -> Value {
        let ask = "mutation($u: ID!) { requestContact(input: { userId: $u }) { userErrors { code } } }";
        self.someone(operation).await.run(ask, json!({ "u": self.ada.id })).await;
        let list = "{ notifications(first: 1) { nodes { id } } }";
        self.ada.run(list, json!({})).await["notifications"]["nodes"][0]["id"].take()
    }

    async fn group(&self) -> String {
        let everybody: Vec<_> = [&self.ada, &self.ben, &self.pat].into_iter().chain(&self.others).collect();
        self.server.conversation(&everybody).await
    }

    /// A second sign-in of the doctor.
    async fn other_session(&self) -> Value {
        let login = "mutation($i: LoginInput!) { login(input: $i) { user { id } } }";
        self.ada.run(login, json!({ "i": { "name": "ada", "password": Actor::PASSWORD } })).await;
        let sessions = self.ada.run("{ viewer { sessions { id isCurrent } } }", json!({})).await;
        let sessions = sessions["viewer"]["sessions"].as_array().unwrap();
        sessions.iter().find(|session| session["isCurrent"] == false).unwrap()["id"].clone()
    }

    /// A box on a picture that was sent.
    async fn mark(&self) -> Value {
        let (_, picture) = self.pat.send_file(&self.thread, &Paper::new("hand.png", "image/png", PNG)).await;
        let area = json!({ "left": 0.2, "top": 0.1, "right": 0.5, "bottom": 0.4 });
        json!({ "attachmentId": picture["id"], "shape": { "box": area }, "label": "The fracture" })
    }

    async fn uploaded(&self) -> Value {
        let upload =
            "mutation($input: UploadAttachmentInput!) { uploadAttachment(input: $input) { attachment { id } } }";
        let data = self.upload(upload, json!({ "input": { "clientId": Uuid::now_v7(), "file": null } })).await;
        data["uploadAttachment"]["attachment"]["id"].clone()
    }

    /// As the multipart request specification says.
    async fn upload(&self, query: &str, variables: Value) -> Value {
        let file = reqwest::multipart::Part::text("Two a day, after meals.\n").file_name("plan.txt");
        let form = reqwest::multipart::Form::new()
            .text("operations", json!({ "query": query, "variables": variables }).to_string())
            .text("map", json!({ "0": ["variables.input.file"] }).to_string())
            .part("0", file.mime_str("text/plain").unwrap());
        let request = self.ada.http().post(self.server.url("/graphql")).bearer_auth(&self.ada.token).multipart(form);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].clone()
    }
}
