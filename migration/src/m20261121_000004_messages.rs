//! Messages, their earlier versions, what people add to them, and their attachments.

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
        filters(manager).await?;
        manager.create_table(reaction()).await?;
        manager.create_table(hidden_message()).await?;
        manager.create_index(index("ix_hidden_message_seq", "hidden_message", &["seq"])).await?;
        manager.create_table(message_version()).await?;
        manager.create_table(attachment()).await?;
        attachment_indexes(manager).await
    }
}

/// The indexes by which files are found: by message, to be removed, and by their bytes.
async fn attachment_indexes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
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
    // A forwarded file names the same bytes.
    manager.create_index(index("ix_attachment_bytes", "attachment", &["storage_key"])).await?;
    manager
        .create_index(
            index("ix_attachment_thumbnail", "attachment", &["thumbnail_key"])
                .and_where(Expr::col("thumbnail_key").is_not_null())
                .take(),
        )
        .await?;
    // What somebody's files take up is summed at every upload: read from the index alone.
    manager
        .create_index(
            index("ix_attachment_quota", "attachment", &["uploader_id", "size"])
                .and_where(Expr::col("removed_at").is_null().and(Expr::col("is_copy").eq(false)))
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

/// The indexes by which a history is filtered, and expiring messages are found.
async fn filters(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // What a history can be filtered by, where most messages have it not.
    for (name, column) in [
        ("ix_message_urgent", Expr::col("is_urgent").eq(true)),
        ("ix_message_files", Expr::col("has_attachments").eq(true)),
        ("ix_message_pinned", Expr::col("pinned_at").is_not_null()),
    ] {
        manager.create_index(index(name, "message", &["conversation_id", "seq"]).and_where(column).take()).await?;
    }
    manager.create_index(index("ix_message_kind", "message", &["conversation_id", "kind", "seq"])).await?;
    manager
        .create_index(
            index("ix_message_expiring", "message", &["expires_at"])
                .and_where(Expr::col("expires_at").is_not_null().and(Expr::col("deleted_at").is_null()))
                .take(),
        )
        .await
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
        .col(one_of(
            "kind",
            &["TEXT", "IMAGE", "FILE", "AUDIO", "VIDEO", "MIXED", "APPOINTMENT", "PRESCRIPTION", "CASE", "SYSTEM"],
        ))
        .col(text("text"))
        .col(ColumnDef::new("note").text().check(Expr::cust("(kind = 'SYSTEM') = (note IS NOT NULL)")))
        .col(ColumnDef::new("card").text())
        .col(ColumnDef::new("mentions").text())
        .col(ColumnDef::new("reply_to_id").uuid())
        .col(ColumnDef::new("forwarded_from_id").uuid())
        .col(ColumnDef::new("client_id").uuid())
        .col(flag("has_attachments"))
        .col(ColumnDef::new("version").integer().not_null().check(Expr::col("version").gte(1)))
        .col(number("created_at"))
        .col(number("updated_at"))
        .col(number_or_null("edited_at"))
        .col(number_or_null("deleted_at"))
        .col(ColumnDef::new("deleted_by").uuid())
        .col(ColumnDef::new("delete_reason").text())
        .col(flag("is_urgent"))
        .col(flag("was_sent_urgent"))
        .col(number_or_null("expires_at"))
        .col(number_or_null("pinned_at"))
        .col(ColumnDef::new("pinned_by").uuid())
        .col(number("reactions"))
        .foreign_key(&mut references("message", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("message", "sender_id", "user", "id"))
        .foreign_key(&mut references("message", "reply_to_id", "message", "id"))
        .take()
}

fn reaction() -> TableCreateStatement {
    Table::create()
        .table("reaction")
        .col(id("message_id"))
        .col(id("user_id"))
        .col(text("emoji"))
        .col(number("created_at"))
        .primary_key(Index::create().col("message_id").col("emoji").col("user_id"))
        .foreign_key(&mut references("reaction", "message_id", "message", "id"))
        .foreign_key(&mut references("reaction", "user_id", "user", "id"))
        .take()
}

fn hidden_message() -> TableCreateStatement {
    Table::create()
        .table("hidden_message")
        .col(id("user_id"))
        .col(id("conversation_id"))
        .col(number("seq"))
        .primary_key(Index::create().col("user_id").col("conversation_id").col("seq"))
        .foreign_key(&mut references("hidden_message", "user_id", "user", "id"))
        .foreign_key(&mut references("hidden_message", "seq", "message", "seq"))
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
        .col(ColumnDef::new("storage_key").text())
        .col(flag("is_copy"))
        .col(number_or_null("duration_ms"))
        .col(ColumnDef::new("width").integer())
        .col(ColumnDef::new("height").integer())
        .col(ColumnDef::new("thumbnail_key").text())
        .col(ColumnDef::new("thumbnail_type").text())
        .col(number_or_null("thumbnail_size"))
        .col(ColumnDef::new("thumbnail_width").integer())
        .col(ColumnDef::new("thumbnail_height").integer())
        .col(number("annotations"))
        .col(number("created_at"))
        .col(number_or_null("removed_at"))
        .foreign_key(&mut references("attachment", "uploader_id", "user", "id"))
        .foreign_key(&mut references("attachment", "message_id", "message", "id"))
        .take()
}
