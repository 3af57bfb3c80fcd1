//! The settings of mail.

use std::{num::NonZeroU32, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::Secret;

/// Mail, for forgotten passwords and for the addresses of those who register. Without `host` nothing is sent.
#[derive(Clone, Debug, confique::Config, Serialize)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Mail {
    /// The name of the SMTP server that takes mail, such as `smtp.clinic.example`; its certificate must have it.
    #[config(env = "BEDSIDE_MAIL_HOST")]
    pub host: Option<String>,

    /// Its port. When it is not set: 465 with `tls = "always"`, 587 with `starttls`, 25 with `none`.
    #[config(env = "BEDSIDE_MAIL_PORT")]
    pub port: Option<u16>,

    /// How the connection is encrypted: `always` from its first byte, `starttls` before anything is said, or `none`,
    /// for a server on this machine.
    #[config(env = "BEDSIDE_MAIL_TLS", default = "always")]
    pub tls: MailTls,

    /// A certificate (PEM) that vouches for the SMTP server besides those this machine trusts.
    #[config(env = "BEDSIDE_MAIL_ROOT_CERTIFICATE")]
    pub root_certificate: Option<PathBuf>,

    /// The name to sign in with at the SMTP server.
    #[config(env = "BEDSIDE_MAIL_USER")]
    pub user: Option<String>,

    /// The password for that name.
    #[config(env = "BEDSIDE_MAIL_PASSWORD")]
    pub password: Option<Secret>,

    /// Whom mail comes from, such as `Example Clinic <no-reply@clinic.example>`. Required with `host`.
    #[config(env = "BEDSIDE_MAIL_FROM")]
    pub from: Option<String>,

    /// The address under which the pages are that links in mail open: `/reset-password` and `/confirm-address`. The token
    /// comes after a `#`, which browsers send to no server: `#token=…`. When it is not set: `/chat` of
    /// `server.public_url`, the web client of this server.
    #[config(env = "BEDSIDE_MAIL_LINKS")]
    pub links: Option<String>,

    /// A folder to write mail into as `.eml` files instead of sending it. `dev` sets it.
    #[config(env = "BEDSIDE_MAIL_FOLDER")]
    pub folder: Option<PathBuf>,

    /// Whether somebody who registers must open a link in a mail before they can sign in. When it is not set: yes when
    /// mail is sent, no in `dev`. Without mail there is no confirming.
    #[config(env = "BEDSIDE_MAIL_CONFIRM_ADDRESSES")]
    pub confirm_addresses: Option<bool>,

    /// How many mails of these kinds one address gets in an hour, whoever asks for them. Counted in the database.
    #[config(env = "BEDSIDE_MAILS_PER_ADDRESS", default = 3)]
    pub per_address: NonZeroU32,

    /// How many links for a forgotten password may be asked for from one network address (IPv6: one /64) in an hour.
    /// Counted on each node.
    #[config(env = "BEDSIDE_RESETS_PER_HOUR", default = 20)]
    pub resets_per_hour: NonZeroU32,

    /// How many mails may wait to be sent before asking for more is refused.
    #[config(env = "BEDSIDE_MAILS_WAITING", default = 10000)]
    pub waiting: u32,
}

/// How the connection to the SMTP server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// From the first byte (RFC 8314 section 3).
    Always,
    /// Plain until the server was asked to encrypt, which it must (RFC 3207).
    Starttls,
    /// Never.
    None,
}

impl Mail {
    /// Whether there is anywhere for mail to go.
    pub fn is_on(&self) -> bool {
        self.host.is_some() || self.folder.is_some()
    }

    pub(super) fn check(&self, public_url: Option<&str>) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.host.is_none() || self.links.is_some() || public_url.is_some(),
            "links in mail need an address that people can open: set mail.links or server.public_url"
        );
        anyhow::ensure!(
            self.host.is_none() || self.from.is_some(),
            "mail.from is not set: say whom mail comes from, such as \"Example Clinic <no-reply@clinic.example>\""
        );
        anyhow::ensure!(
            self.user.is_some() == self.password.is_some(),
            "mail.user and mail.password go together: set both or neither"
        );
        anyhow::ensure!(
            self.tls != MailTls::None || self.password.is_none(),
            "mail.password would be sent in plain text: set mail.tls to \"always\" or \"starttls\""
        );
        Ok(())
    }
}
