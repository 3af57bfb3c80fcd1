//! The secrets of one deployment: one root secret, from which a key for each purpose is derived, and the key that
//! signs access tokens.

use base64::{Engine, engine::general_purpose::STANDARD};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// 32 random bytes, the same on every node, from which every symmetric key is derived (HKDF, RFC 5869).
#[derive(Clone)]
pub struct RootSecret([u8; 32]);

impl RootSecret {
    /// Reads base 64 of exactly 32 bytes.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let bytes: Option<[u8; 32]> = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        let Some(bytes) = bytes else {
            anyhow::bail!("the root secret must be base 64 of 32 random bytes: make one with `openssl rand -base64 32`")
        };
        anyhow::ensure!(
            bytes.iter().any(|byte| *byte != bytes[0]),
            "the root secret is a placeholder: make one with `openssl rand -base64 32`"
        );
        Ok(Self(bytes))
    }

    /// A new secret, as text for [`RootSecret::parse`].
    pub fn generate() -> String {
        STANDARD.encode(rand::random::<[u8; 32]>())
    }

    /// The key for one purpose.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut key = [0; 32];
        if Hkdf::<Sha256>::new(None, &self.0).expand(purpose.as_bytes(), &mut key).is_err() {
            unreachable!("32 bytes are within what HKDF-SHA-256 gives");
        }
        key
    }
}

/// HMAC-SHA-256 (RFC 2104).
pub fn keyed_hash(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(message);
            mac.finalize().into_bytes().into()
        }
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}
