//! How far a message has come among the others.

use async_graphql::Enum;

use crate::{entity::participant, journal::Seq};

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum MessageStatus {
    /// It is stored.
    Sent,
    /// It reached a device of everybody who takes part and may see it.
    Delivered,
    /// Everybody who takes part and may see it has read it. Who does not show what they read counts when the message was
    /// sent as urgent.
    Read,
}

impl MessageStatus {
    /// The status of the message at `seq`, by the markers of the others; `shows_all` when it was sent as urgent.
    pub fn of(seq: Seq, shows_all: bool, others: &[participant::Model]) -> Self {
        let mut audience = others.iter().filter(|other| other.history_from_seq <= seq).peekable();
        if audience.peek().is_none() {
            return Self::Sent;
        }
        let read = |other: &participant::Model| if shows_all { other.read_seq } else { other.shown_read_seq };
        audience.fold(Self::Read, |status, other| match status {
            Self::Read if read(other) >= seq => Self::Read,
            Self::Read | Self::Delivered if other.delivered_seq >= seq => Self::Delivered,
            _ => Self::Sent,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Timestamp,
        entity::participant::{NotificationLevel, ParticipantRole},
        ids::{ConversationId, UserId},
    };

    fn other(history_from: i64, delivered: i64, read: i64) -> participant::Model {
        participant::Model {
            conversation_id: ConversationId::generate(),
            user_id: UserId::generate(),
            role: ParticipantRole::Member,
            can_send: true,
            can_see_history: true,
            joined_at: Timestamp::from_millis(0),
            left_at: None,
            history_from_seq: Seq(history_from),
            delivered_seq: Seq(delivered),
            read_seq: Seq(read),
            shown_read_seq: Seq(read),
            unread_from_seq: None,
            counted_seq: Seq(read),
            counted_ordinal: 0,
            counted_own: 0,
            notification_level: NotificationLevel::All,
            quiet_until: None,
            archived_seq: None,
        }
    }

    #[test]
    fn the_slowest_of_those_who_may_see_it_decides() {
        let status = |others: &[_]| MessageStatus::of(Seq(5), false, others);
        assert_eq!(status(&[]), MessageStatus::Sent);
        assert_eq!(status(&[other(0, 9, 9), other(0, 5, 5)]), MessageStatus::Read);
        assert_eq!(status(&[other(0, 9, 9), other(0, 5, 4)]), MessageStatus::Delivered);
        assert_eq!(status(&[other(0, 5, 4), other(0, 9, 9)]), MessageStatus::Delivered);
        assert_eq!(status(&[other(0, 9, 9), other(0, 4, 0)]), MessageStatus::Sent);
        assert_eq!(status(&[other(0, 9, 9), other(6, 6, 6)]), MessageStatus::Read);
    }

    #[test]
    fn who_does_not_show_what_they_read_counts_for_urgent_messages_alone() {
        let secretive = participant::Model { shown_read_seq: Seq(0), ..other(0, 9, 9) };
        let others = [other(0, 9, 9), secretive];
        assert_eq!(MessageStatus::of(Seq(5), false, &others), MessageStatus::Delivered);
        assert_eq!(MessageStatus::of(Seq(5), true, &others), MessageStatus::Read);
    }
}
