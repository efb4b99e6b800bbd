//! Sizes of pictures, read without decoding them.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{ImageDecoder, ImageFormat, ImageReader};

use crate::model::posts::ImageSize;

/// Size and format of a picture, turned as its camera says.
pub(super) fn size(bytes: &[u8]) -> Option<ImageSize> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let format = reader.format()?;
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let lies = format == ImageFormat::Jpeg && decoder.orientation().is_ok_and(is_sideways);
    let (width, height) = if lies { (height, width) } else { (width, height) };
    Some(ImageSize {
        width: width.into(),
        height: height.into(),
        format: format.extensions_str().iter().find(|name| **name != "jpg")?.to_string(),
        frame_count: if format == ImageFormat::Gif { frames(bytes)? } else { 0 },
    })
}

fn is_sideways(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn frames(bytes: &[u8]) -> Option<i64> {
    let mut options = gif::DecodeOptions::new();
    options.skip_frame_decoding(true);
    let mut decoder = options.read_info(bytes).ok()?;
    let mut count = 0;
    while decoder.next_frame_info().ok()?.is_some() {
        count += 1;
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use image::codecs::gif::GifEncoder;
    use image::{Frame, RgbImage, RgbaImage};

    use super::*;

    #[test]
    fn sizes_and_formats() {
        for (format, name) in [(ImageFormat::Png, "png"), (ImageFormat::Jpeg, "jpeg"), (ImageFormat::WebP, "webp")] {
            let mut bytes = Cursor::new(Vec::new());
            RgbImage::new(3, 2).write_to(&mut bytes, format).unwrap();
            let wanted = ImageSize { width: 3, height: 2, format: name.into(), frame_count: 0 };
            assert_eq!(size(bytes.get_ref()), Some(wanted));
        }
        assert_eq!(size(b"no picture"), None);
    }

    #[test]
    fn frames_are_counted() {
        let mut bytes = Vec::new();
        GifEncoder::new(&mut bytes).encode_frames((0..3).map(|_| Frame::new(RgbaImage::new(4, 4)))).unwrap();
        assert_eq!(size(&bytes).unwrap(), ImageSize { width: 4, height: 4, format: "gif".into(), frame_count: 3 });
        assert_eq!(size(bytes.get(..bytes.len() - 20).unwrap()), None);
    }
}
