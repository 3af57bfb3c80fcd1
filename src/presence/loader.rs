//! Presence of many people at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::service::{self, Seen};
use crate::{error::Error, graphql::Batch, ids::UserId};

/// What the viewer may know of whether somebody is online; nothing when they may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PresenceOf(pub UserId);

/// Whether the viewer shares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SharesPresence;

impl Loader<PresenceOf> for Batch {
    type Value = Seen;
    type Error = Error;

    async fn load(&self, keys: &[PresenceOf]) -> Result<HashMap<PresenceOf, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let users: Vec<_> = keys.iter().map(|key| key.0).collect();
        let seen = service::seen(&self.app, viewer, &users).await?;
        Ok(seen.into_iter().map(|(user, seen)| (PresenceOf(user), seen)).collect())
    }
}

impl Loader<SharesPresence> for Batch {
    type Value = bool;
    type Error = Error;

    async fn load(&self, _keys: &[SharesPresence]) -> Result<HashMap<SharesPresence, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let shares = service::shares(self.app.database.reader(), viewer.id()).await?;
        Ok(HashMap::from([(SharesPresence, shares)]))
    }
}
