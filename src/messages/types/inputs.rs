//! What clients give to read, send and change messages, and what they are answered.

use std::sync::Arc;

use async_graphql::{ID, InputObject, OneofObject, SimpleObject};
use sea_orm::prelude::Uuid;

use super::Message;
use crate::{
    attachments::{Annotation, AnnotationShapeInput, Attachment, service::Annotating},
    clock::Timestamp,
    entity::message::Kind,
    error::{Result, UserError, outcome},
    ids::{AnnotationId, AttachmentId, ConversationId, MessageId, UserId},
    messages::{
        MessageStatus,
        cards::CardInput,
        service::{Annotated, Filter, Loaded, NewMessage, Sent, Target},
    },
};

/// Which messages to list. What is left out does not matter.
#[derive(Default, InputObject)]
pub struct MessageFilter {
    /// Only messages of this user.
    sender_id: Option<ID>,
    /// Only messages of this kind.
    kind: Option<Kind>,
    /// Only urgent messages, or only the others.
    is_urgent: Option<bool>,
    /// Only messages with files, or only those without.
    has_attachments: Option<bool>,
    /// Only messages of the viewer that have come so far with the others.
    status: Option<MessageStatus>,
    /// Only messages that count as unread for the viewer, or only the others.
    is_unread: Option<bool>,
    /// Only messages sent at this time or later.
    since: Option<Timestamp>,
    /// Only messages sent before this time.
    until: Option<Timestamp>,
    /// Leave out the tombstones of deleted messages.
    #[graphql(default)]
    exclude_deleted: bool,
}

impl MessageFilter {
    pub(in crate::messages) fn parse(self) -> Result<Filter> {
        Ok(Filter {
            sender: self.sender_id.map(|id| UserId::parse(&id)).transpose()?,
            kind: self.kind,
            is_urgent: self.is_urgent,
            has_attachments: self.has_attachments,
            status: self.status,
            is_unread: self.is_unread,
            since: self.since,
            until: self.until,
            places: None,
            without_deleted: self.exclude_deleted,
        })
    }
}

/// Where to send a message: exactly one of the two.
#[derive(OneofObject)]
pub enum MessageTarget {
    /// A conversation of the viewer, `conv_…`.
    ConversationId(ID),
    /// A person, `user_…`; the direct conversation is opened if there is none.
    UserId(ID),
}

impl MessageTarget {
    pub(in crate::messages) fn parse(self) -> Result<Target> {
        Ok(match self {
            Self::ConversationId(id) => Target::Conversation(ConversationId::parse(&id)?),
            Self::UserId(id) => Target::User(UserId::parse(&id)?),
        })
    }
}

/// What somebody gives to send a message.
#[derive(InputObject)]
pub struct SendMessageInput {
    /// A UUID the client makes up for this message. Sending the same again with it gives the same message back.
    client_id: Uuid,
    /// Where to send.
    to: MessageTarget,
    /// The text, 1 to 5,000 characters after trimming; may be empty when there are attachments or a card. In a group
    /// `@username` names somebody who takes part.
    #[graphql(default)]
    text: String,
    /// An appointment, a prescription or a case.
    card: Option<CardInput>,
    /// Whether it should be read at once.
    #[graphql(default)]
    is_urgent: bool,
    /// When it deletes itself, within a year. Not where a patient takes part, unless the clinic allows it.
    expires_at: Option<Timestamp>,
    /// The message it answers, of the same conversation.
    reply_to_id: Option<ID>,
    /// Files the viewer has uploaded and not sent yet, in order, up to 10.
    #[graphql(default)]
    attachment_ids: Vec<ID>,
}

impl SendMessageInput {
    pub(in crate::messages) fn parse(self) -> Result<NewMessage> {
        Ok(NewMessage {
            client_id: self.client_id,
            target: self.to.parse()?,
            text: self.text,
            card: self.card.map(Into::into),
            is_urgent: self.is_urgent,
            expires_at: self.expires_at,
            forwards: None,
            reply_to: self.reply_to_id.map(|id| MessageId::parse(&id)).transpose()?,
            attachments: self.attachment_ids.iter().map(|id| AttachmentId::parse(id)).collect::<Result<_>>()?,
        })
    }
}

/// What somebody gives to edit a message.
#[derive(InputObject)]
pub struct EditMessageInput {
    /// The message, `msg_…`; only its sender may edit it, for 24 hours unless the clinic set another time.
    pub message_id: ID,
    /// The new text, 1 to 5,000 characters after trimming; may be empty when there are attachments.
    pub text: String,
}

/// Which message to delete.
#[derive(InputObject)]
pub struct DeleteMessageInput {
    /// The message, `msg_…`; only its sender may delete it.
    pub message_id: ID,
}

/// Which message to take back, and why.
#[derive(InputObject)]
pub struct RetractMessageInput {
    /// The message, `msg_…`, whoever sent it.
    pub message_id: ID,
    /// Why, 1 to 500 characters; everybody in the conversation can read it.
    pub reason: String,
}

/// Which message to pass on, and where to.
#[derive(InputObject)]
pub struct ForwardMessageInput {
    /// A UUID the client makes up for this. Doing the same again with it gives the same message back.
    pub client_id: Uuid,
    /// The message, `msg_…`, that the viewer may see.
    pub message_id: ID,
    /// Where to send it.
    pub to: MessageTarget,
}

/// A reaction to put on a message.
#[derive(InputObject)]
pub struct AddReactionInput {
    /// The message, `msg_…`.
    pub message_id: ID,
    /// One emoji.
    pub emoji: String,
}

/// A reaction to take off a message.
#[derive(InputObject)]
pub struct RemoveReactionInput {
    /// The message, `msg_…`.
    pub message_id: ID,
    /// The emoji.
    pub emoji: String,
}

/// What to mark on a picture.
#[derive(InputObject)]
pub struct AnnotateAttachmentInput {
    /// The picture, `att_…`, of a message that the viewer may see.
    pub attachment_id: ID,
    /// What is marked, and where.
    pub shape: AnnotationShapeInput,
    /// What is written there, up to 200 characters after trimming. A text needs it.
    pub label: Option<String>,
    /// A UUID the client makes up for this. Doing the same again with it gives the same mark back.
    pub client_id: Option<Uuid>,
}

impl AnnotateAttachmentInput {
    pub(in crate::messages) fn parse(&self) -> Result<Annotating> {
        Annotating::try_new(self.shape.into(), self.label.as_deref())
    }
}

/// The answer to marking something on a picture.
#[derive(SimpleObject)]
pub struct AnnotateAttachmentPayload {
    /// What was marked. Null when `userErrors` says why not, and when it is repeated after the mark was removed.
    annotation: Option<Annotation>,
    /// The picture with all that is marked on it now. Null when `userErrors` says why not.
    attachment: Option<Attachment>,
    /// Whether the same request had marked it before.
    replayed: bool,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl AnnotateAttachmentPayload {
    pub(in crate::messages) fn from_outcome(result: Result<Annotated>, file: AttachmentId) -> Result<Option<Self>> {
        let (done, user_errors) = outcome(result)?;
        let Some(Annotated { id, message, replayed }) = done else {
            return Ok(Some(Self { annotation: None, attachment: None, replayed: false, user_errors }));
        };
        let annotation = message.annotations.iter().find(|row| row.id == id).cloned().map(Annotation::from);
        Ok(Some(Self { annotation, attachment: picture_of(&message, file), replayed, user_errors }))
    }
}

fn picture_of(message: &Loaded, file: AttachmentId) -> Option<Attachment> {
    let row = message.attachments.iter().find(|row| row.id == file)?;
    Some(Attachment::sent(row.clone(), &message.annotations))
}

/// Which mark to take off.
#[derive(InputObject)]
pub struct RemoveAnnotationInput {
    /// The mark, `ann_…`.
    pub annotation_id: ID,
}

/// The answer to taking a mark off.
#[derive(SimpleObject)]
pub struct RemoveAnnotationPayload {
    /// The id of the mark. Null when `userErrors` says why not.
    annotation_id: Option<ID>,
    /// The picture with what is still marked on it. Null when `userErrors` says why not.
    attachment: Option<Attachment>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl RemoveAnnotationPayload {
    pub(in crate::messages) fn from_outcome(
        result: Result<(AttachmentId, Arc<Loaded>)>,
        id: AnnotationId,
    ) -> Result<Option<Self>> {
        let (done, user_errors) = outcome(result)?;
        let attachment = done.as_ref().and_then(|(file, message)| picture_of(message, *file));
        Ok(Some(Self { annotation_id: done.map(|_| id.public()), attachment, user_errors }))
    }
}

/// Which message to pin.
#[derive(InputObject)]
pub struct PinMessageInput {
    /// The message, `msg_…`.
    pub message_id: ID,
}

/// Which message to take the pin off.
#[derive(InputObject)]
pub struct UnpinMessageInput {
    /// The message, `msg_…`.
    pub message_id: ID,
}

/// Which message to hide from oneself.
#[derive(InputObject)]
pub struct HideMessageInput {
    /// The message, `msg_…`.
    pub message_id: ID,
}

/// Whether a message is urgent.
#[derive(InputObject)]
pub struct SetUrgentInput {
    /// The message, `msg_…`.
    pub message_id: ID,
    /// Whether it should be read at once.
    pub is_urgent: bool,
}

/// The answer to taking back a message.
#[derive(SimpleObject)]
pub struct RetractMessagePayload {
    /// The id of the message. Null when `userErrors` says why not.
    pub message_id: Option<ID>,
    /// The tombstone. Null when the viewer does not take part in the conversation.
    pub message: Option<Message>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// The answer to hiding a message.
#[derive(SimpleObject)]
pub struct HideMessagePayload {
    /// The id of the message. Null when `userErrors` says why not.
    pub message_id: Option<ID>,
    /// What has to be mended first.
    pub user_errors: Vec<UserError>,
}

/// The answer to sending a message.
#[derive(SimpleObject)]
pub struct SendMessagePayload {
    /// The message as it is now. Null when `userErrors` says why not.
    message: Option<Message>,
    /// Whether the same request had sent it before.
    replayed: bool,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl SendMessagePayload {
    pub(in crate::messages) fn from_outcome(result: Result<Sent>) -> Result<Option<Self>> {
        let (sent, user_errors) = outcome(result)?;
        let replayed = sent.as_ref().is_some_and(|sent| sent.replayed);
        Ok(Some(Self { message: sent.map(|sent| Message(sent.message)), replayed, user_errors }))
    }
}

/// The answer to changing a message.
#[derive(SimpleObject)]
pub struct ChangeMessagePayload {
    /// The message as it is now. Null when `userErrors` says why not.
    message: Option<Message>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl ChangeMessagePayload {
    pub(in crate::messages) fn from_outcome(result: Result<Arc<Loaded>>) -> Result<Option<Self>> {
        let (message, user_errors) = outcome(result)?;
        Ok(Some(Self { message: message.map(Message), user_errors }))
    }
}
