//! The log: one line for each thing worth knowing, with the id of the request it belongs to.

use std::io::IsTerminal;

use anyhow::Context;
use clap::ValueEnum;
use tracing_subscriber::{EnvFilter, Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use super::traces::Traces;

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

/// Starts the log on standard error, from level INFO on unless `RUST_LOG` says otherwise, and the traces.
pub(super) fn start(format: Option<LogFormat>, traces: Option<&Traces>) -> anyhow::Result<()> {
    let is_terminal = std::io::stderr().is_terminal();
    let format = format.unwrap_or(if is_terminal { LogFormat::Text } else { LogFormat::Json });
    // The steps of a migration are told by the command itself, and what becomes of NATS by `nats`, once.
    let levels = std::env::var("RUST_LOG").unwrap_or_else(|_| "info,sea_orm_migration=warn,async_nats=off".into());
    let filter = EnvFilter::try_new(levels)
        .context("RUST_LOG cannot be read: give a level such as `info`, or `bedside=debug,info`")?;
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(is_terminal);
    let log = match format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    // Finer than the log: the steps of a request are there for traces alone.
    let steps = Targets::new().with_target("bedside", tracing::Level::DEBUG);
    let traces = traces.map(|traces| tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_filter(steps));
    tracing_subscriber::registry().with(log.with_filter(filter)).with(traces).init();
    Ok(())
}
