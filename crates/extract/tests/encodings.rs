//! Vietnamese older than Unicode and damaged UTF-8: every letter, running texts, mixed ones, cut
//! ones, through every reader; and what must be left alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its own input has failed")]

use kiemtin_extract::{Item, Legacy, Problem, feed, mail, mend, page, plain_text, read};

#[path = "legacy/encoder.rs"]
mod encoder;

use encoder::Encoder;

const TEXT: &str = "Nghe nói từ ngày mai nước máy ở quận Ba sẽ ngừng cấp suốt một tuần để súc rửa đường \
    ống, mọi người nên trữ nước sạch và đun sôi trước khi uống. Bác sĩ ở bệnh viện tỉnh cho biết \
    chưa ghi nhận ca ngộ độc nào. Trường tiểu học vẫn mở cửa, học sinh được phát sữa như thường lệ.";

fn legacy(name: &str) -> Legacy {
    let mut all = Legacy::EIGHT_BIT.into_iter().chain([Legacy::Viqr]);
    all.find(|it| it.name() == name).unwrap()
}

/// What a program shows that takes the bytes for Windows-1252.
fn western(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

fn is_told(problems: &[Problem], encoder: &Encoder) -> bool {
    problems.contains(&Problem::LegacyEncoding { name: encoder.found_as })
}

/// As the encoding gives it back: the text, or the text in small letters.
#[track_caller]
fn check(encoder: &Encoder, text: &str, found: &str) {
    let cased = if encoder.keeps_case { found.to_owned() } else { found.to_lowercase() };
    assert_eq!(cased, encoder.writable(text), "{}", encoder.name);
}

#[test]
fn each_letter_of_each_encoding_comes_back() {
    for encoder in Encoder::all() {
        let alphabet = encoder.alphabet();
        assert_eq!(alphabet.len(), 134, "{}", encoder.name);
        for letter in alphabet {
            let text = letter.to_string();
            let found = legacy(encoder.found_as).decode(&encoder.encode(&text));
            check(&encoder, &text, &found);
        }
    }
}

#[test]
fn running_texts_are_known_as_bytes_and_pasted_into_unicode() {
    for encoder in Encoder::all() {
        let bytes = encoder.encode(TEXT);
        for (found, problems) in [plain_text(&bytes, None), mend(&western(&bytes))] {
            assert!(is_told(&problems, &encoder), "{}: {problems:?}", encoder.name);
            check(&encoder, TEXT, &found);
        }
        // Whatever somebody said it was.
        for declared in ["utf-8", "windows-1252", "iso-8859-1", "x-user-defined", "nonsense"] {
            check(&encoder, TEXT, &plain_text(&bytes, Some(declared)).0);
        }
    }
}

#[test]
fn a_text_cut_at_any_byte_is_read_up_to_there() {
    for encoder in Encoder::all() {
        let bytes = encoder.encode(TEXT);
        let whole = plain_text(&bytes, None).0;
        for end in 0..bytes.len() {
            let (found, _) = plain_text(&bytes[..end], None);
            assert!(found.len() <= whole.len() + 3, "{} at {end}: {found}", encoder.name);
            // From a third of the text on it is known, and only the last word may differ.
            if 120 < end {
                let sure = found.trim_end().rfind(' ').unwrap();
                assert_eq!(found[..sure], whole[..sure], "{} at {end}", encoder.name);
            }
        }
    }
}

#[test]
fn capitals_come_from_the_font() {
    // "Công an TP Hà Nội" and a heading set in .VnTimeH.
    let text = "C«ng an TP Hµ Néi th«ng b¸o\nc«ng an thµnh phè: THñ T¦íNG ë VIÖT NAM, Hµ NéI §¤NG";
    let (found, _) = mend(text);
    assert_eq!(
        found,
        "Công an TP Hà Nội thông báo\ncông an thành phố: THỦ TƯỚNG Ở VIỆT NAM, HÀ NỘI ĐÔNG"
    );
}

#[test]
fn a_mixed_document_is_read_part_by_part() {
    let old = "Tõ ngµy mai n\u{AD}íc m¸y ë quËn Ba sÏ ngõng cÊp suèt mét tuÇn";
    let new = "Từ ngày mai nước máy ở quận Ba sẽ ngừng cấp suốt một tuần";
    let (found, problems) = mend(&format!("{new} và cà phê “đá”\n{old}\nà, ô tô có máy\n"));
    assert_eq!(found, format!("{new} và cà phê “đá”\n{new}\nà, ô tô có máy\n"));
    assert_eq!(problems, [Problem::LegacyEncoding { name: "TCVN3 (ABC)" }]);
    // Raw bytes between lines of UTF-8.
    let tcvn3 = &Encoder::all()[0];
    let lines = [new; 5].join("\n");
    let raw = tcvn3.encode(&new.to_lowercase());
    let bytes = [lines.as_bytes(), b"\n", &raw, b"\n", new.as_bytes()].concat();
    let found = plain_text(&bytes, None).0;
    assert_eq!(found, format!("{lines}\n{}\n{new}", new.to_lowercase()));
}

#[test]
fn signs_that_are_no_letters_stay() {
    let (found, _) = mend(
        "C«ng ty ® n\u{AD}íc s¹ch «ViÖt», 30°C ± 2, gi¸ 5 × 4 – “rÎ” nhÊt… © b¶n quyÒn cña chóng t«i",
    );
    assert_eq!(
        found,
        "Công ty ® nước sạch «Việt», 30°C ± 2, giá 5 × 4 – “rẻ” nhất… © bản quyền của chúng tôi"
    );
}

#[test]
fn damaged_utf_8_is_repaired_once_and_twice() {
    let text = "Việt Nam: nước máy có độc? Đà Nẵng “không” – 5 €";
    let once = western(text.as_bytes());
    let twice = western(once.as_bytes());
    let windows_1258 =
        encoding_rs::WINDOWS_1258.decode_without_bom_handling(text.as_bytes()).0.into_owned();
    let latin_1: String = text.bytes().map(char::from).collect();
    for damaged in [once, twice, windows_1258, latin_1] {
        assert_eq!(mend(&damaged), (text.to_owned(), vec![Problem::Utf8ReadWrong]), "{damaged}");
    }
    assert_eq!(mend("cafÃ© trÃ¨s bon").0, "café très bon");
}

#[test]
fn what_is_not_certainly_damaged_is_left_alone() {
    for text in [
        "Die Buchstaben „Ä“ und „Ö“ …",
        "“AMANHÃ”, disse ele",
        "NESCAFÉ® et « café »",
        "Nó nói: «bà má»…",
        "cafÃ© is what café becomes",
        "SCHÄ… und Å«",
    ] {
        assert_eq!(mend(text), (text.to_owned(), Vec::new()), "{text}");
    }
}

#[test]
fn texts_of_other_kinds_are_left_alone() {
    let french = "Les élèves de première année étaient déjà là, près de la fenêtre; ça a été décidé à côté, où l’été est né. "
        .repeat(5);
    let german = "Für die Äpfel, die größer wären, müßte man schöne Körbe über die Straße führen. "
        .repeat(5);
    let portuguese =
        "Não é só isso: as ações já não são fáceis; à tarde há três pães e o coração. ".repeat(5);
    let code = "let a = b^(c+d); if (e?'f':`g`) { h.i(j~k) } // o+u+a^b.c^d? ".repeat(5);
    let telex = "Nghe nois ngayf mai nuwowcs mays owr quaanj ba bij cats".to_owned();
    let vni = "Nghe no1i nga2y mai nu7o71c ma1y o73 qua65n ba".to_owned();
    let english =
        "I'm sure they've said it's fine. Don't ask e.g. the U.N. (a.m. or p.m.)? ".repeat(5);
    for text in [french, german, portuguese, code, telex, vni, english, TEXT.to_owned()] {
        assert_eq!(mend(&text), (text.clone(), Vec::new()), "{text}");
        let bytes: Vec<u8> =
            text.chars().map(|it| u8::try_from(u32::from(it)).unwrap_or(b'?')).collect();
        let told = plain_text(&bytes, None).1;
        assert!(
            !told.iter().any(|it| matches!(it, Problem::LegacyEncoding { .. })),
            "{text}: {told:?}"
        );
    }
}

#[test]
fn texts_are_composed() {
    assert_eq!(mend("Vie\u{323}\u{302}t Nam").0, "Việt Nam");
    assert_eq!(plain_text(b"Vi\xEA\xF2t Nam", Some("windows-1258")).0, "Việt Nam");
}

/// The texts that a reader takes from a file, and what it told.
fn taken(bytes: &[u8]) -> (Vec<String>, Vec<Problem>) {
    let (mut texts, mut problems) = (Vec::new(), Vec::new());
    for it in read(bytes, None) {
        match it.map(|it| it.value) {
            Ok(Item::Message(it)) => texts.push(it.text),
            Ok(_) => panic!("no message"),
            Err(it) => problems.push(it.value),
        }
    }
    (texts, problems)
}

#[test]
fn every_reader_takes_them() {
    for encoder in Encoder::all().iter().filter(|it| it.name != "VIQR") {
        let expected = |found: &str| check(encoder, TEXT, found);
        let as_lines = format!("{TEXT}\nHôm nay nước máy đã có lại\n");
        let as_rows = format!("id,text\n1,\"{TEXT}\"\n2,\"{TEXT}\"\n");
        let as_json = format!("{{\"text\":\"{TEXT}\"}}\n{{\"text\":\"{TEXT}\"}}\n");
        for file in [as_lines, as_rows, as_json] {
            let (texts, problems) = taken(&encoder.encode(&file));
            assert_eq!(texts.len(), 2, "{}: {problems:?}", encoder.name);
            expected(&texts[0]);
            assert!(is_told(&problems, encoder), "{}", encoder.name);
        }
        let html = format!(
            "<html><head><meta charset=utf-8><title>Nước máy ngừng cấp</title></head><body><article><p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
        );
        let found = page(&encoder.encode(&html), None, None);
        assert!(is_told(&found.problems, encoder), "{}: {:?}", encoder.name, found.problems);
        assert_eq!(found.title.map(|it| it.to_lowercase()).as_deref(), Some("nước máy ngừng cấp"));
        found.text.split("\n\n").for_each(expected);
        let rss = format!(
            "<?xml version='1.0' encoding='iso-8859-1'?><rss version='2.0'><channel><item><title>Nước máy</title><description>{TEXT}</description></item></channel></rss>"
        );
        let (entries, problems) = feed(&encoder.encode(&rss));
        assert!(is_told(&problems, encoder), "{}: {problems:?}", encoder.name);
        expected(&entries[0].text);
    }
}

#[test]
fn a_page_of_entities_is_read_as_what_they_show() {
    let vni = Encoder::all().into_iter().find(|it| it.name == "VNI-Windows").unwrap();
    let entities = |text: &str| -> String {
        let shown = western(&vni.encode(text));
        shown
            .chars()
            .map(|it| if it.is_ascii() { it.to_string() } else { format!("&#{};", u32::from(it)) })
            .collect()
    };
    let html = format!(
        "<html><head><title>{}</title></head><body><h1>Tin tức mới nhất</h1><p>{}</p><p>{}</p></body></html>",
        entities("Nước máy ngừng cấp"),
        entities(TEXT),
        entities(TEXT)
    );
    let found = page(html.as_bytes(), None, None);
    assert!(found.text.contains(TEXT), "{}", found.text);
    assert!(found.problems.contains(&Problem::LegacyEncoding { name: "VNI-Windows" }));
}

#[test]
fn hostile_bytes_are_survived() {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    for n in (0..400).step_by(7) {
        let bytes: Vec<u8> = (0..n * 3).map(|_| next()).collect();
        let _any = plain_text(&bytes, None);
        let _any = mend(&western(&bytes));
        let _any = page(&bytes, Some("viscii"), None);
        for legacy in Legacy::EIGHT_BIT.into_iter().chain([Legacy::Viqr]) {
            let _any = legacy.decode(&bytes);
        }
    }
    // One endless word, in a stream and whole.
    let endless =
        [b"Vi\xD6t Nam n\xAD\xEDc m\xB8y \xEB qu\xCBn ".repeat(20), b"\xAD".repeat(300_000)]
            .concat();
    let (texts, _) = taken(&endless);
    assert_eq!(texts.len(), 1);
}

#[test]
fn a_mail_is_read_in_an_encoding_that_it_has_no_name_for() {
    for encoder in Encoder::all() {
        let head = b"Subject: x\nContent-Type: text/plain; charset=iso-8859-1\n\n".as_slice();
        let found = mail(&[head, &encoder.encode(TEXT)].concat());
        let wanted = encoder.writable(TEXT);
        assert_eq!(found.text.to_lowercase(), wanted.to_lowercase(), "{}", encoder.name);
    }
}
