//! Acting on one message: every change of a message that is there already, by somebody who takes part.

use std::sync::Arc;

use sea_orm::prelude::Uuid;

use super::{news::News, service, store};
use crate::{
    App,
    access::{Membership, Viewer},
    clock::Timestamp,
    entity::message,
    error::{Error, Result},
    ids::{ConversationId, MessageId, UserId},
    journal::{Change, EventBody, Locks, MessageAspect, NewEvent, Once, Outcome, Tx, Write},
    notifications,
};

/// Who acts on which message, as the database has both under the conversation's lock.
pub(super) struct Scene {
    /// Who acts.
    pub(super) viewer: Arc<Viewer>,
    /// Their place in the conversation.
    pub(super) member: Membership,
    /// The message, as they may see it.
    pub(super) row: message::Model,
    /// Who has hidden the message from themselves.
    pub(super) hidden_for: Vec<UserId>,
    /// When.
    pub(super) now: Timestamp,
}

impl Scene {
    /// Tells everybody in the conversation.
    pub(super) fn told(&self, body: EventBody) -> NewEvent {
        NewEvent::in_conversation(self.row.conversation_id, body)
    }

    /// Puts the message into inboxes, of all named but those who have hidden it. Call it once the rows and events of the
    /// act are in `change`.
    pub(super) async fn tell(&self, tx: &Tx, change: &mut Change<()>, mut news: News) -> Result<()> {
        news.iter_mut().for_each(|(_, people)| people.retain(|person| !self.hidden_for.contains(person)));
        notifications::service::tell(tx, change, &self.row, self.viewer.id(), news, self.now).await
    }

    /// Tells that something about the message changed.
    pub(super) fn changed(&self, what: MessageAspect) -> NewEvent {
        let hidden_for = self.hidden_for.clone();
        self.told(EventBody::MessageChanged { message: self.row.id, seq: self.row.seq, what, hidden_for })
    }
}

/// What somebody does with a message.
pub(super) trait Act: Send + Sync + 'static {
    /// What the doer is left with.
    type Value: Send + 'static;

    /// Whether it can be done with a message that the actor has hidden.
    const REACHES_HIDDEN: bool = false;

    /// What makes it safe to repeat, when the client asked for that.
    fn once(&self) -> Option<Once> {
        None
    }

    /// What this made, kept for repeats; asked only when [`Act::once`] is given.
    fn subject(_value: &Self::Value) -> Uuid {
        Uuid::nil()
    }

    /// Checks, and says what changes.
    fn decide(&self, tx: &Tx, scene: &Scene) -> impl Future<Output = Result<Change<Self::Value>>> + Send;
}

/// Does something with a message that the viewer may see.
///
/// # Errors
/// NOT_FOUND, or what the act refuses.
pub(super) async fn act<A: Act>(app: &App, viewer: &Arc<Viewer>, id: MessageId, act: A) -> Result<A::Value> {
    match act_once(app, viewer, id, act).await? {
        Outcome::Done { value, .. } => Ok(value),
        Outcome::Replayed(_) => Err(Error::NotFound),
    }
}

/// As [`act`], and tells a repeat from the first time.
///
/// # Errors
/// NOT_FOUND, CONFLICT, or what the act refuses.
pub(super) async fn act_once<A: Act>(
    app: &App,
    viewer: &Arc<Viewer>,
    id: MessageId,
    act: A,
) -> Result<Outcome<A::Value>> {
    let row = store::find_all(app.database.reader(), &[id]).await?.pop().ok_or(Error::NotFound)?;
    let (viewer, now) = (Arc::clone(viewer), app.clock.now());
    app.journal.write(Acting { viewer, id, conversation: row.conversation_id, now, act }).await
}

struct Acting<A> {
    viewer: Arc<Viewer>,
    id: MessageId,
    conversation: ConversationId,
    now: Timestamp,
    act: A,
}

impl<A: Act> Write for Acting<A> {
    type Value = A::Value;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    fn once(&self) -> Option<Once> {
        self.act.once()
    }

    fn subject(value: &A::Value) -> Uuid {
        A::subject(value)
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<A::Value>> {
        let member = Membership::check(tx, &self.viewer, self.conversation).await?;
        let row = service::find_hidden_row(tx, &member, self.id, self.now).await?;
        let hidden_for = store::hidden_by(tx, row.seq).await?;
        if hidden_for.contains(&self.viewer.id()) && !A::REACHES_HIDDEN {
            return Err(Error::NotFound);
        }
        let scene = Scene { viewer: Arc::clone(&self.viewer), member, row, hidden_for, now: self.now };
        self.act.decide(tx, &scene).await
    }
}
