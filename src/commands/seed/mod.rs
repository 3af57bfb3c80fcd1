//! A small clinic to try things with: people, three weeks of conversations, files, receipts.
//!
//! It is told in `clinic.json` and made through the services, on a clock that starts in the past, so that its events,
//! receipts and counts are as true as any.

mod files;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use sea_orm::ActiveEnum;
use sea_orm::prelude::Uuid;
use serde::Deserialize;

use super::plain;
use crate::{
    App,
    access::Viewer,
    accounts::service::{self as accounts, NewAccount},
    attachments::service::{self as attachments, Annotating, NewUpload, Shape},
    clock::{Clock, Timestamp},
    config::Config,
    contacts::service as contacts,
    conversations::service::{self as conversations, NewGroup},
    database::Database,
    entity::{
        conversation::{Purpose, State},
        user::{Language, Role},
    },
    ids::{AttachmentId, ConversationId, MessageId, UserId},
    journal::Seq,
    messages::{
        Card,
        service::{self as messages, NewMessage, Target},
    },
    notices,
    people::profile::{self, Changes},
    receipts::{delivery, service as receipts},
};

/// The password of every demo account.
pub(super) const PASSWORD: &str = "quiet harbour lantern";

/// Somebody in the clinic.
#[derive(Deserialize)]
pub(super) struct Person {
    pub(super) username: String,
    email: String,
    pub(super) full_name: String,
    #[serde(deserialize_with = "shouted")]
    pub(super) role: Role,
    pub(super) title: Option<String>,
    specialization: Option<String>,
    institution: Option<String>,
    bio: Option<String>,
    /// For clinicians: nobody has checked their credentials.
    #[serde(default)]
    unverified: bool,
}

#[derive(Deserialize)]
struct Clinic {
    people: Vec<Person>,
    conversations: Vec<Conversation>,
    documents: BTreeMap<String, files::Document>,
    steps: Vec<Step>,
}

/// A conversation, opened when the first thing happens in it.
#[derive(Deserialize)]
struct Conversation {
    key: String,
    by: String,
    with: Vec<String>,
    #[serde(deserialize_with = "shouted")]
    purpose: Purpose,
    /// Given for a group.
    title: Option<String>,
}

/// Something somebody did: at `20d 09:12`, that is 20 days ago at 9:12 UTC, or `35m` ago.
#[derive(Deserialize)]
struct Step {
    at: String,
    who: String,
    #[serde(flatten)]
    act: Act,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Act {
    Say(Saying),
    Edit {
        message: String,
        text: String,
    },
    Delete(String),
    Read(String),
    /// The messages reached a device, unread.
    Deliver(String),
    Archive(String),
    /// Puts an emoji on a message.
    React {
        message: String,
        emoji: String,
    },
    /// Pins a message.
    Pin(String),
    /// Says something at the top of every conversation.
    Notice(String),
    /// Marks a box (left, top, right, bottom) on the first picture of a message.
    Mark {
        message: String,
        area: (f64, f64, f64, f64),
        label: String,
    },
    /// Asks somebody to be a contact.
    Befriend(String),
    /// Becomes a contact of somebody who asked, and calls them this.
    Accept {
        of: String,
        nickname: Option<String>,
    },
}

#[derive(Deserialize)]
struct Saying {
    r#in: String,
    id: Option<String>,
    text: String,
    reply_to: Option<String>,
    #[serde(default)]
    files: Vec<String>,
    /// A card, as it is kept.
    card: Option<Card>,
    #[serde(default)]
    urgent: bool,
}

/// Reads an enum by the names the API gives its values.
fn shouted<'de, D: serde::Deserializer<'de>, T: ActiveEnum<Value = String>>(from: D) -> Result<T, D::Error> {
    T::try_from_value(&String::deserialize(from)?).map_err(|_| serde::de::Error::custom("not a value of this enum"))
}

fn clinic() -> anyhow::Result<Clinic> {
    serde_json::from_str(include_str!("clinic.json")).context("clinic.json")
}

/// The people of the clinic, in the order they are told of.
pub(super) fn people() -> anyhow::Result<Vec<Person>> {
    Ok(clinic()?.people)
}

/// Makes the clinic in an empty database, telling now and then how far it is.
///
/// # Errors
/// When something cannot be written.
pub(super) async fn make(config: Config, database: Database, tell: impl Fn(String)) -> anyhow::Result<()> {
    let (clinic, now) = (clinic()?, Clock::default().now());
    let mut steps = Vec::with_capacity(clinic.steps.len());
    for step in &clinic.steps {
        steps.push((moment(&step.at, now).with_context(|| format!("clinic.json: at {}", step.at))?, step));
    }
    steps.sort_by_key(|(at, _)| *at);
    let first = steps.first().map_or(now, |(at, _)| *at);
    // Accounts are made a day before anything happens.
    let clock = Clock::starting_at(first.minus(Duration::from_secs(24 * 3600)));
    let listen = config.server.listen;
    let app = App::start(config, clock.clone(), database, listen).await?;
    let mut stage =
        Stage { app: &app, clinic: &clinic, cast: HashMap::new(), places: HashMap::new(), said: HashMap::new() };
    for person in &clinic.people {
        stage.enter(person).await.map_err(plain)?;
    }
    tell(format!("{} people", clinic.people.len()));
    for (done, (at, step)) in steps.iter().enumerate() {
        clock.advance(at.since(clock.now()));
        stage.play(step).await.with_context(|| format!("clinic.json: {} at {}", step.who, step.at))?;
        if (done + 1) % 25 == 0 || done + 1 == steps.len() {
            tell(format!("{} conversations, {} of {} steps", stage.places.len(), done + 1, steps.len()));
        }
    }
    app.shut_down().await;
    Ok(())
}

/// A moment told as in [`Step`].
fn moment(told: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    const DAY: i64 = 24 * 3600 * 1000;
    let Some((days, time)) = told.split_once("d ") else { return Ok(now.minus(humantime::parse_duration(told)?)) };
    let (hours, minutes) = time.split_once(':').context("a time such as 09:12")?;
    let (days, hours, minutes): (i64, i64, i64) = (days.parse()?, hours.parse()?, minutes.parse()?);
    let today = now.millis() - now.millis().rem_euclid(DAY);
    Ok(Timestamp::from_millis(today - days * DAY + (hours * 60 + minutes) * 60_000))
}

/// What was made so far.
struct Stage<'a> {
    app: &'a App,
    clinic: &'a Clinic,
    cast: HashMap<&'a str, Arc<Viewer>>,
    places: HashMap<&'a str, (ConversationId, Seq)>,
    said: HashMap<&'a str, MessageId>,
}

impl<'a> Stage<'a> {
    /// Makes an account and signs it in.
    async fn enter(&mut self, person: &'a Person) -> crate::error::Result<()> {
        let account = NewAccount {
            username: person.username.clone(),
            email: person.email.clone(),
            full_name: person.full_name.clone(),
            password: PASSWORD.into(),
            role: person.role,
            title: person.title.clone(),
            specialization: person.specialization.clone(),
            institution: person.institution.clone(),
            language: Language::default(),
            time_zone: None,
        };
        let user = accounts::create(self.app, account, person.role == Role::Clinician && !person.unverified).await?;
        let session = accounts::start_session(self.app, user, "the story of the demo clinic").await?.session;
        let viewer =
            Viewer::of_session(self.app.database.reader(), session.user_id, session.id, session.expires_at).await?;
        if person.bio.is_some() {
            let told = Changes { bio: Some(person.bio.clone()), ..Changes::default() };
            profile::update(self.app, &viewer, told).await?;
        }
        self.cast.insert(&person.username, Arc::new(viewer));
        Ok(())
    }

    fn viewer(&self, username: &str) -> anyhow::Result<Arc<Viewer>> {
        self.cast.get(username).cloned().with_context(|| format!("nobody is called {username}"))
    }

    async fn play(&mut self, step: &'a Step) -> anyhow::Result<()> {
        let viewer = self.viewer(&step.who)?;
        match &step.act {
            Act::Say(saying) => self.say(&viewer, saying).await,
            Act::Edit { message, text } => {
                messages::edit(self.app, &viewer, self.message(message)?, text).await.map(drop).map_err(plain)
            }
            Act::Delete(message) => {
                messages::delete(self.app, &viewer, self.message(message)?).await.map(drop).map_err(plain)
            }
            Act::Read(key) => {
                let (id, _) = self.place(key).await?;
                receipts::mark_read(self.app, &viewer, id, None).await.map(drop).map_err(plain)
            }
            Act::Deliver(key) => {
                let (id, last) = self.place(key).await?;
                delivery::mark(self.app, id, viewer.id(), last).await.map_err(plain)
            }
            Act::Mark { message, area, label } => self.mark(&viewer, self.message(message)?, *area, label).await,
            Act::React { message, emoji } => {
                let id = self.message(message)?;
                messages::react(self.app, &viewer, id, emoji, true).await.map(drop).map_err(plain)
            }
            Act::Pin(message) => {
                messages::pin(self.app, &viewer, self.message(message)?, true).await.map(drop).map_err(plain)
            }
            Act::Befriend(name) => {
                let other = self.viewer(name)?.id();
                contacts::request(self.app, &viewer, other).await.map(drop).map_err(plain)
            }
            Act::Notice(text) => notices::service::set(self.app, &viewer, Some(text)).await.map(drop).map_err(plain),
            Act::Accept { of, nickname } => self.accept(&viewer, of, nickname.as_ref()).await,
            Act::Archive(key) => {
                let (id, _) = self.place(key).await?;
                conversations::set_state(self.app, &viewer, id, State::Archived).await.map(drop).map_err(plain)
            }
        }
    }

    /// Whoever answers has read what came before.
    async fn say(&mut self, viewer: &Arc<Viewer>, saying: &'a Saying) -> anyhow::Result<()> {
        let (id, last) = self.place(&saying.r#in).await?;
        if last > Seq::START {
            receipts::mark_read(self.app, viewer, id, None).await.map_err(plain)?;
        }
        let mut attachments = Vec::new();
        for key in &saying.files {
            attachments.push(self.upload(viewer, key).await?);
        }
        let new = NewMessage {
            client_id: Uuid::now_v7(),
            target: Target::Conversation(id),
            text: saying.text.clone(),
            card: saying.card.clone(),
            is_urgent: saying.urgent,
            expires_at: None,
            forwards: None,
            reply_to: saying.reply_to.as_deref().map(|message| self.message(message)).transpose()?,
            attachments,
        };
        let row = messages::send(self.app, viewer, new).await.map_err(plain)?.message.row.clone();
        self.places.insert(&saying.r#in, (id, row.seq));
        if let Some(name) = &saying.id {
            self.said.insert(name, row.id);
        }
        Ok(())
    }

    async fn accept(&self, viewer: &Viewer, of: &str, nickname: Option<&String>) -> anyhow::Result<()> {
        let other = self.viewer(of)?.id();
        let request = contacts::with(self.app.database.reader(), viewer, &[other]).await.map_err(plain)?.pop();
        let request = request.with_context(|| format!("{of} has not asked"))?;
        contacts::respond(self.app, viewer, request.id, true).await.map_err(plain)?;
        let (nickname, favourite) = (nickname.map(|name| Some(name.clone())), Some(nickname.is_some()));
        contacts::update(self.app, viewer, request.id, nickname, favourite).await.map(drop).map_err(plain)
    }

    async fn mark(
        &self,
        viewer: &Arc<Viewer>,
        message: MessageId,
        (left, top, right, bottom): (f64, f64, f64, f64),
        label: &str,
    ) -> anyhow::Result<()> {
        let found = messages::find_all(self.app, viewer, &[message]).await.map_err(plain)?.remove(&message);
        let file =
            found.and_then(|found| Some(found.attachments.first()?.id)).context("a message without a picture")?;
        let mark = Annotating::try_new(Shape::Box((left, top), (right, bottom)), Some(label)).map_err(plain)?;
        messages::annotate(self.app, viewer, file, mark, None).await.map(drop).map_err(plain)
    }

    fn message(&self, name: &str) -> anyhow::Result<MessageId> {
        self.said.get(name).copied().with_context(|| format!("no message is called {name}"))
    }

    async fn upload(&self, viewer: &Viewer, key: &str) -> anyhow::Result<AttachmentId> {
        let document = self.clinic.documents.get(key).with_context(|| format!("no document is called {key}"))?;
        let new = NewUpload {
            file: document.write()?,
            name: document.name.clone(),
            declared_type: None,
            client_id: Uuid::now_v7(),
            duration_ms: None,
        };
        let uploaded = attachments::upload(self.app, viewer, new).await.map_err(plain)?;
        Ok(uploaded.file.context("an upload that is gone at once")?.id)
    }

    /// A conversation and its newest message; opens it the first time.
    async fn place(&mut self, key: &'a str) -> anyhow::Result<(ConversationId, Seq)> {
        if let Some(known) = self.places.get(key) {
            return Ok(*known);
        }
        let told = self.clinic.conversations.iter().find(|conversation| conversation.key == key);
        let told = told.with_context(|| format!("no conversation is called {key}"))?;
        let viewer = self.viewer(&told.by)?;
        let others: Vec<UserId> =
            told.with.iter().map(|name| Ok(self.viewer(name)?.id())).collect::<anyhow::Result<_>>()?;
        let (member, _) = match (&told.title, others.as_slice()) {
            (None, [other]) => conversations::open_direct(self.app, &viewer, *other, told.purpose, None).await,
            (title, _) => {
                let title = title.clone().unwrap_or_default();
                let new = NewGroup {
                    client_id: Uuid::now_v7(),
                    title,
                    description: None,
                    tags: Vec::new(),
                    purpose: told.purpose,
                    participants: others,
                    reference: None,
                };
                conversations::create_group(self.app, &viewer, new).await
            }
        }
        .map_err(plain)?;
        self.places.insert(key, (member.id(), Seq::START));
        Ok((member.id(), Seq::START))
    }
}
