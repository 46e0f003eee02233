//! A picture copied and changed, other pictures, and what a hash says about a claim.

use super::*;
use crate::time::Timestamp;

/// A picture drawn by a rule: round hills of brightness whose places follow from `seed`.
fn drawn(seed: u32, width: usize, height: usize) -> Luma {
    let chance = |n: u32| {
        let mixed = (seed * 977 + n + 1).wrapping_mul(2_654_435_761);
        (mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519) as f32 / u32::MAX as f32
    };
    let hills: Vec<[f32; 4]> = (0..24).map(|it| [0, 1, 2, 3].map(|n| chance(4 * it + n))).collect();
    let brightness = |x: f32, y: f32| {
        let hill = |[at_x, at_y, size, height]: &[f32; 4]| {
            let far = (x - at_x).hypot(y - at_y) / (0.04 + 0.12 * size);
            if far < 1.0 { height - 0.5 } else { 0.0 }
        };
        (128.0 + 200.0 * hills.iter().map(hill).sum::<f32>()).clamp(0.0, 255.0)
    };
    let at = |n: usize| {
        let (x, y) = (n % width, n / width);
        brightness((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32)
    };
    Luma::new(width, height, (0..width * height).map(at).collect()).expect("whole")
}

fn changed(picture: &Luma, change: impl Fn(usize, usize, f32) -> f32) -> Luma {
    let at = |(n, value): (usize, &f32)| {
        change(n % picture.width, n / picture.width, *value).clamp(0.0, 255.0)
    };
    let pixels = picture.pixels.iter().enumerate().map(at).collect();
    Luma::new(picture.width, picture.height, pixels).expect("whole")
}

#[track_caller]
fn check_same(a: &Luma, b: &Luma) {
    let ((a, quality), (b, _)) = (hash(a), hash(b));
    assert!(QUALITY_MIN <= quality, "there is something to see: {quality}");
    assert!(a.is_same(&b), "{} bits differ", a.distance(&b));
}

#[test]
fn a_copy_that_is_smaller_brighter_or_noisy_is_the_same_picture() {
    for seed in 0..4 {
        let picture = drawn(seed, 480, 360);
        check_same(&picture, &drawn(seed, 240, 180));
        check_same(&picture, &drawn(seed, 800, 600));
        check_same(&picture, &changed(&picture, |_, _, it| 0.8 * it + 30.0));
        check_same(&picture, &changed(&picture, |x, y, it| it + ((x * 7 + y * 13) % 17) as f32));
    }
}

#[test]
fn other_pictures_differ_in_about_half_of_their_bits() {
    let hashes: Vec<PictureHash> = (0..24).map(|it| hash(&drawn(it, 200, 150)).0).collect();
    for (n, a) in hashes.iter().enumerate() {
        for b in &hashes[..n] {
            assert!(70 < a.distance(b), "{}", a.distance(b));
        }
    }
}

#[test]
fn a_mirrored_picture_has_the_bits_that_the_waves_foretell() {
    let picture = drawn(3, 256, 256);
    let mirrored = (0..256 * 256).map(|n| picture.pixels[n / 256 * 256 + 255 - n % 256]).collect();
    let mirrored = Luma::new(256, 256, mirrored).expect("whole");
    let (a, b) = (hash(&picture).0.to_bytes(), hash(&mirrored).0.to_bytes());
    // A mirror turns the sign of every second wave: those bits turn over, the others stay.
    let n_kept: u32 = a.iter().zip(b).map(|(a, b)| ((a ^ b) & 0xaa).count_zeros() - 4).sum();
    let n_turned: u32 = a.iter().zip(b).map(|(a, b)| ((a ^ b) & 0x55).count_ones()).sum();
    // A window of two looks further to one side than to the other, so not quite all do.
    assert!(105 <= n_kept && 105 <= n_turned, "{n_kept} {n_turned}");
}

#[test]
fn a_picture_of_nothing_has_no_telling_hash() {
    let flat = Luma::new(200, 100, vec![90.0; 20_000]).expect("whole");
    assert_eq!(hash(&flat).1, 0);
    assert_eq!(telling_hash(&flat), None);
    let slope = changed(&flat, |x, _, _| x as f32);
    assert_eq!(telling_hash(&slope), None);
    for (width, height) in [(1, 1), (4, 900), (5, 5), (129, 6), (63, 65)] {
        let tiny = drawn(1, width, height);
        assert!(hash(&tiny).1 <= 100, "{width} {height}");
    }
    assert_eq!(Luma::new(2, 2, vec![0.0; 3]), None);
    assert_eq!(Luma::new(0, 0, Vec::new()), None);
    assert!(telling_hash(&drawn(1, 300, 200)).is_some());
}

#[test]
fn a_hash_reads_back_and_is_written_with_its_highest_bit_first() {
    let hash = PictureHash([1 << 63, 0, 0, 1]);
    let bytes = hash.to_bytes();
    assert_eq!((bytes[0], bytes[31]), (0x80, 1));
    assert_eq!(PictureHash::from_bytes(&bytes), Some(hash));
    for bytes in [&[][..], &[0; 31], &[0; 33], &[0; 40]] {
        assert_eq!(PictureHash::from_bytes(bytes), None);
    }
}

#[test]
fn pictures_are_found_nearest_first_and_each_owner_once() {
    let near = |n: u32| PictureHash([u64::MAX, 0, 7, (1 << n) - 1]);
    let mut pictures = Pictures::default();
    pictures.add('a', [near(9), near(30)]);
    pictures.add('b', [near(3)]);
    pictures.add('c', [near(32)]);
    pictures.add('d', [near(31)]);
    assert_eq!(pictures.same(&near(0), 5), ['b', 'a', 'd']);
    assert_eq!(pictures.same(&near(0), 1), ['b']);
    pictures.put('b', [near(32)]);
    pictures.put('d', []);
    assert_eq!(pictures.same(&near(0), 5), ['a']);
    assert_eq!(pictures.len(), 4);
}

fn id(n: u8) -> ClaimId {
    ClaimId::new(Timestamp::from_millis(0), [n; 10])
}

fn found(n: u8, probability: f32, decision: Decision, reasons: Vec<Reason>) -> Match {
    Match { claim: id(n), probability, decision, reasons }
}

#[test]
fn a_picture_with_other_words_is_suggested_and_never_answers() {
    let number = Reason::DifferentNumber { message: "3".to_owned(), claim: "5".to_owned() };
    let mut all = vec![
        found(1, 0.97, Decision::Answer, Vec::new()),
        found(2, 0.6, Decision::Suggest, vec![number]),
        found(3, 0.01, Decision::None, Vec::new()),
        found(4, 0.005, Decision::None, Vec::new()),
    ];
    with_same_picture(&mut all, &[id(1), id(2), id(3), id(9)], Lang::Vi);
    let said = |n: u8| {
        let it = all.iter().find(|it| it.claim == id(n)).expect("there");
        let first = it.reasons.first().cloned();
        (it.decision, first, it.reasons.iter().any(Reason::is_veto))
    };
    let same = |other_words| Some(Reason::SamePicture { other_words });
    assert_eq!(said(1), (Decision::Answer, same(false), false));
    for n in [2, 3, 9] {
        assert_eq!(said(n), (Decision::Suggest, same(true), true), "{n}");
    }
    assert_eq!(said(4), (Decision::None, None, false));
    assert!(all.is_sorted_by(|a, b| a.probability >= b.probability), "{all:?}");
}

#[test]
fn typed_words_that_say_something_else_hold_the_answer_of_a_picture_back() {
    let read = "Xông lá sả, gừng chữa khỏi COVID-19";
    let typed = "Mọi người nhìn này, chợ đóng cửa cả tháng";
    assert_eq!(typed_beside(&format!("{typed}\n\n{read}")), Some(typed));
    assert_eq!(typed_beside(&format!("Có thật không?\n\n{read}")), None);
    assert_eq!(typed_beside(typed), None);
    for (other, decision) in [(2, Decision::Suggest), (1, Decision::Answer)] {
        let mut all = vec![found(1, 0.99, Decision::Answer, Vec::new())];
        with_typed(&mut all, &[found(other, 0.5, Decision::Suggest, Vec::new())]);
        assert_eq!(all[0].decision, decision, "{other}");
    }
}
