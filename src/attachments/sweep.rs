//! Cleaning up: uploads nobody sent, bytes of removed files, and bytes no row names.

use std::time::Duration;

use super::{
    blobs::{self, Hour},
    store,
};
use crate::{
    App,
    clock::Timestamp,
    entity::attachment,
    error::{Error, Result},
    ids::{AttachmentId, UserId},
    journal::{Change, Locks, Outcome, Tx, Write},
};

/// How many rows one write changes.
const BATCH: u64 = 100;
/// No upload takes this long, so one that is under way is never taken for a leftover, however short
/// `limits.unsent_files` is.
const UPLOAD_MAX: Duration = Duration::from_secs(3600);

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Uploads that were not sent in time.
    pub expired: usize,
    /// Removed files whose bytes went now, the expired ones among them.
    pub cleared: usize,
    /// Bytes that belonged to no row.
    pub orphans: usize,
}

/// Removes what should not be there. Safe to run at any time, again, and on several nodes at once.
///
/// # Errors
/// When the database or the store cannot be reached; the next sweep goes on.
pub async fn sweep(app: &App) -> Result<SweepReport> {
    let now = app.clock.now();
    let expired = expire(app, now).await?;
    let cleared = clear_marked(app).await?;
    let window = app.config.limits.unsent_files.max(UPLOAD_MAX);
    let orphans = remove_orphans(app, blobs::hour_of(now.minus(window))).await?;
    Ok(SweepReport { expired, cleared, orphans })
}

/// Marks uploads that were not sent in time.
async fn expire(app: &App, now: Timestamp) -> Result<usize> {
    let cutoff = now.minus(app.config.limits.unsent_files);
    let mut total = 0;
    loop {
        let Outcome::Done { value: count, .. } = app.journal.write(Expiring { cutoff, at: now }).await? else {
            return Ok(total);
        };
        total += count;
        if count < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(total);
        }
    }
}

struct Expiring {
    cutoff: Timestamp,
    at: Timestamp,
}

impl Write for Expiring {
    type Value = usize;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<usize>> {
        let files = store::hold_expired(tx, self.cutoff, BATCH).await?;
        let rows = files.iter().map(|file| store::removed(file, self.at)).collect();
        Ok(Change { rows, events: Vec::new(), value: files.len() })
    }
}

/// Removes the bytes of all marked files, also those a stopped process or a failing store left behind.
async fn clear_marked(app: &App) -> Result<usize> {
    let (mut total, mut last) = (0, None);
    loop {
        let files = store::to_clear_after(app.database.reader(), last, BATCH).await?;
        let Some(file) = files.last() else { return Ok(total) };
        last = Some(file.id);
        total += clear(app, &files).await?;
    }
}

/// Removes the bytes of marked files and then lets their rows go of them. Gives how many are done; a file whose bytes
/// cannot be removed stays marked. Bytes that a forwarded file names too stay: a file is marked under the lock that
/// forwarding it takes, so whoever still names the bytes is seen here.
pub(super) async fn clear(app: &App, files: &[attachment::Model]) -> Result<usize> {
    let mut gone = Vec::with_capacity(files.len());
    let keys: Vec<_> = files.iter().filter_map(|file| file.storage_key.as_deref()).collect();
    let in_use = store::keys_in_use(app.database.reader(), &keys).await?;
    for file in files {
        let Some(key) = &file.storage_key else { continue };
        if in_use.contains(key) {
            gone.push(file.id);
            continue;
        }
        match remove_both(app, key, file.thumbnail_key.as_deref()).await {
            Ok(()) => gone.push(file.id),
            Err(cause) => tracing::warn!(attachment = %file.id, %cause, "the bytes of a file could not be removed"),
        }
    }
    if gone.is_empty() {
        return Ok(0);
    }
    match app.journal.write(Clearing { gone }).await? {
        Outcome::Done { value, .. } => Ok(value),
        Outcome::Replayed(_) => Ok(0),
    }
}

/// The small copy goes with the picture; rows that share the one share the other.
async fn remove_both(app: &App, key: &str, thumbnail: Option<&str>) -> object_store::Result<()> {
    if let Some(thumbnail) = thumbnail {
        blobs::remove(&app.files, thumbnail).await?;
    }
    blobs::remove(&app.files, key).await
}

struct Clearing {
    gone: Vec<AttachmentId>,
}

impl Write for Clearing {
    type Value = usize;

    fn actor(&self) -> Option<UserId> {
        None
    }

    fn locks(&self) -> Locks {
        Locks::default()
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<usize>> {
        let files = store::hold_to_clear(tx, &self.gone).await?;
        Ok(Change { rows: files.iter().map(store::cleared).collect(), events: Vec::new(), value: files.len() })
    }
}

/// Removes bytes that no row names, of all hours before `end`.
///
/// They come from processes that stopped between storing the bytes and writing the row, and from clients that hung up
/// there. Keys begin with the hour of the upload: each hour is looked at once, when it is so old that each upload of
/// it has ended one way or the other, and the first hour to look at next is kept in the store itself. So a sweep
/// lists the uploads of an hour, never all that was stored in years.
async fn remove_orphans(app: &App, end: Hour) -> Result<usize> {
    let start = blobs::first_unswept(&app.files).await.map_err(|error| Error::Internal(error.into()))?.unwrap_or(end);
    let mut total = 0;
    for hour in start..end {
        total += remove_orphans_of(app, hour).await?;
    }
    if start < end {
        blobs::remember_unswept(&app.files, end).await.map_err(Error::internal)?;
    }
    Ok(total)
}

async fn remove_orphans_of(app: &App, hour: Hour) -> Result<usize> {
    let keys = blobs::keys_of(&app.files, hour).await.map_err(Error::internal)?;
    let known = store::known_keys(app.database.reader(), &keys).await?;
    let mut total = blobs::remove_half_written(&app.config.data_dir, hour).await.map_err(Error::internal)?;
    for key in keys.iter().filter(|key| !known.contains(*key)) {
        blobs::remove(&app.files, key).await.map_err(Error::internal)?;
        total += 1;
    }
    Ok(total)
}
