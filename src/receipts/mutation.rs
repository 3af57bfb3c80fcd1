//! Moving the viewer's own markers.

use async_graphql::{Context, Object};

use super::{
    delivery,
    service::{self, NewlyRead},
    types::{MarkDeliveredInput, MarkMessagesPayload, MarkReadInput, MarkUnreadInput},
};
use crate::{
    conversations,
    error::Result,
    graphql::ContextExt,
    ids::{ConversationId, MessageId},
    messages,
};

/// The mutations of markers.
#[derive(Default)]
pub struct ReceiptMutation;

#[Object]
impl ReceiptMutation {
    /// Marks a conversation as read, up to a message or wholly. A marker only moves forward.
    async fn mark_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was read.")] input: MarkReadInput,
    ) -> Result<Option<MarkMessagesPayload>> {
        let up_to = input.up_to_message_id.map(|id| MessageId::parse(&id)).transpose()?;
        let conversation = ConversationId::parse(&input.conversation_id)?;
        MarkMessagesPayload::from_outcome(service::mark_read(ctx.app(), ctx.viewer()?, conversation, up_to).await)
    }

    /// Counts messages of a conversation as unread again, for the viewer alone; receipts do not change.
    async fn mark_unread(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From where on.")] input: MarkUnreadInput,
    ) -> Result<Option<MarkMessagesPayload>> {
        let (conversation, from) =
            (ConversationId::parse(&input.conversation_id)?, MessageId::parse(&input.from_message_id)?);
        let marked = service::mark_unread(ctx.app(), ctx.viewer()?, conversation, from).await;
        MarkMessagesPayload::from_outcome(marked.map(|member| (member, NewlyRead(0))))
    }

    /// Tells that messages reached the device. Streams and pages of the newest messages do this by themselves.
    async fn mark_delivered(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What arrived.")] input: MarkDeliveredInput,
    ) -> Result<Option<MarkMessagesPayload>> {
        let (app, viewer) = (ctx.app(), ctx.viewer()?);
        let (conversation, up_to) =
            (ConversationId::parse(&input.conversation_id)?, MessageId::parse(&input.up_to_message_id)?);
        let member = conversations::service::find(app, viewer, conversation).await?;
        let row = messages::service::find_row(app.database.reader(), &member, up_to, app.clock.now()).await?;
        delivery::mark(app, conversation, viewer.id(), row.seq).await?;
        let member = conversations::service::find(app, viewer, conversation).await?;
        MarkMessagesPayload::from_outcome(Ok((member, NewlyRead(0))))
    }
}
