//! How much the clinic talks, in numbers and without a word of what was said.
//!
//! Promises that nothing of a message but its place, its time, its kind and the role of its sender is read. Calls
//! messages for places in time.

mod query;
pub mod service;
mod store;
mod types;

pub use query::StatisticsQuery;
