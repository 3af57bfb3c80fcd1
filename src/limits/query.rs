//! The limits.

use async_graphql::{Context, Object};

use super::types::Limits;
use crate::{error::Result, graphql::ContextExt};

/// The queries about limits.
#[derive(Default)]
pub struct LimitsQuery;

#[Object]
impl LimitsQuery {
    /// How much this server takes, to be told before something is sent. Needs no token: it is the same for everybody,
    /// and changes only when the server is set otherwise.
    async fn limits(&self, ctx: &Context<'_>) -> Result<Option<Limits>> {
        Ok(Some(Limits::of(&ctx.app().config)))
    }
}
