//! Who takes part in a conversation, with which role and rights, and from where they see its history.
//!
//! Promises that whoever is taken out hears of that and of nothing after it, that whoever comes in without the history
//! never hears of a message from before, and that a group always has an owner. Calls people and the timeline.

mod loader;
mod mutation;
pub mod service;
mod store;
mod types;

pub use loader::OthersOf;
pub use mutation::ParticipantMutation;
pub use types::{HistoryAccess, Participant, participant_page};
