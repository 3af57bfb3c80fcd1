//! Conversations, who takes part in them, and the steps of their read and delivered markers.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, id, index, number, number_or_null, one_of, references, text};

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
        manager.create_table(marker_step()).await?;
        manager.create_table(conversation_tag()).await?;
        manager.create_index(index("ix_conversation_tag", "conversation_tag", &["tag", "conversation_id"])).await?;
        manager.create_table(conversation_reference()).await?;
        manager
            .create_index(index(
                "ix_conversation_reference",
                "conversation_reference",
                &["system", "external_id", "conversation_id"],
            ))
            .await?;
        // At most one group for each thing elsewhere; direct conversations are one for each pair anyway.
        manager
            .create_index(
                index("ux_conversation_reference_group", "conversation_reference", &["system", "external_id"])
                    .unique()
                    .and_where(Expr::col("in_group").eq(true))
                    .take(),
            )
            .await?;
        manager.create_table(invitation()).await?;
        // At most one open invitation of a person to a conversation.
        manager
            .create_index(
                index("ux_invitation_open", "invitation", &["user_id", "conversation_id"])
                    .unique()
                    .and_where(Expr::col("state").eq("PENDING"))
                    .take(),
            )
            .await?;
        manager.create_index(index("ix_invitation_conversation", "invitation", &["conversation_id", "id"])).await
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
        .col(ColumnDef::new("description").text())
        // The two user ids of a direct conversation, smaller first: at most one per pair.
        .col(ColumnDef::new("direct_key").text().unique_key())
        .col(id("created_by"))
        .col(number("created_at"))
        .col(number("updated_at"))
        .col(number("activity_seq"))
        .col(number_or_null("last_message_seq"))
        .col(number("last_ordinal"))
        .col(number_or_null("deleted_at"))
        .col(ColumnDef::new("delete_reason").text())
        .col(ColumnDef::new("external_system").text())
        .col(ColumnDef::new("external_id").text())
        .foreign_key(&mut references("conversation", "created_by", "user", "id"))
        .check(Expr::cust("(kind = 'DIRECT') = (direct_key IS NOT NULL)"))
        .check(Expr::cust("(deleted_at IS NULL) = (delete_reason IS NULL)"))
        .check(Expr::cust("(external_system IS NULL) = (external_id IS NULL)"))
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
        .col(number("shown_read_seq"))
        .col(number_or_null("unread_from_seq"))
        .col(number("counted_seq"))
        .col(number("counted_ordinal"))
        .col(number("counted_own"))
        .col(one_of("notification_level", &["ALL", "MENTIONS", "NONE"]))
        .col(number_or_null("quiet_until"))
        .col(number_or_null("archived_seq"))
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
        .col(flag("is_shown"))
        .primary_key(Index::create().col("conversation_id").col("user_id").col("kind").col("up_to_seq"))
        .foreign_key(&mut references("marker_step", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("marker_step", "user_id", "user", "id"))
        .take()
}

fn conversation_tag() -> TableCreateStatement {
    Table::create()
        .table("conversation_tag")
        .col(id("conversation_id"))
        .col(text("tag"))
        .primary_key(Index::create().col("conversation_id").col("tag"))
        .foreign_key(&mut references("conversation_tag", "conversation_id", "conversation", "id"))
        .take()
}

fn conversation_reference() -> TableCreateStatement {
    Table::create()
        .table("conversation_reference")
        .col(id("conversation_id"))
        .col(text("system"))
        .col(text("external_id"))
        .col(flag("in_group"))
        .primary_key(Index::create().col("conversation_id").col("system").col("external_id"))
        .foreign_key(&mut references("conversation_reference", "conversation_id", "conversation", "id"))
        .take()
}

fn invitation() -> TableCreateStatement {
    Table::create()
        .table("invitation")
        .col(id("id").primary_key())
        .col(id("conversation_id"))
        .col(id("user_id"))
        .col(id("invited_by"))
        .col(one_of("role", &["ADMIN", "MEMBER", "OBSERVER"]))
        .col(flag("sees_history"))
        .col(one_of("state", &["PENDING", "ACCEPTED", "DECLINED", "WITHDRAWN"]))
        .col(number("created_at"))
        .col(number_or_null("answered_at"))
        .foreign_key(&mut references("invitation", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("invitation", "user_id", "user", "id"))
        .foreign_key(&mut references("invitation", "invited_by", "user", "id"))
        .check(Expr::cust("(state = 'PENDING') = (answered_at IS NULL)"))
        .take()
}
