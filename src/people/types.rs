//! What the API tells of a person.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use futures_util::future::try_join3;

use super::{
    BlockWith, UserById,
    directory::{self, Column, Group, Search},
    profile::Changes,
    roles::Matrix,
};
use crate::{
    access::reachable,
    attachments::{Attachment, AvatarOf},
    clock::Timestamp,
    contacts::{self, Contact, ContactWith},
    conversations::{Conversation, DirectWith},
    entity::user::{self, Role},
    error::{Error, Result, UserError, UserErrorCode, outcome},
    graphql::{ContextExt, Permission},
    ids::{AttachmentId, UserId},
    presence::{Presence, PresenceOf},
};

/// A person with an account.
#[derive(Clone)]
pub struct User(pub Arc<user::Model>);

impl User {
    /// Loads a user together with all others asked for at the same time.
    ///
    /// # Errors
    /// INTERNAL when there is no such user.
    pub async fn load(ctx: &Context<'_>, id: UserId) -> Result<Self> {
        ctx.load(UserById(id))
            .await?
            .map(Self)
            .ok_or_else(|| Error::internal(anyhow::anyhow!("a row names a user that is not there")))
    }

    /// Whether this is who asks, also in the answer that signs them in.
    fn is_oneself(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(ctx.request().signed_in.contains(self.0.id) || ctx.viewer()?.id() == self.0.id)
    }
}

/// A person with an account. Everybody signed in may see what stands here, unless a field says otherwise.
#[Object(crate = "crate::graphql::executor")]
impl User {
    /// The id, `user_…`.
    pub async fn id(&self) -> ID {
        self.0.id.public()
    }

    /// The unique name to sign in and be mentioned with, in lower case.
    async fn username(&self) -> &str {
        &self.0.username
    }

    /// The full name, up to 100 characters.
    async fn full_name(&self) -> &str {
        &self.0.full_name
    }

    /// The mail address. Null for everybody but oneself and administrators.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let may_see = self.is_oneself(ctx)? || ctx.viewer()?.role() == Role::Admin;
        Ok((may_see && !self.0.is_service).then_some(self.0.email.as_str()))
    }

    /// What the person is to the clinic.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// A free title such as "Therapist", up to 100 characters. Null when not given.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// A field of work such as "Cardiology", up to 100 characters. Null when not given.
    async fn specialization(&self) -> Option<&str> {
        self.0.specialization.as_deref()
    }

    /// Where the person works or studies, up to 200 characters. Null when not given.
    async fn institution(&self) -> Option<&str> {
        self.0.institution.as_deref()
    }

    /// The picture the person shows of themselves: PNG, JPEG or WebP. Null when they show none.
    async fn avatar(&self, ctx: &Context<'_>) -> Result<Option<Attachment>> {
        Ok(ctx.load(AvatarOf(self.0.id)).await?.map(Attachment::from))
    }

    /// A few words about the person, up to 1,000 characters. Null when not given.
    async fn bio(&self) -> Option<&str> {
        self.0.bio.as_deref()
    }

    /// Whether an administrator has checked the credentials of this clinician under this name, title and specialization;
    /// false for everybody else.
    async fn is_verified(&self) -> bool {
        self.0.is_verified
    }

    /// Whether the person is online. Null when the viewer may not know: either of the two does not share it or has
    /// blocked the other, or they are neither contacts nor in a conversation together.
    async fn presence(&self, ctx: &Context<'_>) -> Result<Option<Presence>> {
        ctx.viewer()?;
        Ok(ctx.load(PresenceOf(self.0.id)).await?.map(Presence::from))
    }

    /// When the account was made.
    async fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// When the profile last changed.
    async fn updated_at(&self) -> Timestamp {
        self.0.updated_at
    }

    /// Whether it is a program, which an administrator runs.
    async fn is_service(&self) -> bool {
        self.0.is_service
    }

    /// When an administrator disabled the account. Null while it is good, and for everybody but administrators.
    async fn disabled_at(&self, ctx: &Context<'_>) -> Result<Option<Timestamp>> {
        let may_see = ctx.viewer().is_ok_and(|viewer| viewer.role() == Role::Admin);
        Ok(self.0.disabled_at.filter(|_| may_see))
    }

    /// Whether the viewer may write to this person: in the conversation they have, or by opening one.
    async fn viewer_can_message(&self, ctx: &Context<'_>) -> Result<Permission> {
        if self.is_oneself(ctx)? {
            return Permission::of(Err(Error::invalid(UserErrorCode::SelfNotAllowed, &[], "This is you.")));
        }
        if let Some(member) = ctx.load(DirectWith(self.0.id)).await? {
            return Permission::of(member.may_send().and_then(|()| member.may_send_to(&self.0)));
        }
        let viewer = Self::load(ctx, ctx.viewer()?.id()).await?;
        let is_blocked = ctx.load(BlockWith(self.0.id)).await?.is_some();
        if let Err(error) = reachable(&self.0, "userId") {
            return Permission::of(Err(error));
        }
        Permission::of(Matrix::of(&ctx.app().config.rules).may_start(&viewer.0, &self.0, is_blocked, &[]))
    }

    /// Whether the viewer may ask this person to be a contact, with `requestContact`. Also true when they have asked
    /// already or are contacts, for asking again changes nothing: `contactWithViewer` tells. Never for a program.
    async fn viewer_can_request_contact(&self, ctx: &Context<'_>) -> Result<Permission> {
        if ctx.viewer()?.scopes().is_some() {
            let message = "Programs have no contacts.";
            return Permission::of(Err(Error::invalid(UserErrorCode::NotAllowed, &[], message)));
        }
        let viewer = Self::load(ctx, ctx.viewer()?.id());
        // Together, so that they are read with those that other fields ask for.
        let (known, block) = (ctx.load(ContactWith(self.0.id)), ctx.load(BlockWith(self.0.id)));
        let (viewer, known, block) = try_join3(viewer, known, block).await?;
        let matrix = Matrix::of(&ctx.app().config.rules);
        Permission::of(contacts::service::may_request(&viewer.0, &self.0, known.as_ref(), block.is_some(), matrix))
    }

    /// The viewer's direct conversation with this person, with its newest message and what is unread. Null when there
    /// is none.
    async fn conversation_with_viewer(&self, ctx: &Context<'_>) -> Result<Option<Conversation>> {
        Ok(ctx.load(DirectWith(self.0.id)).await?.map(Conversation))
    }

    /// The viewer's contact with this person, or the request between them. Null when there is none.
    async fn contact_with_viewer(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        Ok(ctx.load(ContactWith(self.0.id)).await?.map(Contact))
    }

    /// Whether the viewer has blocked this person. Nobody is told who has blocked them.
    async fn is_blocked_by_viewer(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(ctx.load(BlockWith(self.0.id)).await?.is_some_and(|blocked| blocked.by_oneself))
    }
}

/// Whom to find in the directory. What is left out does not matter; accents and case never do.
#[derive(Default, InputObject)]
pub struct UserFilter {
    /// Words, or the beginnings of words, all of which must be in the name, the role, the title, the institution or the
    /// field of work; up to 10 words and 200 characters.
    query: Option<String>,
    /// What they are to the clinic.
    role: Option<Role>,
    /// Their whole title.
    title: Option<String>,
    /// The whole name of their institution.
    institution: Option<String>,
    /// The whole name of their field of work.
    specialization: Option<String>,
    /// Whether an administrator has checked their credentials.
    verified: Option<bool>,
}

impl From<UserFilter> for directory::Filter {
    fn from(filter: UserFilter) -> Self {
        let UserFilter { query, role, title, institution, specialization, verified } = filter;
        Self { query, role, title, institution, specialization, verified }
    }
}

/// Everybody who was found, also those of other pages.
pub struct DirectoryTotals(pub(super) Option<Search>);

#[Object(crate = "crate::graphql::executor")]
impl DirectoryTotals {
    /// How many of those who were found there are at each place and in each field. Counted when asked for.
    async fn counts(&self) -> DirectoryCounts<'_> {
        DirectoryCounts(self.0.as_ref())
    }
}

/// How many of those who were found there are at each place and in each field.
pub struct DirectoryCounts<'a>(Option<&'a Search>);

/// How many of those who were found there are at each place and in each field, the largest groups first, up to 100 of
/// them. Those who have not said are left out.
#[Object(crate = "crate::graphql::executor")]
impl DirectoryCounts<'_> {
    /// By institution.
    async fn institutions(&self, ctx: &Context<'_>) -> Result<Vec<DirectoryGroup>> {
        self.groups(ctx, Column::Institution).await
    }

    /// By field of work.
    async fn specializations(&self, ctx: &Context<'_>) -> Result<Vec<DirectoryGroup>> {
        self.groups(ctx, Column::Specialization).await
    }
}

impl DirectoryCounts<'_> {
    async fn groups(&self, ctx: &Context<'_>, column: Column) -> Result<Vec<DirectoryGroup>> {
        let Some(search) = self.0 else { return Ok(Vec::new()) };
        let groups = directory::groups(ctx.app(), search, column).await?;
        Ok(groups.into_iter().map(|Group { value, people }| DirectoryGroup { value, people }).collect())
    }
}

/// People of the directory with one thing in common.
#[derive(SimpleObject)]
pub struct DirectoryGroup {
    /// What they share, as most of them write it; give it to the filter to see them.
    value: String,
    /// How many they are.
    people: i64,
}

/// What to change of the viewer's profile. What is left out stays.
#[derive(InputObject)]
pub struct UpdateProfileInput {
    /// The unique name to sign in and be mentioned with: 3 to 32 letters, digits, dots, dashes or underscores; kept in
    /// lower case.
    username: Option<String>,
    /// The full name, 1 to 100 characters.
    full_name: Option<String>,
    /// A free title such as "Therapist", up to 100 characters; null clears it.
    title: MaybeUndefined<String>,
    /// A field of work such as "Cardiology", up to 100 characters; null clears it.
    specialization: MaybeUndefined<String>,
    /// Where the person works or studies, up to 200 characters; null clears it.
    institution: MaybeUndefined<String>,
    /// A few words about the person, up to 1,000 characters; null clears it.
    bio: MaybeUndefined<String>,
    /// An upload of the viewer that was not sent, `att_…`: a PNG, JPEG or WebP picture. It takes the place of the one
    /// there was, whose bytes go; null takes that away.
    avatar_id: MaybeUndefined<ID>,
}

impl UpdateProfileInput {
    pub(super) fn parse(self) -> Result<Changes> {
        let optional = |text: MaybeUndefined<String>| text.as_opt_ref().map(|text| text.cloned());
        let avatar = self.avatar_id.as_opt_ref().map(|id| id.map(|id| AttachmentId::parse(id)).transpose());
        Ok(Changes {
            username: self.username,
            full_name: self.full_name,
            title: optional(self.title),
            specialization: optional(self.specialization),
            institution: optional(self.institution),
            bio: optional(self.bio),
            avatar: avatar.transpose()?,
        })
    }
}

/// Whose credentials were checked.
#[derive(InputObject)]
pub struct VerifyUserInput {
    /// A clinician, `user_…`.
    pub user_id: ID,
    /// Whether the credentials are good; false takes an earlier check back.
    #[graphql(default = true)]
    pub verified: bool,
}

/// The answer to changing one's profile.
#[derive(SimpleObject)]
pub struct UpdateProfilePayload {
    /// The viewer as they are now. Null when `userErrors` says why not.
    user: Option<User>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl UpdateProfilePayload {
    pub(super) fn from_outcome(result: Result<user::Model>) -> Result<Option<Self>> {
        let (user, user_errors) = outcome(result)?;
        Ok(Some(Self { user: user.map(|row| User(Arc::new(row))), user_errors }))
    }
}

/// The answer to checking somebody's credentials.
#[derive(SimpleObject)]
pub struct VerifyUserPayload {
    /// The clinician as they are now. Null when `userErrors` says why not.
    user: Option<User>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

impl VerifyUserPayload {
    pub(super) fn from_outcome(result: Result<user::Model>) -> Result<Option<Self>> {
        let (user, user_errors) = outcome(result)?;
        Ok(Some(Self { user: user.map(|row| User(Arc::new(row))), user_errors }))
    }
}
