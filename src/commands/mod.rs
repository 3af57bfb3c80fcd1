//! The commands: from the command line to a running server, or to one thing done.
//!
//! What a person asked for goes to standard output, the log to standard error. Stands above everything else.

mod config_check;
mod dev;
mod folder;
mod log;
mod migrate;
mod pages;
mod schema;
mod seed;
mod serve;
mod traces;
mod user;

use std::{
    fmt::Display,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, anyhow};
use clap::{Parser, Subcommand};

pub use self::{log::LogFormat, traces::Traces};
use crate::{
    config::Config,
    database::{Database, sqlite_file},
    error::Error,
};

/// Secure messaging for care, over a GraphQL API with subscriptions.
#[derive(Debug, Parser)]
#[command(name = "bedside", version, after_help = "Try it:  bedside dev\nRun it:  bedside migrate && bedside serve")]
pub struct Cli {
    /// The configuration file. Without it, `bedside.toml` in this folder is used when there is one.
    #[arg(long, global = true, env = "BEDSIDE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// How the log is written to standard error. Without it: text to a terminal, JSON to anything else.
    #[arg(long, global = true, env = "BEDSIDE_LOG_FORMAT", value_enum, value_name = "FORMAT")]
    log_format: Option<LogFormat>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Dev(dev::Args),
    Serve(serve::Args),
    Migrate(migrate::Args),
    Schema(schema::Args),
    User(user::Args),
    Config(config_check::Args),
}

impl Cli {
    /// Starts the log, and the traces of a server when they are wanted; they end when what is answered is dropped.
    ///
    /// # Errors
    /// When `RUST_LOG` cannot be read, or traces cannot be sent to where the settings say.
    pub fn start_log(&self) -> anyhow::Result<Option<Traces>> {
        let is_server = matches!(self.command, Command::Dev(_) | Command::Serve(_));
        // Settings that cannot be read are told of by the command that needs them.
        let settings = self.settings().ok().filter(|_| is_server);
        let traces = settings.map(|settings| Traces::start(&settings.traces)).transpose()?.flatten();
        log::start(self.log_format, traces.as_ref())?;
        Ok(traces)
    }

    fn settings(&self) -> anyhow::Result<Config> {
        let usual = Path::new("bedside.toml");
        Config::load(self.config.as_deref().or_else(|| usual.exists().then_some(usual)))
    }
}

/// Runs the command.
///
/// # Errors
/// Why it could not be done, and what to do about it.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let settings = cli.settings();
    match cli.command {
        Command::Dev(args) => dev::run(args, settings?).await,
        Command::Serve(args) => serve::run(&args, settings?).await,
        Command::Migrate(args) => migrate::run(&args, &settings?).await,
        Command::Schema(args) => schema::run(&args),
        Command::User(args) => user::run(args, settings?).await,
        Command::Config(args) => config_check::run(&args, settings),
    }
}

/// How the program ends: with 0, or with the reason on standard error and 1.
pub fn exit(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    // Nobody is there to tell when standard error is closed.
    let _ = writeln!(std::io::stderr().lock(), "bedside: {error:#}");
    ExitCode::FAILURE
}

/// Tells the person who ran the command; does not fail when they have stopped reading.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// An error of a service, for the person who ran the command.
fn plain(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(cause) => anyhow!("{cause:#}"),
        error => anyhow!(error.message()),
    }
}

/// Opens a database whose schema is that of this version.
async fn open_current(config: &Config) -> anyhow::Result<Database> {
    let url = config.database_url();
    if let Some(file) = sqlite_file(&url) {
        anyhow::ensure!(
            Path::new(file).exists(),
            "there is no database at {file} yet: run `bedside migrate`, then try again"
        );
    }
    let database = connect(&url).await?;
    let (missing, unknown) = database.schema_distance().await.context("the schema of the database cannot be read")?;
    anyhow::ensure!(
        unknown == 0,
        "the database was migrated by a newer version of bedside, in {unknown} steps that this one does not know: \
         run that version, whose `bedside migrate` made them"
    );
    anyhow::ensure!(
        missing == 0,
        "the database lacks {missing} steps of this version's schema: run `bedside migrate`, then try again"
    );
    Ok(database)
}

async fn connect(url: &str) -> anyhow::Result<Database> {
    Database::connect(url).await.context("the database cannot be opened: check database.url (DATABASE_URL)")
}
