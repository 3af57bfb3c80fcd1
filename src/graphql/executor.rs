//! How an object of the schema is resolved: the library under another name, with one function of our own.
//!
//! `#[Object(crate = "crate::graphql::executor")]` makes the library's macros call [`resolver_utils::resolve_container`]
//! here. The library puts each field of each object into two allocations and a queue of its own before it begins; most
//! fields are there at once. Here every field is begun in one place that is used again, and only those that wait for
//! something are kept. The fields of an answer also stay in the order they were asked for (GraphQL, section 7.2.2),
//! while the library answers them as they finish.

pub use async_graphql::*;

/// The library's, but for the one function.
pub mod resolver_utils {
    pub use async_graphql::resolver_utils::*;

    pub use super::super::resolve::resolve_container;
}
