//! NATS: what one node tells the others so that they need not look for it. Numbers and ids only, and nothing that must
//! not be lost: without NATS the sweep of the tail finds every event, and presence and typing stay on their node.

use std::{
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use async_nats::{Client, ConnectOptions, Event, ServerAddr, Subscriber, connection::State};
use futures_util::{StreamExt, future::BoxFuture};
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    App,
    config::{self, Secret},
    journal::Seq,
    presence,
    signals::{Signal, Wire},
};

/// How many signals may wait to be sent; more are dropped.
const QUEUE: usize = 4096;
/// A server that has not answered three pings in a row is given up (`async-nats` 0.51).
const PING: Duration = Duration::from_secs(5);
/// Who typed longer ago than this, while NATS did not answer, may have stopped since.
const STALE: Duration = Duration::from_secs(2);
/// How long the last words of a node that stops may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The way to the other nodes over NATS.
struct Nats {
    client: Client,
    queue: mpsc::Sender<(Instant, Signal)>,
    subjects: Subjects,
    stop: CancellationToken,
    speaking: TaskTracker,
}

/// Under which subjects the nodes of this deployment speak.
struct Subjects {
    /// How far the journal goes, as a decimal number.
    head: String,
    /// A [`Signal`], as JSON.
    signal: String,
}

impl Wire for Nats {
    fn tell(&self, signal: Signal) {
        // Dropped when NATS hangs: what is said of presence and typing is out of date soon anyway.
        let _ = self.queue.try_send((Instant::now(), signal));
    }

    fn is_up(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.stop.cancel();
            self.speaking.close();
            if tokio::time::timeout(LAST_WORDS, self.speaking.wait()).await.is_err() {
                tracing::warn!("NATS does not take the last words of this node");
            }
        })
    }
}

/// Connects a node with the others, when NATS is configured. Does not wait for NATS to be there.
///
/// # Errors
/// When an address or the credentials file cannot be read.
pub(crate) async fn start(app: &Arc<App>) -> anyhow::Result<()> {
    let settings = &app.config.nats;
    if settings.urls.is_empty() {
        return Ok(());
    }
    // Two libraries bring a provider each, so `async-nats` would not know which one to encrypt with.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let servers: Vec<ServerAddr> = settings
        .urls
        .iter()
        .map(|url| url.parse())
        .collect::<Result<_, _>>()
        .context("an address in nats.urls cannot be read")?;
    let client = watched(options(settings).await?, app).connect(servers).await.context("NATS cannot be used")?;
    let subjects =
        Subjects { head: format!("{}.head", settings.prefix), signal: format!("{}.signal", settings.prefix) };
    let heads = client.subscribe(subjects.head.clone()).await.context("NATS cannot be listened to")?;
    let signals = client.subscribe(subjects.signal.clone()).await.context("NATS cannot be listened to")?;
    let (queue, waiting) = mpsc::channel(QUEUE);
    let nats = Arc::new(Nats { client, queue, subjects, stop: CancellationToken::new(), speaking: TaskTracker::new() });
    nats.speaking.spawn(speak(Arc::clone(&nats), app.journal.hints(), waiting));
    app.beside(hear_heads(Arc::clone(app), heads));
    app.beside(hear_signals(Arc::clone(app), signals));
    let _ = app.wire.set(nats);
    Ok(())
}

async fn options(settings: &config::Nats) -> anyhow::Result<ConnectOptions> {
    let mut options = ConnectOptions::new().name("bedside").no_echo().retry_on_initial_connect().ping_interval(PING);
    if let Some((user, password)) = settings.user.as_ref().zip(settings.password.as_ref()) {
        options = options.user_and_password(user.clone(), password.reveal().to_owned());
    }
    if let Some(token) = settings.token.as_ref().map(Secret::reveal) {
        options = options.token(token.to_owned());
    }
    if let Some(file) = &settings.credentials {
        options = options.credentials_file(file).await.context("the file nats.credentials cannot be used")?;
    }
    if let Some(file) = &settings.root_certificate {
        options = options.add_root_certificates(file.clone());
    }
    if let Some((certificate, key)) = settings.certificate.as_ref().zip(settings.key.as_ref()) {
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    Ok(options)
}

/// Tells the log once when NATS goes and once when it comes, and the other nodes that this one is there.
fn watched(options: ConnectOptions, app: &Arc<App>) -> ConnectOptions {
    let (app, is_away) = (Arc::downgrade(app), Arc::new(AtomicBool::new(false)));
    options.event_callback(move |event| {
        let (app, is_away) = (Weak::clone(&app), Arc::clone(&is_away));
        async move {
            match event {
                Event::Connected => {
                    is_away.store(false, Ordering::Relaxed);
                    tracing::info!("NATS is connected");
                    if let Some(app) = app.upgrade() {
                        app.tell(Signal::Joined);
                        presence::refresh(&app);
                    }
                }
                Event::Disconnected | Event::Closed | Event::ClientError(_) if !is_away.swap(true, Ordering::Relaxed) => {
                    tracing::warn!(
                        cause = %event,
                        "NATS is away: what other nodes store is found by looking every half second, and who is online or \
                         types shows on its own node alone"
                    );
                }
                _ => {}
            }
        }
    })
}

/// Says where the journal ends and what else there is to say, until the wire is closed. What a commit moved while the
/// last hint was on its way goes into one.
async fn speak(nats: Arc<Nats>, mut hints: watch::Receiver<Seq>, mut waiting: mpsc::Receiver<(Instant, Signal)>) {
    let mut told = Seq::START;
    loop {
        tokio::select! {
            () = nats.stop.cancelled() => break,
            changed = hints.changed() => {
                if changed.is_err() {
                    break;
                }
                let head = *hints.borrow_and_update();
                if head > told {
                    told = head;
                    nats.publish(&nats.subjects.head, head.0.to_string()).await;
                }
            }
            Some((at, signal)) = waiting.recv() => nats.pass_on(at, &signal).await,
        }
    }
    while let Ok((at, signal)) = waiting.try_recv() {
        nats.pass_on(at, &signal).await;
    }
}

impl Nats {
    async fn pass_on(&self, at: Instant, signal: &Signal) {
        if matches!(signal, Signal::Typing { .. }) && at.elapsed() > STALE {
            return;
        }
        match serde_json::to_string(signal) {
            Ok(text) => self.publish(&self.subjects.signal, text).await,
            Err(error) => tracing::error!(%error, "a signal could not be written"),
        }
    }

    /// Drops what nobody would hear: a client without a connection would keep it, and say it when it is no longer true.
    async fn publish(&self, subject: &str, text: String) {
        if !self.is_up() {
            return;
        }
        let sent = self.client.publish(subject.to_owned(), text.into()).await;
        if let Err(error) = sent {
            tracing::debug!(%error, "NATS did not take a word");
        }
        if let Err(error) = self.client.flush().await {
            tracing::debug!(%error, "NATS was lost with a word on its way");
        }
    }
}

async fn hear_heads(app: Arc<App>, mut heads: Subscriber) {
    let hearing = async {
        while let Some(message) = heads.next().await {
            let head = std::str::from_utf8(&message.payload).ok().and_then(|text| text.parse().ok());
            // An end that cannot be read may be that of a newer version: looking does no harm.
            if head.is_none_or(|head| Seq(head) > app.tail.position().seq) {
                app.journal.look();
            }
        }
    };
    app.stopping().run_until_cancelled(hearing).await;
}

async fn hear_signals(app: Arc<App>, mut signals: Subscriber) {
    let hearing = async {
        while let Some(message) = signals.next().await {
            match serde_json::from_slice(&message.payload) {
                Ok(signal) => app.hear(&signal).await,
                // Nodes of another version may know other signals.
                Err(error) => tracing::debug!(%error, "a word of another node is not understood"),
            }
        }
    };
    app.stopping().run_until_cancelled(hearing).await;
}
