//! What the API tells of a message.

mod inputs;
mod parts;

use std::sync::Arc;

use async_graphql::{
    Context, ID, Object,
    connection::{Connection, EmptyFields},
};
use sea_orm::prelude::Uuid;

use super::{
    MessageById,
    cards::Card,
    mentions,
    service::{self, Filter, Loaded},
    status::MessageStatus,
};
use crate::{
    access::Membership,
    attachments::Attachment,
    clock::Timestamp,
    conversations::{MembershipOf, Mentioned},
    entity::{message::Kind, user::Role},
    error::{Error, Result},
    graphql::{ContextExt, Cursor, List, Page, PageArgs, Permission},
    ids::{MessageId, UserId},
    participants::OthersOf,
    people::{User, UserById},
    receipts::{Receipt, receipt_page},
    timeline::Note,
};

pub use inputs::MessageFilter;
pub(super) use inputs::*;
pub use parts::{MessageVersion, Reaction, SystemMessage};

/// A message the viewer may see.
#[derive(Clone)]
pub struct Message(pub Arc<Loaded>);

impl Message {
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Membership>> {
        ctx.load(MembershipOf(self.0.row.conversation_id)).await
    }

    /// What a rule says to the viewer.
    async fn permission(
        &self,
        ctx: &Context<'_>,
        rule: impl FnOnce(&Membership) -> Result<()> + Send,
    ) -> Result<Permission> {
        Permission::of(match self.member(ctx).await? {
            Some(member) => rule(&member),
            None => Err(crate::access::no_longer_here()),
        })
    }
}

/// A message. The participants of its conversation may read it, from where their visible history begins.
#[Object(crate = "crate::graphql::executor")]
impl Message {
    /// The id, `msg_…`.
    pub async fn id(&self) -> ID {
        self.0.row.id.public()
    }

    /// Its place in the conversation, for `before` and `after` of `Conversation.messages`.
    async fn cursor(&self, ctx: &Context<'_>) -> String {
        List::Messages.seal(&ctx.app().cursors, self.0.row.seq.0)
    }

    /// Where it was sent. Null when the viewer has left the conversation since, unless only its id is asked for.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Mentioned>> {
        Mentioned::load(ctx, self.0.row.conversation_id).await
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
        let files = self.0.attachments.iter();
        files.map(|file| Attachment::sent(file.clone(), &self.0.annotations)).collect()
    }

    /// The appointment, the prescription or the case it tells of. Null for every other message, and once it is deleted.
    async fn card(&self) -> Option<Card> {
        Card::of(&self.0.row)
    }

    /// The beginning of what it says, on one line, up to 140 characters: of its text, or else of its card, or else the
    /// name of its first file. For previews and quotes. Empty for a line of the server and once it is deleted.
    async fn excerpt(&self) -> String {
        service::excerpt(&self.0)
    }

    /// The people of the group whom its text names with `@username`, up to 50.
    async fn mentions(&self, ctx: &Context<'_>) -> Result<Vec<User>> {
        users(ctx, &mentions::of(&self.0.row)).await
    }

    /// Whether it should be read at once.
    async fn is_urgent(&self) -> bool {
        self.0.row.is_urgent
    }

    /// When it deletes itself, or did. Null when it stays.
    async fn expires_at(&self) -> Option<Timestamp> {
        self.0.row.expires_at
    }

    /// When it was pinned. Null when it is not.
    async fn pinned_at(&self) -> Option<Timestamp> {
        self.0.row.pinned_at
    }

    /// Who pinned it. Null when it is not pinned.
    async fn pinned_by(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        let Some(id) = self.0.row.pinned_by else { return Ok(None) };
        Ok(ctx.load(UserById(id)).await?.map(User))
    }

    /// The reactions to it, one for each emoji, in the order they came; up to 50. Empty once it is deleted.
    async fn reactions(&self) -> Vec<Reaction> {
        self.0.reactions.iter().cloned().map(Reaction).collect()
    }

    /// Whether it was passed on from another conversation, or from this one.
    async fn is_forwarded(&self) -> bool {
        self.0.row.forwarded_from_id.is_some()
    }

    /// The message it was passed on from, where it was first sent. Null when it was not, or when the viewer may not see
    /// that message: then nothing tells from whom it came.
    async fn forwarded_from(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        let Some(id) = self.0.row.forwarded_from_id else { return Ok(None) };
        Ok(ctx.load(MessageById(id)).await?.map(Message))
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

    /// Why it was taken back by somebody else than its sender. Null in every other case.
    async fn delete_reason(&self) -> Option<&str> {
        self.0.row.delete_reason.as_deref()
    }

    /// Who deleted it. Null while it stands, and when it deleted itself.
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
    ) -> Result<Connection<Cursor, MessageVersion>> {
        let cursors = &ctx.app().cursors;
        let page = Page::try_new(cursors, List::Versions, &PageArgs { first, after, last, before })?;
        let rows = service::versions(ctx.app(), &self.0, &page).await?;
        Ok(page.connect(
            rows,
            EmptyFields,
            |row| List::Versions.cursor(cursors, i64::from(row.version)),
            MessageVersion,
        ))
    }

    /// How far it has come among the others, for its sender. Null for everybody else.
    async fn status(&self, ctx: &Context<'_>) -> Result<Option<MessageStatus>> {
        if ctx.viewer()?.id() != self.0.row.sender_id {
            return Ok(None);
        }
        if self.0.is_new {
            return Ok(Some(MessageStatus::Sent));
        }
        let others = ctx.load(OthersOf(self.0.row.conversation_id)).await?;
        Ok(Some(MessageStatus::of(
            self.0.row.seq,
            self.0.row.was_sent_urgent,
            others.as_deref().map_or(&[], Vec::as_slice),
        )))
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
    ) -> Result<Connection<Cursor, Receipt>> {
        receipt_page(ctx, self.0.row.seq, PageArgs { first, after, last, before }).await
    }

    /// Whether the viewer may edit it now.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> Result<Permission> {
        let app = ctx.app();
        let (now, window) = (app.clock.now(), app.config.rules.edit_window);
        self.permission(ctx, |member| service::may_edit(member, &self.0.row, now, window)).await
    }

    /// Whether the viewer may delete it now.
    async fn viewer_can_delete(&self, ctx: &Context<'_>) -> Result<Permission> {
        self.permission(ctx, |member| service::may_delete(member, &self.0.row)).await
    }

    /// Whether the viewer may take it back for everybody, though somebody else sent it.
    async fn viewer_can_retract(&self, ctx: &Context<'_>) -> Result<Permission> {
        let viewer = ctx.viewer()?;
        self.permission(ctx, |member| service::may_retract(viewer, member, &self.0.row)).await
    }

    /// Whether the viewer may react to it now.
    async fn viewer_can_react(&self, ctx: &Context<'_>) -> Result<Permission> {
        self.permission(ctx, |member| service::may_mark(member, &self.0.row)).await
    }

    /// Whether the viewer may mark something on its pictures now.
    async fn viewer_can_annotate(&self, ctx: &Context<'_>) -> Result<Permission> {
        self.permission(ctx, |member| service::may_mark(member, &self.0.row)).await
    }

    /// Whether the viewer may pin it, or take the pin off, now.
    async fn viewer_can_pin(&self, ctx: &Context<'_>) -> Result<Permission> {
        self.permission(ctx, |member| service::may_mark(member, &self.0.row)).await
    }

    /// Whether the viewer may say now that it is urgent, or that it is not.
    async fn viewer_can_set_urgent(&self, ctx: &Context<'_>) -> Result<Permission> {
        let viewer = ctx.viewer()?;
        self.permission(ctx, |member| service::may_set_urgent(viewer, member, &self.0.row)).await
    }

    /// Whether it may be passed on. Where to is for the other conversation to say.
    async fn viewer_can_forward(&self, ctx: &Context<'_>) -> Result<Permission> {
        self.permission(ctx, |_| service::may_forward(&self.0.row)).await
    }
}

async fn users(ctx: &Context<'_>, ids: &[UserId]) -> Result<Vec<User>> {
    let loads = ids.iter().map(|id| User::load(ctx, *id));
    futures_util::future::try_join_all(loads).await
}

/// How many messages there are, counted only when asked.
pub struct MessageTotal {
    /// In one conversation, or in all of the viewer's.
    pub(super) member: Option<Membership>,
    pub(super) filter: Filter,
}

#[Object(crate = "crate::graphql::executor")]
impl MessageTotal {
    /// How many messages match, tombstones included unless left out. Counted when asked for; slow in long histories.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        let count = match &self.member {
            Some(member) => service::count(ctx.app(), member, self.filter).await?,
            None => service::count_of_all(ctx.app(), ctx.viewer()?, self.filter).await?,
        };
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
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
) -> Result<Connection<Cursor, Message, MessageTotal>> {
    let (app, cursors) = (ctx.app(), &ctx.app().cursors);
    let filter = filter.unwrap_or_default().parse()?;
    let total = MessageTotal { member: Some(member.clone()), filter };
    let cursor = |row: &Arc<Loaded>| List::Messages.cursor(cursors, row.row.seq.0);
    if let Some(id) = around {
        if args.after.is_some() || args.before.is_some() || filter.is_set() {
            return Err(Error::bad_input("\"around\" cannot be combined with cursors or filters."));
        }
        let page = Page::<i64>::try_new(cursors, List::Messages, &args)?;
        let (rows, more_before, more_after) = service::around(app, member, MessageId::parse(&id)?, page.size).await?;
        let mut connection = Connection::with_additional_fields(more_before, more_after, total);
        connection
            .edges
            .extend(rows.into_iter().map(|row| async_graphql::connection::Edge::new(cursor(&row), Message(row))));
        return Ok(connection);
    }
    let page = Page::try_new(cursors, List::Messages, &args)?;
    let rows = service::page(app, member, filter, &page).await?;
    if !filter.is_set() && page.before.is_none() {
        crate::receipts::delivery::handed_over_page(app, member, &page, &rows);
    }
    Ok(page.connect(rows, total, cursor, Message))
}
