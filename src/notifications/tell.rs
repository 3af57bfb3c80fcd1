//! Who is told of what, and how an entry ends.
//!
//! These add to a write of another feature, so that an entry and what it tells of are stored together or not at all.

use super::{
    service::{MOST, Which},
    store,
};
use crate::{
    clock::Timestamp,
    entity::{
        invitation, message,
        notification::{self, Kind},
        participant::{self, NotificationLevel},
    },
    error::Result,
    ids::{MessageId, NotificationId, UserId},
    journal::{Change, EventBody, NewEvent, Seq, Tx},
    people,
};

/// Whether somebody who hears of a conversation at this level is told of this.
fn is_wanted(level: NotificationLevel, kind: Kind) -> bool {
    match level {
        NotificationLevel::All => true,
        NotificationLevel::Mentions => kind != Kind::NewMessage,
        // What cannot wait is not held back by a setting that was made for chatter.
        NotificationLevel::None => kind == Kind::UrgentMessage,
    }
}

/// Of two entries about one message, the higher says more.
fn weight(kind: Kind) -> u8 {
    match kind {
        Kind::UrgentMessage => 3,
        Kind::Mention => 2,
        Kind::MessageReply => 1,
        Kind::NewMessage | Kind::ContactRequest | Kind::GroupInvite => 0,
    }
}

/// Tells people of a message as part of the write that makes or changes it: those who take part, may see it, have not
/// read it, want to hear of it and do not block its sender. `by` did what is told, for instance flagged it; neither
/// they nor the sender are told. `news` names who is told what, without those who have hidden the message; each person gets at most one entry, the weightiest, and
/// none when they were told as much of this message before.
///
/// The rows and events of the message must be in `change` already, and the write must lock its conversation.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn tell<T: Send>(
    tx: &Tx,
    change: &mut Change<T>,
    message: &message::Model,
    by: UserId,
    mut news: Vec<(Kind, Vec<UserId>)>,
    now: Timestamp,
) -> Result<()> {
    let mut people: Vec<_> = news.iter().flat_map(|(_, people)| people).copied().collect();
    people.sort_unstable();
    people.dedup();
    people.retain(|person| *person != by && *person != message.sender_id);
    if people.is_empty() || message.kind == message::Kind::System || message.deleted_at.is_some() {
        return Ok(());
    }
    let present = store::present(tx, message.conversation_id, &people).await?;
    let blocked = people::service::blocked(tx, message.sender_id, &people).await?;
    // Nobody was told of a message that this write makes.
    let is_new = message.seq < Seq::START;
    let before = if is_new { Vec::new() } else { store::told(tx, message.id, &people).await? };
    news.sort_by_key(|(kind, _)| std::cmp::Reverse(weight(*kind)));
    for person in present {
        let known = before.iter().filter(|(user, _)| *user == person.user_id).map(|(_, kind)| weight(*kind)).max();
        let is_for = |(kind, people): &&(Kind, Vec<UserId>)| {
            people.contains(&person.user_id)
                && is_wanted(person.notification_level, *kind)
                && known.is_none_or(|known| known < weight(*kind))
        };
        let may_see = is_new || (person.history_from_seq <= message.seq && person.read_seq < message.seq);
        let has_blocked = blocked.get(&person.user_id).is_some_and(|blocked| blocked.by_other);
        if may_see
            && !has_blocked
            && let Some((kind, _)) = news.iter().find(is_for)
        {
            add(change, about(message, &person, *kind, by, now));
        }
    }
    Ok(())
}

/// Tells somebody of the first message of a conversation that the same write opens with them: there is nothing yet that
/// could keep it from them. The rows and events of both must be in `change` already.
pub fn tell_of_first<T>(change: &mut Change<T>, message: &message::Model, to: UserId, kind: Kind, now: Timestamp) {
    let row = entry(to, kind, message.sender_id, now);
    add(change, of_message(message, row));
}

fn of_message(message: &message::Model, row: notification::Model) -> notification::Model {
    notification::Model {
        conversation_id: Some(message.conversation_id),
        message_id: Some(message.id),
        message_seq: Some(message.seq),
        ..row
    }
}

fn about(
    message: &message::Model,
    person: &participant::Model,
    kind: Kind,
    by: UserId,
    now: Timestamp,
) -> notification::Model {
    let is_quiet = person.quiet_until.is_some_and(|until| until > now);
    let is_silent = is_quiet && kind != Kind::UrgentMessage;
    notification::Model { is_silent, ..of_message(message, entry(person.user_id, kind, by, now)) }
}

fn entry(user: UserId, kind: Kind, by: UserId, now: Timestamp) -> notification::Model {
    notification::Model {
        user_id: user,
        seq: Seq::START,
        id: NotificationId::generate(),
        kind,
        actor_id: by,
        conversation_id: None,
        message_id: None,
        message_seq: None,
        invitation_id: None,
        is_silent: false,
        created_at: now,
        read_at: None,
    }
}

/// Adds an entry, and the event whose place it has.
fn add<T>(change: &mut Change<T>, row: notification::Model) {
    let seq = Seq::of(i64::try_from(change.events.len()).unwrap_or(i64::MAX - 1));
    change.events.push(NewEvent::for_user(row.user_id, EventBody::NotificationAdded { notification: row.id }));
    change.rows.push(store::made(notification::Model { seq, ..row }));
}

/// Tells somebody that they are asked to be a contact.
pub fn tell_of_request<T>(change: &mut Change<T>, asked: UserId, by: UserId, now: Timestamp) {
    add(change, entry(asked, Kind::ContactRequest, by, now));
}

/// Tells somebody that they are asked to join a group. Call it when the row of the invitation is in `change`.
pub fn tell_of_invitation<T>(change: &mut Change<T>, invitation: &invitation::Model) {
    let told = entry(invitation.user_id, Kind::GroupInvite, invitation.invited_by, invitation.created_at);
    let about = (Some(invitation.conversation_id), Some(invitation.id));
    add(change, notification::Model { conversation_id: about.0, invitation_id: about.1, ..told });
}

/// Makes entries of somebody read, as part of the write that ends what they tell of; their devices are told.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn settle<T: Send>(
    tx: &Tx,
    change: &mut Change<T>,
    user: UserId,
    which: Which,
    now: Timestamp,
) -> Result<Vec<NotificationId>> {
    let found = store::unread_ids(tx, user, &which, MOST + 1).await?;
    if !found.is_empty() {
        change.rows.push(store::read(user, &which, now));
        change.events.push(changed(user, found.clone()));
    }
    Ok(found)
}

/// Makes everybody's entries about a message read, as part of the write that takes it back.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub async fn settle_message<T: Send>(
    tx: &Tx,
    change: &mut Change<T>,
    message: MessageId,
    now: Timestamp,
) -> Result<()> {
    let found = store::unread_about(tx, message).await?;
    if !found.is_empty() {
        change.rows.push(store::read_about(message, now));
        change.events.extend(found.into_iter().map(|(user, ids)| changed(user, ids)));
    }
    Ok(())
}

/// Tells somebody's devices that entries changed.
pub(super) fn changed(user: UserId, mut ids: Vec<NotificationId>) -> NewEvent {
    if ids.len() > MOST {
        ids.clear();
    }
    NewEvent::for_user(user, EventBody::NotificationsChanged { notifications: ids })
}
