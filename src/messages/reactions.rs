//! Reactions: any emoji, one of each from each person.

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;

use super::{
    act::{Act, Scene, act},
    marks::may_mark,
    service::{self, Loaded},
    store,
};
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    error::{Error, Result, UserErrorCode},
    ids::{MessageId, UserId},
    journal::{Change, MessageAspect, Tx},
};

/// The most different emojis on one message.
const MOST: usize = 50;

/// One emoji on a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reacted {
    /// The emoji.
    pub emoji: String,
    /// Whose, in the order they came.
    pub users: Vec<UserId>,
    /// When the first came.
    pub since: Timestamp,
}

/// The reactions to messages, grouped, in the order in which the emojis came; one query.
///
/// # Errors
/// INTERNAL and UNAVAILABLE only.
pub(super) async fn of(db: &impl ConnectionTrait, messages: &[MessageId]) -> Result<HashMap<MessageId, Vec<Reacted>>> {
    let mut grouped: HashMap<MessageId, Vec<Reacted>> = HashMap::new();
    for row in store::reactions(db, messages).await? {
        let of_message = grouped.entry(row.message_id).or_default();
        match of_message.iter_mut().find(|reacted| reacted.emoji == row.emoji) {
            Some(reacted) => reacted.users.push(row.user_id),
            None => of_message.push(Reacted { emoji: row.emoji, users: vec![row.user_id], since: row.created_at }),
        }
    }
    Ok(grouped)
}

/// Adds a reaction of the viewer, or takes it back. Doing the same again changes nothing.
///
/// # Errors
/// NOT_FOUND, INVALID_FORMAT, TOO_MANY, or what [`may_mark`] refuses.
pub async fn react(app: &App, viewer: &Arc<Viewer>, id: MessageId, emoji: &str, is_on: bool) -> Result<Arc<Loaded>> {
    // One spelling for each: with or without the selector that asks for colours.
    let Some(emoji) = emojis::get(emoji.trim()) else {
        return Err(Error::invalid(UserErrorCode::InvalidFormat, &["input", "emoji"], "Choose one emoji."));
    };
    act(app, viewer, id, React { emoji: emoji.as_str(), is_on }).await?;
    service::find(app, viewer, id).await
}

struct React {
    emoji: &'static str,
    is_on: bool,
}

impl Act for React {
    type Value = ();

    async fn decide(&self, tx: &Tx, scene: &Scene) -> Result<Change<()>> {
        may_mark(&scene.member, &scene.row)?;
        let there = of(tx, &[scene.row.id]).await?.remove(&scene.row.id).unwrap_or_default();
        let same = there.iter().find(|reacted| reacted.emoji == self.emoji);
        let me = scene.viewer.id();
        if same.is_some_and(|reacted| reacted.users.contains(&me)) == self.is_on {
            return Ok(Change::nothing(()));
        }
        if self.is_on && same.is_none() && there.len() >= MOST {
            return Err(Error::invalid(
                UserErrorCode::TooMany,
                &["input", "emoji"],
                format!("A message can have {MOST} different emojis. Choose one that is there already."),
            ));
        }
        let rows = store::reacted(&scene.row, me, self.emoji, self.is_on, scene.now);
        Ok(Change { rows, events: vec![scene.changed(MessageAspect::Reactions)], value: () })
    }
}
