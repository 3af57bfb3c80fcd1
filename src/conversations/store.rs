//! The rows of conversations and their participants.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait,
};

use super::reference::Reference;
use crate::{
    access::{Membership, Viewer},
    clock::Timestamp,
    database::is_literally,
    entity::{
        conversation::{self, State},
        conversation_reference, conversation_tag, participant,
        user::{self, Role},
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::Row,
};

/// The key of the direct conversation of two people.
pub(super) fn direct_key(one: UserId, other: UserId) -> String {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    format!("{}:{}", first.0, second.0)
}

pub(super) async fn find_direct(
    db: &impl ConnectionTrait,
    one: UserId,
    other: UserId,
) -> Result<Option<ConversationId>> {
    let row =
        conversation::Entity::find().filter(conversation::Column::DirectKey.eq(direct_key(one, other))).one(db).await?;
    Ok(row.map(|row| row.id))
}

/// The direct conversations of somebody with some others, each with the other.
pub(super) async fn find_directs(
    db: &impl ConnectionTrait,
    one: UserId,
    others: &[UserId],
) -> Result<Vec<(UserId, ConversationId)>> {
    let mut keys: HashMap<_, _> = others.iter().map(|other| (direct_key(one, *other), *other)).collect();
    let chosen = conversation::Column::DirectKey.is_in(keys.keys());
    let rows = conversation::Entity::find().filter(chosen).all(db).await?;
    Ok(rows.into_iter().filter_map(|row| Some((keys.remove(row.direct_key.as_ref()?)?, row.id))).collect())
}

/// Those of the viewer's conversations that fit `chosen`, newest activity first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    chosen: Condition,
    page: &Page<i64>,
) -> Result<Vec<Membership>> {
    let activity = conversation::Column::ActivitySeq;
    let chosen = chosen
        .add(participant::Column::UserId.eq(viewer.id()))
        .add(participant::Column::LeftAt.is_null())
        // Newest first: what comes after an item is older.
        .add_option(page.after.map(|key| activity.lt(key)))
        .add_option(page.before.map(|key| activity.gt(key)));
    let rows = participant::Entity::find()
        .select_also(conversation::Entity)
        .join(
            JoinType::InnerJoin,
            participant::Entity::belongs_to(conversation::Entity)
                .from(participant::Column::ConversationId)
                .to(conversation::Column::Id)
                .into(),
        )
        .filter(chosen)
        .order_by(activity, if page.from_end { Order::Asc } else { Order::Desc })
        .limit(page.limit())
        .all(db)
        .await?;
    rows.into_iter()
        .filter_map(|(participant, conversation)| Some(Membership::of_rows(conversation?, participant)))
        .collect()
}

pub(super) fn opened(row: &conversation::Model) -> Row {
    Row::insert(conversation::ActiveModel::from(row.clone()))
}

/// Another state. A direct conversation that is closed gives its key free, so that the two can begin a new one; the
/// key goes on naming them. One that is opened again takes it back.
pub(super) fn state_changed(row: &conversation::Model, state: State) -> Row {
    let direct_key = row.direct_key.as_deref().map(|key| match state {
        State::Closed => format!("{}:{}", open_key(key), row.id.0),
        State::Active | State::Archived => open_key(key).to_owned(),
    });
    Row::update(conversation::ActiveModel {
        id: Unchanged(row.id),
        state: Set(state),
        direct_key: Set(direct_key),
        ..Default::default()
    })
}

/// The key that a direct conversation has while it is not closed.
fn open_key(key: &str) -> &str {
    key.match_indices(':').nth(1).map_or(key, |(end, _)| &key[..end])
}

/// Whether the two people of a closed direct conversation have another one now.
pub(super) async fn has_newer(db: &impl ConnectionTrait, row: &conversation::Model) -> Result<bool> {
    let Some(key) = row.direct_key.as_deref() else { return Ok(false) };
    let others = Condition::all()
        .add(conversation::Column::DirectKey.eq(open_key(key)))
        .add(conversation::Column::Id.ne(row.id));
    Ok(conversation::Entity::find().filter(others).one(db).await?.is_some())
}

pub(super) async fn find(db: &impl ConnectionTrait, id: ConversationId) -> Result<Option<conversation::Model>> {
    Ok(conversation::Entity::find_by_id(id).one(db).await?)
}

/// What a group was made for is free for another.
pub(super) async fn released(db: &impl ConnectionTrait, id: ConversationId) -> Result<Vec<Row>> {
    let of_group = Condition::all()
        .add(conversation_reference::Column::ConversationId.eq(id))
        .add(is_literally(conversation_reference::Column::InGroup, true));
    let rows = conversation_reference::Entity::find().filter(of_group).all(db).await?;
    let release = |row: conversation_reference::Model| {
        Row::update(conversation_reference::ActiveModel {
            conversation_id: Unchanged(row.conversation_id),
            system: Unchanged(row.system),
            external_id: Unchanged(row.external_id),
            in_group: Set(false),
        })
    };
    Ok(rows.into_iter().map(release).collect())
}

/// A conversation that is taken away. A direct one gives its key free, so that the two can begin anew.
pub(super) fn deleted(row: &conversation::Model, reason: &str, at: Timestamp) -> Row {
    Row::update(conversation::ActiveModel {
        id: Unchanged(row.id),
        state: Set(State::Closed),
        direct_key: Set(row.direct_key.as_ref().map(|_| format!("deleted:{}", row.id.0))),
        deleted_at: Set(Some(at)),
        delete_reason: Set(Some(reason.to_owned())),
        ..Default::default()
    })
}

/// Another name, description or purpose.
pub(super) fn described(row: &conversation::Model) -> Row {
    Row::update(conversation::ActiveModel {
        id: Unchanged(row.id),
        title: Set(row.title.clone()),
        description: Set(row.description.clone()),
        purpose: Set(row.purpose),
        updated_at: Set(row.updated_at),
        ..Default::default()
    })
}

/// The tags of conversations, in the order of the alphabet.
pub(super) async fn tags(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<Vec<conversation_tag::Model>> {
    let chosen = conversation_tag::Column::ConversationId.is_in(ids.iter().copied());
    Ok(conversation_tag::Entity::find().filter(chosen).order_by_asc(conversation_tag::Column::Tag).all(db).await?)
}

pub(super) fn tagged(id: ConversationId, tag: &str) -> Row {
    Row::insert(conversation_tag::ActiveModel { conversation_id: Set(id), tag: Set(tag.to_owned()) })
}

pub(super) fn untagged(id: ConversationId, tag: &str) -> Row {
    Row::delete(conversation_tag::ActiveModel { conversation_id: Unchanged(id), tag: Unchanged(tag.to_owned()) })
}

pub(super) async fn is_tied(db: &impl ConnectionTrait, id: ConversationId, reference: &Reference) -> Result<bool> {
    let key = (id, reference.system.clone(), reference.id.clone());
    Ok(conversation_reference::Entity::find_by_id(key).one(db).await?.is_some())
}

pub(super) async fn group_of(db: &impl ConnectionTrait, reference: &Reference) -> Result<Option<ConversationId>> {
    let of_group = Condition::all()
        .add(conversation_reference::Column::System.eq(&reference.system))
        .add(conversation_reference::Column::ExternalId.eq(&reference.id))
        .add(is_literally(conversation_reference::Column::InGroup, true));
    let row = conversation_reference::Entity::find().filter(of_group).one(db).await?;
    Ok(row.map(|row| row.conversation_id))
}

pub(super) fn tied(id: ConversationId, reference: &Reference, in_group: bool) -> Row {
    Row::insert(conversation_reference::ActiveModel {
        conversation_id: Set(id),
        system: Set(reference.system.clone()),
        external_id: Set(reference.id.clone()),
        in_group: Set(in_group),
    })
}

pub(super) fn newest_reference(id: ConversationId, reference: &Reference) -> Row {
    Row::update(conversation::ActiveModel {
        id: Unchanged(id),
        external_system: Set(Some(reference.system.clone())),
        external_id: Set(Some(reference.id.clone())),
        ..Default::default()
    })
}

/// The patients somebody has a conversation with, and their names.
pub(super) async fn patients_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<(UserId, String)>> {
    let mine = participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .filter(participant::Column::UserId.eq(user))
        .filter(participant::Column::LeftAt.is_null());
    let with = participant::Entity::find()
        .select_only()
        .column(participant::Column::UserId)
        .filter(participant::Column::ConversationId.in_subquery(mine.into_query()));
    let patients = user::Entity::find()
        .select_only()
        .columns([user::Column::Id, user::Column::FullName])
        .filter(user::Column::Role.eq(Role::Patient))
        .filter(user::Column::Id.in_subquery(with.into_query()));
    Ok(patients.into_tuple().all(db).await?)
}
