//! What the API tells of a person.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{UserById, roles};
use crate::{
    clock::Timestamp,
    entity::user::{self, Role},
    error::{Error, Result, UserErrorCode},
    graphql::{ContextExt, Permission},
    ids::UserId,
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
#[Object]
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
        Ok(may_see.then_some(self.0.email.as_str()))
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

    /// A few words about the person. Null when not given.
    async fn bio(&self) -> Option<&str> {
        self.0.bio.as_deref()
    }

    /// Whether an administrator has checked the credentials of this clinician; false for everybody else.
    async fn is_verified(&self) -> bool {
        self.0.is_verified
    }

    /// Whether the person is online. Null when the viewer may not know: either of the two does not share it, or they are
    /// in no conversation together.
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

    /// Whether the viewer may open a conversation with this person.
    async fn viewer_can_message(&self, ctx: &Context<'_>) -> Result<Permission> {
        if self.is_oneself(ctx)? {
            return Permission::of(Err(Error::invalid(UserErrorCode::SelfNotAllowed, &[], "This is you.")));
        }
        Permission::of(roles::check(ctx.app().config.rules.preset, ctx.viewer()?.role(), self.0.role))
    }
}
