//! `bedside serve`, and what `dev` shares with it.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use tokio::net::TcpListener;

use super::{
    folder::{Hold, Holder},
    open_current,
};
use crate::{App, clock::Clock, config::Config, database::Database, server};

/// Serve, in production.
///
/// Needs its secrets and a migrated database, and refuses to start without them. Stops on SIGTERM or Ctrl-C: it
/// accepts nothing more, lets requests under way end, finishes every write and closes the sockets.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  bedside --config /etc/bedside.toml serve\n\nMake the secrets once:\n  \
                  export BEDSIDE_ROOT_SECRET=$(openssl rand -base64 32)\n  \
                  export BEDSIDE_SIGNING_KEY=$(openssl genpkey -algorithm ed25519)")]
pub(super) struct Args {}

/// How long closing the database may take at the end.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

pub(super) async fn run(_: &Args, config: Config) -> anyhow::Result<()> {
    App::check_secrets(&config)?;
    server::check_privacy(&config)?;
    let _hold = Hold::take(&config, Holder::Serve).await?;
    let database = open_current(&config).await?;
    let (app, listener) = start(config, database).await?;
    until_stopped(app, listener).await
}

/// Starts a server where its settings say, port 0 meaning a free one.
pub(super) async fn start(config: Config, database: Database) -> anyhow::Result<(Arc<App>, TcpListener)> {
    // Each connection needs a descriptor; where the limit cannot be raised, the accepting waits at it.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let wanted = config.server.listen;
    let listener = TcpListener::bind(wanted)
        .await
        .with_context(|| format!("cannot listen on {wanted}: is it in use? Choose another with BEDSIDE_LISTEN"))?;
    let address = listener.local_addr()?;
    let app = App::start(config, Clock::default(), database, address).await?;
    watch(&app).await?;
    tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "listening");
    Ok((app, listener))
}

/// Lets operators watch the server, if they are to.
async fn watch(app: &Arc<App>) -> anyhow::Result<()> {
    let Some(wanted) = app.config.server.metrics else { return Ok(()) };
    let listener = TcpListener::bind(wanted).await.with_context(|| {
        format!("cannot listen on {wanted} for metrics: is it in use? Choose another with BEDSIDE_METRICS")
    })?;
    let address = listener.local_addr()?;
    tracing::info!(%address, "metrics");
    app.metrics_address.get_or_init(|| address);
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if let Err(error) = server::serve_metrics(app, listener).await {
            tracing::error!(%error, "metrics can no longer be read");
        }
    });
    Ok(())
}

/// Serves until the process is told to stop.
pub(super) async fn until_stopped(app: Arc<App>, listener: TcpListener) -> anyhow::Result<()> {
    let told = told_to_stop()?;
    let stop = async {
        let signal = told.await;
        tracing::info!(signal, "stopping");
    };
    let served = server::serve(Arc::clone(&app), listener, stop).await;
    if tokio::time::timeout(CLOSE_WITHIN, app.database.clone().close()).await.is_err() {
        tracing::warn!("the database was not closed in time; nothing that was acknowledged is lost");
    }
    tracing::info!("stopped");
    served.context("the listener failed")
}

/// Waits for SIGTERM or SIGINT, and names it.
#[cfg(unix)]
fn told_to_stop() -> anyhow::Result<impl Future<Output = &'static str> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    // Registered now and not at the first wait, so that a signal during the start is not lost.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn told_to_stop() -> anyhow::Result<impl Future<Output = &'static str> + Send + 'static> {
    Ok(async {
        // Without a handler there is no way to be told, and the process ends by itself.
        let _ = tokio::signal::ctrl_c().await;
        "Ctrl-C"
    })
}
