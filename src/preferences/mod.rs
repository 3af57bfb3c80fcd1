//! What everybody who takes part in a conversation sets for themselves: what tells them of new messages, until when
//! nothing does, and whether they have put the conversation away.
//!
//! Promises that nobody else learns of it, and that whatever was put away comes back with the next activity.

mod mutation;
mod service;
mod store;
mod types;

pub use mutation::PreferenceMutation;
