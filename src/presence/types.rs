//! What the API tells of presence.

use async_graphql::{ID, InputObject, SimpleObject};

use super::service::Seen;
use crate::{accounts::Viewer, clock::Timestamp, error::UserError, ids::UserId};

/// Whether somebody is online. Only those who share it see it, of their contacts and of people in one of their conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SimpleObject)]
pub struct Presence {
    /// Whether a stream of theirs is open.
    is_online: bool,
    /// When they last were, to about a minute. Null while they are, and when they never were.
    last_seen_at: Option<Timestamp>,
}

impl From<Seen> for Presence {
    fn from(seen: Seen) -> Self {
        Self { is_online: seen.is_online, last_seen_at: seen.last_seen }
    }
}

/// Somebody came or went.
#[derive(SimpleObject)]
pub struct PresenceChange {
    /// Who, `user_…`, as it was asked for.
    user_id: ID,
    /// How it is now. Null when the viewer may not know, or there is no such person.
    presence: Option<Presence>,
}

impl PresenceChange {
    pub(super) fn of(user: UserId, seen: Option<Seen>) -> Self {
        Self { user_id: user.public(), presence: seen.map(Presence::from) }
    }
}

/// Whether to share it.
#[derive(InputObject)]
pub struct SetPresenceInput {
    /// Whether others see when the viewer is online. Who does not share it does not see it of others.
    pub is_shared: bool,
}

/// The answer to sharing it or not.
#[derive(SimpleObject)]
pub struct SetPresencePayload {
    /// Whether others see from now on when the viewer is online.
    pub is_shared: bool,
    /// The viewer, whose `sharesPresence` it is. Null when `userErrors` says why not.
    pub viewer: Option<Viewer>,
    /// What has to be mended first; empty at present.
    pub user_errors: Vec<UserError>,
}
