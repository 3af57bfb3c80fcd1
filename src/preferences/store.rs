//! The rows of preferences.

use sea_orm::ActiveValue::{Set, Unchanged};

use crate::{entity::participant, journal::Row};

/// What a participant has set for themselves, as in `row`.
pub(super) fn preferred(row: &participant::Model) -> Row {
    Row::update(participant::ActiveModel {
        conversation_id: Unchanged(row.conversation_id),
        user_id: Unchanged(row.user_id),
        notification_level: Set(row.notification_level),
        quiet_until: Set(row.quiet_until),
        archived_seq: Set(row.archived_seq),
        ..Default::default()
    })
}
