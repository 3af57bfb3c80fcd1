//! Access tokens (JWT, RFC 7519 and RFC 9068, signed with Ed25519, RFC 8037) and refresh tokens.

use std::{collections::HashMap, time::Duration};

use anyhow::Context;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    clock::Timestamp,
    error::{Error, Result},
    ids::{SessionId, UserId},
    keys::keyed_hash,
};

/// RFC 9068 section 2.1: an access token says that it is one.
const TYPE: &str = "at+jwt";
/// How far the clocks of two nodes may differ.
const LEEWAY_SECONDS: i64 = 5;
const REFRESH_PREFIX: &str = "bref_";

/// Makes and checks tokens.
pub struct Tokens {
    issuer: String,
    lifetime: Duration,
    signing: EncodingKey,
    key_id: String,
    accepted: HashMap<String, DecodingKey>,
    refresh_key: [u8; 32],
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

/// Whom a checked access token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// The user.
    pub user: UserId,
    /// Their session.
    pub session: SessionId,
    /// When the token ends.
    pub until: Timestamp,
}

impl Tokens {
    /// Tokens signed with `signing_pem` (PKCS #8), accepting also those of the public keys in `retired`.
    ///
    /// # Errors
    /// When a key is not an Ed25519 key in PEM.
    pub fn new(
        issuer: &str,
        lifetime: Duration,
        signing_pem: &str,
        retired: &[String],
        refresh_key: [u8; 32],
    ) -> anyhow::Result<Self> {
        let der = pem::parse(signing_pem).context("the signing key is not PEM")?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.contents())
            .ok()
            .context("the signing key is not an Ed25519 key (PKCS #8)")?;
        let public = pair.public_key().as_ref();
        let key_id = thumbprint(public);
        let mut accepted = HashMap::from([(key_id.clone(), DecodingKey::from_ed_der(public))]);
        for text in retired {
            let spki = pem::parse(text).context("a retired key is not PEM")?;
            // The key itself is the end of its SubjectPublicKeyInfo (RFC 8410 section 4).
            let raw = spki.contents().last_chunk::<32>().context("a retired key is not an Ed25519 public key")?;
            accepted.insert(thumbprint(raw), DecodingKey::from_ed_der(raw));
        }
        Ok(Self {
            issuer: issuer.into(),
            lifetime,
            signing: EncodingKey::from_ed_der(der.contents()),
            key_id,
            accepted,
            refresh_key,
        })
    }

    /// A new signing key, as PEM.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn generate_signing_key() -> anyhow::Result<String> {
        let key = Ed25519KeyPair::generate().ok().context("no randomness for a signing key")?;
        let der = key.to_pkcs8v1().ok().context("the new signing key cannot be written")?;
        Ok(pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref())))
    }

    /// The access token of a session renewed at `at` with `refresh`. The same arguments give the same token, so that
    /// a repeated renewal can be answered alike.
    ///
    /// # Errors
    /// INTERNAL only.
    pub fn access(
        &self,
        user: UserId,
        session: SessionId,
        refresh: &RefreshToken,
        at: Timestamp,
    ) -> Result<(String, Timestamp)> {
        let until = Timestamp::from_millis(at.plus(self.lifetime).seconds() * 1000);
        let id = keyed_hash(&self.refresh_key, &refresh.hash());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: user.to_string(),
            sid: session.to_string(),
            iat: at.seconds(),
            nbf: at.seconds(),
            exp: until.seconds(),
            jti: URL_SAFE_NO_PAD.encode(&id[..16]),
        };
        let header = Header { typ: Some(TYPE.into()), kid: Some(self.key_id.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok((jsonwebtoken::encode(&header, &claims, &self.signing).map_err(Error::internal)?, until))
    }

    /// Checks an access token: our signature, our issuer and audience, the right type, begun and not over.
    ///
    /// # Errors
    /// UNAUTHENTICATED or TOKEN_EXPIRED.
    pub fn check(&self, token: &str, now: Timestamp) -> Result<Bearer> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Error::Unauthenticated)?;
        let key = header.kid.as_ref().and_then(|id| self.accepted.get(id)).ok_or(Error::Unauthenticated)?;
        if header.typ.as_deref() != Some(TYPE) {
            return Err(Error::Unauthenticated);
        }
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[&self.issuer]);
        rules.set_audience(&[&self.issuer]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // The times are held against our own clock below.
        (rules.validate_exp, rules.validate_nbf) = (false, false);
        let claims = jsonwebtoken::decode::<Claims>(token, key, &rules).map_err(|_| Error::Unauthenticated)?.claims;
        if claims.jti.is_empty() || claims.nbf > now.seconds() + LEEWAY_SECONDS {
            return Err(Error::Unauthenticated);
        }
        let until = Timestamp::from_millis(claims.exp.saturating_mul(1000));
        if now >= until {
            return Err(Error::TokenExpired);
        }
        let (user, session) = (UserId::parse(&claims.sub), SessionId::parse(&claims.sid));
        Ok(Bearer {
            user: user.map_err(|_| Error::Unauthenticated)?,
            session: session.map_err(|_| Error::Unauthenticated)?,
            until,
        })
    }

    /// The refresh token that follows `used`. Derived, so that the answer to a repeat is the same although only
    /// hashes are kept.
    pub fn next(&self, used: &RefreshToken) -> RefreshToken {
        RefreshToken(keyed_hash(&self.refresh_key, &used.0))
    }
}

/// The name of a public key: its JWK thumbprint (RFC 7638 section 3, RFC 8037 section 2).
fn thumbprint(public: &[u8]) -> String {
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, URL_SAFE_NO_PAD.encode(public));
    URL_SAFE_NO_PAD.encode(Sha256::digest(jwk))
}

/// A refresh token, used once.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken([u8; 32]);

impl RefreshToken {
    /// The first of a session.
    pub fn generate() -> Self {
        Self(rand::random())
    }

    /// Reads a token.
    ///
    /// # Errors
    /// UNAUTHENTICATED when it has not the form of one.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = text.strip_prefix(REFRESH_PREFIX).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok());
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(Error::Unauthenticated)
    }

    /// The text for the client.
    pub fn text(&self) -> String {
        format!("{REFRESH_PREFIX}{}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// What is kept of it.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(pem: &str, retired: &[String]) -> Tokens {
        Tokens::new("bedside", Duration::from_secs(600), pem, retired, [3; 32]).unwrap()
    }

    #[test]
    fn a_token_is_good_until_its_time_and_only_with_its_key() {
        let (pem, other) = (Tokens::generate_signing_key().unwrap(), Tokens::generate_signing_key().unwrap());
        let tokens_here = tokens(&pem, &[]);
        let (user, session, now) =
            (UserId::generate(), SessionId::generate(), Timestamp::from_millis(1_800_000_000_000));
        let (token, until) = tokens_here.access(user, session, &RefreshToken([1; 32]), now).unwrap();
        assert_eq!(tokens_here.check(&token, now).unwrap(), Bearer { user, session, until });
        assert!(matches!(tokens_here.check(&token, until), Err(Error::TokenExpired)));
        assert!(matches!(tokens_here.check(&token, now.minus(Duration::from_secs(60))), Err(Error::Unauthenticated)));
        assert!(matches!(tokens(&other, &[]).check(&token, now), Err(Error::Unauthenticated)));
        assert_eq!(tokens_here.access(user, session, &RefreshToken([1; 32]), now).unwrap().0, token);
    }

    #[test]
    fn forged_headers_are_refused() {
        let pem = Tokens::generate_signing_key().unwrap();
        let tokens = tokens(&pem, &[]);
        let now = Timestamp::from_millis(1_800_000_000_000);
        let (token, _) = tokens.access(UserId::generate(), SessionId::generate(), &RefreshToken([1; 32]), now).unwrap();
        let body = token.split_once('.').unwrap().1;
        let kid = &tokens.key_id;
        for header in [
            r#"{"alg":"none","typ":"at+jwt"}"#.to_owned(),
            format!(r#"{{"alg":"none","typ":"at+jwt","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"HS256","typ":"at+jwt","kid":"{kid}"}}"#),
            format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}"}}"#),
            r#"{"alg":"EdDSA","typ":"at+jwt"}"#.to_owned(),
        ] {
            let forged = format!("{}.{body}", URL_SAFE_NO_PAD.encode(&header));
            assert!(matches!(tokens.check(&forged, now), Err(Error::Unauthenticated)), "{header}");
        }
    }

    #[test]
    fn each_refresh_token_has_one_successor() {
        let pem = Tokens::generate_signing_key().unwrap();
        let (tokens, first) = (tokens(&pem, &[]), RefreshToken::generate());
        assert!(tokens.next(&first) == tokens.next(&first) && tokens.next(&first) != first);
        assert!(RefreshToken::parse(&first.text()).unwrap() == first);
        assert!(RefreshToken::parse("bref_short").is_err());
    }
}
