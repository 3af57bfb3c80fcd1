//! Short ways to ask for what many stories ask for.

use bedside::{
    entity::{
        attachment, block, contact, conversation, event, idempotency, message, notification, participant, session, user,
    },
    error::Result,
    ids::UserId,
    journal::{Change, Locks, Row, Tx, Write},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Actor, Said, TestServer};

const SEND: &str = "mutation($i: SendMessageInput!) { sendMessage(input: $i) { replayed userErrors { code field message }
    message { id text kind clientId cursor editedAt attachments { id name } replyTo { id text } conversation { id } } } }";
const EDIT: &str = "mutation($i: EditMessageInput!) { editMessage(input: $i) { message { id text editedAt updatedAt } userErrors { code field message } } }";
const DELETE: &str = "mutation($i: DeleteMessageInput!) { deleteMessage(input: $i) { message { id text deletedAt deletedBy { username } attachments { id } versions { nodes { text } } } userErrors { code field message } } }";

/// Where somebody sends to.
pub fn to(conversation: &str) -> Value {
    json!({ "conversationId": conversation })
}

/// What `sendMessage` takes, with a client id of its own.
pub fn message(to: &Value, text: &str) -> Value {
    json!({ "clientId": Uuid::now_v7(), "to": to, "text": text })
}

/// `value` with some of its keys set anew.
pub fn with(mut value: Value, changes: &Value) -> Value {
    for (key, change) in changes.as_object().unwrap() {
        value[key] = change.clone();
    }
    value
}

/// The codes of a payload's user errors.
pub fn codes(payload: &Value) -> Vec<&str> {
    payload["userErrors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect()
}

/// The strings at a key of each item of a list.
pub fn each<'a>(list: &'a Value, key: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap()).collect()
}

impl Actor {
    /// The code of the error with which an operation must be refused.
    pub async fn code(&self, query: &str, variables: Value) -> String {
        self.try_run(query, variables).await.code()
    }

    /// The same device with another access token.
    pub fn with_token(&self, token: &str) -> Self {
        let mut device = self.clone();
        device.token = token.into();
        device
    }

    /// The same person, signed in anew after the clock has moved.
    pub async fn renewed(&self, server: &TestServer) -> Self {
        let db = server.app.database.reader();
        let user = user::Entity::find_by_id(UserId::parse(&self.id).unwrap()).one(db).await.unwrap().unwrap();
        Self::new(server, bedside::accounts::service::start_session(&server.app, user, "test").await.unwrap())
    }

    /// The payload of `sendMessage`.
    pub async fn say(&self, input: Value) -> Value {
        self.run(SEND, json!({ "i": input })).await["sendMessage"].clone()
    }

    /// The code of the error with which `sendMessage` must be refused.
    pub async fn say_code(&self, input: Value) -> String {
        self.code(SEND, json!({ "i": input })).await
    }

    /// The payload of `editMessage`.
    pub async fn edit(&self, message: &str, text: &str) -> Value {
        self.run(EDIT, json!({ "i": { "messageId": message, "text": text } })).await["editMessage"].clone()
    }

    /// The payload of `deleteMessage`.
    pub async fn delete(&self, message: &str) -> Value {
        self.run(DELETE, json!({ "i": { "messageId": message } })).await["deleteMessage"].clone()
    }

    /// The id of a new message.
    pub async fn sent(&self, conversation: &str, text: &str) -> String {
        self.send(conversation, text).await["id"].as_str().unwrap().to_owned()
    }

    /// Takes somebody out of a group.
    pub async fn remove(&self, group: &str, who: &Self) {
        const REMOVE: &str = "mutation($i: RemoveParticipantInput!) { removeParticipant(input: $i) { conversation { id } userErrors { code } } }";
        let removed = self.run(REMOVE, json!({ "i": { "conversationId": group, "userId": who.id } })).await;
        assert_eq!(removed["removeParticipant"]["userErrors"], json!([]));
    }
}

impl super::Listening {
    /// The next event of `events`, passing over those that tell of deliveries: the server notes them by itself, a
    /// little later.
    pub async fn next_event(&mut self) -> Value {
        loop {
            let event = self.next().await["events"].clone();
            if event["__typename"] != "MessagesDelivered" {
                return event;
            }
        }
    }

    /// Hears an error with this code, and then that the subscription is complete.
    pub async fn ends_with(&mut self, code: &str) {
        assert_eq!(self.end().await, code);
        let last = self.said().await;
        assert!(matches!(last, Said::Complete), "{last:?}");
    }
}

/// Rows as a test wants them, where no mutation makes them yet.
struct Rows<F>(F);

impl<F: Fn() -> Vec<Row> + Send + Sync + 'static> Write for Rows<F> {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, _: &Tx) -> Result<Change<()>> {
        Ok(Change { rows: (self.0)(), events: Vec::new(), value: () })
    }
}

impl TestServer {
    /// Changes rows for which there is no mutation yet.
    pub async fn write(&self, rows: impl Fn() -> Vec<Row> + Send + Sync + 'static) {
        assert!(self.app.journal.write(Rows(rows)).await.is_ok());
    }

    /// How many events there are and how many rows of everything a person can make. That messages were delivered is
    /// left out: the server notes it by itself, a little later.
    pub async fn stored(&self) -> Vec<i64> {
        let db = self.app.database.reader();
        let counts = [
            event::Entity::find().filter(event::Column::Kind.ne("DELIVERED")).count(db).await,
            message::Entity::find().count(db).await,
            conversation::Entity::find().count(db).await,
            participant::Entity::find().count(db).await,
            attachment::Entity::find().count(db).await,
            idempotency::Entity::find().count(db).await,
            session::Entity::find().count(db).await,
            user::Entity::find().count(db).await,
            contact::Entity::find().count(db).await,
            block::Entity::find().count(db).await,
            notification::Entity::find().count(db).await,
        ];
        counts.into_iter().map(|count| i64::try_from(count.unwrap()).unwrap()).collect()
    }

    /// Runs something that must not write anything.
    pub async fn unchanged<T>(&self, work: impl Future<Output = T>) -> T {
        let before = self.stored().await;
        let answer = work.await;
        assert_eq!(self.stored().await, before, "something refused was written");
        answer
    }
}
