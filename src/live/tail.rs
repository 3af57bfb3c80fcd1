//! The one reader of the journal on this node.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::{
    Heard, Interest, content,
    routes::{Listener, Routes},
};
use crate::{
    accounts::recognition::Recognition,
    clock::Clock,
    database::Database,
    entity::stay,
    error::{Error, Result},
    ids::UserId,
    journal::{self, Audience, EventBody, Journal, Place, Seq},
    metrics::Metrics,
    presence,
};

/// How many events are read at once.
const BATCH: u64 = 512;
/// A lost hint costs at most this.
const SWEEP: Duration = Duration::from_millis(500);

/// The way to the tail. Clones lead to the same.
#[derive(Clone)]
pub struct Tail {
    commands: mpsc::UnboundedSender<Command>,
    position: watch::Receiver<Place>,
    listeners: watch::Receiver<usize>,
    ids: Arc<AtomicU64>,
}

enum Command {
    Join { listener: Listener, stays: Vec<stay::Model>, answer: oneshot::Sender<bool> },
    Leave { user: UserId, id: u64 },
}

/// A place in the tail's delivery; given up when dropped.
pub(super) struct Ticket {
    commands: mpsc::UnboundedSender<Command>,
    user: UserId,
    id: u64,
    pub(super) queue: mpsc::Receiver<Arc<Heard>>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // The tail is gone only when the server stops.
        let _ = self.commands.send(Command::Leave { user: self.user, id: self.id });
    }
}

/// What the tail works with.
pub(crate) struct TailParts {
    pub(crate) database: Database,
    pub(crate) journal: Journal,
    pub(crate) clock: Clock,
    pub(crate) recognition: Arc<Recognition>,
    pub(crate) presence: Arc<presence::Hub>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) stop: CancellationToken,
}

impl Tail {
    /// Starts the tail at the end of the journal.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub(crate) async fn start(parts: TailParts) -> Result<Self> {
        let head = journal::head(parts.database.reader()).await?;
        let (commands, inbox) = mpsc::unbounded_channel();
        let (announce, position) = watch::channel(head);
        let (count, listeners) = watch::channel(0);
        tokio::spawn(run(parts, head, inbox, announce, count));
        Ok(Self { commands, position, listeners, ids: Arc::default() })
    }

    /// The place everything was handed out up to.
    pub fn position(&self) -> Place {
        *self.position.borrow()
    }

    /// How many listeners are up to date on this node.
    pub fn listeners(&self) -> watch::Receiver<usize> {
        self.listeners.clone()
    }

    /// Waits until everything up to a place was handed out.
    pub async fn reached(&self, seq: Seq) {
        let mut position = self.position.clone();
        // Fails only when the tail has stopped, and then nothing more comes.
        let _ = position.wait_for(|place| place.seq >= seq).await;
    }

    /// Joins at the place `from`, with the stays of `user` there. None when that place is too far behind.
    pub(super) async fn join(
        &self,
        user: UserId,
        interest: Interest,
        from: Seq,
        stays: Vec<stay::Model>,
        queue: usize,
    ) -> Result<Option<Ticket>> {
        let (sender, receiver) = mpsc::channel(queue);
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let (answer, joined) = oneshot::channel();
        let listener = Listener { id, user, interest, from, queue: sender };
        let ticket = Ticket { commands: self.commands.clone(), user, id, queue: receiver };
        let stopped = || Error::Unavailable("The server is restarting. Please connect again.", Duration::from_secs(1));
        self.commands.send(Command::Join { listener, stays, answer }).map_err(|_| stopped())?;
        let joined = joined.await.map_err(|_| stopped())?;
        Ok(joined.then_some(ticket))
    }
}

async fn run(
    parts: TailParts,
    head: Place,
    mut inbox: mpsc::UnboundedReceiver<Command>,
    announce: watch::Sender<Place>,
    count: watch::Sender<usize>,
) {
    let mut routes = Routes::starting_at(head.seq);
    let mut hints = parts.journal.hints();
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut patience = Patience::default();
    loop {
        tokio::select! {
            () = parts.stop.cancelled() => return,
            command = inbox.recv() => {
                let Some(command) = command else { return };
                obey(&mut routes, command);
                count.send_replace(routes.listeners());
                continue;
            }
            _ = hints.changed() => {}
            _ = sweep.tick() => {}
        }
        while let Some(place) = advance(&parts, &mut routes, &mut patience).await {
            announce.send_replace(place);
            count.send_replace(routes.listeners());
        }
    }
}

fn obey(routes: &mut Routes, command: Command) {
    match command {
        Command::Join { listener, stays, answer } => {
            let (user, id) = (listener.user, listener.id);
            // A listener that no longer waits for the answer is gone already.
            if answer.send(routes.join(listener, &stays)).is_err() {
                routes.leave(user, id);
            }
        }
        Command::Leave { user, id } => routes.leave(user, id),
    }
}

/// How the tail goes on when events can be read and what they tell of cannot: with fewer at once, and after a while
/// without, so that one of them does not hold up all that come after it.
struct Patience {
    batch: u64,
    refused: u32,
}

/// How often a single event is tried; a sweep apart.
const TRIES: u32 = 60;

impl Default for Patience {
    fn default() -> Self {
        Self { batch: BATCH, refused: 0 }
    }
}

impl Patience {
    /// What to do now with a batch of which nothing could be loaded: whether to hand it out without.
    fn is_over(&mut self) -> bool {
        let is_single = self.batch == 1;
        self.batch = (self.batch / 2).max(1);
        self.refused += u32::from(is_single);
        self.refused >= TRIES
    }
}

/// Reads and hands out one batch. None when there was nothing, or when the database cannot be read now.
async fn advance(parts: &TailParts, routes: &mut Routes, patience: &mut Patience) -> Option<Place> {
    let db = parts.database.reader();
    let events = match journal::after(db, routes.position(), patience.batch).await {
        Ok(events) if events.is_empty() => return None,
        Ok(events) => events,
        Err(error) => {
            tracing::error!(code = error.code(), "the tail could not read the journal");
            parts.metrics.delivery_failed();
            return None;
        }
    };
    let heard = match content::load(db, events.clone(), parts.clock.now()).await {
        Ok(heard) => heard,
        // The database comes back, and with it the content: nobody is handed an event without it before.
        Err(Error::Unavailable(..)) if !patience.is_over() => {
            parts.metrics.delivery_failed();
            return None;
        }
        Err(error) => {
            tracing::error!(code = error.code(), "the tail could not load what events tell of");
            parts.metrics.delivery_failed();
            content::bare(events)
        }
    };
    *patience = Patience::default();
    let now = parts.clock.now();
    parts.metrics.handed_out(heard.iter().map(|heard| now.since(heard.event.at)));
    let mut place = None;
    for heard in heard {
        match (&heard.event.body, heard.event.audience) {
            (Some(EventBody::SessionEnded { session }), _) => parts.recognition.end(*session),
            (Some(EventBody::SettingsChanged), Audience::User(user)) => parts.recognition.forget(user),
            (Some(EventBody::PresenceShared { is_shared }), Audience::User(user)) => {
                parts.presence.chosen(user, *is_shared)
            }
            (Some(EventBody::BlockChanged { user, .. }), Audience::User(by)) => parts.presence.parted([*user, by]),
            _ => {}
        }
        place = Some(heard.place());
        routes.deliver(heard);
    }
    place
}
