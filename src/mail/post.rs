//! Where mail goes: an SMTP server, or a folder.

use std::{path::Path, sync::OnceLock, time::Duration};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use sea_orm::prelude::Uuid;
use sha2::{Digest, Sha256};
use tokio::sync::{Notify, mpsc};

use super::text::Letter;
use crate::{
    config::{Mail, MailTls, Secret},
    keys::keyed_hash,
};

/// How long an SMTP server may take to answer one command.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// Writes mail and hands it on.
pub struct Mailer {
    way: Way,
    from: Mailbox,
    links: String,
    key: [u8; 32],
    pub(super) wake: Notify,
    /// Shows every mail to the person who runs the server. Only `dev` sets it.
    pub shown: OnceLock<mpsc::UnboundedSender<Shown>>,
}

/// A mail as `dev` shows it.
#[derive(Debug)]
pub struct Shown {
    /// To whom.
    pub address: String,
    /// What it is about.
    pub subject: String,
    /// The link in it, if there is one.
    pub link: Option<String>,
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(AsyncFileTransport<Tokio1Executor>),
}

/// Why a mail did not go; never the words of the other server, which may name the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// It may go later.
    ForNow,
    /// It will never go.
    ForGood,
}

impl Mailer {
    /// The mailer of these settings; none when mail goes nowhere. Tokens of links are derived with `key`.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(config: &Mail, public_url: &str, key: [u8; 32]) -> anyhow::Result<Option<Self>> {
        let way = match (&config.folder, &config.host) {
            (Some(folder), _) => Way::Folder(folder_way(folder)?),
            (None, Some(host)) => Way::Smtp(smtp(config, host)?),
            (None, None) => return Ok(None),
        };
        let from = config.from.as_deref().unwrap_or("Bedside <bedside@localhost>");
        let from =
            from.parse().context("mail.from is no address such as \"Example Clinic <no-reply@clinic.example>\"")?;
        let links = config.links.clone().unwrap_or_else(|| format!("{public_url}/chat"));
        let links = links.trim_end_matches('/').to_owned();
        Ok(Some(Self { way, from, links, key, wake: Notify::new(), shown: OnceLock::new() }))
    }

    /// The token of the link in a mail.
    fn token(&self, mail: Uuid) -> [u8; 32] {
        keyed_hash(&self.key, mail.as_bytes())
    }

    /// What is kept of that token.
    pub(super) fn token_hash(&self, mail: Uuid) -> Vec<u8> {
        Sha256::digest(self.token(mail)).to_vec()
    }

    /// The link of a mail, which opens this page.
    pub(super) fn link(&self, page: &str, mail: Uuid) -> String {
        format!("{}/{page}#token={}", self.links, URL_SAFE_NO_PAD.encode(self.token(mail)))
    }

    /// The name at the end of a letter.
    pub(super) fn name(&self) -> &str {
        self.from.name.as_deref().unwrap_or("Bedside")
    }

    /// Sends a letter. Sent again under the same `id`, it is the same mail to whoever gets it.
    pub(super) async fn send(&self, id: Uuid, address: &str, letter: &Letter) -> Result<(), Failed> {
        let message = self.message(id, address, letter).map_err(|_| Failed::ForGood)?;
        match &self.way {
            Way::Smtp(way) => way.send(message).await.map(drop).map_err(|error| {
                tracing::warn!(status = ?error.status().map(|code| code.to_string()), "the SMTP server took no mail");
                if error.is_permanent() { Failed::ForGood } else { Failed::ForNow }
            })?,
            Way::Folder(way) => way.send(message).await.map(drop).map_err(|_| Failed::ForNow)?,
        }
        if let Some(shown) = self.shown.get() {
            let Letter { subject, link, .. } = letter;
            // Nobody looks any more when the server stops.
            let _ = shown.send(Shown { address: address.into(), subject: subject.clone(), link: link.clone() });
        }
        Ok(())
    }

    fn message(&self, id: Uuid, address: &str, letter: &Letter) -> anyhow::Result<Message> {
        // RFC 3834 section 5: so that nothing answers it by itself.
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address.parse()?))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .subject(&letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .raw_header(automatic)
            .body(letter.body.clone())?)
    }
}

/// The hash of a token that somebody gives.
pub(super) fn hash_of(token: &str) -> Option<Vec<u8>> {
    let token: [u8; 32] = URL_SAFE_NO_PAD.decode(token.trim()).ok()?.try_into().ok()?;
    Some(Sha256::digest(token).to_vec())
}

fn folder_way(folder: &Path) -> anyhow::Result<AsyncFileTransport<Tokio1Executor>> {
    std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    Ok(AsyncFileTransport::new(folder))
}

fn smtp(config: &Mail, host: &str) -> anyhow::Result<AsyncSmtpTransport<Tokio1Executor>> {
    let mut tls = TlsParameters::builder(host.to_owned());
    if let Some(file) = &config.root_certificate {
        let pem = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        tls = tls.add_root_certificate(Certificate::from_pem(&pem).context("mail.root_certificate is not PEM")?);
    }
    let tls = || tls.build().context("TLS to the SMTP server cannot be set up");
    let (tls, port) = match config.tls {
        MailTls::Always => (Tls::Wrapper(tls()?), 465),
        MailTls::Starttls => (Tls::Required(tls()?), 587),
        MailTls::None => (Tls::None, 25),
    };
    let mut way = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
        .tls(tls)
        .port(config.port.unwrap_or(port))
        .timeout(Some(ANSWER_WITHIN));
    if let (Some(user), Some(password)) = (&config.user, config.password.as_ref().map(Secret::reveal)) {
        way = way.credentials(Credentials::new(user.clone(), password.to_owned()));
    }
    Ok(way.build())
}
