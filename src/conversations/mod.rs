//! Conversations: opening them, their state, and what they are about.
//!
//! Promises at most one direct conversation for each pair of people. Calls people and participants.

mod change;
mod details;
mod group;
mod loader;
mod mutation;
mod query;
pub mod service;
mod store;
mod types;

pub use loader::{DirectWith, MembershipOf, TagsOf};
pub use mutation::ConversationMutation;
pub use query::ConversationQuery;
pub use types::Conversation;
