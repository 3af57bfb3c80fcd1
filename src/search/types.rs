//! What the API tells of a search.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::{
    pattern::Pattern,
    service::{Found, Hit, Search},
};
use crate::{
    clock::Timestamp,
    error::{Error, Result},
    graphql::{ContextExt, List},
    ids::{ConversationId, UserId},
    journal::Seq,
    messages::Message,
};

/// The most messages one search answers.
const MAX: i32 = 50;
/// How many when the client does not say.
const DEFAULT: i32 = 20;

/// What a search found, and how far it looked.
pub struct MessageSearch(pub(super) Found);

/// What a search found, newest first, and how far it looked. It holds the viewer's own conversations only.
#[Object(crate = "crate::graphql::executor")]
impl MessageSearch {
    /// The messages that were found, newest first.
    async fn nodes(&self) -> Vec<FoundMessage> {
        self.0.hits.iter().map(FoundMessage::of).collect()
    }

    /// When the oldest message that was looked at was sent: show "searched back to …" until `isComplete`. Null when
    /// none was looked at.
    async fn searched_until(&self) -> Option<Timestamp> {
        self.0.searched_until
    }

    /// Whether everything was looked at. When not, the page is full or the time for one search was over, also with
    /// nothing found yet; search on with `endCursor`.
    async fn is_complete(&self) -> bool {
        self.0.next.is_none()
    }

    /// Where to search on: give it as `after`, with the same words. Null when everything was looked at.
    async fn end_cursor(&self, ctx: &Context<'_>) -> Option<String> {
        self.0.next.map(|seq| List::Search.seal(&ctx.app().cursors, seq.0))
    }
}

/// A message that was found.
#[derive(SimpleObject)]
pub struct FoundMessage {
    /// The message. Open its conversation at it with `messages(around:)`.
    message: Message,
    /// The words of its text that were looked for, each as a whole, in order; none overlaps or touches the next. Empty
    /// when the words are in the names of its files.
    highlights: Vec<TextRange>,
}

impl FoundMessage {
    fn of(hit: &Hit) -> Self {
        let place = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        let highlights =
            hit.highlights.iter().map(|range| TextRange { start: place(range.start), end: place(range.end) });
        Self { message: Message(hit.message.clone()), highlights: highlights.collect() }
    }
}

/// A piece of a text, counted in characters as Unicode scalar values, not in bytes and not in the UTF-16 units of
/// JavaScript: there, take `Array.from(text).slice(start, end).join("")`.
#[derive(SimpleObject)]
pub struct TextRange {
    /// The first character, from 0.
    start: i32,
    /// The one after the last.
    end: i32,
}

/// The arguments of a search, as they came.
pub(super) struct Arguments {
    pub(super) query: String,
    pub(super) conversation: Option<ID>,
    pub(super) sender: Option<ID>,
    pub(super) since: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
    pub(super) first: Option<i32>,
    pub(super) after: Option<String>,
}

impl Arguments {
    /// What to look for, and how many to answer.
    pub(super) fn parse(self, ctx: &Context<'_>) -> Result<(Search, usize)> {
        let size = self.first.unwrap_or(DEFAULT);
        if !(1..=MAX).contains(&size) {
            return Err(Error::bad_input(format!("A search answers 1 to {MAX} messages; you asked for {size}.")));
        }
        let cursors = &ctx.app().cursors;
        let search = Search {
            pattern: Pattern::parse(&self.query)?,
            conversation: self.conversation.map(|id| ConversationId::parse(&id)).transpose()?,
            sender: self.sender.map(|id| UserId::parse(&id)).transpose()?,
            since: self.since,
            until: self.until,
            before: self.after.map(|cursor| List::Search.open(cursors, &cursor).map(Seq)).transpose()?,
        };
        Ok((search, usize::try_from(size).unwrap_or_default()))
    }
}
