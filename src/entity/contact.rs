//! Contacts and requests for them: one row for each side of a pair.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{ContactId, UserId},
};

/// A contact, as one of the two has it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    /// Public as `contact_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    /// Who has it.
    pub owner_id: UserId,
    /// The other person.
    pub user_id: UserId,
    /// Which of the two asked.
    pub asked_by: UserId,
    /// How far it is, as the owner sees it.
    pub state: State,
    /// What the owner calls the other; null when nothing of their own.
    pub nickname: Option<String>,
    /// Whether the owner wants it on top.
    pub is_favourite: bool,
    /// When it was first asked for.
    pub created_at: Timestamp,
    /// When the request was answered; null while it waits.
    pub answered_at: Option<Timestamp>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How far a contact is, as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[graphql(name = "ContactState")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// The viewer asked, and the other person has not answered yet.
    Sent,
    /// The other person asked, and waits for the viewer's answer.
    Received,
    /// Both are contacts of each other.
    Accepted,
    /// The request was declined. Only the person who declined can ask again.
    Declined,
}
