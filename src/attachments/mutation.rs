//! `Mutation` fields about files.

use async_graphql::{Context, Object};

use super::{
    service,
    types::{DiscardAttachmentInput, DiscardAttachmentPayload, UploadAttachmentInput, UploadAttachmentPayload},
};
use crate::{
    error::{Result, outcome},
    graphql::ContextExt,
    ids::AttachmentId,
};

/// Uploading and discarding files.
#[derive(Default)]
pub struct AttachmentMutation;

#[Object]
impl AttachmentMutation {
    /// Uploads a file to send with a message afterwards. Until then only the viewer sees it; unsent, it is removed
    /// after 24 hours. Use one aliased field for each file of a request.
    async fn upload_attachment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The file and what is known about it.")] input: UploadAttachmentInput,
    ) -> Result<Option<UploadAttachmentPayload>> {
        let viewer = ctx.viewer()?;
        let (uploaded, user_errors) = outcome(service::upload(ctx.app(), viewer, input.resolve(ctx)?).await)?;
        Ok(Some(UploadAttachmentPayload::new(uploaded, user_errors)))
    }

    /// Discards one's own upload before it is sent. A file that was sent goes with its message; asking for it, or for
    /// somebody else's, answers NOT_FOUND.
    async fn discard_attachment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which upload.")] input: DiscardAttachmentInput,
    ) -> Result<Option<DiscardAttachmentPayload>> {
        let viewer = ctx.viewer()?;
        let id = AttachmentId::parse(&input.id)?;
        let (discarded, user_errors) = outcome(service::discard(ctx.app(), viewer, id).await)?;
        Ok(Some(DiscardAttachmentPayload { discarded_id: discarded.map(AttachmentId::public), user_errors }))
    }
}
