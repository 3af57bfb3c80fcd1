//! One running server: what every request shares, and the work that goes on beside the requests.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use anyhow::Context;
use tokio::sync::{Notify, Semaphore};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::{
    accounts::{self, device::Devices, password::Passwords, recognition::Recognition, tokens::Tokens},
    administration, attachments,
    clock::Clock,
    config::{Config, Secret},
    database::Database,
    error::{Error, Result},
    graphql::documents::Documents,
    journal::{CursorKey, Journal, OldRequests, forget},
    keys::RootSecret,
    live::{Tail, TailParts},
    mail::{self, Mailer},
    messages,
    metrics::{Levels, Metrics},
    nats, notifications,
    pages::Pages,
    presence,
    push::{self, Pusher},
    rates::Rates,
    receipts::delivery::{self, Deliveries},
    signals::{Signal, Wire},
    typing,
};

/// What every request shares.
pub struct App {
    /// The settings.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// The database, for reading.
    pub database: Database,
    /// The journal, for writing.
    pub journal: Journal,
    /// Seals cursors.
    pub cursors: CursorKey,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Makes tokens and turns them into viewers.
    pub recognition: Arc<Recognition>,
    /// Knows devices again.
    pub devices: Devices,
    /// Hides whom and what failed sign-ins are counted for.
    pub throttle_key: [u8; 32],
    /// The documents that may be run.
    pub documents: Documents,
    /// How often anything may be asked.
    pub rates: Rates,
    /// What operators watch.
    pub metrics: Arc<Metrics>,
    /// The bytes of attachments.
    pub files: attachments::Files,
    /// Lets pictures be decoded, as many at once as memory has room for.
    pub pictures: attachments::Gate,
    /// Signs links to attachments.
    pub link_key: [u8; 32],
    /// The address clients reach this server at, without a slash at its end.
    pub public_url: String,
    /// Writes mail; none when this server sends none.
    pub mail: Option<Mailer>,
    /// Pushes to browsers; none when this server does not.
    pub push: Option<Pusher>,
    /// Says that conversations are to be handed over.
    pub(crate) hand_overs: Notify,
    /// The turns of those who search messages.
    pub searches: Semaphore,
    /// Delivered markers that are not written yet.
    pub deliveries: Deliveries,
    /// Live delivery.
    pub tail: Tail,
    /// Who is online.
    pub presence: Arc<presence::Hub>,
    /// Who types.
    pub rooms: typing::Rooms,
    /// The way to the other nodes; none on a node alone.
    pub wire: OnceLock<Arc<dyn Wire>>,
    /// Where operators read metrics; none where they do not.
    pub metrics_address: OnceLock<SocketAddr>,
    /// The browser pages.
    pub pages: Pages,
    stop: CancellationToken,
    chores: TaskTracker,
    sockets: TaskTracker,
}

/// Last-seen times are written this often, at most once for each person.
const LAST_SEEN: Duration = Duration::from_secs(60);
/// Messages whose time is over get their tombstones this often; they are hidden before.
const EXPIRE: Duration = Duration::from_secs(1);
/// Leftover files and old request ids are looked for this often.
const SWEEP: Duration = Duration::from_secs(600);

impl App {
    /// Starts what runs beside the requests. The schema of the database must be current.
    ///
    /// # Errors
    /// When a secret is missing or unusable, trusted documents cannot be used, or the database or the file store cannot be opened.
    pub async fn start(
        config: Config,
        clock: Clock,
        database: Database,
        listen: SocketAddr,
    ) -> anyhow::Result<Arc<Self>> {
        let (root, tokens) = secrets(&config)?;
        let documents = Documents::open(&config.documents)?;
        let recognition = Arc::new(Recognition::new(tokens, clock.clone(), database.clone()));
        let (stop, metrics) = (CancellationToken::new(), Arc::new(Metrics::default()));
        let fingerprints = root.derive("request fingerprints");
        let journal = Journal::new(database.clone(), clock.clone(), fingerprints, Arc::clone(&metrics));
        let presence = presence::Hub::new(clock.clone(), config.limits.presence);
        let parts = TailParts {
            database: database.clone(),
            journal: journal.clone(),
            clock: clock.clone(),
            recognition: Arc::clone(&recognition),
            presence: Arc::clone(&presence),
            metrics: Arc::clone(&metrics),
            stop: stop.clone(),
        };
        let tail = Tail::start(parts)
            .await
            .map_err(|error| anyhow::anyhow!("{error:?}"))
            .context("the journal cannot be read")?;
        let public_url = public_url(&config, listen);
        let mail = Mailer::new(&config.mail, &public_url, root.derive("links in mail"))?;
        let app = Arc::new(Self {
            mail,
            push: Pusher::new(&config.push)?,
            hand_overs: Notify::new(),
            journal,
            cursors: CursorKey::new(&root.derive("cursors")),
            passwords: Passwords::default(),
            recognition,
            devices: Devices::new(root.derive("device tokens"), config.auth.device_token),
            throttle_key: root.derive("failed sign-ins"),
            documents,
            rates: Rates::new(&config, &clock),
            metrics,
            files: attachments::Files::open(&config)?,
            pictures: attachments::Gate::new(&config.limits),
            link_key: root.derive("attachment links"),
            public_url,
            searches: Semaphore::new(config.limits.searches_at_once.get() as usize),
            deliveries: Deliveries::default(),
            tail,
            presence,
            rooms: typing::Rooms::default(),
            wire: OnceLock::new(),
            metrics_address: OnceLock::new(),
            pages: Pages::new(config.server.pages.as_deref()),
            stop,
            chores: TaskTracker::new(),
            sockets: TaskTracker::new(),
            clock,
            database,
            config,
        });
        app.begin_chores();
        nats::start(&app).await?;
        app.warn_if_alone();
        Ok(app)
    }

    /// Begins what goes on beside the requests.
    fn begin_chores(self: &Arc<Self>) {
        self.chore("delivered markers", self.config.limits.delivered_every, |app| async move {
            delivery::flush(&app).await
        });
        self.chore("messages whose time is over", EXPIRE, |app| async move { messages::service::expire(&app).await });
        self.chore("leftover files", SWEEP, |app| async move { attachments::service::sweep(&app).await.map(drop) });
        self.chores.spawn(mail::run(Arc::clone(self)));
        self.chores.spawn(push::run(Arc::clone(self)));
        self.chores.spawn(administration::hand_over(Arc::clone(self)));
        self.chore("old mail", SWEEP, |app| async move { mail::forget_old(&app).await });
        self.chore("old sign-ins", SWEEP, |app| async move { accounts::forget_old_attempts(&app).await });
        self.chore("old refresh tokens", SWEEP, |app| async move { accounts::forget_old_tokens(&app).await });
        self.chore("old requests", SWEEP, |app| async move {
            forget(&app.journal, OldRequests { now: app.clock.now() }).await
        });
        self.chore("old notifications", SWEEP, |app| async move { notifications::forget_old(&app).await });
        self.chore("who is online", self.config.limits.presence / 3, |app| async move {
            presence::service::refresh(&app);
            Ok(())
        });
        self.chore("when people were last here", LAST_SEEN, |app| async move { presence::service::flush(&app).await });
    }

    /// Tells whoever runs several nodes what they miss.
    fn warn_if_alone(&self) {
        if self.config.nats.urls.is_empty() && self.database.is_shared() {
            tracing::warn!(
                "no NATS is configured (nats.urls): if there are other nodes, what they store is found by looking every \
                 half second, and who is online or types shows on its own node alone"
            );
        }
    }

    /// Does something beside the requests; a stop waits for its end.
    pub(crate) fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.chores.spawn(work);
    }

    /// Says something to the other nodes, if there are any.
    pub(crate) fn tell(&self, signal: Signal) {
        if let Some(wire) = self.wire.get() {
            wire.tell(signal);
        }
    }

    /// Takes in what another node says.
    pub async fn hear(&self, signal: &Signal) {
        presence::service::hear(self, signal);
        if let Err(error) = typing::service::hear(self, signal).await {
            tracing::warn!(code = error.code(), "a word of another node was lost");
        }
    }

    /// Checks the secrets before anything is opened or made.
    ///
    /// # Errors
    /// When one is missing or unusable.
    pub fn check_secrets(config: &Config) -> anyhow::Result<()> {
        secrets(config).map(drop)
    }

    /// Does something now and then, until the server stops.
    fn chore<F>(self: &Arc<Self>, name: &'static str, every: Duration, work: impl Fn(Arc<Self>) -> F + Send + 'static)
    where
        F: Future<Output = Result<()>> + Send,
    {
        let app = Arc::clone(self);
        self.chores.spawn(async move {
            let mut times = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
            times.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    _ = times.tick() => {}
                }
                if let Err(error) = work(Arc::clone(&app)).await {
                    tracing::error!(code = error.code(), "{name} could not be seen to");
                }
            }
        });
    }

    /// Whether the server is stopping.
    pub fn stopping(&self) -> &CancellationToken {
        &self.stop
    }

    /// Counts a socket as open until the token is dropped; a stop waits for it.
    pub(crate) fn socket_opened(&self) -> TaskTrackerToken {
        self.sockets.token()
    }

    /// What operators watch, as Prometheus reads it.
    ///
    /// # Errors
    /// Never: it is written to memory.
    pub fn metrics_text(&self) -> Result<String> {
        let levels = Levels {
            writes: self.journal.waiting(),
            sockets: self.sockets.len(),
            listeners: *self.tail.listeners().borrow(),
            active_people: self.recognition.active_today(),
            place: self.tail.position().seq.0,
            statements: self.database.statements(),
        };
        self.metrics.text(levels).map_err(Error::internal)
    }

    /// Waits until every socket is closed. No new one may be opened meanwhile.
    pub(crate) async fn sockets_closed(&self) {
        self.sockets.close();
        self.sockets.wait().await;
    }

    /// Finishes every write under way, and stops what runs beside the requests.
    pub async fn shut_down(&self) {
        if let Err(error) = delivery::flush(self).await {
            tracing::warn!(code = error.code(), "the last delivered markers were not written");
        }
        if let Err(error) = presence::service::flush(self).await {
            tracing::warn!(code = error.code(), "when people were last here was not written");
        }
        self.stop.cancel();
        self.chores.close();
        self.chores.wait().await;
        self.journal.drain().await;
        if let Some(wire) = self.wire.get() {
            wire.tell(presence::service::leaving(self));
            wire.close().await;
        }
    }
}

/// The address clients reach the server at, without a slash at its end.
fn public_url(config: &Config, listen: SocketAddr) -> String {
    let scheme = if config.server.tls.files().is_some() { "https" } else { "http" };
    let url = config.server.public_url.clone().unwrap_or_else(|| format!("{scheme}://{listen}"));
    url.trim_end_matches('/').to_owned()
}

fn secrets(config: &Config) -> anyhow::Result<(RootSecret, Tokens)> {
    let auth = &config.auth;
    let root = RootSecret::parse(required(auth.root_secret.as_ref(), "auth.root_secret", "BEDSIDE_ROOT_SECRET")?)?;
    let signing = required(auth.signing_key.as_ref(), "auth.signing_key", "BEDSIDE_SIGNING_KEY")?;
    let refresh_key = root.derive("refresh tokens");
    let tokens = Tokens::new(&auth.issuer, auth.access_token, signing, &auth.retired_keys, refresh_key)?;
    Ok((root, tokens))
}

fn required<'a>(secret: Option<&'a Secret>, key: &str, variable: &str) -> anyhow::Result<&'a str> {
    secret.map(Secret::reveal).with_context(|| {
        format!("{key} is not set: give it in the configuration file or as {variable} (see bedside.example.toml)")
    })
}
