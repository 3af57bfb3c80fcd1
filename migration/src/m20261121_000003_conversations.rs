//! Conversations, who takes part in them, and the steps of their read and delivered markers.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, id, index, number, number_or_null, one_of, references};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(conversation()).await?;
        manager.create_table(participant()).await?;
        manager
            .create_index(index("ix_participant_user", "participant", &["user_id", "left_at", "conversation_id"]))
            .await?;
        manager.create_table(stay()).await?;
        manager.create_table(marker_step()).await
    }
}

fn conversation() -> TableCreateStatement {
    Table::create()
        .table("conversation")
        .col(id("id").primary_key())
        .col(one_of("kind", &["DIRECT", "GROUP"]))
        .col(one_of("purpose", &["GENERAL", "CONSULTATION", "THERAPY", "EMERGENCY", "STUDY", "CASE"]))
        .col(one_of("state", &["ACTIVE", "ARCHIVED", "CLOSED"]))
        .col(ColumnDef::new("title").text())
        // The two user ids of a direct conversation, smaller first: at most one per pair.
        .col(ColumnDef::new("direct_key").text().unique_key())
        .col(id("created_by"))
        .col(number("created_at"))
        .col(number("updated_at"))
        .col(number("activity_seq"))
        .col(number_or_null("last_message_seq"))
        .col(number("last_ordinal"))
        .foreign_key(&mut references("conversation", "created_by", "user", "id"))
        .check(Expr::cust("(kind = 'DIRECT') = (direct_key IS NOT NULL)"))
        .take()
}

fn participant() -> TableCreateStatement {
    Table::create()
        .table("participant")
        .col(id("conversation_id"))
        .col(id("user_id"))
        .col(one_of("role", &["OWNER", "ADMIN", "MEMBER", "OBSERVER"]))
        .col(flag("can_send"))
        .col(flag("can_see_history"))
        .col(number("joined_at"))
        .col(number_or_null("left_at"))
        .col(number("history_from_seq"))
        .col(number("delivered_seq"))
        .col(number("read_seq"))
        .col(number_or_null("unread_from_seq"))
        .col(number("counted_seq"))
        .col(number("counted_ordinal"))
        .col(number("counted_own"))
        .primary_key(Index::create().col("conversation_id").col("user_id"))
        .foreign_key(&mut references("participant", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("participant", "user_id", "user", "id"))
        .take()
}

fn stay() -> TableCreateStatement {
    Table::create()
        .table("stay")
        .col(id("conversation_id"))
        .col(id("user_id"))
        .col(number("from_seq"))
        .col(number_or_null("to_seq"))
        .col(number("history_from_seq"))
        .primary_key(Index::create().col("user_id").col("conversation_id").col("from_seq"))
        .foreign_key(&mut references("stay", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("stay", "user_id", "user", "id"))
        .take()
}

fn marker_step() -> TableCreateStatement {
    Table::create()
        .table("marker_step")
        .col(id("conversation_id"))
        .col(id("user_id"))
        .col(one_of("kind", &["READ", "DELIVERED"]))
        .col(number("up_to_seq"))
        .col(number("at"))
        .primary_key(Index::create().col("conversation_id").col("user_id").col("kind").col("up_to_seq"))
        .foreign_key(&mut references("marker_step", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("marker_step", "user_id", "user", "id"))
        .take()
}
