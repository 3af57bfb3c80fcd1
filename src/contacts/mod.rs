//! Contacts: asking, answering, and what each of the two makes of the other.
//!
//! A contact is a personal overlay and permits nothing. Promises at most one for each pair, whoever asks and however
//! often; each of the two has a row of their own. Calls people and notifications.

mod loader;
mod mutation;
mod query;
pub mod service;
mod store;
mod types;

pub use loader::ContactWith;
pub use mutation::ContactMutation;
pub use query::ContactQuery;
pub use types::Contact;
