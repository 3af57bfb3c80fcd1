//! The stream of everything that concerns the viewer.

use std::sync::Arc;

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt};

use super::{Interest, Reader, Start, types::Event};
use crate::{error::Result, graphql::ContextExt};

/// The one stream to build a client on.
#[derive(Default)]
pub struct LiveSubscription;

#[Subscription]
impl LiveSubscription {
    /// Everything that changes for the viewer, in order, from a place on and then live. With a cursor nothing is
    /// lost and nothing comes twice, on any node and after any break.
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The place to go on from: `Query.cursor`, or the `cursor` of the last event. Without it the stream begins now, with `Ready`."
        )]
        after: Option<String>,
    ) -> Result<impl Stream<Item = Result<Event>>> {
        let (app, viewer) = (Arc::clone(ctx.app()), Arc::clone(ctx.viewer()?));
        let start = after.map_or(Ok(Start::Now), |cursor| app.cursors.open(&cursor).map(Start::After))?;
        let items = Reader::new(Arc::clone(&app), Arc::clone(&viewer), Interest::Everything, start).stream();
        Ok(items.filter_map(move |item| {
            let event = item.map(|item| Event::of(&app, viewer.id(), item)).transpose();
            async move { event }
        }))
    }
}
