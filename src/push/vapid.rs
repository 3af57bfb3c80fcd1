//! How push services know this server again (VAPID, RFC 8292): a key pair, whose public half browsers are given.

use std::time::Duration;

use anyhow::Context;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Serialize;
use url::Url;

use crate::{
    clock::Timestamp,
    error::{Error, Result},
};

/// How long a token is good; a service takes at most a day.
const GOOD_FOR: Duration = Duration::from_secs(12 * 3600);

/// The name of this server for push services.
pub(super) struct Vapid {
    signing: EncodingKey,
    public_key: String,
    subject: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    sub: &'a str,
}

impl Vapid {
    /// Reads a private key (P-256, PKCS #8, PEM).
    ///
    /// # Errors
    /// When it is anything else.
    pub(super) fn new(key: &str, subject: &str) -> anyhow::Result<Self> {
        let wanted = "push.key is no private key of P-256 in PEM: make one with \
                      `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`";
        let der = pem::parse(key.trim()).context(wanted)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.contents()).ok().context(wanted)?;
        let signing = EncodingKey::from_ec_der(der.contents());
        let public_key = URL_SAFE_NO_PAD.encode(pair.public_key());
        Ok(Self { signing, public_key, subject: subject.to_owned() })
    }

    /// What browsers are given to ask their push service with.
    pub(super) fn public_key(&self) -> &str {
        &self.public_key
    }

    /// The header that names this server to the service of `endpoint`.
    pub(super) fn authorization(&self, endpoint: &Url, now: Timestamp) -> Result<String> {
        let aud = endpoint.origin().ascii_serialization();
        let claims = Claims { aud, exp: now.plus(GOOD_FOR).seconds(), sub: &self.subject };
        let token = encode(&Header::new(Algorithm::ES256), &claims, &self.signing).map_err(Error::internal)?;
        Ok(format!("vapid t={token}, k={}", self.public_key))
    }
}

/// A new private key, for [`Vapid::new`].
///
/// # Errors
/// When the system has no randomness.
pub fn generate_key() -> anyhow::Result<String> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok().context("no randomness for a push key")?;
    let der = pair.to_pkcs8v1().ok().context("the new push key cannot be written")?;
    Ok(pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref())))
}
