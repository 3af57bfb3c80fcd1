//! Who takes part in a conversation, with which role and rights, and from where they see its history.
//!
//! Promises that whoever is taken out hears of that and of nothing after it, that whoever comes in without the history
//! never hears of a message from before, and that a group always has an owner. Calls people and the timeline.

mod loader;
mod mutation;
pub mod service;
mod store;
mod succession;
mod types;

pub use loader::{CountOf, HasPatient, OthersOf};
pub use mutation::ParticipantMutation;
pub use service::Terms;
pub use succession::replacing;
pub use types::{HistoryAccess, Participant, participant_page};

/// SQL for how many messages of a `conversation` are unread for a `participant`, both joined under these names: the
/// countable ones after the place, less one's own, less what others took back since. Every part is one look into an
/// index, so the cost does not grow with the history.
pub(crate) const UNREAD: &str = "(
    (conversation.last_ordinal - participant.counted_ordinal)
    - (COALESCE((SELECT m.sender_ordinal FROM message m
                 WHERE m.conversation_id = participant.conversation_id AND m.sender_id = participant.user_id
                 ORDER BY m.seq DESC LIMIT 1), 0) - participant.counted_own)
    - (SELECT COUNT(*) FROM message d
       WHERE d.conversation_id = participant.conversation_id AND d.seq > participant.counted_seq
         AND d.deleted_at IS NOT NULL AND d.sender_id <> participant.user_id AND d.kind <> 'SYSTEM')
    - (SELECT COUNT(*) FROM hidden_message h JOIN message d ON d.seq = h.seq
       WHERE h.user_id = participant.user_id AND h.conversation_id = participant.conversation_id
         AND h.seq > participant.counted_seq
         AND d.deleted_at IS NULL AND d.sender_id <> participant.user_id AND d.kind <> 'SYSTEM'))";
