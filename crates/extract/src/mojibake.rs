//! UTF-8 that was once read as Windows-1252, Windows-1258 or Latin-1, and kept so: "Viá»‡t".
//!
//! What is undone is certain: the characters go back to bytes that are valid UTF-8, and nearly no
//! other letter of the line is beyond ASCII. A text that went through it twice is undone twice.

use crate::legacy::western::byte_of;

/// How often a text may have been through it. More was never seen.
const ROUNDS_MAX: usize = 3;

/// Repairs what is certain; whether anything was.
pub(crate) fn repair(texts: &mut [&mut String]) -> bool {
    let mut res = false;
    for _ in 0..ROUNDS_MAX {
        // Damage that could as well be punctuation is told by other damage in the same texts.
        let is_known = texts.iter().flat_map(|it| it.lines()).any(|it| Marks::of(it).is_certain());
        if !is_known {
            break;
        }
        for text in texts.iter_mut() {
            **text = text.split_inclusive('\n').map(repaired).collect();
        }
        res = true;
    }
    res
}

fn repaired(line: &str) -> String {
    let marks = Marks::of(line);
    if !marks.is_certain() && (marks.n_weak == 0 || marks.n_other > 0) {
        return line.to_owned();
    }
    let mut res = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let found = hit(rest);
        match found {
            Some(it) => res.push(it.letter),
            None => res.push(first),
        }
        rest = &rest[found.map_or(first.len_utf8(), |it| it.n_bytes)..];
    }
    res
}

/// What a line has beyond ASCII.
#[derive(Default)]
struct Marks {
    /// Sequences that nobody writes.
    n_strong: usize,
    /// Sequences that are a letter before punctuation as well: "Ä…", "Ã”".
    n_weak: usize,
    /// Letters in no sequence.
    n_other: usize,
}

impl Marks {
    fn of(line: &str) -> Self {
        let mut res = Self::default();
        let mut rest = line;
        // Only ASCII can be stepped over byte by byte.
        while let Some(at) = rest.bytes().position(|it| !it.is_ascii()) {
            rest = &rest[at..];
            let first = rest.chars().next().map_or(1, char::len_utf8);
            let found = hit(rest);
            match found {
                Some(it) if it.is_strong => res.n_strong += 1,
                Some(_) => res.n_weak += 1,
                None => res.n_other += usize::from(rest.starts_with(char::is_alphabetic)),
            }
            rest = &rest[found.map_or(first, |it| it.n_bytes)..];
        }
        res
    }

    fn is_certain(&self) -> bool {
        self.n_strong > 0 && 4 * self.n_other <= self.n_strong
    }
}

#[derive(Clone, Copy)]
struct Hit {
    letter: char,
    /// Bytes of the damaged text.
    n_bytes: usize,
    is_strong: bool,
}

/// The character whose UTF-8 bytes a text begins with, one character a byte.
fn hit(text: &str) -> Option<Hit> {
    let mut chars = text.chars();
    let first = chars.next().filter(|it| !it.is_ascii())?;
    let lead = byte(first)?;
    let n_more = match lead {
        0xC2..=0xC6 | 0xCC => 1,
        0xE0..=0xEF => 2,
        0xF0 => 3,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    let (mut n_bytes, mut is_strong) = (first.len_utf8(), false);
    for place in bytes.iter_mut().skip(1).take(n_more) {
        let it = chars.next()?;
        *place = byte(it).filter(|it| (0x80..0xC0).contains(it))?;
        n_bytes += it.len_utf8();
        is_strong |= !follows_a_letter(it);
    }
    let letter = std::str::from_utf8(&bytes[..=n_more]).ok()?.chars().next()?;
    is_expected(letter).then_some(Hit { letter, n_bytes, is_strong })
}

/// Its byte in Windows-1252, Latin-1 or, where that differs, Windows-1258.
fn byte(it: char) -> Option<u8> {
    Some(match it {
        'Ă' => 0xC3,
        'ă' => 0xE3,
        'Đ' => 0xD0,
        'đ' => 0xF0,
        'Ơ' => 0xD5,
        'ơ' => 0xF5,
        'Ư' => 0xDD,
        'ư' => 0xFD,
        '\u{300}' => 0xCC,
        '\u{301}' => 0xEC,
        _ => return byte_of(it),
    })
}

/// Punctuation that stands behind a letter in honest texts.
fn follows_a_letter(it: char) -> bool {
    crate::legacy::western::is_punctuation(it) || matches!(it, '‚' | '™' | '®')
}

/// What is written in the desk's languages and their neighbours'. Others make sequences that are
/// words elsewhere.
fn is_expected(it: char) -> bool {
    matches!(it,
        // From the control codes on: they are what is left of letters that went through it twice.
        '\u{80}'..='\u{1B0}'
        | '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'
        | '\u{1E00}'..='\u{1EFF}'
        | '\u{2000}'..='\u{206F}'
        | '\u{20A0}'..='\u{20BF}'
        | '\u{2100}'..='\u{27BF}'
        | '\u{2B00}'..='\u{2BFF}'
        | '\u{3000}'..='\u{30FF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{FE0F}' | '\u{FEFF}'
        | '\u{1F000}'..='\u{1FAFF}')
}
