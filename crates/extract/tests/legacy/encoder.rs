//! Unicode to the Vietnamese encodings older than it: what the tests and the benchmark read back.

use std::collections::HashMap;

use serde_json::Value;

const TABLES: &str = include_str!("vi_legacy_tables.json");

/// What Windows programs write beside letters, as bytes of Windows-1252 and as plain ASCII.
const PUNCTUATION: [(char, u8, &str); 9] = [
    ('“', 0x93, "\""),
    ('”', 0x94, "\""),
    ('‘', 0x91, "'"),
    ('’', 0x92, "'"),
    ('–', 0x96, "-"),
    ('—', 0x97, "-"),
    ('…', 0x85, "..."),
    ('•', 0x95, "*"),
    ('\u{A0}', 0xA0, " "),
];

/// A way of writing Vietnamese in bytes.
pub struct Encoder {
    /// What it is called here.
    pub name: &'static str,
    /// What the library calls the encoding.
    pub found_as: &'static str,
    /// Whether capitals come back as capitals.
    pub keeps_case: bool,
    letters: HashMap<char, Vec<u8>>,
    has_windows_punctuation: bool,
    has_escapes: bool,
}

impl Encoder {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let tables: Value = serde_json::from_str(TABLES).expect("the tables are JSON");
        let table = |name: &str| letters(&tables[name]);
        let tcvn = table("iconv:TCVN5712-1");
        let mut vni = table("recode:VNI");
        let swapped = (vni[&'Ắ'].clone(), vni[&'Ằ'].clone());
        vni.insert('Ằ', swapped.0);
        vni.insert('Ắ', swapped.1);
        let mut vps = table("recode:VPS");
        vps.insert('Ỗ', vec![0x99]);
        let new = |name, found_as, letters| Self {
            name,
            found_as,
            letters,
            keeps_case: true,
            has_windows_punctuation: false,
            has_escapes: false,
        };
        let windows = |it: Self| Self { has_windows_punctuation: true, ..it };
        let tcvn3 = new("TCVN3", "TCVN3 (ABC)", tcvn3(&tcvn));
        vec![
            windows(Self { keeps_case: false, ..tcvn3 }),
            new("TCVN 5712-1", "TCVN3 (ABC)", tcvn.clone()),
            windows(new("TCVN 5712-2", "TCVN3 (ABC)", tcvn_2(&tcvn))),
            windows(new("VNI-Windows", "VNI-Windows", vni)),
            new("VPS", "VPS", vps),
            new("VISCII", "VISCII", table("iconv:VISCII")),
            windows(new("Windows-1258", "Windows-1258", table("iconv:CP1258"))),
            Self { has_escapes: true, ..new("VIQR", "VIQR", table("recode:VIQR")) },
        ]
    }

    /// The 134 letters of Vietnamese beyond ASCII.
    pub fn alphabet(&self) -> Vec<char> {
        let mut all: Vec<char> = self.letters.keys().copied().collect();
        all.sort_unstable();
        all
    }

    /// The text in this encoding; a question mark for what it cannot write.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        let mut res: Vec<u8> = Vec::with_capacity(text.len());
        for it in text.chars() {
            if let Some(bytes) = self.letters.get(&it) {
                res.extend_from_slice(bytes);
                continue;
            }
            let known = PUNCTUATION.iter().find(|known| known.0 == it);
            match known {
                // RFC 1456: what could be a tone is escaped.
                _ if self.has_escapes && ".?'".contains(it) && ends_with_vowel(&res) => {
                    res.extend([b'\\', it as u8]);
                }
                _ if it.is_ascii() => res.push(it as u8),
                Some(known) if self.has_windows_punctuation => res.push(known.1),
                Some(known) => res.extend_from_slice(known.2.as_bytes()),
                None => res.push(b'?'),
            }
        }
        res
    }

    /// The text as it can come back at all: without what the encoding cannot write.
    pub fn writable(&self, text: &str) -> String {
        let mut res = String::with_capacity(text.len());
        for it in text.chars() {
            let known = PUNCTUATION.iter().find(|known| known.0 == it);
            match known {
                _ if it.is_ascii() || self.letters.contains_key(&it) => res.push(it),
                Some(_) if self.has_windows_punctuation => res.push(it),
                Some(known) => res.push_str(known.2),
                None => res.push('?'),
            }
        }
        if self.keeps_case { res } else { res.to_lowercase() }
    }
}

fn ends_with_vowel(bytes: &[u8]) -> bool {
    let is_mark = |it: &&u8| !b"^(+".contains(it);
    bytes.iter().rev().find(is_mark).is_some_and(|it| b"aeiouyAEIOUY".contains(it))
}

fn letters(table: &Value) -> HashMap<char, Vec<u8>> {
    let rows = table.as_object().expect("a table of letters");
    let row = |(letter, bytes): (&String, &Value)| {
        let hex = bytes.as_str().expect("bytes in hexadecimal");
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
        let bytes = (0..hex.len()).step_by(2).map(byte).collect();
        (letter.chars().next().expect("a letter"), bytes)
    };
    rows.iter().map(row).collect()
}

/// TCVN3 has seven capitals; the others are small letters in a font of capitals.
fn tcvn3(all: &HashMap<char, Vec<u8>>) -> HashMap<char, Vec<u8>> {
    let small = |it: char| it.to_lowercase().next().unwrap_or(it);
    let bytes = |&it: &char| {
        if "ĂÂÊÔƠƯĐ".contains(it) { all[&it].clone() } else { all[&small(it)].clone() }
    };
    all.keys().map(|it| (*it, bytes(it))).collect()
}

/// TCVN 5712-2 has no letters among the control codes; it writes those with a tone behind.
fn tcvn_2(all: &HashMap<char, Vec<u8>>) -> HashMap<char, Vec<u8>> {
    const TONES: [(char, u8); 5] = [
        ('\u{300}', 0xB0),
        ('\u{309}', 0xB1),
        ('\u{303}', 0xB2),
        ('\u{301}', 0xB3),
        ('\u{323}', 0xB4),
    ];
    let mut res = all.clone();
    for (letter, bytes) in &mut res {
        if (0x20..0x80).contains(&bytes[0]) || 0xA0 <= bytes[0] {
            continue;
        }
        let (base, tone) = split(*letter);
        let tone = TONES.iter().find(|it| it.0 == tone).expect("each of them has a tone").1;
        let mut written = all.get(&base).cloned().unwrap_or_else(|| vec![base as u8]);
        written.push(tone);
        *bytes = written;
    }
    res
}

/// A letter without its tone, and the tone.
fn split(letter: char) -> (char, char) {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    let parts: Vec<char> = std::iter::once(letter).nfd().collect();
    let is_tone = |it: &char| is_combining_mark(*it) && !"\u{302}\u{306}\u{31B}".contains(*it);
    let tone = parts.iter().copied().find(is_tone).unwrap_or('\0');
    let base = parts.into_iter().filter(|it| !is_tone(it)).nfc().next().unwrap_or(letter);
    (base, tone)
}
