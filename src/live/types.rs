//! The events of the journal, as clients hear them.

use std::sync::Arc;

use async_graphql::{Context, Interface, SimpleObject};

use super::{Heard, Item};
use crate::{
    App,
    clock::Timestamp,
    conversations::{Conversation, MembershipOf},
    error::Result,
    graphql::{ContextExt, Repeated, Shared},
    ids::{ConversationId, UserId},
    journal::{Audience, EventBody, Place},
    people::{User, UserById},
};

/// Declares the GraphQL object of one kind of event: the three fields of the interface, and its own.
macro_rules! event {
    ($(#[$doc:meta])* $name:ident $(($extra:ty))? { $($own:item)* }) => {
        $(#[$doc])*
        pub struct $name(pub(super) Arc<Heard> $(, pub(super) $extra)?);

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
        pub struct $name(pub(super) Notice $(, pub(super) $extra)?);

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

mod accounts;
mod conversations;
mod messages;
mod notifications;
mod stream;

pub use accounts::*;
pub use conversations::*;
pub use messages::*;
pub use notifications::*;
pub use stream::*;

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
    /// A reaction, a pin or the urgency of a message changed.
    MessageChanged(MessageChanged),
    /// The viewer hid a message.
    MessageHidden(MessageHidden),
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
    /// Something new in the viewer's inbox.
    NotificationAdded(NotificationAdded),
    /// The viewer's inbox changed.
    NotificationsChanged(NotificationsChanged),
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
            Item::Snapshot(_) | Item::Inbox(_) => None,
        }
    }

    fn told(viewer: UserId, heard: Arc<Heard>) -> Option<Self> {
        if heard.event.is_hidden_for(viewer) {
            return None;
        }
        Some(match heard.event.body.as_ref()? {
            EventBody::MessageAdded { .. } => Self::MessageAdded(MessageAdded(heard)),
            EventBody::MessageEdited { .. } => Self::MessageEdited(MessageEdited(heard)),
            EventBody::MessageDeleted { .. } => Self::MessageDeleted(MessageDeleted(heard)),
            EventBody::MessageChanged { .. } => Self::MessageChanged(MessageChanged(heard)),
            EventBody::MessageHidden { .. } => Self::MessageHidden(MessageHidden(heard)),
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
            EventBody::NotificationAdded { .. } => Self::NotificationAdded(NotificationAdded(heard, None)),
            EventBody::NotificationsChanged { .. } => Self::NotificationsChanged(NotificationsChanged(heard)),
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

impl Repeated for Event {
    fn again(&self) -> Option<(&'static str, Self, Arc<Shared>)> {
        let (name, heard, again): (_, _, fn(Arc<Heard>) -> Self) = match self {
            Self::MessageAdded(added) => ("MessageAdded", &added.0, |heard| Self::MessageAdded(MessageAdded(heard))),
            Self::MessageEdited(edited) => {
                ("MessageEdited", &edited.0, |heard| Self::MessageEdited(MessageEdited(heard)))
            }
            Self::MessageDeleted(deleted) => {
                ("MessageDeleted", &deleted.0, |heard| Self::MessageDeleted(MessageDeleted(heard)))
            }
            _ => return None,
        };
        Some((name, again(Arc::clone(heard)), Arc::clone(&heard.shared)))
    }
}

impl Repeated for MessageAdded {
    fn again(&self) -> Option<(&'static str, Self, Arc<Shared>)> {
        Some(("MessageAdded", Self(Arc::clone(&self.0)), Arc::clone(&self.0.shared)))
    }
}

/// A word of the server about the stream, not a change.
struct Notice {
    cursor: String,
    occurred_at: Timestamp,
}

fn conversation_id(heard: &Heard) -> Option<ConversationId> {
    match (&heard.event.body, heard.event.audience) {
        (
            Some(
                EventBody::Read { conversation, .. }
                | EventBody::Delivered { conversation, .. }
                | EventBody::PreferencesChanged { conversation, .. }
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
