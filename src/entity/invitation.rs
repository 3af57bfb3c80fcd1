//! Invitations to groups.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    entity::participant::ParticipantRole,
    ids::{ConversationId, InvitationId, UserId},
};

/// Somebody asked somebody to join a group.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    /// Public as `inv_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    /// The group.
    pub conversation_id: ConversationId,
    /// Who is asked.
    pub user_id: UserId,
    /// Who asks.
    pub invited_by: UserId,
    /// What they will be; never an owner.
    pub role: ParticipantRole,
    /// Whether they will see the messages from before they join.
    pub sees_history: bool,
    /// What became of it.
    pub state: State,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was answered or withdrawn; null while it is open.
    pub answered_at: Option<Timestamp>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[graphql(name = "InvitationState")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Not answered yet.
    Pending,
    /// The person joined.
    Accepted,
    /// The person does not want to join.
    Declined,
    /// It was taken back, or the group ended first.
    Withdrawn,
}
