//! Taking a file in: looking at it, storing what of it is kept, and the row that names it.

use std::fs::File;

use bytesize::ByteSize;
use uuid::Uuid;

use super::{
    blobs,
    inspect::{self, Inspected},
    picture::{self, Bounds, Thumbnail},
    store,
};
use crate::{
    App,
    access::Viewer,
    entity::attachment::{self, Kind},
    error::{Error, Result, UserErrorCode},
    ids::{AttachmentId, UserId},
    journal::{Change, Locks, Once, Outcome, Tx, Write},
};

/// The longest recording, one day, in milliseconds.
const DURATION_MAX: i64 = 86_400_000;

/// A file to upload.
pub struct NewUpload {
    /// The bytes, spooled to disk.
    pub file: File,
    /// The name the client gave.
    pub name: String,
    /// The media type the client declared.
    pub declared_type: Option<String>,
    /// The client's own name for the upload.
    pub client_id: Uuid,
    /// The length of audio or video in milliseconds.
    pub duration_ms: Option<i64>,
}

/// What became of an upload.
#[derive(Debug)]
pub struct Uploaded {
    /// The file; none when it is repeated after it was removed.
    pub file: Option<attachment::Model>,
    /// Whether it had been uploaded before.
    pub replayed: bool,
}

/// Stores a file for the viewer to send. A picture is written anew, and a small copy of it is stored beside it.
///
/// # Errors
/// For the person BLANK, TOO_LONG, FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED, FILE_TYPE_MISMATCH, INVALID_FORMAT,
/// QUOTA_REACHED; CONFLICT when the client id was used for another file.
pub async fn upload(app: &App, viewer: &Viewer, new: NewUpload) -> Result<Uploaded> {
    let (client_id, duration_ms) = (new.client_id, new.duration_ms);
    let kept = take_in(app, new).await?;
    let received = kept.received;
    let mut row = row_of(app, viewer, &kept.inspected, duration_ms);
    if let Err(error) = store_all(app, &mut row, kept).await {
        take_back(app, &row).await;
        return Err(error);
    }
    let received = match received {
        Some(received) => received,
        None => row.sha256.as_slice().try_into().map_err(Error::internal)?,
    };
    let quota = app.config.limits.files_per_user;
    match app.journal.write(Uploading { row: row.clone(), received, client_id, quota }).await {
        Ok(Outcome::Done { value, .. }) => {
            app.metrics.uploaded(u64::try_from(value.size).unwrap_or_default());
            Ok(Uploaded { file: Some(value), replayed: false })
        }
        Ok(Outcome::Replayed(id)) => {
            take_back(app, &row).await;
            let first = store::find(app.database.reader(), AttachmentId(id)).await?;
            Ok(Uploaded { file: first.filter(|row| !is_discarded(row)), replayed: true })
        }
        // The row may have been committed after all; if it was not, the sweep finds the bytes.
        Err(error @ Error::Unavailable(..)) => Err(error),
        Err(error) => {
            take_back(app, &row).await;
            Err(error)
        }
    }
}

/// What is kept of a file.
struct Kept {
    inspected: Inspected,
    file: File,
    /// Of a picture, upright.
    size: Option<(u32, u32)>,
    thumbnail: Option<Thumbnail>,
    /// The hash of what came in, when something else is stored.
    received: Option<[u8; 32]>,
}

/// Looks at a file, and writes a picture anew.
async fn take_in(app: &App, new: NewUpload) -> Result<Kept> {
    let NewUpload { mut file, name, declared_type, duration_ms, .. } = new;
    let (limit, bounds) = (app.config.limits.file_max.as_u64(), Bounds::of(&app.config.limits));
    // Reads the whole of a text, so not on a thread that serves requests.
    let looking = tokio::task::spawn_blocking(move || {
        let inspected = inspect::inspect(&mut file, &name, declared_type.as_deref(), limit)?;
        check_duration(duration_ms, inspected.kind)?;
        let measured = match inspected.kind {
            Kind::Image => Some(picture::measure(&file, inspected.content_type, bounds)?),
            Kind::File | Kind::Audio | Kind::Video => None,
        };
        Ok::<_, Error>((inspected, measured, file))
    });
    let (mut inspected, measured, file) = looking.await.map_err(picture::stopped)??;
    let Some(measured) = measured else {
        return Ok(Kept { inspected, file, size: None, thumbnail: None, received: None });
    };
    // Goes with the work: whoever asked may be gone before it is done.
    let place = app.pictures.enter(measured).await?;
    let writing = tokio::task::spawn_blocking(move || {
        let _place = place;
        let received = blobs::hash(&file).map_err(Error::internal)?;
        let picture = picture::written_anew(&file, measured, bounds)?;
        inspected.content_type = picture.content_type;
        if let Some(ending) = picture.ending {
            let stem = inspected.name.rsplit_once('.').map_or(inspected.name.as_str(), |(stem, _)| stem);
            inspected.name = format!("{stem}.{ending}");
        }
        let (size, thumbnail) = (Some(picture.size), picture.thumbnail);
        Ok(Kept { inspected, file: picture.file, size, thumbnail, received: Some(received) })
    });
    writing.await.map_err(picture::stopped)?
}

/// The row of a file whose bytes are not stored yet.
fn row_of(app: &App, viewer: &Viewer, inspected: &Inspected, duration_ms: Option<i64>) -> attachment::Model {
    attachment::Model {
        is_copy: false,
        id: AttachmentId::generate(),
        uploader_id: viewer.id(),
        message_id: None,
        is_avatar: false,
        position: 0,
        name: inspected.name.clone(),
        content_type: inspected.content_type.to_owned(),
        kind: inspected.kind,
        size: 0,
        sha256: Vec::new(),
        storage_key: None,
        duration_ms,
        width: None,
        height: None,
        thumbnail_key: None,
        thumbnail_type: None,
        thumbnail_size: None,
        thumbnail_width: None,
        thumbnail_height: None,
        annotations: 0,
        created_at: app.clock.now(),
        removed_at: None,
    }
}

/// Stores the bytes, and writes into the row where they are and what they are.
async fn store_all(app: &App, row: &mut attachment::Model, kept: Kept) -> Result<()> {
    let pixels = |count: u32| i32::try_from(count).map_err(Error::internal);
    if let Some(small) = kept.thumbnail {
        let key = row.thumbnail_key.insert(blobs::new_key(row.created_at));
        let stored = blobs::put(&app.files, key, small.file).await?;
        row.thumbnail_type = Some(small.content_type.to_owned());
        row.thumbnail_size = Some(i64::try_from(stored.size).map_err(Error::internal)?);
        (row.thumbnail_width, row.thumbnail_height) = (Some(pixels(small.size.0)?), Some(pixels(small.size.1)?));
    }
    if let Some((width, height)) = kept.size {
        (row.width, row.height) = (Some(pixels(width)?), Some(pixels(height)?));
    }
    let key = row.storage_key.insert(blobs::new_key(row.created_at));
    let stored = blobs::put(&app.files, key, kept.file).await?;
    row.size = i64::try_from(stored.size).map_err(Error::internal)?;
    row.sha256 = stored.sha256.to_vec();
    Ok(())
}

/// Removes bytes that no row names. When that fails, the sweep finds them.
async fn take_back(app: &App, row: &attachment::Model) {
    for key in row.storage_key.iter().chain(&row.thumbnail_key) {
        if let Err(cause) = blobs::remove(&app.files, key).await {
            tracing::warn!(%cause, "the bytes of a refused upload could not be removed yet");
        }
    }
}

fn is_discarded(file: &attachment::Model) -> bool {
    file.message_id.is_none() && file.removed_at.is_some()
}

fn check_duration(duration_ms: Option<i64>, kind: Kind) -> Result<()> {
    let Some(duration) = duration_ms else { return Ok(()) };
    let refuse = |message| Err(Error::invalid(UserErrorCode::InvalidFormat, &["input", "durationMs"], message));
    if !matches!(kind, Kind::Audio | Kind::Video) {
        return refuse("Only audio and video have a duration. Leave it out for this file.");
    }
    if !(0..=DURATION_MAX).contains(&duration) {
        return refuse("A duration is between 0 and 86,400,000 milliseconds, which is one day.");
    }
    Ok(())
}

struct Uploading {
    row: attachment::Model,
    /// The hash of what came in: a picture sent again is the same one, also when it would be written another way now.
    received: [u8; 32],
    client_id: Uuid,
    quota: ByteSize,
}

impl Write for Uploading {
    type Value = attachment::Model;

    fn actor(&self) -> Option<UserId> {
        Some(self.row.uploader_id)
    }

    /// The uploader, so that two uploads at once do not both take the last of the quota.
    fn locks(&self) -> Locks {
        Locks::users([self.row.uploader_id])
    }

    fn once(&self) -> Option<Once> {
        let (attachment::Model { name, duration_ms, .. }, received) = (&self.row, self.received);
        let input = format!("{name:?} {received:?} {duration_ms:?}");
        Some(Once { operation: "uploadAttachment", client_id: self.client_id, input })
    }

    fn subject(value: &Self::Value) -> Uuid {
        value.id.0
    }

    async fn decide(&self, tx: &Tx) -> Result<Change<Self::Value>> {
        let taken = store::size_of_all(tx, self.row.uploader_id).await?;
        if taken.saturating_add(self.row.size.unsigned_abs()) > self.quota.as_u64() {
            return Err(Error::invalid(
                UserErrorCode::QuotaReached,
                &["input", "file"],
                format!(
                    "This file does not fit: your files take up {} of the {} you have. Delete messages with files you \
                     no longer need, or ask whoever runs this service for more room.",
                    ByteSize(taken),
                    self.quota
                ),
            ));
        }
        Ok(Change { rows: vec![store::added(self.row.clone())], events: Vec::new(), value: self.row.clone() })
    }
}
