//! Laws of masking: on any text, and on a generated set of every kind and evasion.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod generated;

use std::collections::BTreeMap;

use generated::{Chance, NUMBER_EVASIONS, negatives, positives};
use kiemtin_core::lang::Lang;
use kiemtin_core::text::mask::{PersonalData, mask};

#[test]
fn of_every_kind_and_evasion_nearly_all_is_found() {
    let mut by_kind: BTreeMap<PersonalData, (usize, usize)> = BTreeMap::new();
    let mut by_evasion: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for it in positives(11, 12) {
        let masked = mask(&it.text, it.lang);
        let found = it.is_hidden_in(&masked.text);
        for tally in
            [by_kind.entry(it.kind).or_default(), by_evasion.entry(it.evasion).or_default()]
        {
            tally.0 += usize::from(found);
            tally.1 += 1;
        }
        if !found {
            missed
                .push(format!("{:?} {}: {:?} -> {:?}", it.kind, it.evasion, it.text, masked.text));
        }
    }
    let low = |it: &(usize, usize), floor| it.0 * 100 < it.1 * floor;
    let kinds: Vec<_> = by_kind.iter().filter(|it| low(it.1, 99)).collect();
    let evasions: Vec<_> = by_evasion.iter().filter(|it| low(it.1, 97)).collect();
    missed.truncate(12);
    assert!(NUMBER_EVASIONS.len() <= by_evasion.len());
    assert!(kinds.is_empty() && evasions.is_empty(), "{kinds:?} {evasions:?} {missed:#?}");
}

#[test]
fn what_only_looks_personal_stays_byte_for_byte() {
    let all = negatives(12, 3000);
    let eaten: Vec<_> = all.iter().filter(|it| mask(&it.0, it.1).text != it.0).collect();
    assert!(eaten.len() * 200 < all.len(), "{} of {}: {eaten:#?}", eaten.len(), all.len());
}

#[test]
fn masking_twice_is_masking_once_and_nothing_panics() {
    let parts = [
        "0912",
        "345",
        "678",
        " ",
        ".",
        "-",
        "\n",
        "STK ",
        "sđt ",
        "@",
        "gmail",
        "com",
        "chấm",
        " a còng ",
        "không ",
        "chín ",
        "năm ",
        "mươi ",
        "\u{202e}",
        "\u{200b}",
        "①",
        "⑴",
        "🔟",
        "[số điện thoại]",
        "[phone",
        "number]",
        "facebook",
        "/",
        "://",
        "đ",
        "e\u{301}",
        "29A",
        "C1234567",
        "+84",
        "(",
        ")",
        "1.500.000",
        "3/11/2026",
        "O",
        "l",
        "İ",
        "ﬃ",
        "\0",
        "�",
        "Vietcombank",
        "ISBN",
        "nick: ",
        "…",
        "10.1000/",
    ];
    let mut chance = Chance(13);
    for _ in 0..10_000 {
        let n = 1 + chance.below(16);
        let text: String = (0..n).map(|_| chance.of(&parts)).collect();
        let lang = chance.of(&Lang::ALL);
        let once = mask(&text, lang);
        assert_eq!(mask(&once.text, lang.other()).text, once.text, "{text:?}");
        let tokens = |text: &str| {
            let all = PersonalData::ALL.iter();
            all.map(|it| text.matches(it.token(lang)).count()).sum::<usize>()
        };
        assert!(once.found.len() <= tokens(&once.text), "{text:?}");
        if once.found.is_empty() {
            assert_eq!(once.text, text);
        }
    }
}

#[test]
fn any_characters_are_survived() {
    let mut chance = Chance(14);
    for _ in 0..2_000 {
        let one = |it: &mut Chance| char::from_u32(u32::try_from(it.below(0x11_0000)).unwrap());
        let text: String = (0..40).filter_map(|_| one(&mut chance)).collect();
        let once = mask(&text, Lang::En).text;
        assert_eq!(mask(&once, Lang::En).text, once, "{text:?}");
    }
}

#[test]
fn time_grows_with_the_length() {
    for part in
        ["0 ", "1.", "a@", "@", "o", "không ", "(", "a.", "STK 12345678 ", "x.com/", "[", "09 12-"]
    {
        let time = |n: usize| {
            let text = part.repeat(n);
            let start = std::time::Instant::now();
            std::hint::black_box(mask(&text, Lang::Vi));
            start.elapsed()
        };
        time(100);
        let (short, long) = (time(1_000), time(16_000));
        // Sixteen times the text; a square law would take 256 times as long.
        let bound = short * 100 + std::time::Duration::from_millis(50);
        assert!(long < bound, "{part:?}: {short:?} and {long:?}");
    }
}
