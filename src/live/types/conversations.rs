//! Events of conversations and of who takes part in them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{conversation, conversation_id, users_of};
use crate::{
    clock::Timestamp,
    conversations::Conversation,
    error::Result,
    graphql::ContextExt,
    ids::ConversationId,
    invitations::{Invitation, InvitationById},
    journal::EventBody,
    live::Heard,
    notices::{ClinicNotice, Current},
    people::{User, UserById},
};

event! {
    /// The viewer takes part in a conversation from here on.
    ConversationAdded {
        /// The conversation. Null when the viewer has left it since.
        async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            conversation(ctx, &self.0).await
        }
    }
}

event! {
    /// A conversation was archived, closed or made active again, its name, description, purpose, tags or reference
    /// changed, or whether the viewer can write in it, or what they have set for themselves; the last is told to the
    /// viewer alone.
    ConversationChanged {
        /// The conversation. Null when the viewer has left it since.
        async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            conversation(ctx, &self.0).await
        }
    }
}

event! {
    /// An administrator took a conversation away from everybody in it. That the viewer was removed follows.
    ConversationDeleted {
        /// The conversation's id; nobody can read it any more.
        async fn conversation_id(&self) -> Option<ID> {
            conversation_id(&self.0).map(ConversationId::public)
        }
    }
}

event! {
    /// More people take part in a conversation.
    ParticipantsAdded {
        /// The conversation. Null when the viewer has left it since.
        async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            conversation(ctx, &self.0).await
        }

        /// Who joined, up to the most people a group can have.
        async fn users(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
            let Some(EventBody::ParticipantsAdded { users, .. }) = &self.0.event.body else { return Ok(Vec::new()) };
            users_of(ctx, users).await
        }
    }
}

event! {
    /// The role or the rights of somebody in a conversation changed. When the viewer sees more or less of its history
    /// from here on, its messages have to be fetched again.
    ParticipantUpdated {
        /// The conversation. Null when the viewer has left it since.
        async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
            conversation(ctx, &self.0).await
        }

        /// Who.
        async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
            let Some(EventBody::ParticipantUpdated { user, .. }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(UserById(*user)).await?.map(User))
        }
    }
}

event! {
    /// Somebody no longer takes part in a conversation. When it is the viewer, nothing of it follows.
    ParticipantRemoved {
        /// The conversation's id; the viewer may not be able to read it any more.
        async fn conversation_id(&self) -> Option<ID> {
            conversation_id(&self.0).map(ConversationId::public)
        }

        /// Who.
        async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
            let Some(EventBody::ParticipantRemoved { user }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(UserById(*user)).await?.map(User))
        }
    }
}

event! {
    /// An invitation of the viewer, or to a group the viewer leads, was made, answered or withdrawn.
    InvitationChanged {
        /// The invitation. Null when the viewer may not see it any more.
        async fn invitation(&self, ctx: &Context<'_>) -> Result<Option<Invitation>> {
            let Some(EventBody::InvitationChanged { invitation }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(InvitationById(*invitation)).await?.map(Invitation))
        }
    }
}

event! {
    /// What the clinic says at the top of every conversation changed.
    ClinicNoticeChanged {
        /// What it says now. Null when nothing.
        async fn clinic_notice(&self, ctx: &Context<'_>) -> Result<Option<ClinicNotice>> {
            Ok(ctx.load(Current).await?.map(ClinicNotice))
        }
    }
}
