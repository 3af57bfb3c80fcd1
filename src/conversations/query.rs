//! The viewer's conversations.

use async_graphql::{
    Context, ID, Object,
    connection::{Connection, EmptyFields},
};

use super::{Conversation, MembershipOf, service, types::ConversationFilter};
use crate::{
    error::Result,
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
    ids::ConversationId,
};

/// The queries about conversations.
#[derive(Default)]
pub struct ConversationQuery;

#[Object]
impl ConversationQuery {
    /// The viewer's conversations, newest activity first.
    async fn conversations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only some of them.")] filter: Option<ConversationFilter>,
    ) -> Result<Option<Connection<Cursor, Conversation>>> {
        let (app, viewer) = (ctx.app(), ctx.viewer()?);
        let page = Page::try_new(&app.cursors, List::Conversations, &PageArgs { first, after, last, before })?;
        let rows = service::list(app, viewer, filter.unwrap_or_default().parse()?, &page).await?;
        Ok(Some(page.connect(
            rows,
            EmptyFields,
            |member| List::Conversations.cursor(&app.cursors, member.conversation().activity_seq.0),
            Conversation,
        )))
    }

    /// One of the viewer's conversations. Null when the viewer does not take part in it.
    async fn conversation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a conversation, `conv_…`.")] id: ID,
    ) -> Result<Option<Conversation>> {
        ctx.viewer()?;
        Ok(ctx.load(MembershipOf(ConversationId::parse(&id)?)).await?.map(Conversation))
    }
}
