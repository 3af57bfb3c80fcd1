//! Saying something to everybody.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{SetClinicNoticeInput, SetClinicNoticePayload},
};
use crate::{error::Result, graphql::ContextExt};

/// The mutations of the notice.
#[derive(Default)]
pub struct NoticeMutation;

#[Object]
impl NoticeMutation {
    /// Says something at the top of every conversation, or nothing any more. For administrators; FORBIDDEN for others.
    async fn set_clinic_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to say.")] input: SetClinicNoticeInput,
    ) -> Result<Option<SetClinicNoticePayload>> {
        SetClinicNoticePayload::from_outcome(service::set(ctx.app(), ctx.viewer()?, input.text.as_deref()).await)
    }
}
