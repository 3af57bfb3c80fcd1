//! An S3 store (`s3s-fs`) on a port of its own.

use std::{net::SocketAddr, path::Path};

use bedside::config::Config;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

const BUCKET: &str = "clinic-files";
const KEY: (&str, &str) = ("AKIDCLINIC", "not-a-secret-at-all");

/// A running store; it can go down and come back.
pub struct Store {
    folder: TempDir,
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Store {
    /// A store with an empty bucket.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(serve(folder.path().to_owned(), listener));
        Self { folder, address, serving }
    }

    /// Makes a server keep its files here.
    pub fn used_by(&self, config: &mut Config) {
        config.files.bucket = Some(BUCKET.into());
        config.files.endpoint = Some(format!("http://{}", self.address));
        config.files.access_key_id = Some(KEY.0.to_owned().into());
        config.files.secret_access_key = Some(KEY.1.to_owned().into());
        config.files.allow_http = true;
    }

    /// The store goes down, with everybody it was talking to.
    pub async fn go_down(&mut self) {
        self.serving.abort();
        assert!((&mut self.serving).await.unwrap_err().is_cancelled());
    }

    /// It is back, with what it had.
    pub async fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serving = tokio::spawn(serve(self.folder.path().to_owned(), listener));
    }

    /// How many files it holds, besides the sweep's own.
    pub fn holds(&self) -> usize {
        fn files(folder: &Path) -> usize {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
        }
        let bucket = self.folder.path().join(BUCKET);
        let hours = std::fs::read_dir(bucket).unwrap().map(|entry| entry.unwrap().path());
        hours.filter(|path| path.is_dir()).map(|hour| files(&hour)).sum()
    }
}

async fn serve(folder: std::path::PathBuf, listener: TcpListener) {
    let mut service = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single(KEY.0, KEY.1));
    let (service, mut connections) = (service.build(), JoinSet::new());
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let connection = http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone());
        connections.spawn(async move {
            // A client that hangs up is no concern of the store.
            let _ = connection.await;
        });
    }
}
