use std::io::Read;

use image::{Delay, GenericImageView, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn settings() -> Settings {
    crate::config::Config::defaults().unwrap().limits
}

fn file_of(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    file
}

fn anew_within(content: &[u8], content_type: &str, limits: &Settings) -> Result<Picture> {
    let (file, bounds) = (file_of(content), Bounds::of(limits));
    written_anew(&file, measure(&file, content_type, bounds)?, bounds)
}

fn anew(content: &[u8], content_type: &str) -> Picture {
    anew_within(content, content_type, &settings()).unwrap()
}

fn code_within(content: &[u8], content_type: &str, limits: &Settings) -> UserErrorCode {
    match anew_within(content, content_type, limits) {
        Ok(_) => panic!("a picture was taken that should not be"),
        Err(Error::Invalid(errors)) => errors[0].code,
        Err(other) => panic!("{other:?}"),
    }
}

fn code(content: &[u8], content_type: &str) -> UserErrorCode {
    code_within(content, content_type, &settings())
}

fn bytes_of(file: &mut File) -> Vec<u8> {
    let mut content = Vec::new();
    file.rewind().unwrap();
    file.read_to_end(&mut content).unwrap();
    content
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut content = std::io::Cursor::new(Vec::new());
    image.write_to(&mut content, format).unwrap();
    content.into_inner()
}

/// Left half black, right half white.
fn halves(width: u32, height: u32) -> DynamicImage {
    let shade = |x: u32, _: u32| Rgb(if x < width / 2 { [0; 3] } else { [255; 3] });
    RgbImage::from_fn(width, height, shade).into()
}

/// A segment of Exif with an orientation and a place, as a camera writes it.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    // GPSInfo, an offset to a directory with GPSLatitudeRef.
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    tiff.extend([0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    tiff.extend(b"51.0504N camera of Pat");
    tiff
}

fn photo(image: &DynamicImage, orientation: u8) -> Vec<u8> {
    let mut content = encoded(image, ImageFormat::Jpeg);
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(exif(orientation));
    let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
    content.splice(2..2, [0xff, 0xe1].into_iter().chain(length).chain(segment));
    content
}

fn has(content: &[u8], word: &str) -> bool {
    content.windows(word.len()).any(|window| window == word.as_bytes())
}

#[test]
fn a_photo_is_upright_and_does_not_tell_where_it_was_taken() {
    let taken = photo(&halves(64, 32), 6);
    assert!(has(&taken, "Exif") && has(&taken, "51.0504N"));
    let mut picture = anew(&taken, "image/jpeg");
    let stored = bytes_of(&mut picture.file);
    assert!(!has(&stored, "Exif") && !has(&stored, "51.0504N"));
    assert_eq!((picture.size, picture.content_type, picture.ending), ((32, 64), "image/jpeg", None));
    let upright = image::load_from_memory(&stored).unwrap();
    // Turned to the right: what was left is at the top.
    let (top, bottom) = (upright.get_pixel(16, 8)[0], upright.get_pixel(16, 56)[0]);
    assert!(top < 30 && bottom > 220, "{top} {bottom}");
}

#[test]
fn each_kind_is_kept_or_becomes_what_browsers_show() {
    let image = halves(40, 20);
    let cases = [
        (ImageFormat::Jpeg, "image/jpeg", "image/jpeg", None),
        (ImageFormat::Png, "image/png", "image/png", None),
        (ImageFormat::WebP, "image/webp", "image/webp", None),
        (ImageFormat::Gif, "image/gif", "image/gif", None),
        (ImageFormat::Bmp, "image/bmp", "image/png", Some("png")),
        (ImageFormat::Tiff, "image/tiff", "image/png", Some("png")),
    ];
    for (format, declared, kept, ending) in cases {
        let mut picture = anew(&encoded(&image, format), declared);
        assert_eq!((picture.content_type, picture.ending, picture.size), (kept, ending, (40, 20)), "{format:?}");
        assert!(picture.thumbnail.is_none(), "it is small itself");
        let stored = image::load_from_memory(&bytes_of(&mut picture.file)).unwrap();
        assert!(stored.get_pixel(5, 10)[0] < 30 && stored.get_pixel(35, 10)[0] > 220, "{format:?}");
    }
}

#[test]
fn sixteen_bits_and_transparency_stay() {
    let deep = DynamicImage::ImageLuma16(image::ImageBuffer::from_fn(4, 4, |x, _| image::Luma([1 + x as u16])));
    for (format, declared) in [(ImageFormat::Png, "image/png"), (ImageFormat::Tiff, "image/tiff")] {
        let mut picture = anew(&encoded(&deep, format), declared);
        assert_eq!(image::load_from_memory(&bytes_of(&mut picture.file)).unwrap(), deep);
    }
    let clear = DynamicImage::from(RgbaImage::from_pixel(600, 300, Rgba([200, 0, 0, 90])));
    let picture = anew(&encoded(&clear, ImageFormat::Png), "image/png");
    let thumbnail = picture.thumbnail.unwrap();
    assert_eq!((thumbnail.content_type, thumbnail.size), ("image/png", (512, 256)));
}

#[test]
fn colours_stay_what_they_were_when_their_profile_goes() {
    let p3 = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let skin = DynamicImage::from(RgbImage::from_pixel(8, 8, Rgb([200, 60, 50])));
    let with_profile = |profile: Vec<u8>| {
        let mut content = Vec::new();
        let mut encoder = PngEncoder::new(&mut content);
        encoder.set_icc_profile(profile).unwrap();
        encode(encoder, &skin).unwrap();
        content
    };
    let colour = |content: &[u8]| {
        let stored = bytes_of(&mut anew(content, "image/png").file);
        assert!(!has(&stored, "iCCP"));
        let pixel = image::load_from_memory(&stored).unwrap().get_pixel(3, 3);
        [pixel[0], pixel[1], pixel[2]]
    };
    let [red, green, blue] = colour(&with_profile(p3));
    // Wide red is stronger than red: the number grows, and the others shrink.
    assert!((205..=225).contains(&red) && green < 50 && blue < 45, "{red} {green} {blue}");
    assert_eq!(colour(&with_profile(b"nonsense".to_vec())), [200, 60, 50]);
    let srgb = colour(&with_profile(moxcms::ColorProfile::new_srgb().encode().unwrap()));
    assert!(srgb.iter().zip([200u8, 60, 50]).all(|(a, b)| a.abs_diff(b) <= 1), "{srgb:?}");
}

#[test]
fn a_large_picture_gets_a_small_copy_as_jpeg() {
    let mut picture = anew(&photo(&halves(1200, 800), 6), "image/jpeg");
    let mut thumbnail = picture.thumbnail.take().unwrap();
    assert_eq!((picture.size, thumbnail.size, thumbnail.content_type), ((800, 1200), (341, 512), "image/jpeg"));
    let small = image::load_from_memory(&bytes_of(&mut thumbnail.file)).unwrap();
    assert!(small.get_pixel(170, 50)[0] < 30 && small.get_pixel(170, 460)[0] > 220, "upright too");
    assert!(bytes_of(&mut thumbnail.file).len() < bytes_of(&mut picture.file).len());
}

#[test]
fn what_is_behind_the_end_is_gone() {
    let tail = b"PK\x03\x04 or <script>alert(1)</script>";
    for (format, declared) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::Bmp, "image/bmp"),
    ] {
        let mut content = encoded(&halves(16, 16), format);
        content.extend(tail);
        let stored = bytes_of(&mut anew(&content, declared).file);
        assert!(!has(&stored, "script") && !has(&stored, "PK"), "{format:?}");
    }
}

#[test]
fn a_moving_gif_stays_one_and_other_moving_pictures_are_refused() {
    let frame = |shade| {
        let pixels = RgbaImage::from_pixel(8, 8, Rgba([shade, 0, 0, 255]));
        Frame::from_parts(pixels, 0, 0, Delay::from_numer_denom_ms(120, 1))
    };
    for repeats in [None, Some(Repeat::Infinite), Some(Repeat::Finite(3))] {
        let mut content = Vec::new();
        {
            let mut encoder = GifEncoder::new(&mut content);
            if let Some(repeats) = repeats {
                encoder.set_repeat(repeats).unwrap();
            }
            encoder.encode_frames([frame(10), frame(200)]).unwrap();
        }
        let mut picture = anew(&content, "image/gif");
        let stored = bytes_of(&mut picture.file);
        let again = GifDecoder::new(std::io::Cursor::new(&stored)).unwrap();
        assert_eq!(has(&stored, "NETSCAPE2.0"), repeats.is_some());
        let frames = again.into_frames().collect_frames().unwrap();
        let shades: Vec<_> = frames.iter().map(|frame| (frame.buffer()[(0, 0)][0], frame.delay())).collect();
        let delay = Delay::from_numer_denom_ms(120, 1);
        assert_eq!(shades, [(10, delay), (200, delay)]);
        assert_eq!(picture.thumbnail.unwrap().size, (8, 8), "it stands still");
        let tight = Settings { image_pixels: 100, ..settings() };
        assert_eq!(code_within(&content, "image/gif", &tight), UserErrorCode::FileTooLarge, "all frames count");
    }
    // An acTL chunk before the pixels makes a PNG move.
    let mut moving = encoded(&halves(8, 8), ImageFormat::Png);
    let chunk = b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0";
    let crc = crc32(&chunk[4..]);
    moving.splice(33..33, chunk.iter().copied().chain(crc.to_be_bytes()));
    assert_eq!(code(&moving, "image/png"), UserErrorCode::FileTypeNotAllowed);
}

/// The check of PNG's chunks (ISO 3309).
fn crc32(content: &[u8]) -> u32 {
    !content
        .iter()
        .fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc: u32, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1))))
}

/// A PNG whose header claims other dimensions than its pixels have.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut content = encoded(&halves(8, 8), ImageFormat::Png);
    content[16..20].copy_from_slice(&width.to_be_bytes());
    content[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&content[12..29]);
    content[29..33].copy_from_slice(&crc.to_be_bytes());
    content
}

#[test]
fn a_small_file_of_many_pixels_is_refused_by_its_header() {
    for (width, height) in [(60_000, 60_000), (20_001, 1), (1, 20_001), (8_000, 7_000), (u32::MAX >> 1, 2)] {
        assert_eq!(code(&claiming(width, height), "image/png"), UserErrorCode::FileTooLarge, "{width} x {height}");
    }
    assert_eq!(code(&claiming(5_000, 5_000), "image/png"), UserErrorCode::FileTypeMismatch, "its pixels are not there");
    assert_eq!(code(&claiming(0, 5), "image/png"), UserErrorCode::FileTypeMismatch);
    let tight = Settings { image_pixels: 1_000, image_side: 50, ..settings() };
    for format in [ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::Tiff] {
        let declared = format.to_mime_type();
        for image in [halves(40, 40), halves(60, 2)] {
            assert_eq!(
                code_within(&encoded(&image, format), declared, &tight),
                UserErrorCode::FileTooLarge,
                "{format:?}"
            );
        }
    }
}

#[test]
fn a_file_that_breaks_off_is_refused_whatever_its_kind() {
    for format in
        [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::Tiff]
    {
        let noise = RgbImage::from_fn(50, 50, |x, y| Rgb([(x * 7 + y * 13) as u8, (x * y) as u8, (y * 31) as u8]));
        let content = encoded(&noise.into(), format);
        for share in [2, 3, 50] {
            let part = &content[..content.len() / share];
            assert_eq!(code(part, format.to_mime_type()), UserErrorCode::FileTypeMismatch, "{format:?} cut by {share}");
        }
        assert_eq!(code(b"nonsense", format.to_mime_type()), UserErrorCode::FileTypeMismatch);
    }
}

#[test]
fn a_tiff_of_several_pages_is_refused() {
    let mut content = encoded(&halves(8, 8), ImageFormat::Tiff);
    assert!(content.starts_with(b"II"));
    let directory = u32::from_le_bytes(content[4..8].try_into().unwrap()) as usize;
    let entries = usize::from(u16::from_le_bytes(content[directory..directory + 2].try_into().unwrap()));
    let next = directory + 2 + 12 * entries;
    content[next..next + 4].copy_from_slice(&8u32.to_le_bytes());
    assert_eq!(code(&content, "image/tiff"), UserErrorCode::FileTypeNotAllowed);
}

#[tokio::test]
async fn pictures_decoded_at_once_have_no_more_pixels_than_the_largest_may() {
    let gate = Gate::new(&settings());
    let measured = |megapixels: u64| Measured { format: ImageFormat::Jpeg, bytes: megapixels * 3_000_000 };
    let small = [gate.enter(measured(1)).await, gate.enter(measured(1)).await, gate.enter(measured(1)).await];
    let fourth = gate.enter(measured(1)).await.unwrap();
    let mut fifth = std::pin::pin!(gate.enter(measured(1)));
    assert!(futures_util::poll!(&mut fifth).is_pending());
    drop(fourth);
    let fifth = fifth.await;
    let mut large = std::pin::pin!(gate.enter(measured(500)));
    assert!(futures_util::poll!(&mut large).is_pending());
    drop((small, fifth));
    assert!(large.await.is_ok(), "the largest waits for all others, and then comes in");
}
