//! Registering the device that asks, and taking it out.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{PushPayload, RegisterPushInput},
};
use crate::{error::Result, graphql::ContextExt};

/// The mutations about pushing.
#[derive(Default)]
pub struct PushMutation;

#[Object]
impl PushMutation {
    /// Pushes to the browser of this session from now on, as long as the session lasts. Send it again whenever the page
    /// starts: the same again changes nothing, and a browser may have got another address. A push tells that the inbox
    /// has something new that is neither read nor quiet; decrypted by the browser it is `{"conversationId": "conv_…"}`,
    /// or null there when it is not all in one conversation. Fetch the rest.
    async fn register_push(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The browser.")] input: RegisterPushInput,
    ) -> Result<Option<PushPayload>> {
        let registered = service::register(ctx.app(), ctx.viewer()?, input.into()).await;
        PushPayload::from_outcome(ctx, registered).await
    }

    /// Pushes to the browser of this session no more.
    async fn remove_push(&self, ctx: &Context<'_>) -> Result<Option<PushPayload>> {
        let removed = service::remove(ctx.app(), ctx.viewer()?).await;
        PushPayload::from_outcome(ctx, removed).await
    }
}
