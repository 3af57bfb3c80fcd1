//! What must be true of the rows whatever happened, reckoned here a second time.

use std::collections::{HashMap, HashSet};

use bedside::{
    database::Database,
    entity::{attachment, conversation, event, idempotency, journal_head, message, notification},
    journal::{Audience, EventBody, Seq},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sha2::{Digest, Sha256};

use super::TestServer;

impl TestServer {
    /// Checks that the journal is dense and chained, and that rows and events tell the same.
    pub async fn check_integrity(&self) {
        let db = self.app.database.reader();
        let events = event::Entity::find().order_by_asc(event::Column::Seq).all(db).await.unwrap();
        let head = journal_head::Entity::find_by_id(1).one(db).await.unwrap().unwrap();
        let mut hash = vec![0; 32];
        for (expected, row) in (1..).zip(&events) {
            assert_eq!(row.seq, Seq(expected), "the journal has a hole");
            hash = chained(&hash, row);
            assert_eq!(row.hash, hash, "the chain breaks at {expected}");
        }
        assert_eq!((head.seq.0, head.hash), (events.len() as i64, hash), "the head is not the last event");
        check_messages(&self.app.database).await;
        check_requests(&self.app.database).await;
        check_notifications(&self.app.database).await;
    }
}

/// Every entry of an inbox stands at the event that told its owner of it.
async fn check_notifications(database: &Database) {
    let db = database.reader();
    let told: HashMap<Seq, _> = bedside::journal::after(db, Seq::START, 1_000_000)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|event| match event.body.unwrap() {
            EventBody::NotificationAdded { notification } => Some((event.seq, (event.audience, notification))),
            _ => None,
        })
        .collect();
    for row in notification::Entity::find().all(db).await.unwrap() {
        assert_eq!(told.get(&row.seq), Some(&(Audience::User(row.user_id), row.id)), "an entry without its event");
        let message = match row.message_id {
            Some(id) => message::Entity::find().filter(message::Column::Id.eq(id)).one(db).await.unwrap(),
            None => None,
        };
        assert_eq!(row.message_seq, message.map(|message| message.seq), "an entry with another's place");
    }
}

/// SHA-256 over the hash before and every field, each with its length in eight bytes.
fn chained(previous: &[u8], row: &event::Model) -> Vec<u8> {
    let bytes = |id: Option<uuid::Uuid>| id.map(|id| id.into_bytes().to_vec()).unwrap_or_default();
    let fields = [
        previous.to_vec(),
        row.seq.0.to_be_bytes().to_vec(),
        row.id.into_bytes().to_vec(),
        row.kind.clone().into_bytes(),
        bytes(row.conversation_id.map(|id| id.0)),
        bytes(row.user_id.map(|id| id.0)),
        bytes(row.actor_id.map(|id| id.0)),
        row.payload.clone().into_bytes(),
        row.created_at.millis().to_be_bytes().to_vec(),
    ];
    let mut hash = Sha256::new();
    for field in fields {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().to_vec()
}

/// Every message has the event it names and every such event its message; ordinals are dense; the conversation knows
/// its newest message.
async fn check_messages(database: &Database) {
    let db = database.reader();
    let messages = message::Entity::find().order_by_asc(message::Column::Seq).all(db).await.unwrap();
    let mut announced: HashMap<Seq, _> = bedside::journal::after(db, Seq::START, 1_000_000)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|event| match event.body.unwrap() {
            EventBody::MessageAdded { message, sender, .. } => Some((event.seq, (event.audience, message, sender))),
            _ => None,
        })
        .collect();
    let (mut ordinals, mut own, mut newest) = (HashMap::new(), HashMap::new(), HashMap::new());
    for row in &messages {
        let audience = Audience::Conversation(row.conversation_id);
        assert_eq!(announced.remove(&row.seq), Some((audience, row.id, row.sender_id)), "a message without its event");
        // Lines of the server carry the numbers of the message before them.
        let step = i64::from(row.kind != message::Kind::System);
        let ordinal: &mut i64 = ordinals.entry(row.conversation_id).or_default();
        *ordinal += step;
        assert_eq!(row.ordinal, *ordinal, "ordinals have a hole");
        let ordinal: &mut i64 = own.entry((row.conversation_id, row.sender_id)).or_default();
        *ordinal += step;
        assert_eq!(row.sender_ordinal, *ordinal, "a sender's ordinals have a hole");
        newest.insert(row.conversation_id, row.seq);
    }
    assert!(announced.is_empty(), "events without their messages: {announced:?}");
    for row in conversation::Entity::find().all(db).await.unwrap() {
        assert_eq!(row.last_message_seq, newest.get(&row.id).copied());
        assert_eq!(row.last_ordinal, ordinals.get(&row.id).copied().unwrap_or(0));
        assert!(row.last_message_seq.is_none_or(|seq| seq <= row.activity_seq));
    }
}

/// Every request that was kept made what it names, and the other way round.
async fn check_requests(database: &Database) {
    let db = database.reader();
    let mut kept: HashMap<_, _> = idempotency::Entity::find()
        .all(db)
        .await
        .unwrap()
        .into_iter()
        .filter(|row| row.operation != "createGroup")
        .map(|row| (row.subject_id, row.author_id))
        .collect();
    let sent = message::Entity::find().filter(message::Column::Kind.ne(message::Kind::System));
    let mut passed_on = HashSet::new();
    for row in sent.all(db).await.unwrap() {
        assert_eq!(kept.remove(&row.id.0), Some(row.sender_id), "a message whose request was not kept");
        passed_on.extend(row.forwarded_from_id.map(|_| row.id));
    }
    for row in attachment::Entity::find().all(db).await.unwrap() {
        // The files of what was passed on came with its request.
        if row.message_id.is_some_and(|message| passed_on.contains(&message)) {
            continue;
        }
        assert_eq!(kept.remove(&row.id.0), Some(row.uploader_id), "an upload whose request was not kept");
    }
    assert!(kept.is_empty(), "requests that made nothing: {kept:?}");
}
