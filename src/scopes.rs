//! What the token of a program may be used for: the one table, which the gateway and the schema of programs look into.
//!
//! A token reaches the root fields that its scopes name and nothing else; a root field that is not here is for people
//! alone. Below the roots everything counts as content, which needs READ_MESSAGES, unless it is named here, so that no
//! way through a permitted field leads to what is not permitted.

use async_graphql::Enum;

use crate::error::{Error, Result};

/// What the token of a program may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "ServiceScope")]
pub enum Scope {
    /// Look up people.
    ReadDirectory,
    /// Read and follow the conversations the program takes part in, their messages and files, and say how far it has
    /// read; see and tidy its own notifications.
    ReadMessages,
    /// Send, edit and delete its own messages, upload files, and open direct conversations. What it gets back of them
    /// are ids only, without READ_MESSAGES.
    SendMessages,
    /// Make groups, and change groups it leads, those who take part in them, and the state of conversations.
    ManageConversations,
}

impl Scope {
    const ALL: [(Self, &'static str); 4] = [
        (Self::ReadDirectory, "READ_DIRECTORY"),
        (Self::ReadMessages, "READ_MESSAGES"),
        (Self::SendMessages, "SEND_MESSAGES"),
        (Self::ManageConversations, "MANAGE_CONVERSATIONS"),
    ];

    /// The name, as the API and the rows write it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(scope, _)| *scope == self).map_or("", |(_, name)| name)
    }
}

/// The scopes of one token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// These scopes.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |all, scope| all | 1 << *scope as u8))
    }

    /// Those whose names stand in a row; a name this version does not know gives nothing.
    pub fn read(names: &str) -> Self {
        let known = |name| Scope::ALL.iter().find(|(_, known)| *known == name).map(|(scope, _)| *scope);
        Self::of(&names.split(' ').filter_map(known).collect::<Vec<_>>())
    }

    /// As they stand in a row.
    pub fn written(self) -> String {
        self.list().into_iter().map(Scope::name).collect::<Vec<_>>().join(" ")
    }

    /// Each of them.
    pub fn list(self) -> Vec<Scope> {
        Scope::ALL.into_iter().map(|(scope, _)| scope).filter(|scope| self.have(*scope)).collect()
    }

    /// Whether this is one of them.
    pub fn have(self, scope: Scope) -> bool {
        self.0 & 1 << scope as u8 != 0
    }

    /// Whether a token with these may ask for a field of a root type.
    ///
    /// # Errors
    /// FORBIDDEN when it may not.
    pub fn check_root(self, field: &str) -> Result<()> {
        match root(field) {
            Need::Nothing => Ok(()),
            Need::One(scope) if self.have(scope) => Ok(()),
            _ => Err(Error::Forbidden),
        }
    }

    /// Whether a token with these may ask for a field of any other type.
    ///
    /// # Errors
    /// FORBIDDEN when it may not.
    pub fn check_field(self, parent: &str, field: &str) -> Result<()> {
        let need = if field == "unreadNotificationCount" { Need::One(Scope::ReadMessages) } else { inner(parent) };
        match need {
            Need::Nothing => Ok(()),
            Need::One(scope) if self.have(scope) || field == "id" => Ok(()),
            _ => Err(Error::Forbidden),
        }
    }
}

/// What a field needs.
enum Need {
    /// Any token.
    Nothing,
    /// A token with this scope.
    One(Scope),
    /// A person.
    Person,
}

fn root(field: &str) -> Need {
    match field {
        "__typename" | "__schema" | "__type" | "viewer" | "cursor" | "limits" | "renewConnection" => Need::Nothing,
        "user" | "users" | "presenceChanged" => Need::One(Scope::ReadDirectory),
        "node"
        | "nodes"
        | "conversation"
        | "conversations"
        | "message"
        | "messages"
        | "searchMessages"
        | "invitations"
        | "unreadCounts"
        | "changes"
        | "events"
        | "typing"
        | "messageAdded"
        | "unreadCountsChanged"
        | "markRead"
        | "markUnread"
        | "markDelivered"
        | "hideMessage"
        | "notifications"
        | "notificationAdded"
        | "markNotificationsRead"
        | "deleteNotification" => Need::One(Scope::ReadMessages),
        "sendMessage"
        | "editMessage"
        | "deleteMessage"
        | "addReaction"
        | "removeReaction"
        | "annotateAttachment"
        | "removeAnnotation"
        | "pinMessage"
        | "unpinMessage"
        | "setUrgent"
        | "uploadAttachment"
        | "discardAttachment"
        | "openDirectConversation"
        | "setTyping" => Need::One(Scope::SendMessages),
        "createGroup"
        | "updateConversation"
        | "setConversationState"
        | "addParticipants"
        | "removeParticipant"
        | "updateParticipant"
        | "leaveConversation"
        | "inviteParticipants"
        | "respondToInvitation"
        | "withdrawInvitation" => Need::One(Scope::ManageConversations),
        _ => Need::Person,
    }
}

fn inner(parent: &str) -> Need {
    match parent {
        "DirectoryCounts" | "DirectoryGroup" | "Presence" | "PresenceChange" | "Viewer" | "User" | "UserConnection"
        | "UserEdge" | "UserError" | "PageInfo" | "Permission" | "Limits" | "FileType" => Need::Nothing,
        "Session" | "ServiceAccount" | "ServiceToken" => Need::Person,
        parent if parent.ends_with("Payload") || parent.starts_with("__") => Need::Nothing,
        _ => Need::One(Scope::ReadMessages),
    }
}
