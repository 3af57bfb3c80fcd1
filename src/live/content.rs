//! Loading what events tell of: once per event, for all its listeners.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use sea_orm::ConnectionTrait;

use crate::{
    clock::Timestamp,
    entity::{notification, user},
    error::Result,
    graphql::Shared,
    ids::{MessageId, NotificationId, UserId},
    journal::{CursorKey, Event, EventBody, Place},
    messages::service::{Loaded, load_for_delivery},
    notifications, people,
};

/// An event with what it tells of, as that is now.
#[derive(Debug)]
pub struct Heard {
    /// The event.
    pub event: Event,
    /// The message it tells of. None when it tells of none, or when it could not be loaded.
    pub message: Option<Arc<Loaded>>,
    /// The entry of an inbox it tells of. None when it tells of none, or when that is gone.
    pub notification: Option<notification::Model>,
    /// Who did it. None when the server did.
    pub actor: Option<Arc<user::Model>>,
    /// What its listeners share.
    pub shared: Arc<Shared>,
    cursor: OnceLock<String>,
}

impl Heard {
    /// Its place in the journal.
    pub fn place(&self) -> Place {
        Place::new(self.event.seq, &self.event.hash)
    }

    /// Its place as clients get it, sealed once for all listeners.
    pub fn cursor(&self, cursors: &CursorKey) -> &str {
        self.cursor.get_or_init(|| cursors.seal(self.place()))
    }
}

fn message_of(event: &Event) -> Option<MessageId> {
    match event.body.as_ref()? {
        EventBody::MessageAdded { message, .. }
        | EventBody::MessageEdited { message, .. }
        | EventBody::MessageChanged { message, .. }
        | EventBody::MessageDeleted { message, .. } => Some(*message),
        _ => None,
    }
}

fn notification_of(event: &Event) -> Option<NotificationId> {
    match event.body.as_ref()? {
        EventBody::NotificationAdded { notification } => Some(*notification),
        _ => None,
    }
}

/// Who did it, as far as listeners are told.
fn actor_of(event: &Event) -> Option<UserId> {
    event.actor.filter(|_| event.body != Some(EventBody::SendingChanged))
}

/// Loads what `events` tell of, in a few queries whatever their number.
pub(super) async fn load(db: &impl ConnectionTrait, events: Vec<Event>, now: Timestamp) -> Result<Vec<Arc<Heard>>> {
    let messages: Vec<MessageId> = events.iter().filter_map(message_of).collect();
    let messages = load_for_delivery(db, &messages, now).await?;
    let notifications: Vec<NotificationId> = events.iter().filter_map(notification_of).collect();
    let mut notifications = notifications::service::load_for_delivery(db, &notifications).await?;
    // The actor of a message is most often its sender, who is there already.
    let mut people: HashMap<UserId, _> =
        messages.values().filter_map(|message| message.sender.clone()).map(|user| (user.id, user)).collect();
    let mut missing: Vec<UserId> = events.iter().filter_map(actor_of).filter(|id| !people.contains_key(id)).collect();
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        people.extend(people::service::find_all(db, &missing).await?);
    }
    let heard = events.into_iter().map(|event| {
        let message = message_of(&event).and_then(|id| messages.get(&id).cloned());
        Arc::new(Heard {
            message,
            notification: notification_of(&event).and_then(|id| notifications.remove(&id)),
            actor: actor_of(&event).and_then(|id| people.get(&id).cloned()),
            event,
            shared: Arc::default(),
            cursor: OnceLock::new(),
        })
    });
    Ok(heard.collect())
}

/// The events alone, when what they tell of cannot be read: listeners hear that something changed and fetch it.
pub(super) fn bare(events: Vec<Event>) -> Vec<Arc<Heard>> {
    events
        .into_iter()
        .map(|event| {
            let (shared, cursor) = (Arc::default(), OnceLock::new());
            Arc::new(Heard { event, message: None, notification: None, actor: None, shared, cursor })
        })
        .collect()
}
