//! Sending a message.

use std::sync::Arc;

use sea_orm::prelude::Uuid;

use super::{
    cards::Card,
    compose::{message, text},
    expiry,
    ground::Ground,
    news, service,
    service::Loaded,
};
use crate::{
    App,
    access::Viewer,
    clock::Timestamp,
    conversations,
    entity::{conversation::Purpose, message, notification, user},
    error::{Error, Result, UserErrorCode},
    ids::{AttachmentId, ConversationId, MessageId, UserId},
    journal::{Change, EventBody, Locks, NewEvent, Once, Outcome, Seq, Tx, Write},
    notifications, participants,
    people::roles::Matrix,
};

/// Where to send.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// To a conversation.
    Conversation(ConversationId),
    /// To a person; opens the direct conversation if there is none.
    User(UserId),
}

/// What somebody gives to send.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// The client's own name for the request.
    pub client_id: Uuid,
    /// Where to.
    pub target: Target,
    /// The text; may be empty when there are attachments or a card.
    pub text: String,
    /// An appointment, a prescription or a case.
    pub card: Option<Card>,
    /// Whether it should be read at once.
    pub is_urgent: bool,
    /// When it deletes itself.
    pub expires_at: Option<Timestamp>,
    /// The message it passes on, with its text, card and files; none for one's own words.
    pub forwards: Option<MessageId>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// Uploaded files, in order.
    pub attachments: Vec<AttachmentId>,
}

/// A message that was sent.
pub struct Sent {
    /// The message as it is now.
    pub message: Arc<Loaded>,
    /// Whether the same request had sent it before.
    pub replayed: bool,
}

/// Sends a message.
///
/// # Errors
/// BLANK, TOO_LONG, TOO_MANY, INVALID_FORMAT, NOT_ALLOWED, CANNOT_SEND, CONVERSATION_CLOSED, ATTACHMENT_NOT_USABLE,
/// REPLY_NOT_IN_CONVERSATION, NOT_FOUND, CONFLICT or RATE_LIMITED; for a person also what opening a conversation
/// refuses.
pub async fn send(app: &App, viewer: &Arc<Viewer>, mut new: NewMessage) -> Result<Sent> {
    let most = app.config.limits.attachments_max;
    if new.attachments.len() > most {
        return Err(Error::invalid(
            UserErrorCode::TooMany,
            &["input", "attachmentIds"],
            format!("A message can have at most {most} files."),
        ));
    }
    if let Some(card) = new.card.take() {
        card.card_kind().may_be_sent_by(viewer.role())?;
        new.card = Some(card.checked()?);
    }
    new.text = text(&new.text, app.config.limits.text_max, !new.attachments.is_empty() || new.card.is_some())?;
    dispatch(app, viewer, new).await
}

/// Passes a message on, with its text, its card and its files, into a conversation or to a person.
///
/// # Errors
/// NOT_FOUND when the viewer may not see the message, what [`may_forward`] refuses, or what sending refuses.
pub async fn forward(app: &App, viewer: &Arc<Viewer>, id: MessageId, target: Target, client_id: Uuid) -> Result<Sent> {
    let new = NewMessage {
        client_id,
        target,
        text: String::new(),
        card: None,
        is_urgent: false,
        expires_at: None,
        forwards: Some(id),
        reply_to: None,
        attachments: Vec::new(),
    };
    dispatch(app, viewer, new).await
}

async fn dispatch(app: &App, viewer: &Arc<Viewer>, new: NewMessage) -> Result<Sent> {
    // The way to a person leads through their conversation once there is one, so a send has one kind of lock.
    let (viewer, now, matrix) = (Arc::clone(viewer), app.clock.now(), Matrix::of(&app.config.rules));
    let expires_with_patients = app.config.rules.expiry_with_patients;
    let conversation = match new.target {
        Target::Conversation(id) => id,
        Target::User(other) => {
            let new = new.clone();
            let write = SendToUser { viewer: Arc::clone(&viewer), other, new, now, expires_with_patients, matrix };
            match app.journal.write(write).await? {
                Outcome::Done { value: First::Sent(sent), head } => return finish(app, *sent, None, head).await,
                Outcome::Done { value: First::Exists(id), .. } => id,
                Outcome::Replayed(id) => return replayed(app, &viewer, MessageId(id)).await,
            }
        }
    };
    if let Err(refused) = app.rates.send(viewer.id(), conversation) {
        // What is stored already is answered again however often it is asked.
        if !app.journal.was_done(viewer.id(), &once(&new)).await? {
            return Err(refused.into());
        }
    }
    let write = Send { viewer: Arc::clone(&viewer), conversation, new, now, expires_with_patients };
    match app.journal.write(write).await? {
        Outcome::Done { value: (row, sender), head } => finish(app, row, sender, head).await,
        Outcome::Replayed(id) => replayed(app, &viewer, MessageId(id)).await,
    }
}

async fn finish(app: &App, mut row: message::Model, sender: Option<Arc<user::Model>>, head: Seq) -> Result<Sent> {
    app.metrics.message_sent();
    row.seq = row.seq.resolved(head);
    if sender.is_some() && !row.has_attachments {
        return Ok(Sent { message: Arc::new(Loaded::just_sent(row, sender)), replayed: false });
    }
    let loaded = service::load(app.database.reader(), vec![row], app.clock.now()).await?;
    let message = loaded.into_iter().next().ok_or(Error::NotFound)?;
    Ok(Sent { message, replayed: false })
}

async fn replayed(app: &App, viewer: &Viewer, id: MessageId) -> Result<Sent> {
    let message = service::find_all(app, viewer, &[id]).await?.remove(&id).ok_or(Error::NotFound)?;
    Ok(Sent { message, replayed: true })
}

struct Send {
    viewer: Arc<Viewer>,
    conversation: ConversationId,
    new: NewMessage,
    now: Timestamp,
    expires_with_patients: bool,
}

impl Write for Send {
    /// The message, and who sent it.
    type Value = (message::Model, Option<Arc<user::Model>>);

    // The share of a flush that is left to each is small by then beside everything else.
    const TOGETHER: usize = 64;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::conversation(self.conversation)
    }

    fn once(&self) -> Option<Once> {
        Some(once(&self.new))
    }

    fn subject((row, _): &Self::Value) -> Uuid {
        row.id.0
    }

    /// A request is stored once, and a file goes with one message.
    fn claims(&self) -> Vec<Uuid> {
        let files = self.new.attachments.iter().map(|file| file.0);
        files.chain([self.new.client_id]).collect()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let mut ground = Ground::read(tx, [self.at()].into_iter()).await?;
        self.decide_on(tx, &mut ground).await
    }

    async fn decide_all(writes: &[&Self], tx: &Tx) -> Result<Vec<Result<Change<Self::Value>>>> {
        let mut ground = Ground::read(tx, writes.iter().map(|write| write.at())).await?;
        let mut changes = Vec::with_capacity(writes.len());
        for write in writes {
            changes.push(write.decide_on(tx, &mut ground).await);
        }
        Ok(changes)
    }
}

impl Send {
    fn at(&self) -> (ConversationId, UserId) {
        (self.conversation, self.viewer.id())
    }

    async fn decide_on(&self, tx: &Tx, ground: &mut Ground) -> Result<Change<<Self as Write>::Value>> {
        let member = ground.member(self.at())?;
        member.may_send()?;
        if let Some(partner) = member.partner() {
            ground.person(partner).map_or(Ok(()), |partner| member.may_send_to(partner))?;
        }
        let mut answered = None;
        if let Some(reply_to) = self.new.reply_to {
            let row = service::find_row(tx, member, reply_to, self.now).await.map_err(|_| reply_elsewhere())?;
            answered = (row.kind != message::Kind::System).then_some(row.sender_id);
        }
        if let Some(expires_at) = self.new.expires_at {
            let here = participants::service::here(tx, self.conversation).await?;
            expiry::check(tx, expires_at, &here, (self.now, self.expires_with_patients)).await?;
        }
        let after = ground.ordinals(self.at());
        let (row, rows) =
            message(tx, &self.viewer, member.conversation(), after, &self.new, self.now, Seq::of(0)).await?;
        let news = news::of_sent(tx, &row, answered).await?;
        let sender = ground.person(self.viewer.id()).cloned();
        let mut change = Change { rows, events: vec![added(&row)], value: (row.clone(), sender) };
        notifications::service::tell(tx, &mut change, &row, self.viewer.id(), news, self.now).await?;
        ground.sent(self.at());
        Ok(change)
    }
}

fn once(new: &NewMessage) -> Once {
    let NewMessage { client_id, target, text, card, is_urgent, expires_at, forwards, reply_to, attachments } = new;
    let extras = format!("{card:?} {is_urgent} {expires_at:?} {forwards:?}");
    Once {
        operation: if forwards.is_some() { "forwardMessage" } else { "sendMessage" },
        client_id: *client_id,
        input: format!("{target:?} {text:?} {reply_to:?} {attachments:?} {extras}"),
    }
}

fn reply_elsewhere() -> Error {
    Error::invalid(
        UserErrorCode::ReplyNotInConversation,
        &["input", "replyToId"],
        "The message you are answering is not in this conversation.",
    )
}

/// What opening a conversation refuses, as it stands in the input of a message.
fn in_target(error: Error) -> Error {
    let Error::Invalid(mut errors) = error else { return error };
    for error in &mut errors {
        error.field = ["input", "to", "userId"].map(Into::into).into();
    }
    Error::Invalid(errors)
}

fn added(row: &message::Model) -> NewEvent {
    NewEvent::in_conversation(
        row.conversation_id,
        EventBody::MessageAdded { message: row.id, sender: row.sender_id, countable: true },
    )
}

struct SendToUser {
    viewer: Arc<Viewer>,
    other: UserId,
    new: NewMessage,
    now: Timestamp,
    expires_with_patients: bool,
    matrix: Matrix,
}

enum First {
    /// Sent in a conversation that was opened for it.
    Sent(Box<message::Model>),
    /// There is a conversation already; send there.
    Exists(ConversationId),
}

impl Write for SendToUser {
    type Value = First;

    fn actor(&self) -> Option<UserId> {
        Some(self.viewer.id())
    }

    fn locks(&self) -> Locks {
        Locks::users([self.viewer.id(), self.other])
    }

    fn once(&self) -> Option<Once> {
        Some(once(&self.new))
    }

    fn subject(value: &Self::Value) -> Uuid {
        match value {
            First::Sent(row) => row.id.0,
            First::Exists(id) => id.0,
        }
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        if let Some(id) = conversations::service::find_direct(tx, &self.viewer, self.other).await? {
            return Ok(Change::nothing(First::Exists(id)));
        }
        if self.new.reply_to.is_some() {
            return Err(reply_elsewhere());
        }
        if let Some(expires_at) = self.new.expires_at {
            let both = [self.viewer.id(), self.other];
            expiry::check(tx, expires_at, &both, (self.now, self.expires_with_patients)).await?;
        }
        let (conversation, mut rows, opened) =
            conversations::service::opening(tx, &self.viewer, self.other, Purpose::General, self.now, self.matrix)
                .await
                .map_err(in_target)?;
        let (row, sent) = message(tx, &self.viewer, &conversation, (0, 0), &self.new, self.now, Seq::of(1)).await?;
        rows.extend(sent);
        let events = vec![opened, added(&row)];
        let mut change = Change { rows, events, value: First::Sent(Box::new(row.clone())) };
        if row.is_urgent {
            let kind = notification::Kind::UrgentMessage;
            notifications::service::tell_of_first(&mut change, &row, self.other, kind, self.now);
        }
        Ok(change)
    }
}
