//! What conversations were opened for in other systems.

use sea_orm::entity::prelude::*;

use crate::ids::ConversationId;

/// A thing elsewhere, such as an appointment, that a conversation was opened for.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation_reference")]
pub struct Model {
    /// The conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// The other system.
    #[sea_orm(primary_key, auto_increment = false)]
    pub system: String,
    /// The name it has there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// Whether the conversation is a group; of groups there is one for each thing.
    pub in_group: bool,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
