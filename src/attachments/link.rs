//! Links that work without a token: what they are bound to, and their signature.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::service::Part;
use crate::{
    clock::Timestamp,
    ids::{AttachmentId, SessionId, UserId},
    keys::keyed_hash,
};

/// The file, the person, their sign-in and the end a link is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// The file.
    pub(super) attachment: AttachmentId,
    /// Which bytes of it: whoever is given the small copy is not given the picture.
    pub(super) part: Part,
    /// For whom it was made.
    pub(super) user: UserId,
    /// In which of their sign-ins.
    pub(super) session: SessionId,
    /// Until when it works.
    pub(super) expires: Timestamp,
}

/// The query string of a link.
#[derive(Clone, Deserialize)]
pub(super) struct Query {
    /// The public id of the user.
    user: String,
    /// The public id of the session.
    session: String,
    /// The end, in milliseconds since 1970-01-01 UTC.
    expires: i64,
    /// Base64url of the signature, without padding (RFC 4648 section 5).
    signature: String,
}

impl Link {
    /// The query string that carries this link.
    pub(super) fn query(&self, key: &[u8; 32]) -> String {
        let Self { user, session, expires, .. } = self;
        let signature = URL_SAFE_NO_PAD.encode(self.signature(key));
        format!("user={user}&session={session}&expires={}&signature={signature}", expires.millis())
    }

    /// The link a query string carries to this file, if it was signed with this key and still works.
    pub(super) fn verify(
        key: &[u8; 32],
        (attachment, part): (AttachmentId, Part),
        query: &Query,
        now: Timestamp,
    ) -> Option<Self> {
        let link = Self {
            attachment,
            part,
            user: UserId::parse(&query.user).ok()?,
            session: SessionId::parse(&query.session).ok()?,
            expires: Timestamp::from_millis(query.expires),
        };
        let given = URL_SAFE_NO_PAD.decode(&query.signature).ok()?;
        (same(&link.signature(key), &given) && now < link.expires).then_some(link)
    }

    /// Every part has a fixed length, so no two links sign the same bytes.
    fn signature(&self, key: &[u8; 32]) -> [u8; 32] {
        let mut message = Vec::with_capacity(80);
        message.extend_from_slice(match self.part {
            Part::Whole => b"attachment link 1",
            Part::Thumbnail => b"thumbnail_ link 1",
        });
        message.extend_from_slice(self.attachment.0.as_bytes());
        message.extend_from_slice(self.user.0.as_bytes());
        message.extend_from_slice(self.session.0.as_bytes());
        message.extend_from_slice(&self.expires.millis().to_be_bytes());
        keyed_hash(key, &message)
    }
}

/// Compares in the same time wherever they differ, so that a signature cannot be guessed byte by byte.
fn same(ours: &[u8; 32], given: &[u8]) -> bool {
    given.len() == ours.len() && ours.iter().zip(given).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn link() -> Link {
        Link {
            attachment: AttachmentId::generate(),
            part: Part::Whole,
            user: UserId::generate(),
            session: SessionId::generate(),
            expires: Timestamp::from_millis(2_000),
        }
    }

    fn query(text: &str) -> Query {
        let uri = format!("/a?{text}").parse().unwrap();
        axum::extract::Query::<Query>::try_from_uri(&uri).unwrap().0
    }

    #[test]
    fn a_link_opens_its_own_file_until_it_expires() {
        let link = link();
        let text = query(&link.query(&[1; 32]));
        assert_eq!(Link::verify(&[1; 32], (link.attachment, Part::Whole), &text, NOW), Some(link));
        assert_eq!(Link::verify(&[1; 32], (link.attachment, Part::Whole), &text, link.expires), None);
        assert_eq!(Link::verify(&[1; 32], (AttachmentId::generate(), Part::Whole), &text, NOW), None);
        assert_eq!(Link::verify(&[1; 32], (link.attachment, Part::Thumbnail), &text, NOW), None);
        assert_eq!(Link::verify(&[2; 32], (link.attachment, Part::Whole), &text, NOW), None);
    }

    #[test]
    fn no_part_of_a_link_can_be_changed() {
        let link = link();
        let good = query(&link.query(&[1; 32]));
        let longer = Query { expires: good.expires + 1, ..good.clone() };
        let other_user = Query { user: UserId::generate().to_string(), ..good.clone() };
        let other_session = Query { session: SessionId::generate().to_string(), ..good.clone() };
        let cut = Query { signature: good.signature[..40].into(), ..good.clone() };
        let none = Query { signature: String::new(), ..good };
        for bad in [longer, other_user, other_session, cut, none] {
            assert_eq!(Link::verify(&[1; 32], (link.attachment, Part::Whole), &bad, NOW), None);
        }
    }
}
