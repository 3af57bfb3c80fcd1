//! Events of messages.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{conversation, users_of};
use crate::{
    clock::Timestamp,
    conversations::Conversation,
    error::Result,
    graphql::{ContextExt, List},
    journal::{EventBody, MessageAspect},
    live::{Heard, Item},
    messages::Message,
    people::{User, UserById},
};

event! {
    /// A message was sent.
    MessageAdded {
        /// The message. Null only when it could not be loaded; fetch the conversation then.
        async fn node(&self) -> Option<Message> {
            self.0.message.clone().map(Message)
        }
    }
}

event! {
    /// A message has a new text.
    MessageEdited {
        /// The message. Null only when it could not be loaded.
        async fn node(&self) -> Option<Message> {
            self.0.message.clone().map(Message)
        }
    }
}

event! {
    /// A message was deleted; a tombstone stays.
    MessageDeleted {
        /// The tombstone. Null only when it could not be loaded.
        async fn node(&self) -> Option<Message> {
            self.0.message.clone().map(Message)
        }
    }
}

event! {
    /// Something that people put on a message changed.
    MessageChanged {
        /// The message. Null only when it could not be loaded.
        async fn node(&self) -> Option<Message> {
            self.0.message.clone().map(Message)
        }

        /// What of it changed. Null only when this server does not know it.
        async fn what(&self) -> Option<MessageAspect> {
            let Some(EventBody::MessageChanged { what, .. }) = &self.0.event.body else { return None };
            Some(*what)
        }
    }
}

event! {
    /// The viewer hid a message from themselves, on this or another device: take it out of what is shown.
    MessageHidden {
        /// Its id.
        async fn message_id(&self) -> Option<ID> {
            let Some(EventBody::MessageHidden { message, .. }) = &self.0.event.body else { return None };
            Some(message.public())
        }
    }
}

event! {
    /// Somebody has read further. In conversations of more than 32 people it is told only to the reader's own devices.
    MessagesRead {
        /// The conversation. Null when the viewer has left it since.
        async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            conversation(ctx, &self.0).await
        }

        /// Who read.
        async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
            let Some(EventBody::Read { user, .. }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(UserById(*user)).await?.map(User))
        }

        /// The newest message they have read, as a page cursor of the conversation's messages: it and all before it.
        async fn up_to(&self, ctx: &Context<'_>) -> Option<String> {
            let Some(EventBody::Read { up_to, .. }) = &self.0.event.body else { return None };
            Some(List::Messages.seal(&ctx.app().cursors, up_to.0))
        }
    }
}

event! {
    /// Messages reached devices of participants.
    MessagesDelivered {
        /// The conversation. Null when the viewer has left it since.
        async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            conversation(ctx, &self.0).await
        }

        /// Whose devices.
        async fn users(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
            let Some(EventBody::Delivered { marks, .. }) = &self.0.event.body else { return Ok(Vec::new()) };
            users_of(ctx, &marks.iter().map(|mark| mark.0).collect::<Vec<_>>()).await
        }
    }
}

event! {
    /// The viewer's own unread count of a conversation changed without their having read further.
    UnreadCountChanged {
        /// The conversation. Null when the viewer has left it since.
        async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            conversation(ctx, &self.0).await
        }
    }
}

impl MessageAdded {
    /// The message event of an item, if it is one.
    pub(crate) fn of(item: Item) -> Option<Self> {
        match item {
            Item::Event(heard) if matches!(heard.event.body, Some(EventBody::MessageAdded { .. })) => Some(Self(heard)),
            _ => None,
        }
    }
}
