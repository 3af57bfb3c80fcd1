//! Sharing when one is online, or not.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{SetPresenceInput, SetPresencePayload},
};
use crate::{accounts::Viewer, error::Result, graphql::ContextExt};

/// The mutations of presence.
#[derive(Default)]
pub struct PresenceMutation;

#[Object]
impl PresenceMutation {
    /// Shares with others when the viewer is online, or stops it. Who does not share it does not see it of others.
    async fn set_presence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whether to share it.")] input: SetPresenceInput,
    ) -> Result<Option<SetPresencePayload>> {
        service::set_shares(ctx.app(), ctx.viewer()?, input.is_shared).await?;
        let viewer = Some(Viewer::load(ctx).await?);
        Ok(Some(SetPresencePayload { is_shared: input.is_shared, viewer, user_errors: Vec::new() }))
    }
}
