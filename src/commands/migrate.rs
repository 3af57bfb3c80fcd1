//! `bedside migrate`.

use anyhow::Context;

use super::{
    connect,
    folder::{Hold, Holder},
    say,
};
use crate::config::Config;

/// Bring the schema of the database to this version.
///
/// On PostgreSQL it may run beside servers, and several take turns. An embedded database must not be in use by a
/// server meanwhile.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:  DATABASE_URL=postgres://bedside@db/bedside bedside migrate")]
pub(super) struct Args {}

pub(super) async fn run(_: &Args, config: &Config) -> anyhow::Result<()> {
    let _hold = Hold::take(config, Holder::Migrate).await?;
    let database = connect(&config.database_url()).await?;
    let (missing, unknown) = database.schema_distance().await.context("the schema of the database cannot be read")?;
    anyhow::ensure!(
        unknown == 0,
        "the database was migrated by a newer version of bedside already, in {unknown} steps that this one does not \
         know: run that version"
    );
    database.migrate().await?;
    database.close().await;
    match missing {
        0 => say("The database was current already."),
        1 => say("The database is current now: 1 step was made."),
        steps => say(format_args!("The database is current now: {steps} steps were made.")),
    }
    Ok(())
}
