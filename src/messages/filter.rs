//! Which messages to read, as conditions on their rows.

use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait, Query, SimpleExpr},
};

use super::status::MessageStatus;
use crate::{
    clock::Timestamp,
    database::is_literally,
    entity::{
        hidden_message,
        message::{self, Kind},
        participant,
    },
    ids::UserId,
    journal::Seq,
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
    /// Where to look for those times, as `service` finds it out.
    pub(super) places: Option<(Seq, Seq)>,
    /// Without tombstones.
    pub without_deleted: bool,
}

impl Filter {
    /// Whether anything is left out.
    pub fn is_set(self) -> bool {
        let Self { sender, kind, is_urgent, has_attachments, status, is_unread, since, until, without_deleted, .. } =
            self;
        let times = since.is_some() || until.is_some();
        let of_message = sender.is_some() || kind.is_some() || is_urgent.is_some() || has_attachments.is_some();
        of_message || times || status.is_some() || is_unread.is_some() || without_deleted
    }

    /// As a condition on messages; `counted` is the place after which the viewer's unread ones are.
    pub(super) fn condition(self, viewer: UserId, counted: SimpleExpr, now: Timestamp) -> Condition {
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
            .add_option(self.is_urgent.map(|is| is_literally(message::Column::IsUrgent, is)))
            .add_option(self.has_attachments.map(|has| is_literally(message::Column::HasAttachments, has)))
            .add_option(self.places.map(|(from, before)| column.gte(from).and(column.lt(before))))
            .add_option(self.since.map(|since| message::Column::CreatedAt.gte(since)))
            .add_option(self.until.map(|until| message::Column::CreatedAt.lt(until)))
            .add_option(self.is_unread.map(|is| if is { unread() } else { unread().not() }))
            .add_option(self.status.map(|status| come_so_far(status, viewer)))
            .add_option(self.without_deleted.then(|| stands(now)))
    }
}

/// Neither deleted nor over.
pub(super) fn stands(now: Timestamp) -> Condition {
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
        .add(
            message::Column::WasSentUrgent
                .eq(true)
                .and(somebody(Some(column(participant::Column::ReadSeq).lt(place())))),
        )
        .add(
            message::Column::WasSentUrgent
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
pub(super) fn not_hidden(viewer: UserId) -> SimpleExpr {
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
