//! What is read of messages to count them.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::{
    clock::Timestamp,
    entity::{
        attachment,
        message::{self, Column, Kind},
        user::Role,
    },
    error::Result,
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// That a message was sent.
#[derive(Debug, FromQueryResult)]
pub struct Sent {
    /// Its place.
    pub seq: Seq,
    /// Where.
    pub conversation_id: ConversationId,
    /// By whom.
    pub sender_id: UserId,
    /// As what.
    pub sender_role: Role,
    /// When.
    pub created_at: Timestamp,
}

fn of_people((from, before): (Seq, Seq)) -> Condition {
    Condition::all().add(Column::Seq.gte(from)).add(Column::Seq.lt(before)).add(Column::Kind.ne(Kind::System))
}

/// The first messages of people in a stretch of the journal, the oldest first.
pub(super) async fn sent(db: &impl ConnectionTrait, stretch: (Seq, Seq), most: u64) -> Result<Vec<Sent>> {
    let columns = [Column::Seq, Column::ConversationId, Column::SenderId, Column::SenderRole, Column::CreatedAt];
    let rows = message::Entity::find().select_only().columns(columns).filter(of_people(stretch));
    Ok(rows.order_by_asc(Column::Seq).limit(most).into_model().all(db).await?)
}

/// How many files went with the messages of a stretch that were sent between two times.
pub(super) async fn files(
    db: &impl ConnectionTrait,
    stretch: (Seq, Seq),
    (from, to): (Timestamp, Timestamp),
) -> Result<usize> {
    let chosen = of_people(stretch)
        .add(Column::HasAttachments.eq(true))
        .add(Column::DeletedAt.is_null())
        .add(Column::CreatedAt.gte(from))
        .add(Column::CreatedAt.lt(to));
    let of_message =
        attachment::Entity::belongs_to(message::Entity).from(attachment::Column::MessageId).to(Column::Id).into();
    let count = attachment::Entity::find().join(JoinType::InnerJoin, of_message).filter(chosen).count(db).await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}
