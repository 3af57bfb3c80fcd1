//! Who types in a conversation, live.

use std::{pin::Pin, sync::Arc};

use async_graphql::{Context, ID, Subscription};
use futures_util::{Stream, StreamExt};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::{rooms::Typer, types::TypingChange};
use crate::{
    conversations,
    entity::user,
    error::Result,
    graphql::ContextExt,
    ids::{ConversationId, UserId},
    live::{Interest, Item, listen},
    people::User,
};

/// The subscriptions about typing.
#[derive(Default)]
pub struct TypingSubscription;

#[Subscription]
impl TypingSubscription {
    /// Who types in a conversation, each time that changes. Begins with the first who does, and ends with ACCESS_ENDED
    /// when the viewer no longer takes part.
    async fn typing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The conversation, `conv_…`.")] conversation_id: ID,
    ) -> Result<impl Stream<Item = Result<TypingChange>>> {
        let (app, viewer) = (Arc::clone(ctx.app()), ctx.viewer()?);
        let member = conversations::service::find(&app, viewer, ConversationId::parse(&conversation_id)?).await?;
        // From before it was looked up whether the viewer takes part, so that no removal falls between.
        let ends = Box::pin(listen(ctx, Interest::Place(member.id()), Some(app.cursors.seal(ctx.request().place)))?);
        let typers = app.rooms.listen(member.id());
        let ear =
            Ear { conversation: member.id(), viewer: viewer.id(), typers, ends, told: Vec::new(), is_over: false };
        Ok(ctx.request().handed.give(futures_util::stream::unfold(ear, |mut ear| async move {
            let change = ear.next().await?;
            Some((change, ear))
        })))
    }
}

/// One stream.
struct Ear {
    conversation: ConversationId,
    viewer: UserId,
    typers: watch::Receiver<Vec<Typer>>,
    /// What ends the stream.
    ends: Pin<Box<dyn Stream<Item = Result<Item>> + Send>>,
    /// Who typed when it was last told.
    told: Vec<UserId>,
    is_over: bool,
}

impl Ear {
    async fn next(&mut self) -> Option<Result<TypingChange>> {
        while !self.is_over {
            let now = self.now();
            let ids: Vec<_> = now.iter().map(|typer| typer.user.id).collect();
            if ids != self.told {
                self.told = ids;
                let users = now.into_iter().map(|typer| User(Arc::<user::Model>::clone(&typer.user))).collect();
                return Some(Ok(TypingChange::of(self.conversation, users)));
            }
            let over = now.iter().map(|typer| typer.until).min();
            let expiry = async {
                match over {
                    Some(over) => sleep_until(over).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                item = self.ends.next() => match item {
                    Some(Ok(_)) => {}
                    Some(Err(error)) => { self.is_over = true; return Some(Err(error)) }
                    None => self.is_over = true,
                },
                // Its sender goes only with the server.
                changed = self.typers.changed() => self.is_over = changed.is_err(),
                () = expiry => {}
            }
        }
        None
    }

    /// Who else types, in the order of their ids.
    fn now(&mut self) -> Vec<Typer> {
        let now = Instant::now();
        let typers = self.typers.borrow_and_update();
        let others = typers.iter().filter(|typer| typer.user.id != self.viewer && typer.until > now);
        let mut others: Vec<_> = others.cloned().collect();
        others.sort_unstable_by_key(|typer| typer.user.id);
        others
    }
}
