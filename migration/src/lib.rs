//! The database schema of Bedside, one file per change, the same on SQLite and PostgreSQL.
//!
//! A migration never imports the server's entities: today's row must not change yesterday's step.
//! Times are whole milliseconds since 1970-01-01 UTC, so both databases sort and round them alike.

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::prelude::{MigratorTrait, SchemaManager};

mod columns;
mod m20261121_000001_accounts;
mod m20261121_000002_journal;
mod m20261121_000003_conversations;
mod m20261121_000004_messages;
mod m20261121_000005_people;
mod m20261121_000006_mail_and_service_accounts;
mod m20261121_000007_presence;
mod m20261121_000008_notice;
mod m20261121_000010_notifications;
mod m20261121_000011_annotations;
mod m20261122_000012_push;

/// Runs the migrations in order.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_accounts::Migration),
            Box::new(m20261121_000002_journal::Migration),
            Box::new(m20261121_000003_conversations::Migration),
            Box::new(m20261121_000004_messages::Migration),
            Box::new(m20261121_000005_people::Migration),
            Box::new(m20261121_000006_mail_and_service_accounts::Migration),
            Box::new(m20261121_000007_presence::Migration),
            Box::new(m20261121_000008_notice::Migration),
            Box::new(m20261121_000010_notifications::Migration),
            Box::new(m20261121_000011_annotations::Migration),
            Box::new(m20261122_000012_push::Migration),
        ]
    }
}
