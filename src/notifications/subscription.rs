//! The viewer's inbox, live.

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt};

use crate::{
    error::Result,
    graphql::ContextExt,
    live::{Interest, NotificationAdded, listen},
};

/// The subscriptions about notifications.
#[derive(Default)]
pub struct NotificationSubscription;

#[Subscription]
impl NotificationSubscription {
    /// What the viewer is told of, each time: a new entry of the inbox, and every new message of conversations that
    /// tell of each, as an entry of kind NEW_MESSAGE. Show them all, ring for those that are not `isSilent`. A message
    /// that answers or names the viewer, or is urgent, may be told twice, as NEW_MESSAGE first; both have the same
    /// `message`.
    async fn notification_added(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The place to go on from: `Query.cursor`, or the `cursor` of the last entry. Without it the stream begins now. Of messages that came meanwhile only the newest of each conversation is told, and none that was read."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<NotificationAdded>>> {
        ctx.viewer()?;
        let told = listen(ctx, Interest::Inbox, after)?.scan(None, |inbox, item| {
            let told = item.map(|item| NotificationAdded::of(inbox, item));
            futures_util::future::ready(Some(told.transpose()))
        });
        Ok(ctx.request().handed.give(told.filter_map(futures_util::future::ready)))
    }
}
