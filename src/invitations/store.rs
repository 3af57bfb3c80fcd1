//! The rows of invitations.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, Order, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
};

use crate::{
    clock::Timestamp,
    database::is_literally,
    entity::{
        conversation,
        invitation::{self, State},
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, InvitationId, UserId},
    journal::Row,
};

/// Whose open invitations to list.
#[derive(Clone, Copy)]
pub(super) enum Of {
    /// Those of one person.
    User(UserId),
    /// Those to one group.
    Conversation(ConversationId),
}

pub(super) async fn page(db: &impl ConnectionTrait, of: Of, page: &Page<Uuid>) -> Result<Vec<invitation::Model>> {
    let by = invitation::Column::Id;
    let whose = match of {
        Of::User(id) => invitation::Column::UserId.eq(id),
        Of::Conversation(id) => invitation::Column::ConversationId.eq(id),
    };
    let chosen = Condition::all()
        .add(whose)
        .add(is_literally(invitation::Column::State, State::Pending))
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(invitation::Entity::find().filter(chosen).order_by(by, order).limit(page.limit()).all(db).await?)
}

pub(super) async fn find_all(db: &impl ConnectionTrait, ids: &[InvitationId]) -> Result<Vec<invitation::Model>> {
    Ok(invitation::Entity::find().filter(invitation::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Who of these people has an open invitation to a group.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    users: &[UserId],
) -> Result<Vec<UserId>> {
    let chosen = Condition::all()
        .add(invitation::Column::ConversationId.eq(conversation))
        .add(invitation::Column::UserId.is_in(users.iter().copied()))
        .add(is_literally(invitation::Column::State, State::Pending));
    let rows = invitation::Entity::find().filter(chosen).all(db).await?;
    Ok(rows.into_iter().map(|row| row.user_id).collect())
}

/// Any conversations, whoever may see them.
pub(super) async fn conversations(
    db: &impl ConnectionTrait,
    ids: &[ConversationId],
) -> Result<Vec<conversation::Model>> {
    Ok(conversation::Entity::find().filter(conversation::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) fn made(row: invitation::Model) -> Row {
    Row::insert(row.into_active_model())
}

pub(super) fn answered(id: InvitationId, state: State, at: Timestamp) -> Row {
    Row::update(invitation::ActiveModel {
        id: Unchanged(id),
        state: Set(state),
        answered_at: Set(Some(at)),
        ..Default::default()
    })
}
