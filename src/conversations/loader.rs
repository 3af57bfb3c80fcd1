//! Conversations, many at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::service;
use crate::{
    access::Membership,
    error::Error,
    graphql::Batch,
    ids::{ConversationId, UserId},
};

/// The viewer's place in a conversation; nothing when they do not take part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MembershipOf(pub ConversationId);

/// The viewer's direct conversation with somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DirectWith(pub UserId);

/// The tags of a conversation of the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TagsOf(pub ConversationId);

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

impl Loader<TagsOf> for Batch {
    type Value = Vec<String>;
    type Error = Error;

    async fn load(&self, keys: &[TagsOf]) -> Result<HashMap<TagsOf, Self::Value>, Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::tags(self.app.database.reader(), &ids).await?;
        Ok(found.into_iter().map(|(id, tags)| (TagsOf(id), tags)).collect())
    }
}

impl Loader<DirectWith> for Batch {
    type Value = Membership;
    type Error = Error;

    async fn load(&self, keys: &[DirectWith]) -> Result<HashMap<DirectWith, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::directs_with(self.app.database.reader(), viewer, &ids).await?;
        Ok(found.into_iter().map(|(id, member)| (DirectWith(id), member)).collect())
    }
}
