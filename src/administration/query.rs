//! What administrators look up.

use async_graphql::{
    Context, Object,
    connection::{Connection, EmptyFields},
};

use super::{service, types::ServiceAccount};
use crate::{
    error::Result,
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
};

/// The queries of administrators.
#[derive(Default)]
pub struct AdministrationQuery;

#[Object]
impl AdministrationQuery {
    /// The accounts of programs, oldest first. Only for administrators.
    async fn service_accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Cursor, ServiceAccount>>> {
        let (viewer, cursors) = (ctx.viewer()?, &ctx.app().cursors);
        let page = Page::try_new(cursors, List::ServiceAccounts, &PageArgs { first, after, last, before })?;
        let rows = service::accounts_page(ctx.app(), viewer, &page).await?;
        Ok(Some(page.connect(
            rows,
            EmptyFields,
            |row| List::ServiceAccounts.cursor(cursors, row.id.0),
            ServiceAccount::of,
        )))
    }
}
