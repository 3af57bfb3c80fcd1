//! Bedside: secure messaging for care, over a GraphQL API with subscriptions.
//!
//! The modules are listed in the order of who may call whom: each calls only those above it.

pub mod access;
pub mod attachments;
pub mod clock;
pub mod config;
pub mod database;
pub mod entity;
pub mod error;
pub mod graphql;
pub mod ids;
pub mod journal;
pub mod keys;

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
    /// The bytes of attachments.
    pub files: Arc<dyn ObjectStore>,
    /// Signs links to attachments.
    pub link_key: [u8; 32],
    /// The address clients reach this server at, without a slash at its end.
    pub public_url: String,
}
