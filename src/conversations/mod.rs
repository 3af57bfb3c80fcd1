//! Conversations: opening them, their state, what they are about, and the list of them.
//!
//! Promises at most one direct conversation for each pair of people. Calls people and participants.

mod change;
mod delete;
mod details;
mod group;
mod list;
mod loader;
mod mutation;
mod naming;
mod query;
mod reference;
pub mod service;
mod store;
mod succession;
mod types;

pub use loader::{DirectWith, MembershipOf, TagsOf};
pub use mutation::ConversationMutation;
pub use query::ConversationQuery;
pub use succession::replacing;
pub use types::{Conversation, Mentioned};
