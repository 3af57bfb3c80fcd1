//! The rows of markers, and the arithmetic of unread counts.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, Statement,
    Value,
};

use crate::{
    clock::Timestamp,
    entity::{
        block,
        marker_step::{self, Marker},
        message,
        participant::{self, NotificationLevel},
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, MessageId, UserId},
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

/// A conversation with unread messages, as one entry of an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Waiting {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// How many messages are unread.
    pub unread: i64,
    /// Until when its owner wants quiet.
    pub quiet_until: Option<Timestamp>,
    /// The place of the newest unread message.
    pub seq: Seq,
    /// That message.
    pub message_id: MessageId,
    /// Who sent it.
    pub sender_id: UserId,
    /// When.
    pub created_at: Timestamp,
}

/// Which conversations with unread messages.
#[derive(Clone, Copy)]
pub(super) enum WaitingIn<'a> {
    Everywhere,
    These(&'a [ConversationId]),
    Page(&'a Page<i64>),
}

/// The conversations of user $1 that tell of every message and have unread ones: how many, and the newest of them. What
/// it costs grows with the conversations that have anything new, not with their messages.
fn waiting_sql(only: &str) -> String {
    format!(
        "SELECT participant.conversation_id, participant.quiet_until, {UNREAD} AS unread,
           (SELECT n.seq FROM message n
            WHERE n.conversation_id = participant.conversation_id AND n.seq > participant.counted_seq
              AND n.seq >= participant.history_from_seq AND n.sender_id <> participant.user_id
              AND n.deleted_at IS NULL AND n.kind <> 'SYSTEM'
              AND NOT EXISTS (SELECT 1 FROM hidden_message h WHERE h.user_id = participant.user_id
                AND h.conversation_id = participant.conversation_id AND h.seq = n.seq)
            ORDER BY n.seq DESC LIMIT 1) AS newest
         FROM participant JOIN conversation ON conversation.id = participant.conversation_id
         WHERE participant.user_id = $1 AND participant.left_at IS NULL AND participant.notification_level = 'ALL'
           AND conversation.last_message_seq > participant.counted_seq{only}"
    )
}

pub(super) async fn waiting(db: &impl ConnectionTrait, user: UserId, which: WaitingIn<'_>) -> Result<Vec<Waiting>> {
    let (mut values, mut only, mut place) = (vec![Value::from(user.0)], String::new(), String::new());
    let mut order = "m.seq DESC".to_owned();
    match which {
        WaitingIn::Everywhere => {}
        WaitingIn::These(ids) => {
            let marks: Vec<_> = (2..ids.len() + 2).map(|n| format!("${n}")).collect();
            only = format!(" AND participant.conversation_id IN ({})", marks.join(", "));
            values.extend(ids.iter().map(|id| Value::from(id.0)));
        }
        WaitingIn::Page(page) => {
            // Newest first: what comes after an item is older.
            for (key, sign) in [(page.after, '<'), (page.before, '>')] {
                if let Some(key) = key {
                    values.push(key.into());
                    place += &format!(" AND m.seq {sign} ${}", values.len());
                }
            }
            order = format!("m.seq {} LIMIT {}", if page.from_end { "ASC" } else { "DESC" }, page.limit());
        }
    }
    let sql = format!(
        "SELECT w.conversation_id, w.unread, w.quiet_until, m.seq, m.id AS message_id, m.sender_id, m.created_at
         FROM ({}) w JOIN message m ON m.seq = w.newest WHERE w.unread > 0{place} ORDER BY {order}",
        waiting_sql(&only)
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(Waiting::find_by_statement(statement).all(db).await?)
}

pub(super) async fn count_waiting(db: &impl ConnectionTrait, user: UserId) -> Result<i64> {
    let sql =
        format!("SELECT COUNT(*) AS many FROM ({}) w WHERE w.unread > 0 AND w.newest IS NOT NULL", waiting_sql(""));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [Value::from(user.0)]);
    let row = db.query_one_raw(statement).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get("", "many"))?)
}

/// What a user has set for conversations that do not simply tell of everything.
pub(super) async fn settings(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<participant::Model>> {
    let is_set = Condition::any()
        .add(participant::Column::NotificationLevel.ne(NotificationLevel::All))
        .add(participant::Column::QuietUntil.is_not_null());
    let own = Condition::all()
        .add(participant::Column::UserId.eq(user))
        .add(participant::Column::LeftAt.is_null())
        .add(is_set);
    Ok(participant::Entity::find().filter(own).all(db).await?)
}

/// Whom a user blocks.
pub(super) async fn blocked_by(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<UserId>> {
    let rows = block::Entity::find().filter(block::Column::BlockerId.eq(user)).all(db).await?;
    Ok(rows.into_iter().map(|row| row.blocked_id).collect())
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
            "(SELECT s.at FROM marker_step s WHERE s.conversation_id = m.conversation_id AND s.user_id = p.user_id AND s.kind = '{kind}' AND (s.is_shown OR m.was_sent_urgent) AND s.up_to_seq >= m.seq ORDER BY s.up_to_seq LIMIT 1)"
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
