//! Building the browser pages for `dev`, with npm, when they are missing or older than what they are made from.

use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use anyhow::Context;

use super::say;
use crate::{config::Config, pages};

/// What the pages are made from beside `web/`: the types of the API, and the operations that GraphiQL begins with.
const BESIDE: [&str; 2] = ["schema.graphql", "examples/operations"];
/// What is made in `web/`, and so tells nothing about its sources.
const MADE: [&str; 3] = ["node_modules", "dist", "generated"];

/// Builds the pages if that is to be done, and says how far it is. The server starts whatever comes of it: its pages say
/// what is missing.
pub(super) fn build_if_stale(config: &Config) {
    let is_served_from_elsewhere = config.server.pages.is_some() || cfg!(feature = "pages");
    let Some(web) = pages::sources().filter(|_| !is_served_from_elsewhere) else { return };
    match build(&web) {
        Ok(()) => {}
        Err(error) => say(format_args!(
            "\nThe browser pages were not built: {error:#}.\nThe server starts without what is new in them.\n"
        )),
    }
}

fn build(web: &Path) -> anyhow::Result<()> {
    let built = modified(&web.join("dist/chat.html"));
    if built.is_some_and(|built| newest_source(web).is_ok_and(|newest| newest <= built)) {
        return Ok(());
    }
    say("Building the browser pages, which takes a minute the first time:");
    // npm writes this file when it has installed everything.
    let installed = modified(&web.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < modified(&web.join("package-lock.json")) {
        npm(web, &["ci", "--no-audit", "--no-fund", "--loglevel=error"])?;
    }
    npm(web, &["run", "build", "--silent", "--", "--logLevel", "warn"])
}

fn npm(web: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    let command = format!("npm {}", arguments.join(" "));
    say(format_args!("  {command}"));
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let ended = match Command::new(program).args(arguments).current_dir(web).status() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            anyhow::bail!("npm was not found; install Node.js 20 or later from https://nodejs.org/, then start again")
        }
        ended => ended.context("npm could not be started")?,
    };
    anyhow::ensure!(
        ended.success(),
        "`{command}` in {} failed, and said why above; mend it, then start again",
        web.display()
    );
    Ok(())
}

/// When anything that the pages are made from was last changed. A folder changes when a file in it comes or goes.
fn newest_source(web: &Path) -> io::Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    let root = web.parent().unwrap_or(Path::new(""));
    let mut places: Vec<PathBuf> = BESIDE.iter().map(|place| root.join(place)).collect();
    places.extend(sources_in(web)?);
    while let Some(place) = places.pop() {
        let about = std::fs::metadata(&place)?;
        newest = newest.max(about.modified()?);
        if about.is_dir() {
            places.extend(sources_in(&place)?);
        }
    }
    Ok(newest)
}

fn sources_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let entries = entries.collect::<io::Result<Vec<_>>>()?;
    Ok(entries.into_iter().filter(|entry| !MADE.iter().any(|made| entry.ends_with(made))).collect())
}

fn modified(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|about| about.modified()).ok()
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::*;

    fn write(file: &Path, at: u64) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
        set(file, at);
    }

    fn set(file: &Path, at: u64) {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(at);
        fs::File::open(file).unwrap().set_modified(at).unwrap();
    }

    #[test]
    fn what_is_made_does_not_count_as_a_source_and_everything_else_does() {
        let root = tempfile::tempdir().unwrap();
        let web = root.path().join("web");
        for (file, at) in [
            ("schema.graphql", 10),
            ("examples/operations/history.graphql", 10),
            ("web/package.json", 11),
            ("web/src/chat/main.tsx", 12),
            ("web/src/chat/api/generated/schema.d.ts", 90),
            ("web/dist/chat.html", 91),
            ("web/node_modules/react/index.js", 92),
        ] {
            write(&root.path().join(file), at);
        }
        let folders = ["examples/operations", "web/src", "web/src/chat", "web/src/chat/api"];
        folders.iter().for_each(|folder| set(&root.path().join(folder), 9));
        let newest = || newest_source(&web).unwrap().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        assert_eq!(newest(), 12);
        set(&root.path().join("web/src/chat"), 13);
        assert_eq!(newest(), 13, "a file was taken away");
        set(&root.path().join("schema.graphql"), 14);
        assert_eq!(newest(), 14);
        write(&root.path().join("examples/operations/new.graphql"), 15);
        set(&root.path().join("examples/operations"), 9);
        assert_eq!(newest(), 15);
    }
}
