//! Mail to be sent, and the one-time links that mail holds.

use sea_orm::entity::prelude::*;

use crate::clock::Timestamp;

/// One mail. Its text is made when it is sent; here is only why, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail")]
pub struct Model {
    /// A name for this row; the token of its link is derived from it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it is about.
    pub kind: Kind,
    /// To whom, lower case. There may be nobody with this address.
    pub address: String,
    /// SHA-256 of the token of its link.
    pub token_hash: Vec<u8>,
    /// When it was asked for; its link is good for a time from then on.
    pub created_at: Timestamp,
    /// When to try to send it; null once it was sent or given up.
    pub due_at: Option<Timestamp>,
    /// How often sending was tried.
    pub attempts: i64,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// Somebody registered with this address.
    ConfirmAddress,
    /// Somebody forgot the password.
    ResetPassword,
    /// The password was changed.
    PasswordChanged,
}
