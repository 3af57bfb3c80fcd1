//! The rows of a new message, and the numbers it follows.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    entity::{conversation, message},
    error::Result,
    ids::{ConversationId, UserId},
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
