//! The bytes of files, in a local folder or an object store.
//!
//! A key is the hour of the upload and 128 random bits: it tells nothing about the file, and the sweep can look at one
//! hour at a time instead of listing everything that was ever stored.

use std::{
    io::{Read, Seek},
    ops::Range,
    path::Path as FilePath,
    sync::Arc,
};

use anyhow::Context;
use bytes::{Bytes, BytesMut};
use futures_util::{TryStreamExt, stream::BoxStream};
use object_store::{
    Error as StoreError, GetOptions, ObjectStore, ObjectStoreExt, buffered::BufWriter, local::LocalFileSystem,
    path::Path,
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::{
    clock::Timestamp,
    error::{Error, Result},
};

/// How much is held in memory of one upload. A local folder takes parts of any size.
const PART: usize = 256 << 10;
/// How much is read and hashed at a time.
const CHUNK: usize = 64 << 10;
/// The folder of the files in the data folder.
const FOLDER: &str = "files";
/// Where the sweep keeps the first hour it has not looked at.
const SWEPT: &str = "swept-hour";
const HOUR_MILLIS: i64 = 3_600_000;

/// Whole hours since 1970-01-01 UTC.
pub(super) type Hour = i64;

/// Opens the files in the data folder, making the folder when it is not there.
///
/// # Errors
/// When the folder cannot be made or read.
pub(super) fn open_store(data_dir: &FilePath) -> anyhow::Result<Arc<dyn ObjectStore>> {
    let folder = data_dir.join(FOLDER);
    std::fs::create_dir_all(&folder).context("could not make the folder of the files")?;
    let store = LocalFileSystem::new_with_prefix(&folder).context("could not open the folder of the files")?;
    // An upload is acknowledged, so it has to survive a power failure like a message.
    Ok(Arc::new(store.with_fsync(true)))
}

/// The hour a moment lies in.
pub(super) fn hour_of(at: Timestamp) -> Hour {
    at.millis().div_euclid(HOUR_MILLIS)
}

/// A new key for an upload that begins now.
pub(super) fn new_key(now: Timestamp) -> String {
    format!("{}/{:032x}", hour_of(now), rand::random::<u128>())
}

/// What was stored.
pub(super) struct Stored {
    /// Bytes.
    pub(super) size: u64,
    /// SHA-256 of the bytes.
    pub(super) sha256: [u8; 32],
}

/// The SHA-256 of a file. Reads all of it where it stands.
pub(super) fn hash(mut file: &std::fs::File) -> std::io::Result<[u8; 32]> {
    file.rewind()?;
    let (mut hash, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(&chunk[..read]),
        }
    }
}

/// Copies a file into the store. The object appears whole or not at all.
pub(super) async fn put(files: &Arc<dyn ObjectStore>, key: &str, file: std::fs::File) -> Result<Stored> {
    let mut writer = BufWriter::with_capacity(Arc::clone(files), Path::from(key), PART).with_max_concurrency(1);
    match copy(file, &mut writer).await {
        Ok(stored) => {
            writer.shutdown().await.map_err(Error::internal)?;
            Ok(stored)
        }
        Err(error) => {
            if let Err(cause) = writer.abort().await {
                tracing::warn!(%cause, "a part of an upload could not be taken back");
            }
            Err(Error::Internal(Arc::new(error)))
        }
    }
}

async fn copy(file: std::fs::File, writer: &mut BufWriter) -> anyhow::Result<Stored> {
    let mut file = tokio::fs::File::from_std(file);
    file.rewind().await?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    loop {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        if read == 0 {
            return Ok(Stored { size, sha256: hash.finalize().into() });
        }
        hash.update(&chunk);
        size += u64::try_from(read)?;
        writer.put(chunk.freeze()).await?;
    }
}

/// Reads some bytes of an object; none when there is no such object.
pub(super) async fn read(
    files: &Arc<dyn ObjectStore>,
    key: &str,
    range: Range<u64>,
) -> Result<Option<BoxStream<'static, object_store::Result<Bytes>>>> {
    let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
    match files.get_opts(&Path::from(key), options).await {
        Ok(found) => Ok(Some(found.into_stream())),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Removes an object; it may be gone already.
pub(super) async fn remove(files: &Arc<dyn ObjectStore>, key: &str) -> object_store::Result<()> {
    match files.delete(&Path::from(key)).await {
        Err(StoreError::NotFound { .. }) => Ok(()),
        other => other,
    }
}

/// The keys of all objects of one hour.
pub(super) async fn keys_of(files: &Arc<dyn ObjectStore>, hour: Hour) -> object_store::Result<Vec<String>> {
    let prefix = Path::from(hour.to_string());
    files.list(Some(&prefix)).map_ok(|object| object.location.to_string()).try_collect().await
}

/// The first hour the sweep has not looked at; on its first run the oldest hour there is.
pub(super) async fn first_unswept(files: &Arc<dyn ObjectStore>) -> anyhow::Result<Option<Hour>> {
    match files.get(&Path::from(SWEPT)).await {
        Ok(found) => Ok(Some(std::str::from_utf8(&found.bytes().await?)?.parse()?)),
        Err(StoreError::NotFound { .. }) => {
            let folders = files.list_with_delimiter(None).await?.common_prefixes;
            Ok(folders.iter().filter_map(|folder| folder.filename()?.parse().ok()).min())
        }
        Err(error) => Err(error.into()),
    }
}

/// Remembers the first hour the sweep has not looked at.
pub(super) async fn remember_unswept(files: &Arc<dyn ObjectStore>, hour: Hour) -> object_store::Result<()> {
    files.put(&Path::from(SWEPT), hour.to_string().into()).await.map(drop)
}

/// Removes files that a stopped process was still writing in an hour: the local store keeps them as `key#1` and never
/// lists them. An object store drops its own by a lifecycle rule, and then there is no such folder.
pub(super) async fn remove_half_written(data_dir: &FilePath, hour: Hour) -> std::io::Result<usize> {
    let mut entries = match tokio::fs::read_dir(data_dir.join(FOLDER).join(hour.to_string())).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        other => other?,
    };
    let mut count = 0;
    while let Some(entry) = entries.next_entry().await? {
        if entry.file_name().to_string_lossy().contains('#') {
            tokio::fs::remove_file(entry.path()).await?;
            count += 1;
        }
    }
    Ok(count)
}
