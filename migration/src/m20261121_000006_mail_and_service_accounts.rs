//! Mail to be sent with the one-time links in it, accounts that wait for their address, and tokens of programs.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, id, index, number, number_or_null, one_of, references, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(mail()).await?;
        manager.create_index(index("ux_mail_token", "mail", &["token_hash"]).unique().take()).await?;
        manager.create_index(index("ix_mail_address", "mail", &["address", "created_at"])).await?;
        manager.create_index(index("ix_mail_created", "mail", &["created_at"])).await?;
        let due = Expr::col("due_at").is_not_null();
        manager.create_index(index("ix_mail_due", "mail", &["due_at"]).and_where(due).take()).await?;
        manager.create_table(registration()).await?;
        manager.create_table(service_token()).await
    }
}

fn mail() -> TableCreateStatement {
    Table::create()
        .table("mail")
        .col(id("id").primary_key())
        .col(one_of("kind", &["CONFIRM_ADDRESS", "RESET_PASSWORD", "PASSWORD_CHANGED"]))
        .col(text("address"))
        .col(bytes("token_hash"))
        .col(number("created_at"))
        .col(number_or_null("due_at"))
        .col(number("attempts"))
        .take()
}

fn registration() -> TableCreateStatement {
    Table::create()
        .table("registration")
        .col(id("id").primary_key())
        .col(text("username"))
        .col(text("email"))
        .col(text("full_name"))
        .col(one_of("role", &["PATIENT", "CLINICIAN", "STUDENT"]))
        .col(ColumnDef::new("title").text())
        .col(ColumnDef::new("specialization").text())
        .col(ColumnDef::new("institution").text())
        .col(text("password_hash"))
        .col(one_of("language", &["EN", "FR"]))
        .col(ColumnDef::new("time_zone").text())
        .foreign_key(&mut references("registration", "id", "mail", "id"))
        .take()
}

fn service_token() -> TableCreateStatement {
    Table::create()
        .table("service_token")
        .col(id("session_id").primary_key())
        .col(bytes("hash").unique_key())
        .col(text("scopes"))
        .col(id("created_by"))
        .foreign_key(&mut references("service_token", "session_id", "session", "id"))
        .take()
}
