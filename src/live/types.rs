//! The events of the journal, as clients hear them.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object, SimpleObject};

use super::{Heard, Item};
use crate::{
    App,
    accounts::Viewer,
    clock::Timestamp,
    contacts::{Contact, ContactWith},
    conversations::{Conversation, MembershipOf},
    error::Result,
    graphql::ContextExt,
    ids::{ConversationId, UserId},
    invitations::{Invitation, InvitationById},
    journal::{Audience, EventBody, Place, Resync as ResyncReason},
    messages::Message,
    notices::{ClinicNotice, Current},
    people::{User, UserById},
};

/// Something that changed, or a word about the stream itself. It means "this changed": the objects in it are as they
/// are now. Clients merge them by id, and ignore types they do not know.
#[derive(Interface)]
#[graphql(
    field(name = "cursor", ty = "String", desc = "The place of the event; give it as `after` to go on from here."),
    field(name = "occurred_at", ty = "Timestamp", desc = "When it happened."),
    field(name = "actor", ty = "Option<User>", desc = "Who did it. Null when the server did.")
)]
pub enum Event {
    /// The stream begins.
    Ready(Ready),
    /// Nothing more until here.
    Checkpoint(Checkpoint),
    /// Fetch everything again.
    Resync(Resync),
    /// A message was sent.
    MessageAdded(MessageAdded),
    /// A message was edited.
    MessageEdited(MessageEdited),
    /// A message was deleted.
    MessageDeleted(MessageDeleted),
    /// The viewer has a new conversation.
    ConversationAdded(ConversationAdded),
    /// A conversation changed.
    ConversationChanged(ConversationChanged),
    /// People joined.
    ParticipantsAdded(ParticipantsAdded),
    /// Somebody's role or rights changed.
    ParticipantUpdated(ParticipantUpdated),
    /// An invitation was made, answered or withdrawn.
    InvitationChanged(InvitationChanged),
    /// Somebody left.
    ParticipantRemoved(ParticipantRemoved),
    /// A conversation was taken away.
    ConversationDeleted(ConversationDeleted),
    /// What the clinic says changed.
    ClinicNoticeChanged(ClinicNoticeChanged),
    /// Somebody read.
    MessagesRead(MessagesRead),
    /// Messages reached devices.
    MessagesDelivered(MessagesDelivered),
    /// The viewer's own count changed.
    UnreadCountChanged(UnreadCountChanged),
    /// The viewer's profile changed.
    ProfileChanged(ProfileChanged),
    /// A contact of the viewer changed.
    ContactChanged(ContactChanged),
    /// The viewer blocked somebody, or ended that.
    BlockChanged(BlockChanged),
    /// A device signed in.
    SessionStarted(SessionStarted),
    /// A sign-in ended.
    SessionEnded(SessionEnded),
    /// The viewer's settings changed.
    SettingsChanged(SettingsChanged),
}

impl Event {
    /// An item as the client of `viewer` hears it. None for what clients are not told.
    pub(super) fn of(app: &App, viewer: UserId, item: Item) -> Option<Self> {
        let notice = |place: Place| Notice { cursor: app.cursors.seal(place), occurred_at: app.clock.now() };
        match item {
            Item::Ready(place) => Some(Self::Ready(Ready(notice(place)))),
            Item::Checkpoint(place) => Some(Self::Checkpoint(Checkpoint(notice(place)))),
            Item::Resync(reason, place) => Some(Self::Resync(Resync(notice(place), reason))),
            Item::Event(heard) => Self::told(viewer, heard),
            Item::Snapshot(_) => None,
        }
    }

    fn told(viewer: UserId, heard: Arc<Heard>) -> Option<Self> {
        Some(match heard.event.body.as_ref()? {
            EventBody::MessageAdded { .. } => Self::MessageAdded(MessageAdded(heard)),
            EventBody::MessageEdited { .. } => Self::MessageEdited(MessageEdited(heard)),
            EventBody::MessageDeleted { .. } => Self::MessageDeleted(MessageDeleted(heard)),
            EventBody::ConversationCreated { .. } => Self::ConversationAdded(ConversationAdded(heard)),
            EventBody::ParticipantsAdded { users, .. } if users.contains(&viewer) => {
                Self::ConversationAdded(ConversationAdded(heard))
            }
            EventBody::ParticipantsAdded { .. } => Self::ParticipantsAdded(ParticipantsAdded(heard)),
            EventBody::ParticipantUpdated { .. } => Self::ParticipantUpdated(ParticipantUpdated(heard)),
            EventBody::InvitationChanged { .. } => Self::InvitationChanged(InvitationChanged(heard)),
            EventBody::ConversationStateChanged { .. }
            | EventBody::ConversationUpdated
            | EventBody::SendingChanged
            | EventBody::PreferencesChanged { .. } => Self::ConversationChanged(ConversationChanged(heard)),
            EventBody::ParticipantRemoved { .. } => Self::ParticipantRemoved(ParticipantRemoved(heard)),
            EventBody::ConversationDeleted => Self::ConversationDeleted(ConversationDeleted(heard)),
            EventBody::NoticeChanged => Self::ClinicNoticeChanged(ClinicNoticeChanged(heard)),
            EventBody::Read { .. } => Self::MessagesRead(MessagesRead(heard)),
            EventBody::Delivered { .. } => Self::MessagesDelivered(MessagesDelivered(heard)),
            EventBody::UnreadChanged { .. } => Self::UnreadCountChanged(UnreadCountChanged(heard)),
            EventBody::ProfileChanged { .. } => Self::ProfileChanged(ProfileChanged(heard)),
            EventBody::ContactChanged { .. } => Self::ContactChanged(ContactChanged(heard)),
            EventBody::BlockChanged { .. } => Self::BlockChanged(BlockChanged(heard)),
            EventBody::SessionStarted { .. } => Self::SessionStarted(SessionStarted(heard)),
            EventBody::SessionEnded { .. } => Self::SessionEnded(SessionEnded(heard)),
            EventBody::AccountRegistered
            | EventBody::AccountDisabled
            | EventBody::AccountEnabled
            | EventBody::PresenceShared { .. } => return None,
            EventBody::SettingsChanged => Self::SettingsChanged(SettingsChanged(heard)),
        })
    }
}

/// A word of the server about the stream, not a change.
struct Notice {
    cursor: String,
    occurred_at: Timestamp,
}

/// Declares the GraphQL object of one kind of event: the three fields of the interface, and its own.
macro_rules! event {
    ($(#[$doc:meta])* $name:ident { $($own:item)* }) => {
        $(#[$doc])*
        pub struct $name(Arc<Heard>);

        $(#[$doc])*
        #[Object]
        impl $name {
            /// The place of the event; give it as `after` to go on from here.
            pub(crate) async fn cursor(&self, ctx: &Context<'_>) -> String {
                self.0.cursor(&ctx.app().cursors).to_owned()
            }

            /// When it happened.
            pub(crate) async fn occurred_at(&self) -> Timestamp {
                self.0.event.at
            }

            /// Who did it. Null when the server did.
            pub(crate) async fn actor(&self) -> Option<User> {
                self.0.actor.clone().map(User)
            }

            $($own)*
        }
    };
}

/// As `event!`, for a word about the stream.
macro_rules! notice {
    ($(#[$doc:meta])* $name:ident ($($extra:ty)?) { $($own:item)* }) => {
        $(#[$doc])*
        pub struct $name(Notice $(, $extra)?);

        $(#[$doc])*
        #[Object]
        impl $name {
            /// The place up to which everything was told; give it as `after` to go on from here.
            pub(crate) async fn cursor(&self) -> String {
                self.0.cursor.clone()
            }

            /// When it was said.
            pub(crate) async fn occurred_at(&self) -> Timestamp {
                self.0.occurred_at
            }

            /// Always null: the server says it.
            pub(crate) async fn actor(&self) -> Option<User> {
                None
            }

            $($own)*
        }
    };
}

notice! {
    /// The stream begins: everything after this place will be told.
    Ready() {}
}

notice! {
    /// Nothing more happened until this place. Comes every 30 seconds on a quiet stream.
    Checkpoint() {}
}

notice! {
    /// The stream cannot go on from the cursor given. Fetch everything again; the stream goes on from `cursor`.
    Resync(ResyncReason) {
        /// Why.
        async fn reason(&self) -> ResyncReason {
            self.1
        }
    }
}

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
    /// An administrator took a conversation away from everybody in it. That the viewer was removed follows.
    ConversationDeleted {
        /// The conversation's id; nobody can read it any more.
        async fn conversation_id(&self) -> Option<ID> {
            conversation_id(&self.0).map(ConversationId::public)
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
            Some(crate::graphql::List::Messages.seal(&ctx.app().cursors, up_to.0))
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
            let Some(EventBody::BlockChanged { user }) = &self.0.event.body else { return Ok(None) };
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

impl MessageAdded {
    /// The message event of an item, if it is one.
    pub(crate) fn of(item: Item) -> Option<Self> {
        match item {
            Item::Event(heard) if matches!(heard.event.body, Some(EventBody::MessageAdded { .. })) => Some(Self(heard)),
            _ => None,
        }
    }
}

fn conversation_id(heard: &Heard) -> Option<ConversationId> {
    match (&heard.event.body, heard.event.audience) {
        (
            Some(
                EventBody::Read { conversation, .. }
                | EventBody::Delivered { conversation, .. }
                | EventBody::PreferencesChanged { conversation }
                | EventBody::UnreadChanged { conversation, .. },
            ),
            _,
        ) => Some(*conversation),
        (_, Audience::Conversation(id)) => Some(id),
        (_, Audience::User(_) | Audience::Everyone) => None,
    }
}

async fn conversation(ctx: &Context<'_>, heard: &Heard) -> Result<Option<Conversation>> {
    let Some(id) = conversation_id(heard) else { return Ok(None) };
    Ok(ctx.load(MembershipOf(id)).await?.map(Conversation))
}

async fn users_of(ctx: &Context<'_>, ids: &[UserId]) -> Result<Vec<User>> {
    let loads = ids.iter().map(|id| ctx.load(UserById(*id)));
    Ok(futures_util::future::try_join_all(loads).await?.into_iter().flatten().map(User).collect())
}

/// Changes for a client that asks now and then instead of keeping a stream.
#[derive(SimpleObject)]
pub struct Changes {
    /// What changed after the place given, oldest first; up to as many as asked for.
    pub events: Vec<Event>,
    /// Give this as `after` the next time.
    pub cursor: String,
    /// Whether there is more already: ask again at once.
    pub has_more: bool,
    /// How many milliseconds to wait before asking again.
    pub poll_after_ms: i32,
}
