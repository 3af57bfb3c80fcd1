//! Devices that somebody signed in on before.
//!
//! A device token proves that a device has signed a user in, and nothing else: it opens no session. It gives the
//! device a count of failed sign-ins of its own, so that a stranger who guesses at the user's password cannot lock the
//! user out (OWASP, Device Cookies,
//! <https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies>).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{clock::Timestamp, entity::user, ids::UserId, keys::keyed_hash};

const PREFIX: &str = "bdev_";
const NAME: usize = 16;
const TIME: usize = 8;
const SEAL: usize = 32;

/// A device, told from others by random bytes.
pub type DeviceName = [u8; NAME];

/// Makes and checks device tokens.
pub struct Devices {
    key: [u8; 32],
    lifetime: Duration,
}

impl Devices {
    /// Device tokens sealed with `key`, good for `lifetime`.
    pub fn new(key: [u8; 32], lifetime: Duration) -> Self {
        Self { key, lifetime }
    }

    /// The token of a device that signed `user` in at `at` with the refresh token of which this is the hash. The same
    /// arguments give the same token, so that a repeated renewal can be answered alike.
    pub fn token(&self, user: &user::Model, refresh_hash: &[u8], at: Timestamp) -> String {
        let mut token = [0; NAME + TIME + SEAL];
        token[..NAME].copy_from_slice(&keyed_hash(&self.key, refresh_hash)[..NAME]);
        token[NAME..NAME + TIME].copy_from_slice(&at.plus(self.lifetime).millis().to_be_bytes());
        let seal = self.seal(&token[..NAME + TIME], user.id, &user.password_hash);
        token[NAME + TIME..].copy_from_slice(&seal);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(token))
    }

    /// The device, if this is a token of one that signed in the person now asked for, with the password they still
    /// have. Takes as long when there is no such person.
    pub fn recognise(&self, token: &str, user: Option<&user::Model>, now: Timestamp) -> Option<DeviceName> {
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
        let bytes: [u8; NAME + TIME + SEAL] = bytes.try_into().ok()?;
        let (said, seal) = bytes.split_at(NAME + TIME);
        let (id, password_hash) =
            user.map_or((UserId(sea_orm::prelude::Uuid::nil()), ""), |user| (user.id, user.password_hash.as_str()));
        // As a hash of both, so that the time of comparing tells nothing of the seal.
        let is_ours = keyed_hash(&self.key, &self.seal(said, id, password_hash)) == keyed_hash(&self.key, seal);
        let (name, until) = said.split_first_chunk::<NAME>()?;
        let until = Timestamp::from_millis(i64::from_be_bytes(until.try_into().ok()?));
        (user.is_some() && is_ours && now < until).then_some(*name)
    }

    /// Over the password's hash too, which has a new salt with every new password: changing it forgets all devices.
    fn seal(&self, said: &[u8], user: UserId, password_hash: &str) -> [u8; SEAL] {
        keyed_hash(&self.key, &[said, user.0.as_bytes(), password_hash.as_bytes()].concat())
    }
}
