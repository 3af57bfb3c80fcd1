//! Queries about the viewer's own account.

use async_graphql::{Context, Object};

use super::types::Viewer;
use crate::error::Result;

/// The queries about the viewer's own account.
#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// The signed-in user.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        Viewer::load(ctx).await.map(Some)
    }
}
