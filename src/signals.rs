//! What nodes tell each other beside the journal: who is online and who types. Nothing of it is kept; what is not heard
//! is out of date a little later anyway.
//!
//! A node alone tells nobody. A way between nodes implements [`Wire`] and gives what it hears to `App::hear`.

use futures_util::future::BoxFuture;
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

use crate::ids::{ConversationId, UserId};

/// A word to the other nodes: ids only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Signal {
    /// A node has come, or hears the others again: they say who is online there.
    Joined,
    /// A node stops: nobody is online there any more.
    Left {
        /// The node.
        node: Uuid,
    },
    /// These people are online on a node; said when they come and again before it expires.
    Here {
        /// The node.
        node: Uuid,
        /// Who, of those who share it.
        people: Vec<UserId>,
    },
    /// Somebody has nothing open on a node any more.
    Gone {
        /// The node.
        node: Uuid,
        /// Who.
        user: UserId,
    },
    /// Somebody types, or has stopped.
    Typing {
        /// Where.
        conversation: ConversationId,
        /// Who.
        user: UserId,
        /// Whether they do.
        is_typing: bool,
    },
}

/// The way to the other nodes. It may lose signals, and must not wait.
pub trait Wire: Send + Sync {
    /// Sends a signal to every other node.
    fn tell(&self, signal: Signal);

    /// Whether the other nodes can be reached now.
    fn is_up(&self) -> bool {
        true
    }

    /// Sends what is still waiting, for as long as that is worth while.
    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }
}
