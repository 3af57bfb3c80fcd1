//! Searching messages.

use async_graphql::{Context, ID, Object};

use super::{
    service,
    types::{Arguments, MessageSearch},
};
use crate::{clock::Timestamp, error::Result, graphql::ContextExt};

/// The queries that search.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Finds messages of the viewer's conversations by their words and the names of their files, newest first. Deleted
    /// messages and lines of the server are not found. One search looks for 200 ms, unless the clinic set another time:
    /// when `isComplete` is false, search on with `endCursor`. Up to 60 searches a minute, unless the clinic set
    /// another number; in `documents.cost` one counts as 8,000.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn search_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Words, or the beginnings of words, all of which must be there, whatever their order, accents and case: up to 10, and up to 200 characters. What is written without a space between stands together in the message as well."
        )]
        query: String,
        #[graphql(desc = "Only in this conversation of the viewer, `conv_…`.")] conversation_id: Option<ID>,
        #[graphql(desc = "Only messages of this user, `user_…`.")] sender_id: Option<ID>,
        #[graphql(desc = "Only messages sent at or after this time.")] since: Option<Timestamp>,
        #[graphql(desc = "Only messages sent before this time.")] until: Option<Timestamp>,
        #[graphql(desc = "How many messages to answer, 1 to 50, default 20.")] first: Option<i32>,
        #[graphql(desc = "The `endCursor` of the same search, to go on from there.")] after: Option<String>,
    ) -> Result<Option<MessageSearch>> {
        let arguments =
            Arguments { query, conversation: conversation_id, sender: sender_id, since, until, first, after };
        let viewer = ctx.viewer()?;
        let (search, size) = arguments.parse(ctx)?;
        Ok(Some(MessageSearch(service::search(ctx.app(), viewer, &search, size).await?)))
    }
}
