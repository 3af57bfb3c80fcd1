//! What people mark on pictures.

use sea_orm_migration::prelude::*;

use crate::columns::{id, index, number, one_of, references};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let annotation = Table::create()
            .table("image_annotation")
            .col(id("id").primary_key())
            .col(id("attachment_id"))
            .col(id("message_id"))
            .col(id("conversation_id"))
            .col(id("author_id"))
            .col(one_of("kind", &["BOX", "ARROW", "TEXT"]))
            .col(ColumnDef::new("x1").double().not_null().check(Expr::col("x1").between(0.0, 1.0)))
            .col(ColumnDef::new("y1").double().not_null().check(Expr::col("y1").between(0.0, 1.0)))
            .col(ColumnDef::new("x2").double().check(Expr::col("x2").between(0.0, 1.0)))
            .col(ColumnDef::new("y2").double().check(Expr::col("y2").between(0.0, 1.0)))
            .col(ColumnDef::new("label").text())
            .col(number("created_at"))
            .foreign_key(&mut references("image_annotation", "attachment_id", "attachment", "id"))
            .foreign_key(&mut references("image_annotation", "message_id", "message", "id"))
            .foreign_key(&mut references("image_annotation", "author_id", "user", "id"))
            .take();
        manager.create_table(annotation).await?;
        manager.create_index(index("ix_image_annotation", "image_annotation", &["attachment_id", "created_at"])).await
    }
}
