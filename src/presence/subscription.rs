//! Who comes and goes, live.

use std::{
    collections::{HashMap, VecDeque},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use async_graphql::{Context, ID, Subscription};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, sleep_until};

use super::{
    hub::{Change, Watch},
    service::{self, Seen},
    types::PresenceChange,
};
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    error::{Error, Result},
    graphql::ContextExt,
    ids::UserId,
    live::{Interest, Item, listen},
};

/// The most people one stream looks at.
const MOST: usize = 250;
/// Changes are told at most this often, so that a page that loads again is not told as going and coming.
const EVERY: Duration = Duration::from_secs(1);

/// The subscriptions about presence.
#[derive(Default)]
pub struct PresenceSubscription;

#[Subscription]
impl PresenceSubscription {
    /// Whether these people are online: first how it is for each, then each change, at most once a second.
    async fn presence_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom, `user_…`; 1 to 250 people.")] user_ids: Vec<ID>,
    ) -> Result<impl Stream<Item = Result<PresenceChange>>> {
        if user_ids.is_empty() || user_ids.len() > MOST {
            return Err(Error::bad_input(format!("Give 1 to {MOST} people; you gave {}.", user_ids.len())));
        }
        let mut people: Vec<_> = user_ids.iter().map(|id| UserId::parse(id)).collect::<Result<_>>()?;
        people.sort_unstable();
        people.dedup();
        let (app, viewer) = (Arc::clone(ctx.app()), Arc::clone(ctx.viewer()?));
        // From before anything was looked up, so that no change falls between.
        let ends = Box::pin(listen(ctx, Interest::Acquaintance, Some(app.cursors.seal(ctx.request().place)))?);
        let watch = app.presence.watch(people);
        let look = Look {
            app,
            viewer,
            watch,
            ends,
            visible: HashMap::new(),
            told: HashMap::new(),
            queue: VecDeque::new(),
            next: None,
            is_over: false,
        };
        Ok(ctx.request().handed.give(futures_util::stream::unfold(look, |mut look| async move {
            let change = look.next().await?;
            Some((change, look))
        })))
    }
}

/// One look at some people.
struct Look {
    app: Arc<App>,
    viewer: Arc<Viewer>,
    watch: Watch,
    /// What ends the stream, and what changes whom the viewer may see.
    ends: Pin<Box<dyn Stream<Item = Result<Item>> + Send>>,
    /// Whom the viewer may see, with when they were last here as far as was written when it was looked up.
    visible: HashMap<UserId, Option<Timestamp>>,
    /// What was told last of each.
    told: HashMap<UserId, Option<Seen>>,
    queue: VecDeque<PresenceChange>,
    /// Nothing is told before then; none before everybody was told of once.
    next: Option<Instant>,
    is_over: bool,
}

impl Look {
    async fn next(&mut self) -> Option<Result<PresenceChange>> {
        while !self.is_over {
            if let Some(change) = self.queue.pop_front() {
                return Some(Ok(change));
            }
            if let Err(error) = self.wait().await {
                self.is_over = true;
                return Some(Err(error));
            }
        }
        None
    }

    /// Waits for something to look at, and looks.
    async fn wait(&mut self) -> Result<()> {
        let everybody = |watch: &Watch| watch.people().iter().map(|user| (*user, Change::Sharing)).collect();
        let changes: Vec<_> = match self.next {
            None => everybody(&self.watch),
            Some(next) => tokio::select! {
                biased;
                item = self.ends.next() => match item {
                    Some(Ok(Item::Event(_))) => everybody(&self.watch),
                    Some(Ok(_)) => return Ok(()),
                    Some(Err(error)) => return Err(error),
                    None => { self.is_over = true; return Ok(()) }
                },
                changes = async { sleep_until(next).await; self.watch.changed().await } => changes,
            },
        };
        self.look_up(&changes).await?;
        for (user, _) in changes {
            let last_seen = self.visible.get(&user).copied();
            let now = last_seen.map(|last_seen| service::as_seen(&self.app.presence, user, last_seen));
            if self.told.get(&user) != Some(&now) {
                self.told.insert(user, now);
                self.queue.push_back(PresenceChange::of(user, now));
            }
        }
        self.next = Some(Instant::now() + EVERY);
        Ok(())
    }
    /// Looks up anew who may be seen, of those for whom that may have changed. Coming and going costs no query.
    async fn look_up(&mut self, changes: &[(UserId, Change)]) -> Result<()> {
        let unsure: Vec<_> =
            changes.iter().filter(|(_, change)| *change == Change::Sharing).map(|(user, _)| *user).collect();
        if unsure.is_empty() {
            return Ok(());
        }
        let visible = service::visible(&self.app, &self.viewer, &unsure).await?;
        self.visible.retain(|user, _| !unsure.contains(user));
        self.visible.extend(visible);
        Ok(())
    }
}
