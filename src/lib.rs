//! Bedside: secure messaging for care, over a GraphQL API with subscriptions.
//!
//! The modules are listed in the order of who may call whom: each calls only those above it. The `types.rs` files
//! point at each other freely, for the schema is a graph.


pub mod clock;
pub mod config;
pub mod error;
pub mod ids;
pub mod keys;
pub mod database;
pub mod entity;
pub mod journal;
pub mod access;
pub mod graphql;
pub mod accounts;
pub mod people;
pub mod attachments;

use std::sync::Arc;

use object_store::ObjectStore;

/// One running server: what every request shares.
pub struct App {
    /// The settings.
    pub config: config::Config,
    /// The time.
    pub clock: clock::Clock,
    /// The database, for reading.
    pub database: database::Database,
    /// The journal, for writing.
    pub journal: journal::Journal,
    /// Seals cursors.
    pub cursors: journal::CursorKey,
    /// Hashes and checks passwords.
    pub passwords: accounts::password::Passwords,
    /// Makes tokens and turns them into viewers.
    pub recognition: Arc<accounts::recognition::Recognition>,
    /// Counts registrations.
    pub registrations: accounts::Registrations,
    /// The bytes of attachments.
    pub files: Arc<dyn ObjectStore>,
    /// Signs links to attachments.
    pub link_key: [u8; 32],
    /// The address clients reach this server at, without a slash at its end.
    pub public_url: String,
}
