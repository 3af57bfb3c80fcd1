//! Who is typing in a conversation right now.
//!
//! Promises that only those who take part learn of it, and that it is over by itself a few seconds after the last signal,
//! or with the message. Nothing of it is kept. Calls people.

mod mutation;
pub(crate) mod rooms;
pub(crate) mod service;
mod subscription;
mod types;

pub use mutation::TypingMutation;
pub use rooms::Rooms;
pub use subscription::TypingSubscription;
pub use types::TypingChange;
