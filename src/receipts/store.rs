//! The rows of markers, and the arithmetic of unread counts.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, Statement,
    Value,
};

use crate::{
    clock::Timestamp,
    entity::{
        marker_step::{self, Marker},
        message, participant,
    },
    error::Result,
    ids::{ConversationId, UserId},
    journal::{Row, Seq},
    messages::{self, service::Counted},
    participants::UNREAD,
};

/// How many messages of a conversation count as unread for a user, and after which place.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Unread {
    pub(super) conversation_id: ConversationId,
    pub(super) counted_seq: Seq,
    pub(super) unread: i64,
}

/// The unread counts of a user in some of their conversations, or in all of them.
pub(super) async fn unread(
    db: &impl ConnectionTrait,
    user: UserId,
    only: Option<&[ConversationId]>,
) -> Result<Vec<Unread>> {
    let mut values = vec![Value::from(user.0)];
    let mut sql = format!(
        "SELECT participant.conversation_id, participant.counted_seq, {UNREAD} AS unread
         FROM participant JOIN conversation ON conversation.id = participant.conversation_id
         WHERE participant.user_id = $1 AND participant.left_at IS NULL"
    );
    if let Some(ids) = only {
        let marks: Vec<_> = (2..ids.len() + 2).map(|n| format!("${n}")).collect();
        sql.push_str(&format!(" AND participant.conversation_id IN ({})", marks.join(", ")));
        values.extend(ids.iter().map(|id| Value::from(id.0)));
    }
    Ok(Unread::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .all(db)
        .await?)
}

/// What the count would be if it were counted from `from`.
pub(super) async fn unread_from(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    user: UserId,
    last_ordinal: i64,
    last_own: i64,
    from: Counted,
) -> Result<i64> {
    let taken_back = Condition::all()
        .add(message::Column::ConversationId.eq(conversation))
        .add(message::Column::Seq.gt(from.seq))
        .add(message::Column::DeletedAt.is_not_null())
        .add(message::Column::SenderId.ne(user))
        .add(message::Column::Kind.ne(message::Kind::System));
    let taken_back = message::Entity::find().filter(taken_back).count(db).await?;
    let hidden = messages::service::count_hidden(db, conversation, user, from.seq).await?;
    let gone = i64::try_from(taken_back + hidden).unwrap_or(i64::MAX);
    Ok((last_ordinal - from.ordinal) - (last_own - from.own) - gone)
}

/// The marker of a participant moved; an unset one stays.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moves {
    pub(super) delivered: Option<Seq>,
    pub(super) read: Option<Seq>,
    pub(super) counted: Option<Counted>,
    pub(super) unread_from: Option<Option<Seq>>,
    /// Whether others are shown that the read marker moved.
    pub(super) is_shown: bool,
}

pub(super) fn moved(conversation: ConversationId, user: UserId, moves: Moves, at: Timestamp) -> Vec<Row> {
    let mut row = participant::ActiveModel {
        conversation_id: Unchanged(conversation),
        user_id: Unchanged(user),
        ..Default::default()
    };
    let mut rows = Vec::new();
    for (kind, up_to_seq) in [(Marker::Delivered, moves.delivered), (Marker::Read, moves.read)] {
        let Some(up_to_seq) = up_to_seq else { continue };
        match kind {
            Marker::Delivered => row.delivered_seq = Set(up_to_seq),
            Marker::Read => {
                row.read_seq = Set(up_to_seq);
                if moves.is_shown {
                    row.shown_read_seq = Set(up_to_seq);
                }
            }
        }
        rows.push(Row::insert(marker_step::ActiveModel::from(marker_step::Model {
            conversation_id: conversation,
            user_id: user,
            kind,
            up_to_seq,
            at,
            is_shown: kind == Marker::Delivered || moves.is_shown,
        })));
    }
    if let Some(counted) = moves.counted {
        (row.counted_seq, row.counted_ordinal, row.counted_own) =
            (Set(counted.seq), Set(counted.ordinal), Set(counted.own));
    }
    if let Some(unread_from) = moves.unread_from {
        row.unread_from_seq = Set(unread_from);
    }
    rows.push(Row::update(row));
    rows
}

/// When a message reached one participant, and when they read it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReceiptRow {
    /// The message.
    pub seq: Seq,
    /// The participant.
    pub user_id: UserId,
    /// The first delivered step at or past the message.
    pub delivered_at: Option<Timestamp>,
    /// The first read step at or past the message.
    pub read_at: Option<Timestamp>,
}

/// The receipts of messages, of everybody but the sender who takes part and may see them, by message and user.
pub(super) async fn receipts(db: &impl ConnectionTrait, places: &[Seq]) -> Result<Vec<ReceiptRow>> {
    let marks: Vec<_> = (1..=places.len()).map(|n| format!("${n}")).collect();
    let step = |kind: &str| {
        format!(
            "(SELECT s.at FROM marker_step s WHERE s.conversation_id = m.conversation_id AND s.user_id = p.user_id AND s.kind = '{kind}' AND (s.is_shown OR m.is_urgent) AND s.up_to_seq >= m.seq ORDER BY s.up_to_seq LIMIT 1)"
        )
    };
    let sql = format!(
        "SELECT m.seq, p.user_id, {} AS delivered_at, {} AS read_at FROM message m
         JOIN participant p ON p.conversation_id = m.conversation_id AND p.user_id <> m.sender_id AND p.left_at IS NULL AND p.history_from_seq <= m.seq
         WHERE m.seq IN ({}) ORDER BY m.seq, p.user_id",
        step("DELIVERED"),
        step("READ"),
        marks.join(", ")
    );
    let statement =
        Statement::from_sql_and_values(db.get_database_backend(), sql, places.iter().map(|seq| Value::from(*seq)));
    Ok(ReceiptRow::find_by_statement(statement).all(db).await?)
}

/// Whether anybody else sent a user anything in a conversation in `(after, up_to]`.
pub(super) async fn has_messages_for(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    user: UserId,
    after: Seq,
    up_to: Seq,
) -> Result<bool> {
    let between = Condition::all()
        .add(message::Column::ConversationId.eq(conversation))
        .add(message::Column::SenderId.ne(user))
        .add(message::Column::Seq.gt(after))
        .add(message::Column::Seq.lte(up_to));
    Ok(message::Entity::find().filter(between).one(db).await?.is_some())
}

pub(super) async fn participants(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<participant::Model>> {
    let present = Condition::all()
        .add(participant::Column::ConversationId.is_in(conversations.iter().copied()))
        .add(participant::Column::LeftAt.is_null());
    Ok(participant::Entity::find().filter(present).all(db).await?)
}
