//! The list of somebody's conversations.

use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr},
};

use super::{reference::Reference, store};
use crate::{
    App,
    access::{Membership, Viewer},
    entity::{
        block, contact,
        conversation::{self, Kind, State},
        conversation_reference, conversation_tag, participant,
    },
    error::Result,
    graphql::Page,
    ids::UserId,
    participants::UNREAD,
};

/// Which of the viewer's conversations to list; what is none or false leaves none out.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only with this state.
    pub state: Option<State>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only for this purpose.
    pub purpose: Option<conversation::Purpose>,
    /// Only with this tag, in any case.
    pub tag: Option<String>,
    /// Only those this person takes part in.
    pub participant: Option<UserId>,
    /// Only for this thing elsewhere.
    pub reference: Option<Reference>,
    /// Only with messages the viewer has not read.
    pub unread_only: bool,
    /// Only those the viewer has put away, or only the others.
    pub archived: Option<bool>,
    /// Only direct ones with a favourite contact of the viewer, or only the others.
    pub favourite: Option<bool>,
    /// Only direct ones with somebody the viewer has blocked, or only the others.
    pub blocked: Option<bool>,
}

/// The viewer's conversations, newest activity first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn list(app: &App, viewer: &Viewer, filter: Filter, page: &Page<i64>) -> Result<Vec<Membership>> {
    store::list(app.database.reader(), viewer, filter.condition(viewer.id()), page).await
}

impl Filter {
    fn condition(self, viewer: UserId) -> Condition {
        let id = || Expr::col((conversation::Entity, conversation::Column::Id));
        let archived = Expr::col((participant::Entity, participant::Column::ArchivedSeq))
            .gte(Expr::col((conversation::Entity, conversation::Column::ActivitySeq)));
        Condition::all()
            .add_option(self.state.map(|state| conversation::Column::State.eq(state)))
            .add_option(self.kind.map(|kind| conversation::Column::Kind.eq(kind)))
            .add_option(self.purpose.map(|purpose| conversation::Column::Purpose.eq(purpose)))
            .add_option(self.tag.map(|tag| id().in_subquery(tagged(&tag))))
            .add_option(self.participant.map(|user| id().in_subquery(of_participant(user))))
            .add_option(self.reference.map(|reference| id().in_subquery(tied_to(&reference))))
            .add_option(self.unread_only.then(|| Expr::cust(format!("{UNREAD} > 0"))))
            .add_option(self.favourite.map(|wanted| direct_with(favourites(viewer), wanted)))
            .add_option(self.blocked.map(|wanted| direct_with(blocked_by(viewer), wanted)))
            .add_option(self.archived.map(|wanted| {
                let archived = Expr::expr(archived).and(participant::Column::ArchivedSeq.is_not_null());
                if wanted { archived } else { archived.not() }
            }))
    }
}

fn tagged(tag: &str) -> SelectStatement {
    Query::select()
        .column(conversation_tag::Column::ConversationId)
        .from(conversation_tag::Entity)
        .and_where(conversation_tag::Column::Tag.eq(tag.trim().to_lowercase()))
        .take()
}

fn of_participant(user: UserId) -> SelectStatement {
    // Under another name, because the list itself reads the same table.
    let other = |column| Expr::col(("other", column));
    Query::select()
        .column(("other", participant::Column::ConversationId))
        .from_as(participant::Entity, "other")
        .and_where(other(participant::Column::UserId).eq(user))
        .and_where(other(participant::Column::LeftAt).is_null())
        .take()
}

/// Whether the other person of a direct conversation is one of these.
fn direct_with(people: SelectStatement, wanted: bool) -> SimpleExpr {
    let other = |column| Expr::col(("other", column));
    let with = Query::select()
        .column(("other", participant::Column::ConversationId))
        .from_as(participant::Entity, "other")
        .and_where(other(participant::Column::UserId).in_subquery(people))
        .take();
    let id = Expr::col((conversation::Entity, conversation::Column::Id));
    let is_with = conversation::Column::Kind.eq(Kind::Direct).and(id.in_subquery(with));
    if wanted { is_with } else { is_with.not() }
}

fn favourites(viewer: UserId) -> SelectStatement {
    Query::select()
        .column(contact::Column::UserId)
        .from(contact::Entity)
        .and_where(contact::Column::OwnerId.eq(viewer))
        .and_where(contact::Column::IsFavourite.eq(true))
        .take()
}

fn blocked_by(viewer: UserId) -> SelectStatement {
    Query::select()
        .column(block::Column::BlockedId)
        .from(block::Entity)
        .and_where(block::Column::BlockerId.eq(viewer))
        .take()
}

fn tied_to(reference: &Reference) -> SelectStatement {
    Query::select()
        .column(conversation_reference::Column::ConversationId)
        .from(conversation_reference::Entity)
        .and_where(conversation_reference::Column::System.eq(reference.system.trim().to_lowercase()))
        .and_where(conversation_reference::Column::ExternalId.eq(reference.id.trim()))
        .take()
}
