use super::*;
use crate::{
    clock::Timestamp,
    ids::{AttachmentId, UserId},
};

fn file(name: &str, content_type: &str, kind: Kind) -> attachment::Model {
    attachment::Model {
        is_copy: false,
        id: AttachmentId::generate(),
        uploader_id: UserId::generate(),
        message_id: None,
        is_avatar: false,
        position: 0,
        name: name.into(),
        content_type: content_type.into(),
        kind,
        size: 10,
        sha256: vec![0xab; 32],
        storage_key: None,
        duration_ms: None,
        width: None,
        height: None,
        thumbnail_key: None,
        thumbnail_type: None,
        thumbnail_size: None,
        thumbnail_width: None,
        thumbnail_height: None,
        annotations: 0,
        created_at: Timestamp::from_millis(0),
        removed_at: None,
    }
}

fn header_of(file: &attachment::Model, name: HeaderName) -> String {
    let headers = described(&Served::of(file, Part::Whole).unwrap(), &etag(file, Part::Whole).unwrap()).unwrap();
    headers.get(name).unwrap().to_str().unwrap().to_owned()
}

#[test]
fn only_safe_pictures_sound_and_film_are_shown() {
    let cases = [
        ("image/png", Kind::Image, "inline"),
        ("image/tiff", Kind::Image, "attachment"),
        ("audio/webm", Kind::Audio, "inline"),
        ("video/mp4", Kind::Video, "inline"),
        ("application/pdf", Kind::File, "attachment"),
        ("text/plain", Kind::File, "attachment"),
    ];
    for (content_type, kind, how) in cases {
        let value = header_of(&file("a", content_type, kind), header::CONTENT_DISPOSITION);
        assert!(value.starts_with(&format!("{how};")), "{content_type}: {value}");
    }
}

#[test]
fn a_name_is_told_twice_and_cannot_break_out() {
    let value = header_of(&file("Zoë \"x\"; 100%.pdf", "application/pdf", Kind::File), header::CONTENT_DISPOSITION);
    assert_eq!(
        value,
        "attachment; filename=\"Zo_ _x_; 100_.pdf\"; filename*=UTF-8''Zo%C3%AB%20%22x%22%3B%20100%25.pdf"
    );
}

#[test]
fn a_file_is_never_guessed_run_or_kept_by_others() {
    let text = file("a.txt", "text/plain", Kind::File);
    assert_eq!(header_of(&text, header::CONTENT_TYPE), "text/plain; charset=utf-8");
    assert_eq!(header_of(&text, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert_eq!(header_of(&text, header::CONTENT_SECURITY_POLICY), "sandbox; default-src 'none'");
    assert_eq!(header_of(&text, header::CACHE_CONTROL), "private, no-cache");
    assert_eq!(header_of(&text, header::ETAG), format!("\"{}\"", "ab".repeat(32)));
}

#[test]
fn a_range_counts_only_for_get_and_for_the_same_file() {
    let etag = etag(&file("a", "image/png", Kind::Image), Part::Whole).unwrap();
    let same = format!("\"{}\"", "ab".repeat(32));
    let part = Asked::Part(0..2);
    let cases = [
        (Method::GET, None, part.clone()),
        (Method::HEAD, None, Asked::Whole),
        (Method::GET, Some(same.clone()), part),
        (Method::GET, Some(format!("W/{same}")), Asked::Whole),
        (Method::GET, Some("\"other\"".into()), Asked::Whole),
        (Method::GET, Some("Sat, 29 Oct 1994 19:43:31 GMT".into()), Asked::Whole),
        (Method::GET, Some("garbage".into()), Asked::Whole),
    ];
    for (method, if_range, answer) in cases {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        if let Some(value) = &if_range {
            headers.insert(header::IF_RANGE, value.parse().unwrap());
        }
        assert_eq!(part_asked(&method, &headers, &etag, 10), answer, "{method} {if_range:?}");
    }
}

#[test]
fn refusals_tell_sign_in_from_everything_else() {
    let cases = [
        (Error::Unauthenticated, 401),
        (Error::TokenExpired, 401),
        (Error::SessionRevoked, 401),
        (Error::NotFound, 404),
        (Error::AccessEnded, 404),
        (Error::bad_input("x"), 404),
        (Error::internal(anyhow::anyhow!("x")), 500),
    ];
    for (error, status) in cases {
        let response = refusal(&error, &HeaderMap::new());
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().contains_key(header::WWW_AUTHENTICATE), status == 401);
        assert_eq!(response.headers().get(header::CACHE_CONTROL).unwrap(), "no-store");
    }
}
