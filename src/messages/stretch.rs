//! Looking through the journal stretch by stretch, in one conversation of somebody or in all of them.

use sea_orm::{
    ColumnTrait, Condition, DbBackend, JoinType, Order,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};

use super::filter::not_hidden;
use crate::{
    entity::{message, participant},
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// Where to look for messages.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Only in this conversation.
    pub conversation: Option<ConversationId>,
    /// Only of this sender.
    pub sender: Option<UserId>,
    /// Only at or after this place.
    pub from: Seq,
    /// Only before this place.
    pub before: Seq,
}

impl Stretch {
    /// Reads `columns` of at most `limit` messages that the viewer may see and that fit `more`: in order, or any.
    ///
    /// From the viewer's conversations into `ux_message_history`, or `ux_message_own` for one sender, and both databases
    /// have to be told so. PostgreSQL by a lateral query with a limit: its plan for any viewer and any stretch walked a
    /// long stretch by place, through everybody's messages. SQLite by a cross join, which it does in the order that is
    /// written; it takes one lower bound into the index, so that is the higher of the two.
    pub(super) fn select(
        &self,
        backend: DbBackend,
        viewer: UserId,
        more: Condition,
        columns: &[message::Column],
        (order, limit): (Option<Order>, u64),
    ) -> SelectStatement {
        let mine = Condition::all()
            .add(participant::Column::UserId.eq(viewer))
            .add(participant::Column::LeftAt.is_null())
            .add_option(self.conversation.map(|id| participant::Column::ConversationId.eq(id)));
        let mut select = Query::select();
        select.from(participant::Entity).cond_where(mine).limit(limit);
        let table = if backend == DbBackend::Postgres {
            // Named as the table is, so that rows read alike.
            let mut of_one = Query::select();
            of_one.columns(columns.iter().copied()).from(message::Entity).cond_where(self.within(viewer, more));
            if let Some(order) = &order {
                of_one.order_by((message::Entity, message::Column::Seq), order.clone());
            }
            select.join_lateral(JoinType::InnerJoin, of_one.limit(limit).take(), "found", Expr::value(true));
            "found"
        } else {
            select.cross_join(message::Entity).cond_where(self.within(viewer, more));
            "message"
        };
        select.columns(columns.iter().map(|column| (table, *column)));
        if let Some(order) = order {
            select.order_by((table, message::Column::Seq), order);
        }
        select
    }

    fn within(&self, viewer: UserId, more: Condition) -> Condition {
        use message::Column;
        let history = Expr::col((participant::Entity, participant::Column::HistoryFromSeq));
        let from = Expr::case(history.clone().gt(self.from), history).finally(Expr::value(self.from));
        Condition::all()
            .add(
                Expr::col((message::Entity, Column::ConversationId))
                    .equals(participant::Column::ConversationId.as_column_ref()),
            )
            .add(Expr::col((message::Entity, Column::Seq)).gte(from))
            .add(Column::Seq.lt(self.before))
            .add_option(self.sender.map(|sender| Column::SenderId.eq(sender)))
            .add(not_hidden(viewer))
            .add(more)
    }
}
