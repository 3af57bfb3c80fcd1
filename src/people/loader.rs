//! Users, many at once.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::service::{self, Blocked};
use crate::{entity::user, error::Error, graphql::Batch, ids::UserId};

/// What anybody who meets a user may see of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserById(pub UserId);

impl Loader<UserById> for Batch {
    type Value = Arc<user::Model>;
    type Error = Error;

    async fn load(&self, keys: &[UserById]) -> Result<HashMap<UserById, Self::Value>, Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(service::find_all(self.app.database.reader(), &ids)
            .await?
            .into_iter()
            .map(|(id, user)| (UserById(id), user))
            .collect())
    }
}

/// Whether the viewer and somebody block each other; nothing when neither does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockWith(pub UserId);

impl Loader<BlockWith> for Batch {
    type Value = Blocked;
    type Error = Error;

    async fn load(&self, keys: &[BlockWith]) -> Result<HashMap<BlockWith, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::blocked(self.app.database.reader(), viewer.id(), &ids).await?;
        Ok(found.into_iter().map(|(id, blocked)| (BlockWith(id), blocked)).collect())
    }
}
