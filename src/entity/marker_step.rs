//! Moves of read and delivered markers.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{ConversationId, UserId},
    journal::Seq,
};

/// One move of a marker; a receipt takes its time from the first step at or past its message.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "marker_step")]
pub struct Model {
    /// The conversation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: ConversationId,
    /// Whose marker moved.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// Which marker.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: Marker,
    /// Where it moved to.
    #[sea_orm(primary_key, auto_increment = false)]
    pub up_to_seq: Seq,
    /// When.
    pub at: Timestamp,
    /// Whether others are shown it. Of urgent messages they are in any case.
    pub is_shown: bool,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Which marker of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, serde::Serialize, serde::Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Marker {
    /// The person has read up to here.
    Read,
    /// The messages up to here reached one of their devices.
    Delivered,
}
