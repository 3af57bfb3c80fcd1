//! The viewer's unread messages.

use async_graphql::{Context, Object};

use super::{service, types::UnreadCounts};
use crate::{error::Result, graphql::ContextExt};

/// The queries about unread messages.
#[derive(Default)]
pub struct ReceiptQuery;

#[Object]
impl ReceiptQuery {
    /// The viewer's unread messages, in all and in each conversation that has any.
    async fn unread_counts(&self, ctx: &Context<'_>) -> Result<Option<UnreadCounts>> {
        let counts = service::counts(ctx.app().database.reader(), ctx.viewer()?.id()).await?;
        Ok(Some(UnreadCounts::everything(&counts)))
    }
}
