//! What the API tells of a conversation.

mod mentioned;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject, connection::Connection};
use sea_orm::prelude::Uuid;

use super::{
    TagsOf,
    service::{self, Details, Filter, Reference},
};
use crate::{
    access::Membership,
    clock::Timestamp,
    entity::{
        conversation::{Kind, Purpose, State},
        participant::NotificationLevel,
    },
    error::{Error, Result, UserError, outcome},
    graphql::{ContextExt, Cursor, PageArgs, Permission},
    ids::{ConversationId, UserId},
    invitations::{Invitation, invitation_page},
    messages::{self, Message, MessageAt, MessageFilter, MessageTotal, PinnedIn, message_page},
    participants::{self, CountOf, HasPatient, OthersOf, Participant, participant_page},
    people::{User, UserById},
    receipts::UnreadOf,
};

pub use mentioned::Mentioned;

/// A conversation the viewer takes part in. It carries the proof of that.
#[derive(Clone)]
pub struct Conversation(pub Membership);

/// A conversation. Only those who take part in it may read anything of it.
#[Object(crate = "crate::graphql::executor")]
impl Conversation {
    /// The id, `conv_…`.
    pub async fn id(&self) -> ID {
        self.0.id().public()
    }

    /// One to one, or a group.
    async fn kind(&self) -> Kind {
        self.0.conversation().kind
    }

    /// What it is for.
    async fn purpose(&self) -> Purpose {
        self.0.conversation().purpose
    }

    /// Whether people may write in it.
    async fn state(&self) -> State {
        self.0.conversation().state
    }

    /// The name of a group, up to 200 characters. Null for a direct conversation: show the partner.
    async fn title(&self) -> Option<&str> {
        self.0.conversation().title.as_deref()
    }

    /// What it is about, up to 1,000 characters. Null when not said.
    async fn description(&self) -> Option<&str> {
        self.0.conversation().description.as_deref()
    }

    /// Words to find it by, up to 20, each up to 50 characters, in lower case.
    async fn tags(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        Ok(ctx.load(TagsOf(self.0.id())).await?.unwrap_or_default())
    }

    /// The other person of a direct conversation. Null for a group.
    async fn partner(&self, ctx: &Context<'_>) -> Result<Option<User>> {
        if self.0.conversation().kind == Kind::Group {
            return Ok(None);
        }
        let others = ctx.load(OthersOf(self.0.id())).await?;
        let Some(other) = others.as_deref().and_then(|others| others.first()) else { return Ok(None) };
        User::load(ctx, other.user_id).await.map(Some)
    }

    /// Everybody who takes part now, up to 250.
    async fn participants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Cursor, Participant>> {
        participant_page(ctx, &self.0, &PageArgs { first, after, last, before }).await
    }

    /// How many people take part now, the viewer included; 2 in a direct conversation, up to 250 in a group.
    async fn participant_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(ctx.load(CountOf(self.0.id())).await?.unwrap_or(0))
    }

    /// The invitations to this group that are not answered yet, oldest first. Empty for those who do not lead it.
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Cursor, Invitation>> {
        invitation_page(ctx, &self.0, &PageArgs { first, after, last, before }).await
    }

    /// The viewer's own place in it.
    async fn viewer_participant(&self) -> Participant {
        Participant(self.0.participant().clone())
    }

    /// Its messages, oldest first. For the newest ask `last: 50`, for older ones add `before:`.
    #[expect(clippy::too_many_arguments, reason = "they are the arguments of a Relay connection")]
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Instead of cursors: the messages around this one, `msg_…`, as many as `first` says.")] around: Option<ID>,
        #[graphql(desc = "Only some of them.")] filter: Option<MessageFilter>,
    ) -> Result<Connection<Cursor, Message, MessageTotal>> {
        message_page(ctx, &self.0, PageArgs { first, after, last, before }, around, filter).await
    }

    /// The newest message, also when it is a tombstone. Null before the first, and when the viewer may not see it.
    async fn last_message(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        let Some(seq) = self.0.conversation().last_message_seq else { return Ok(None) };
        Ok(ctx.load(MessageAt(seq)).await?.map(Message))
    }

    /// The pinned messages that the viewer may see, the newest pin first; up to 50.
    async fn pinned_messages(&self, ctx: &Context<'_>) -> Result<Vec<Message>> {
        let pinned = ctx.load(PinnedIn(self.0.id())).await?.unwrap_or_default();
        Ok(pinned.into_iter().map(Message).collect())
    }

    /// The first message that counts as unread for the viewer. Null when none does.
    async fn first_unread(&self, ctx: &Context<'_>) -> Result<Option<Message>> {
        Ok(messages::service::first_unread(ctx.app(), &self.0).await?.map(Message))
    }

    /// How many messages are unread for the viewer. Their own and those of the server do not count.
    async fn unread_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(ctx.load(UnreadOf(self.0.id())).await?.unwrap_or(0))
    }

    /// Which of its new messages the viewer is told of. Only the viewer knows.
    async fn viewer_notification_level(&self) -> NotificationLevel {
        self.0.participant().notification_level
    }

    /// Until when nothing but urgent messages of it rings. Null when that is not so. Only the viewer knows.
    async fn viewer_quiet_until(&self, ctx: &Context<'_>) -> Option<Timestamp> {
        self.0.participant().quiet_until.filter(|until| *until > ctx.app().clock.now())
    }

    /// Whether the viewer has put it away. New activity takes it back. Only the viewer knows.
    async fn viewer_has_archived(&self) -> bool {
        self.0.participant().archived_seq.is_some_and(|seq| seq >= self.0.conversation().activity_seq)
    }

    /// What it was last opened for in another system. Null when for nothing there.
    async fn external_ref(&self) -> Option<ExternalRef> {
        let row = self.0.conversation();
        row.external_system.clone().zip(row.external_id.clone()).map(|(system, id)| ExternalRef { system, id })
    }

    /// Who opened it.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<User> {
        User::load(ctx, self.0.conversation().created_by).await
    }

    /// When it was opened.
    async fn created_at(&self) -> Timestamp {
        self.0.conversation().created_at
    }

    /// When the newest message was sent or the conversation itself last changed.
    async fn updated_at(&self) -> Timestamp {
        self.0.conversation().updated_at
    }

    /// Whether the viewer may send here now.
    async fn viewer_can_send(&self, ctx: &Context<'_>) -> Result<Permission> {
        Permission::of(self.may_send(ctx).await?)
    }

    /// Whether the viewer may send messages here now that delete themselves, with `expiresAt`. Where a patient takes
    /// part nobody may, unless the clinic decided otherwise.
    async fn viewer_can_send_expiring(&self, ctx: &Context<'_>) -> Result<Permission> {
        let mut rule = self.may_send(ctx).await?;
        if rule.is_ok() {
            let has_patient = ctx.load(HasPatient(self.0.id())).await?.unwrap_or(false);
            rule = messages::service::may_expire(has_patient, ctx.app().config.rules.expiry_with_patients);
        }
        Permission::of(rule)
    }

    /// Whether the viewer may change what it is about with `updateConversation`: description, purpose and tags, and the
    /// title of a group.
    async fn viewer_can_update(&self, ctx: &Context<'_>) -> Result<Permission> {
        Permission::of(self.0.may_update(ctx.viewer()?))
    }

    /// Whether the viewer may archive, close or reopen it.
    async fn viewer_can_change_state(&self, ctx: &Context<'_>) -> Result<Permission> {
        Permission::of(self.0.may_change_state(ctx.viewer()?))
    }

    /// Whether the viewer may remove people from it.
    async fn viewer_can_manage_participants(&self) -> Result<Permission> {
        Permission::of(self.0.may_manage_participants())
    }

    /// Whether the viewer may leave it.
    async fn viewer_can_leave(&self, ctx: &Context<'_>) -> Result<Permission> {
        Permission::of(participants::service::may_leave(ctx.app().database.reader(), &self.0).await)
    }
}

impl Conversation {
    /// Whether the viewer may send here, by the rule that a send is held against.
    async fn may_send(&self, ctx: &Context<'_>) -> Result<Result<()>> {
        if let (Ok(()), Some(partner)) = (self.0.may_send(), self.0.partner()) {
            let partner = ctx.load(UserById(partner)).await?;
            return Ok(partner.map_or(Ok(()), |partner| self.0.may_send_to(&partner)));
        }
        Ok(self.0.may_send())
    }
}

/// A thing in another system that a conversation is for, such as an appointment.
#[derive(SimpleObject)]
pub struct ExternalRef {
    /// The other system, in lower case.
    system: String,
    /// The name the thing has there.
    id: String,
}

/// A thing in another system that a conversation is for, such as an appointment.
#[derive(InputObject)]
pub struct ExternalRefInput {
    /// The other system, 1 to 50 characters; case does not matter.
    system: String,
    /// The name the thing has there, 1 to 200 characters.
    id: String,
}

impl From<ExternalRefInput> for Reference {
    fn from(ExternalRefInput { system, id }: ExternalRefInput) -> Self {
        Self { system, id }
    }
}

/// Which of the viewer's conversations to list. Those that fit everything given.
#[derive(Default, InputObject)]
pub struct ConversationFilter {
    /// Only with this state.
    state: Option<State>,
    /// Only of this kind.
    kind: Option<Kind>,
    /// Only for this purpose.
    purpose: Option<Purpose>,
    /// Only with this tag; case does not matter.
    tag: Option<String>,
    /// Only those this person takes part in too, `user_…`.
    participant_id: Option<ID>,
    /// Only for this thing in another system.
    external_ref: Option<ExternalRefInput>,
    /// Only with messages that are unread for the viewer.
    #[graphql(default)]
    unread_only: bool,
    /// True: only those the viewer has put away; false: only the others. Left out: both.
    archived_for_me: Option<bool>,
    /// True: only direct ones with a contact who is a favourite of the viewer; false: only the others. Left out: both.
    favourite: Option<bool>,
    /// True: only direct ones with somebody the viewer has blocked; false: only the others. Left out: both.
    blocked: Option<bool>,
}

impl ConversationFilter {
    pub(super) fn parse(self) -> Result<Filter> {
        let Self { state, kind, purpose, tag, participant_id, external_ref, unread_only, .. } = self;
        let participant = participant_id.as_ref().map(|id| UserId::parse(id)).transpose()?;
        let texts =
            [&tag, &external_ref.as_ref().map(|it| it.system.clone()), &external_ref.as_ref().map(|it| it.id.clone())];
        if texts.into_iter().flatten().any(|text| text.contains('\0')) {
            return Err(Error::bad_input("No tag or reference holds the character U+0000."));
        }
        let reference = external_ref.map(Into::into);
        let (archived, favourite, blocked) = (self.archived_for_me, self.favourite, self.blocked);
        Ok(Filter { state, kind, purpose, tag, participant, reference, unread_only, archived, favourite, blocked })
    }
}

/// With whom to talk.
#[derive(InputObject)]
pub struct OpenDirectConversationInput {
    /// The other person, `user_…`.
    pub user_id: ID,
    /// What it is for; used only when it is opened now.
    #[graphql(default_with = "Purpose::General")]
    pub purpose: Purpose,
    /// What it is for in another system; also added to a conversation there is. Null when for nothing there.
    pub external_ref: Option<ExternalRefInput>,
}

/// What somebody gives to make a group.
#[derive(InputObject)]
pub struct CreateGroupInput {
    /// A UUID the client makes up for this group. The same request again with it gives the same group back.
    client_id: Uuid,
    /// The name, 1 to 200 characters.
    title: String,
    /// What it is about, up to 1,000 characters.
    description: Option<String>,
    /// Words to find it by, up to 20, each up to 50 characters.
    #[graphql(default)]
    tags: Vec<String>,
    /// What it is for.
    #[graphql(default_with = "Purpose::General")]
    purpose: Purpose,
    /// Who takes part besides the viewer, `user_…`; with the viewer up to 250 people.
    participant_ids: Vec<ID>,
    /// What it is for in another system; there is one group for it, which is answered when it is there and the viewer
    /// takes part in it. Only clinicians and staff may give one. Null when for nothing there.
    external_ref: Option<ExternalRefInput>,
}

impl CreateGroupInput {
    pub(super) fn parse(self) -> Result<service::NewGroup> {
        let participants = self.participant_ids.iter().map(|id| UserId::parse(id)).collect::<Result<_>>()?;
        let reference = self.external_ref.map(Into::into);
        let Self { client_id, title, description, tags, purpose, .. } = self;
        Ok(service::NewGroup { client_id, title, description, tags, purpose, participants, reference })
    }
}

/// What to make of a conversation.
#[derive(InputObject)]
pub struct SetConversationStateInput {
    /// The conversation, `conv_…`.
    pub conversation_id: ID,
    /// Its new state. Nobody but an administrator can reopen a closed one.
    pub state: State,
}

/// What to change of a conversation. What is left out stays.
#[derive(InputObject)]
pub struct UpdateConversationInput {
    /// The conversation, `conv_…`.
    conversation_id: ID,
    /// The name of a group, 1 to 200 characters.
    title: Option<String>,
    /// What it is about, up to 1,000 characters; null clears it.
    description: MaybeUndefined<String>,
    /// What it is for.
    purpose: Option<Purpose>,
    /// All its tags, up to 20, each up to 50 characters; they replace those there are.
    tags: Option<Vec<String>>,
}

impl UpdateConversationInput {
    pub(super) fn parse(self) -> Result<(ConversationId, Details)> {
        let Self { conversation_id, title, description, purpose, tags } = self;
        let description = description.as_opt_ref().map(|text| text.cloned());
        Ok((ConversationId::parse(&conversation_id)?, Details { title, description, purpose, tags }))
    }
}

/// The answer to opening a conversation.
#[derive(SimpleObject)]
pub struct OpenConversationPayload {
    /// The conversation. Null when `userErrors` says why not.
    conversation: Option<Conversation>,
    /// Whether it was opened by this very request.
    created: bool,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl OpenConversationPayload {
    pub(super) fn from_outcome(result: Result<(Membership, bool)>) -> Result<Option<Self>> {
        let (opened, user_errors) = outcome(result)?;
        let created = opened.as_ref().is_some_and(|(_, created)| *created);
        Ok(Some(Self { conversation: opened.map(|(member, _)| Conversation(member)), created, user_errors }))
    }
}

/// The answer to changing a conversation.
#[derive(SimpleObject)]
pub struct ChangeConversationPayload {
    /// The conversation as it is now. Null when `userErrors` says why not.
    conversation: Option<Conversation>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl ChangeConversationPayload {
    pub(super) fn from_outcome(result: Result<Membership>) -> Result<Option<Self>> {
        let (member, user_errors) = outcome(result)?;
        Ok(Some(Self { conversation: member.map(Conversation), user_errors }))
    }
}

/// What to take away.
#[derive(InputObject)]
pub struct DeleteConversationInput {
    /// The conversation, `conv_…`.
    pub conversation_id: ID,
    /// Why, for the record of the clinic: 1 to 500 characters.
    pub reason: String,
}

/// The answer to taking a conversation away.
#[derive(SimpleObject)]
pub struct DeleteConversationPayload {
    /// The conversation that was taken away. Null when `userErrors` says why not.
    conversation_id: Option<ID>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl DeleteConversationPayload {
    pub(super) fn from_outcome(result: Result<ConversationId>) -> Result<Option<Self>> {
        let (id, user_errors) = outcome(result)?;
        Ok(Some(Self { conversation_id: id.map(ConversationId::public), user_errors }))
    }
}
