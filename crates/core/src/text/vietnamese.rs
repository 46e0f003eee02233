//! Vietnamese syllables: their parts, where the tone stands, and Telex keystrokes left in a text.
//!
//! A syllable is an onset, a rime and a tone (STANDARDS 10.2). Nearly every spelling error breaks
//! that pattern, so validity is the test of every repair here. All words are in small letters, NFC.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::char::{compose, decompose_canonical};

/// Longest first, so that "ngh" is not taken for "ng".
const ONSETS: &[&str] = &[
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g",
    "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];

/// Every rime, without tone. After `qu` and `gi` the rime begins behind the u or i.
const RIMES: &[&str] = &[
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "ec",
    "em", "en", "eng", "eo", "ep", "et", "i", "ia", "ich", "im", "in", "inh", "ip", "it", "iu",
    "iêc", "iêm", "iên", "iêng", "iêp", "iêt", "iêu", "o", "oa", "oac", "oach", "oai", "oam",
    "oan", "oang", "oanh", "oao", "oap", "oat", "oay", "oc", "oe", "oem", "oen", "oeo", "oet",
    "oi", "om", "on", "ong", "ooc", "oong", "op", "ot", "oăc", "oăm", "oăn", "oăng", "oăt", "u",
    "ua", "uc", "ui", "um", "un", "ung", "up", "ut", "uy", "uya", "uych", "uyn", "uynh", "uyp",
    "uyt", "uyu", "uyên", "uyêt", "uân", "uâng", "uât", "uây", "uê", "uêch", "uên", "uênh", "uêu",
    "uôc", "uôi", "uôm", "uôn", "uông", "uôt", "uơ", "y", "ych", "ynh", "yt", "yêm", "yên", "yêng",
    "yêt", "yêu", "âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây", "ê", "êch", "êm", "ên", "êng",
    "ênh", "êp", "êt", "êu", "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt", "ăc", "ăm", "ăn",
    "ăng", "ăp", "ăt", "ơ", "ơi", "ơm", "ơn", "ơp", "ơt", "ư", "ưa", "ưc", "ưi", "ưm", "ưng", "ưt",
    "ưu", "ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt", "ươu",
];

/// Syllables are short: "nghiêng" has seven letters.
const SYLLABLE_LETTERS_MAX: usize = 7;

/// The tone marks, and the Telex and VNI keys for each.
const TONES: &[(char, char)] =
    &[('\u{300}', 'f'), ('\u{301}', 's'), ('\u{309}', 'r'), ('\u{303}', 'x'), ('\u{323}', 'j')];

/// Is this a well-formed syllable, with all its diacritics?
pub fn is_syllable(word: &str) -> bool {
    split_tone(word).is_some_and(|(letters, tone)| {
        let stopped = letters.ends_with(['c', 'p', 't']) || letters.ends_with("ch");
        let may_stop = matches!(tone, None | Some('\u{301}' | '\u{323}'));
        (!stopped || may_stop) && has_rime(&letters)
    })
}

/// Could this be a syllable whose diacritics were left out?
pub fn is_bare_syllable(word: &str) -> bool {
    if !word.is_ascii() || SYLLABLE_LETTERS_MAX < word.len() || word.is_empty() {
        return false;
    }
    let onset = bare_onset(word);
    let tails = [&word[onset..], word];
    tails.iter().any(|it| is_bare_rime(it))
        // "gi", "gin": the i belongs to both.
        || (word.starts_with("gi") && is_bare_rime(&word[1..]))
}

fn bare_onset(word: &str) -> usize {
    let onset = ONSETS.iter().find(|it| it.is_ascii() && word.starts_with(**it));
    onset.map_or(0, |it| it.len())
}

/// The rimes without quality marks, told by shape: vowels, then a coda.
fn is_bare_rime(rime: &str) -> bool {
    let end = rime.find(|it: char| !"aeiouy".contains(it)).unwrap_or(rime.len());
    let (vowels, coda) = rime.split_at(end);
    let open = matches!(coda, "");
    let closed = matches!(coda, "c" | "ch" | "m" | "n" | "ng" | "nh" | "p" | "t");
    match vowels {
        "a" | "e" | "i" | "o" | "u" | "y" => open || closed,
        "oa" | "oe" | "ie" | "uo" | "uy" | "ye" | "uye" | "ua" | "ue" => open || closed,
        "ai" | "ao" | "au" | "ay" | "eo" | "eu" | "ia" | "iu" | "oi" | "ui" | "uu" => open,
        "ieu" | "yeu" | "oai" | "oay" | "oao" | "oeo" | "uya" | "uyu" | "uoi" | "uou" | "uay" => {
            open
        }
        _ => false,
    }
}

fn has_rime(letters: &str) -> bool {
    static SET: LazyLock<HashSet<&str>> = LazyLock::new(|| RIMES.iter().copied().collect());
    let whole_g = letters.strip_prefix('g').filter(|it| it.starts_with('i'));
    if whole_g.is_some_and(|it| SET.contains(it)) {
        return true;
    }
    let onset = ONSETS.iter().find(|it| letters.starts_with(**it));
    onset.is_some_and(|it| SET.contains(&letters[it.len()..]))
}

/// Every syllable that [`is_syllable`] knows, without its tone.
pub fn toneless_syllables() -> impl Iterator<Item = String> {
    let all =
        ONSETS.iter().flat_map(|onset| RIMES.iter().map(move |rime| format!("{onset}{rime}")));
    // "g" before a rime with i is one of its own: "gì".
    let of_g = RIMES.iter().filter(|it| it.starts_with('i')).map(|it| format!("g{it}"));
    all.chain(of_g).filter(|it| is_syllable(it))
}

/// The letters without the tone, and the tone. `None` if it has two tones or is too long.
fn split_tone(word: &str) -> Option<(String, Option<char>)> {
    let (mut letters, mut tone, mut n_letters) = (String::with_capacity(word.len()), None, 0);
    for it in word.chars() {
        n_letters += 1;
        if SYLLABLE_LETTERS_MAX < n_letters {
            return None;
        }
        if it.is_ascii() || it == 'đ' {
            letters.push(it);
            continue;
        }
        let (bare, mark) = without_tone(it);
        if mark.is_some() && tone.is_some() {
            return None;
        }
        tone = tone.or(mark);
        letters.push(bare);
    }
    Some((letters, tone))
}

/// One letter without its tone; its quality mark stays.
fn without_tone(letter: char) -> (char, Option<char>) {
    let (mut bare, mut tone) = ('\0', None);
    decompose_canonical(letter, |part| {
        if TONES.iter().any(|(mark, _)| *mark == part) {
            tone = Some(part);
        } else if bare == '\0' {
            bare = part;
        } else {
            bare = compose(bare, part).unwrap_or(bare);
        }
    });
    (bare, tone)
}

/// The word with its tone where the newer spelling puts it; `None` when nothing has to move.
pub fn place_tone(word: &str) -> Option<String> {
    if word.is_ascii() {
        return None;
    }
    let (letters, tone) = split_tone(word)?;
    let placed = with_tone(&letters, tone?)?;
    (placed != word).then_some(placed)
}

/// Puts a tone on the letters of a syllable.
fn with_tone(letters: &str, tone: char) -> Option<String> {
    let mut chars: Vec<char> = letters.chars().collect();
    let idx = tone_idx(&chars)?;
    chars[idx] = compose_tone(chars[idx], tone)?;
    Some(chars.into_iter().collect())
}

fn compose_tone(letter: char, tone: char) -> Option<char> {
    // The dot below has a lower class than the circumflex, so ê + dot is not one canonical step.
    let text: String = [letter, tone].iter().collect();
    let mut composed = unicode_normalization::UnicodeNormalization::nfc(text.chars());
    let res = composed.next()?;
    composed.next().is_none().then_some(res)
}

fn is_vowel(it: char) -> bool {
    "aăâeêioôơuưy".contains(it)
}

/// STANDARDS 10.2: the last letter with a quality mark; else by coda and number of vowels.
fn tone_idx(chars: &[char]) -> Option<usize> {
    let mut start = chars.iter().position(|&it| is_vowel(it))?;
    let another = |idx: usize| chars.get(idx + 1).is_some_and(|&it| is_vowel(it));
    let after_q = 0 < start && chars[start - 1] == 'q' && chars[start] == 'u';
    let after_g = start == 1 && chars[0] == 'g' && chars[start] == 'i';
    if (after_q || after_g) && another(start) {
        start += 1;
    }
    let n_vowels = chars[start..].iter().take_while(|&&it| is_vowel(it)).count();
    let vowels = &chars[start..start + n_vowels];
    if chars[start + n_vowels..].iter().any(|&it| is_vowel(it)) {
        return None; // Two groups of vowels: not one syllable.
    }
    let marked = vowels.iter().rposition(|it| "ăâêôơư".contains(*it));
    if let Some(idx) = marked {
        return Some(start + idx);
    }
    let has_coda = start + n_vowels < chars.len();
    let offset = match (n_vowels, has_coda) {
        (1, _) => 0,
        (_, true) => n_vowels - 1,
        (2, false) => usize::from(matches!(vowels, ['o', 'a' | 'e'] | ['u', 'y'])),
        (3, false) => 1,
        _ => return None,
    };
    Some(start + offset)
}

/// The syllable that these Telex keystrokes write, if they are keystrokes and not a word:
/// "nguwowif" is "người". A word that already is a syllable without diacritics is left alone.
pub fn decode_telex(word: &str) -> Option<String> {
    let n_keys = word.len();
    if !(2..=11).contains(&n_keys) || !word.bytes().all(|it| it.is_ascii_lowercase()) {
        return None;
    }
    if is_bare_syllable(word) {
        return None;
    }
    let (letters, tone) = press_keys(word)?;
    let res = match tone {
        Some(tone) => with_tone(&letters, tone)?,
        None => letters,
    };
    (res != word && is_syllable(&res)).then_some(res)
}

/// The same for VNI keystrokes, where digits stand for marks: "nguo7i2", "Vie6t5".
pub fn decode_vni(word: &str) -> Option<String> {
    decode_marks(word, |it| match it {
        '1' => Some('s'),
        '2' => Some('f'),
        '3' => Some('r'),
        '4' => Some('x'),
        '5' => Some('j'),
        '6' => Some('^'),
        '7' | '8' => Some('w'),
        '9' => Some('d'),
        _ => None,
    })
}

/// The same for VIQR, where punctuation does (RFC 1456): "ngu+o+`i", "Vie^.t".
pub fn decode_viqr(word: &str) -> Option<String> {
    decode_marks(word, |it| match it {
        '\'' => Some('s'),
        '`' => Some('f'),
        '?' => Some('r'),
        '~' => Some('x'),
        '.' => Some('j'),
        '^' => Some('^'),
        '(' | '+' => Some('w'),
        _ => None,
    })
}

/// Writes marks as Telex keys and reads those; '^' repeats the vowel before it.
fn decode_marks(word: &str, key_of: impl Fn(char) -> Option<char>) -> Option<String> {
    let mut keys = String::with_capacity(word.len());
    let mut n_marks = 0;
    for it in word.chars() {
        match key_of(it) {
            Some('^') => keys.extend(keys.chars().rev().find(|it| is_vowel(*it))),
            Some(key) => keys.push(key),
            None if it.is_ascii_lowercase() => {
                keys.push(it);
                continue;
            }
            None => return None,
        }
        n_marks += 1;
    }
    let is_written = word.starts_with(|it: char| it.is_ascii_lowercase());
    if 0 < n_marks && is_written { decode_telex(&keys) } else { None }
}

/// The syllable that a scanner or a font has damaged: a digit for a letter, one letter for another,
/// a tone that the end of the syllable does not allow ("tồc" is "tốc"). `None` for what is a
/// syllable as it stands, and for what becomes none.
pub fn repair_ocr(word: &str) -> Option<String> {
    const LOOK_ALIKE: &[(&str, &str)] = &[
        ("ð", "đ"),
        ("rn", "m"),
        ("6", "ô"),
        ("6", "ó"),
        ("0", "o"),
        ("1", "l"),
        ("1", "i"),
        ("l", "i"),
        ("vv", "w"),
        ("ii", "u"),
        ("ı", "i"),
        ("ŏ", "ô"),
        ("ǎ", "ă"),
    ];
    let is_damaged = !word.is_ascii()
        || word.bytes().any(|it| it.is_ascii_digit())
            && word.bytes().any(|it| it.is_ascii_alphabetic());
    if !is_damaged || 2 * SYLLABLE_LETTERS_MAX < word.len() || is_syllable(word) {
        return None;
    }
    let changed =
        LOOK_ALIKE.iter().filter(|it| word.contains(it.0)).map(|it| word.replace(it.0, it.1));
    let tone = split_tone(word).filter(|it| it.1.is_some());
    let turned = tone.and_then(|(letters, _)| with_tone(&letters, '\u{301}'));
    changed.chain(turned).find(|it| is_syllable(it))
}

/// What the keys leave on the screen: letters with quality marks, and the tone.
fn press_keys(word: &str) -> Option<(String, Option<char>)> {
    let (mut letters, mut tone): (Vec<char>, Option<char>) = (Vec::with_capacity(8), None);
    for key in word.chars() {
        let has_vowel = letters.iter().any(|&it| is_vowel(it));
        let mark = TONES.iter().find(|(_, it)| *it == key).map(|(mark, _)| *mark);
        if has_vowel && let Some(mark) = mark {
            if tone.replace(mark).is_some() {
                return None;
            }
            continue;
        }
        match key {
            'w' => add_horn(&mut letters)?,
            'd' if letters == ['d'] => letters[0] = 'đ',
            'd' if letters.first() == Some(&'d') && has_vowel => letters[0] = 'đ',
            'a' | 'e' | 'o' if !add_hat(&mut letters, key) => letters.push(key),
            'a' | 'e' | 'o' => {}
            other => letters.push(other),
        }
    }
    // "nguwoif", "nguowif": one horn key is enough for both letters when something follows them.
    let letters: String = letters.into_iter().collect();
    let half = ["ưo", "uơ"].into_iter().find(|it| {
        letters.find(it).is_some_and(|at| at + it.len() < letters.len()) && !letters.contains("qu")
    });
    Some((half.map_or_else(|| letters.clone(), |it| letters.replace(it, "ươ")), tone))
}

/// aa ee oo, also when the second one comes after the coda ("tieenf", "tiene").
fn add_hat(letters: &mut [char], key: char) -> bool {
    let hat = match key {
        'a' => 'â',
        'e' => 'ê',
        _ => 'ô',
    };
    let last_vowel = letters.iter().rposition(|&it| is_vowel(it));
    match last_vowel {
        Some(idx) if letters[idx] == key => {
            letters[idx] = hat;
            true
        }
        _ => false,
    }
}

/// w after u, o, a; "uo" gets both horns; alone it is ư.
fn add_horn(letters: &mut Vec<char>) -> Option<()> {
    let Some(idx) = letters.iter().rposition(|&it| is_vowel(it)) else {
        letters.push('ư');
        return Some(());
    };
    match letters[idx] {
        'a' if 0 < idx && letters[idx - 1] == 'u' && letters[0] != 'q' => letters[idx - 1] = 'ư',
        'a' => letters[idx] = 'ă',
        'o' => {
            letters[idx] = 'ơ';
            if 0 < idx && letters[idx - 1] == 'u' && letters[0] != 'q' && idx + 1 < letters.len() {
                letters[idx - 1] = 'ư';
            }
        }
        'u' if 0 < idx && letters[idx - 1] == 'u' => letters[idx - 1] = 'ư',
        'u' => letters[idx] = 'ư',
        'i' if 0 < idx && letters[idx - 1] == 'o' => {
            letters[idx - 1] = 'ơ';
            if 1 < idx && letters[idx - 2] == 'u' {
                letters[idx - 2] = 'ư';
            }
        }
        'i' if 0 < idx && letters[idx - 1] == 'u' => letters[idx - 1] = 'ư',
        _ => return None,
    }
    Some(())
}

/// Vietnamese words that say nothing by themselves.
pub(crate) const COMMON: &[&str] = &[
    "a", "ạ", "à", "ấy", "bị", "các", "cái", "có", "của", "cũng", "cho", "chỉ", "do", "đã", "đang",
    "đây", "đấy", "để", "đến", "đi", "đó", "được", "em", "gì", "hay", "hết", "khi", "là", "lại",
    "lắm", "lên", "luôn", "mà", "mình", "mọi", "một", "mới", "nè", "này", "nên", "nếu", "nha",
    "nhé", "như", "những", "nói", "nghe", "ơi", "ở", "ra", "rằng", "rất", "rồi", "sẽ", "sự", "ta",
    "tại", "theo", "thế", "thì", "thấy", "tôi", "trong", "từ", "và", "vào", "vẫn", "vậy", "về",
    "vì", "việc", "vừa", "với", "xong", "xuống",
];

/// Words of the south and other spellings, each with the one that is compared instead. Ours; only what
/// has the same meaning everywhere.
pub(crate) const DIALECT: &[(&str, &str)] = &[
    ("bắp", "ngô"),
    ("bịnh", "bệnh"),
    ("bông", "hoa"),
    ("chén", "bát"),
    ("chánh", "chính"),
    ("dĩa", "đĩa"),
    ("ghe", "thuyền"),
    ("hằng", "mỗi"),
    ("heo", "lợn"),
    ("má", "mẹ"),
    ("mè", "vừng"),
    ("muỗng", "thìa"),
    ("mướn", "thuê"),
    ("nhứt", "nhất"),
    ("nón", "mũ"),
    ("vô", "vào"),
    ("xài", "dùng"),
];

/// The word that a word of a dialect is compared as.
pub(crate) fn standard(word: &str) -> Option<&'static str> {
    DIALECT.iter().find(|it| it.0 == word).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tone_stands_where_the_newer_spelling_puts_it() {
        for (from, to) in [
            ("hòa", "hoà"),
            ("khỏe", "khoẻ"),
            ("thủy", "thuỷ"),
            ("qúy", "quý"),
            ("gìa", "già"),
            ("toàn", "toàn"),
            ("mía", "mía"),
            ("của", "của"),
            ("ngoài", "ngoài"),
            ("khuỷu", "khuỷu"),
            ("giếng", "giếng"),
            ("gì", "gì"),
            ("người", "người"),
            ("tuần", "tuần"),
            ("quá", "quá"),
            ("việt", "việt"),
            ("thuở", "thuở"),
        ] {
            let placed = place_tone(from).unwrap_or_else(|| from.to_owned());
            assert_eq!(placed, to, "from {from}");
        }
    }

    #[test]
    fn a_word_that_is_no_syllable_keeps_its_marks() {
        for word in ["café", "ngườiơi", "élan", "über"] {
            let once = place_tone(word).unwrap_or_else(|| word.to_owned());
            assert_eq!(place_tone(&once), None, "{word}");
        }
    }

    #[test]
    fn syllables_are_told_from_other_words() {
        for word in ["nghiêng", "gì", "giếng", "quốc", "yêu", "ưu", "đường", "khuya", "thuyền", "ở"]
        {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["hàt", "strong", "nguờì", "fbi", "wá", "đng", "tuh", "gnuy"] {
            assert!(!is_syllable(word), "{word}");
        }
        for word in ["khong", "nguoi", "duong", "quoc", "gi", "nghieng", "yeu"] {
            assert!(is_bare_syllable(word), "{word}");
        }
        for word in ["the", "vote", "nguowif", "was", "dos"] {
            assert!(!is_bare_syllable(word) || word == "the", "{word}");
        }
    }

    #[test]
    fn all_toneless_syllables_are_told() {
        let all: HashSet<String> = toneless_syllables().collect();
        for word in ["a", "gi", "giêng", "nghiêng", "quôc", "đương", "thuyên", "yêu"] {
            assert!(all.contains(word), "{word}");
        }
        assert!(all.iter().all(|it| is_syllable(it)) && !all.contains("người"));
        assert!((3_000..6_000).contains(&all.len()), "{}", all.len());
    }

    #[test]
    fn vni_and_viqr_are_read() {
        for (keys, word) in [
            ("nguo7i2", "người"),
            ("vie6t5", "việt"),
            ("d9u7o7ng2", "đường"),
            ("to6i", "tôi"),
            ("sa81c", "sắc"),
        ] {
            assert_eq!(decode_vni(keys).as_deref(), Some(word), "{keys}");
        }
        for (keys, word) in
            [("ngu+o+`i", "người"), ("vie^.t", "việt"), ("ddu+o+`ng", "đường"), ("na(m", "năm")]
        {
            assert_eq!(decode_viqr(keys).as_deref(), Some(word), "{keys}");
        }
        for word in ["h5n1", "2020", "covid", "u23", "a+b"] {
            assert_eq!(decode_vni(word).or_else(|| decode_viqr(word)), None, "{word}");
        }
    }

    #[test]
    fn what_a_scanner_damaged_is_repaired_by_what_can_be_a_syllable() {
        for (damaged, word) in [
            ("tồc", "tốc"),
            ("kh6ng", "không"),
            ("rnột", "một"),
            ("ðường", "đường"),
            ("h0àng", "hoàng"),
        ] {
            assert_eq!(repair_ocr(damaged).as_deref(), Some(word), "{damaged}");
        }
        for word in ["tốc", "h5n1", "covid", "2020", "strong", "café"] {
            assert_eq!(repair_ocr(word), None, "{word}");
        }
    }

    #[test]
    fn telex_keystrokes_are_read() {
        for (keys, word) in [
            ("nguwowif", "người"),
            ("ddooj", "độ"),
            ("tieenf", "tiền"),
            ("nuwx", "nữ"),
            ("bieets", "biết"),
            ("chuwowng", "chương"),
            ("luwowtj", "lượt"),
            ("hoangf", "hoàng"),
            ("mej", "mẹ"),
            ("ddur", "đủ"),
            ("suwax", "sữa"),
            ("tuaanf", "tuần"),
            ("sawcs", "sắc"),
            ("giuwax", "giữa"),
            ("ddieeuf", "điều"),
            ("mowr", "mở"),
            ("nguwoif", "người"),
        ] {
            assert_eq!(decode_telex(keys).as_deref(), Some(word), "{keys}");
        }
        for word in ["khong", "nam", "vote", "facebook", "strings", "x"] {
            assert_eq!(decode_telex(word), None, "{word}");
        }
    }
}
