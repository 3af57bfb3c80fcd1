//! The rows of contacts.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Unchanged, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    Order, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid, sea_query::ExprTrait,
};

use crate::{
    entity::contact::{self, State},
    error::Result,
    graphql::Page,
    ids::{ContactId, UserId},
    journal::Row,
};

/// Which of somebody's contacts to list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// How far they are.
    pub state: State,
    /// Only favourites, or only others.
    pub favourite: Option<bool>,
}

pub(super) async fn page(
    db: &impl ConnectionTrait,
    owner: UserId,
    filter: Filter,
    page: &Page<Uuid>,
) -> Result<Vec<contact::Model>> {
    let by = contact::Column::Id;
    let chosen = Condition::all()
        .add(contact::Column::OwnerId.eq(owner))
        .add(contact::Column::State.eq(filter.state))
        .add_option(filter.favourite.map(|is_favourite| contact::Column::IsFavourite.eq(is_favourite)))
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(contact::Entity::find().filter(chosen).order_by(by, order).limit(page.limit()).all(db).await?)
}

/// The contacts of somebody with these people.
pub(super) async fn with(db: &impl ConnectionTrait, owner: UserId, others: &[UserId]) -> Result<Vec<contact::Model>> {
    let chosen = contact::Column::OwnerId.eq(owner).and(contact::Column::UserId.is_in(others.iter().copied()));
    Ok(contact::Entity::find().filter(chosen).all(db).await?)
}

pub(super) async fn find(db: &impl ConnectionTrait, owner: UserId, id: ContactId) -> Result<Option<contact::Model>> {
    Ok(contact::Entity::find_by_id(id).filter(contact::Column::OwnerId.eq(owner)).one(db).await?)
}

pub(super) fn made(row: contact::Model) -> Row {
    Row::insert(row.into_active_model())
}

pub(super) fn changed(row: contact::Model) -> Row {
    Row::update(row.into_active_model().reset_all())
}

pub(super) fn removed(id: ContactId) -> Row {
    Row::delete(contact::ActiveModel { id: Unchanged(id), ..Default::default() })
}
