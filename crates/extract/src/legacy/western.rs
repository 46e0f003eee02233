//! The byte that a character of Windows-1252 was.
//!
//! A legacy text that was read as Windows-1252 or Latin-1, by a program of long ago or by a browser
//! of today, keeps all its bytes: this is the way back. One way of looking then serves both raw
//! bytes and texts that were pasted into Unicode documents.

/// The characters of the bytes 0x80 to 0x9F; those that the standard leaves open stand for
/// themselves, as the web has it.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The byte of a character, in Windows-1252 or Latin-1; `None` if it is in neither.
pub(crate) fn byte_of(it: char) -> Option<u8> {
    if it <= '\u{FF}' {
        return u8::try_from(u32::from(it)).ok();
    }
    if ('\u{300}'..'\u{2013}').contains(&it) || '\u{2122}' < it {
        return None; // Vietnamese letters are among these: no need to search.
    }
    let idx = C1.iter().position(|&c1| c1 == it)?;
    u8::try_from(0x80 + idx).ok()
}

/// The character of a byte in Windows-1252.
pub(crate) fn char_of(byte: u8) -> char {
    match byte {
        0x80..=0x9F => C1[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// What stands beside words in any text, and is a letter in some legacy encodings as well.
pub(crate) fn is_punctuation(it: char) -> bool {
    matches!(it, '„' | '…' | '‘' | '’' | '“' | '”' | '•' | '–' | '—' | '\u{A0}' | '«' | '»')
}
