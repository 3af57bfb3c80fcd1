//! `bedside schema`.

use super::say;
use crate::schema::sdl;

/// Print the GraphQL schema, for code generators.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  bedside schema > schema.graphql")]
pub(super) struct Args {}

pub(super) fn run(_: &Args) -> anyhow::Result<()> {
    say(sdl().trim_end());
    Ok(())
}
