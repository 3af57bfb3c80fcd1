//! The rows of presence: the choice to share it, and when somebody was last online.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value,
};

use crate::{access::Viewer, clock::Timestamp, entity::presence, error::Result, ids::UserId, journal::Row};

pub(super) async fn find(db: &impl ConnectionTrait, users: &[UserId]) -> Result<Vec<presence::Model>> {
    Ok(presence::Entity::find().filter(presence::Column::UserId.is_in(users.iter().copied())).all(db).await?)
}

/// Whether somebody shares it; who never said does.
pub(super) async fn shares(db: &impl ConnectionTrait, user: UserId) -> Result<bool> {
    Ok(find(db, &[user]).await?.pop().is_none_or(|row| row.is_shared))
}

pub(super) fn shared(before: Option<presence::Model>, user: UserId, is_shared: bool) -> Row {
    // Who stops sharing takes back what was known.
    match before {
        None => Row::insert(presence::ActiveModel {
            user_id: Set(user),
            is_shared: Set(is_shared),
            last_seen_at: Set(None),
        }),
        Some(_) => Row::update(presence::ActiveModel {
            user_id: Unchanged(user),
            is_shared: Set(is_shared),
            last_seen_at: Set(None),
        }),
    }
}

pub(super) fn last_seen(before: Option<&presence::Model>, user: UserId, at: Timestamp) -> Row {
    match before {
        None => {
            Row::insert(presence::ActiveModel { user_id: Set(user), is_shared: Set(true), last_seen_at: Set(Some(at)) })
        }
        Some(row) => Row::update(presence::ActiveModel {
            user_id: Unchanged(user),
            last_seen_at: Set(row.last_seen_at.max(Some(at))),
            ..Default::default()
        }),
    }
}

#[derive(FromQueryResult)]
struct Visible {
    id: UserId,
    last_seen_at: Option<Timestamp>,
}

/// Those of `users` whose presence the viewer may know, with when they were last here: both share it, they are in a
/// conversation together, contacts, or one and the same, and neither has blocked the other.
pub(super) async fn visible(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    users: &[UserId],
) -> Result<HashMap<UserId, Option<Timestamp>>> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<_> = (2..users.len() + 2).map(|n| format!("${n}")).collect();
    let sql = format!(
        r#"SELECT u.id, p.last_seen_at FROM "user" u LEFT JOIN presence p ON p.user_id = u.id
           WHERE u.id IN ({}) AND COALESCE(p.is_shared, TRUE)
             AND NOT EXISTS (SELECT 1 FROM presence own WHERE own.user_id = $1 AND NOT own.is_shared)
             AND (u.id = $1 OR EXISTS (
                SELECT 1 FROM participant theirs
                JOIN participant mine ON mine.conversation_id = theirs.conversation_id AND mine.user_id = $1
                WHERE theirs.user_id = u.id AND theirs.left_at IS NULL AND mine.left_at IS NULL)
              OR EXISTS (SELECT 1 FROM contact c WHERE c.owner_id = $1 AND c.user_id = u.id AND c.state = 'ACCEPTED'))
             AND NOT EXISTS (SELECT 1 FROM block b WHERE b.blocker_id = $1 AND b.blocked_id = u.id)
             AND NOT EXISTS (SELECT 1 FROM block b WHERE b.blocker_id = u.id AND b.blocked_id = $1)"#,
        marks.join(", ")
    );
    let values = std::iter::once(viewer.id()).chain(users.iter().copied()).map(|id| Value::from(id.0));
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let rows = Visible::find_by_statement(statement).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.last_seen_at)).collect())
}
