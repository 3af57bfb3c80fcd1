//! Who shares when they are online, and when they last were.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, id, number_or_null, references};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let presence = Table::create()
            .table("presence")
            .col(id("user_id").primary_key())
            .col(flag("is_shared"))
            .col(number_or_null("last_seen_at"))
            .foreign_key(&mut references("presence", "user_id", "user", "id"))
            .take();
        manager.create_table(presence).await
    }
}
