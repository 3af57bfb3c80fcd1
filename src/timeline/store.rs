//! The rows of a new message, and the numbers it follows.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};

use crate::{
    access::Viewer,
    clock::Timestamp,
    database::tuples,
    entity::{conversation, message},
    error::Result,
    ids::{ConversationId, MessageId, UserId},
    journal::{Row, Seq},
};

/// The `sender_ordinal` of a user's newest message at or before a place; 0 when there is none.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn own_ordinal(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    sender: UserId,
    up_to: Seq,
) -> Result<i64> {
    let own = Condition::all()
        .add(message::Column::ConversationId.eq(conversation))
        .add(message::Column::SenderId.eq(sender))
        .add(message::Column::Seq.lte(up_to));
    let newest = message::Entity::find()
        .select_only()
        .column(message::Column::SenderOrdinal)
        .filter(own)
        .order_by_desc(message::Column::Seq);
    Ok(newest.into_tuple::<i64>().one(db).await?.unwrap_or(0))
}

/// The `sender_ordinal` of the newest message of each of these senders in each of these conversations; those who have
/// sent none are left out.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn own_ordinals(
    db: &impl ConnectionTrait,
    places: &[(ConversationId, UserId)],
) -> Result<HashMap<(ConversationId, UserId), i64>> {
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT asked.column1 AS conversation_id, asked.column2 AS sender_id,
                (SELECT m.sender_ordinal FROM message m
                 WHERE m.conversation_id = asked.column1 AND m.sender_id = asked.column2
                 ORDER BY m.seq DESC LIMIT 1) AS own
         FROM (VALUES {}) AS asked",
        tuples(places.len(), 2)
    );
    let values = places.iter().flat_map(|(conversation, sender)| [conversation.0.into(), sender.0.into()]);
    let rows = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let mut ordinals = HashMap::with_capacity(rows.len());
    for row in rows {
        if let Some(own) = row.try_get::<Option<i64>>("", "own")? {
            ordinals.insert((row.try_get("", "conversation_id")?, row.try_get("", "sender_id")?), own);
        }
    }
    Ok(ordinals)
}

/// A message of the viewer with nothing in it and no place yet.
pub fn blank(viewer: &Viewer, conversation: ConversationId, now: Timestamp) -> message::Model {
    message::Model {
        seq: Seq::of(0),
        id: MessageId::generate(),
        conversation_id: conversation,
        ordinal: 0,
        sender_id: viewer.id(),
        sender_ordinal: 0,
        sender_role: viewer.role(),
        kind: message::Kind::Text,
        text: String::new(),
        note: None,
        card: None,
        mentions: None,
        reply_to_id: None,
        forwarded_from_id: None,
        client_id: None,
        has_attachments: false,
        version: 1,
        created_at: now,
        updated_at: now,
        edited_at: None,
        deleted_at: None,
        deleted_by: None,
        delete_reason: None,
        is_urgent: false,
        was_sent_urgent: false,
        expires_at: None,
        pinned_at: None,
        pinned_by: None,
        reactions: 0,
    }
}

/// A new message at the end of its conversation.
pub fn appended(row: &message::Model) -> [Row; 2] {
    let conversation = conversation::ActiveModel {
        id: Unchanged(row.conversation_id),
        updated_at: Set(row.created_at),
        activity_seq: Set(row.seq),
        last_message_seq: Set(Some(row.seq)),
        last_ordinal: Set(row.ordinal),
        ..Default::default()
    };
    [Row::insert(message::ActiveModel::from(row.clone())), Row::update(conversation)]
}
