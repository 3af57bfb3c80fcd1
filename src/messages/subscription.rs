//! New messages of one conversation, live.

use std::sync::Arc;

use async_graphql::{Context, ID, Subscription};
use futures_util::{Stream, StreamExt};

use crate::{
    conversations,
    error::Result,
    graphql::ContextExt,
    ids::ConversationId,
    live::{Interest, MessageAdded, Reader, Start},
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
        let (app, viewer) = (Arc::clone(ctx.app()), Arc::clone(ctx.viewer()?));
        let start = after.map_or(Ok(Start::Now), |cursor| app.cursors.open(&cursor).map(Start::After))?;
        let member = conversations::service::find(&app, &viewer, ConversationId::parse(&conversation_id)?).await?;
        let items = Reader::new(app, viewer, Interest::MessagesOf(member.id()), start).stream();
        Ok(items.filter_map(|item| async move { item.map(MessageAdded::of).transpose() }))
    }
}
