//! What the API tells of receipts and unread counts.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
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
    entity::participant,
    error::{Result, UserError, outcome},
    graphql::{ContextExt, List, Page, PageArgs},
    ids::ConversationId,
    journal::Seq,
    people::User,
};

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MessageStatus {
    /// It is stored.
    Sent,
    /// It reached a device of everybody who takes part and may see it.
    Delivered,
    /// Everybody who takes part and may see it has read it.
    Read,
}

impl MessageStatus {
    /// The status of the message at `seq`, by the markers of the others.
    pub fn of(seq: Seq, others: &[participant::Model]) -> Self {
        let mut audience = others.iter().filter(|other| other.history_from_seq <= seq).peekable();
        if audience.peek().is_none() {
            return Self::Sent;
        }
        audience.fold(Self::Read, |status, other| match status {
            Self::Read if other.read_seq >= seq => Self::Read,
            Self::Read | Self::Delivered if other.delivered_seq >= seq => Self::Delivered,
            _ => Self::Sent,
        })
    }
}

/// How far a message has come with one person.
pub struct Receipt(ReceiptRow);

/// How far a message has come with one person. Every participant may read it.
#[Object]
impl Receipt {
    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.user_id).await
    }

    /// When it first reached one of their devices. Null until then.
    async fn delivered_at(&self) -> Option<Timestamp> {
        self.0.delivered_at
    }

    /// When they read it. Null until then.
    async fn read_at(&self) -> Option<Timestamp> {
        self.0.read_at
    }
}

/// A page of the receipts of a message the viewer was given, by user.
///
/// # Errors
/// BAD_USER_INPUT for the page.
pub async fn receipt_page(ctx: &Context<'_>, message: Seq, args: PageArgs) -> Result<Connection<String, Receipt>> {
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
    Ok(page.connect(rows, EmptyFields, |row| List::Participants.seal(cursors, row.user_id.0), Receipt))
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
#[Object]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entity::participant::{NotificationLevel, ParticipantRole},
        ids::UserId,
    };

    fn other(history_from: i64, delivered: i64, read: i64) -> participant::Model {
        participant::Model {
            conversation_id: ConversationId::generate(),
            user_id: UserId::generate(),
            role: ParticipantRole::Member,
            can_send: true,
            can_see_history: true,
            joined_at: Timestamp::from_millis(0),
            left_at: None,
            history_from_seq: Seq(history_from),
            delivered_seq: Seq(delivered),
            read_seq: Seq(read),
            unread_from_seq: None,
            counted_seq: Seq(read),
            counted_ordinal: 0,
            counted_own: 0,
            notification_level: NotificationLevel::All,
            quiet_until: None,
            archived_seq: None,
        }
    }

    #[test]
    fn the_slowest_of_those_who_may_see_it_decides() {
        let status = |others: &[_]| MessageStatus::of(Seq(5), others);
        assert_eq!(status(&[]), MessageStatus::Sent);
        assert_eq!(status(&[other(0, 9, 9), other(0, 5, 5)]), MessageStatus::Read);
        assert_eq!(status(&[other(0, 9, 9), other(0, 5, 4)]), MessageStatus::Delivered);
        assert_eq!(status(&[other(0, 5, 4), other(0, 9, 9)]), MessageStatus::Delivered);
        assert_eq!(status(&[other(0, 9, 9), other(0, 4, 0)]), MessageStatus::Sent);
        assert_eq!(status(&[other(0, 9, 9), other(6, 6, 6)]), MessageStatus::Read);
    }
}
