//! Sealing what is pushed so that only the browser can read it (RFC 8291, on the coding of RFC 8188).

use aws_lc_rs::{
    aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree},
    error::Unspecified,
};
use hkdf::Hkdf;
use sha2::Sha256;

/// What a browser gave to be pushed to.
pub(super) struct Keys<'a> {
    /// Its public key: a point of P-256, uncompressed.
    pub(super) p256dh: &'a [u8],
    /// What it shares with this server alone.
    pub(super) auth: &'a [u8],
}

/// A point of P-256, uncompressed.
pub(super) const POINT: usize = 65;
/// Longer than anything that is pushed; all pushes are as long, so that their length tells nothing.
const LENGTH: usize = 128;
/// The size of a record: larger than the only one there is.
const RECORD: u32 = 4096;

/// Whether this is a point that can be sealed to.
pub(super) fn is_point(p256dh: &[u8]) -> bool {
    let try_it = || agree(&PrivateKey::generate(&ECDH_P256)?, point(p256dh), Unspecified, |_| Ok(()));
    p256dh.len() == POINT && try_it().is_ok()
}

/// Seals a short text.
pub(super) fn seal(text: &[u8], keys: &Keys<'_>) -> Result<Vec<u8>, Unspecified> {
    if text.len() >= LENGTH {
        return Err(Unspecified);
    }
    let mut record = text.to_vec();
    // The last record of the message ends with a 2; zeros fill it up.
    record.push(2);
    record.resize(LENGTH, 0);
    sealed(record, keys, rand::random(), &PrivateKey::generate(&ECDH_P256)?)
}

fn sealed(mut record: Vec<u8>, keys: &Keys<'_>, salt: [u8; 16], own: &PrivateKey) -> Result<Vec<u8>, Unspecified> {
    let public = own.compute_public_key()?;
    let public = public.as_ref();
    let info = [b"WebPush: info\0", keys.p256dh, public].concat();
    let shared: [u8; 32] =
        agree(own, point(keys.p256dh), Unspecified, |secret| expand(&Hkdf::new(Some(keys.auth), secret), &info))?;
    let of_message = Hkdf::new(Some(&salt), &shared);
    let key: [u8; 16] = expand(&of_message, b"Content-Encoding: aes128gcm\0")?;
    let nonce: [u8; 12] = expand(&of_message, b"Content-Encoding: nonce\0")?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)?;
    let length = u8::try_from(public.len()).map_err(|_| Unspecified)?;
    Ok([&salt[..], &RECORD.to_be_bytes(), &[length], public, &record].concat())
}

fn point(bytes: &[u8]) -> UnparsedPublicKey<&[u8]> {
    UnparsedPublicKey::new(&ECDH_P256, bytes)
}

fn expand<const N: usize>(from: &Hkdf<Sha256>, info: &[u8]) -> Result<[u8; N], Unspecified> {
    let mut key = [0; N];
    from.expand(info, &mut key).map_err(|_| Unspecified)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out() {
        let own = PrivateKey::from_private_key(&ECDH_P256, &bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"));
        let p256dh = bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let record = b"When I grow up, I want to be a watermelon\x02".to_vec();
        let message = sealed(record, &Keys { p256dh: &p256dh, auth: &auth }, salt, &own.unwrap()).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(message),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK\
             6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn every_push_is_as_long_as_any_other_and_sealed_anew() {
        let own = PrivateKey::generate(&ECDH_P256).unwrap().compute_public_key().unwrap();
        let keys = Keys { p256dh: own.as_ref(), auth: &[7; 16] };
        let (short, long) = (seal(b"", &keys).unwrap(), seal(&[b'a'; LENGTH - 1], &keys).unwrap());
        assert_eq!((short.len(), long.len()), (16 + 4 + 1 + POINT + LENGTH + 16, short.len()));
        assert_ne!(short, seal(b"", &keys).unwrap());
        assert!(seal(&[b'a'; LENGTH], &keys).is_err());
        assert!(is_point(own.as_ref()) && !is_point(&own.as_ref()[1..]) && !is_point(&[4; POINT]));
    }
}
