//! Messages: sending, editing, deleting, reading back.
//!
//! Promises that a message is stored before it is acknowledged, that only its sender changes it, and that whoever
//! deletes one leaves a tombstone without its text. Calls conversations, attachments,
//! notifications and access.

mod change;
mod loader;
mod mutation;
mod query;
mod send;
pub mod service;
mod store;
mod subscription;
mod types;

pub use loader::{MessageAt, MessageById};
pub use mutation::MessageMutation;
pub use query::MessageQuery;
pub use subscription::MessageSubscription;
pub use types::{Message, MessageFilter, MessageTotal, message_page};
