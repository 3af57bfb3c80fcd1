//! The settings of Web Push.

use std::time::Duration;

use serde::Serialize;

use super::Secret;

/// Web Push, which tells browsers that there is something new while no page is open. Without `key` nothing is pushed.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Push {
    /// The private key by which push services know this server (P-256, PEM), the same on every node: make it once with
    /// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`. With another key every browser has to be
    /// registered again. `dev` makes one in its data folder.
    #[config(env = "BEDSIDE_PUSH_KEY")]
    pub key: Option<Secret>,

    /// Whom a push service can ask about pushes of this server: `mailto:it@clinic.example` or an `https` address.
    /// Required with `key`.
    #[config(env = "BEDSIDE_PUSH_SUBJECT")]
    pub subject: Option<String>,

    /// The pause between two pushes to one browser; what comes meanwhile is told together after it.
    #[config(env = "BEDSIDE_PUSH_EVERY", default = "15s", deserialize_with = humantime_serde::deserialize)]
    #[serde(serialize_with = "humantime_serde::serialize")]
    pub every: Duration,

    /// How many browsers of one person are pushed to; the one registered first goes for one more.
    #[config(env = "BEDSIDE_PUSH_BROWSERS", default = 20)]
    pub browsers: u32,

    /// Whether push services may be on private networks and without encryption. For tests alone: browsers name the
    /// address, and could make this server send requests into its own network.
    #[config(env = "BEDSIDE_PUSH_ALLOW_PRIVATE", default = false)]
    pub allow_private: bool,
}

impl Push {
    pub(super) fn check(&self) -> anyhow::Result<()> {
        let is_contact = |subject: &str| subject.starts_with("mailto:") || subject.starts_with("https://");
        anyhow::ensure!(
            self.key.is_none() || self.subject.as_deref().is_some_and(is_contact),
            "push.subject is not set: say whom push services can ask, such as mailto:it@clinic.example"
        );
        anyhow::ensure!(self.browsers > 0, "push.browsers must be 1 or more");
        Ok(())
    }
}
