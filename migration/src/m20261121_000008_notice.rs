//! What the clinic says at the top of conversations.

use sea_orm_migration::prelude::*;

use crate::columns::{id, number, references, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let notice = Table::create()
            .table("clinic_notice")
            // One row at most.
            .col(ColumnDef::new("id").integer().not_null().primary_key().check(Expr::col("id").eq(1)))
            .col(text("text"))
            .col(id("updated_by"))
            .col(number("updated_at"))
            .foreign_key(&mut references("clinic_notice", "updated_by", "user", "id"))
            .take();
        manager.create_table(notice).await
    }
}
