//! A subscriber: a reader at a place, which first replays the journal and then listens to the tail.
//!
//! There is one path for every case. A reader looks at the journal in one snapshot, hands out what lies between its
//! place and the snapshot's end, and joins the tail there. When the tail lets it go because it is slow, it begins
//! again from its own place.

use std::{collections::VecDeque, sync::Arc};

use futures_util::Stream;
use tokio::time::{Instant, Interval};

use super::{Heard, Interest, content, store, tail::Ticket};
use crate::{
    App,
    access::{Connection, Viewer},
    error::{Error, Result},
    ids::ConversationId,
    journal::{self, CursorKey, EventBody, Locate, Place, Resync, Seq},
    receipts::{Counts, Inbox, delivery::HandedOver, service as receipts},
};

/// What a reader hands on.
#[derive(Debug)]
pub enum Item {
    /// The stream begins here.
    Ready(Place),
    /// The place asked for is not in this journal; the stream goes on from here and everything has to be fetched again.
    Resync(Resync, Place),
    /// Something changed.
    Event(Arc<Heard>),
    /// Nothing more happened up to here.
    Checkpoint(Place),
    /// The unread counts as of the place the stream begins at.
    Snapshot(Counts),
    /// What decides of which messages the viewer is told, as of the end of the journal when the stream began.
    Inbox(Box<Inbox>),
}

impl Item {
    /// The place it tells up to, as clients get it.
    pub fn cursor(&self, cursors: &CursorKey) -> Option<String> {
        match self {
            Self::Ready(place) | Self::Resync(_, place) | Self::Checkpoint(place) => Some(cursors.seal(*place)),
            Self::Event(heard) => Some(heard.cursor(cursors).to_owned()),
            Self::Snapshot(_) | Self::Inbox(_) => None,
        }
    }
}

/// Where a reader begins.
#[derive(Clone, Copy, Debug)]
pub enum Start {
    /// At the end of the journal.
    Now,
    /// After a place.
    After(Place),
}

/// A reader at a place.
pub struct Reader {
    app: Arc<App>,
    viewer: Arc<Viewer>,
    interest: Interest,
    start: Option<Start>,
    place: Seq,
    /// The place the client was told last.
    told: Seq,
    /// The place when the backlog is handed out: the replay looked this far.
    replayed: Seq,
    /// Where the unbroken hand-over began.
    began: Seq,
    window: i64,
    backlog: VecDeque<Item>,
    live: Option<Ticket>,
    connection: Arc<Connection>,
    checkpoints: Interval,
    over: bool,
}

/// How many places of the journal a replay looks at, at first; quiet stretches make it look further.
const WINDOW: i64 = 2_000;
const WIDEST: i64 = 1_000_000;
const REPLAY_BATCH: u64 = 500;

impl Reader {
    /// A reader for `viewer`. Whoever asks for one conversation has shown that the viewer takes part in it.
    pub fn new(
        app: Arc<App>,
        viewer: Arc<Viewer>,
        connection: Arc<Connection>,
        interest: Interest,
        start: Start,
    ) -> Self {
        let every = app.config.limits.checkpoint;
        let checkpoints = tokio::time::interval_at(Instant::now() + every, every);
        Self {
            app,
            viewer,
            interest,
            start: Some(start),
            place: Seq::START,
            told: Seq::START,
            replayed: Seq::START,
            began: Seq::START,
            window: WINDOW,
            backlog: VecDeque::new(),
            live: None,
            connection,
            checkpoints,
            over: false,
        }
    }

    /// The items as a stream, which ends after an error.
    pub fn stream(self) -> impl Stream<Item = Result<Item>> + Send {
        futures_util::stream::unfold(self, |mut reader| async move {
            if reader.over {
                return None;
            }
            let item = reader.next().await;
            reader.over = item.is_err();
            Some((item, reader))
        })
    }

    async fn next(&mut self) -> Result<Item> {
        loop {
            if let Some(item) = self.backlog.pop_front() {
                return self.handed(item);
            }
            self.place = self.place.max(self.replayed);
            if self.live.is_none() {
                // Apart in memory, for it is much larger than waiting, which is what a reader does most of its life.
                Box::pin(self.catch_up()).await?;
                continue;
            }
            if let Some(item) = self.listen().await? {
                return self.handed(item);
            }
        }
    }

    /// Waits for the tail. None when the tail let this reader go.
    async fn listen(&mut self) -> Result<Option<Item>> {
        let Some(live) = &mut self.live else { return Ok(None) };
        let heard = tokio::select! {
            biased;
            () = self.connection.ended(&self.app.clock) => return Err(Error::TokenExpired),
            heard = live.queue.recv() => heard,
            _ = self.checkpoints.tick(), if self.interest == Interest::Everything => {
                // Read before looking into the queue: everything up to here is in it or was taken from it.
                let position = self.app.tail.position();
                return Ok((live.queue.is_empty() && position.seq > self.told).then_some(Item::Checkpoint(position)));
            }
        };
        if heard.is_none() {
            self.app.metrics.let_go();
            self.live = None;
        }
        Ok(heard.map(Item::Event))
    }

    /// Looks at the journal once: hands out what is new, or joins the tail when nothing is.
    async fn catch_up(&mut self) -> Result<()> {
        self.app.recognition.still(&self.connection)?;
        let tx = self.app.database.snapshot().await?;
        let head = journal::head(&tx).await?;
        if let Some(start) = self.start.take() {
            self.begin(&tx, start, head).await?;
            if !self.backlog.is_empty() {
                return Ok(());
            }
        }
        let up_to = head.seq.min(Seq(self.place.0.saturating_add(self.window)));
        let (events, more_after) = journal::for_viewer(&tx, self.viewer.id(), self.place, up_to, REPLAY_BATCH).await?;
        if events.len() < 100 && self.window < WIDEST {
            self.window *= 4;
        }
        let reached = more_after.map_or(up_to, |place| place.seq);
        let wanted: Vec<_> = events.into_iter().filter(|event| self.interest.wants(event)).collect();
        self.replayed = reached;
        if !wanted.is_empty() {
            self.backlog.extend(content::load(&tx, wanted, self.app.clock.now()).await?.into_iter().map(Item::Event));
            return Ok(());
        }
        self.place = self.place.max(reached);
        if reached == head.seq {
            let stays = store::stays(&tx, self.viewer.id()).await?;
            drop(tx);
            self.window = WINDOW;
            self.live = self
                .app
                .tail
                .join(self.viewer.id(), self.interest, self.place, stays, self.app.config.limits.listener_queue)
                .await?;
        }
        Ok(())
    }

    /// Finds the place to begin at.
    async fn begin(&mut self, tx: &journal::Tx, start: Start, head: Place) -> Result<()> {
        let locate = match start {
            Start::Now => Locate::Here(head.seq),
            Start::After(place) => journal::locate(tx, place).await?,
        };
        (self.place, self.began) = match locate {
            Locate::Here(seq) => (seq, seq),
            Locate::Lost(_) => (head.seq, head.seq),
        };
        self.told = self.place;
        match (locate, self.interest) {
            (_, Interest::Counts) => {
                (self.place, self.began) = (head.seq, head.seq);
                self.backlog.push_back(Item::Snapshot(receipts::counts(tx, self.viewer.id()).await?));
            }
            (
                Locate::Lost(_),
                Interest::MessagesOf(_) | Interest::Place(_) | Interest::Acquaintance | Interest::Inbox,
            ) => {
                return Err(Error::bad_input(
                    "This cursor is no longer valid here. Fetch again what you show and use the new cursor.",
                ));
            }
            (Locate::Here(_), Interest::Inbox) => {
                let inbox = receipts::inbox(tx, self.viewer.id(), head.seq).await?;
                self.backlog.push_back(Item::Inbox(Box::new(inbox)));
            }
            (Locate::Lost(reason), Interest::Everything) => self.backlog.push_back(Item::Resync(reason, head)),
            (Locate::Here(_), Interest::Everything) if matches!(start, Start::Now) => {
                self.backlog.push_back(Item::Ready(head))
            }
            (Locate::Here(_), _) => {}
        }
        Ok(())
    }

    /// What every item passes on its way out: the place moves, ends are noticed, messages count as delivered.
    fn handed(&mut self, item: Item) -> Result<Item> {
        match &item {
            Item::Event(heard) => {
                self.place = self.place.max(heard.event.seq);
                self.check_end(heard)?;
                self.note_delivery(heard);
                self.app.metrics.delivered();
            }
            Item::Checkpoint(place) => self.place = self.place.max(place.seq),
            Item::Ready(_) | Item::Resync(..) | Item::Snapshot(_) | Item::Inbox(_) => {}
        }
        self.told = self.told.max(self.place);
        Ok(item)
    }

    fn check_end(&self, heard: &Heard) -> Result<()> {
        match &heard.event.body {
            Some(EventBody::SessionEnded { session }) if *session == self.viewer.session() => {
                Err(Error::SessionRevoked)
            }
            Some(EventBody::ParticipantRemoved { user })
                if *user == self.viewer.id()
                    && matches!(self.interest, Interest::MessagesOf(_) | Interest::Place(_)) =>
            {
                Err(Error::AccessEnded)
            }
            _ => Ok(()),
        }
    }

    fn note_delivery(&self, heard: &Heard) {
        // Counts and notifications tell of messages; they do not hand them over.
        let hands_over = !matches!(self.interest, Interest::Counts | Interest::Inbox);
        let Some(message) = heard.message.as_ref().filter(|_| hands_over) else { return };
        let is_new = matches!(heard.event.body, Some(EventBody::MessageAdded { .. }));
        if is_new && message.row.sender_id != self.viewer.id() {
            let conversation: ConversationId = message.row.conversation_id;
            self.app.deliveries.note(
                conversation,
                self.viewer.id(),
                HandedOver { after: self.began, up_to: message.row.seq },
            );
        }
    }
}
