//! Entries of people's inboxes.

use sea_orm::entity::prelude::*;

use crate::{
    clock::Timestamp,
    ids::{ConversationId, InvitationId, MessageId, NotificationId, UserId},
    journal::Seq,
};

/// Something that was told to one person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notification")]
pub struct Model {
    /// Whom it was told.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    /// The place of the event that announced it; the list is in this order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: Seq,
    /// Public as `ntf_…`.
    pub id: NotificationId,
    /// What it tells.
    pub kind: Kind,
    /// Who did what it tells of.
    pub actor_id: UserId,
    /// Where; null for a request between two people.
    pub conversation_id: Option<ConversationId>,
    /// The message it is about; null when about none.
    pub message_id: Option<MessageId>,
    /// The place of that message.
    pub message_seq: Option<Seq>,
    /// The invitation it is about; null when about none.
    pub invitation_id: Option<InvitationId>,
    /// Whether it came while its owner wanted quiet.
    pub is_silent: bool,
    /// When it was told.
    pub created_at: Timestamp,
    /// When it was read; null while it is not.
    pub read_at: Option<Timestamp>,
}

/// No relations: features join by key where a query needs it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What an entry of the inbox tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, async_graphql::Enum)]
#[graphql(name = "NotificationKind")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// A conversation has messages that the viewer has not read: one entry for each conversation, which moves up with
    /// each message and goes when the conversation is read. Only where the viewer is told of every message.
    NewMessage,
    /// Somebody answered a message of the viewer.
    MessageReply,
    /// A message names the viewer.
    Mention,
    /// Somebody asks the viewer to be a contact.
    ContactRequest,
    /// Somebody asks the viewer to join a group.
    GroupInvite,
    /// A message is urgent.
    UrgentMessage,
}
