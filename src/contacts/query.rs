//! The viewer's contacts.

use async_graphql::{
    Context, Object,
    connection::{Connection, EmptyFields},
};

use super::{Contact, service, types::ContactFilter};
use crate::{
    error::Result,
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
};

/// The queries about contacts.
#[derive(Default)]
pub struct ContactQuery;

#[Object]
impl ContactQuery {
    /// The viewer's contacts, or with a filter the requests they sent or received; oldest first.
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only some of them.")] filter: Option<ContactFilter>,
    ) -> Result<Option<Connection<Cursor, Contact>>> {
        let cursors = &ctx.app().cursors;
        let page = Page::try_new(cursors, List::Contacts, &PageArgs { first, after, last, before })?;
        let rows = service::list(ctx.app(), ctx.viewer()?, filter.unwrap_or_default().into(), &page).await?;
        Ok(Some(page.connect(rows, EmptyFields, |row| List::Contacts.cursor(cursors, row.id.0), Contact)))
    }
}
