//! Places in the journal, for clients that query first and listen, or ask again, later.

use async_graphql::{Context, Object};

use super::{
    Item, content,
    types::{Changes, Event},
};
use crate::{
    clock::Timestamp,
    error::{Error, Result},
    graphql::ContextExt,
    journal::{self, Locate, Place, Seq},
};

/// The queries about places in the journal.
#[derive(Default)]
pub struct LiveQuery;

/// How long a polling client should wait when it has heard everything.
const POLL_AFTER_MS: i32 = 5_000;

#[Object]
impl LiveQuery {
    /// The end of the journal as it was before this operation read anything. Query with it, then subscribe to
    /// `events(after:)` with it: nothing falls between.
    async fn cursor(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        ctx.viewer()?;
        Ok(Some(ctx.app().cursors.seal(ctx.request().place)))
    }

    /// The same events as the subscription `events`, for clients that poll.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The place to go on from: `Query.cursor`, or the `cursor` of the last answer.")] after: String,
        #[graphql(desc = "The most events to answer, 1 to 100.", default = 50)] first: i32,
    ) -> Result<Option<Changes>> {
        if !(1..=100).contains(&first) {
            return Err(Error::bad_input(format!("A page has 1 to 100 items; you asked for {first}.")));
        }
        let (app, viewer) = (ctx.app(), ctx.viewer()?);
        let after = app.cursors.open(&after)?;
        let tx = app.database.snapshot().await?;
        let head = journal::head(&tx).await?;
        let (items, place) = match journal::locate(&tx, after).await? {
            Locate::Lost(reason) => (vec![Item::Resync(reason, head)], head),
            Locate::Here(seq) => changes(&tx, viewer.id(), seq, head, (first, app.clock.now())).await?,
        };
        let events: Vec<_> = items.into_iter().filter_map(|item| Event::of(app, viewer.id(), item)).collect();
        let has_more = place.seq < head.seq;
        let poll_after_ms = if has_more { 0 } else { POLL_AFTER_MS };
        Ok(Some(Changes { events, cursor: app.cursors.seal(place), has_more, poll_after_ms }))
    }
}

/// The next events of a viewer, and the place up to which that is all.
async fn changes(
    tx: &journal::Tx,
    viewer: crate::ids::UserId,
    after: Seq,
    head: Place,
    (first, now): (i32, Timestamp),
) -> Result<(Vec<Item>, Place)> {
    let limit = u64::from(first.unsigned_abs());
    let (events, more_after) = journal::for_viewer(tx, viewer, after, head.seq, limit).await?;
    let heard = content::load(tx, events, now).await?;
    Ok((heard.into_iter().map(Item::Event).collect(), more_after.unwrap_or(head)))
}
