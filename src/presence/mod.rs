//! Who is online, and when they last were.
//!
//! Somebody is online while a stream of theirs is open on any node. Promises that nobody learns of it who neither shares
//! a conversation nor has them as a contact, nor of anybody who does not share it or has blocked them, and that nothing of it enters the
//! journal but the choice to share. Calls people.

pub(crate) mod hub;
mod loader;
mod mutation;
pub(crate) mod service;
mod store;
mod subscription;
mod types;

pub use hub::Hub;
pub use loader::{PresenceOf, SharesPresence};
pub use mutation::PresenceMutation;
pub use service::refresh;
pub use subscription::PresenceSubscription;
pub use types::{Presence, PresenceChange};
