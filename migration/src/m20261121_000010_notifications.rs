//! What the inbox of each person holds.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, id, index, number, number_or_null, one_of, references};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notification()).await?;
        // The count on the badge, the list of what is unread, and marking all of it.
        manager
            .create_index(
                index("ix_notification_unread", "notification", &["user_id", "seq"])
                    .and_where(Expr::col("read_at").is_null())
                    .take(),
            )
            .await?;
        // What a read marker passes: looked for each time somebody reads.
        manager
            .create_index(
                index("ix_notification_passed", "notification", &["user_id", "conversation_id", "message_seq"])
                    .and_where(Expr::col("read_at").is_null())
                    .take(),
            )
            .await?;
        // Who was told of a message that changes or goes; of each once as each thing.
        manager
            .create_index(
                index("ux_notification_message", "notification", &["message_id", "user_id", "kind"])
                    .unique()
                    .and_where(Expr::col("message_id").is_not_null())
                    .take(),
            )
            .await?;
        // What is old enough to be forgotten.
        manager
            .create_index(
                index("ix_notification_read", "notification", &["read_at"])
                    .and_where(Expr::col("read_at").is_not_null())
                    .take(),
            )
            .await
    }
}

/// Ids and times only. Unread messages are not here: what tells of them is derived from the read markers.
fn notification() -> TableCreateStatement {
    Table::create()
        .table("notification")
        .col(id("user_id"))
        // The place of the event that announced it: the list is in this order.
        .col(number("seq"))
        .col(id("id").unique_key())
        .col(one_of("kind", &["MESSAGE_REPLY", "MENTION", "CONTACT_REQUEST", "GROUP_INVITE", "URGENT_MESSAGE"]))
        .col(id("actor_id"))
        .col(ColumnDef::new("conversation_id").uuid())
        .col(ColumnDef::new("message_id").uuid())
        .col(number_or_null("message_seq"))
        .col(ColumnDef::new("invitation_id").uuid())
        .col(flag("is_silent"))
        .col(number("created_at"))
        .col(number_or_null("read_at"))
        .primary_key(Index::create().col("user_id").col("seq"))
        .foreign_key(&mut references("notification", "user_id", "user", "id"))
        .foreign_key(&mut references("notification", "actor_id", "user", "id"))
        .foreign_key(&mut references("notification", "conversation_id", "conversation", "id"))
        .foreign_key(&mut references("notification", "message_id", "message", "id"))
        .foreign_key(&mut references("notification", "invitation_id", "invitation", "id"))
        .check(Expr::cust("user_id <> actor_id"))
        .check(Expr::cust(
            "(kind IN ('MESSAGE_REPLY', 'MENTION', 'URGENT_MESSAGE')) = (message_id IS NOT NULL AND message_seq IS NOT NULL)",
        ))
        .check(Expr::cust("(kind = 'GROUP_INVITE') = (invitation_id IS NOT NULL)"))
        .check(Expr::cust("(kind = 'CONTACT_REQUEST') = (conversation_id IS NULL)"))
        .take()
}
