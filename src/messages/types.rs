//! What the API tells of a message.

use std::sync::Arc;

use async_graphql::{
    Context, ID, InputObject, Object, OneofObject, SimpleObject,
    connection::{Connection, EmptyFields},
};
use sea_orm::prelude::Uuid;

use super::{
    MessageById,
    service::{self, Filter, Loaded, NewMessage, Sent, Target},
};
use crate::{
    access::Membership,
    attachments::Attachment,
    clock::Timestamp,
    conversations::{Conversation, MembershipOf},
    entity::{message::Kind, message_version, user::Role},
    error::{Error, Result, UserError, outcome},
    graphql::{ContextExt, List, Page, PageArgs, Permission},
    ids::{AttachmentId, ConversationId, MessageId, UserId},
    participants::OthersOf,
    people::{User, UserById},
    receipts::{MessageStatus, Receipt, receipt_page},
    timeline::{Note, NoteKind},
};

/// A message the viewer may see.
#[derive(Clone)]
pub struct Message(pub Arc<Loaded>);

impl Message {
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Membership>> {
        ctx.load(MembershipOf(self.0.row.conversation_id)).await
    }
}

/// A message. The participants of its conversation may read it, from where their visible history begins.
#[Object]
impl Message {
    /// The id, `msg_…`.
    pub async fn id(&self) -> ID {
        self.0.row.id.public()
    }

    /// Its place in the conversation, for `before` and `after` of `Conversation.messages`.
    async fn cursor(&self, ctx: &Context<'_>) -> String {
        List::Messages.seal(&ctx.app().cursors, self.0.row.seq.0)
    }

    /// Where it was sent. Null when the viewer has left the conversation since.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        Ok(self.member(ctx).await?.map(Conversation))
    }

    /// Who sent it.
    async fn sender(&self, ctx: &Context<'_>) -> Result<User> {
        match &self.0.sender {
            Some(user) => Ok(User(Arc::clone(user))),
            None => User::load(ctx, self.0.row.sender_id).await,
        }
    }

    /// The sender's role when it was sent.
    async fn sender_role(&self) -> Role {
        self.0.row.sender_role
    }

    /// What it holds.
    async fn kind(&self) -> Kind {
        self.0.row.kind
    }

    /// The text, up to 5,000 characters. Empty when only files were sent, and once it is deleted.
    async fn text(&self) -> &str {
        &self.0.row.text
    }

    /// What a line of the server tells; clients phrase it in the reader's language. Null for what people sent.
    async fn system(&self) -> Option<SystemMessage> {
        Note::of(&self.0.row).map(SystemMessage)
    }

    /// The files sent with it, in order, up to 10. Empty once it is deleted.
    async fn attachments(&self) -> Vec<Attachment> {
        self.0.attachments.iter().cloned().map(Attachment::from).collect()
    }

    /// The message it answers. Null when it answers none, or one that the viewer may not see.
    async fn reply_to(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        let Some(id) = self.0.row.reply_to_id else { return Ok(None) };
        Ok(ctx.load(MessageById(id)).await?.map(Message))
    }

    /// The sender's own name for it, so that a message shown before it was stored can be merged. Null for everybody
    /// but the sender.
    async fn client_id(&self, ctx: &Context<'_>) -> Result<Option<Uuid>> {
        Ok(self.0.row.client_id.filter(|_| ctx.viewer().is_ok_and(|viewer| viewer.id() == self.0.row.sender_id)))
    }

    /// When it was sent.
    async fn created_at(&self) -> Timestamp {
        self.0.row.created_at
    }

    /// When it was last edited or deleted, or else sent.
    async fn updated_at(&self) -> Timestamp {
        self.0.row.updated_at
    }

    /// When its text was last edited. Null when it never was.
    async fn edited_at(&self) -> Option<Timestamp> {
        self.0.row.edited_at
    }

    /// When it was deleted. Null while it stands.
    async fn deleted_at(&self) -> Option<Timestamp> {
        self.0.row.deleted_at
    }

    /// Who deleted it. Null while it stands.
    async fn deleted_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(id) = self.0.row.deleted_by else { return Ok(None) };
        Ok(ctx.load(UserById(id)).await?.map(User))
    }

    /// The texts it had before it was edited, oldest first. Empty once it is deleted.
    async fn versions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, MessageVersion>> {
        let cursors = &ctx.app().cursors;
        let page = Page::try_new(cursors, List::Versions, &PageArgs { first, after, last, before })?;
        let rows = service::versions(ctx.app(), &self.0, &page).await?;
        Ok(page.connect(rows, EmptyFields, |row| List::Versions.seal(cursors, i64::from(row.version)), MessageVersion))
    }

    /// How far it has come among the others, for its sender. Null for everybody else.
    async fn status(&self, ctx: &Context<'_>) -> Result<Option<MessageStatus>> {
        if ctx.viewer()?.id() != self.0.row.sender_id {
            return Ok(None);
        }
        let others = ctx.load(OthersOf(self.0.row.conversation_id)).await?;
        Ok(Some(MessageStatus::of(self.0.row.seq, others.as_deref().map_or(&[], Vec::as_slice))))
    }

    /// Whether the viewer has read it; always true for their own.
    async fn viewer_has_read(&self, ctx: &Context<'_>) -> Result<bool> {
        let is_own = ctx.viewer()?.id() == self.0.row.sender_id;
        Ok(is_own || self.member(ctx).await?.is_some_and(|member| member.participant().read_seq >= self.0.row.seq))
    }

    /// To whom it was delivered and who has read it: everybody who takes part and may see it, but the sender.
    async fn receipts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Receipt>> {
        receipt_page(ctx, self.0.row.seq, PageArgs { first, after, last, before }).await
    }

    /// Whether the viewer may edit it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<Permission> {
        let app = ctx.app();
        let rule = match self.member(ctx).await? {
            Some(member) => service::may_edit(&member, &self.0.row, app.clock.now(), app.config.rules.edit_window),
            None => Err(crate::access::no_longer_here()),
        };
        Permission::of(rule)
    }

    /// Whether the viewer may delete it now.
    async fn viewer_can_delete(&self, ctx: &Context<'_>) -> Result<Permission> {
        let rule = match self.member(ctx).await? {
            Some(member) => service::may_delete(&member, &self.0.row),
            None => Err(crate::access::no_longer_here()),
        };
        Permission::of(rule)
    }
}

/// A text a message had before an edit.
pub struct MessageVersion(message_version::Model);

/// A text a message had before an edit. Whoever may read the message may read it.
#[Object]
impl MessageVersion {
    /// 1 for the text as first sent.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The text it had.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// When that text was written.
    async fn written_at(&self) -> Timestamp {
        self.0.written_at
    }
}

/// How many messages there are, counted only when asked.
pub struct MessageTotal {
    member: Membership,
    filter: Filter,
}

#[Object]
impl MessageTotal {
    /// How many messages match, tombstones included unless left out. Counted when asked for; slow in long histories.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(i64::try_from(service::count(ctx.app(), &self.member, self.filter).await?).unwrap_or(i64::MAX))
    }
}

/// Which messages of a conversation to list.
#[derive(Default, InputObject)]
pub struct MessageFilter {
    /// Only messages of this user.
    sender_id: Option<ID>,
    /// Only messages of this kind.
    kind: Option<Kind>,
    /// Leave out the tombstones of deleted messages.
    #[graphql(default)]
    exclude_deleted: bool,
}

impl MessageFilter {
    fn parse(self) -> Result<Filter> {
        let sender = self.sender_id.map(|id| UserId::parse(&id)).transpose()?;
        Ok(Filter { sender, kind: self.kind, without_deleted: self.exclude_deleted })
    }
}

/// A page of the messages of a conversation. Reading its newest end hands the messages over to the viewer.
///
/// # Errors
/// BAD_USER_INPUT for the page, NOT_FOUND for `around`.
pub async fn message_page(
    ctx: &Context<'_>,
    member: &Membership,
    args: PageArgs,
    around: Option<ID>,
    filter: Option<MessageFilter>,
) -> Result<Connection<String, Message, MessageTotal>> {
    let (app, cursors) = (ctx.app(), &ctx.app().cursors);
    let filter = filter.unwrap_or_default().parse()?;
    let total = MessageTotal { member: member.clone(), filter };
    let seal = |row: &Arc<Loaded>| List::Messages.seal(cursors, row.row.seq.0);
    if let Some(id) = around {
        if args.after.is_some() || args.before.is_some() || filter.is_set() {
            return Err(Error::bad_input("\"around\" cannot be combined with cursors or filters."));
        }
        let page = Page::<i64>::try_new(cursors, List::Messages, &args)?;
        let (rows, more_before, more_after) = service::around(app, member, MessageId::parse(&id)?, page.size).await?;
        let mut connection = Connection::with_additional_fields(more_before, more_after, total);
        connection
            .edges
            .extend(rows.into_iter().map(|row| async_graphql::connection::Edge::new(seal(&row), Message(row))));
        return Ok(connection);
    }
    let page = Page::try_new(cursors, List::Messages, &args)?;
    let rows = service::page(app, member, filter, &page).await?;
    if !filter.is_set() && page.before.is_none() {
        crate::receipts::delivery::handed_over_page(app, member, &page, &rows);
    }
    Ok(page.connect(rows, total, seal, Message))
}

/// Where to send a message: exactly one of the two.
#[derive(OneofObject)]
pub enum MessageTarget {
    /// A conversation of the viewer, `conv_…`.
    ConversationId(ID),
    /// A person, `user_…`; the direct conversation is opened if there is none.
    UserId(ID),
}

/// What somebody gives to send a message.
#[derive(InputObject)]
pub struct SendMessageInput {
    /// A UUID the client makes up for this message. Sending the same again with it gives the same message back.
    client_id: Uuid,
    /// Where to send.
    to: MessageTarget,
    /// The text, 1 to 5,000 characters after trimming; may be empty when there are attachments.
    #[graphql(default)]
    text: String,
    /// The message it answers, of the same conversation.
    reply_to_id: Option<ID>,
    /// Files the viewer has uploaded and not sent yet, in order, up to 10.
    #[graphql(default)]
    attachment_ids: Vec<ID>,
}

impl SendMessageInput {
    pub(super) fn parse(self) -> Result<NewMessage> {
        Ok(NewMessage {
            client_id: self.client_id,
            target: match self.to {
                MessageTarget::ConversationId(id) => Target::Conversation(ConversationId::parse(&id)?),
                MessageTarget::UserId(id) => Target::User(UserId::parse(&id)?),
            },
            text: self.text,
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
    pub(super) fn from_outcome(result: Result<Sent>) -> Result<Option<Self>> {
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
    pub(super) fn from_outcome(result: Result<Arc<Loaded>>) -> Result<Option<Self>> {
        let (message, user_errors) = outcome(result)?;
        Ok(Some(Self { message: message.map(Message), user_errors }))
    }
}

/// What a line of the server tells.
pub struct SystemMessage(Note);

/// What a line of the server tells, for clients to phrase. The sender of the message is who did it.
#[Object]
impl SystemMessage {
    /// What happened.
    async fn what(&self) -> NoteKind {
        self.0.what
    }

    /// Whom it happened to, up to 250 people. Empty when it is about the conversation.
    async fn whom(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
        let loads = self.0.whom.iter().map(|id| User::load(ctx, *id));
        futures_util::future::try_join_all(loads).await
    }

    /// What was before: a name, or the value of an enum such as `ACTIVE`. Null when nothing was.
    async fn old(&self) -> Option<&str> {
        self.0.old.as_deref()
    }

    /// What is now, in the same form. Null when nothing is.
    async fn new(&self) -> Option<&str> {
        self.0.new.as_deref()
    }
}
