//! What the API tells of receipts and unread counts.

use async_graphql::{
    Context, ID, InputObject, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};
use sea_orm::prelude::Uuid;

use super::{
    Counts, ReceiptsOf,
    service::{NewlyRead, ReceiptRow},
};
use crate::{
    access::Membership,
    clock::Timestamp,
    conversations::{Conversation, MembershipOf},
    error::{Result, UserError, outcome},
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
    ids::ConversationId,
    journal::Seq,
    people::User,
};

/// How far a message has come with one person.
pub struct Receipt(ReceiptRow);

/// How far a message has come with one person. Every participant may read it.
#[Object(crate = "crate::graphql::executor")]
impl Receipt {
    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.user_id).await
    }

    /// When it first reached one of their devices. Null until then.
    async fn delivered_at(&self) -> Option<Timestamp> {
        self.0.delivered_at
    }

    /// When they read it. Null until then, and for who does not show what they read, unless the message was sent as urgent.
    async fn read_at(&self) -> Option<Timestamp> {
        self.0.read_at
    }
}

/// A page of the receipts of a message the viewer was given, by user.
///
/// # Errors
/// BAD_USER_INPUT for the page.
pub async fn receipt_page(ctx: &Context<'_>, message: Seq, args: PageArgs) -> Result<Connection<Cursor, Receipt>> {
    let cursors = &ctx.app().cursors;
    let page = Page::<Uuid>::try_new(cursors, List::Participants, &args)?;
    let all = ctx.load(ReceiptsOf(message)).await?;
    // At most as many as a conversation has people, and all read at once for every message of a page.
    let mut rows: Vec<ReceiptRow> = all.map(|rows| rows.as_ref().clone()).unwrap_or_default();
    rows.retain(|row| {
        page.after.is_none_or(|after| row.user_id.0 > after) && page.before.is_none_or(|before| row.user_id.0 < before)
    });
    if page.from_end {
        rows.reverse();
    }
    rows.truncate(usize::try_from(page.limit()).unwrap_or(usize::MAX));
    Ok(page.connect(rows, EmptyFields, |row| List::Participants.cursor(cursors, row.user_id.0), Receipt))
}

/// The viewer's unread messages. Only the viewer may read it.
#[derive(SimpleObject)]
pub struct UnreadCounts {
    /// In all conversations together.
    total: i64,
    /// In a snapshot: every conversation with unread messages. In a change: those whose count changed.
    conversations: Vec<UnreadCount>,
    /// Whether this is everything, or only what changed.
    snapshot: bool,
}

impl UnreadCounts {
    pub(super) fn everything(counts: &Counts) -> Self {
        let conversations = counts.conversations().map(|(conversation, count)| UnreadCount { conversation, count });
        Self { total: counts.total(), conversations: conversations.collect(), snapshot: true }
    }

    pub(super) fn change(counts: &Counts, conversation: ConversationId) -> Self {
        let changed = UnreadCount { conversation, count: counts.of(conversation) };
        Self { total: counts.total(), conversations: vec![changed], snapshot: false }
    }
}

/// The viewer's unread messages in one conversation.
pub struct UnreadCount {
    conversation: ConversationId,
    count: i64,
}

/// The viewer's unread messages in one conversation.
#[Object(crate = "crate::graphql::executor")]
impl UnreadCount {
    /// The conversation's id, `conv_…`.
    async fn conversation_id(&self) -> ID {
        self.conversation.public()
    }

    /// The conversation. Null when the viewer has left it since.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        Ok(ctx.load(MembershipOf(self.conversation)).await?.map(Conversation))
    }

    /// How many messages are unread in it.
    async fn count(&self) -> i64 {
        self.count
    }
}

/// What to mark as read.
#[derive(InputObject)]
pub struct MarkReadInput {
    /// The conversation, `conv_…`.
    pub conversation_id: ID,
    /// The newest message that was read, `msg_…`. Without it: everything there is when this is stored.
    pub up_to_message_id: Option<ID>,
}

/// What to mark as delivered.
#[derive(InputObject)]
pub struct MarkDeliveredInput {
    /// The conversation, `conv_…`.
    pub conversation_id: ID,
    /// The newest message that reached the device, `msg_…`, with everything before it.
    pub up_to_message_id: ID,
}

/// What to count as unread again.
#[derive(InputObject)]
pub struct MarkUnreadInput {
    /// The conversation, `conv_…`.
    pub conversation_id: ID,
    /// The first message to count as unread, `msg_…`.
    pub from_message_id: ID,
}

/// The answer to marking messages.
#[derive(SimpleObject)]
pub struct MarkMessagesPayload {
    /// The conversation as it is now.
    conversation: Option<Conversation>,
    /// How many messages are newly read.
    newly_read: i64,
    /// What has to be mended first; always empty.
    user_errors: Vec<UserError>,
}

impl MarkMessagesPayload {
    pub(super) fn from_outcome(result: Result<(Membership, NewlyRead)>) -> Result<Option<Self>> {
        let (marked, user_errors) = outcome(result)?;
        let newly_read = marked.as_ref().map_or(0, |(_, NewlyRead(count))| *count);
        Ok(Some(Self { conversation: marked.map(|(member, _)| Conversation(member)), newly_read, user_errors }))
    }
}
