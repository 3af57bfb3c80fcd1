//! The journal: its events, its head and the requests it has already answered.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, index, number, references, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(event()).await?;
        manager.create_index(index("ix_event_conversation", "event", &["conversation_id", "seq"])).await?;
        manager.create_index(index("ix_event_user", "event", &["user_id", "seq"])).await?;
        // The few events for everybody.
        let for_everyone = Expr::col("conversation_id").is_null().and(Expr::col("user_id").is_null());
        manager.create_index(index("ix_event_everyone", "event", &["seq"]).and_where(for_everyone).take()).await?;
        manager.create_table(journal_head()).await?;
        manager
            .execute(
                Query::insert()
                    .into_table("journal_head")
                    .columns(["id", "seq", "hash"])
                    .values_panic([1.into(), 0i64.into(), vec![0u8; 32].into()])
                    .take(),
            )
            .await?;
        manager.create_table(idempotency()).await?;
        manager.create_index(index("ix_idempotency_age", "idempotency", &["created_at"])).await
    }
}

fn event() -> TableCreateStatement {
    Table::create()
        .table("event")
        .col(number("seq").primary_key())
        .col(id("id").unique_key())
        .col(text("kind"))
        .col(ColumnDef::new("conversation_id").uuid())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("actor_id").uuid())
        .col(text("payload"))
        .col(number("created_at"))
        .col(bytes("hash"))
        // An event's audience is one conversation, one user, or with neither everybody.
        .check(Expr::cust("conversation_id IS NULL OR user_id IS NULL"))
        .take()
}

fn journal_head() -> TableCreateStatement {
    Table::create()
        .table("journal_head")
        .col(ColumnDef::new("id").integer().not_null().primary_key().check(Expr::col("id").eq(1)))
        .col(number("seq"))
        .col(bytes("hash"))
        .take()
}

fn idempotency() -> TableCreateStatement {
    Table::create()
        .table("idempotency")
        .col(id("author_id"))
        .col(text("operation"))
        .col(id("client_id"))
        .col(bytes("fingerprint"))
        .col(id("subject_id"))
        .col(number("created_at"))
        .primary_key(Index::create().col("author_id").col("operation").col("client_id"))
        .foreign_key(&mut references("idempotency", "author_id", "user", "id"))
        .take()
}
