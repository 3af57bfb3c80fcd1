//! The stream of everything that concerns the viewer.

use std::{future::ready, sync::Arc};

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt, stream::BoxStream};

use super::{
    Interest, Item,
    reader::{Reader, Start},
    types::Event,
};
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
        let (app, viewer) = (Arc::clone(ctx.app()), ctx.viewer()?.id());
        let items = listen(ctx, Interest::Everything, after)?;
        Ok(ctx.request().handed.give_shared(
            items.filter_map(move |item| ready(item.map(|item| Event::of(&app, viewer, item)).transpose())),
        ))
    }
}

/// What the viewer of an operation hears, from `after` on, from where the transport's stream broke off, or from now.
/// Each item tells the transport up to where it goes.
///
/// # Errors
/// UNAUTHENTICATED and its like, or BAD_USER_INPUT for a foreign cursor.
pub(crate) fn listen(
    ctx: &Context<'_>,
    interest: Interest,
    after: Option<String>,
) -> Result<BoxStream<'static, Result<Item>>> {
    let (app, viewer, request) = (Arc::clone(ctx.app()), Arc::clone(ctx.viewer()?), ctx.request());
    let after = request.resume_after.clone().or(after);
    let start = after.map_or(Ok(Start::Now), |cursor| app.cursors.open(&cursor).map(Start::After))?;
    let (told, cursors) = (request.told.clone(), app.cursors.clone());
    let items = Reader::new(app, viewer, Arc::clone(&request.connection), interest, start).stream();
    let items = items.inspect(move |item| {
        if let Some(cursor) = item.as_ref().ok().and_then(|item| item.cursor(&cursors)) {
            told.set(cursor);
        }
    });
    Ok(items.boxed())
}
