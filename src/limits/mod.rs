//! What a client has to know before it sends: the limits that are enforced elsewhere, from the same places.

mod query;
mod types;

pub use query::LimitsQuery;
