//! The viewer's invitations.

use async_graphql::{
    Context, Object,
    connection::{Connection, EmptyFields},
};

use super::{Invitation, service};
use crate::{
    error::Result,
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
};

/// The queries about invitations.
#[derive(Default)]
pub struct InvitationQuery;

#[Object]
impl InvitationQuery {
    /// The groups the viewer is asked to join and has not answered yet, oldest first.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Cursor, Invitation>>> {
        let cursors = &ctx.app().cursors;
        let page = Page::try_new(cursors, List::Invitations, &PageArgs { first, after, last, before })?;
        let rows = service::own(ctx.app(), ctx.viewer()?, &page).await?;
        Ok(Some(page.connect(rows, EmptyFields, |row| List::Invitations.cursor(cursors, row.row.id.0), Invitation)))
    }
}
