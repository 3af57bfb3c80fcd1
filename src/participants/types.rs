//! What the API tells of somebody in a conversation.

use async_graphql::{
    Context, Enum, ID, InputObject, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};

use super::service::{self, Adding, Changes};
use crate::{
    access::{Membership, no_longer_here},
    clock::Timestamp,
    conversations::{Conversation, MembershipOf},
    entity::participant::{self, ParticipantRole},
    error::{Result, UserError, outcome},
    graphql::{ContextExt, Cursor, List, Page, PageArgs, Permission},
    ids::{ConversationId, ParticipantId, UserId},
    people::User,
};

/// A user in a conversation.
pub struct Participant(pub participant::Model);

/// A user in a conversation. Everybody who takes part may read it.
#[Object(crate = "crate::graphql::executor")]
impl Participant {
    /// The id, made of those of the conversation and the person: `part_…`. It stays the same when they leave and come
    /// back.
    async fn id(&self) -> ID {
        ParticipantId { conversation: self.0.conversation_id, user: self.0.user_id }.public()
    }

    /// The person.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.user_id).await
    }

    /// What they may do in the conversation.
    async fn role(&self) -> ParticipantRole {
        self.0.role
    }

    /// Whether they may send; observers never may.
    async fn can_send(&self) -> bool {
        self.0.can_send
    }

    /// Whether they see all messages of the conversation, also those sent before they joined.
    async fn can_see_history(&self) -> bool {
        self.0.can_see_history
    }

    /// When they joined.
    async fn joined_at(&self) -> Timestamp {
        self.0.joined_at
    }

    /// The newest message they have read, as a cursor of the conversation's messages. Null when they have read none, or
    /// have not shown it; to themselves always the true one.
    async fn read_up_to(&self, ctx: &Context<'_>) -> Option<String> {
        let is_viewer = ctx.viewer().is_ok_and(|viewer| viewer.id() == self.0.user_id);
        let read = if is_viewer { self.0.read_seq } else { self.0.shown_read_seq };
        (read.0 > 0).then(|| List::Messages.seal(&ctx.app().cursors, read.0))
    }

    /// The newest message that reached one of their devices, as a cursor of the conversation's messages. Null when
    /// none has.
    async fn delivered_up_to(&self, ctx: &Context<'_>) -> Option<String> {
        (self.0.delivered_seq.0 > 0).then(|| List::Messages.seal(&ctx.app().cursors, self.0.delivered_seq.0))
    }

    /// Whether the viewer may take them out with `removeParticipant`. To go oneself is `leaveConversation`.
    async fn viewer_can_remove(&self, ctx: &Context<'_>) -> Result<Permission> {
        Permission::of(self.seen_by_member(ctx).await?.and_then(|member| member.may_remove(&self.0)))
    }

    /// Whether the viewer may change their role or rights with `updateParticipant`. In a group, owners may change
    /// whoever is no other owner, and administrators members and observers.
    async fn viewer_can_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether they may be given this role. Left out, whether their rights may be changed while \
                          they keep the role they have.")]
        role: Option<ParticipantRole>,
    ) -> Result<Permission> {
        let rule = match self.seen_by_member(ctx).await? {
            Ok(member) => {
                let role = role.unwrap_or(self.0.role);
                service::may_update(ctx.app().database.reader(), &member, &self.0, role).await
            }
            Err(refusal) => Err(refusal),
        };
        Permission::of(rule)
    }
}

impl Participant {
    /// The place of the viewer in the same conversation, or the refusal when they have left it meanwhile.
    async fn seen_by_member(&self, ctx: &Context<'_>) -> Result<Result<Membership>> {
        ctx.viewer()?;
        let member = ctx.load(MembershipOf(self.0.conversation_id)).await?;
        Ok(member.ok_or_else(no_longer_here))
    }
}

/// A page of the people of a conversation.
///
/// # Errors
/// BAD_USER_INPUT for a page that cannot be.
pub async fn participant_page(
    ctx: &Context<'_>,
    member: &Membership,
    args: &PageArgs,
) -> Result<Connection<Cursor, Participant>> {
    let cursors = &ctx.app().cursors;
    let page = Page::try_new(cursors, List::Participants, args)?;
    let rows = service::page(ctx.app(), member, &page).await?;
    Ok(page.connect(rows, EmptyFields, |row| List::Participants.cursor(cursors, row.user_id.0), Participant))
}

/// Which messages somebody sees who comes into a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum HistoryAccess {
    /// All of them.
    All,
    /// Those sent from now on.
    FromNow,
}

impl HistoryAccess {
    /// Of somebody who sees the messages from before, or does not.
    pub fn of(sees_history: bool) -> Self {
        if sees_history { Self::All } else { Self::FromNow }
    }
}

/// Whom to add to a group.
#[derive(InputObject)]
pub struct AddParticipantsInput {
    /// The group, `conv_…`.
    conversation_id: ID,
    /// Who, `user_…`; with everybody there up to 250 people. Those who are there already stay as they are.
    user_ids: Vec<ID>,
    /// What they may do. Only an owner can add owners and administrators.
    #[graphql(default_with = "ParticipantRole::Member")]
    role: ParticipantRole,
    /// Which messages they see.
    #[graphql(default_with = "HistoryAccess::FromNow")]
    history: HistoryAccess,
}

impl AddParticipantsInput {
    pub(super) fn parse(self) -> Result<Adding> {
        Ok(Adding {
            conversation: ConversationId::parse(&self.conversation_id)?,
            users: self.user_ids.iter().map(|id| UserId::parse(id)).collect::<Result<_>>()?,
            role: self.role,
            sees_history: self.history == HistoryAccess::All,
        })
    }
}

/// What to change of somebody's place in a group.
#[derive(InputObject)]
pub struct UpdateParticipantInput {
    /// The group, `conv_…`.
    conversation_id: ID,
    /// The person, `user_…`.
    user_id: ID,
    /// Their role from now on. Only an owner makes and unmakes owners and administrators. Left out, it stays.
    role: Option<ParticipantRole>,
    /// Whether they may send. Observers never may. Left out, it stays; an observer who becomes a member may.
    can_send: Option<bool>,
    /// Which messages they see from now on. Left out, it stays.
    history: Option<HistoryAccess>,
}

impl UpdateParticipantInput {
    pub(super) fn parse(self) -> Result<Changes> {
        Ok(Changes {
            conversation: ConversationId::parse(&self.conversation_id)?,
            user: UserId::parse(&self.user_id)?,
            role: self.role,
            can_send: self.can_send,
            sees_history: self.history.map(|history| history == HistoryAccess::All),
        })
    }
}

/// Whom to remove.
#[derive(InputObject)]
pub struct RemoveParticipantInput {
    /// The group, `conv_…`.
    pub conversation_id: ID,
    /// The person, `user_…`.
    pub user_id: ID,
}

/// What to leave.
#[derive(InputObject)]
pub struct LeaveConversationInput {
    /// The group, `conv_…`.
    pub conversation_id: ID,
    /// Who owns the group from then on, `user_…`. Needed when the viewer is its only owner and others stay.
    pub new_owner_id: Option<ID>,
}

/// The answer to a change of the people of a group.
#[derive(SimpleObject)]
pub struct ChangeParticipantsPayload {
    /// The group as it is now. Null when `userErrors` says why not.
    conversation: Option<Conversation>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl ChangeParticipantsPayload {
    pub(super) fn from_outcome(result: Result<Membership>) -> Result<Option<Self>> {
        let (member, user_errors) = outcome(result)?;
        Ok(Some(Self { conversation: member.map(Conversation), user_errors }))
    }
}

/// The answer to leaving a conversation.
#[derive(SimpleObject)]
pub struct LeaveConversationPayload {
    /// The conversation that was left. Null when `userErrors` says why not.
    conversation_id: Option<ID>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl LeaveConversationPayload {
    pub(super) fn from_outcome(id: ConversationId, result: Result<()>) -> Result<Option<Self>> {
        let (left, user_errors) = outcome(result)?;
        Ok(Some(Self { conversation_id: left.map(|()| id.public()), user_errors }))
    }
}
