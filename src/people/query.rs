//! Queries about people.

use async_graphql::{Context, ID, Object, connection::Connection};

use super::{
    User, UserById, directory,
    types::{DirectoryTotals, UserFilter},
};
use crate::{
    error::Result,
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
    ids::UserId,
};

/// The queries about people.
#[derive(Default)]
pub struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// A user by id. Null when there is none.
    async fn user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a user, `user_…`.")] id: ID,
    ) -> Result<Option<User>> {
        ctx.viewer()?;
        Ok(ctx.load(UserById(UserId::parse(&id)?)).await?.map(User))
    }

    /// The directory: the people the viewer may start writing to, by name.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only some of them.")] filter: Option<UserFilter>,
    ) -> Result<Option<Connection<Cursor, User, DirectoryTotals>>> {
        let (app, viewer) = (ctx.app(), ctx.viewer()?);
        let page = Page::try_new(&app.cursors, List::People, &PageArgs { first, after, last, before })?;
        let search = directory::search(app, viewer, &filter.unwrap_or_default().into()).await?;
        let found = match &search {
            Some(search) => directory::page(app, search, &page).await?,
            None => Vec::new(),
        };
        let seal = |found: &directory::Found| List::People.cursor(&app.cursors, found.key);
        Ok(Some(page.connect(found, DirectoryTotals(search), seal, |found| User(found.user))))
    }
}
