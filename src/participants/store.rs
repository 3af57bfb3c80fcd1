//! The rows of participants and their stays.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef,
    prelude::Uuid,
};

use crate::{
    access::Membership,
    clock::Timestamp,
    entity::{
        conversation,
        participant::{self, NotificationLevel, ParticipantRole},
        stay,
        user::{self, Role},
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::{Row, Seq},
};

fn present(id: ConversationId) -> Condition {
    Condition::all().add(participant::Column::ConversationId.eq(id)).add(participant::Column::LeftAt.is_null())
}

/// The people of a conversation, by id.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    member: &Membership,
    page: &Page<Uuid>,
) -> Result<Vec<participant::Model>> {
    let by = participant::Column::UserId;
    let chosen =
        present(member.id()).add_option(page.after.map(|key| by.gt(key))).add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(participant::Entity::find().filter(chosen).order_by(by, order).limit(page.limit()).all(db).await?)
}

/// Everybody who takes part in a conversation now.
pub(super) async fn all(db: &impl ConnectionTrait, id: ConversationId) -> Result<Vec<participant::Model>> {
    Ok(participant::Entity::find().filter(present(id)).all(db).await?)
}

/// Everybody who takes part in these conversations now, except `except`.
pub(super) async fn others(
    db: &impl ConnectionTrait,
    ids: &[ConversationId],
    except: UserId,
) -> Result<Vec<participant::Model>> {
    let chosen = Condition::all()
        .add(participant::Column::ConversationId.is_in(ids.iter().copied()))
        .add(participant::Column::LeftAt.is_null())
        .add(participant::Column::UserId.ne(except));
    Ok(participant::Entity::find().filter(chosen).all(db).await?)
}

/// The places of these people in a conversation, of those too who have left it.
pub(super) async fn ever(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    users: &[UserId],
) -> Result<Vec<participant::Model>> {
    let chosen = Condition::all()
        .add(participant::Column::ConversationId.eq(conversation))
        .add(participant::Column::UserId.is_in(users.iter().copied()));
    Ok(participant::Entity::find().filter(chosen).all(db).await?)
}

pub(super) async fn count(db: &impl ConnectionTrait, id: ConversationId) -> Result<u64> {
    Ok(participant::Entity::find().filter(present(id)).count(db).await?)
}

pub(super) async fn counts(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<Vec<(ConversationId, i64)>> {
    let counted = participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .column_as(participant::Column::UserId.count(), "people")
        .filter(participant::Column::ConversationId.is_in(ids.iter().copied()))
        .filter(participant::Column::LeftAt.is_null())
        .group_by(participant::Column::ConversationId);
    Ok(counted.into_tuple().all(db).await?)
}

pub(super) async fn with_patients(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<Vec<ConversationId>> {
    let patients = participant::Entity::find()
        .select_only()
        .column(participant::Column::ConversationId)
        .distinct()
        .join(JoinType::InnerJoin, to_user())
        .filter(participant::Column::ConversationId.is_in(ids.iter().copied()))
        .filter(participant::Column::LeftAt.is_null())
        .filter(user::Column::Role.eq(Role::Patient));
    Ok(patients.into_tuple().all(db).await?)
}

fn to_user() -> RelationDef {
    participant::Entity::belongs_to(user::Entity).from(participant::Column::UserId).to(user::Column::Id).into()
}

pub(super) async fn count_owners(db: &impl ConnectionTrait, id: ConversationId) -> Result<u64> {
    let owners = present(id).add(participant::Column::Role.eq(ParticipantRole::Owner));
    Ok(participant::Entity::find().filter(owners).count(db).await?)
}

pub(super) async fn open_stay(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    user: UserId,
) -> Result<Option<stay::Model>> {
    let open = Condition::all()
        .add(stay::Column::UserId.eq(user))
        .add(stay::Column::ConversationId.eq(conversation))
        .add(stay::Column::ToSeq.is_null());
    Ok(stay::Entity::find().filter(open).one(db).await?)
}

pub(super) async fn open_stays(db: &impl ConnectionTrait, id: ConversationId) -> Result<Vec<stay::Model>> {
    // By the people, because stays are found by them.
    let people =
        participant::Entity::find().select_only().column(participant::Column::UserId).filter(present(id)).into_query();
    let open = Condition::all()
        .add(stay::Column::UserId.in_subquery(people))
        .add(stay::Column::ConversationId.eq(id))
        .add(stay::Column::ToSeq.is_null());
    Ok(stay::Entity::find().filter(open).order_by_asc(stay::Column::UserId).all(db).await?)
}

/// Somebody who takes part from the event `from` on.
pub(super) struct Joining {
    pub(super) user: UserId,
    pub(super) role: ParticipantRole,
    pub(super) sees_history: bool,
    pub(super) from: Seq,
    /// Their place from an earlier time.
    pub(super) before: Option<participant::Model>,
    /// Their own newest `sender_ordinal` there.
    pub(super) own: i64,
}

/// What was there before they came does not count as unread.
pub(super) fn joined(conversation: &conversation::Model, joining: Joining, at: Timestamp) -> [Row; 2] {
    let Joining { user, role, sees_history, from, before, own } = joining;
    let known = conversation.last_message_seq.unwrap_or(Seq::START);
    let history_from_seq = if sees_history { Seq::START } else { from };
    let row = participant::Model {
        conversation_id: conversation.id,
        user_id: user,
        role,
        can_send: role != ParticipantRole::Observer,
        can_see_history: sees_history,
        joined_at: at,
        left_at: None,
        history_from_seq,
        delivered_seq: known,
        read_seq: known,
        shown_read_seq: known,
        unread_from_seq: None,
        counted_seq: known,
        counted_ordinal: conversation.last_ordinal,
        counted_own: own,
        notification_level: NotificationLevel::All,
        quiet_until: None,
        archived_seq: None,
    };
    let stay =
        stay::Model { user_id: user, conversation_id: conversation.id, from_seq: from, to_seq: None, history_from_seq };
    let row = match before {
        None => Row::insert(row.into_active_model()),
        // Markers only move forward; whoever left had none beyond the newest message.
        Some(_) => Row::update(row.into_active_model().reset_all()),
    };
    [row, Row::insert(stay.into_active_model())]
}

/// Somebody took part until the event `to`.
pub(super) fn left(stay: &stay::Model, at: Timestamp, to: Seq) -> [Row; 2] {
    let participant = participant::ActiveModel {
        conversation_id: Unchanged(stay.conversation_id),
        user_id: Unchanged(stay.user_id),
        left_at: Set(Some(at)),
        ..Default::default()
    };
    [Row::update(participant), Row::update(stay::ActiveModel { to_seq: Set(Some(to)), ..key(stay) })]
}

/// Somebody may send, or may not.
pub(super) fn may_send(conversation: ConversationId, user: UserId, can_send: bool) -> Row {
    Row::update(participant::ActiveModel {
        conversation_id: Unchanged(conversation),
        user_id: Unchanged(user),
        can_send: Set(can_send),
        ..Default::default()
    })
}

/// Somebody has another role, or may send, or may not.
pub(super) fn entitled(row: &participant::Model, role: ParticipantRole, can_send: bool) -> Row {
    Row::update(participant::ActiveModel {
        conversation_id: Unchanged(row.conversation_id),
        user_id: Unchanged(row.user_id),
        role: Set(role),
        can_send: Set(can_send),
        ..Default::default()
    })
}

/// Somebody sees messages from another place on. When they see less, nothing of it stays unread.
pub(super) fn sees_from(stay: &stay::Model, conversation: &conversation::Model, from: Seq, own: i64) -> [Row; 2] {
    let mut participant = participant::ActiveModel {
        conversation_id: Unchanged(stay.conversation_id),
        user_id: Unchanged(stay.user_id),
        can_see_history: Set(from == Seq::START),
        history_from_seq: Set(from),
        ..Default::default()
    };
    if from != Seq::START {
        participant.unread_from_seq = Set(None);
        participant.counted_seq = Set(conversation.last_message_seq.unwrap_or(Seq::START));
        participant.counted_ordinal = Set(conversation.last_ordinal);
        participant.counted_own = Set(own);
    }
    [Row::update(participant), Row::update(stay::ActiveModel { history_from_seq: Set(from), ..key(stay) })]
}

fn key(stay: &stay::Model) -> stay::ActiveModel {
    stay::ActiveModel {
        user_id: Unchanged(stay.user_id),
        conversation_id: Unchanged(stay.conversation_id),
        from_seq: Unchanged(stay.from_seq),
        ..Default::default()
    }
}

/// Those who take part and have one of these usernames.
pub(super) async fn named(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    names: &[String],
) -> Result<Vec<UserId>> {
    let here = participant::Entity::find()
        .select_only()
        .column(participant::Column::UserId)
        .join(JoinType::InnerJoin, to_user())
        .filter(participant::Column::ConversationId.eq(conversation))
        .filter(participant::Column::LeftAt.is_null())
        .filter(user::Column::Username.is_in(names.iter().map(String::as_str)));
    Ok(here.order_by_asc(participant::Column::UserId).into_tuple().all(db).await?)
}
