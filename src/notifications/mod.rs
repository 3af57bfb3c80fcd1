//! The inbox of each person: answers to their messages, mentions, requests, invitations and urgent messages, kept until
//! they are read; and one entry for each conversation with unread messages, which is derived and never kept.
//!
//! Promises that an entry is made in the same write as what it tells of, that nobody is told of what they may not see,
//! have read already or do not want to hear of, and that an entry holds ids and times, never a word anybody wrote. What
//! they stand for is looked up with the rights of whoever reads it, as they are then. Calls people and access; the
//! services of contacts, invitations, messages and receipts call it.

mod loader;
mod mutation;
mod query;
pub mod service;
mod store;
mod subscription;
mod sweep;
mod tell;
mod types;

pub use loader::NotificationById;
pub use mutation::NotificationMutation;
pub use query::NotificationQuery;
pub use subscription::NotificationSubscription;
pub use sweep::forget_old;
pub use types::{Entry, Notification, unread_count};
