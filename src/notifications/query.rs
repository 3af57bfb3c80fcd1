//! The viewer's inbox.

use async_graphql::{Context, Object, connection::Connection};

use super::{
    Entry, Notification, service,
    types::{NotificationFilter, NotificationTotal},
};
use crate::{
    entity::notification::Kind,
    error::Result,
    graphql::{ContextExt, Cursor, List, Page, PageArgs},
    receipts,
};

/// The queries about notifications.
#[derive(Default)]
pub struct NotificationQuery;

#[Object]
impl NotificationQuery {
    /// The viewer's inbox, newest first. An entry of kind NEW_MESSAGE stands where the newest unread message of its
    /// conversation does, so it moves up with each message.
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Items from the start, 1 to 100, default 50.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Items from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only some of them.")] filter: Option<NotificationFilter>,
    ) -> Result<Option<Connection<Cursor, Notification, NotificationTotal>>> {
        let (app, viewer) = (ctx.app(), ctx.viewer()?);
        let page = Page::try_new(&app.cursors, List::Notifications, &PageArgs { first, after, last, before })?;
        let filter: service::Filter = filter.unwrap_or_default().into();
        let mut entries: Vec<Entry> =
            service::list(app, viewer, &filter, &page).await?.into_iter().map(Entry::Stored).collect();
        if filter.has(Kind::NewMessage) {
            let waiting = receipts::service::waiting(app.database.reader(), viewer.id(), &page).await?;
            entries.extend(waiting.into_iter().map(|waiting| Entry::Waiting(waiting, None)));
        }
        // Both lists are the items between the same two keys, each from its own end on: the first items of them
        // together are among the first of each. No two have one place.
        entries.sort_by_key(|entry| if page.from_end { entry.seq().0 } else { -entry.seq().0 });
        entries.truncate(usize::try_from(page.limit()).unwrap_or(usize::MAX));
        let seal = |entry: &Entry| List::Notifications.cursor(&app.cursors, entry.seq().0);
        Ok(Some(page.connect(entries, NotificationTotal, seal, Notification)))
    }
}
