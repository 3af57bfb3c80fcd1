//! Finding messages by their words, newest first.
//!
//! There is no index of words: what is stored will be encrypted, and an index would tell what it says. A search reads
//! the viewer's messages in batches within a budget of time, compares them in memory, and gives a cursor to go on with.
//! Promises that nothing is found that the viewer may not see now, and that whoever follows the cursors finds
//! everything once. Calls messages, attachments and people.

mod pattern;
mod query;
mod service;
mod types;

pub use query::SearchQuery;
