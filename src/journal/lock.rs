//! Taking the locks of a write, always in one order: users by id, conversations by id, the head last.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::LockType,
};

use super::Locks;
use crate::entity::{conversation, journal_head, user};

/// Locks the rows named, on PostgreSQL. SQLite's one writer has locked everything already.
pub(super) async fn take(tx: &DatabaseTransaction, locks: &Locks) -> Result<(), DbErr> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    if !locks.users.is_empty() {
        let rows = user::Entity::find()
            .select_only()
            .column(user::Column::Id)
            .filter(user::Column::Id.is_in(locks.users.iter().copied()));
        rows.order_by_asc(user::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple::<crate::ids::UserId>()
            .all(tx)
            .await?;
    }
    if !locks.conversations.is_empty() {
        let chosen = conversation::Column::Id.is_in(locks.conversations.iter().copied());
        let rows = conversation::Entity::find().select_only().column(conversation::Column::Id).filter(chosen);
        rows.order_by_asc(conversation::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .into_tuple::<crate::ids::ConversationId>()
            .all(tx)
            .await?;
    }
    Ok(())
}

/// Locks the head and reads it. PostgreSQL gives the row as it is once the lock is had.
pub(super) async fn head(tx: &DatabaseTransaction) -> Result<journal_head::Model, DbErr> {
    let head = journal_head::Entity::find_by_id(1).lock(LockType::NoKeyUpdate).one(tx).await?;
    head.ok_or_else(|| DbErr::RecordNotFound("journal_head".into()))
}
