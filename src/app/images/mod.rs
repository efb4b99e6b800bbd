//! Pictures of people, teams and emoji: making the default ones, and making uploads safe and small.
//!
//! What people upload is decoded within limits, turned the way its camera says, cut to a square and written anew as a
//! PNG of [`SIDE`] pixels: no metadata, no animation and no trick file reaches others. The work runs off the request
//! threads, on a bounded number of them.

mod attachments;
mod emoji;

use std::io::Cursor;
use std::sync::Arc;

use bytes::Bytes;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Luma, Rgba, RgbaImage};
use noto_sans_mono_bitmap::{FontWeight, RasterHeight, get_raster};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::model::errors::images as refusals;
use crate::model::errors::{AppError, Code, Result};
use crate::model::id::Id;

pub use attachments::{Previews, Size};
pub use emoji::media_type;

/// Width and height in pixels of every picture we store.
pub const SIDE: u32 = 128;

/// The formats that may be uploaded.
const FORMATS: [ImageFormat; 5] =
    [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP];

/// Backgrounds of default pictures; white letters read well on each (contrast 4.5 or more).
const COLOURS: [[u8; 3]; 12] = [
    [0xb4, 0x23, 0x5f],
    [0x8a, 0x3f, 0xb0],
    [0x5b, 0x4b, 0xc4],
    [0x2f, 0x5f, 0xc8],
    [0x1a, 0x6f, 0xa3],
    [0x0e, 0x75, 0x7a],
    [0x17, 0x76, 0x4c],
    [0x4b, 0x70, 0x1c],
    [0x86, 0x5f, 0x0b],
    [0xa8, 0x4e, 0x12],
    [0xb5, 0x3b, 0x2c],
    [0x55, 0x63, 0x78],
];

/// What a picture is for: its refusals have ids of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A user's or bot's picture.
    ProfilePicture,
    /// A team's icon.
    TeamIcon,
}

impl Purpose {
    /// No picture at all, or too many pixels.
    fn beyond_limits(self) -> Code {
        match self {
            Purpose::ProfilePicture => refusals::PICTURE_LIMITS,
            Purpose::TeamIcon => refusals::ICON_LIMITS,
        }
    }

    /// A picture by its first bytes, but damaged.
    fn damaged(self) -> Code {
        match self {
            Purpose::ProfilePicture => refusals::PICTURE_DECODE,
            Purpose::TeamIcon => refusals::ICON_DECODE,
        }
    }
}

/// Does image work, a few pictures at a time.
#[derive(Debug, Clone)]
pub struct ImageWork {
    slots: Arc<Semaphore>,
}

impl ImageWork {
    /// Works on at most so many pictures at once (at least one); the others wait.
    pub fn new(at_once: usize) -> ImageWork {
        ImageWork { slots: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    /// The upload as a square PNG of [`SIDE`] pixels. `max_pixels` is `FileSettings.MaxImageResolution`.
    pub async fn square(&self, upload: Bytes, purpose: Purpose, max_pixels: u64) -> Result<Bytes> {
        self.run(move || square(&upload, purpose, max_pixels), move |_| purpose.damaged().error()).await
    }

    /// The upload as a PNG of its own size. `refusal` is answered to what cannot be read.
    pub async fn whole(&self, upload: Bytes, refusal: Code, max_pixels: u64) -> Result<Bytes> {
        let work = move || png(&decode(&upload, refusal, refusal, max_pixels)?.into_rgba8());
        self.run(work, move |_| refusal.error()).await
    }

    /// The picture of somebody who has none: the name's first letter on a colour that follows from the id; a robot's
    /// face for bots.
    pub async fn default_picture(&self, user: Id, username: &str, bot: bool) -> Result<Bytes> {
        let initial = username.chars().next().filter(|_| !bot);
        self.run(move || default_picture(user, initial, bot), AppError::internal).await
    }

    /// A decoder that panics costs its own picture, nothing else.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
        panicked: impl FnOnce(tokio::task::JoinError) -> AppError,
    ) -> Result<T> {
        let _slot = self.slots.acquire().await.map_err(AppError::internal)?;
        spawn_blocking(work).await.map_err(panicked)?
    }
}

fn square(upload: &[u8], purpose: Purpose, max_pixels: u64) -> Result<Bytes> {
    let picture = decode(upload, purpose.beyond_limits(), purpose.damaged(), max_pixels)?;
    let side = picture.width().min(picture.height());
    let cut = picture.crop_imm((picture.width() - side) / 2, (picture.height() - side) / 2, side, side);
    // Averaging first makes the fine filter's work small, whatever came.
    let cut = if side > 4 * SIDE { cut.thumbnail_exact(2 * SIDE, 2 * SIDE) } else { cut };
    png(&cut.resize_exact(SIDE, SIDE, FilterType::Lanczos3).into_rgba8())
}

/// The size is read from the head of the file and judged before anything is unpacked.
fn decode(upload: &[u8], beyond_limits: Code, damaged: Code, max_pixels: u64) -> Result<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(upload)).with_guessed_format().map_err(AppError::internal)?;
    if !reader.format().is_some_and(|format| FORMATS.contains(&format)) {
        return beyond_limits.err();
    }
    reader.limits(limits(max_pixels));
    let mut decoder = reader.into_decoder().map_err(|_| beyond_limits.error())?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 || pixels > max_pixels {
        return beyond_limits.err();
    }
    // A picture whose orientation can't be read is shown as it lies.
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| damaged.error())?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

/// Room for the pixels, four bytes each, and for a decoder's tables.
fn limits(max_pixels: u64) -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(max_pixels.saturating_mul(4).saturating_add(16 << 20));
    limits
}

fn png(picture: &RgbaImage) -> Result<Bytes> {
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Default, PngFilter::Adaptive);
    picture.write_with_encoder(encoder).map_err(AppError::internal)?;
    Ok(out.into())
}

fn default_picture(user: Id, initial: Option<char>, bot: bool) -> Result<Bytes> {
    let shape = if bot { robot() } else { initial.and_then(letter).unwrap_or_else(person) };
    let [red, green, blue] = colour(user);
    let picture = RgbaImage::from_fn(SIDE, SIDE, |x, y| {
        let white = u32::from(shape.get_pixel(x, y).0[0]);
        let mix = |c: u8| ((u32::from(c) * (255 - white) + 255 * white) / 255) as u8;
        Rgba([mix(red), mix(green), mix(blue), 255])
    });
    png(&picture)
}

/// FNV-1a over the id: the same person has the same colour on every node and after every restart.
fn colour(user: Id) -> [u8; 3] {
    let hash =
        user.as_str().bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    COLOURS.get(hash as usize % COLOURS.len()).copied().unwrap_or_default()
}

/// The capital of a letter or the digit, white on black; `None` when the font lacks it.
fn letter(initial: char) -> Option<GrayImage> {
    let capital = initial.to_uppercase().next().filter(|c| c.is_alphanumeric())?;
    let raster = get_raster(capital, FontWeight::Bold, RasterHeight::Size32)?;
    let pixels: Vec<u8> = raster.raster().iter().flat_map(|row| row.iter().copied()).collect();
    let small = GrayImage::from_raw(raster.width() as u32, raster.height() as u32, pixels)?;
    let ink = inked(&small)?;
    let height = SIDE / 2;
    let width = (ink.width() * height / ink.height()).clamp(1, SIDE);
    let large = imageops::resize(&ink, width, height, FilterType::CatmullRom);
    let mut sheet = GrayImage::new(SIDE, SIDE);
    imageops::replace(&mut sheet, &large, i64::from((SIDE - width) / 2), i64::from((SIDE - height) / 2));
    Some(sharpened(sheet))
}

/// The part of a picture that is not black.
fn inked(picture: &GrayImage) -> Option<GrayImage> {
    let inked = || picture.enumerate_pixels().filter(|(_, _, pixel)| pixel.0[0] > 40);
    let (left, right) = (inked().map(|p| p.0).min()?, inked().map(|p| p.0).max()?);
    let (top, bottom) = (inked().map(|p| p.1).min()?, inked().map(|p| p.1).max()?);
    Some(imageops::crop_imm(picture, left, top, right - left + 1, bottom - top + 1).to_image())
}

/// Enlarging leaves soft edges; more contrast makes them crisp.
fn sharpened(mut picture: GrayImage) -> GrayImage {
    for pixel in picture.pixels_mut() {
        let steep = (i32::from(pixel.0[0]) - 128) * 3 + 128;
        *pixel = Luma([steep.clamp(0, 255) as u8]);
    }
    picture
}

/// Head and shoulders.
fn person() -> GrayImage {
    drawn(|x, y| {
        let head = (x - 64.0).powi(2) + (y - 48.0).powi(2) < 22.0_f32.powi(2);
        let shoulders = ((x - 64.0) / 42.0).powi(2) + ((y - 116.0) / 38.0).powi(2) < 1.0;
        head || (shoulders && y < 108.0)
    })
}

/// A square face with an antenna.
fn robot() -> GrayImage {
    let inside =
        |x: f32, y: f32, left: f32, top: f32, right: f32, bottom: f32| x > left && x < right && y > top && y < bottom;
    drawn(move |x, y| {
        let head = inside(x, y, 30.0, 46.0, 98.0, 98.0);
        let eyes = [48.0, 80.0].iter().any(|eye| (x - eye).powi(2) + (y - 66.0).powi(2) < 49.0);
        let mouth = inside(x, y, 48.0, 82.0, 80.0, 88.0);
        let ears = inside(x, y, 22.0, 60.0, 26.0, 84.0) || inside(x, y, 102.0, 60.0, 106.0, 84.0);
        let antenna = inside(x, y, 62.0, 32.0, 66.0, 46.0) || (x - 64.0).powi(2) + (y - 28.0).powi(2) < 36.0;
        (head && !eyes && !mouth) || ears || antenna
    })
}

/// A shape in white on black, with smooth edges: four samples a pixel in each direction.
fn drawn(inside: impl Fn(f32, f32) -> bool) -> GrayImage {
    const SAMPLES: [f32; 4] = [0.125, 0.375, 0.625, 0.875];
    GrayImage::from_fn(SIDE, SIDE, |x, y| {
        let hits = SAMPLES
            .iter()
            .flat_map(|dx| SAMPLES.map(|dy| (x as f32 + dx, y as f32 + dy)))
            .filter(|(x, y)| inside(*x, *y))
            .count();
        Luma([(hits * 255 / 16) as u8])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAX_PIXELS: u64 = 33_177_600;

    fn work() -> ImageWork {
        ImageWork::new(2)
    }

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// Left half red, right half blue.
    fn two_colours(width: u32, height: u32) -> DynamicImage {
        let colour = |x, _| if x < width / 2 { image::Rgb([255, 0, 0]) } else { image::Rgb([0, 0, 255]) };
        DynamicImage::ImageRgb8(image::RgbImage::from_fn(width, height, colour))
    }

    async fn squared(upload: Vec<u8>) -> Result<RgbaImage> {
        let png = work().square(upload.into(), Purpose::ProfilePicture, MAX_PIXELS).await?;
        let picture = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap().into_rgba8();
        assert_eq!(picture.dimensions(), (SIDE, SIDE));
        Ok(picture)
    }

    #[tokio::test]
    async fn every_format_becomes_a_square_png() {
        for format in FORMATS {
            let picture = squared(encoded(&two_colours(300, 20), format)).await.unwrap();
            let (left, right) = (picture.get_pixel(8, 64).0, picture.get_pixel(120, 64).0);
            assert!(left[0] > 200 && left[2] < 60, "{format:?}: {left:?}");
            assert!(right[2] > 200 && right[0] < 60, "{format:?}: {right:?}");
        }
        squared(encoded(&two_colours(2000, 1500), ImageFormat::Jpeg)).await.unwrap();
        squared(encoded(&two_colours(1, 1), ImageFormat::Png)).await.unwrap();
    }

    #[tokio::test]
    async fn a_picture_is_turned_as_its_camera_says() {
        let plain = encoded(&two_colours(64, 64), ImageFormat::Jpeg);
        // An EXIF segment with nothing but orientation 3: upside down.
        let exif: Vec<u8> = [
            &[0xff, 0xe1, 0x00, 0x22][..],
            b"Exif\0\0II*\0\x08\0\0\0",
            &[0x01, 0x00, 0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0, 0, 0, 0],
        ]
        .concat();
        let turned = [&plain[..2], &exif, &plain[2..]].concat();
        assert!(squared(plain).await.unwrap().get_pixel(8, 64).0[0] > 200);
        assert!(squared(turned).await.unwrap().get_pixel(8, 64).0[2] > 200);
    }

    #[tokio::test]
    async fn what_is_no_picture_is_refused() {
        for upload in [
            &b""[..],
            b"not an image",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\x89PNG\r\n\x1a\n",
            b"II*\0\x08\0\0\0\0\0",
        ] {
            let error = squared(upload.to_vec()).await.unwrap_err();
            assert!(error.is(refusals::PICTURE_LIMITS), "{error}");
        }
        let error = work().square(Bytes::from_static(b"x"), Purpose::TeamIcon, MAX_PIXELS).await.unwrap_err();
        assert!(error.is(refusals::ICON_LIMITS), "{error}");
    }

    #[tokio::test]
    async fn damage_and_too_many_pixels_are_refused() {
        let whole = encoded(&two_colours(200, 200), ImageFormat::Png);
        let error = squared(whole[..whole.len() / 2].to_vec()).await.unwrap_err();
        assert!(error.is(refusals::PICTURE_DECODE), "{error}");
        let error = work().square(whole.into(), Purpose::ProfilePicture, 39_999).await.unwrap_err();
        assert!(error.is(refusals::PICTURE_LIMITS), "{error}");
    }

    #[tokio::test]
    async fn a_bomb_is_refused_by_its_head() {
        // A PNG that says it is 60,000 pixels wide and high; its few bytes would unpack to 14 GB.
        let mut bomb = encoded(&two_colours(4, 4), ImageFormat::Png);
        bomb[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        let error = squared(bomb).await.unwrap_err();
        assert!(error.is(refusals::PICTURE_LIMITS), "{error}");
    }

    #[tokio::test]
    async fn default_pictures_depend_on_id_and_name() {
        let (ann, ben) = ("aaaaaaaaaaaaaaaaaaaaaaaaaa".parse().unwrap(), "bbbbbbbbbbbbbbbbbbbbbbbbbb".parse().unwrap());
        let work = work();
        let picture = async |id, name, bot| work.default_picture(id, name, bot).await.unwrap();
        let first = picture(ann, "ann", false).await;
        assert_eq!(image::load_from_memory(&first).unwrap().width(), SIDE);
        assert_eq!(first, picture(ann, "anton", false).await);
        assert_ne!(first, picture(ann, "bea", false).await);
        assert_ne!(first, picture(ben, "ann", false).await);
        assert_ne!(first, picture(ann, "ann", true).await);
        let nobody = picture(ann, "", false).await;
        for odd in ["-x", ".", "漢字", "\u{202e}", "ßig"] {
            let odd_picture = picture(ann, odd, false).await;
            assert!(odd == "ßig" || odd_picture == nobody, "{odd}");
        }
        assert_ne!(picture(ann, "ü", false).await, nobody);
    }
}
