//! The rules of searching: what is read, in which order, and how far.

use std::{collections::HashMap, ops::Range, sync::Arc, time::Duration};

use tokio::{sync::SemaphorePermit, time::timeout};

use super::pattern::Pattern;
use crate::{
    App,
    access::{Membership, Viewer},
    attachments,
    clock::Timestamp,
    error::{Error, Result},
    ids::{ConversationId, MessageId, UserId},
    journal::Seq,
    messages::{
        Card,
        service::{self as messages, Candidate, Loaded, Stretch},
    },
};

/// How long somebody waits for their turn.
const TURN: Duration = Duration::from_secs(2);
/// The first stretch has so many places for each message of a batch.
const SPARSE: i64 = 4;
/// The next stretch is at most so many times longer or shorter.
const STEP: i64 = 8;

/// What to look for, and where.
pub struct Search {
    /// The words.
    pub pattern: Pattern,
    /// Only in this conversation.
    pub conversation: Option<ConversationId>,
    /// Only of this sender.
    pub sender: Option<UserId>,
    /// Only sent at or after this time.
    pub since: Option<Timestamp>,
    /// Only sent before this time.
    pub until: Option<Timestamp>,
    /// Only before this place, where an earlier search stopped.
    pub before: Option<Seq>,
}

/// A message that was found.
pub struct Hit {
    /// The message.
    pub message: Arc<Loaded>,
    /// Where the words are in its text, in characters.
    pub highlights: Vec<Range<usize>>,
}

/// What a search came to.
pub struct Found {
    /// What was found, newest first.
    pub hits: Vec<Hit>,
    /// When the oldest message that was looked at was sent; none when none was.
    pub searched_until: Option<Timestamp>,
    /// Where to go on; none when everything was looked at.
    pub next: Option<Seq>,
}

/// Looks for messages the viewer may see, newest first, until there are `size` of them or the budget is spent.
///
/// # Errors
/// NOT_FOUND for a conversation that is not the viewer's, RATE_LIMITED, UNAVAILABLE when too many search at once.
pub async fn search(app: &App, viewer: &Viewer, search: &Search, size: usize) -> Result<Found> {
    app.rates.search(viewer.id())?;
    if let Some(id) = search.conversation {
        Membership::check(app.database.reader(), viewer, id).await?;
    }
    let _turn = turn(app).await?;
    let walked = Walk::begin(app, viewer, search).await?.go(size).await?;
    let mut loaded = messages::find_all_at(app, viewer, &walked.found).await?;
    let found = walked.found.iter().filter_map(|seq| loaded.remove(seq));
    // Somebody may have edited or deleted one meanwhile.
    let hits = found
        .filter(|message| is_hit(&search.pattern, message))
        .map(|message| Hit { highlights: search.pattern.highlights(&message.row.text), message });
    Ok(Found { hits: hits.collect(), searched_until: walked.searched_until, next: walked.next })
}

async fn turn(app: &App) -> Result<SemaphorePermit<'_>> {
    let busy = || Error::Unavailable("Too many people are searching at once. Please try again.", TURN);
    timeout(TURN, app.searches.acquire()).await.map_err(|_| busy())?.map_err(Error::internal)
}

fn is_hit(pattern: &Pattern, message: &Loaded) -> bool {
    let card = Card::of(&message.row);
    let of_card = card.iter().flat_map(Card::words);
    let names = message.attachments.iter().map(|file| file.name.as_str());
    pattern.is_in(std::iter::once(message.row.text.as_str()).chain(of_card).chain(names))
}

/// The way of one search through the places, from the newest to the oldest.
struct Walk<'a> {
    app: &'a App,
    viewer: &'a Viewer,
    search: &'a Search,
    pattern: Arc<Pattern>,
    /// What is left.
    left: Stretch,
    /// How many places are read at a time.
    width: i64,
}

/// Where a search came to.
struct Walked {
    found: Vec<Seq>,
    searched_until: Option<Timestamp>,
    next: Option<Seq>,
}

impl<'a> Walk<'a> {
    async fn begin(app: &'a App, viewer: &'a Viewer, search: &'a Search) -> Result<Self> {
        let newest = messages::newest_place(app).await?.unwrap_or(Seq(0));
        let mut left = Stretch {
            conversation: search.conversation,
            sender: search.sender,
            from: Seq(0),
            before: Seq(newest.0 + 1),
        };
        if let Some(since) = search.since {
            left.from = messages::place_at(app, since.minus(messages::CLOCKS), newest).await?;
        }
        if let Some(until) = search.until {
            left.before = messages::place_at(app, until.plus(messages::CLOCKS), newest).await?;
        }
        left.before = search.before.map_or(left.before, |before| before.min(left.before));
        let width = i64::from(app.config.limits.search_batch.get()) * SPARSE;
        Ok(Self { app, viewer, search, pattern: Arc::new(search.pattern.clone()), left, width })
    }

    async fn go(mut self, size: usize) -> Result<Walked> {
        let limits = &self.app.config.limits;
        let end = self.app.clock.running() + limits.search_budget;
        let mut walked = Walked { found: Vec::new(), searched_until: None, next: None };
        while self.left.from < self.left.before {
            let from = Seq((self.left.before.0 - self.width).max(self.left.from.0));
            let stretch = Stretch { from, ..self.left };
            let most = limits.search_batch.get();
            let Some(candidates) = messages::candidates(self.app, self.viewer, &stretch, most).await? else {
                if self.width <= i64::from(most) {
                    return Err(Error::internal(anyhow::anyhow!("there are more messages than places")));
                }
                self.width = (self.width / STEP).max(i64::from(most));
                continue;
            };
            self.adapt(candidates.len(), from);
            for (candidate, is_hit) in self.compared(candidates).await? {
                walked.searched_until = Some(candidate.created_at);
                walked.found.extend(is_hit.then_some(candidate.seq));
                if walked.found.len() == size {
                    walked.next = Some(candidate.seq).filter(|seq| *seq > self.left.from);
                    return Ok(walked);
                }
            }
            self.left.before = from;
            // However slow the database is, every search looks at something, or the next one would come no further.
            if walked.searched_until.is_some() && self.app.clock.running() >= end {
                break;
            }
        }
        walked.next = Some(self.left.before).filter(|before| *before > self.left.from);
        Ok(walked)
    }

    /// Makes the next stretch as long as a batch should need, going by the one from `from` on, which held `found`.
    fn adapt(&mut self, found: usize, from: Seq) {
        let (batch, found) = (i64::from(self.app.config.limits.search_batch.get()), i64::try_from(found).unwrap_or(0));
        let places = self.left.before.0 - from.0;
        // Three quarters of a batch, so that one that is a little denser is not read twice.
        let wanted = (places * batch * 3 / 4).checked_div(found).unwrap_or(i64::MAX);
        self.width = wanted.clamp(self.width / STEP, self.width.saturating_mul(STEP)).max(batch);
    }

    /// The candidates, each with whether it is what is looked for.
    async fn compared(&self, candidates: Vec<Candidate>) -> Result<Vec<(Candidate, bool)>> {
        let names = self.names(&candidates).await?;
        let (pattern, since, until) = (Arc::clone(&self.pattern), self.search.since, self.search.until);
        let compare = move || {
            let is_hit = |candidate: &Candidate| {
                let of_time = since.is_none_or(|since| candidate.created_at >= since)
                    && until.is_none_or(|until| candidate.created_at < until);
                let names = names.get(&candidate.id).into_iter().flatten().map(String::as_str);
                let card = candidate.card.as_deref().and_then(Card::read);
                let of_card = card.iter().flat_map(Card::words);
                of_time && pattern.is_in(std::iter::once(candidate.text.as_str()).chain(of_card).chain(names))
            };
            let with_result = |candidate: Candidate| {
                let is_hit = is_hit(&candidate);
                (candidate, is_hit)
            };
            candidates.into_iter().map(with_result).collect()
        };
        // A batch of long texts takes milliseconds, in which the runtime serves others.
        tokio::task::spawn_blocking(compare).await.map_err(Error::internal)
    }

    /// The names of the files sent with the candidates.
    async fn names(&self, candidates: &[Candidate]) -> Result<HashMap<MessageId, Vec<String>>> {
        let ids: Vec<_> = candidates.iter().filter(|one| one.has_attachments).map(|one| one.id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let files = attachments::service::of_messages(self.app.database.reader(), &ids).await?;
        let names = files.into_iter().map(|(id, files)| (id, files.into_iter().map(|file| file.name).collect()));
        Ok(names.collect())
    }
}
