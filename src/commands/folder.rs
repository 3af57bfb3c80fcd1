//! The data folder: who may use its database now, and the keys `dev` keeps in it.
//!
//! An embedded database has a lock file beside it. A server holds it for as long as it runs, a migration while it
//! works; whoever comes second is refused, except that everybody waits for a migration to end. Other commands, such
//! as `user create`, work alongside a server: SQLite lets them write in turn, and the server reads what they wrote
//! from the journal. PostgreSQL needs none of this.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{
    accounts::tokens::Tokens,
    config::{Config, Secret},
    database::sqlite_file,
    keys::RootSecret,
    push,
};

/// Who wants the database for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// `bedside dev`
    Dev,
    /// `bedside serve`
    Serve,
    /// `bedside migrate`
    Migrate,
}

impl Holder {
    const fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Serve => "serve",
            Self::Migrate => "migrate",
        }
    }
}

/// The right to use an embedded database, given up when dropped.
#[derive(Debug)]
pub(super) struct Hold(Option<File>);

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(file) = &self.0 {
            // So that the next one is not taken for this one before it has written its own name.
            let _ = file.set_len(0);
        }
    }
}

impl Hold {
    /// Takes the database for `holder`; waits for a migration to end.
    ///
    /// # Errors
    /// When another process has it, with its name.
    pub(super) async fn take(config: &Config, holder: Holder) -> anyhow::Result<Self> {
        let url = config.database_url();
        let Some(database) = sqlite_file(&url).map(PathBuf::from) else { return Ok(Self(None)) };
        tokio::task::spawn_blocking(move || take(&database, holder)).await?
    }

    /// Waits until no migration is under way.
    ///
    /// # Errors
    /// When the lock file cannot be opened.
    pub(super) async fn wait_for_migration(config: &Config) -> anyhow::Result<()> {
        let url = config.database_url();
        let Some(database) = sqlite_file(&url).map(PathBuf::from) else { return Ok(()) };
        tokio::task::spawn_blocking(move || {
            if database.exists() {
                let mut file = open(&database)?;
                if is_migrating(&mut file) {
                    file.lock().context("the lock file cannot be locked")?;
                }
            }
            Ok(())
        })
        .await?
    }
}

fn open(database: &Path) -> anyhow::Result<File> {
    let path = lock_path(database);
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    file.with_context(|| format!("the lock file {} cannot be opened", path.display()))
}

fn lock_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

fn take(database: &Path, holder: Holder) -> anyhow::Result<Hold> {
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let mut file = open(database)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) if is_migrating(&mut file) => {
            file.lock().context("the lock file cannot be locked")?;
        }
        Err(TryLockError::WouldBlock) => {
            let other = note(&mut file);
            let other = if other.is_empty() { "another bedside".to_owned() } else { format!("`bedside {other}`") };
            anyhow::bail!(
                "{other} is using {}: stop it first, or give this one another folder (BEDSIDE_DATA_DIR). Several \
                 servers can share PostgreSQL (DATABASE_URL)",
                database.display()
            );
        }
        Err(TryLockError::Error(error)) => return Err(error).context("the lock file cannot be locked"),
    }
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "{} (process {})", holder.name(), std::process::id())?;
    Ok(Hold(Some(file)))
}

/// What the holder wrote into the lock file.
fn note(file: &mut File) -> String {
    let mut text = String::new();
    // Only for the message; an unreadable note is no note.
    let _ = file.rewind().and_then(|()| file.read_to_string(&mut text));
    text.trim().to_owned()
}

fn is_migrating(file: &mut File) -> bool {
    note(file).starts_with(Holder::Migrate.name())
}

/// Where `dev` keeps its keys.
fn keys(data_dir: &Path) -> PathBuf {
    data_dir.join("keys")
}

/// Gives settings without secrets those that `dev` made in their data folder; makes them first with `make`.
///
/// # Errors
/// When a key file cannot be read or written.
pub(super) fn add_dev_keys(config: &mut Config, make: bool) -> anyhow::Result<()> {
    let folder = keys(&config.data_dir);
    if make {
        std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let root = || Ok(RootSecret::generate());
    add_key(&mut config.auth.root_secret, &folder.join("root-secret"), make, root)?;
    add_key(&mut config.auth.signing_key, &folder.join("signing-key.pem"), make, Tokens::generate_signing_key)?;
    add_key(&mut config.push.key, &folder.join("push-key.pem"), make, push::generate_key)?;
    if config.push.key.is_some() {
        config.push.subject.get_or_insert("mailto:nobody@example.com".into());
    }
    Ok(())
}

fn add_key(
    setting: &mut Option<Secret>,
    file: &Path,
    make: bool,
    generate: impl FnOnce() -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    if setting.is_some() {
        return Ok(());
    }
    if make && !file.exists() {
        write_secret(file, &generate()?).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    if file.exists() {
        let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
        *setting = Some(text.into());
    }
    Ok(())
}

/// Writes a file that only its owner may read; it appears whole or not at all.
fn write_secret(file: &Path, text: &str) -> anyhow::Result<()> {
    let mut new = tempfile::NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist_noclobber(file)?;
    Ok(())
}
