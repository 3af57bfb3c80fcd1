//! Events of the viewer's own account and of people they know.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use crate::{
    accounts::Viewer,
    clock::Timestamp,
    contacts::{Contact, ContactWith},
    error::Result,
    graphql::ContextExt,
    journal::EventBody,
    live::Heard,
    people::{User, UserById},
};

event! {
    /// The viewer's own profile changed, on another device, or because the clinic checked their credentials. Profiles
    /// of others are not told live: they are as they are now in every answer and event that names the person.
    ProfileChanged {
        /// The viewer.
        async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
            let Some(EventBody::ProfileChanged { user }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(UserById(*user)).await?.map(User))
        }
    }
}

event! {
    /// Somebody asked the viewer to be a contact, or answered; or a contact of the viewer changed or was removed.
    ContactChanged {
        /// The contact, or the request. Null when there is none any more.
        async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
            let Some(EventBody::ContactChanged { user }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(ContactWith(*user)).await?.map(Contact))
        }

        /// The other person.
        async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
            let Some(EventBody::ContactChanged { user }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(UserById(*user)).await?.map(User))
        }
    }
}

event! {
    /// The viewer has blocked somebody, or has ended that, on this or another device.
    BlockChanged {
        /// The other person, whose `isBlockedByViewer` says what is so now.
        async fn user(&self, ctx: &Context<'_>) -> Result<Option<User>> {
            let Some(EventBody::BlockChanged { user, .. }) = &self.0.event.body else { return Ok(None) };
            Ok(ctx.load(UserById(*user)).await?.map(User))
        }
    }
}

event! {
    /// The viewer signed in on a device.
    SessionStarted {
        /// The new session.
        async fn session_id(&self) -> Option<ID> {
            let Some(EventBody::SessionStarted { session }) = &self.0.event.body else { return None };
            Some(session.public())
        }
    }
}

event! {
    /// A sign-in of the viewer ended.
    SessionEnded {
        /// The session that ended.
        async fn session_id(&self) -> Option<ID> {
            let Some(EventBody::SessionEnded { session }) = &self.0.event.body else { return None };
            Some(session.public())
        }
    }
}

event! {
    /// The language or the time zone of the viewer changed.
    SettingsChanged {
        /// The viewer, with the settings as they are now. Null only when they could not be loaded.
        async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
            let user = ctx.load(UserById(ctx.viewer()?.id())).await?;
            Ok(user.map(|user| Viewer(User(user))))
        }
    }
}
