//! The log: one line for each thing worth knowing, with the id of the request it belongs to.

use std::io::IsTerminal;

use anyhow::Context;
use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Starts the log on standard error, from level INFO on unless `RUST_LOG` says otherwise.
pub(super) fn start(format: Option<LogFormat>) -> anyhow::Result<()> {
    let is_terminal = std::io::stderr().is_terminal();
    let format = format.unwrap_or(if is_terminal { LogFormat::Text } else { LogFormat::Json });
    // The steps of a migration are told by the command itself, and what becomes of NATS by `nats`, once.
    let levels = std::env::var("RUST_LOG").unwrap_or_else(|_| "info,sea_orm_migration=warn,async_nats=off".into());
    let filter = EnvFilter::try_new(levels)
        .context("RUST_LOG cannot be read: give a level such as `info`, or `bedside=debug,info`")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(is_terminal);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).init(),
    }
    Ok(())
}
