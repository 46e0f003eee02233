//! Which letter each byte stands for in the Vietnamese encodings older than Unicode.
//!
//! TCVN 5712:1993 and VISCII (RFC 1456) as glibc's iconv has them; VPS as GNU recode has it, with
//! its missing Ỗ from the table of the input method xvnkb; VNI-Windows where GNU recode, xvnkb and
//! the package vietnamese-conversion agree two to one; Windows-1258 as Microsoft published it. The
//! vectors in `tests/legacy` hold them to that.

use std::sync::LazyLock;

/// The letters of the bytes 0x80 to 0xFF, sixteen a row; a space is no letter.
type Rows = [&'static str; 8];

/// The whole of TCVN 5712-1. TCVN3 (ABC) and 5712-2 are parts of it. 0xB0 to 0xB4 are the tones by
/// themselves, written after their letter.
const TCVN: Rows = [
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨ",
    "ÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ",
    " ĂÂÊÔƠƯĐăâêôơưđẰ",
    "\u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴ",
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽ",
    "éẹềểễếệìỉỄẾỒĩíịò",
    "Ổỏõóọồổỗốộờởỡớợù",
    "ỖủũúụừửữứựỳỷỹýỵỐ",
];
const TCVN_LOW: &[(u8, char)] = &[
    (0x01, 'Ú'),
    (0x02, 'Ụ'),
    (0x04, 'Ừ'),
    (0x05, 'Ử'),
    (0x06, 'Ữ'),
    (0x11, 'Ứ'),
    (0x12, 'Ự'),
    (0x13, 'Ỳ'),
    (0x14, 'Ỷ'),
    (0x15, 'Ỹ'),
    (0x16, 'Ý'),
    (0x17, 'Ỵ'),
];

const VISCII: Rows = [
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ",
    "ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ",
    "Õắằặấầẩậẽẹếềểễệố",
    "ồổỗỠƠộờởịỰỨỪỬơớƯ",
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ",
    "ĐứÒÓÔạỷừửÙÚỹỵÝỡư",
    "àáâãảăữẫèéêẻìíĩỉ",
    "đựòóôõỏọụùúũủýợỮ",
];
const VISCII_LOW: &[(u8, char)] =
    &[(0x02, 'Ẳ'), (0x05, 'Ẵ'), (0x06, 'Ẫ'), (0x14, 'Ỷ'), (0x19, 'Ỹ'), (0x1E, 'Ỵ')];

const VPS: Rows = [
    "ÀẢÃẤẦẨọỗĂếềểệẮẰẲ",
    "Ế  ỀỂỄỐỒỔỖýỷỵỚỜỞ",
    " ắằẳẵặỠớÙờởỡŨỨợỪ",
    "ổỬỲỸÍÌộỈĨÓửữÒỎÕự",
    "ầÁÂấẩẫậđẻÉÊẹỉễịỹ",
    "ƯỦồốÔỏơÈừứÚũưÝẺ ",
    "àáâãảạă èéêẽìí ĩ",
    "ẴĐòóôõ Ơụùúủ ỶẼỳ",
];
const VPS_LOW: &[(u8, char)] = &[
    (0x02, 'Ạ'),
    (0x03, 'Ậ'),
    (0x04, 'Ặ'),
    (0x05, 'Ẹ'),
    (0x06, 'Ệ'),
    (0x10, 'Ị'),
    (0x11, 'Ọ'),
    (0x12, 'Ộ'),
    (0x13, 'Ợ'),
    (0x14, 'Ụ'),
    (0x15, 'Ự'),
    (0x19, 'Ỵ'),
    (0x1C, 'Ẫ'),
    (0x1D, 'Ữ'),
];

/// Only what differs from Windows-1252: the tones stand after their letters.
const WINDOWS_1258: &[(u8, char)] = &[
    (0xC3, 'Ă'),
    (0xCC, '\u{300}'),
    (0xD0, 'Đ'),
    (0xD2, '\u{309}'),
    (0xD5, 'Ơ'),
    (0xDD, 'Ư'),
    (0xDE, '\u{303}'),
    (0xE3, 'ă'),
    (0xEC, '\u{301}'),
    (0xF0, 'đ'),
    (0xF2, '\u{323}'),
    (0xF5, 'ơ'),
    (0xFD, 'ư'),
    (0xFE, '₫'),
];

/// VNI letters of one byte, in small letters; the capital is 0x20 before it.
const VNI_ALONE: &[(u8, char)] = &[
    (0xE6, 'ỉ'),
    (0xEC, 'ì'),
    (0xED, 'í'),
    (0xEE, 'ỵ'),
    (0xF1, 'đ'),
    (0xF2, 'ị'),
    (0xF3, 'ĩ'),
    (0xF4, 'ơ'),
    (0xF6, 'ư'),
];

/// VNI marks after a vowel: what the vowel then bears, quality before tone. The capital of a mark
/// is 0x20 before it and means the same.
const VNI_MARKS: &[(u8, &str)] = &[
    (0xF9, "\u{301}"),
    (0xF8, "\u{300}"),
    (0xFB, "\u{309}"),
    (0xF5, "\u{303}"),
    (0xEF, "\u{323}"),
    (0xE2, "\u{302}"),
    (0xE1, "\u{302}\u{301}"),
    (0xE0, "\u{302}\u{300}"),
    (0xE5, "\u{302}\u{309}"),
    (0xE3, "\u{302}\u{303}"),
    (0xE4, "\u{302}\u{323}"),
    (0xEA, "\u{306}"),
    (0xE9, "\u{306}\u{301}"),
    (0xE8, "\u{306}\u{300}"),
    (0xFA, "\u{306}\u{309}"),
    (0xFC, "\u{306}\u{303}"),
    (0xEB, "\u{306}\u{323}"),
];

/// One letter for one byte; [`NO_LETTER`] where there is none.
pub(super) type Table = [char; 256];
pub(super) const NO_LETTER: char = '\0';

pub(super) static TCVN_TABLE: LazyLock<Table> = LazyLock::new(|| table(&TCVN, TCVN_LOW));
pub(super) static VISCII_TABLE: LazyLock<Table> = LazyLock::new(|| table(&VISCII, VISCII_LOW));
pub(super) static VPS_TABLE: LazyLock<Table> = LazyLock::new(|| table(&VPS, VPS_LOW));
pub(super) static WINDOWS_1258_TABLE: LazyLock<Table> = LazyLock::new(|| table(&[], WINDOWS_1258));
pub(super) static VNI_TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut res = table(&[], VNI_ALONE);
    for &(byte, letter) in VNI_ALONE {
        let upper = letter.to_uppercase().next();
        res[usize::from(byte - 0x20)] = upper.expect("each of them has a capital");
    }
    res
});

fn table(rows: &[&str], others: &[(u8, char)]) -> Table {
    let mut res = [NO_LETTER; 256];
    let letters = rows.iter().flat_map(|it| it.chars());
    for (place, letter) in res[0x80..].iter_mut().zip(letters).filter(|it| it.1 != ' ') {
        *place = letter;
    }
    for &(byte, letter) in others {
        res[usize::from(byte)] = letter;
    }
    res
}

/// What a VNI mark adds to the vowel before it; `None` if that vowel never bears it.
pub(super) fn vni_mark(vowel: char, byte: u8) -> Option<&'static str> {
    let small = if (0xC0..0xE0).contains(&byte) { byte + 0x20 } else { byte };
    let marks = VNI_MARKS.iter().find(|it| it.0 == small)?.1;
    let bears = match marks.chars().next()? {
        '\u{306}' => "aA",
        '\u{302}' => "aAeEoO",
        _ => "aAeEoOuUyYơƠưƯ",
    };
    bears.contains(vowel).then_some(marks)
}
