//! The directory, contacts and blocks.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, id, index, number, number_or_null, one_of, references};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ROLES: &[&str] = &["PATIENT", "CLINICIAN", "STUDENT", "CAREGIVER", "STAFF", "ADMIN"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(directory()).await?;
        manager.create_index(index("ix_directory_name", "directory", &["role", "name_key", "user_id"])).await?;
        // People are counted by these, from the index alone.
        for (name, column) in
            [("ix_directory_institution", "institution"), ("ix_directory_specialization", "specialization")]
        {
            manager.create_index(index(name, "directory", &["role", column, "user_id"])).await?;
        }
        manager.create_table(user_word()).await?;
        manager.create_index(index("ix_user_word", "user_word", &["role", "word", "user_id"])).await?;
        manager.create_table(contact()).await?;
        manager.create_index(index("ux_contact_pair", "contact", &["owner_id", "user_id"]).unique().take()).await?;
        manager.create_index(index("ix_contact_list", "contact", &["owner_id", "state", "id"])).await?;
        manager.create_table(block()).await?;
        manager.create_index(index("ix_block_other", "block", &["blocked_id", "blocker_id"])).await
    }
}

/// One row for everybody who can be found.
fn directory() -> TableCreateStatement {
    Table::create()
        .table("directory")
        .col(id("user_id").primary_key())
        .col(one_of("role", ROLES))
        // Bytes, for both databases compare those alike, whatever language a database is set to.
        .col(bytes("name_key"))
        .col(ColumnDef::new("institution").text())
        .col(ColumnDef::new("specialization").text())
        .foreign_key(&mut references("directory", "user_id", "user", "id"))
        .take()
}

/// What somebody is found by.
fn user_word() -> TableCreateStatement {
    Table::create()
        .table("user_word")
        .col(id("user_id"))
        .col(bytes("word"))
        .col(one_of("role", ROLES))
        .primary_key(Index::create().col("user_id").col("word"))
        .foreign_key(&mut references("user_word", "user_id", "user", "id"))
        .take()
}

/// One row for each side of a pair.
fn contact() -> TableCreateStatement {
    Table::create()
        .table("contact")
        .col(id("id").primary_key())
        .col(id("owner_id"))
        .col(id("user_id"))
        .col(id("asked_by"))
        .col(one_of("state", &["SENT", "RECEIVED", "ACCEPTED", "DECLINED"]))
        .col(ColumnDef::new("nickname").text())
        .col(flag("is_favourite"))
        .col(number("created_at"))
        .col(number_or_null("answered_at"))
        .foreign_key(&mut references("contact", "owner_id", "user", "id"))
        .foreign_key(&mut references("contact", "user_id", "user", "id"))
        .check(Expr::cust("owner_id <> user_id AND asked_by IN (owner_id, user_id)"))
        .check(Expr::cust("(state IN ('SENT', 'RECEIVED')) = (answered_at IS NULL)"))
        .take()
}

fn block() -> TableCreateStatement {
    Table::create()
        .table("block")
        .col(id("blocker_id"))
        .col(id("blocked_id"))
        .col(number("created_at"))
        .primary_key(Index::create().col("blocker_id").col("blocked_id"))
        .foreign_key(&mut references("block", "blocker_id", "user", "id"))
        .foreign_key(&mut references("block", "blocked_id", "user", "id"))
        .check(Expr::cust("blocker_id <> blocked_id"))
        .take()
}
