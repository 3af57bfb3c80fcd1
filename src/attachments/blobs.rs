//! The bytes of files, in a local folder or an object store.
//!
//! A key is the hour of the upload and 128 random bits: it tells nothing about the file, and the sweep can look at one
//! hour at a time instead of listing everything that was ever stored.

use std::{
    io::{Read, Seek},
    ops::{Deref, Range},
    path::Path as FilePath,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use bytes::{Bytes, BytesMut};
use futures_util::{TryStreamExt, stream::BoxStream};
use object_store::{
    ClientOptions, Error as StoreError, GetOptions, ObjectStore, ObjectStoreExt, RetryConfig, aws::AmazonS3Builder,
    buffered::BufWriter, local::LocalFileSystem, path::Path,
};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use crate::{
    clock::Timestamp,
    config::{self, Config, Secret},
    error::{Error, Result},
};

/// How much is held in memory of one upload to a local folder, which takes parts of any size.
const LOCAL_PART: usize = 256 << 10;
/// The same to an S3 store, which takes no smaller parts but for the last
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html>).
const S3_PART: usize = 5 << 20;
/// How long a connection to an S3 store may take to open, and a request to it to end.
const S3_CONNECT: Duration = Duration::from_secs(3);
const S3_REQUEST: Duration = Duration::from_secs(20);
/// How often a request that failed is sent again, and until when after the first.
const S3_RETRIES: usize = 3;
const S3_RETRY_WITHIN: Duration = Duration::from_secs(5);
/// How much is read and hashed at a time.
const CHUNK: usize = 64 << 10;
/// The folder of the files in the data folder.
const FOLDER: &str = "files";
/// Where the sweep keeps the first hour it has not looked at.
const SWEPT: &str = "swept-hour";
const HOUR_MILLIS: i64 = 3_600_000;

/// Whole hours since 1970-01-01 UTC.
pub(super) type Hour = i64;

const AWAY: Error =
    Error::Unavailable("Files cannot be stored or fetched now. Please try again.", Duration::from_secs(5));

/// Where the bytes of files are.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// How much of an upload is held in memory.
    part: usize,
}

impl Deref for Files {
    type Target = Arc<dyn ObjectStore>;

    fn deref(&self) -> &Self::Target {
        &self.store
    }
}

impl Files {
    /// Opens the bucket that is configured, or else the folder in the data folder, making it when it is not there. Does
    /// not ask whether the bucket is there.
    ///
    /// # Errors
    /// When the folder cannot be made or read, or the settings of the store do not make sense.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        if let Some(bucket) = &config.files.bucket {
            return Ok(Self { store: Arc::new(s3(bucket, &config.files)?), part: S3_PART });
        }
        let folder = config.data_dir.join(FOLDER);
        std::fs::create_dir_all(&folder).context("could not make the folder of the files")?;
        let store = LocalFileSystem::new_with_prefix(&folder).context("could not open the folder of the files")?;
        // An upload is acknowledged, so it has to survive a power failure like a message.
        Ok(Self { store: Arc::new(store.with_fsync(true)), part: LOCAL_PART })
    }
}

fn s3(bucket: &str, settings: &config::Files) -> anyhow::Result<impl ObjectStore> {
    let client = ClientOptions::new().with_connect_timeout(S3_CONNECT).with_timeout(S3_REQUEST);
    let retry = RetryConfig { max_retries: S3_RETRIES, retry_timeout: S3_RETRY_WITHIN, ..RetryConfig::default() };
    let mut store = AmazonS3Builder::new()
        .with_client_options(client.with_allow_http(settings.allow_http))
        .with_retry(retry)
        .with_bucket_name(bucket)
        .with_region(&settings.region)
        .with_virtual_hosted_style_request(!settings.path_style);
    if let Some(endpoint) = &settings.endpoint {
        store = store.with_endpoint(endpoint);
    }
    if let Some(id) = settings.access_key_id.as_ref().map(Secret::reveal) {
        store = store.with_access_key_id(id);
    }
    if let Some(secret) = settings.secret_access_key.as_ref().map(Secret::reveal) {
        store = store.with_secret_access_key(secret);
    }
    store.build().context("the store of the files cannot be used: check the settings under files")
}

/// The store did not do what it was asked. The cause goes to the log; it names no file, for a key is random.
fn away(cause: impl std::error::Error) -> Error {
    tracing::error!(%cause, "the store of the files failed");
    AWAY
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
///
/// # Errors
/// UNAVAILABLE when the store does not take it.
pub(super) async fn put(files: &Files, key: &str, file: std::fs::File) -> Result<Stored> {
    let store = Arc::clone(&files.store);
    let mut writer = BufWriter::with_capacity(store, Path::from(key), files.part).with_max_concurrency(1);
    match copy(file, &mut writer).await {
        Ok(stored) => {
            writer.shutdown().await.map_err(away)?;
            Ok(stored)
        }
        Err(error) => {
            if let Err(cause) = writer.abort().await {
                tracing::warn!(%cause, "a part of an upload could not be taken back");
            }
            Err(error)
        }
    }
}

async fn copy(file: std::fs::File, writer: &mut BufWriter) -> Result<Stored> {
    let mut file = tokio::fs::File::from_std(file);
    file.rewind().await.map_err(Error::internal)?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    loop {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await.map_err(Error::internal)?;
        if read == 0 {
            return Ok(Stored { size, sha256: hash.finalize().into() });
        }
        hash.update(&chunk);
        size += u64::try_from(read).map_err(Error::internal)?;
        writer.put(chunk.freeze()).await.map_err(away)?;
    }
}

/// Reads some bytes of an object; none when there is no such object.
///
/// # Errors
/// UNAVAILABLE when the store does not answer.
pub(super) async fn read(
    files: &Files,
    key: &str,
    range: Range<u64>,
) -> Result<Option<BoxStream<'static, object_store::Result<Bytes>>>> {
    let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
    match files.get_opts(&Path::from(key), options).await {
        Ok(found) => Ok(Some(found.into_stream())),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(away(error)),
    }
}

/// Removes an object; it may be gone already.
pub(super) async fn remove(files: &Files, key: &str) -> object_store::Result<()> {
    match files.delete(&Path::from(key)).await {
        Err(StoreError::NotFound { .. }) => Ok(()),
        other => other,
    }
}

/// The keys of all objects of one hour.
pub(super) async fn keys_of(files: &Files, hour: Hour) -> object_store::Result<Vec<String>> {
    let prefix = Path::from(hour.to_string());
    files.list(Some(&prefix)).map_ok(|object| object.location.to_string()).try_collect().await
}

/// The first hour the sweep has not looked at; on its first run the oldest hour there is.
pub(super) async fn first_unswept(files: &Files) -> anyhow::Result<Option<Hour>> {
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
pub(super) async fn remember_unswept(files: &Files, hour: Hour) -> object_store::Result<()> {
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
