//! The rows of messages.

use std::ops::Range;

use sea_orm::{
    ActiveValue::{Set, Unchanged},
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, Order, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};

use super::status::MessageStatus;
use crate::{
    access::Membership,
    clock::Timestamp,
    entity::{
        hidden_message,
        message::{self, Kind},
        message_version, participant, reaction,
    },
    error::Result,
    graphql::Page,
    ids::{ConversationId, MessageId, UserId},
    journal::{Row, Seq},
};

/// Which messages to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// Only of this sender.
    pub sender: Option<UserId>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only urgent ones, or only the others.
    pub is_urgent: Option<bool>,
    /// Only those with files, or only those without.
    pub has_attachments: Option<bool>,
    /// Only the viewer's own that have come so far.
    pub status: Option<MessageStatus>,
    /// Only those that count as unread for the viewer, or only the others.
    pub is_unread: Option<bool>,
    /// Only those sent then or later.
    pub since: Option<Timestamp>,
    /// Only those sent before then.
    pub until: Option<Timestamp>,
    /// Without tombstones.
    pub without_deleted: bool,
}

impl Filter {
    /// Whether anything is left out.
    pub fn is_set(self) -> bool {
        let Self { sender, kind, is_urgent, has_attachments, status, is_unread, since, until, without_deleted } = self;
        let times = since.is_some() || until.is_some();
        let of_message = sender.is_some() || kind.is_some() || is_urgent.is_some() || has_attachments.is_some();
        of_message || times || status.is_some() || is_unread.is_some() || without_deleted
    }

    /// As a condition on messages; `counted` is the place after which the viewer's unread ones are.
    fn condition(self, viewer: UserId, counted: SimpleExpr, now: Timestamp) -> Condition {
        let column = message::Column::Seq;
        let unread = || {
            Condition::all()
                .add(Expr::col((message::Entity, column)).gt(counted.clone()))
                .add(message::Column::SenderId.ne(viewer))
                .add(message::Column::Kind.ne(Kind::System))
                .add(stands(now))
        };
        Condition::all()
            .add_option(self.sender.map(|sender| message::Column::SenderId.eq(sender)))
            .add_option(self.kind.map(|kind| message::Column::Kind.eq(kind)))
            .add_option(self.is_urgent.map(|is| message::Column::IsUrgent.eq(is)))
            .add_option(self.has_attachments.map(|has| message::Column::HasAttachments.eq(has)))
            .add_option(self.since.map(|since| message::Column::CreatedAt.gte(since)))
            .add_option(self.until.map(|until| message::Column::CreatedAt.lt(until)))
            .add_option(self.is_unread.map(|is| if is { unread() } else { unread().not() }))
            .add_option(self.status.map(|status| come_so_far(status, viewer)))
            .add_option(self.without_deleted.then(|| stands(now)))
    }
}

/// Neither deleted nor over.
fn stands(now: Timestamp) -> Condition {
    let expires = message::Column::ExpiresAt;
    Condition::all()
        .add(message::Column::DeletedAt.is_null())
        .add(Condition::any().add(expires.is_null()).add(expires.gt(now)))
}

/// The viewer's own messages with this status, as [`MessageStatus::of`] has it.
fn come_so_far(status: MessageStatus, viewer: UserId) -> Condition {
    let column = |column| Expr::col((participant::Entity, column));
    let place = || Expr::col((message::Entity, message::Column::Seq));
    let somebody = |behind: Option<SimpleExpr>| {
        let mut query = Query::select();
        query
            .expr(Expr::val(1))
            .from(participant::Entity)
            .and_where(
                column(participant::Column::ConversationId).equals((message::Entity, message::Column::ConversationId)),
            )
            .and_where(column(participant::Column::UserId).ne(viewer))
            .and_where(column(participant::Column::LeftAt).is_null())
            .and_where(column(participant::Column::HistoryFromSeq).lte(place()));
        if let Some(behind) = behind {
            query.and_where(behind);
        }
        Expr::exists(query.take())
    };
    // Of an urgent message everybody is shown who has read it.
    let unread = Condition::any()
        .add(message::Column::IsUrgent.eq(true).and(somebody(Some(column(participant::Column::ReadSeq).lt(place())))))
        .add(
            message::Column::IsUrgent
                .eq(false)
                .and(somebody(Some(column(participant::Column::ShownReadSeq).lt(place())))),
        );
    let undelivered = somebody(Some(column(participant::Column::DeliveredSeq).lt(place())));
    let own = Condition::all().add(message::Column::SenderId.eq(viewer)).add(message::Column::Kind.ne(Kind::System));
    match status {
        MessageStatus::Sent => own.add(Condition::any().add(somebody(None).not()).add(undelivered)),
        MessageStatus::Delivered => own.add(unread).add(undelivered.not()),
        MessageStatus::Read => own.add(somebody(None)).add(unread.not()),
    }
}

/// Not hidden by this viewer.
fn not_hidden(viewer: UserId) -> SimpleExpr {
    let hidden = Query::select()
        .expr(Expr::val(1))
        .from(hidden_message::Entity)
        .and_where(Expr::col((hidden_message::Entity, hidden_message::Column::UserId)).eq(viewer))
        .and_where(
            Expr::col((hidden_message::Entity, hidden_message::Column::ConversationId))
                .equals((message::Entity, message::Column::ConversationId)),
        )
        .and_where(
            Expr::col((hidden_message::Entity, hidden_message::Column::Seq))
                .equals((message::Entity, message::Column::Seq)),
        )
        .take();
    Expr::exists(hidden).not()
}

fn visible(member: &Membership, filter: Filter, now: Timestamp) -> Condition {
    let mine = member.participant();
    Condition::all()
        .add(message::Column::ConversationId.eq(member.id()))
        .add(message::Column::Seq.gte(member.history_from()))
        .add(not_hidden(mine.user_id))
        .add(filter.condition(mine.user_id, Expr::val(mine.counted_seq), now))
}

/// A page of the messages a member may see, in page order.
pub(super) async fn page(
    db: &impl ConnectionTrait,
    member: &Membership,
    filter: Filter,
    page: &Page<i64>,
    now: Timestamp,
) -> Result<Vec<message::Model>> {
    let by = message::Column::Seq;
    let chosen = visible(member, filter, now)
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(message::Entity::find().filter(chosen).order_by(by, order).limit(page.limit()).all(db).await?)
}

/// The messages a viewer may see in all conversations.
fn of_all(viewer: UserId, filter: Filter, now: Timestamp) -> Select<message::Entity> {
    let of_participant = |column| Expr::col((participant::Entity, column));
    let history = of_participant(participant::Column::HistoryFromSeq);
    let chosen = Condition::all()
        .add(participant::Column::UserId.eq(viewer))
        .add(participant::Column::LeftAt.is_null())
        .add(Expr::col((message::Entity, message::Column::Seq)).gte(history))
        .add(not_hidden(viewer))
        .add(filter.condition(viewer, of_participant(participant::Column::CountedSeq), now));
    let here = message::Entity::belongs_to(participant::Entity)
        .from(message::Column::ConversationId)
        .to(participant::Column::ConversationId)
        .into();
    message::Entity::find().join(JoinType::InnerJoin, here).filter(chosen)
}

/// Those within a stretch of the journal: the oldest first, or the newest.
pub(super) async fn stretch_of_all(
    db: &impl ConnectionTrait,
    viewer: UserId,
    filter: Filter,
    stretch: &Range<i64>,
    (from_oldest, most): (bool, u64),
    now: Timestamp,
) -> Result<Vec<message::Model>> {
    let within = message::Column::Seq.gte(stretch.start).and(message::Column::Seq.lt(stretch.end));
    let order = if from_oldest { Order::Asc } else { Order::Desc };
    let rows = of_all(viewer, filter, now).filter(within).order_by(message::Column::Seq, order);
    Ok(rows.limit(most).all(db).await?)
}

/// How many there are.
pub(super) async fn count_of_all(
    db: &impl ConnectionTrait,
    viewer: UserId,
    filter: Filter,
    now: Timestamp,
) -> Result<u64> {
    Ok(of_all(viewer, filter, now).count(db).await?)
}

/// The newest message of the deployment.
pub(super) async fn newest_of_all(db: &impl ConnectionTrait) -> Result<Option<Seq>> {
    let newest = message::Entity::find().select_only().column(message::Column::Seq).order_by_desc(message::Column::Seq);
    Ok(newest.into_tuple().one(db).await?)
}

/// How many messages a member may see.
pub(super) async fn count(
    db: &impl ConnectionTrait,
    member: &Membership,
    filter: Filter,
    now: Timestamp,
) -> Result<u64> {
    Ok(message::Entity::find().filter(visible(member, filter, now)).count(db).await?)
}

pub(super) async fn find_all(db: &impl ConnectionTrait, ids: &[MessageId]) -> Result<Vec<message::Model>> {
    Ok(message::Entity::find().filter(message::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

pub(super) async fn find_all_at(db: &impl ConnectionTrait, places: &[Seq]) -> Result<Vec<message::Model>> {
    Ok(message::Entity::find().filter(message::Column::Seq.is_in(places.iter().copied())).all(db).await?)
}

/// The newest message at or before a place.
pub(super) async fn newest_up_to(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    up_to: Seq,
) -> Result<Option<message::Model>> {
    let earlier =
        Condition::all().add(message::Column::ConversationId.eq(conversation)).add(message::Column::Seq.lte(up_to));
    Ok(message::Entity::find().filter(earlier).order_by_desc(message::Column::Seq).one(db).await?)
}

/// The first message that counts as unread for a member.
pub(super) async fn first_unread(
    db: &impl ConnectionTrait,
    member: &Membership,
    now: Timestamp,
) -> Result<Option<message::Model>> {
    let chosen = visible(member, Filter { is_unread: Some(true), ..Filter::default() }, now);
    Ok(message::Entity::find().filter(chosen).order_by_asc(message::Column::Seq).one(db).await?)
}

pub(super) async fn versions(
    db: &impl ConnectionTrait,
    id: MessageId,
    page: &Page<i64>,
) -> Result<Vec<message_version::Model>> {
    let by = message_version::Column::Version;
    let chosen = Condition::all()
        .add(message_version::Column::MessageId.eq(id))
        .add_option(page.after.map(|key| by.gt(key)))
        .add_option(page.before.map(|key| by.lt(key)));
    let order = if page.from_end { Order::Desc } else { Order::Asc };
    Ok(message_version::Entity::find().filter(chosen).order_by(by, order).limit(page.limit()).all(db).await?)
}

pub(super) async fn all_versions(db: &impl ConnectionTrait, id: MessageId) -> Result<Vec<message_version::Model>> {
    Ok(message_version::Entity::find().filter(message_version::Column::MessageId.eq(id)).all(db).await?)
}

/// The pinned messages of conversations, the newest pin first.
pub(super) async fn pinned_of(
    db: &impl ConnectionTrait,
    viewer: UserId,
    conversations: &[ConversationId],
    now: Timestamp,
) -> Result<Vec<message::Model>> {
    let chosen = Condition::all()
        .add(message::Column::ConversationId.is_in(conversations.iter().copied()))
        .add(message::Column::PinnedAt.is_not_null())
        .add(stands(now))
        .add(not_hidden(viewer));
    let rows = message::Entity::find().filter(chosen);
    Ok(rows.order_by_desc(message::Column::PinnedAt).order_by_desc(message::Column::Seq).all(db).await?)
}

/// How many messages of a conversation are pinned.
pub(super) async fn count_pinned(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<u64> {
    let pinned = message::Column::PinnedAt.is_not_null();
    let chosen = Condition::all().add(message::Column::ConversationId.eq(conversation)).add(pinned);
    Ok(message::Entity::find().filter(chosen).count(db).await?)
}

/// The most urgent messages that are told of one by one when somebody reads them.
const URGENT_TOLD: u64 = 20;

/// The newest urgent messages of others in `(after, up_to]`.
pub(super) async fn urgent_between(
    db: &impl ConnectionTrait,
    member: &Membership,
    after: Seq,
    up_to: Seq,
) -> Result<Vec<(MessageId, Seq)>> {
    let chosen = Condition::all()
        .add(message::Column::ConversationId.eq(member.id()))
        .add(message::Column::IsUrgent.eq(true))
        .add(message::Column::SenderId.ne(member.participant().user_id))
        .add(message::Column::DeletedAt.is_null())
        .add(message::Column::Seq.gt(Ord::max(after, Seq(member.history_from().0 - 1))))
        .add(message::Column::Seq.lte(up_to));
    let rows = message::Entity::find().select_only().column(message::Column::Id).column(message::Column::Seq);
    Ok(rows.filter(chosen).order_by_desc(message::Column::Seq).limit(URGENT_TOLD).into_tuple().all(db).await?)
}

/// Those of the places whose messages a viewer has hidden.
pub(super) async fn hidden_at(db: &impl ConnectionTrait, viewer: UserId, places: &[Seq]) -> Result<Vec<Seq>> {
    let chosen = Condition::all()
        .add(hidden_message::Column::UserId.eq(viewer))
        .add(hidden_message::Column::Seq.is_in(places.iter().copied()));
    let rows = hidden_message::Entity::find().select_only().column(hidden_message::Column::Seq).filter(chosen);
    Ok(rows.into_tuple().all(db).await?)
}

/// Who has hidden the message at a place.
pub(super) async fn hidden_by(db: &impl ConnectionTrait, place: Seq) -> Result<Vec<UserId>> {
    let rows = hidden_message::Entity::find().select_only().column(hidden_message::Column::UserId);
    Ok(rows.filter(hidden_message::Column::Seq.eq(place)).into_tuple().all(db).await?)
}

/// How many messages of others after a place a user has hidden that would count as unread.
pub(super) async fn count_hidden(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    user: UserId,
    after: Seq,
) -> Result<u64> {
    let chosen = Condition::all()
        .add(hidden_message::Column::UserId.eq(user))
        .add(hidden_message::Column::ConversationId.eq(conversation))
        .add(hidden_message::Column::Seq.gt(after))
        .add(message::Column::DeletedAt.is_null())
        .add(message::Column::SenderId.ne(user))
        .add(message::Column::Kind.ne(Kind::System));
    let of_message = hidden_message::Entity::belongs_to(message::Entity)
        .from(hidden_message::Column::Seq)
        .to(message::Column::Seq)
        .into();
    Ok(hidden_message::Entity::find().join(JoinType::InnerJoin, of_message).filter(chosen).count(db).await?)
}

/// Messages whose time is over, the oldest first.
pub(super) async fn due(db: &impl ConnectionTrait, now: Timestamp, most: u64) -> Result<Vec<message::Model>> {
    let over = Condition::all()
        .add(message::Column::ExpiresAt.is_not_null())
        .add(message::Column::ExpiresAt.lte(now))
        .add(message::Column::DeletedAt.is_null());
    let rows = message::Entity::find().filter(over).order_by_asc(message::Column::ExpiresAt);
    Ok(rows.limit(most).all(db).await?)
}

/// The reactions to messages, in the order they came.
pub(super) async fn reactions(db: &impl ConnectionTrait, ids: &[MessageId]) -> Result<Vec<reaction::Model>> {
    let chosen = reaction::Column::MessageId.is_in(ids.iter().copied());
    let rows = reaction::Entity::find().filter(chosen).order_by_asc(reaction::Column::CreatedAt);
    // Two of the same millisecond stay in one order.
    Ok(rows.order_by_asc(reaction::Column::UserId).order_by_asc(reaction::Column::Emoji).all(db).await?)
}

/// A reaction that comes or goes.
pub(super) fn reacted(row: &message::Model, user: UserId, emoji: &str, is_on: bool, at: Timestamp) -> Vec<Row> {
    let reaction = reaction::Model { message_id: row.id, emoji: emoji.to_owned(), user_id: user, created_at: at };
    let reaction = reaction::ActiveModel::from(reaction);
    let counted = message::ActiveModel {
        seq: Unchanged(row.seq),
        reactions: Set(row.reactions + if is_on { 1 } else { -1 }),
        ..Default::default()
    };
    vec![if is_on { Row::insert(reaction) } else { Row::delete(reaction) }, Row::update(counted)]
}

/// A pin, or none.
pub(super) fn pinned(row: &message::Model, by: Option<(UserId, Timestamp)>) -> Row {
    Row::update(message::ActiveModel {
        seq: Unchanged(row.seq),
        pinned_by: Set(by.map(|(user, _)| user)),
        pinned_at: Set(by.map(|(_, at)| at)),
        ..Default::default()
    })
}

/// Urgent, or not.
pub(super) fn urgent(row: &message::Model, is_urgent: bool) -> Row {
    Row::update(message::ActiveModel { seq: Unchanged(row.seq), is_urgent: Set(is_urgent), ..Default::default() })
}

/// Hidden by a user.
pub(super) fn hidden(row: &message::Model, user_id: UserId) -> Row {
    Row::insert(hidden_message::ActiveModel::from(hidden_message::Model {
        user_id,
        conversation_id: row.conversation_id,
        seq: row.seq,
    }))
}

/// A new text, and the one before kept as a version.
pub(super) fn edited(row: &message::Model, text: String, mentions: Option<String>, at: Timestamp) -> Vec<Row> {
    let before = message_version::Model {
        message_id: row.id,
        version: row.version,
        text: row.text.clone(),
        written_at: row.edited_at.unwrap_or(row.created_at),
    };
    let now = message::ActiveModel {
        seq: Unchanged(row.seq),
        text: Set(text),
        mentions: Set(mentions),
        version: Set(row.version + 1),
        edited_at: Set(Some(at)),
        updated_at: Set(at),
        ..Default::default()
    };
    vec![Row::insert(message_version::ActiveModel::from(before)), Row::update(now)]
}

/// A tombstone: the text goes, with every earlier version, the card, the pin and the reactions.
pub(super) fn deleted(
    row: &message::Model,
    versions: Vec<message_version::Model>,
    reactions: Vec<reaction::Model>,
    (by, reason): (Option<UserId>, Option<&str>),
    at: Timestamp,
) -> Vec<Row> {
    let tombstone = message::ActiveModel {
        seq: Unchanged(row.seq),
        text: Set(String::new()),
        card: Set(None),
        mentions: Set(None),
        deleted_at: Set(Some(at)),
        deleted_by: Set(by),
        delete_reason: Set(reason.map(str::to_owned)),
        pinned_at: Set(None),
        pinned_by: Set(None),
        reactions: Set(0),
        updated_at: Set(at),
        ..Default::default()
    };
    let gone = versions.into_iter().map(|version| Row::delete(message_version::ActiveModel::from(version)));
    let unsaid = reactions.into_iter().map(|reaction| Row::delete(reaction::ActiveModel::from(reaction)));
    gone.chain(unsaid).chain([Row::update(tombstone)]).collect()
}
