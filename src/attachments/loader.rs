//! Pictures of people, many at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::service;
use crate::{entity::attachment, error::Error, graphql::Batch, ids::UserId};

/// The picture a person shows of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AvatarOf(pub UserId);

impl Loader<AvatarOf> for Batch {
    type Value = attachment::Model;
    type Error = Error;

    async fn load(&self, keys: &[AvatarOf]) -> Result<HashMap<AvatarOf, Self::Value>, Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::avatars(self.app.database.reader(), &ids).await?;
        Ok(found.into_iter().map(|row| (AvatarOf(row.uploader_id), row)).collect())
    }
}
