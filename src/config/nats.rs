//! The settings of the way between nodes.

use std::path::PathBuf;

use serde::Serialize;
use url::Url;

use super::Secret;

/// NATS, which carries hints, presence and typing between the nodes of one deployment. Without `urls` each node finds
/// what others wrote by looking every half second, and shows who is online or types on itself alone.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Nats {
    /// The addresses of the NATS servers (2.9 or later), such as `nats://nats.internal:4222`; `tls://…` encrypts. The
    /// servers of one NATS cluster tell each other's addresses.
    #[config(env = "BEDSIDE_NATS_URLS", parse_env = confique::env::parse::list_by_comma, default = [])]
    pub urls: Vec<String>,

    /// What the subjects of this deployment begin with, so that several can share a NATS server. The same on every node.
    #[config(env = "BEDSIDE_NATS_PREFIX", default = "bedside")]
    pub prefix: String,

    /// The name to sign in with.
    #[config(env = "BEDSIDE_NATS_USER")]
    pub user: Option<String>,

    /// The password for that name.
    #[config(env = "BEDSIDE_NATS_PASSWORD")]
    pub password: Option<Secret>,

    /// A token to sign in with.
    #[config(env = "BEDSIDE_NATS_TOKEN")]
    pub token: Option<Secret>,

    /// A credentials file (JWT and seed) to sign in with.
    #[config(env = "BEDSIDE_NATS_CREDENTIALS")]
    pub credentials: Option<PathBuf>,

    /// A certificate (PEM) that vouches for the NATS servers, instead of those this machine trusts.
    #[config(env = "BEDSIDE_NATS_ROOT_CERTIFICATE")]
    pub root_certificate: Option<PathBuf>,

    /// The certificate (PEM) that this node shows to the NATS servers, where they ask for one.
    #[config(env = "BEDSIDE_NATS_CERTIFICATE")]
    pub certificate: Option<PathBuf>,

    /// The private key (PEM) of that certificate.
    #[config(env = "BEDSIDE_NATS_KEY")]
    pub key: Option<PathBuf>,
}

impl Nats {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        for url in &self.urls {
            let holds_password =
                Url::parse(url).is_ok_and(|url| url.password().is_some() || !url.username().is_empty());
            anyhow::ensure!(
                !holds_password,
                "an address in nats.urls holds a name or password, which would be shown with the settings: give them as \
                 nats.user and nats.password, or nats.token"
            );
        }
        anyhow::ensure!(
            self.user.is_some() == self.password.is_some(),
            "nats.user and nats.password go together: set both or neither"
        );
        anyhow::ensure!(
            self.certificate.is_some() == self.key.is_some(),
            "nats.certificate and nats.key go together: set both or neither"
        );
        let is_subject = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        anyhow::ensure!(
            self.prefix.split('.').all(is_subject),
            "nats.prefix may hold letters, digits, - and _, in parts separated by dots"
        );
        Ok(())
    }
}
