//! What the API tells of an invitation.

use async_graphql::{
    Context, ID, InputObject, Object, SimpleObject,
    connection::{Connection, EmptyFields},
};

use super::service::{self, Asked};
use crate::{
    access::Membership,
    clock::Timestamp,
    conversations::{Conversation, MembershipOf},
    entity::{conversation::Purpose, invitation::State, participant::ParticipantRole},
    error::{Result, UserError, outcome},
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
    ids::{ConversationId, UserId},
    participants::{self, HistoryAccess},
    people::User,
};

/// An invitation to a group.
pub struct Invitation(pub Asked);

/// An invitation to a group. The person asked and those who lead the group may read it.
#[Object(crate = "crate::graphql::executor")]
impl Invitation {
    /// The id, `inv_…`.
    async fn id(&self) -> ID {
        self.0.row.id.public()
    }

    /// The group. Null until the viewer takes part in it.
    async fn conversation(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        Ok(ctx.load(MembershipOf(self.0.row.conversation_id)).await?.map(Conversation))
    }

    /// The name of the group.
    async fn conversation_title(&self) -> Option<&str> {
        self.0.conversation.title.as_deref()
    }

    /// What the group is for.
    async fn conversation_purpose(&self) -> Purpose {
        self.0.conversation.purpose
    }

    /// Who is asked.
    async fn user(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.row.user_id).await
    }

    /// Who asks.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.row.invited_by).await
    }

    /// What the person will be in the group.
    async fn role(&self) -> ParticipantRole {
        self.0.row.role
    }

    /// Which messages the person will see.
    async fn history(&self) -> HistoryAccess {
        HistoryAccess::of(self.0.row.sees_history)
    }

    /// What became of it.
    async fn state(&self) -> State {
        self.0.row.state
    }

    /// When it was made.
    async fn created_at(&self) -> Timestamp {
        self.0.row.created_at
    }

    /// When it was answered or withdrawn. Null while it is open.
    async fn answered_at(&self) -> Option<Timestamp> {
        self.0.row.answered_at
    }
}

/// A page of the open invitations to a group.
///
/// # Errors
/// BAD_USER_INPUT for a page that cannot be.
pub async fn invitation_page(
    ctx: &Context<'_>,
    member: &Membership,
    args: &PageArgs,
) -> Result<Connection<Cursor, Invitation>> {
    let cursors = &ctx.app().cursors;
    let page = Page::try_new(cursors, List::Invitations, args)?;
    let rows = service::to_group(ctx.app(), member, &page).await?;
    Ok(page.connect(rows, EmptyFields, |row| List::Invitations.cursor(cursors, row.row.id.0), Invitation))
}

/// Whom to ask into a group.
#[derive(InputObject)]
pub struct InviteParticipantsInput {
    /// The group, `conv_…`.
    conversation_id: ID,
    /// Who, `user_…`. Those who are there, or asked already, stay as they are.
    user_ids: Vec<ID>,
    /// What they will be; nobody is asked to own a group. Only an owner can ask administrators.
    #[graphql(default_with = "ParticipantRole::Member")]
    role: ParticipantRole,
    /// Which messages they will see.
    #[graphql(default_with = "HistoryAccess::FromNow")]
    history: HistoryAccess,
}

impl InviteParticipantsInput {
    pub(super) fn parse(self) -> Result<participants::service::Adding> {
        Ok(participants::service::Adding {
            conversation: ConversationId::parse(&self.conversation_id)?,
            users: self.user_ids.iter().map(|id| UserId::parse(id)).collect::<Result<_>>()?,
            role: self.role,
            sees_history: self.history == HistoryAccess::All,
        })
    }
}

/// An answer to an invitation.
#[derive(InputObject)]
pub struct RespondToInvitationInput {
    /// The invitation, `inv_…`.
    pub invitation_id: ID,
    /// Whether the viewer joins.
    pub accept: bool,
}

/// What to take back.
#[derive(InputObject)]
pub struct WithdrawInvitationInput {
    /// The invitation, `inv_…`.
    pub invitation_id: ID,
}

/// The answer to asking people into a group.
#[derive(SimpleObject)]
pub struct InviteParticipantsPayload {
    /// The group. Null when `userErrors` says why not.
    conversation: Option<Conversation>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl InviteParticipantsPayload {
    pub(super) fn from_outcome(result: Result<Membership>) -> Result<Option<Self>> {
        let (member, user_errors) = outcome(result)?;
        Ok(Some(Self { conversation: member.map(Conversation), user_errors }))
    }
}

/// The answer to answering or withdrawing an invitation.
#[derive(SimpleObject)]
pub struct InvitationPayload {
    /// The invitation as it is now. Null when `userErrors` says why not.
    invitation: Option<Invitation>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl InvitationPayload {
    pub(super) fn from_outcome(result: Result<Asked>) -> Result<Option<Self>> {
        let (asked, user_errors) = outcome(result)?;
        Ok(Some(Self { invitation: asked.map(Invitation), user_errors }))
    }
}
