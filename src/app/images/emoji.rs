//! Pictures of custom emoji: small, whole, and moving if they moved.

use std::io::Cursor;
use std::time::Duration;

use bytes::Bytes;
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::{AnimationDecoder as _, Delay, DynamicImage, Frame, ImageDecoder as _, ImageFormat, ImageReader};

use super::{FORMATS, ImageWork, limits, png};
use crate::model::emoji::{MAX_SIDE, STORED_SIDE};
use crate::model::errors::emoji as codes;
use crate::model::errors::{AppError, Result};

/// The most pictures of an animation.
const MAX_FRAMES: usize = 500;
/// The most pixels of an animation, all its pictures together.
const MAX_ANIMATED_PIXELS: u64 = 64_000_000;
/// Pictures of an animation follow each other at least this fast, or browsers choose for themselves.
const SHORTEST_DELAY: Duration = Duration::from_millis(20);

impl ImageWork {
    /// The upload made to fit into [`STORED_SIDE`] pixels, without metadata. A GIF stays one, with all its pictures; a
    /// small JPEG stays one; anything else becomes a PNG.
    pub async fn emoji(&self, upload: Bytes) -> Result<Bytes> {
        self.run(move || emoji(&upload), |_| codes::DAMAGED.error()).await
    }
}

/// The media type of a stored picture, by its first bytes.
pub fn media_type(picture: &[u8]) -> &'static str {
    image::guess_format(picture).map_or("application/octet-stream", |format| format.to_mime_type())
}

fn emoji(upload: &[u8]) -> Result<Bytes> {
    let mut reader = ImageReader::new(Cursor::new(upload)).with_guessed_format().map_err(AppError::internal)?;
    let format = reader.format().filter(|format| FORMATS.contains(format)).ok_or(codes::NO_IMAGE)?;
    reader.limits(limits(u64::from(MAX_SIDE) * u64::from(MAX_SIDE)));
    let mut decoder = reader.into_decoder().map_err(|_| codes::NO_IMAGE)?;
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE {
        return codes::TOO_MANY_PIXELS.err();
    }
    if format == ImageFormat::Gif {
        return animation(upload, width, height);
    }
    // A picture whose orientation can't be read is shown as it lies.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| codes::DAMAGED)?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    match (fits(width, height), format) {
        (true, ImageFormat::Jpeg) => jpeg(&picture),
        (true, _) => png(&picture.into_rgba8()),
        (false, _) => png(&shrunk(picture).into_rgba8()),
    }
}

fn fits(width: u32, height: u32) -> bool {
    width <= STORED_SIDE && height <= STORED_SIDE
}

/// As large as fits, with its sides in proportion.
fn shrunk(picture: DynamicImage) -> DynamicImage {
    picture.resize(STORED_SIDE, STORED_SIDE, image::imageops::FilterType::CatmullRom)
}

fn jpeg(picture: &DynamicImage) -> Result<Bytes> {
    let mut out = Vec::new();
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, 90)).map_err(AppError::internal)?;
    Ok(out.into())
}

/// Every picture of a GIF, one after the other, so that only one is unpacked at a time.
fn animation(upload: &[u8], width: u32, height: u32) -> Result<Bytes> {
    let mut decoder = GifDecoder::new(Cursor::new(upload)).map_err(|_| codes::ANIMATION)?;
    decoder.set_limits(limits(u64::from(MAX_SIDE) * u64::from(MAX_SIDE))).map_err(|_| codes::ANIMATION)?;
    let pixels = (u64::from(width) * u64::from(height)).max(1);
    let most = MAX_FRAMES.min(usize::try_from(MAX_ANIMATED_PIXELS / pixels).unwrap_or(1).max(1));
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut out, 10);
    encoder.set_repeat(Repeat::Infinite).map_err(AppError::internal)?;
    let mut count = 0;
    for frame in decoder.into_frames() {
        let frame = frame.map_err(|_| codes::ANIMATION)?;
        count += 1;
        if count > most {
            return codes::ANIMATION.err();
        }
        encoder.encode_frame(small(frame)).map_err(AppError::internal)?;
    }
    drop(encoder);
    if count == 0 { codes::ANIMATION.err() } else { Ok(out.into()) }
}

fn small(frame: Frame) -> Frame {
    let delay = Duration::from(frame.delay()).max(SHORTEST_DELAY);
    let picture = DynamicImage::ImageRgba8(frame.into_buffer());
    let picture = if fits(picture.width(), picture.height()) { picture } else { shrunk(picture) };
    Frame::from_parts(picture.into_rgba8(), 0, 0, Delay::from_saturating_duration(delay))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbaImage;

    fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture = DynamicImage::ImageRgb8(image::RgbImage::from_pixel(width, height, image::Rgb([200, 30, 60])));
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    fn gif(width: u32, height: u32, frames: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = GifEncoder::new_with_speed(&mut out, 30);
        for i in 0..frames {
            let picture = RgbaImage::from_pixel(width, height, image::Rgba([(i % 200) as u8, 0, 0, 255]));
            encoder.encode_frame(Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1))).unwrap();
        }
        drop(encoder);
        out
    }

    fn size(picture: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory(picture).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn formats_and_sizes() {
        for (format, type_of_small) in [
            (ImageFormat::Png, "image/png"),
            (ImageFormat::Jpeg, "image/jpeg"),
            (ImageFormat::WebP, "image/png"),
            (ImageFormat::Bmp, "image/png"),
        ] {
            let small = emoji(&encoded(16, 20, format)).unwrap();
            assert_eq!((media_type(&small), size(&small)), (type_of_small, (16, 20)), "{format:?}");
            let large = emoji(&encoded(400, 200, format)).unwrap();
            assert_eq!((media_type(&large), size(&large)), ("image/png", (128, 64)), "{format:?}");
        }
        assert_eq!(size(&emoji(&encoded(1028, 20, ImageFormat::Png)).unwrap()).0, 128);
    }

    #[test]
    fn animations_go_on_moving() {
        for (side, stored) in [(40, 40), (300, 128)] {
            let moving = emoji(&gif(side, side, 7)).unwrap();
            assert_eq!((media_type(&moving), size(&moving)), ("image/gif", (stored, stored)));
            let frames = GifDecoder::new(Cursor::new(&moving)).unwrap().into_frames().collect_frames().unwrap();
            assert_eq!(frames.len(), 7);
        }
        assert!(emoji(&gif(4, 4, MAX_FRAMES + 1)).is_err_and(|e| e.is(codes::ANIMATION)));
        assert!(emoji(&gif(1000, 1000, 65)).is_err_and(|e| e.is(codes::ANIMATION)));
    }

    #[test]
    fn refusals() {
        let whole = encoded(100, 100, ImageFormat::Png);
        for (upload, code) in [
            (b"this is no image".to_vec(), codes::NO_IMAGE),
            (Vec::new(), codes::NO_IMAGE),
            (encoded(1029, 20, ImageFormat::Png), codes::TOO_MANY_PIXELS),
            (encoded(20, 1029, ImageFormat::Gif), codes::TOO_MANY_PIXELS),
            (whole[..whole.len() / 2].to_vec(), codes::DAMAGED),
        ] {
            assert!(emoji(&upload).is_err_and(|e| e.is(code)), "{}", code.id);
        }
        let gif = gif(20, 20, 3);
        assert!(emoji(&gif[..gif.len() / 2]).is_err_and(|e| e.is(codes::ANIMATION)));
        assert_eq!(media_type(b"?"), "application/octet-stream");
    }
}
