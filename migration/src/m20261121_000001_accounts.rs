//! Users, their sessions, the refresh tokens of a session, and sign-ins that failed.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, index, number, number_or_null, one_of, references, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(user()).await?;
        manager.create_table(session()).await?;
        manager.create_index(index("ix_session_user", "session", &["user_id"])).await?;
        manager.create_table(refresh_token()).await?;
        manager.create_index(index("ix_refresh_token_issued", "refresh_token", &["issued_at"])).await?;
        manager.create_index(index("ix_refresh_token_session", "refresh_token", &["session_id"])).await?;
        manager.create_table(login_attempt()).await?;
        manager.create_index(index("ix_login_attempt_subject", "login_attempt", &["subject", "at"])).await?;
        manager.create_index(index("ix_login_attempt_at", "login_attempt", &["at"])).await
    }
}

fn user() -> TableCreateStatement {
    Table::create()
        .table("user")
        .col(id("id").primary_key())
        .col(text("username").unique_key())
        .col(text("email").unique_key())
        .col(text("full_name"))
        .col(one_of("role", &["PATIENT", "CLINICIAN", "STUDENT", "CAREGIVER", "STAFF", "ADMIN"]))
        .col(ColumnDef::new("title").text())
        .col(ColumnDef::new("specialization").text())
        .col(ColumnDef::new("institution").text())
        .col(ColumnDef::new("bio").text())
        .col(flag("is_verified"))
        .col(text("password_hash"))
        .col(one_of("language", &["EN", "FR"]))
        .col(ColumnDef::new("time_zone").text())
        .col(flag("shares_reading"))
        .col(flag("is_service"))
        .col(number_or_null("disabled_at"))
        .col(ColumnDef::new("hand_over_to").uuid())
        .col(ColumnDef::new("hand_over_history").boolean())
        .col(number("created_at"))
        .col(number("updated_at"))
        .take()
}

fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(id("id").primary_key())
        .col(id("user_id"))
        .col(text("device"))
        .col(number("created_at"))
        .col(number("last_used_at"))
        .col(number("expires_at"))
        .col(number_or_null("ended_at"))
        .foreign_key(&mut references("session", "user_id", "user", "id"))
        .take()
}

fn refresh_token() -> TableCreateStatement {
    Table::create()
        .table("refresh_token")
        .col(bytes("hash").primary_key())
        .col(id("session_id"))
        .col(number("issued_at"))
        .col(number_or_null("used_at"))
        .foreign_key(&mut references("refresh_token", "session_id", "session", "id"))
        .take()
}

fn login_attempt() -> TableCreateStatement {
    Table::create().table("login_attempt").col(id("id").primary_key()).col(bytes("subject")).col(number("at")).take()
}
