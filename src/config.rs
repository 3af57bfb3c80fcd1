//! Every setting: what it is, its unit, its default, its name in the environment.
//!
//! Read from a file (TOML), then overridden by the environment. A key that does not exist is refused.

mod auth;
mod documents;
mod files;
mod limits;
mod mail;
mod nats;
mod push;
mod rules;
mod server;
mod traces;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use anyhow::Context;
pub use auth::Auth;
use confique::Config as _;
pub use documents::Documents;
pub use files::Files;
pub use limits::Limits;
pub use mail::{Mail, MailTls};
pub use nats::Nats;
pub use push::Push;
pub use rules::{Preset, Rules};
use serde::{Deserialize, Serialize, Serializer};
pub use server::{ProxyHeader, Server, Tls};
pub use traces::Traces;

/// All settings of a server.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Config {
    /// The folder for the embedded database, files and, in `dev`, keys.
    #[config(env = "BEDSIDE_DATA_DIR", default = "data")]
    pub data_dir: PathBuf,

    /// Where the server listens and what it shows.
    #[config(nested)]
    pub server: Server,

    /// Where messages are stored.
    #[config(nested)]
    pub database: Database,

    /// Where the bytes of files are stored: without `bucket` in the folder `files` of the data folder, which several
    /// nodes would have to share.
    #[config(nested)]
    pub files: Files,

    /// NATS, which carries hints, presence and typing between the nodes of one deployment. Without `urls` each node
    /// finds what others wrote by looking every half second, and shows who is online or types on itself alone.
    #[config(nested)]
    pub nats: Nats,

    /// Sign-in, tokens and passwords.
    #[config(nested)]
    pub auth: Auth,

    /// Mail, for forgotten passwords and for the addresses of those who register. Without `host` nothing is sent.
    #[config(nested)]
    pub mail: Mail,

    /// Web Push, which tells browsers that there is something new while no page is open. Without `key` nothing is pushed.
    #[config(nested)]
    pub push: Push,

    /// Who may talk to whom.
    #[config(nested)]
    pub rules: Rules,

    /// How much of anything.
    #[config(nested)]
    pub limits: Limits,

    /// Which GraphQL documents are run, and how much of anything they may hold.
    #[config(nested)]
    pub documents: Documents,

    /// Where traces go.
    #[config(nested)]
    pub traces: Traces,
}

/// Where messages are stored.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Database {
    /// `sqlite:///path/to/file` or `postgres://user:password@host/name` (PostgreSQL 15 or later, a direct or
    /// session-pooled connection to the primary). When it is not set: `bedside.sqlite` in the data folder.
    #[config(env = "DATABASE_URL")]
    pub url: Option<Secret>,
}

/// A setting that never shows itself.
#[derive(Clone, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// The value itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str("(secret)")
    }
}

impl Config {
    /// Reads the file, when there is one, and the environment.
    ///
    /// # Errors
    /// When a value cannot be read, a key does not exist, or a value is out of its range.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let mut builder = Self::builder().env();
        if let Some(file) = file {
            anyhow::ensure!(file.exists(), "there is no configuration file {}", file.display());
            builder = builder.file(file);
        }
        let config = builder.load().context("the configuration cannot be used")?;
        config.check()?;
        Ok(config)
    }

    /// The default settings.
    ///
    /// # Errors
    /// Never, unless a default in this file cannot be read.
    pub fn defaults() -> anyhow::Result<Self> {
        Ok(Self::builder().load()?)
    }

    /// An example file with every setting, its description and its default.
    pub fn example() -> String {
        confique::toml::template::<Self>(confique::toml::FormatOptions::default())
    }

    /// The address of the database.
    pub fn database_url(&self) -> String {
        match &self.database.url {
            Some(url) => url.reveal().to_owned(),
            None => format!("sqlite://{}", self.data_dir.join("bedside.sqlite").display()),
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.auth.password_min >= 8, "auth.password_min must be 8 or more");
        anyhow::ensure!(self.limits.listener_queue >= 1, "limits.listener_queue must be 1 or more");
        // What the schema tells as `Int` (GraphQL, section 3.5.1).
        let largest = u64::from(i32::MAX.unsigned_abs());
        anyhow::ensure!(self.limits.file_max.as_u64() <= largest, "limits.file_max must be less than 2 GiB");
        anyhow::ensure!(self.limits.image_pixels <= largest, "limits.image_pixels must be {largest} or less");
        anyhow::ensure!(
            self.server.tls.certificate.is_some() == self.server.tls.key.is_some(),
            "server.tls.certificate and server.tls.key go together: set both or neither"
        );
        anyhow::ensure!(
            self.documents.nesting <= 64,
            "documents.nesting must be 64 or less: the parser's stack is not larger"
        );
        anyhow::ensure!(!self.auth.access_token.is_zero(), "auth.access_token must be longer than nothing");
        self.files.check()?;
        self.nats.check()?;
        self.traces.check()?;
        self.push.check()?;
        self.mail.check(self.server.public_url.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_is_current() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/bedside.example.toml");
        let expected = Config::example();
        if std::env::var_os("BEDSIDE_REWRITE").is_some() {
            std::fs::write(file, &expected).unwrap();
        }
        assert!(
            std::fs::read_to_string(file).unwrap_or_default() == expected,
            "bedside.example.toml is stale: run `BEDSIDE_REWRITE=1 cargo test`"
        );
    }

    #[test]
    fn an_unknown_key_is_refused_and_a_secret_never_shows() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bedside.toml");
        std::fs::write(&file, "[limits]\ntext_maximum = 3\n").unwrap();
        assert!(format!("{:#}", Config::load(Some(&file)).unwrap_err()).contains("text_maximum"));
        std::fs::write(&file, "[auth]\nroot_secret = \"hush\"\n[limits]\nfile_max = \"3MiB\"\n").unwrap();
        let config = Config::load(Some(&file)).unwrap();
        assert_eq!(config.limits.file_max.as_u64(), 3 << 20);
        assert!(!format!("{config:?}").contains("hush"));
        assert!(!serde_json::to_string(&config).unwrap().contains("hush"));
    }
}
