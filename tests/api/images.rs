//! Pictures: what is stored of them, how they are shown small, and which are refused.

use bedside::attachments::service::sweep;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::support::{Actor, Paper, TestServer, codes, cpu, message, to, with};

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut content = std::io::Cursor::new(Vec::new());
    image.write_to(&mut content, format).unwrap();
    content.into_inner()
}

/// A picture with a dark left and a light right side.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| Rgb([if x < width / 2 { 20 } else { 230 }; 3])).into()
}

/// What a phone held upright makes: pixels that lie on their side, and Exif that says so, and where that was.
fn photo(width: u32, height: u32) -> Vec<u8> {
    lying(encoded(&halves(width, height), ImageFormat::Jpeg))
}

/// A JPEG with Exif put into it.
fn lying(mut content: Vec<u8>) -> Vec<u8> {
    let mut segment = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    segment.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    segment.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    segment.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    segment.extend(b"51.0504N 13.7373E Pat's phone");
    let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
    content.splice(2..2, [0xff, 0xe1].into_iter().chain(length).chain(segment));
    content
}

fn has(content: &[u8], word: &str) -> bool {
    content.windows(word.len()).any(|window| window == word.as_bytes())
}

async fn bytes(who: &Actor, url: &Value) -> (u16, Vec<u8>) {
    let answer = who.http().get(url.as_str().unwrap()).bearer_auth(&who.token).send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

#[tokio::test]
async fn a_photo_of_a_patient_is_upright_and_tells_nothing_of_where_it_was_taken() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let taken = photo(1200, 800);
    assert!(has(&taken, "Exif") && has(&taken, "51.0504N"));
    let paper = Paper::new("IMG 1.jpg", "image/jpeg", taken);
    let file = pat.attach(&paper).await;
    assert_eq!((&file["width"], &file["height"]), (&json!(800), &json!(1200)));
    let (_, stored) = bytes(&pat, &file["url"]).await;
    assert_eq!(file["size"], stored.len(), "its size is that of what is stored");
    assert!(!has(&stored, "Exif") && !has(&stored, "51.0504N"));
    let upright = image::load_from_memory(&stored).unwrap();
    assert!(upright.get_pixel(400, 100)[0] < 60 && upright.get_pixel(400, 1100)[0] > 190);
    let again = server.unchanged(pat.upload(&paper)).await;
    assert_eq!((&again["replayed"], &again["attachment"]["id"]), (&json!(true), &file["id"]));
    assert_eq!(server.files_on_disk(), 2, "the picture and its small copy");

    let input = with(message(&to(&thread), ""), &json!({ "attachmentIds": [file["id"]] }));
    let sent = pat.say(input).await["message"]["id"].clone();
    const SEEN: &str = "query($m: ID!) { message(id: $m) { attachments { width height thumbnail { url width height contentType temporaryUrl { url expiresAt } } temporaryUrl { url } } } }";
    let seen = ada.run(SEEN, json!({ "m": sent })).await["message"]["attachments"][0].clone();
    let thumbnail = &seen["thumbnail"];
    let shape = (&thumbnail["width"], &thumbnail["height"], &thumbnail["contentType"]);
    assert_eq!(shape, (&json!(341), &json!(512), &json!("image/jpeg")));
    let (status, small) = bytes(&ada, &thumbnail["url"]).await;
    let small = image::load_from_memory(&small).unwrap();
    assert_eq!((status, small.dimensions()), (200, (341, 512)));
}

#[tokio::test]
async fn a_small_copy_is_let_out_like_the_picture_and_not_instead_of_it() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let (kim, joe) = (server.patient("kim").await, server.doctor("joe").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (sent, file) = pat.send_file(&thread, &Paper::new("rash.jpg", "image/jpeg", photo(900, 600))).await;
    let url = &file["thumbnail"]["url"];
    let answer = ada.http().get(url.as_str().unwrap()).bearer_auth(&ada.token).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((header("content-type"), header("x-content-type-options")), ("image/jpeg".into(), "nosniff".into()));
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert!(header("content-disposition").starts_with("inline; filename=\"rash (small).jpg\""));
    let known = header("etag");
    let whole = ada.http().get(file["url"].as_str().unwrap()).bearer_auth(&ada.token).send().await.unwrap();
    assert_ne!(whole.headers()["etag"].to_str().unwrap(), known, "two files, two marks");
    let path = format!("/attachments/{}/thumbnail", file["id"].as_str().unwrap());
    let unchanged = ada.get(&path).header("If-None-Match", known).send().await.unwrap();
    assert_eq!(unchanged.status(), 304);
    let part = ada.get(&path).header("Range", "bytes=0-1").send().await.unwrap();
    assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().as_ref()), (206, [0xff, 0xd8].as_slice()));
    for stranger in [&kim, &joe] {
        assert_eq!(stranger.get(&path).send().await.unwrap().status(), 404);
    }
    assert_eq!(ada.http().get(server.url(&path)).send().await.unwrap().status(), 401);
    let note = pat.attach(&Paper::note("No picture")).await;
    let none = format!("/attachments/{}/thumbnail", note["id"].as_str().unwrap());
    assert_eq!((pat.get(&none).send().await.unwrap().status().as_u16(), &note["thumbnail"]), (404, &Value::Null));

    let link = file["thumbnail"]["temporaryUrl"]["url"].as_str().unwrap();
    assert_eq!(ada.http().get(link).send().await.unwrap().status(), 200);
    let turned = link.replace("/thumbnail", "");
    assert_eq!(ada.http().get(turned).send().await.unwrap().status(), 401, "it opens the small copy only");
    pat.delete(&sent).await;
    assert_eq!(ada.get(&path).send().await.unwrap().status(), 404);
    assert_eq!(server.files_on_disk(), 1, "both are gone; the note is there");
}

#[tokio::test]
async fn a_small_copy_stays_as_long_as_somebody_has_the_picture() {
    let server = TestServer::start().await;
    let (ada, joe, pat) = (server.doctor("ada").await, server.doctor("joe").await, server.patient("pat").await);
    let (with_pat, with_joe) = (server.conversation(&[&ada, &pat]).await, server.conversation(&[&ada, &joe]).await);
    let (source, _) = pat.send_file(&with_pat, &Paper::new("rash.jpg", "image/jpeg", photo(900, 600))).await;
    const FORWARD: &str = "mutation($i: ForwardMessageInput!) { forwardMessage(input: $i) { message { id attachments { url thumbnail { url } } } } }";
    let input = json!({ "clientId": uuid::Uuid::now_v7(), "messageId": source, "to": to(&with_joe) });
    let copy = ada.run(FORWARD, json!({ "i": input })).await["forwardMessage"]["message"].clone();
    pat.delete(&source).await;
    sweep(&server.app).await.unwrap();
    let small = &copy["attachments"][0]["thumbnail"]["url"];
    assert_eq!((bytes(&joe, small).await.0, server.files_on_disk()), (200, 2));
    ada.delete(copy["id"].as_str().unwrap()).await;
    assert_eq!((bytes(&joe, small).await.0, server.files_on_disk()), (404, 0));

    let unsent = pat.attach(&Paper::new("other.jpg", "image/jpeg", photo(900, 600))).await;
    assert!(unsent["thumbnail"]["url"].is_string());
    server.clock.advance(std::time::Duration::from_secs(25 * 3600));
    sweep(&server.app).await.unwrap();
    assert_eq!(server.files_on_disk(), 0, "what nobody sent goes with its small copy");
}

#[tokio::test]
async fn the_sweep_leaves_small_copies_that_belong_to_somebody() {
    let server = TestServer::start().await;
    let (ada, pat) = (server.doctor("ada").await, server.patient("pat").await);
    let thread = server.conversation(&[&ada, &pat]).await;
    let (_, file) = pat.send_file(&thread, &Paper::new("rash.jpg", "image/jpeg", photo(900, 600))).await;
    sweep(&server.app).await.unwrap();
    server.clock.advance(std::time::Duration::from_secs(26 * 3600));
    let report = sweep(&server.app).await.unwrap();
    assert_eq!((report.orphans, server.files_on_disk()), (0, 2));
    let ada = ada.renewed(&server).await;
    assert_eq!(bytes(&ada, &file["thumbnail"]["url"]).await.0, 200);
}

#[tokio::test]
async fn a_picture_of_oneself_has_a_small_copy_for_everybody() {
    let server = TestServer::start().await;
    let (pat, joe) = (server.patient("pat").await, server.doctor("joe").await);
    let mine = pat.attach(&Paper::new("me.jpg", "image/jpeg", photo(900, 600))).await;
    const SHOW: &str = "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { userErrors { code } } }";
    assert!(pat.refused(SHOW, json!({ "i": { "avatarId": mine["id"] } })).await.is_empty());
    const SEEN: &str =
        "query($u: ID!) { user(id: $u) { avatar { thumbnail { url width height } annotations { id } } } }";
    let seen = joe.run(SEEN, json!({ "u": pat.id })).await["user"]["avatar"].clone();
    assert_eq!((&seen["thumbnail"]["height"], &seen["annotations"]), (&json!(512), &json!([])));
    assert_eq!(bytes(&joe, &seen["thumbnail"]["url"]).await.0, 200);
}

#[tokio::test]
async fn a_scan_becomes_what_browsers_show() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    for (format, name) in [(ImageFormat::Tiff, "scan.tiff"), (ImageFormat::Bmp, "scan.bmp")] {
        let declared = format.to_mime_type();
        let file = ada.attach(&Paper::new(name, declared, encoded(&halves(30, 20), format))).await;
        let kept = (&file["name"], &file["contentType"], &file["width"], &file["thumbnail"]);
        assert_eq!(kept, (&json!("scan.png"), &json!("image/png"), &json!(30), &Value::Null));
    }
    let mut content = encoded(&halves(30, 20), ImageFormat::Png);
    content.extend(b"PK\x03\x04<html><script>alert(1)</script>");
    let file = ada.attach(&Paper::new("both.png", "image/png", content)).await;
    let (_, stored) = bytes(&ada, &file["url"]).await;
    assert!(!has(&stored, "script") && stored.ends_with(b"IEND\xaeB`\x82"), "what was behind the end is gone");
}

/// A PNG of one pixel whose header claims more.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let crc = |content: &[u8]| {
        !content.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
        })
    };
    let mut content = encoded(&halves(1, 1), ImageFormat::Png);
    content[16..20].copy_from_slice(&width.to_be_bytes());
    content[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&content[12..29]).to_be_bytes();
    content[29..33].copy_from_slice(&sum);
    content
}

#[tokio::test]
async fn pictures_that_are_too_large_or_damaged_are_refused_and_leave_nothing() {
    let server = TestServer::start_with(|config| config.limits.image_side = 2_000).await;
    let ada = server.doctor("ada").await;
    let whole = photo(300, 200);
    const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let cases = [
        (Paper::new("bomb.png", "image/png", claiming(50_000, 50_000)), "FILE_TOO_LARGE"),
        (Paper::new("wide.png", "image/png", claiming(2_001, 1)), "FILE_TOO_LARGE"),
        (Paper::new("liar.png", "image/png", claiming(900, 900)), "FILE_TYPE_MISMATCH"),
        (Paper::new("half.jpg", "image/jpeg", whole[..whole.len() / 2].to_vec()), "FILE_TYPE_MISMATCH"),
        (Paper::new("head.jpg", "image/jpeg", whole[..20].to_vec()), "FILE_TYPE_MISMATCH"),
        (Paper::new("logo.svg", "image/svg+xml", SVG), "FILE_TYPE_NOT_ALLOWED"),
        (Paper::new("logo.jpg", "image/jpeg", SVG), "FILE_TYPE_MISMATCH"),
    ];
    for (paper, code) in cases {
        let refused = server.unchanged(ada.upload(&paper)).await;
        assert_eq!(codes(&refused), [code], "{}", paper.name);
        assert_eq!(refused["userErrors"][0]["field"], json!(["input", "file"]));
    }
    assert_eq!(server.files_on_disk(), 0);
    let several = [
        Paper::new("bomb.png", "image/png", claiming(50_000, 50_000)),
        Paper::new("fine.jpg", "image/jpeg", photo(30, 20)),
    ];
    let both = ada.try_upload(&several).await.data();
    assert_eq!((codes(&both["f0"]), codes(&both["f1"])), (vec!["FILE_TOO_LARGE"], vec![]));
}

/// Prints what a photo costs: `cargo test --test api -- --ignored --nocapture twelve_megapixels`.
#[tokio::test]
#[ignore = "a measurement"]
async fn a_photo_of_twelve_megapixels() {
    let server = TestServer::start().await;
    let ada = server.doctor("ada").await;
    let noise = |x: u32, y: u32| x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) >> 27;
    let shade = |x, y| Rgb([(x / 16 + noise(x, y)) as u8, (y / 12 + noise(y, x)) as u8, ((x + y) / 28) as u8]);
    let content = lying(encoded(&RgbImage::from_fn(4_000, 3_000, shade).into(), ImageFormat::Jpeg));
    let status = |field: &str| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap().to_owned();
        line.trim_start_matches(':').trim().to_owned()
    };
    // Forget the peak of making the picture.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, resting) = (cpu(), status("VmRSS"));
    const TIMES: usize = 5;
    for _ in 0..TIMES {
        let file = ada.attach(&Paper::new("IMG 1.jpg", "image/jpeg", content.clone())).await;
        assert_eq!(file["width"], 3_000);
    }
    let seconds = (cpu() - before).as_secs_f64() / TIMES as f64;
    eprintln!("{} bytes: {seconds} s of CPU, memory {resting} before, {} at its peak", content.len(), status("VmHWM"));
}
