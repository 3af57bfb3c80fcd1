//! The browsers that are pushed to, and how far the journal was looked through for what is news to them.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, index, number, references, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(push_subscription()).await?;
        manager.create_index(index("ux_push_endpoint", "push_subscription", &["endpoint"]).unique().take()).await?;
        manager.create_index(index("ix_push_user", "push_subscription", &["user_id"])).await?;
        let has_news = Expr::col("news_seq").gt(Expr::col("told_seq"));
        manager.create_index(index("ix_push_due", "push_subscription", &["due_at"]).and_where(has_news).take()).await?;
        manager.create_table(push_place()).await?;
        let start = Query::insert()
            .into_table("push_place")
            .columns(["id", "seq"])
            .values_panic([1.into(), 0i64.into()])
            .take();
        manager.execute(start).await
    }
}

fn push_subscription() -> TableCreateStatement {
    Table::create()
        .table("push_subscription")
        .col(id("session_id").primary_key())
        .col(id("user_id"))
        .col(text("endpoint"))
        .col(bytes("p256dh"))
        .col(bytes("auth"))
        .col(number("created_at"))
        .col(number("news_seq"))
        .col(number("told_seq"))
        .col(number("due_at"))
        .col(number("attempts"))
        .foreign_key(&mut references("push_subscription", "session_id", "session", "id"))
        .foreign_key(&mut references("push_subscription", "user_id", "user", "id"))
        .take()
}

fn push_place() -> TableCreateStatement {
    Table::create()
        .table("push_place")
        .col(ColumnDef::new("id").integer().not_null().primary_key().check(Expr::col("id").eq(1)))
        .col(number("seq"))
        .take()
}
