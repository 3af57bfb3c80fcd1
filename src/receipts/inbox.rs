//! Of which new messages one viewer is told, kept current from events instead of asked for each message.

use std::collections::{HashMap, HashSet};

use super::{counts::Counts, store::Waiting};
use crate::{
    clock::Timestamp,
    entity::participant::{self, NotificationLevel},
    ids::{ConversationId, UserId},
    journal::{Audience, Event, EventBody, Seq},
};

/// What decides whether a viewer is told of a new message: what is unread, what they have set, whom they block.
#[derive(Clone, Debug)]
pub struct Inbox {
    viewer: UserId,
    /// Events up to here are in it already.
    as_of: Seq,
    counts: Counts,
    /// The newest unread message of each conversation, as of that place.
    newest: HashMap<ConversationId, Seq>,
    /// Only of conversations that do not simply tell of everything.
    settings: HashMap<ConversationId, Setting>,
    blocked: HashSet<UserId>,
}

#[derive(Clone, Copy, Debug)]
struct Setting {
    level: NotificationLevel,
    quiet_until: Option<Timestamp>,
}

const UNSET: Setting = Setting { level: NotificationLevel::All, quiet_until: None };

impl Inbox {
    pub(super) fn new(
        viewer: UserId,
        as_of: Seq,
        counts: Counts,
        newest: impl IntoIterator<Item = (ConversationId, Seq)>,
        settings: Vec<participant::Model>,
        blocked: Vec<UserId>,
    ) -> Self {
        let setting = |row: participant::Model| {
            (row.conversation_id, Setting { level: row.notification_level, quiet_until: row.quiet_until })
        };
        Self {
            viewer,
            as_of,
            counts,
            newest: newest.into_iter().collect(),
            settings: settings.into_iter().map(setting).collect(),
            blocked: blocked.into_iter().collect(),
        }
    }

    /// Takes an event that the viewer heard; answers with the entry of its conversation when it is a message to tell
    /// them of. Of messages from before this was read, which a resumed stream hears again, only the newest of each
    /// conversation is told, and none that was read since.
    pub fn apply(&mut self, event: &Event) -> Option<Waiting> {
        let is_past = event.seq <= self.as_of;
        if !is_past {
            self.counts.apply(self.viewer, event);
            self.follow(event);
        }
        let Audience::Conversation(conversation) = event.audience else { return None };
        let EventBody::MessageAdded { message, sender, countable: true } = event.body.as_ref()? else { return None };
        let setting = self.settings.get(&conversation).copied().unwrap_or(UNSET);
        let is_wanted = setting.level == NotificationLevel::All && !self.blocked.contains(sender);
        let is_current = !is_past || self.newest.get(&conversation) == Some(&event.seq);
        let unread = self.counts.of(conversation);
        (*sender != self.viewer && is_wanted && is_current && unread > 0).then_some(Waiting {
            conversation_id: conversation,
            unread,
            quiet_until: setting.quiet_until,
            seq: event.seq,
            message_id: *message,
            sender_id: *sender,
            created_at: event.at,
        })
    }

    /// Keeps what the viewer has set.
    fn follow(&mut self, event: &Event) {
        match (&event.body, event.audience) {
            (Some(EventBody::PreferencesChanged { conversation, level, quiet_until }), _) => {
                let level = level.unwrap_or(NotificationLevel::All);
                self.settings.insert(*conversation, Setting { level, quiet_until: *quiet_until });
            }
            (Some(EventBody::BlockChanged { user, is_blocked: true }), _) => {
                self.blocked.insert(*user);
            }
            (Some(EventBody::BlockChanged { user, is_blocked: false }), _) => {
                self.blocked.remove(user);
            }
            // Whoever comes back begins anew.
            (Some(EventBody::ParticipantRemoved { user }), Audience::Conversation(id)) if *user == self.viewer => {
                self.settings.remove(&id);
            }
            _ => {}
        }
    }
}
