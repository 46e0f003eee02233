//! A picture file to its brightness: all that the desk looks at.
//!
//! What a picture holds beside its dots (place, time, camera, comments, thumbnails) is never read,
//! but for the one number that says which side is up. A bomb is refused by its header. Of moving
//! pictures only the first frame is taken. Transparent places are white, as viewers show them.
//! [`clean`] makes a file anew from the dots, for those that are kept.
//! Not here: the hash (`kiemtin_core::picture`), and reading text (`kiemtin::tesseract`).

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::error::ImageError;
use image::metadata::Orientation;
use image::{
    DynamicImage, GenericImageView as _, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba,
};
use kiemtin_core::picture::{Luma, brightness};

use crate::limits::{
    PICTURE_BYTES_MAX, PICTURE_DECODED_BYTES_MAX, PICTURE_DOTS_KEPT, PICTURE_DOTS_MAX,
    PICTURE_SIDE_MAX,
};

/// Small print stays readable, and the file does not grow.
const JPEG_QUALITY: u8 = 90;

/// Why a picture is not taken. The sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPicture {
    /// None of the forms that are taken, whatever its name says.
    #[error("this is no PNG, JPEG, WebP or GIF picture; save it as one of these and try again")]
    OtherForm,
    /// More bytes than [`PICTURE_BYTES_MAX`].
    #[error(
        "the picture has {bytes} bytes, more than {PICTURE_BYTES_MAX}; \
         a screenshot of it is smaller"
    )]
    TooManyBytes {
        /// Its length.
        bytes: usize,
    },
    /// More dots, or a longer side, than is taken.
    #[error(
        "the picture has {width} × {height} dots, more than {PICTURE_DOTS_MAX} in all \
         or {PICTURE_SIDE_MAX} on a side; a screenshot of it is smaller"
    )]
    TooLarge {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// It breaks off, or is damaged.
    #[error("the picture is damaged and cannot be read; send it again, or a screenshot of it")]
    Damaged,
}

/// Does it begin like a picture that is taken?
pub fn is_picture(bytes: &[u8]) -> bool {
    form(bytes).is_some()
}

/// Reads a picture. Large ones are made smaller by whole steps, so that letters keep their form.
///
/// # Errors
/// It is none, or over a limit.
pub fn picture(bytes: &[u8]) -> Result<Luma, NotAPicture> {
    shrunk(&decoded(bytes)?.1).ok_or(NotAPicture::Damaged)
}

/// A picture made anew from its dots alone, upright: place, time, camera, comments, colour profile
/// and thumbnails are gone. A JPEG stays one, everything else becomes a PNG; of moving pictures the
/// first frame is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    /// The file.
    pub bytes: Vec<u8>,
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
}

/// Makes a picture anew from its dots.
///
/// # Errors
/// It is none, or over a limit.
pub fn clean(bytes: &[u8]) -> Result<Clean, NotAPicture> {
    let (form, image) = decoded(bytes)?;
    let mut file = Cursor::new(Vec::new());
    let (written, media_type) = match form {
        ImageFormat::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
            // JPEG knows grey and colours of eight bits.
            let image = match image {
                DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image,
                other => DynamicImage::ImageRgb8(other.into_rgb8()),
            };
            (image.write_with_encoder(encoder), "image/jpeg")
        }
        _ => (image.write_to(&mut file, ImageFormat::Png), "image/png"),
    };
    written.map_err(|_| NotAPicture::Damaged)?;
    Ok(Clean { bytes: file.into_inner(), media_type })
}

/// The dots of a picture, upright.
fn decoded(bytes: &[u8]) -> Result<(ImageFormat, DynamicImage), NotAPicture> {
    let form = form(bytes).ok_or(NotAPicture::OtherForm)?;
    if PICTURE_BYTES_MAX < bytes.len() {
        return Err(NotAPicture::TooManyBytes { bytes: bytes.len() });
    }
    let mut limits = Limits::no_limits();
    // Above what is asked of the header below: a side that is too long is ours to complain of.
    limits.max_alloc = Some(PICTURE_DECODED_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), form);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| NotAPicture::Damaged)?;
    let (width, height) = decoder.dimensions();
    let is_long = PICTURE_SIDE_MAX < width.max(height);
    if is_long || PICTURE_DOTS_MAX < u64::from(width) * u64::from(height) {
        return Err(NotAPicture::TooLarge { width, height });
    }
    // A mark that cannot be read is as good as none.
    let upright = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|err| match err {
        ImageError::Limits(_) => NotAPicture::TooLarge { width, height },
        _ => NotAPicture::Damaged,
    })?;
    image.apply_orientation(upright);
    Ok((form, image))
}

fn form(bytes: &[u8]) -> Option<ImageFormat> {
    use ImageFormat::{Gif, Jpeg, Png, WebP};
    image::guess_format(bytes).ok().filter(|it| matches!(it, Png | Jpeg | WebP | Gif))
}

/// Means of squares, as large as needed to keep no more than [`PICTURE_DOTS_KEPT`].
fn shrunk(image: &DynamicImage) -> Option<Luma> {
    let (width, height) = image.dimensions();
    let kept = |step: u32| u64::from(width.div_ceil(step)) * u64::from(height.div_ceil(step));
    let step = (1..).find(|it| kept(*it) <= PICTURE_DOTS_KEPT)?;
    let columns = width.div_ceil(step) as usize;
    let mut pixels = Vec::with_capacity(kept(step) as usize);
    let mut sums = vec![(0.0_f32, 0.0_f32); columns];
    for y in 0..height {
        for x in 0..width {
            let (sum, n) = &mut sums[(x / step) as usize];
            *sum += on_white(image.get_pixel(x, y));
            *n += 1.0;
        }
        if (y + 1) % step == 0 || y + 1 == height {
            pixels.extend(sums.iter().map(|(sum, n)| sum / n));
            sums.fill((0.0, 0.0));
        }
    }
    Luma::new(columns, height.div_ceil(step) as usize, pixels)
}

fn on_white(Rgba([red, green, blue, alpha]): Rgba<u8>) -> f32 {
    let shown = brightness([red, green, blue]);
    match alpha {
        255 => shown,
        _ => 255.0 + (shown - 255.0) * f32::from(alpha) / 255.0,
    }
}
