//! Pictures: measured before they are decoded, and stored only as this server wrote them anew.
//!
//! A picture that is decoded and encoded again holds its pixels and nothing else: no place, no camera, no names, no
//! thumbnail of what was cut away, nothing behind its end. Decoding is work for a processor and for memory, so it runs
//! beside the threads that serve requests, and [`Gate`] lets in only as much as fits.

use std::{
    fs::File,
    io::{BufReader, BufWriter, Seek, Write},
    sync::Arc,
};

use image::{
    AnimationDecoder, DynamicImage, ExtendedColorType, Frame, ImageDecoder, ImageEncoder, ImageError, ImageFormat,
    ImageReader, Limits,
    codecs::{
        gif::{GifDecoder, GifEncoder, Repeat},
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngDecoder, PngEncoder},
        webp::{WebPDecoder, WebPEncoder},
    },
    metadata::{LoopCount, Orientation},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinError,
};

use crate::{
    config::Limits as Settings,
    error::{Error, Result, UserErrorCode},
};

mod bytes;
mod colours;

/// The longest side of a thumbnail.
const THUMBNAIL: u32 = 512;
/// At which a JPEG looks like what came in, and is no larger.
const QUALITY: u8 = 88;
/// The same for a thumbnail.
const THUMBNAIL_QUALITY: u8 = 80;
/// How carefully colours of a GIF with more than 256 of them are chosen, 1 (best) to 30 (fastest).
const PALETTE_SPEED: i32 = 10;
/// A decoded pixel, with the copy that turning it upright takes.
const BYTES_PER_PIXEL: u64 = 8;
/// At most this many pictures are decoded at once, however small.
const AT_ONCE: u64 = 4;

/// How large a picture may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pixels: u64,
    side: u32,
    /// The largest it may be once it is stored, in bytes.
    stored: u64,
}

impl Bounds {
    /// As the settings have them. Twice the size of an upload leaves room for what was squeezed harder than we do.
    pub(super) fn of(limits: &Settings) -> Self {
        let stored = limits.file_max.as_u64().saturating_mul(2);
        Self { pixels: limits.image_pixels, side: limits.image_side, stored }
    }

    fn check(self, width: u32, height: u32) -> Result<()> {
        if width == 0 || height == 0 {
            return Err(damaged());
        }
        if width.max(height) > self.side || u64::from(width) * u64::from(height) > self.pixels {
            return Err(self.too_large());
        }
        Ok(())
    }

    fn too_large(self) -> Error {
        let message = format!(
            "The picture has too many pixels: up to {} million are accepted, and up to {} on each side.",
            self.pixels / 1_000_000,
            self.side
        );
        refusal(UserErrorCode::FileTooLarge, message)
    }

    /// What a decoder may allocate: it refuses what asks for more.
    fn limits(self) -> Limits {
        let mut limits = Limits::no_limits();
        limits.max_image_width = Some(self.side);
        limits.max_image_height = Some(self.side);
        limits.max_alloc = Some(self.pixels.saturating_mul(BYTES_PER_PIXEL).saturating_add(1 << 20));
        limits
    }

    /// What a decoder answers to bytes it cannot use, for the person.
    fn refused(self, error: ImageError) -> Error {
        match error {
            ImageError::Limits(_) => self.too_large(),
            ImageError::IoError(error) if error.kind() == std::io::ErrorKind::StorageFull => Error::internal(error),
            _ => damaged(),
        }
    }
}

fn refusal(code: UserErrorCode, message: impl Into<String>) -> Error {
    Error::invalid(code, &["input", "file"], message)
}

fn damaged() -> Error {
    refusal(
        UserErrorCode::FileTypeMismatch,
        "This picture cannot be read: it is damaged or not complete. Please save or photograph it again.",
    )
}

/// What becomes of an upload when looking at it stopped half-way: a decoder that gives up like that was given bytes it
/// cannot use.
pub(super) fn stopped(error: JoinError) -> Error {
    if error.is_panic() {
        tracing::warn!("a decoder gave up on an upload");
        return damaged();
    }
    Error::internal(error)
}

/// Lets pictures be decoded, as many at once as together have no more pixels than the largest one may have.
#[derive(Debug)]
pub struct Gate {
    places: Arc<Semaphore>,
    /// In kibibytes of decoded pixels.
    all: u32,
}

impl Gate {
    /// A gate for the settings.
    pub fn new(limits: &Settings) -> Self {
        let kib = limits.image_pixels.saturating_mul(BYTES_PER_PIXEL) >> 10;
        let most = u32::try_from(Semaphore::MAX_PERMITS >> 1).unwrap_or(u32::MAX >> 1);
        let all = u32::try_from(kib).unwrap_or(most).clamp(1, most);
        Self { places: Arc::new(Semaphore::new(all as usize)), all }
    }

    /// Waits for a place for a picture of so many bytes. Keep it until the picture is done.
    pub(super) async fn enter(&self, measured: Measured) -> Result<OwnedSemaphorePermit> {
        let kib = u32::try_from(measured.bytes.saturating_mul(2) >> 10).unwrap_or(self.all);
        let least = u32::try_from(u64::from(self.all) / AT_ONCE).unwrap_or(1).max(1);
        Arc::clone(&self.places).acquire_many_owned(kib.clamp(least, self.all)).await.map_err(Error::internal)
    }
}

/// What the header of a picture says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    format: ImageFormat,
    /// What it takes to decode it.
    bytes: u64,
}

/// A picture as it is stored.
pub(super) struct Picture {
    /// Its bytes.
    pub(super) file: File,
    /// Its media type.
    pub(super) content_type: &'static str,
    /// The ending its name gets; none when it stays what it was.
    pub(super) ending: Option<&'static str>,
    /// In pixels, upright.
    pub(super) size: (u32, u32),
    /// A small copy; none when it is small itself.
    pub(super) thumbnail: Option<Thumbnail>,
}

/// A small copy of a picture.
pub(super) struct Thumbnail {
    /// Its bytes.
    pub(super) file: File,
    /// Its media type.
    pub(super) content_type: &'static str,
    /// In pixels.
    pub(super) size: (u32, u32),
}

/// Looks at the header of a picture, and at nothing else.
///
/// # Errors
/// FILE_TOO_LARGE or FILE_TYPE_MISMATCH, for the person.
pub(super) fn measure(file: &File, content_type: &str, bounds: Bounds) -> Result<Measured> {
    let format = ImageFormat::from_mime_type(content_type)
        .ok_or_else(|| Error::internal(anyhow::anyhow!("a picture of no known format")))?;
    let decoder = decoder(file, format, bounds)?;
    Ok(Measured { format, bytes: decoder.total_bytes() })
}

fn decoder(file: &File, format: ImageFormat, bounds: Bounds) -> Result<impl ImageDecoder> {
    let mut reader = ImageReader::with_format(from_start(file)?, format);
    reader.limits(bounds.limits());
    let decoder = reader.into_decoder().map_err(|error| bounds.refused(error))?;
    let (width, height) = decoder.dimensions();
    bounds.check(width, height)?;
    Ok(decoder)
}

fn from_start(file: &File) -> Result<BufReader<File>> {
    let mut file = file.try_clone().map_err(Error::internal)?;
    file.rewind().map_err(Error::internal)?;
    Ok(BufReader::new(file))
}

/// Decodes a measured picture, turns it upright, and writes it anew. Long and large: call it behind the [`Gate`], where
/// it may block.
///
/// # Errors
/// FILE_TOO_LARGE, FILE_TYPE_MISMATCH or FILE_TYPE_NOT_ALLOWED, for the person.
pub(super) fn written_anew(file: &File, measured: Measured, bounds: Bounds) -> Result<Picture> {
    let format = measured.format;
    let picture = match format {
        ImageFormat::Gif => gif(file, bounds)?,
        _ => still(file, format, bounds)?,
    };
    let size = picture.file.metadata().map_err(Error::internal)?.len();
    if size > bounds.stored {
        return Err(refusal(
            UserErrorCode::FileTooLarge,
            "The picture is too large without the compression it came with. Please send it smaller, or as JPEG.",
        ));
    }
    Ok(picture)
}

fn still(file: &File, format: ImageFormat, bounds: Bounds) -> Result<Picture> {
    refuse_what_is_lost(file, format, bounds)?;
    let mut decoder = decoder(file, format, bounds)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| bounds.refused(error))?;
    if let Some(profile) = profile {
        colours::into_srgb(&mut image, &profile);
    }
    image.apply_orientation(orientation);
    let is_lossy = format == ImageFormat::WebP && !image.color().has_alpha() && bytes::is_lossy(from_start(file)?)?;
    let (file, content_type, ending) = match format {
        ImageFormat::Jpeg => (jpeg(&image, QUALITY)?, "image/jpeg", None),
        ImageFormat::WebP if is_lossy => (jpeg(&image, QUALITY)?, "image/jpeg", Some("jpg")),
        ImageFormat::WebP => (webp(&image)?, "image/webp", None),
        ImageFormat::Png => (png(&image)?, "image/png", None),
        _ => (png(&image)?, "image/png", Some("png")),
    };
    let size = (image.width(), image.height());
    let thumbnail = if size.0.max(size.1) > THUMBNAIL { Some(thumbnail(&image)?) } else { None };
    Ok(Picture { file, content_type, ending, size, thumbnail })
}

/// Refuses what would be stored as less than it is: moving pictures, several pages, a file that breaks off.
fn refuse_what_is_lost(file: &File, format: ImageFormat, bounds: Bounds) -> Result<()> {
    let moves = match format {
        ImageFormat::Png => PngDecoder::with_limits(from_start(file)?, bounds.limits())
            .and_then(|decoder| decoder.is_apng())
            .map_err(|error| bounds.refused(error))?,
        ImageFormat::WebP => {
            WebPDecoder::new(from_start(file)?).map_err(|error| bounds.refused(error))?.has_animation()
        }
        _ => false,
    };
    if moves {
        return Err(refusal(
            UserErrorCode::FileTypeNotAllowed,
            "Moving pictures are accepted as GIF only. Please send this one as GIF or as a film.",
        ));
    }
    if format == ImageFormat::Tiff && bytes::has_pages(from_start(file)?)? {
        return Err(refusal(
            UserErrorCode::FileTypeNotAllowed,
            "This TIFF has several pages. Please send it as PDF, or each page as a picture.",
        ));
    }
    if format == ImageFormat::Jpeg && !bytes::ends(from_start(file)?)? {
        return Err(damaged());
    }
    Ok(())
}

/// Writes a GIF anew, one frame after the other, so that memory holds one of them.
fn gif(file: &File, bounds: Bounds) -> Result<Picture> {
    let refused = |error| bounds.refused(error);
    let mut decoder = GifDecoder::new(from_start(file)?).map_err(refused)?;
    decoder.set_limits(bounds.limits()).map_err(refused)?;
    let size = decoder.dimensions();
    bounds.check(size.0, size.1)?;
    let repeats = match decoder.loop_count() {
        LoopCount::Finite(times) => Some(Repeat::Finite(u16::try_from(times.get()).unwrap_or(u16::MAX))),
        LoopCount::Infinite => bytes::repeats(from_start(file)?)?.then_some(Repeat::Infinite),
    };
    let (mut first, mut count) = (None, 0u64);
    let stored = written(|writer| {
        let mut encoder = GifEncoder::new_with_speed(writer, PALETTE_SPEED);
        if let Some(repeats) = repeats {
            encoder.set_repeat(repeats).map_err(Error::internal)?;
        }
        for frame in decoder.into_frames() {
            let frame: Frame = frame.map_err(refused)?;
            count += 1;
            if count.saturating_mul(u64::from(size.0) * u64::from(size.1)) > bounds.pixels {
                return Err(refusal(
                    UserErrorCode::FileTooLarge,
                    "The moving picture is too long for its size. Please send it as a film.",
                ));
            }
            if first.is_none() {
                first = Some(frame.buffer().clone());
            }
            encoder.encode_frame(frame).map_err(Error::internal)?;
        }
        Ok(())
    })?;
    let first = DynamicImage::from(first.ok_or_else(damaged)?);
    let wants_thumbnail = count > 1 || size.0.max(size.1) > THUMBNAIL;
    let thumbnail = if wants_thumbnail { Some(thumbnail(&first)?) } else { None };
    Ok(Picture { file: stored, content_type: "image/gif", ending: None, size, thumbnail })
}

/// JPEG, or PNG where something is transparent.
fn thumbnail(image: &DynamicImage) -> Result<Thumbnail> {
    let is_large = image.width().max(image.height()) > THUMBNAIL;
    let small = if is_large { image.thumbnail(THUMBNAIL, THUMBNAIL) } else { image.clone() };
    let size = (small.width(), small.height());
    let is_transparent = small.color().has_alpha() && small.to_rgba8().pixels().any(|pixel| pixel[3] < u8::MAX);
    let (file, content_type) = if is_transparent {
        (png(&DynamicImage::from(small.to_rgba8()))?, "image/png")
    } else {
        (jpeg(&small, THUMBNAIL_QUALITY)?, "image/jpeg")
    };
    Ok(Thumbnail { file, content_type, size })
}

fn jpeg(image: &DynamicImage, quality: u8) -> Result<File> {
    written(|writer| {
        let encoder = JpegEncoder::new_with_quality(writer, quality);
        let done = match image {
            DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => encode(encoder, image),
            other => encode(encoder, &DynamicImage::from(other.to_rgb8())),
        };
        done.map_err(Error::internal)
    })
}

/// PNG keeps 16 bits a channel, as scanners write them, but knows no fractions.
fn png(image: &DynamicImage) -> Result<File> {
    written(|writer| {
        let encoder = PngEncoder::new_with_quality(writer, CompressionType::Default, FilterType::Adaptive);
        let done = match image {
            DynamicImage::ImageRgb32F(_) => encode(encoder, &DynamicImage::from(image.to_rgb16())),
            DynamicImage::ImageRgba32F(_) => encode(encoder, &DynamicImage::from(image.to_rgba16())),
            image => encode(encoder, image),
        };
        done.map_err(Error::internal)
    })
}

fn webp(image: &DynamicImage) -> Result<File> {
    written(|writer| encode(WebPEncoder::new_lossless(writer), image).map_err(Error::internal))
}

fn encode(encoder: impl ImageEncoder, image: &DynamicImage) -> image::ImageResult<()> {
    let color: ExtendedColorType = image.color().into();
    encoder.write_image(image.as_bytes(), image.width(), image.height(), color)
}

/// A new file on disk with what `write` puts in it.
fn written(write: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<File> {
    let mut writer = BufWriter::new(tempfile::tempfile().map_err(Error::internal)?);
    write(&mut writer)?;
    writer.flush().map_err(Error::internal)?;
    writer.into_inner().map_err(|error| Error::internal(error.into_error()))
}

#[cfg(test)]
mod tests;
