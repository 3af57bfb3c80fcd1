//! The settings of signing in.

use std::{num::NonZeroU32, time::Duration};

use serde::Serialize;

use super::Secret;

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
