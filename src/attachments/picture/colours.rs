//! Colours as they were meant: a picture loses its colour profile, so its colours are converted to those that every
//! program assumes of a picture without one (sRGB).

use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// How many pixels are converted at a time.
const PIXELS: usize = 16 << 10;

/// Converts a picture from its profile. What cannot be converted stays: a profile that is damaged, or is not one for red,
/// green and blue, and the pictures of scanners with more than 8 bits a channel or without colours.
pub(super) fn into_srgb(image: &mut DynamicImage, profile: &[u8]) {
    let (channels, layout) = match image {
        DynamicImage::ImageRgb8(_) => (3, Layout::Rgb),
        DynamicImage::ImageRgba8(_) => (4, Layout::Rgba),
        _ => return,
    };
    let profile = ColorProfile::new_from_slice(profile).ok().filter(|found| found.color_space == DataColorSpace::Rgb);
    let Some(profile) = profile else { return };
    let options = TransformOptions::default();
    let Ok(transform) = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, options) else {
        return;
    };
    let samples: &mut [u8] = match image {
        DynamicImage::ImageRgb8(image) => image,
        DynamicImage::ImageRgba8(image) => image,
        _ => return,
    };
    let mut before = vec![0; PIXELS * channels];
    for part in samples.chunks_mut(PIXELS * channels) {
        let before = &mut before[..part.len()];
        before.copy_from_slice(part);
        // Lengths always match, and nothing else can fail; a part that did would keep its colours.
        if transform.transform(before, part).is_err() {
            part.copy_from_slice(before);
        }
    }
}
