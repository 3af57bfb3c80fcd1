//! What the clinic says.

use async_graphql::{Context, Object};

use super::{Current, types::ClinicNotice};
use crate::{error::Result, graphql::ContextExt};

/// The queries about the notice.
#[derive(Default)]
pub struct NoticeQuery;

#[Object]
impl NoticeQuery {
    /// What the clinic says at the top of every conversation. Null when it says nothing.
    async fn clinic_notice(&self, ctx: &Context<'_>) -> Result<Option<ClinicNotice>> {
        ctx.viewer()?;
        Ok(ctx.load(Current).await?.map(ClinicNotice))
    }
}
