//! Sending, editing and deleting messages.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{ChangeMessagePayload, DeleteMessageInput, EditMessageInput, SendMessageInput, SendMessagePayload},
};
use crate::{error::Result, graphql::ContextExt, ids::MessageId, typing};

/// The mutations of messages.
#[derive(Default)]
pub struct MessageMutation;

#[Object]
impl MessageMutation {
    /// Sends a message to a conversation or a person. When this answers, the message is stored.
    async fn send_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message.")] input: SendMessageInput,
    ) -> Result<Option<SendMessagePayload>> {
        let (app, viewer) = (ctx.app(), ctx.viewer()?);
        let sent = service::send(app, viewer, input.parse()?).await;
        if let Ok(sent) = &sent {
            typing::service::sent(app, viewer, sent.message.row.conversation_id);
        }
        SendMessagePayload::from_outcome(sent)
    }

    /// Gives one of the viewer's messages a new text. The text before stays readable in `versions`.
    async fn edit_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message and its new text.")] input: EditMessageInput,
    ) -> Result<Option<ChangeMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        ChangeMessagePayload::from_outcome(service::edit(ctx.app(), ctx.viewer()?, id, &input.text).await)
    }

    /// Deletes one of the viewer's messages. A tombstone stays; the text, its versions and its files go for good.
    async fn delete_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message.")] input: DeleteMessageInput,
    ) -> Result<Option<ChangeMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        ChangeMessagePayload::from_outcome(service::delete(ctx.app(), ctx.viewer()?, id).await)
    }
}
