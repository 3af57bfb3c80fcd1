//! New messages of one conversation, live.

use std::future::ready;

use async_graphql::{Context, ID, Subscription};
use futures_util::{Stream, StreamExt};

use crate::{
    conversations,
    error::Result,
    graphql::ContextExt,
    ids::ConversationId,
    live::{Interest, MessageAdded, listen},
};

/// The subscriptions about messages.
#[derive(Default)]
pub struct MessageSubscription;

#[Subscription]
impl MessageSubscription {
    /// New messages of one conversation, in order. Ends with ACCESS_ENDED when the viewer no longer takes part.
    async fn message_added(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, `conv_…`.")] conversation_id: ID,
        #[graphql(
            desc = "The place to go on from: `Query.cursor`, or the `cursor` of the last message. Without it the stream begins now."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<MessageAdded>>> {
        let id = ConversationId::parse(&conversation_id)?;
        let member = conversations::service::find(ctx.app(), ctx.viewer()?, id).await?;
        let items = listen(ctx, Interest::MessagesOf(member.id()), after)?;
        Ok(ctx.request().handed.give_shared(items.filter_map(|item| ready(item.map(MessageAdded::of).transpose()))))
    }
}
