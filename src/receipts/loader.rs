//! Receipts and unread counts, many at once.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::service::{self, ReceiptRow};
use crate::{error::Error, graphql::Batch, ids::ConversationId, journal::Seq};

/// The receipts of a message the viewer was given, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReceiptsOf(pub Seq);

/// The viewer's unread count in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnreadOf(pub ConversationId);

impl Loader<ReceiptsOf> for Batch {
    type Value = Arc<Vec<ReceiptRow>>;
    type Error = Error;

    async fn load(&self, keys: &[ReceiptsOf]) -> Result<HashMap<ReceiptsOf, Self::Value>, Error> {
        let places: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(service::receipts(self.app.database.reader(), &places)
            .await?
            .into_iter()
            .map(|(seq, rows)| (ReceiptsOf(seq), Arc::new(rows)))
            .collect())
    }
}

impl Loader<UnreadOf> for Batch {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[UnreadOf]) -> Result<HashMap<UnreadOf, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        Ok(service::unread_in(self.app.database.reader(), viewer.id(), &ids)
            .await?
            .into_iter()
            .map(|(id, count)| (UnreadOf(id), count))
            .collect())
    }
}
