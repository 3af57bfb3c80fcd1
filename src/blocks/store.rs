//! The rows of blocks.

use sea_orm::{
    ActiveValue::Unchanged, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, Order, QueryFilter,
    QueryOrder, QuerySelect, prelude::Uuid,
};

use crate::{entity::block, error::Result, graphql::Page, ids::UserId, journal::Row};

pub(super) async fn page(db: &impl ConnectionTrait, by: UserId, page: &Page<Uuid>) -> Result<Vec<block::Model>> {
    let key = block::Column::BlockedId;
    let chosen = Condition::all()
        .add(block::Column::BlockerId.eq(by))
        .add_option(page.after.map(|id| key.gt(id)))
        .add_option(page.before.map(|id| key.lt(id)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(block::Entity::find().filter(chosen).order_by(key, order).limit(page.limit()).all(db).await?)
}

pub(super) fn made(row: block::Model) -> Row {
    Row::insert(row.into_active_model())
}

pub(super) fn ended(blocker: UserId, blocked: UserId) -> Row {
    Row::delete(block::ActiveModel {
        blocker_id: Unchanged(blocker),
        blocked_id: Unchanged(blocked),
        ..Default::default()
    })
}
