//! Pictures as people send them, and as an attacker does.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma as Grey, Rgb, RgbImage, Rgba, RgbaImage};
use kiemtin_core::picture::{PictureHash, hash};
use kiemtin_extract::limits::PICTURE_BYTES_MAX;
use kiemtin_extract::picture::{NotAPicture, is_picture, picture};

const BRIDGE: &[u8] = include_bytes!("pdq/bridge-1-original.jpg");
const BRIDGE_TURNED: &[u8] = include_bytes!("pdq/bridge-2-rotate-90.jpg");

fn encoded(image: &DynamicImage, form: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, form).expect("it can be written");
    bytes.into_inner()
}

/// Squares, stripes and a slope, so that there is something to see.
fn drawn(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x * 240 / width, y * 160 / height);
        let square = (x / 37 + y / 29) % 3 == 0;
        let stripe = (x + 2 * y) % 71 < 20;
        Rgb([if square { 230 } else { 40 }, if stripe { 200 } else { 60 }, (x / 2 + y / 3) as u8])
    })
    .into()
}

#[track_caller]
fn hash_of(bytes: &[u8]) -> PictureHash {
    let (hash, quality) = hash(&picture(bytes).expect("a picture"));
    assert!(80 <= quality, "{quality}");
    hash
}

#[test]
fn the_published_pictures_have_their_published_hashes() {
    let published = [
        (BRIDGE, "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"),
        (BRIDGE_TURNED, "30a10efd71cc3d429013d48d0ffffc52e34e0e17ada952a9d29685211ea9e5af"),
    ];
    for (bytes, hex) in published {
        let hash = hash_of(bytes).to_bytes();
        let ours: String = hash.iter().map(|it| format!("{it:02x}")).collect();
        assert_eq!(ours, hex);
    }
}

#[test]
fn a_picture_saved_again_is_the_same_one() {
    let original = hash_of(BRIDGE);
    let image = image::load_from_memory(BRIDGE).expect("valid");
    let mut poor = Vec::new();
    JpegEncoder::new_with_quality(&mut poor, 30).encode_image(&image).expect("written");
    let small = image.thumbnail(400, 400);
    for (what, bytes) in [
        ("a poor JPEG", poor),
        ("a small PNG", encoded(&small, ImageFormat::Png)),
        ("a small WebP", encoded(&small, ImageFormat::WebP)),
        ("a small GIF", encoded(&small, ImageFormat::Gif)),
        ("brighter", encoded(&small.brighten(25), ImageFormat::Png)),
        ("grey", encoded(&small.grayscale(), ImageFormat::Png)),
        (
            "larger",
            encoded(&image.resize(3_000, 3_000, image::imageops::Triangle), ImageFormat::Jpeg),
        ),
    ] {
        let distance = original.distance(&hash_of(&bytes));
        assert!(distance <= 20, "{what}: {distance} bits differ");
    }
    assert!(90 < original.distance(&hash_of(&encoded(&drawn(600, 400), ImageFormat::Png))));
}

#[test]
fn a_picture_is_turned_as_its_camera_says_and_nothing_else_is_read() {
    let upright = encoded(&drawn(240, 160), ImageFormat::Jpeg);
    let turned = encoded(&drawn(240, 160).rotate270(), ImageFormat::Jpeg);
    // EXIF: one entry, orientation 6 (turn by 90 degrees to see it upright).
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0".to_vec();
    exif.extend(b"\0\0\0\0GPS 10.7769N 106.7009E");
    let mut marked = vec![0xff, 0xd8, 0xff, 0xe1];
    marked.extend((exif.len() as u16 + 2).to_be_bytes());
    marked.extend(exif);
    marked.extend(&turned[2..]);
    let read = picture(&marked).expect("a picture");
    assert_eq!((read.width(), read.height()), (240, 160));
    assert!(hash_of(&upright).distance(&hash_of(&marked)) <= 10);
}

#[test]
fn transparent_places_are_white_and_the_first_frame_stands_for_all() {
    let clear = RgbaImage::from_pixel(20, 10, Rgba([0, 0, 0, 0]));
    let read = picture(&encoded(&clear.into(), ImageFormat::Png)).expect("a picture");
    assert!(read.pixels().iter().all(|it| *it == 255.0), "{:?}", read.pixels()[0]);
    let mut moving = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
    for grey in [0, 255, 255] {
        let frame = RgbaImage::from_pixel(20, 10, Rgba([grey, grey, grey, 255]));
        encoder.encode_frame(image::Frame::new(frame)).expect("written");
    }
    drop(encoder);
    let read = picture(&moving).expect("a picture");
    assert!(read.pixels().iter().all(|it| *it < 1.0), "{:?}", read.pixels()[0]);
}

#[test]
fn large_pictures_are_made_smaller_and_narrow_ones_stay() {
    let sides = |width, height| {
        let image = GrayImage::from_pixel(width, height, Grey([9]));
        let read = picture(&encoded(&image.into(), ImageFormat::Png)).expect("a picture");
        (read.width(), read.height())
    };
    assert_eq!(sides(1_440, 3_200), (1_440, 3_200));
    assert_eq!(sides(2_501, 2_001), (1_251, 1_001));
    assert_eq!(sides(120, 20_000), (120, 20_000));
    assert_eq!(sides(1, 1), (1, 1));
}

/// A PNG of nothing that says it is this large.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&GrayImage::new(1, 1).into(), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        let bit = |it: u32, _| if it & 1 == 1 { (it >> 1) ^ 0xedb8_8320 } else { it >> 1 };
        (0..8).fold(crc ^ u32::from(*byte), bit)
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn bombs_and_other_files_are_refused_by_their_first_bytes() {
    for (width, height) in [(60_000, 60_000), (20_001, 2), (5_000, 4_001), (u32::MAX, u32::MAX)] {
        let res = picture(&bomb(width, height));
        assert!(
            matches!(res, Err(NotAPicture::TooLarge { .. } | NotAPicture::Damaged)),
            "{width} {height}: {:?}",
            res.err()
        );
    }
    let res = picture(&bomb(60_000, 60_000));
    assert_eq!(res.err(), Some(NotAPicture::TooLarge { width: 60_000, height: 60_000 }));
    let long = [BRIDGE, &vec![0; PICTURE_BYTES_MAX]].concat();
    let bytes = long.len();
    assert_eq!(picture(&long).err(), Some(NotAPicture::TooManyBytes { bytes }));
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for other in [&b""[..], b"text", svg, b"%PDF-1.7\n", b"BM\x46\0\0\0\0\0", b"II*\0\x08\0\0\0"] {
        assert!(!is_picture(other));
        assert_eq!(picture(other).err(), Some(NotAPicture::OtherForm));
    }
    assert!(is_picture(BRIDGE));
}

#[test]
fn a_file_that_was_cut_or_damaged_anywhere_is_read_or_refused() {
    let image = drawn(64, 48);
    for form in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let whole = encoded(&image, form);
        assert!(picture(&whole).is_ok(), "{form:?}");
        let step = whole.len() / 150 + 1;
        for at in (0..whole.len()).step_by(step) {
            // Either is fine: that neither panics nor hangs is the point.
            drop(picture(&whole[..at]));
            for wrong in [0x00, 0x80, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] ^= wrong ^ 0x55;
                drop(picture(&damaged));
            }
        }
    }
}
