//! People and their roles.

use sea_orm::entity::prelude::*;

use crate::{clock::Timestamp, ids::UserId};

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user")]
pub struct Model {
    /// Public as `user_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: UserId,
    /// Unique, lower case.
    pub username: String,
    /// Unique, lower case; shown only to oneself and administrators.
    pub email: String,
    /// As the person writes it.
    pub full_name: String,
    /// What the person is to the clinic.
    pub role: Role,
    /// Free text such as "Therapist".
    pub title: Option<String>,
    /// Free text such as "Cardiology".
    pub specialization: Option<String>,
    /// Where the person works or studies.
    pub institution: Option<String>,
    /// A few words about the person.
    pub bio: Option<String>,
    /// Whether an administrator has checked a clinician's credentials.
    pub is_verified: bool,
    /// PHC string of argon2id; empty for a program.
    pub password_hash: String,
    /// In which language the server speaks to the person.
    pub language: Language,
    /// Their time zone, by its IANA name; null when not given.
    pub time_zone: Option<String>,
    /// Whether others are shown what the person has read. Urgent messages are told of in any case.
    pub shares_reading: bool,
    /// Whether this is the account of a program, which signs in with a token alone.
    pub is_service: bool,
    /// When an administrator disabled the account; null while it is good.
    pub disabled_at: Option<Timestamp>,
    /// Who takes over the person's conversations, while that is still being done.
    pub hand_over_to: Option<UserId>,
    /// Whether whoever takes over sees the messages from before, in groups; null when nobody does.
    pub hand_over_history: Option<bool>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When the profile last changed.
    pub updated_at: Timestamp,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a user is to the clinic.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    EnumIter,
    DeriveActiveEnum,
    async_graphql::Enum,
    serde::Serialize,
    serde::Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Somebody who is cared for.
    Patient,
    /// A doctor, nurse, therapist or another professional who gives care.
    Clinician,
    /// Somebody who studies a health profession.
    Student,
    /// Somebody who looks after a patient, such as a parent.
    Caregiver,
    /// Somebody who works at the clinic without giving care.
    Staff,
    /// Somebody who runs this server.
    Admin,
}

/// A language the server speaks to people in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}
