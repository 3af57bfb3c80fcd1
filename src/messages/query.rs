//! Single messages.

use async_graphql::{Context, ID, Object, connection::Connection};

use super::{Message, MessageById, MessageFilter, MessageTotal, service};
use crate::{
    error::Result,
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
    ids::MessageId,
};

/// The queries about messages.
#[derive(Default)]
pub struct MessageQuery;

#[Object]
impl MessageQuery {
    /// A message by id. Null when there is none that the viewer may see.
    async fn message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a message, `msg_…`.")] id: ID,
    ) -> Result<Option<Message>> {
        ctx.viewer()?;
        Ok(ctx.load(MessageById(MessageId::parse(&id)?)).await?.map(Message))
    }

    /// The messages of all the viewer's conversations together, newest first.
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor, which are older.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor, which are newer.")] before: Option<String>,
        #[graphql(desc = "Which messages; without it all.")] filter: Option<MessageFilter>,
    ) -> Result<Option<Connection<Cursor, Message, MessageTotal>>> {
        let (app, viewer, cursors) = (ctx.app(), ctx.viewer()?, &ctx.app().cursors);
        let page = Page::try_new(cursors, List::Messages, &PageArgs { first, after, last, before })?;
        let filter = filter.unwrap_or_default().parse()?;
        let rows = service::page_of_all(app, viewer, filter, &page).await?;
        let total = MessageTotal { member: None, filter };
        Ok(Some(page.connect(rows, total, |row| List::Messages.cursor(cursors, row.row.seq.0), Message)))
    }
}
