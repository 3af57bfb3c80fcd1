//! Invitations to groups: asking somebody, answering, taking it back.
//!
//! Promises at most one open invitation of a person to a group, and that an answer counts once. Calls participants and
//! notifications.

mod loader;
mod mutation;
mod query;
pub mod service;
mod store;
mod types;

pub use loader::InvitationById;
pub use mutation::InvitationMutation;
pub use query::InvitationQuery;
pub use types::{Invitation, invitation_page};
