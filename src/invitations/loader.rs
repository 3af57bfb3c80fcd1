//! Invitations, many at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::service::{self, Asked};
use crate::{error::Error, graphql::Batch, ids::InvitationId};

/// An invitation that the viewer may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InvitationById(pub InvitationId);

impl Loader<InvitationById> for Batch {
    type Value = Asked;
    type Error = Error;

    async fn load(&self, keys: &[InvitationById]) -> Result<HashMap<InvitationById, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::find_all(&self.app, viewer, &ids).await?;
        Ok(found.into_iter().map(|(id, asked)| (InvitationById(id), asked)).collect())
    }
}
