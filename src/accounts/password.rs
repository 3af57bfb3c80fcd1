//! Passwords: what is acceptable, hashing and checking.

use std::sync::{Arc, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{
    entity::user,
    error::{Error, Result, UserErrorCode},
};

/// Hashing costs 19 MiB and two passes over them (OWASP Password Storage Cheat Sheet, argon2id).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The longest password: argon2 takes any, but a request should not be able to make it work on a megabyte.
pub const LONGEST: usize = 256;
/// A guess count of 10^8 or less is told to be too easy (zxcvbn, <https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler>).
const WEAKEST: zxcvbn::Score = zxcvbn::Score::Three;

/// Hashes and checks passwords away from the async threads, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new(cores)) }
    }
}

impl Passwords {
    /// The hash to keep, as a PHC string.
    ///
    /// # Errors
    /// INTERNAL only.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.away(move || {
            Ok(hasher()?.hash_password(password.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?.to_string())
        })
        .await
    }

    /// Whether `password` is the one with this hash. Without a hash it takes as long and answers no, so that nobody
    /// learns from the time whether an account exists.
    ///
    /// # Errors
    /// INTERNAL only.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        self.away(move || {
            let known = hash.is_some();
            let hash = match hash {
                Some(hash) => hash,
                None => stand_in()?,
            };
            let parsed = PasswordHash::new(&hash).map_err(|error| anyhow::anyhow!("{error}"))?;
            Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    async fn away<T: Send + 'static>(&self, work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)
    }
}

fn hasher() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A hash that no password has, for names nobody has.
fn stand_in() -> anyhow::Result<String> {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(hash.clone());
    }
    let hash = hasher()?.hash_password(&rand::random::<[u8; 32]>()).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(HASH.get_or_init(|| hash.to_string()).clone())
}

/// Checks that a new password is long enough and not easily guessed, for instance from the person's own names. `field`
/// is where in the input it stands.
///
/// # Errors
/// TOO_SHORT, TOO_LONG or PASSWORD_TOO_COMMON.
pub fn check(password: &str, shortest: usize, person: &user::Model, field: &str) -> Result<()> {
    is_acceptable(password, shortest, &[&person.username, &person.full_name, &person.email], field)
}

fn is_acceptable(password: &str, shortest: usize, own_words: &[&str], field: &str) -> Result<()> {
    let field = &["input", field];
    let length = password.chars().count();
    if length < shortest {
        return Err(Error::invalid(
            UserErrorCode::TooShort,
            field,
            format!("Use at least {shortest} characters for your password."),
        ));
    }
    if length > LONGEST {
        return Err(Error::invalid(
            UserErrorCode::TooLong,
            field,
            format!("Use at most {LONGEST} characters for your password."),
        ));
    }
    if zxcvbn::zxcvbn(password, own_words).score() < WEAKEST {
        return Err(Error::invalid(
            UserErrorCode::PasswordTooCommon,
            field,
            "This password is easily guessed. Try a few unrelated words.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_password_is_refused_whatever_its_length() {
        for (password, code) in [
            ("short", UserErrorCode::TooShort),
            ("password1234", UserErrorCode::PasswordTooCommon),
            ("qwertyuiop123", UserErrorCode::PasswordTooCommon),
            ("adalovelace1815", UserErrorCode::PasswordTooCommon),
        ] {
            let Err(Error::Invalid(errors)) =
                is_acceptable(password, 12, &["ada", "lovelace", "adalovelace"], "password")
            else {
                panic!("{password} was accepted")
            };
            assert_eq!(errors[0].code, code, "{password}");
        }
        assert!(is_acceptable("copper lantern drifts", 12, &["ada"], "password").is_ok());
    }

    #[tokio::test]
    async fn a_hash_verifies_only_its_own_password() {
        let passwords = Passwords::default();
        let hash = passwords.hash("copper lantern drifts".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify("copper lantern drifts".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify("copper lantern drift".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("copper lantern drifts".into(), None).await.unwrap());
    }
}
