//! Events of the viewer's inbox.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use crate::{
    clock::Timestamp,
    error::Result,
    graphql::ContextExt,
    ids::NotificationId,
    journal::EventBody,
    live::{Heard, Item},
    notifications::{Entry, Notification, NotificationById, unread_count},
    people::User,
    receipts::{Inbox, service::Waiting},
};

event! {
    /// Something new in the viewer's inbox. On the stream `events` it never is a NEW_MESSAGE: there, `MessageAdded`
    /// tells of those.
    NotificationAdded(Option<Waiting>) {
        /// The entry as it is now; `isSilent` says whether to ring. Null when it is gone already, or could not be
        /// loaded.
        async fn node(&self) -> Option<Notification> {
            self.entry().map(Notification)
        }
    }
}

event! {
    /// Entries of the viewer's inbox were read or deleted, on this or another device, or what they tell of is settled.
    /// Entries of kind NEW_MESSAGE are not among them: they follow `MessageAdded`, `MessagesRead` and
    /// `UnreadCountChanged`.
    NotificationsChanged {
        /// Which, up to 100. Empty when there are more: fetch the list again.
        async fn notification_ids(&self) -> Vec<ID> {
            self.named().iter().map(|id| id.public()).collect()
        }

        /// Those of them that are still there, as they are now; the others were deleted.
        async fn notifications(&self, ctx: &Context<'_>) -> Result<Vec<Notification>> {
            let loads = self.named().iter().map(|id| ctx.load(NotificationById(*id)));
            let found = futures_util::future::try_join_all(loads).await?;
            Ok(found.into_iter().flatten().map(Notification).collect())
        }

        /// How many entries are unread now, those of kind NEW_MESSAGE included.
        async fn unread_count(&self, ctx: &Context<'_>) -> Result<i64> {
            unread_count(ctx).await
        }
    }
}

impl NotificationAdded {
    /// What an item tells the viewer of, if anything. `inbox` is kept current by it.
    pub(crate) fn of(inbox: &mut Option<Inbox>, item: Item) -> Option<Self> {
        match item {
            Item::Inbox(known) => {
                *inbox = Some(*known);
                None
            }
            Item::Event(heard) => {
                let waiting = inbox.as_mut().and_then(|inbox| inbox.apply(&heard.event));
                let told = Self(heard, waiting);
                told.entry().is_some().then_some(told)
            }
            Item::Ready(_) | Item::Resync(..) | Item::Checkpoint(_) | Item::Snapshot(_) => None,
        }
    }

    fn entry(&self) -> Option<Entry> {
        let stored = || self.0.notification.clone().map(Entry::Stored);
        self.1.map(|waiting| Entry::Waiting(waiting, self.0.message.clone())).or_else(stored)
    }
}

impl NotificationsChanged {
    fn named(&self) -> &[NotificationId] {
        match &self.0.event.body {
            Some(EventBody::NotificationsChanged { notifications }) => notifications,
            _ => &[],
        }
    }
}
