//! Every setting: what it is, its unit, its default, its name in the environment.
//!
//! Read from a file (TOML), then overridden by the environment. A key that does not exist is refused.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context;
use bytesize::ByteSize;
use confique::Config as _;
use serde::{Deserialize, Serialize, Serializer};

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

    /// Sign-in, tokens and passwords.
    #[config(nested)]
    pub auth: Auth,

    /// Who may talk to whom.
    #[config(nested)]
    pub rules: Rules,

    /// How much of anything.
    #[config(nested)]
    pub limits: Limits,
}

/// Where the server listens and what it shows.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Server {
    /// Address and port to listen on. Port 0 takes a free one.
    #[config(env = "BEDSIDE_LISTEN", default = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The address under which clients reach this server; links in answers start with it. When it is not set, links
    /// start with `http://` and the listening address.
    #[config(env = "BEDSIDE_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Whether `/` shows GraphiQL and the schema can be asked for. `dev` switches it on.
    #[config(env = "BEDSIDE_GRAPHIQL", default = false)]
    pub graphiql: bool,

    /// Origins of other sites whose pages may use this server from a browser, such as `https://portal.example`.
    #[config(env = "BEDSIDE_ALLOWED_ORIGINS", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub allowed_origins: Vec<String>,

    /// How long a stop waits for requests under way. Writes that were begun then have a second to end.
    #[config(env = "BEDSIDE_DRAIN", default = "10s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub drain: Duration,
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

/// Sign-in, tokens and passwords.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Auth {
    /// Base 64 of 32 random bytes, the same on every node: `openssl rand -base64 32`. Cursors, links and the hashes of
    /// repeated requests depend on it. Required by `serve`; `dev` makes one.
    #[config(env = "BEDSIDE_ROOT_SECRET")]
    pub root_secret: Option<Secret>,

    /// The Ed25519 key that signs access tokens, PKCS #8 in PEM: `openssl genpkey -algorithm ed25519`. Required by
    /// `serve`; `dev` makes one.
    #[config(env = "BEDSIDE_SIGNING_KEY")]
    pub signing_key: Option<Secret>,

    /// Public keys (PEM) of earlier signing keys whose tokens are still accepted.
    #[config(default = [])]
    pub retired_keys: Vec<String>,

    /// The issuer named in tokens (`iss`).
    #[config(env = "BEDSIDE_ISSUER", default = "bedside")]
    pub issuer: String,

    /// How long an access token is good for.
    #[config(env = "BEDSIDE_ACCESS_TOKEN", default = "10m", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub access_token: Duration,

    /// How long a session lasts after its last renewal.
    #[config(env = "BEDSIDE_REFRESH_TOKEN", default = "30days", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub refresh_token: Duration,

    /// The fewest characters of a password; never under 8 (NIST SP 800-63B section 3.1.1.2).
    #[config(env = "BEDSIDE_PASSWORD_MIN", default = 12)]
    pub password_min: usize,

    /// How many accounts may be registered from one network address in an hour.
    #[config(env = "BEDSIDE_REGISTRATIONS_PER_HOUR", default = 20)]
    pub registrations_per_hour: u32,
}

/// Who may talk to whom.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Rules {
    /// `care`: patients and caregivers with clinicians, clinicians with each other, students with each other and with
    /// clinicians, staff with anyone. `strict`: patients with clinicians only.
    #[config(env = "BEDSIDE_ROLE_PRESET", default = "care")]
    pub preset: Preset,

    /// How long after sending a message its sender may edit it.
    #[config(env = "BEDSIDE_EDIT_WINDOW", default = "24h", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub edit_window: Duration,
}

/// A ready set of role pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// The default.
    Care,
    /// Patients with clinicians only.
    Strict,
}

/// How much of anything.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Limits {
    /// The longest text of a message, in characters (Unicode scalar values).
    #[config(env = "BEDSIDE_TEXT_MAX", default = 5000)]
    pub text_max: usize,

    /// The most attachments of one message.
    #[config(env = "BEDSIDE_ATTACHMENTS_MAX", default = 10)]
    pub attachments_max: usize,

    /// The largest file.
    #[config(env = "BEDSIDE_FILE_MAX", default = "10MiB")]
    pub file_max: ByteSize,

    /// How long an uploaded file waits to be sent before it is removed.
    #[config(env = "BEDSIDE_UNSENT_FILES", default = "24h", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub unsent_files: Duration,

    /// The most people in a group.
    #[config(env = "BEDSIDE_PARTICIPANTS_MAX", default = 250)]
    pub participants_max: usize,

    /// How many events wait for a slow listener before it reads on from the journal instead.
    #[config(env = "BEDSIDE_LISTENER_QUEUE", default = 256)]
    pub listener_queue: usize,

    /// How long a client may take to introduce itself on a socket (`connection_init`).
    #[config(env = "BEDSIDE_SOCKET_INIT", default = "5s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub socket_init: Duration,

    /// How many sockets one user may have open on one node.
    #[config(env = "BEDSIDE_SOCKETS_PER_USER", default = 10)]
    pub sockets_per_user: usize,

    /// How many operations one socket may have at once.
    #[config(env = "BEDSIDE_OPERATIONS_PER_SOCKET", default = 20)]
    pub operations_per_socket: usize,

    /// How often what reached the devices of a node is written down, at most.
    #[config(env = "BEDSIDE_DELIVERED_EVERY", default = "1s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub delivered_every: Duration,

    /// How often a quiet stream of events tells its place.
    #[config(env = "BEDSIDE_CHECKPOINT", default = "30s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub checkpoint: Duration,
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
    pub fn load(file: Option<&std::path::Path>) -> anyhow::Result<Self> {
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
        anyhow::ensure!(!self.auth.access_token.is_zero(), "auth.access_token must be longer than nothing");
        Ok(())
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
