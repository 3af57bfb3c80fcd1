//! The rows of conversations and their participants.

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::{
        conversation::{self, State},
        participant::{self, ParticipantRole},
        stay, user,
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, UserId},
    journal::{Row, Seq},
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

pub(super) async fn find_users(db: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<user::Model>> {
    Ok(user::Entity::find().filter(user::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// Which of the viewer's conversations to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only with this state.
    pub state: Option<State>,
    /// Only of this kind.
    pub kind: Option<conversation::Kind>,
    /// Only for this purpose.
    pub purpose: Option<conversation::Purpose>,
}

/// The viewer's conversations, newest activity first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    filter: Filter,
    page: &Page<i64>,
) -> Result<Vec<Membership>> {
    let activity = conversation::Column::ActivitySeq;
    let chosen = Condition::all()
        .add(participant::Column::UserId.eq(viewer.id()))
        .add(participant::Column::LeftAt.is_null())
        .add_option(filter.state.map(|state| conversation::Column::State.eq(state)))
        .add_option(filter.kind.map(|kind| conversation::Column::Kind.eq(kind)))
        .add_option(filter.purpose.map(|purpose| conversation::Column::Purpose.eq(purpose)))
        // Newest first: what comes after an item is older.
        .add_option(page.after.map(|key| activity.lt(key)))
        .add_option(page.before.map(|key| activity.gt(key)));
    let on = Expr::col((participant::Entity, participant::Column::ConversationId))
        .equals((conversation::Entity, conversation::Column::Id));
    let rows = participant::Entity::find()
        .select_also(conversation::Entity)
        .join(
            sea_orm::JoinType::InnerJoin,
            participant::Entity::belongs_to(conversation::Entity)
                .from(participant::Column::ConversationId)
                .to(conversation::Column::Id)
                .into(),
        )
        .filter(chosen.add(on))
        .order_by(activity, if page.from_end { Order::Asc } else { Order::Desc })
        .limit(page.limit())
        .all(db)
        .await?;
    rows.into_iter()
        .filter_map(|(participant, conversation)| Some(Membership::of_rows(conversation?, participant)))
        .collect()
}

/// The people of a conversation, by id.
pub(super) async fn participants(
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

pub(super) async fn participant(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    user: UserId,
) -> Result<Option<participant::Model>> {
    Ok(participant::Entity::find_by_id((conversation, user)).one(db).await?)
}

pub(super) async fn count_participants(db: &impl ConnectionTrait, id: ConversationId) -> Result<u64> {
    Ok(participant::Entity::find().filter(present(id)).count(db).await?)
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

fn present(id: ConversationId) -> Condition {
    Condition::all().add(participant::Column::ConversationId.eq(id)).add(participant::Column::LeftAt.is_null())
}

pub(super) fn opened(row: &conversation::Model) -> Row {
    Row::insert(conversation::ActiveModel::from(row.clone()))
}

/// Somebody takes part from the event `from` on, and sees what came at or after `history_from`; what was there
/// before they came does not count as unread.
pub(super) fn joined(
    conversation: &conversation::Model,
    user: UserId,
    role: ParticipantRole,
    at: Timestamp,
    from: Seq,
    history_from: Seq,
) -> [Row; 2] {
    let known = Seq(conversation.last_message_seq.map_or(0, |seq| seq.0));
    let participant = participant::Model {
        conversation_id: conversation.id,
        user_id: user,
        role,
        can_send: role != ParticipantRole::Observer,
        can_see_history: history_from == Seq::START,
        joined_at: at,
        left_at: None,
        history_from_seq: history_from,
        delivered_seq: known,
        read_seq: known,
        unread_from_seq: None,
        counted_seq: known,
        counted_ordinal: conversation.last_ordinal,
        counted_own: 0,
    };
    let stay = stay::Model {
        user_id: user,
        conversation_id: conversation.id,
        from_seq: from,
        to_seq: None,
        history_from_seq: history_from,
    };
    [Row::insert(participant::ActiveModel::from(participant)), Row::insert(stay::ActiveModel::from(stay))]
}

/// Somebody took part until the event `to`.
pub(super) fn left(stay: &stay::Model, at: Timestamp, to: Seq) -> [Row; 2] {
    let participant = participant::ActiveModel {
        conversation_id: Unchanged(stay.conversation_id),
        user_id: Unchanged(stay.user_id),
        left_at: Set(Some(at)),
        ..Default::default()
    };
    let stay = stay::ActiveModel {
        user_id: Unchanged(stay.user_id),
        conversation_id: Unchanged(stay.conversation_id),
        from_seq: Unchanged(stay.from_seq),
        to_seq: Set(Some(to)),
        ..Default::default()
    };
    [Row::update(participant), Row::update(stay)]
}

pub(super) fn state_changed(id: ConversationId, state: State, at: Timestamp, activity: Seq) -> Row {
    Row::update(conversation::ActiveModel {
        id: Unchanged(id),
        state: Set(state),
        updated_at: Set(at),
        activity_seq: Set(activity),
        ..Default::default()
    })
}
