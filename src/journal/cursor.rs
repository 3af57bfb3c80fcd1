//! A cursor: a place in the journal, opaque to clients.
//!
//! It is encrypted because a plain number would tell patients how busy the clinic is, and it carries the first bytes
//! of the event's hash, so a place in a journal that was since restored from a backup is noticed.

use std::sync::Arc;

use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce, aead::Aead};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Seq;
use crate::error::{Error, Result};

/// A place in one particular journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The event.
    pub seq: Seq,
    /// The first bytes of its hash.
    pub mark: [u8; 8],
}

impl Place {
    /// The place of an event with this hash.
    pub fn new(seq: Seq, hash: &[u8; 32]) -> Self {
        let mut mark = [0; 8];
        mark.copy_from_slice(&hash[..8]);
        Self { seq, mark }
    }
}

/// Seals and opens cursors; the same on every node.
#[derive(Clone)]
pub struct CursorKey(Arc<Aes256GcmSiv>);

impl CursorKey {
    /// Cursors sealed with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Arc::new(Aes256GcmSiv::new(key.into())))
    }

    /// The text of a place.
    pub fn seal(&self, place: Place) -> String {
        let mut plain = [0; 16];
        plain[..8].copy_from_slice(&place.seq.0.to_be_bytes());
        plain[8..].copy_from_slice(&place.mark);
        self.seal_bytes(&plain)
    }

    /// The place a text names.
    ///
    /// # Errors
    /// BAD_USER_INPUT when it was not sealed with this key.
    pub fn open(&self, text: &str) -> Result<Place> {
        let plain = self.open_bytes(text)?;
        let place = plain
            .split_first_chunk::<8>()
            .and_then(|(seq, mark)| Some(Place { seq: Seq(i64::from_be_bytes(*seq)), mark: mark.try_into().ok()? }));
        place.ok_or_else(foreign)
    }

    /// The text of some bytes. The same bytes always give the same text: the cipher stays safe when a nonce is used
    /// again (RFC 8452), and then shows only that two texts are equal.
    pub fn seal_bytes(&self, plain: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.0.encrypt(&Nonce::default(), plain).unwrap_or_default())
    }

    /// The bytes a text was sealed from.
    ///
    /// # Errors
    /// BAD_USER_INPUT when it was not sealed with this key.
    pub fn open_bytes(&self, text: &str) -> Result<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(text).ok();
        sealed.and_then(|sealed| self.0.decrypt(&Nonce::default(), sealed.as_slice()).ok()).ok_or_else(foreign)
    }
}

fn foreign() -> Error {
    Error::bad_input("This cursor is not from this server. Fetch again and use the cursor you get.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_opens_only_with_its_own_key() {
        let place = Place { seq: Seq(42), mark: *b"abcdefgh" };
        let key = CursorKey::new(&[1; 32]);
        let cursor = key.seal(place);
        assert_eq!(key.open(&cursor).unwrap(), place);
        assert!(CursorKey::new(&[2; 32]).open(&cursor).is_err());
        assert!(key.open("").is_err());
        assert!(key.open(&cursor[1..]).is_err());
    }
}
