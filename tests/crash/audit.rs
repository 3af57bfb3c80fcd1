//! The database against the clients' own record.

use std::collections::{HashMap, HashSet};

use bedside::{
    database::Database,
    entity::{conversation, event, message},
    ids::{ConversationId, UserId},
    journal::{self, Verdict},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::{
    clients::{Heard, Sent},
    world::World,
};

/// Compares everything; tells how many events there are.
pub async fn check(world: &World, sent: &[Sent], heard: &[Heard]) -> i64 {
    let database = Database::connect(&world.database_url).await.unwrap();
    let db = database.reader();
    let snapshot = database.snapshot().await.unwrap();
    let verdict = journal::verify(&snapshot).await.unwrap();
    drop(snapshot);
    let Verdict::Whole { events } = verdict else { panic!("the journal is not whole: {verdict:?}") };
    let messages = message::Entity::find().order_by_asc(message::Column::Seq).all(db).await.unwrap();
    let conversations = conversation::Entity::find().all(db).await.unwrap();
    let added = event::Entity::find().filter(event::Column::Kind.eq("MESSAGE_ADDED"));
    let added = added.order_by_asc(event::Column::Seq).all(db).await.unwrap();
    database.close().await;

    acknowledged(sent, &messages);
    assert_eq!(added.len(), messages.len(), "each message has one event");
    for (event, message) in added.iter().zip(&messages) {
        assert_eq!((event.seq, event.conversation_id), (message.seq, Some(message.conversation_id)));
        assert!(event.payload.contains(&message.id.0.to_string()), "an event names another message");
    }
    counters(&conversations, &messages);
    for (who, heard) in world.listeners.iter().zip(heard) {
        let theirs: HashSet<_> = who.conversations.iter().collect();
        let expected = messages.iter().filter(|row| theirs.contains(&row.conversation_id));
        let expected: Vec<String> = expected.map(|row| row.id.to_string()).collect();
        same_in_order(&heard.messages, &expected);
    }
    events
}

/// Every acknowledged message is there once, as it was acknowledged, and nothing else is.
fn acknowledged(sent: &[Sent], messages: &[message::Model]) {
    let mut stored: HashMap<(UserId, Uuid), Vec<&message::Model>> = HashMap::new();
    for row in messages {
        stored.entry((row.sender_id, row.client_id.unwrap())).or_default().push(row);
    }
    let doubled = stored.values().filter(|rows| rows.len() > 1).count();
    let lost = sent.iter().filter(|sent| !stored.contains_key(&(sent.sender, sent.client_id))).count();
    assert_eq!((lost, doubled), (0, 0), "lost and doubled, of {} acknowledged messages", sent.len());
    assert_eq!(stored.len(), sent.len(), "every message was acknowledged in the end");
    for sent in sent {
        let row = stored[&(sent.sender, sent.client_id)][0];
        assert_eq!(
            (row.id.to_string(), row.conversation_id, &row.text),
            (sent.id.clone(), sent.conversation, &sent.text)
        );
    }
}

/// The counters of each conversation say what its rows say.
fn counters(conversations: &[conversation::Model], messages: &[message::Model]) {
    let mut last: HashMap<ConversationId, (i64, journal::Seq)> = HashMap::new();
    let mut own: HashMap<(ConversationId, UserId), i64> = HashMap::new();
    for row in messages {
        let (ordinal, seq) = last.entry(row.conversation_id).or_default();
        let sender_ordinal = own.entry((row.conversation_id, row.sender_id)).or_default();
        (*ordinal, *seq, *sender_ordinal) = (*ordinal + 1, row.seq, *sender_ordinal + 1);
        assert_eq!(
            (row.ordinal, row.sender_ordinal),
            (*ordinal, *sender_ordinal),
            "the ordinals of message {}",
            row.id
        );
    }
    for conversation in conversations {
        let (ordinal, seq) = last[&conversation.id];
        assert_eq!((conversation.last_ordinal, conversation.last_message_seq), (ordinal, Some(seq)));
    }
}

fn same_in_order(heard: &[String], expected: &[String]) {
    let first = heard.iter().zip(expected).position(|(heard, expected)| heard != expected);
    let distinct = heard.iter().collect::<HashSet<_>>().len();
    assert!(
        heard == expected,
        "a subscriber heard {} messages ({distinct} different ones) of {}, other than they are from {first:?} on",
        heard.len(),
        expected.len()
    );
}
