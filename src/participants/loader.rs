//! The people of conversations, many at once.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::service;
use crate::{entity::participant, error::Error, graphql::Batch, ids::ConversationId};

/// Everybody else who takes part in a conversation of the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OthersOf(pub ConversationId);

/// How many people take part in a conversation of the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CountOf(pub ConversationId);

/// Whether a patient takes part in a conversation of the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HasPatient(pub ConversationId);

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

impl Loader<CountOf> for Batch {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, Self::Value>, Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = service::counts(self.app.database.reader(), &ids).await?;
        Ok(counts.into_iter().map(|(id, count)| (CountOf(id), count)).collect())
    }
}

impl Loader<HasPatient> for Batch {
    type Value = bool;
    type Error = Error;

    async fn load(&self, keys: &[HasPatient]) -> Result<HashMap<HasPatient, Self::Value>, Error> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let with_patients = service::with_patients(self.app.database.reader(), &ids).await?;
        Ok(keys.iter().map(|key| (*key, with_patients.contains(&key.0))).collect())
    }
}
