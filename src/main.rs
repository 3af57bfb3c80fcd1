//! The program: reads the command line, starts the log, runs the command.

use std::process::ExitCode;

use bedside::commands::{self, Cli};
use clap::Parser;

// Chosen by measurement, see docs/PERFORMANCE.md. Not for the libraries written in C: in place of their `malloc` too, its
// third version does not start beside `libfaketime`, with which the tests make the clock jump, and its second is no faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    commands::exit(match cli.start_log() {
        Ok(_traces) => commands::run(cli).await,
        Err(error) => Err(error),
    })
}
