//! Numbers for administrators.

use async_graphql::{Context, Object};

use super::{service, types::Statistics};
use crate::{clock::Timestamp, error::Result, graphql::ContextExt};

/// The queries about how much is talked.
#[derive(Default)]
pub struct StatisticsQuery;

#[Object]
impl StatisticsQuery {
    /// How much was talked between two times. Only for administrators.
    async fn statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From this moment on.")] from: Timestamp,
        #[graphql(desc = "Until before this moment; later than `from`, by 31 days at most.")] to: Timestamp,
    ) -> Result<Option<Statistics>> {
        Ok(Some(Statistics(service::between(ctx.app(), ctx.viewer()?, from, to).await?)))
    }
}
