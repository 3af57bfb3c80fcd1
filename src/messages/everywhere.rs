//! The messages of all of somebody's conversations together.

use std::{ops::Range, sync::Arc};

use super::{
    filter::Filter,
    service::{self, Loaded},
    store,
    stretch::Stretch,
};
use crate::{App, access::Viewer, error::Result, graphql::Page, journal::Seq};

/// How many places of the journal are looked at first; each time nothing is enough, four times as many. So somebody who
/// writes every day finds a page in one step, and somebody who wrote years ago in a few.
const STRETCH: i64 = 10_000;

/// A page of the messages the viewer may see in all conversations, newest first.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn page_of_all(app: &App, viewer: &Viewer, filter: Filter, page: &Page<i64>) -> Result<Vec<Arc<Loaded>>> {
    let (db, now) = (app.database.reader(), app.clock.now());
    let filter = service::placed(app, filter).await?;
    let newest = store::newest_of_all(db).await?.unwrap_or(Seq::START);
    let (from, before) = filter.places.unwrap_or((Seq::START, Seq(newest.0 + 1)));
    // Newest first: what comes after an item is older.
    let start = page.before.map_or(0, |key| key + 1).max(from.0);
    let mut left: Range<i64> = start..page.after.unwrap_or(i64::MAX).min(before.0);
    let (mut rows, mut width) = (Vec::new(), STRETCH);
    while !left.is_empty() && (rows.len() as u64) < page.limit() {
        let part = if page.from_end {
            left.start..left.end.min(left.start.saturating_add(width))
        } else {
            left.start.max(left.end.saturating_sub(width))..left.end
        };
        let stretch =
            Stretch { conversation: None, sender: filter.sender, from: Seq(part.start), before: Seq(part.end) };
        let missing = page.limit() - rows.len() as u64;
        rows.extend(store::stretch_of_all(db, viewer.id(), filter, &stretch, (page.from_end, missing), now).await?);
        left = if page.from_end { part.end..left.end } else { left.start..part.start };
        width = width.saturating_mul(4);
    }
    service::load(db, rows, now).await
}

/// How many messages the viewer may see in all conversations.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn count_of_all(app: &App, viewer: &Viewer, filter: Filter) -> Result<u64> {
    let filter = service::placed(app, filter).await?;
    store::count_of_all(app.database.reader(), viewer.id(), filter, app.clock.now()).await
}
