//! Queries about the viewer's own account.

use std::sync::Arc;

use async_graphql::{Context, Object};

use super::{service, types::Viewer};
use crate::{error::Result, graphql::ContextExt, people::User};

/// The queries about the viewer's own account.
#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// The signed-in user.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let user = service::account(ctx.app(), ctx.viewer()?).await?;
        Ok(Some(Viewer(User(Arc::new(user)))))
    }
}
