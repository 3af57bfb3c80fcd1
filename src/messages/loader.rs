//! Messages, many at once, as far as the viewer may see them.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::service::{self, Loaded};
use crate::{
    error::Error,
    graphql::Batch,
    ids::{ConversationId, MessageId},
    journal::Seq,
};

/// A message by id; nothing when the viewer may not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageById(pub MessageId);

/// The message at a place; nothing when the viewer may not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageAt(pub Seq);

/// The pinned messages of a conversation that the viewer may see; nothing when there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PinnedIn(pub ConversationId);

impl Loader<PinnedIn> for Batch {
    type Value = Vec<Arc<Loaded>>;
    type Error = Error;

    async fn load(&self, keys: &[PinnedIn]) -> Result<HashMap<PinnedIn, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let pinned = service::pinned(&self.app, viewer, &ids).await?;
        Ok(pinned.into_iter().map(|(id, messages)| (PinnedIn(id), messages)).collect())
    }
}

impl Loader<MessageById> for Batch {
    type Value = Arc<Loaded>;
    type Error = Error;

    async fn load(&self, keys: &[MessageById]) -> Result<HashMap<MessageById, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(service::find_all(&self.app, viewer, &ids)
            .await?
            .into_iter()
            .map(|(id, message)| (MessageById(id), message))
            .collect())
    }
}

impl Loader<MessageAt> for Batch {
    type Value = Arc<Loaded>;
    type Error = Error;

    async fn load(&self, keys: &[MessageAt]) -> Result<HashMap<MessageAt, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let places: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(service::find_all_at(&self.app, viewer, &places)
            .await?
            .into_iter()
            .map(|(seq, message)| (MessageAt(seq), message))
            .collect())
    }
}
