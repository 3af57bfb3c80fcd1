//! Messages, their earlier versions and their attachments.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, index, number, number_or_null, one_of, references, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(message()).await?;
        manager
            .create_index(index("ux_message_history", "message", &["conversation_id", "seq"]).unique().take())
            .await?;
        manager
            .create_index(index("ux_message_own", "message", &["conversation_id", "sender_id", "seq"]).unique().take())
            .await?;
        // Unread counts subtract the removed messages after a place; few are, so the index holds only those.
        manager
            .create_index(
                index("ix_message_deleted", "message", &["conversation_id", "seq"])
                    .and_where(Expr::col("deleted_at").is_not_null())
                    .take(),
            )
            .await?;
        manager.create_table(message_version()).await?;
        manager.create_table(attachment()).await?;
        manager.create_index(index("ix_attachment_message", "attachment", &["message_id", "position"])).await?;
        manager
            .create_index(
                index("ix_attachment_unsent", "attachment", &["created_at"])
                    .and_where(Expr::col("message_id").is_null())
                    .take(),
            )
            .await?;
        // One picture of a person at a time.
        manager
            .create_index(
                index("ux_attachment_avatar", "attachment", &["uploader_id"])
                    .unique()
                    .and_where(Expr::col("is_avatar").eq(true).and(Expr::col("removed_at").is_null()))
                    .take(),
            )
            .await?;
        // What somebody's files take up is summed at every upload: read from the index alone.
        manager
            .create_index(
                index("ix_attachment_quota", "attachment", &["uploader_id", "size"])
                    .and_where(Expr::col("removed_at").is_null())
                    .take(),
            )
            .await?;
        // Files whose bytes are still to be removed: few at any time, so the index holds only those.
        manager
            .create_index(
                Index::create()
                    .name("ix_attachment_to_clear")
                    .table("attachment")
                    .col("id")
                    .and_where(Expr::col("removed_at").is_not_null().and(Expr::col("storage_key").is_not_null()))
                    .take(),
            )
            .await
    }
}

fn message() -> TableCreateStatement {
    Table::create()
        .table("message")
        // The seq of the event that announced it, as primary key: the table only grows at its end.
        .col(number("seq").primary_key())
        .col(id("id").unique_key())
        .col(id("conversation_id"))
        .col(number("ordinal"))
        .col(id("sender_id"))
        .col(number("sender_ordinal"))
        .col(one_of("sender_role", &["PATIENT", "CLINICIAN", "STUDENT", "CAREGIVER", "STAFF", "ADMIN"]))
        .col(one_of("kind", &["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO", "MIXED", "SYSTEM"]))
        .col(text("text"))
        .col(ColumnDef::new("note").text().check(Expr::cust("(kind = 'SYSTEM') = (note IS NOT NULL)")))
        .col(ColumnDef::new("reply_to_id").uuid())
        .col(ColumnDef::new("client_id").uuid())
        .col(flag("has_attachments"))
        .col(ColumnDef::new("version").integer().not_null().check(Expr::col("version").gte(1)))
        .col(number("created_at"))
        .col(number("updated_at"))
        .col(number_or_null("edited_at"))
        .col(number_or_null("deleted_at"))
        .col(ColumnDef::new("deleted_by").uuid())
        .foreign_key(&mut references("message", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("message", "sender_id", "user", "id"))
        .foreign_key(&mut references("message", "reply_to_id", "message", "id"))
        .take()
}

fn message_version() -> TableCreateStatement {
    Table::create()
        .table("message_version")
        .col(id("message_id"))
        .col(ColumnDef::new("version").integer().not_null())
        .col(text("text"))
        .col(number("written_at"))
        .primary_key(Index::create().col("message_id").col("version"))
        .foreign_key(&mut references("message_version", "message_id", "message", "id"))
        .take()
}

fn attachment() -> TableCreateStatement {
    Table::create()
        .table("attachment")
        .col(id("id").primary_key())
        .col(id("uploader_id"))
        .col(ColumnDef::new("message_id").uuid())
        .col(flag("is_avatar"))
        .col(ColumnDef::new("position").integer().not_null())
        .col(text("name"))
        .col(text("content_type"))
        .col(one_of("kind", &["IMAGE", "FILE", "AUDIO", "VIDEO"]))
        .col(number("size"))
        .col(bytes("sha256"))
        .col(ColumnDef::new("storage_key").text().unique_key())
        .col(number_or_null("duration_ms"))
        .col(number("created_at"))
        .col(number_or_null("removed_at"))
        .foreign_key(&mut references("attachment", "uploader_id", "user", "id"))
        .foreign_key(&mut references("attachment", "message_id", "message", "id"))
        .take()
}
