//! Conversations and their people, many at once.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::service;
use crate::{access::Membership, entity::participant, error::Error, graphql::Batch, ids::ConversationId};

/// The viewer's place in a conversation; nothing when they do not take part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MembershipOf(pub ConversationId);

/// Everybody else who takes part in a conversation of the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OthersOf(pub ConversationId);

impl Loader<MembershipOf> for Batch {
    type Value = Membership;
    type Error = Error;

    async fn load(&self, keys: &[MembershipOf]) -> Result<HashMap<MembershipOf, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = Membership::check_all(self.app.database.reader(), viewer, &ids).await?;
        Ok(found.into_iter().map(|(id, member)| (MembershipOf(id), member)).collect())
    }
}

impl Loader<OthersOf> for Batch {
    type Value = Arc<Vec<participant::Model>>;
    type Error = Error;

    async fn load(&self, keys: &[OthersOf]) -> Result<HashMap<OthersOf, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::others(self.app.database.reader(), viewer, &ids).await?;
        Ok(found.into_iter().map(|(id, rows)| (OthersOf(id), Arc::new(rows))).collect())
    }
}
