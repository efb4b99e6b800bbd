//! What is made of attached pictures: thumbnail, preview, and the tiny picture that is shown until these are loaded.

use std::fs::File;
use std::io::{BufReader, Seek as _};

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageReader, RgbImage, imageops::FilterType};

use super::{FORMATS, ImageWork, limits};
use crate::model::errors::{AppError, Result};

/// The most pixels of a thumbnail (posts-and-limits.md §13).
const THUMBNAIL: (u32, u32) = (120, 100);

/// The most pixels of a preview's width.
const PREVIEW_WIDTH: u32 = 1920;

/// Width and height of the tiny picture.
const MINI: u32 = 16;

/// How well pictures are kept, of 100.
const QUALITY: u8 = 90;

/// Width and height in pixels, as the picture is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// What is made of a picture, all of it JPEG without metadata.
#[derive(Debug)]
pub struct Previews {
    /// Of the picture itself.
    pub size: Size,
    /// At most 120 by 100 pixels.
    pub thumbnail: Bytes,
    /// At most 1920 pixels wide.
    pub preview: Bytes,
    /// 16 by 16 pixels.
    pub mini: Bytes,
}

impl ImageWork {
    /// What is made of an uploaded picture; `None` if it is none that can be read. The size is read from the head of the
    /// file and judged before anything is unpacked: `too_large` makes the refusal.
    pub async fn previews(
        &self,
        file: File,
        max_pixels: u64,
        too_large: impl FnOnce(Size) -> AppError + Send + 'static,
    ) -> Result<Option<Previews>> {
        let work = move || match decoded(file, max_pixels)? {
            Decoded::Picture(picture) => previews(picture).map(Some),
            Decoded::TooLarge(size) => Err(too_large(size)),
            Decoded::Nothing => Ok(None),
        };
        self.run(move || Ok(work()), |_| AppError::internal("a picture could not be read")).await?
    }
}

enum Decoded {
    Picture(DynamicImage),
    TooLarge(Size),
    Nothing,
}

fn decoded(mut file: File, max_pixels: u64) -> Result<Decoded> {
    file.rewind().map_err(AppError::internal)?;
    let mut reader = ImageReader::new(BufReader::new(file)).with_guessed_format().map_err(AppError::internal)?;
    if !reader.format().is_some_and(|format| FORMATS.contains(&format)) {
        return Ok(Decoded::Nothing);
    }
    // The head alone needs no room; the pixels are counted before they are unpacked.
    reader.limits(limits(max_pixels));
    let Ok(mut decoder) = reader.into_decoder() else { return Ok(Decoded::Nothing) };
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > max_pixels {
        return Ok(Decoded::TooLarge(Size { width, height }));
    }
    // A picture whose orientation can't be read is shown as it lies.
    let orientation = decoder.orientation().ok();
    let Ok(mut picture) = DynamicImage::from_decoder(decoder) else { return Ok(Decoded::Nothing) };
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(if pixels == 0 { Decoded::Nothing } else { Decoded::Picture(picture) })
}

fn previews(picture: DynamicImage) -> Result<Previews> {
    let size = Size { width: picture.width(), height: picture.height() };
    let preview = match size.width > PREVIEW_WIDTH {
        true => picture.thumbnail(PREVIEW_WIDTH, u32::MAX),
        false => picture,
    };
    let preview = on_white(preview);
    let small = DynamicImage::ImageRgb8(preview.clone());
    let thumbnail = match size.width > THUMBNAIL.0 || size.height > THUMBNAIL.1 {
        true => small.thumbnail(THUMBNAIL.0, THUMBNAIL.1).into_rgb8(),
        false => preview.clone(),
    };
    let mini = DynamicImage::ImageRgb8(thumbnail.clone()).resize_exact(MINI, MINI, FilterType::Triangle).into_rgb8();
    Ok(Previews { size, thumbnail: jpeg(&thumbnail)?, preview: jpeg(&preview)?, mini: jpeg(&mini)? })
}

/// JPEG knows no transparency.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let over = |c: u8, alpha: u8| ((u32::from(c) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255) as u8;
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        image::Rgb([over(red, alpha), over(green, alpha), over(blue, alpha)])
    })
}

fn jpeg(picture: &RgbImage) -> Result<Bytes> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(picture).map_err(AppError::internal)?;
    Ok(out.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use image::ImageFormat;

    use super::*;

    const MAX_PIXELS: u64 = 33_177_600;

    fn file_of(content: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file
    }

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    async fn made(content: &[u8], max_pixels: u64) -> Result<Option<Previews>> {
        let refusal = |size: Size| AppError::internal(format!("{}x{}", size.width, size.height));
        ImageWork::new(1).previews(file_of(content), max_pixels, refusal).await
    }

    fn size_of(jpeg: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap();
        (picture.width(), picture.height())
    }

    #[tokio::test]
    async fn pictures_have_previews() {
        let picture = DynamicImage::new_rgb8(2400, 1000);
        for format in FORMATS {
            let made = made(&encoded(&picture, format), MAX_PIXELS).await.unwrap().unwrap();
            assert_eq!(made.size, Size { width: 2400, height: 1000 });
            assert_eq!(size_of(&made.preview), (1920, 800), "{format:?}");
            assert_eq!((size_of(&made.thumbnail), size_of(&made.mini)), ((120, 50), (16, 16)));
        }
        let made =
            made(&encoded(&DynamicImage::new_rgba8(40, 20), ImageFormat::Png), MAX_PIXELS).await.unwrap().unwrap();
        assert_eq!((size_of(&made.preview), size_of(&made.thumbnail)), ((40, 20), (40, 20)));
        let white = image::load_from_memory(&made.preview).unwrap().into_rgb8().get_pixel(3, 3).0;
        assert!(white.iter().all(|c| *c > 250), "nothing is shown as white: {white:?}");
    }

    #[tokio::test]
    async fn what_is_no_picture_has_none_and_too_many_pixels_are_refused() {
        for content in [&b"not an image at all"[..], b"", b"\x89PNG\r\n\x1a\n", b"<svg/>"] {
            assert!(made(content, MAX_PIXELS).await.unwrap().is_none());
        }
        let whole = encoded(&DynamicImage::new_rgb8(200, 100), ImageFormat::Png);
        assert!(made(&whole[..whole.len() / 2], MAX_PIXELS).await.unwrap().is_none());
        let error = made(&whole, 19_999).await.unwrap_err();
        assert_eq!(error.cause.as_deref(), Some("200x100"));
    }
}
