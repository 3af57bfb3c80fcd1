//! The viewer's unread messages, live.

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt};

use super::{Counts, types::UnreadCounts};
use crate::{
    error::Result,
    graphql::ContextExt,
    live::{Interest, Item, listen},
};

/// The subscriptions about unread messages.
#[derive(Default)]
pub struct ReceiptSubscription;

#[Subscription]
impl ReceiptSubscription {
    /// The viewer's unread messages: first a snapshot of the conversations that have any, then each change.
    async fn unread_counts_changed(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Result<UnreadCounts>>> {
        let user = ctx.viewer()?.id();
        let items = listen(ctx, Interest::Counts, None)?;
        let told = items.scan(Counts::default(), move |counts, item| {
            let told = item.map(|item| match item {
                Item::Snapshot(snapshot) => {
                    *counts = snapshot;
                    Some(UnreadCounts::everything(counts))
                }
                Item::Event(heard) => {
                    counts.apply(user, &heard.event).map(|conversation| UnreadCounts::change(counts, conversation))
                }
                Item::Ready(_) | Item::Resync(..) | Item::Checkpoint(_) | Item::Inbox(_) => None,
            });
            futures_util::future::ready(Some(told.transpose()))
        });
        Ok(ctx.request().handed.give(told.filter_map(futures_util::future::ready)))
    }
}
