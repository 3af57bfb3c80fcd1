//! Changing a profile, and checking credentials.

use async_graphql::{Context, Object};

use super::{
    profile,
    types::{UpdateProfileInput, UpdateProfilePayload, VerifyUserInput, VerifyUserPayload},
};
use crate::{error::Result, graphql::ContextExt, ids::UserId};

/// The mutations about people.
#[derive(Default)]
pub struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Changes the viewer's own profile.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdateProfileInput,
    ) -> Result<Option<UpdateProfilePayload>> {
        let updated = profile::update(ctx.app(), ctx.viewer()?, input.parse()?).await;
        UpdateProfilePayload::from_outcome(updated)
    }

    /// Says whether the clinic has checked the credentials of a clinician. Only for administrators.
    async fn verify_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, and what came of the check.")] input: VerifyUserInput,
    ) -> Result<Option<VerifyUserPayload>> {
        let user = UserId::parse(&input.user_id)?;
        VerifyUserPayload::from_outcome(profile::verify(ctx.app(), ctx.viewer()?, user, input.verified).await)
    }
}
