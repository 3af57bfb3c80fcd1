//! Pushing what is due, as mail is sent: any node claims a browser, and tries again later when its service does not take
//! the push.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;

use super::{
    news,
    post::{Failed, KEPT, Pusher},
    store,
};
use crate::{
    App,
    clock::{Timestamp, back_off},
    entity::push_subscription,
    error::Result,
    ids::{SessionId, UserId},
    journal::{self, Change, Locks, Outcome, Seq, Tx, Write},
    metrics::Posted,
};

/// The journal is looked through this often: long enough that what is read at once on another device is not pushed.
const LOOK: Duration = Duration::from_secs(1);
/// A push whose sender died is tried again after this.
const LEASE: Duration = Duration::from_secs(120);
/// How often a push is tried: for about a day.
const TRIES: i64 = 30;
/// How many browsers are read at once, and how many are pushed to at once.
const READ_AT_ONCE: u64 = 50;
const AT_ONCE: usize = 8;

/// Pushes what is new, until the server stops.
pub async fn run(app: Arc<App>) {
    let Some(pusher) = &app.push else { return };
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stopping().cancelled() => return,
            _ = look.tick() => {}
        }
        let seen = async {
            news::note(&app).await?;
            push_due(&app, pusher).await
        };
        if let Err(error) = seen.await {
            tracing::error!(code = error.code(), "pushes could not be seen to");
        }
    }
}

async fn push_due(app: &App, pusher: &Pusher) -> Result<()> {
    loop {
        let due = store::due(app.database.reader(), app.clock.now(), READ_AT_ONCE).await?;
        if due.is_empty() || app.stopping().is_cancelled() {
            return Ok(());
        }
        let pushed =
            futures_util::stream::iter(due).map(|browser| push(app, pusher, browser)).buffer_unordered(AT_ONCE);
        pushed.collect::<Vec<_>>().await.into_iter().collect::<Result<()>>()?;
    }
}

async fn push(app: &App, pusher: &Pusher, browser: push_subscription::Model) -> Result<()> {
    let (session, now) = (browser.session_id, app.clock.now());
    let Outcome::Done { value: true, .. } = app.journal.write(Claim { browser: browser.clone(), now }).await? else {
        return Ok(());
    };
    let settle = |how| app.journal.write(Settle { session, how });
    let db = app.database.reader();
    if !store::lasts(db, session, now).await? {
        return settle(How::Gone).await.map(drop);
    }
    // Read before what is told, so that nothing is told of twice.
    let up_to = journal::head(db).await?.seq;
    let Some(news) = news::untold(app, &browser, up_to).await? else {
        return settle(How::Told(up_to, now)).await.map(drop);
    };
    let outcome = pusher.send(&browser, news.conversation, now).await;
    let posted = match outcome {
        Ok(()) => Posted::Sent,
        Err(Failed::ForNow(_)) => Posted::PutOff,
        Err(Failed::ForGood | Failed::Gone) => Posted::Refused,
    };
    app.metrics.push(posted);
    let next = app.clock.now().plus(pusher.every);
    let how = match outcome {
        Ok(()) | Err(Failed::ForGood) => How::Told(up_to, next),
        Err(Failed::Gone) => How::Gone,
        Err(Failed::ForNow(_)) if browser.attempts >= TRIES => How::Told(up_to, next),
        Err(Failed::ForNow(asked)) => {
            let pause = asked.unwrap_or_default().max(back_off(browser.attempts)).min(KEPT);
            How::Again(app.clock.now().plus(pause))
        }
    };
    settle(how).await.map(drop)
}

/// Takes a browser to push to it, unless another node was first.
struct Claim {
    browser: push_subscription::Model,
    now: Timestamp,
}

impl Write for Claim {
    type Value = bool;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<bool>> {
        let is_free = |row: push_subscription::Model| {
            // More news may have come for it; then it is told of that too.
            row == push_subscription::Model { news_seq: row.news_seq, ..self.browser.clone() }
        };
        if !store::find(tx, self.browser.session_id).await?.is_some_and(is_free) {
            return Ok(Change::nothing(false));
        }
        let row = store::claimed(&self.browser, self.now.plus(LEASE));
        Ok(Change { rows: vec![row], events: Vec::new(), value: true })
    }
}

/// How a push ended.
#[derive(Clone, Copy, Debug)]
enum How {
    /// Told up to here; the next may go then.
    Told(Seq, Timestamp),
    /// To be tried again then.
    Again(Timestamp),
    /// The browser is not pushed to any more.
    Gone,
}

struct Settle {
    session: SessionId,
    how: How,
}

impl Write for Settle {
    type Value = ();

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<()>> {
        // It may have been removed before the push service had answered.
        if store::find(tx, self.session).await?.is_none() {
            return Ok(Change::nothing(()));
        }
        let row = match self.how {
            How::Told(up_to, next) => store::settled(self.session, Some(up_to), next),
            How::Again(at) => store::settled(self.session, None, at),
            How::Gone => store::gone(self.session),
        };
        Ok(Change { rows: vec![row], events: Vec::new(), value: () })
    }
}
