//! Blocking, and ending it.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{BlockUserInput, BlockUserPayload, UnblockUserInput, UnblockUserPayload},
};
use crate::{error::Result, graphql::ContextExt, ids::UserId};

/// The mutations about blocks.
#[derive(Default)]
pub struct BlockMutation;

#[Object]
impl BlockMutation {
    /// Blocks somebody: from here on neither can write in their direct conversation, open one, ask the other to be a
    /// contact or bring the other into a group. What was written stays readable. The other is not told.
    async fn block_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: BlockUserInput,
    ) -> Result<Option<BlockUserPayload>> {
        let other = UserId::parse(&input.user_id)?;
        BlockUserPayload::from_outcome(service::set(ctx.app(), ctx.viewer()?, other, true).await)
    }

    /// Ends a block of the viewer. When the other has blocked the viewer too, neither can write still.
    async fn unblock_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom.")] input: UnblockUserInput,
    ) -> Result<Option<UnblockUserPayload>> {
        let other = UserId::parse(&input.user_id)?;
        UnblockUserPayload::from_outcome(service::set(ctx.app(), ctx.viewer()?, other, false).await)
    }
}
