//! The program: reads the command line, starts the log, runs the command.

use std::process::ExitCode;

use bedside::commands::{self, Cli};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    commands::exit(match cli.start_log() {
        Ok(_traces) => commands::run(cli).await,
        Err(error) => Err(error),
    })
}
