//! What the clinic says at the top of every conversation: where to call in an emergency, who is away.
//!
//! Promises that everybody who listens hears of a change at once. Only administrators write it.

mod loader;
mod mutation;
mod query;
pub mod service;
mod store;
mod types;

pub use loader::Current;
pub use mutation::NoticeMutation;
pub use query::NoticeQuery;
pub use types::ClinicNotice;
