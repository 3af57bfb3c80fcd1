//! Whom a message concerns more than others: who is answered, who is named, and everybody when it is urgent.

use crate::{
    entity::{message, notification::Kind},
    error::Result,
    ids::{ConversationId, UserId},
    journal::Tx,
    participants,
};

use super::mentions;

/// What people are told, by kind.
pub(super) type News = Vec<(Kind, Vec<UserId>)>;

/// What a new message is told as; `answered` is whose message it answers.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub(super) async fn of_sent(tx: &Tx, row: &message::Model, answered: Option<UserId>) -> Result<News> {
    let mut news = vec![(Kind::MessageReply, Vec::from_iter(answered)), (Kind::Mention, mentions::of(row))];
    if row.is_urgent {
        news.extend(of_urgent(tx, row.conversation_id).await?);
    }
    Ok(news)
}

/// What an edited message is told as: to those it did not name before.
pub(super) fn of_edited(before: &message::Model, mentions: &[UserId]) -> News {
    let known = mentions::of(before);
    vec![(Kind::Mention, mentions.iter().copied().filter(|user| !known.contains(user)).collect())]
}

/// What an urgent message is told as: to everybody who takes part.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub(super) async fn of_urgent(tx: &Tx, conversation: ConversationId) -> Result<News> {
    Ok(vec![(Kind::UrgentMessage, participants::service::here(tx, conversation).await?)])
}
