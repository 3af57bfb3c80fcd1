//! Whether the device that asks is pushed to.

use async_graphql::{Context, Object};

use super::types::Push;
use crate::error::Result;

/// The query about pushing.
#[derive(Default)]
pub struct PushQuery;

#[Object]
impl PushQuery {
    /// Web Push on the device that asks. Null when this server pushes nothing.
    async fn push(&self, ctx: &Context<'_>) -> Result<Option<Push>> {
        Push::of(ctx).await
    }
}
