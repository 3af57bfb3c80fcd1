//! Entries of the viewer's inbox, many at once.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;

use super::{Entry, service};
use crate::{
    error::Error,
    graphql::Batch,
    ids::{ConversationId, NotificationId},
    receipts,
};

/// An entry by id; nothing when it is not the viewer's, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NotificationById(pub NotificationId);

impl Loader<NotificationById> for Batch {
    type Value = Entry;
    type Error = Error;

    async fn load(&self, keys: &[NotificationById]) -> Result<HashMap<NotificationById, Self::Value>, Error> {
        let viewer = self.viewer.as_ref().ok_or(Error::Unauthenticated)?;
        let (db, ids): (_, Vec<_>) = (self.app.database.reader(), keys.iter().map(|key| key.0).collect());
        let stored = service::find_all(db, viewer, &ids).await?;
        // What is not stored may stand for a conversation.
        let others: Vec<_> = ids.iter().filter(|id| !stored.contains_key(id)).map(|id| ConversationId(id.0)).collect();
        let waiting = if others.is_empty() {
            Vec::new()
        } else {
            receipts::service::waiting_in(db, viewer.id(), &others).await?
        };
        let entries = stored
            .into_values()
            .map(Entry::Stored)
            .chain(waiting.into_iter().map(|waiting| Entry::Waiting(waiting, None)));
        Ok(entries.map(|entry| (NotificationById(entry.id()), entry)).collect())
    }
}
