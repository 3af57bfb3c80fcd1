//! Bedside: secure messaging for care, over a GraphQL API with subscriptions.
//!
//! The modules are listed in the order of who may call whom: the services of each call only those above it. The
//! `types.rs` files point at each other freely, for the schema is a graph.

pub mod clock;
pub mod config;
pub mod error;
pub mod ids;
pub mod keys;
pub mod metrics;
pub mod database;
pub mod entity;
pub mod language;
pub mod journal;
pub mod scopes;
pub mod access;
pub mod rates;
pub mod signals;
pub mod graphql;
pub mod mail;
pub mod notices;
pub mod attachments;
pub mod people;
pub mod accounts;
pub mod notifications;
pub mod contacts;
pub mod timeline;
pub mod participants;
pub mod conversations;
pub mod blocks;
pub mod preferences;
pub mod invitations;
pub mod administration;
pub mod messages;
pub mod receipts;
pub mod push;
pub mod search;
pub mod limits;
pub mod statistics;
pub mod presence;
pub mod typing;
pub mod live;
pub mod node;
pub mod nats;
pub mod pages;
pub mod app;
pub mod schema;
pub mod delivery;
pub mod server;
pub mod commands;

pub use app::App;
