//! The journal.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Its place: 1, 2, 3, without holes.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: Seq,
    /// Known before the place is, to find out whether an unanswered commit went through.
    pub id: Uuid,
    /// What happened; the name of the variant of `journal::EventBody`.
    pub kind: String,
    /// Whom it concerns, when that is a conversation.
    pub conversation_id: Option<ConversationId>,
    /// Whom it concerns, when that is one user. Both null: everybody.
    pub user_id: Option<UserId>,
    /// Who did it; null when the server did.
    pub actor_id: Option<UserId>,
    /// Ids and numbers as JSON; never any text of a message.
    pub payload: String,
    /// When it was committed.
    pub created_at: Timestamp,
    /// SHA-256 over the hash before it and this row.
    pub hash: Vec<u8>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
