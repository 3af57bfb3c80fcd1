//! Messages: sending, editing, deleting, reading back.
//!
//! Promises that a message is stored before it is acknowledged, that only its sender changes it, and that whoever
//! deletes one leaves a tombstone without its text. Calls conversations, attachments,
//! notifications and access.

mod act;
mod annotations;
mod cards;
mod change;
mod compose;
mod everywhere;
mod expiry;
mod filter;
mod ground;
mod loader;
mod marks;
mod mentions;
mod mutation;
mod news;
mod query;
mod reactions;
mod removal;
mod send;
pub mod service;
mod status;
mod store;
mod stretch;
mod subscription;
mod types;

pub use cards::{Card, CardKind};
pub use loader::{MessageAt, MessageById, PinnedIn};
pub use mutation::MessageMutation;
pub use query::MessageQuery;
pub use status::MessageStatus;
pub use subscription::MessageSubscription;
pub use types::{Message, MessageFilter, MessageTotal, message_page};
