//! Sending, editing and deleting messages.

use async_graphql::{Context, Object};

use super::{
    Message, service,
    types::{
        AddReactionInput, AnnotateAttachmentInput, AnnotateAttachmentPayload, ChangeMessagePayload, DeleteMessageInput,
        EditMessageInput, ForwardMessageInput, HideMessageInput, HideMessagePayload, PinMessageInput,
        RemoveAnnotationInput, RemoveAnnotationPayload, RemoveReactionInput, RetractMessageInput,
        RetractMessagePayload, SendMessageInput, SendMessagePayload, SetUrgentInput, UnpinMessageInput,
    },
};
use crate::{
    error::{Result, outcome},
    graphql::ContextExt,
    ids::{AnnotationId, AttachmentId, MessageId},
    typing,
};

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

    /// Takes back a message of somebody else, for everybody, and says why. For those who lead the group, and for
    /// administrators, who need not take part.
    async fn retract_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message, and why.")] input: RetractMessageInput,
    ) -> Result<Option<RetractMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        let (done, user_errors) = outcome(service::retract(ctx.app(), ctx.viewer()?, id, &input.reason).await)?;
        let (id, message) = done.map_or((None, None), |(id, message)| (Some(id.public()), message.map(Message)));
        Ok(Some(RetractMessagePayload { message_id: id, message, user_errors }))
    }

    /// Passes on a message that the viewer may see, with its text, its card and its files. Who reads it is told from whom
    /// it came only if they may see that message too.
    async fn forward_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message, and where to.")] input: ForwardMessageInput,
    ) -> Result<Option<SendMessagePayload>> {
        let (id, target) = (MessageId::parse(&input.message_id)?, input.to.parse()?);
        let sent = service::forward(ctx.app(), ctx.viewer()?, id, target, input.client_id).await;
        SendMessagePayload::from_outcome(sent)
    }

    /// Puts an emoji of the viewer on a message; doing so again changes nothing.
    async fn add_reaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message and the emoji.")] input: AddReactionInput,
    ) -> Result<Option<ChangeMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        let reacted = service::react(ctx.app(), ctx.viewer()?, id, &input.emoji, true).await;
        ChangeMessagePayload::from_outcome(reacted)
    }

    /// Takes an emoji of the viewer off a message; when there is none, nothing changes.
    async fn remove_reaction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The message and the emoji.")] input: RemoveReactionInput,
    ) -> Result<Option<ChangeMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        let reacted = service::react(ctx.app(), ctx.viewer()?, id, &input.emoji, false).await;
        ChangeMessagePayload::from_outcome(reacted)
    }

    /// Marks something on a picture that was sent: a box, an arrow or words, up to 100 on each picture. They are kept
    /// beside the picture, which stays as it is, and everybody who may read the message may read them.
    async fn annotate_attachment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The picture, and what is marked on it.")] input: AnnotateAttachmentInput,
    ) -> Result<Option<AnnotateAttachmentPayload>> {
        let (viewer, (file, client_id)) =
            (ctx.viewer()?, (AttachmentId::parse(&input.attachment_id)?, input.client_id));
        let annotated = match input.parse() {
            Ok(annotating) => service::annotate(ctx.app(), viewer, file, annotating, client_id).await,
            Err(error) => Err(error),
        };
        AnnotateAttachmentPayload::from_outcome(annotated, file)
    }

    /// Takes a mark off a picture: one's own, or any as a clinician or one who leads the group.
    async fn remove_annotation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which mark.")] input: RemoveAnnotationInput,
    ) -> Result<Option<RemoveAnnotationPayload>> {
        let id = AnnotationId::parse(&input.annotation_id)?;
        let removed = service::remove_annotation(ctx.app(), ctx.viewer()?, id).await;
        RemoveAnnotationPayload::from_outcome(removed, id)
    }

    /// Pins a message for everybody in the conversation, up to 50 of them.
    async fn pin_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message.")] input: PinMessageInput,
    ) -> Result<Option<ChangeMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        ChangeMessagePayload::from_outcome(service::pin(ctx.app(), ctx.viewer()?, id, true).await)
    }

    /// Takes the pin off a message, whoever pinned it.
    async fn unpin_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message.")] input: UnpinMessageInput,
    ) -> Result<Option<ChangeMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        ChangeMessagePayload::from_outcome(service::pin(ctx.app(), ctx.viewer()?, id, false).await)
    }

    /// Says that a message should be read at once, or that it need not. For its sender and for clinicians.
    async fn set_urgent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message, and whether.")] input: SetUrgentInput,
    ) -> Result<Option<ChangeMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        ChangeMessagePayload::from_outcome(service::set_urgent(ctx.app(), ctx.viewer()?, id, input.is_urgent).await)
    }

    /// Takes a message out of the viewer's own sight, for good: out of history, search and counts. Others keep seeing it.
    async fn hide_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which message.")] input: HideMessageInput,
    ) -> Result<Option<HideMessagePayload>> {
        let id = MessageId::parse(&input.message_id)?;
        let (done, user_errors) = outcome(service::hide(ctx.app(), ctx.viewer()?, id).await)?;
        Ok(Some(HideMessagePayload { message_id: done.map(|id| id.public()), user_errors }))
    }
}
