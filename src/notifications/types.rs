//! What the API tells of notifications.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, OneofObject, SimpleObject};

use super::{
    NotificationById,
    service::{self, Filter, Which},
};
use crate::{
    clock::Timestamp,
    contacts::{Contact, ContactWith},
    conversations::{Conversation, MembershipOf},
    entity::notification::{self, Kind},
    error::{Result, UserError, outcome},
    graphql::{ContextExt, List},
    ids::NotificationId,
    invitations::{Invitation, InvitationById},
    journal::Seq,
    messages::{Message, MessageById, service::Loaded},
    people::{User, UserById},
    receipts::{self, service::Waiting},
};

/// An entry of the viewer's inbox.
#[derive(Clone, Debug)]
pub enum Entry {
    /// One that was stored when it was told.
    Stored(notification::Model),
    /// The unread messages of a conversation, and the newest of them where it is loaded already: live, once for all
    /// its listeners.
    Waiting(Waiting, Option<Arc<Loaded>>),
}

impl Entry {
    /// Its id. That of unread messages is made of the conversation's, so it is the same whenever there are any.
    pub fn id(&self) -> NotificationId {
        match self {
            Self::Stored(row) => row.id,
            Self::Waiting(waiting, _) => NotificationId(waiting.conversation_id.0),
        }
    }

    /// Its place in the inbox.
    pub fn seq(&self) -> Seq {
        match self {
            Self::Stored(row) => row.seq,
            Self::Waiting(waiting, _) => waiting.seq,
        }
    }

    fn read_at(&self) -> Option<Timestamp> {
        match self {
            Self::Stored(row) => row.read_at,
            Self::Waiting(..) => None,
        }
    }
}

/// An entry of the viewer's inbox.
#[derive(Clone)]
pub struct Notification(pub Entry);

/// An entry of the viewer's inbox. Only the viewer may read it. What it tells of is as it is now, and as far as the
/// viewer may see it now.
#[Object(crate = "crate::graphql::executor")]
impl Notification {
    /// The id, `ntf_…`. Of kind NEW_MESSAGE each conversation has one that stays the same, so clients replace the entry
    /// they have.
    pub async fn id(&self) -> ID {
        self.0.id().public()
    }

    /// What it tells.
    async fn kind(&self) -> Kind {
        match &self.0 {
            Entry::Stored(row) => row.kind,
            Entry::Waiting(..) => Kind::NewMessage,
        }
    }

    /// When it was told; of kind NEW_MESSAGE, when the newest unread message was sent.
    async fn created_at(&self) -> Timestamp {
        match &self.0 {
            Entry::Stored(row) => row.created_at,
            Entry::Waiting(waiting, _) => waiting.created_at,
        }
    }

    /// When it was read, or what it tells of was settled: the message was read or deleted, the request answered or taken
    /// back. Null while it is unread, and always of kind NEW_MESSAGE, which is gone once the conversation is read.
    async fn read_at(&self) -> Option<Timestamp> {
        self.0.read_at()
    }

    /// Whether it was read. Entries are kept for 90 days after that.
    async fn is_read(&self) -> bool {
        self.0.read_at().is_some()
    }

    /// Whether it came while the viewer wanted quiet in the conversation: show it, and do not ring. Of kind NEW_MESSAGE,
    /// whether they want quiet now. Never of kind URGENT_MESSAGE.
    async fn is_silent(&self, ctx: &Context<'_>) -> bool {
        match &self.0 {
            Entry::Stored(row) => row.is_silent,
            Entry::Waiting(waiting, _) => waiting.quiet_until.is_some_and(|until| until > ctx.app().clock.now()),
        }
    }

    /// Of kind NEW_MESSAGE, how many messages of the conversation are unread; else 1.
    async fn count(&self) -> i64 {
        match &self.0 {
            Entry::Stored(_) => 1,
            Entry::Waiting(waiting, _) => waiting.unread,
        }
    }

    /// Who answered, named the viewer, asks, or called the message urgent; of kind NEW_MESSAGE, who sent the newest
    /// unread message. Null only when the account could not be loaded.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let id = match &self.0 {
            Entry::Stored(row) => row.actor_id,
            Entry::Waiting(waiting, message) => {
                if let Some(sender) = message.as_ref().and_then(|message| message.sender.clone()) {
                    return Ok(Some(User(sender)));
                }
                waiting.sender_id
            }
        };
        Ok(ctx.load(UserById(id)).await?.map(User))
    }

    /// The conversation. Null of kind CONTACT_REQUEST, and when the viewer does not take part in it, as of a group they
    /// are asked to join.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        let id = match &self.0 {
            Entry::Stored(row) => row.conversation_id,
            Entry::Waiting(waiting, _) => Some(waiting.conversation_id),
        };
        let Some(id) = id else { return Ok(None) };
        Ok(ctx.load(MembershipOf(id)).await?.map(Conversation))
    }

    /// The message; of kind NEW_MESSAGE the newest unread one. Null of kinds that tell of none, and when the viewer may
    /// not see it any more.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        let id = match &self.0 {
            Entry::Stored(row) => row.message_id,
            Entry::Waiting(_, Some(message)) => return Ok(Some(Message(Arc::clone(message)))),
            Entry::Waiting(waiting, None) => Some(waiting.message_id),
        };
        let Some(id) = id else { return Ok(None) };
        Ok(ctx.load(MessageById(id)).await?.map(Message))
    }

    /// The request to be a contact, as the viewer has it. Null of other kinds, and when it was taken back.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        match &self.0 {
            Entry::Stored(row) if row.kind == Kind::ContactRequest => {
                Ok(ctx.load(ContactWith(row.actor_id)).await?.map(Contact))
            }
            _ => Ok(None),
        }
    }

    /// The invitation to a group. Null of other kinds.
    async fn invitation(&self, ctx: &Context<'_>) -> Result<Option<Invitation>> {
        let Entry::Stored(notification::Model { invitation_id: Some(id), .. }) = &self.0 else { return Ok(None) };
        Ok(ctx.load(InvitationById(*id)).await?.map(Invitation))
    }
}

/// How many entries are unread, those made of unread messages included.
///
/// # Errors
/// UNAUTHENTICATED and its like, INTERNAL and UNAVAILABLE only.
pub async fn unread_count(ctx: &Context<'_>) -> Result<i64> {
    let (db, viewer) = (ctx.app().database.reader(), ctx.viewer()?);
    Ok(service::count_unread(db, viewer).await? + receipts::service::count_waiting(db, viewer.id()).await?)
}

/// What a list of notifications tells beside its items.
pub struct NotificationTotal;

/// What a list of notifications tells beside its items.
#[Object(crate = "crate::graphql::executor")]
impl NotificationTotal {
    /// How many entries of the whole inbox are unread, whatever the filter.
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i64> {
        unread_count(ctx).await
    }
}

/// Which entries of the inbox to list.
#[derive(Default, InputObject)]
pub struct NotificationFilter {
    /// Only those that are not read.
    #[graphql(default)]
    unread_only: bool,
    /// Only of these kinds. Empty: of all.
    #[graphql(default)]
    kinds: Vec<Kind>,
}

impl From<NotificationFilter> for Filter {
    fn from(NotificationFilter { unread_only, kinds }: NotificationFilter) -> Self {
        Self { unread_only, kinds }
    }
}

/// Which entries to mark as read: exactly one of the two.
#[derive(OneofObject)]
pub enum MarkNotificationsReadInput {
    /// These, `ntf_…`, up to 100. Those that are read already stay so. One of kind NEW_MESSAGE is refused, and then
    /// nothing changes.
    Ids(Vec<ID>),
    /// All of them.
    All(AllNotificationsInput),
}

/// Up to where all entries are meant.
#[derive(InputObject)]
pub struct AllNotificationsInput {
    /// The newest entry that the viewer was shown, as a cursor of the list of notifications: it and all older ones.
    /// Without it, everything there is when this is stored, also what came since the list was shown.
    up_to: Option<String>,
}

impl MarkNotificationsReadInput {
    /// None for all there are.
    pub(super) fn parse(self, ctx: &Context<'_>) -> Result<Option<Which>> {
        match self {
            Self::Ids(ids) => {
                Ok(Some(Which::These(ids.iter().map(|id| NotificationId::parse(id)).collect::<Result<_>>()?)))
            }
            Self::All(AllNotificationsInput { up_to: None }) => Ok(None),
            Self::All(AllNotificationsInput { up_to: Some(cursor) }) => {
                Ok(Some(Which::UpTo(Seq(List::Notifications.open(&ctx.app().cursors, &cursor)?))))
            }
        }
    }
}

/// Which entry to delete.
#[derive(InputObject)]
pub struct DeleteNotificationInput {
    /// The entry, `ntf_…`.
    pub id: ID,
}

/// The answer to marking entries as read.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct MarkNotificationsReadPayload {
    #[graphql(skip)]
    named: Vec<NotificationId>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl MarkNotificationsReadPayload {
    /// The entries that `ids` named, as they are now. Empty when all were meant, or `userErrors` says why not.
    async fn notifications(&self, ctx: &Context<'_>) -> Result<Vec<Notification>> {
        let loads = self.named.iter().map(|id| ctx.load(NotificationById(*id)));
        Ok(futures_util::future::try_join_all(loads).await?.into_iter().flatten().map(Notification).collect())
    }

    /// How many entries are unread now.
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i64> {
        unread_count(ctx).await
    }
}

impl MarkNotificationsReadPayload {
    pub(super) fn from_outcome(result: Result<Vec<NotificationId>>) -> Result<Option<Self>> {
        let (named, user_errors) = outcome(result)?;
        Ok(Some(Self { named: named.unwrap_or_default(), user_errors }))
    }
}

/// The answer to deleting an entry.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct DeleteNotificationPayload {
    /// The entry that is gone. Null when `userErrors` says why not.
    deleted_id: Option<ID>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

#[ComplexObject]
impl DeleteNotificationPayload {
    /// How many entries are unread now.
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i64> {
        unread_count(ctx).await
    }
}

impl DeleteNotificationPayload {
    pub(super) fn from_outcome(result: Result<NotificationId>) -> Result<Option<Self>> {
        let (id, user_errors) = outcome(result)?;
        Ok(Some(Self { deleted_id: id.map(NotificationId::public), user_errors }))
    }
}
