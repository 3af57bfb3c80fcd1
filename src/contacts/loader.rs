//! Contacts, many at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::service;
use crate::{entity::contact, error::Error, graphql::Batch, ids::UserId};

/// The viewer's contact with somebody, or the request between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContactWith(pub UserId);

impl Loader<ContactWith> for Batch {
    type Value = contact::Model;
    type Error = Error;

    async fn load(&self, keys: &[ContactWith]) -> Result<HashMap<ContactWith, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = service::with(self.app.database.reader(), viewer, &ids).await?;
        Ok(found.into_iter().map(|row| (ContactWith(row.user_id), row)).collect())
    }
}
