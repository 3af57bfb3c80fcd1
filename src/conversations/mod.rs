//! Conversations: opening them, who takes part, their state.
//!
//! Promises at most one direct conversation for each pair of people, and that whoever leaves hears nothing more.
//! Calls people and access.

mod loader;
mod mutation;
mod query;
pub mod service;
mod store;
mod types;

pub use loader::{MembershipOf, OthersOf};
pub use mutation::ConversationMutation;
pub use query::ConversationQuery;
pub use types::Conversation;
