//! Public ids: a prefix that names the type, then a UUIDv7 in base 32 (TypeID 0.3, <https://github.com/jetify-com/typeid>).
//!
//! Inside, each kind of id is its own Rust type, so an id of one type can never be used for another.

use async_graphql::ID;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

use crate::error::{Error, Result};

fn encode(prefix: &str, id: Uuid) -> String {
    match DynamicType::new(prefix) {
        Ok(tag) => TypeSafeId::from_type_and_uuid(tag, id).to_string(),
        Err(_) => unreachable!("the prefixes below are lower-case words"),
    }
}

fn decode(prefix: &str, text: &str) -> Option<Uuid> {
    let id: TypeSafeId<DynamicType> = text.parse().ok()?;
    (id.type_prefix() == prefix).then(|| id.uuid())
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType, serde::Serialize, serde::Deserialize)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The prefix of this type's public ids, without the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id; later ids sort after earlier ones (UUIDv7, RFC 9562 section 5.7).
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            /// Reads a public id.
            ///
            /// # Errors
            /// BAD_USER_INPUT when the text is no id or the id of another type.
            pub fn parse(text: &str) -> Result<Self> {
                decode($prefix, text).map(Self).ok_or_else(|| {
                    Error::bad_input(format!("This is not the id of a {}: such an id starts with \"{}_\".", stringify!($name).trim_end_matches("Id").to_lowercase(), $prefix))
                })
            }

            /// The id as the API shows it.
            pub fn public(self) -> ID {
                ID(encode($prefix, self.0))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&encode($prefix, self.0))
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(/// A user.
    UserId, "user");
id!(/// A sign-in of a user on one device.
    SessionId, "sess");
id!(/// A conversation.
    ConversationId, "conv");
id!(/// A contact, as one of two people has it.
    ContactId, "contact");
id!(/// An invitation to a group.
    InvitationId, "inv");
id!(/// A message.
    MessageId, "msg");
id!(/// An entry of somebody's inbox.
    NotificationId, "ntf");
id!(/// An attachment.
    AttachmentId, "att");
id!(/// What somebody marked on a picture.
    AnnotationId, "ann");

/// Somebody's place in a conversation, which has no id of its own: the two ids after one prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParticipantId {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub user: UserId,
}

impl ParticipantId {
    /// The id as the API shows it.
    pub fn public(self) -> ID {
        let bare = |prefix, id| encode(prefix, id).split_off(prefix.len() + 1);
        ID(format!("part_{}{}", bare(ConversationId::PREFIX, self.conversation.0), bare(UserId::PREFIX, self.user.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_only_as_its_own_type() {
        let id = MessageId::generate();
        assert_eq!(MessageId::parse(&id.to_string()).ok(), Some(id));
        assert!(UserId::parse(&id.to_string()).is_err());
        assert!(MessageId::parse("msg_").is_err());
        assert!(MessageId::parse(&id.0.to_string()).is_err());
    }
}
