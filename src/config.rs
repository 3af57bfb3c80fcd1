//! Every setting: what it is, its unit, its default, its name in the environment.
//!
//! Read from a file (TOML), then overridden by the environment. A key that does not exist is refused.

mod mail;

use std::{
    fmt,
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use bytesize::ByteSize;
use confique::Config as _;
use ipnet::IpNet;
pub use mail::{Mail, MailTls};
use serde::{Deserialize, Serialize, Serializer};

use crate::people::roles::RolePair;

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

    /// Mail, for forgotten passwords and for the addresses of those who register. Without `host` nothing is sent.
    #[config(nested)]
    pub mail: Mail,

    /// Who may talk to whom.
    #[config(nested)]
    pub rules: Rules,

    /// How much of anything.
    #[config(nested)]
    pub limits: Limits,

    /// Which GraphQL documents are run, and how much of anything they may hold.
    #[config(nested)]
    pub documents: Documents,
}

/// Where the server listens and what it shows.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Server {
    /// Address and port to listen on. Port 0 takes a free one.
    #[config(env = "BEDSIDE_LISTEN", default = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// The files for TLS. Without them the server speaks plain text, and `serve` listens on this machine only.
    #[config(nested)]
    pub tls: Tls,

    /// Whether a proxy in front of this server speaks TLS with clients, so that `serve` may listen in plain text on an
    /// address that other machines reach. Only the proxy should.
    #[config(env = "BEDSIDE_BEHIND_TLS_PROXY", default = false)]
    pub behind_tls_proxy: bool,

    /// The address under which clients reach this server; links in answers start with it. When it is not set, links
    /// start with the listening address. `serve` needs it when it listens on every address, such as 0.0.0.0.
    #[config(env = "BEDSIDE_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Whether `/` shows GraphiQL and the schema can be asked for. `dev` switches it on.
    #[config(env = "BEDSIDE_GRAPHIQL", default = false)]
    pub graphiql: bool,

    /// Origins of other sites whose pages may use this server from a browser, such as `https://portal.example`.
    #[config(env = "BEDSIDE_ALLOWED_ORIGINS", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub allowed_origins: Vec<String>,

    /// Networks of the proxies in front of this server, such as `10.0.0.0/8` or `192.0.2.7/32`. From them alone the
    /// client's address is taken from the header named in `proxy_header`; from anybody else that header is ignored.
    #[config(env = "BEDSIDE_TRUSTED_PROXIES", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub trusted_proxies: Vec<IpNet>,

    /// The header in which trusted proxies name the client: `x-forwarded-for` or `forwarded` (RFC 7239). Only the one
    /// that the proxies really write: what a client wrote in the other would reach this server as it is.
    #[config(env = "BEDSIDE_PROXY_HEADER", default = "x-forwarded-for")]
    pub proxy_header: ProxyHeader,

    /// How long a stop waits for requests under way. Writes that were begun then have a second to end.
    #[config(env = "BEDSIDE_DRAIN", default = "10s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub drain: Duration,
}

/// The header in which a proxy names the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProxyHeader {
    /// `X-Forwarded-For: 192.0.2.60, 198.51.100.7`.
    XForwardedFor,
    /// `Forwarded: for=192.0.2.60, for=198.51.100.7` (RFC 7239).
    Forwarded,
}

/// The files for TLS. Both are read again at SIGHUP.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Tls {
    /// The certificate of this server and those that vouch for it, in PEM.
    #[config(env = "BEDSIDE_TLS_CERTIFICATE")]
    pub certificate: Option<PathBuf>,

    /// The private key of the certificate, in PEM.
    #[config(env = "BEDSIDE_TLS_KEY")]
    pub key: Option<PathBuf>,
}

impl Tls {
    /// The certificate and the key, when the server speaks TLS.
    pub fn files(&self) -> Option<(&Path, &Path)> {
        Some((self.certificate.as_deref()?, self.key.as_deref()?))
    }
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

    /// How many accounts may be registered from one network address (IPv6: one /64) in an hour. Counted on each node.
    #[config(env = "BEDSIDE_REGISTRATIONS_PER_HOUR", default = 20)]
    pub registrations_per_hour: NonZeroU32,

    /// How many sign-ins under one name may fail within `failed_logins_window` before further ones are refused, whoever
    /// tries them. A device that signed in before has a count of its own instead, of the same size, so nobody can lock
    /// a person out. Counted in the database, for all nodes together.
    #[config(env = "BEDSIDE_FAILED_LOGINS_PER_NAME", default = 10)]
    pub failed_logins_per_name: NonZeroU32,

    /// How many sign-ins from one network address (IPv6: one /64) may fail within `failed_logins_window`. Devices that
    /// signed in before do not count. Counted in the database, for all nodes together.
    #[config(env = "BEDSIDE_FAILED_LOGINS_PER_ADDRESS", default = 100)]
    pub failed_logins_per_address: NonZeroU32,

    /// How long a failed sign-in counts.
    #[config(env = "BEDSIDE_FAILED_LOGINS_WINDOW", default = "15m", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub failed_logins_window: Duration,

    /// How long a device that signed in is known.
    #[config(env = "BEDSIDE_DEVICE_TOKEN", default = "400days", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub device_token: Duration,
}

/// Who may talk to whom.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Rules {
    /// `care`: patients and caregivers with clinicians, clinicians with each other, students with each other and with
    /// clinicians, staff with anyone. `strict`: patients with clinicians only.
    #[config(env = "BEDSIDE_ROLE_PRESET", default = "care")]
    pub preset: Preset,

    /// Which roles may talk to each other, instead of those of the preset: `["PATIENT-CLINICIAN", "STAFF-PATIENT"]`.
    /// Pairs that are not listed are refused, and administrators count as staff.
    #[config(env = "BEDSIDE_ROLE_PAIRS", parse_env = confique::env::parse::list_by_comma)]
    pub pairs: Option<Vec<RolePair>>,

    /// Whether a clinician whose credentials no administrator has checked may start conversations with patients.
    #[config(env = "BEDSIDE_UNVERIFIED_CLINICIANS_START", default = false)]
    pub unverified_clinicians_start: bool,

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

    /// How much all files of one person may take up together, those they sent and those they have not sent yet.
    #[config(env = "BEDSIDE_FILES_PER_USER", default = "1GiB")]
    pub files_per_user: ByteSize,

    /// How long an uploaded file waits to be sent before it is removed.
    #[config(env = "BEDSIDE_UNSENT_FILES", default = "24h", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub unsent_files: Duration,

    /// The most people in a group.
    #[config(env = "BEDSIDE_PARTICIPANTS_MAX", default = 250)]
    pub participants_max: usize,

    /// How long somebody counts as typing after they last said so.
    #[config(env = "BEDSIDE_TYPING", default = "6s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub typing: Duration,

    /// How long somebody counts as online on another node after that node last said so. A node says so three times as
    /// often.
    #[config(env = "BEDSIDE_PRESENCE", default = "45s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub presence: Duration,

    /// How many events wait for a slow listener before it reads on from the journal instead.
    #[config(env = "BEDSIDE_LISTENER_QUEUE", default = 256)]
    pub listener_queue: usize,

    /// How many connections this node has open at once, sockets included. Each needs a file descriptor.
    #[config(env = "BEDSIDE_CONNECTIONS", default = 20000)]
    pub connections: usize,

    /// How many of them one network address may have, so that nobody alone takes them all; 0 for no limit. A clinic
    /// whose people share one address needs one or two for each. Not looked at with `server.behind_tls_proxy`.
    #[config(env = "BEDSIDE_CONNECTIONS_PER_ADDRESS", default = 2000)]
    pub connections_per_address: usize,

    /// How long the head of a request may take to arrive, from when the connection was opened or the request before it
    /// was answered. So a connection without requests is closed after this time too; a proxy should close it earlier.
    #[config(env = "BEDSIDE_REQUEST_HEAD", default = "10s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub request_head: Duration,

    /// A client that takes nothing of what it is sent for this long is let go; streams resume by their cursor.
    #[config(env = "BEDSIDE_STALLED", default = "30s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub stalled: Duration,

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

    /// How many operations and downloads one account may ask for in a minute, at once or spread. Counted on each node.
    #[config(env = "BEDSIDE_REQUESTS_PER_USER", default = 1200)]
    pub requests_per_user: NonZeroU32,

    /// How many operations may come from one network address (IPv6: one /64) without a valid token in a minute, at
    /// once or spread: signing in, renewing sessions, registering. Every device renews its session every ten minutes,
    /// and a whole clinic may share one address. Counted on each node.
    #[config(env = "BEDSIDE_REQUESTS_PER_ADDRESS", default = 300)]
    pub requests_per_address: NonZeroU32,

    /// How many sockets may be opened from one network address (IPv6: one /64) in a minute, at once or spread. After a
    /// restart all devices of a clinic come back together. Counted on each node.
    #[config(env = "BEDSIDE_SOCKETS_PER_ADDRESS", default = 600)]
    pub sockets_per_address: NonZeroU32,

    /// How many messages one person may send in one conversation in a minute; a quarter of them at once. Counted on
    /// each node.
    #[config(env = "BEDSIDE_SENDS_PER_CONVERSATION", default = 120)]
    pub sends_per_conversation: NonZeroU32,

    /// How many messages of the protocol are read from one socket in a second; twice as many at once. A client that
    /// says more is not closed: the server reads no faster, and the rest waits on the client's side.
    #[config(env = "BEDSIDE_SOCKET_MESSAGES", default = 100)]
    pub socket_messages: NonZeroU32,

    /// How often what reached the devices of a node is written down, at most.
    #[config(env = "BEDSIDE_DELIVERED_EVERY", default = "1s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub delivered_every: Duration,

    /// How often a quiet stream of events tells its place.
    #[config(env = "BEDSIDE_CHECKPOINT", default = "30s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub checkpoint: Duration,
}

/// Which GraphQL documents are run, and how much of anything they may hold. What goes beyond is refused before anything
/// of it runs, with the name of the setting and its figure.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Documents {
    /// A file with the documents of your clients; nothing else is run then. Either the manifest that Apollo's tools
    /// write, or one JSON object of ids and documents, `{ "<SHA-256 in hex>": "query …" }`, as Relay's compiler does.
    /// Read at the start; `bedside config check` reads it too.
    #[config(env = "BEDSIDE_TRUSTED_DOCUMENTS")]
    pub trusted: Option<PathBuf>,

    /// Whether a client may send the SHA-256 of a document instead of the document, once this node has run it
    /// (automatic persisted queries). Without effect when `trusted` is set.
    #[config(env = "BEDSIDE_AUTOMATIC_DOCUMENTS", default = true)]
    pub automatic: bool,

    /// How much text of documents is remembered, so that they need not be read again; the oldest is forgotten first.
    /// Parsed, a document takes some ten times its text.
    #[config(env = "BEDSIDE_DOCUMENTS_REMEMBERED", default = "1MiB")]
    pub remembered: ByteSize,

    /// The longest document.
    #[config(env = "BEDSIDE_DOCUMENT_BYTES", default = "32KiB")]
    pub bytes: ByteSize,

    /// The most words of a document: names, values, brackets, signs.
    #[config(env = "BEDSIDE_DOCUMENT_TOKENS", default = 4000)]
    pub tokens: usize,

    /// The most brackets open at once, of every kind; the standard introspection query needs 13. Far more could fill
    /// the stack of the parser.
    #[config(env = "BEDSIDE_DOCUMENT_NESTING", default = 24)]
    pub nesting: usize,

    /// The most fragments a document defines.
    #[config(env = "BEDSIDE_DOCUMENT_FRAGMENTS", default = 50)]
    pub fragments: usize,

    /// The most places where a fragment is put in, inline fragments included.
    #[config(env = "BEDSIDE_DOCUMENT_SPREADS", default = 100)]
    pub spreads: usize,

    /// The most aliases.
    #[config(env = "BEDSIDE_DOCUMENT_ALIASES", default = 100)]
    pub aliases: usize,

    /// The most fields at the root of one operation.
    #[config(env = "BEDSIDE_DOCUMENT_ROOT_FIELDS", default = 25)]
    pub root_fields: usize,

    /// The most directives.
    #[config(env = "BEDSIDE_DOCUMENT_DIRECTIVES", default = 50)]
    pub directives: usize,

    /// The most fields of one operation, with its fragments put in wherever they are spread.
    #[config(env = "BEDSIDE_DOCUMENT_FIELDS", default = 1000)]
    pub fields: usize,

    /// How deep fields may stand inside of fields. Introspection does not count.
    #[config(env = "BEDSIDE_DOCUMENT_DEPTH", default = 15)]
    pub depth: usize,

    /// What one operation may cost: 1 for each field, times the size of the pages it stands in (50 where none is asked
    /// for) and times 10 for each list without pages. Introspection does not count.
    #[config(env = "BEDSIDE_DOCUMENT_COST", default = 50000)]
    pub cost: u64,
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
        anyhow::ensure!(
            self.server.tls.certificate.is_some() == self.server.tls.key.is_some(),
            "server.tls.certificate and server.tls.key go together: set both or neither"
        );
        anyhow::ensure!(
            self.documents.nesting <= 64,
            "documents.nesting must be 64 or less: the parser's stack is not larger"
        );
        anyhow::ensure!(!self.auth.access_token.is_zero(), "auth.access_token must be longer than nothing");
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
