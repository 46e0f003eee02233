//! From the shadow to digits: each digit with where it stands, however it is written, and the words
//! that tell what a number is.

use super::shadow::{BLOCK, Shadow, is_alnum, is_letter, is_space};

/// The most cells between two digits of one number (an emoji with spaces around it).
const GAP_CELLS_MAX: usize = 5;

/// How a digit is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// As a digit.
    Figure,
    /// As a word: "chín", "nine".
    Word,
    /// As a letter that looks like it: `O`, `l`.
    Letter,
    /// A word that belongs to a number and adds no digit: "mươi", "double".
    Filler,
}

/// What stands between two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing.
    None,
    /// Spaces.
    Space,
    /// A line break.
    Line,
    /// `.`, `-`, `/` …, with or without spaces around it.
    Sign { byte: u8, spaced: bool },
}

/// One digit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) digit: u8,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) how: How,
    /// What stands before it, if it is not the first of its chain.
    pub(super) gap: Gap,
}

/// What a word says about the number beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Phone,
    Identity,
    Account,
    /// Money and banks in general: weaker than "account".
    Bank,
    Card,
    Tax,
    Insurance,
    Passport,
    Plate,
    /// ISBN, DOI: a public number follows.
    Public,
    /// Hotline, switchboard.
    Hotline,
}

/// A word that tells what a number is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cue {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) topic: Topic,
}

/// All digits of a text in chains (between two chains stands a word or a wide gap), and all cues.
pub(super) struct Units {
    pub(super) chains: Vec<Vec<Unit>>,
    pub(super) cues: Vec<Cue>,
}

/// Reads a shadow from left to right.
pub(super) fn read(shadow: &Shadow) -> Units {
    let mut res = Units { chains: Vec::new(), cues: Vec::new() };
    let mut chain: Vec<Unit> = Vec::new();
    let mut last_word: Option<(usize, usize)> = None;
    let mut cell = 0;
    while cell < shadow.len() {
        let byte = shadow.low[cell];
        if byte.is_ascii_digit() {
            add(
                shadow,
                &mut chain,
                &mut res.chains,
                unit(byte - b'0', cell, cell + 1, How::Figure),
            );
            cell += 1;
            continue;
        }
        if !is_letter(byte) {
            cell += 1;
            continue;
        }
        let end = shadow.letters_end(cell);
        let units = word_units(shadow, cell, end, !chain.is_empty());
        if units.is_empty() && !is_spoken_sign(&shadow.low[cell..end]) {
            close(&mut chain, &mut res.chains);
        }
        for it in units {
            add(shadow, &mut chain, &mut res.chains, it);
        }
        if let Some(cue) = cue(shadow, last_word, (cell, end)) {
            res.cues.push(cue);
        }
        last_word = Some((cell, end));
        cell = end;
    }
    close(&mut chain, &mut res.chains);
    res
}

fn unit(digit: u8, from: usize, to: usize, how: How) -> Unit {
    Unit { digit, from, to, how, gap: Gap::None }
}

fn add(shadow: &Shadow, chain: &mut Vec<Unit>, chains: &mut Vec<Vec<Unit>>, mut next: Unit) {
    if let Some(last) = chain.last() {
        match gap(shadow, last.to, next.from) {
            Some(gap) => next.gap = gap,
            None => close(chain, chains),
        }
    }
    if !(chain.is_empty() && next.how == How::Filler) {
        chain.push(next);
    }
}

fn close(chain: &mut Vec<Unit>, chains: &mut Vec<Vec<Unit>>) {
    while chain.last().is_some_and(|it| it.how == How::Filler) {
        chain.pop();
    }
    if !chain.is_empty() {
        chains.push(std::mem::take(chain));
    }
}

/// What stands between two digits, or `None` if they belong to different numbers.
fn gap(shadow: &Shadow, from: usize, to: usize) -> Option<Gap> {
    let between = &shadow.low[from..to];
    if between.is_empty() {
        return Some(Gap::None);
    }
    let n_letters = between.iter().filter(|&&it| is_letter(it)).count();
    let barrier = |it: &u8| matches!(*it, BLOCK | b'@' | b'=' | b'?' | b'%');
    if GAP_CELLS_MAX + n_letters < between.len() || between.iter().any(barrier) {
        return None;
    }
    if 1 < between.iter().filter(|&&it| it == b'\n').count() {
        return None;
    }
    let spaced = between.iter().any(|&it| is_space(it));
    if n_letters != 0 {
        return Some(Gap::Sign { byte: b'.', spaced: false });
    }
    // Of "+84 (0) 912" only that there is a sign matters; the last one stands for all.
    match between.iter().rfind(|&&it| !is_space(it)) {
        Some(&byte) => Some(Gap::Sign { byte, spaced }),
        None if between.contains(&b'\n') => Some(Gap::Line),
        None => Some(Gap::Space),
    }
}

/// The digits that a word stands for: one, or several written together, or look-alike letters.
fn word_units(shadow: &Shadow, from: usize, to: usize, in_chain: bool) -> Vec<Unit> {
    let word = &shadow.low[from..to];
    if let Some(digit) = digit_word(word) {
        return vec![unit(digit, from, to, How::Word)];
    }
    if in_chain && matches!(word, b"muoi" | b"linh" | b"le" | b"double" | b"triple") {
        return vec![unit(0, from, to, How::Filler)];
    }
    let touches_digit = shadow.before(from).is_ascii_digit() || shadow.at(to).is_ascii_digit();
    let all_alike = (from..to).all(|it| alike(shadow.cased[it]).is_some());
    let alone = !is_alnum(shadow.before(from)) && !is_alnum(shadow.at(to));
    if all_alike && (touches_digit || (to - from == 1 && alone)) {
        let one = |it| unit(alike(shadow.cased[it]).unwrap_or(0), it, it + 1, How::Letter);
        return (from..to).map(one).collect();
    }
    // "SĐTO912…": only a zero that was typed as the letter.
    if shadow.at(to).is_ascii_digit() && word.ends_with(b"o") {
        return vec![unit(0, to - 1, to, How::Letter)];
    }
    if word.len() < 6 { Vec::new() } else { joined(word, from) }
}

fn alike(byte: u8) -> Option<u8> {
    match byte {
        b'o' | b'O' => Some(0),
        b'l' | b'I' | b'i' => Some(1),
        _ => None,
    }
}

/// "khongchinmothai": digit words without spaces, all of the word or nothing.
fn joined(word: &[u8], from: usize) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut at = 0;
    while at < word.len() {
        let longest = (at + 2..=word.len().min(at + 6)).rev();
        let Some((end, digit)) =
            longest.filter_map(|end| Some((end, digit_word(&word[at..end])?))).next()
        else {
            return Vec::new();
        };
        units.push(unit(digit, from + at, from + end, How::Word));
        at = end;
    }
    units
}

fn digit_word(word: &[u8]) -> Option<u8> {
    Some(match word {
        b"khong" | b"zero" | b"oh" | b"nought" => 0,
        b"mot" | b"one" => 1,
        b"hai" | b"two" => 2,
        b"ba" | b"three" => 3,
        b"bon" | b"tu" | b"four" => 4,
        b"nam" | b"lam" | b"nham" | b"five" => 5,
        b"sau" | b"six" => 6,
        b"bay" | b"bayr" | b"seven" => 7,
        b"tam" | b"eight" => 8,
        b"chin" | b"nine" => 9,
        _ => return None,
    })
}

/// A word said where a sign would be written: "không chín chấm một hai".
fn is_spoken_sign(word: &[u8]) -> bool {
    matches!(word, b"cham" | b"gach" | b"cach" | b"phay" | b"dot" | b"dash" | b"comma")
}

/// What the word at hand says, alone or with the one before it.
fn cue(shadow: &Shadow, last: Option<(usize, usize)>, word: (usize, usize)) -> Option<Cue> {
    let (from, to) = word;
    let near = last.filter(|it| from - it.1 <= 2);
    let pair = near.map(|it| (&shadow.low[it.0..it.1], &shadow.low[from..to]));
    if let Some(topic) = pair.and_then(|(first, second)| topic_of_two(first, second)) {
        return Some(Cue { from: near?.0, to, topic });
    }
    Some(Cue { from, to, topic: topic_of_one(&shadow.low[from..to])? })
}

fn topic_of_one(word: &[u8]) -> Option<Topic> {
    Some(match word {
        b"sdt" | b"dt" | b"dthoai" | b"phone" | b"tel" | b"mobile" | b"call" | b"zalo"
        | b"viber" | b"whatsapp" | b"sms" | b"alo" | b"dd" | b"goi" => Topic::Phone,
        b"cccd" | b"cmnd" | b"cmt" | b"cmtnd" | b"cancuoc" => Topic::Identity,
        b"stk" | b"tk" | b"iban" | b"acct" | b"sotaikhoan" => Topic::Account,
        b"ck" | b"bank" | b"vietcombank" | b"vcb" | b"techcombank" | b"tcb" | b"bidv"
        | b"agribank" | b"vietinbank" | b"mbbank" | b"mb" | b"acb" | b"vpbank" | b"tpbank"
        | b"sacombank" | b"vib" | b"shb" | b"hdbank" | b"msb" | b"ocb" | b"seabank" | b"momo"
        | b"zalopay" | b"eximbank" | b"lpbank" | b"scb" => Topic::Bank,
        b"mst" => Topic::Tax,
        b"bhxh" | b"bhyt" => Topic::Insurance,
        b"visa" | b"mastercard" | b"napas" | b"jcb" => Topic::Card,
        b"passport" => Topic::Passport,
        b"bks" | b"bsx" | b"plate" => Topic::Plate,
        b"isbn" | b"issn" | b"doi" | b"ean" => Topic::Public,
        b"hotline" => Topic::Hotline,
        _ => return None,
    })
}

fn topic_of_two(first: &[u8], second: &[u8]) -> Option<Topic> {
    Some(match (first, second) {
        (b"dien", b"thoai") | (b"lien", b"he") | (b"di", b"dong") | (b"phone", b"number") => {
            Topic::Phone
        }
        (b"can", b"cuoc")
        | (b"dinh", b"danh")
        | (b"chung", b"minh")
        | (b"id", b"card")
        | (b"identity", b"card")
        | (b"national", b"id")
        | (b"identity", b"number")
        | (b"id", b"number")
        | (b"citizen", b"id") => Topic::Identity,
        (b"tai", b"khoan")
        | (b"account", b"number")
        | (b"bank", b"account")
        | (b"account", b"no") => Topic::Account,
        (b"chuyen", b"khoan") | (b"ngan", b"hang") => Topic::Bank,
        (b"so", b"the")
        | (b"card", b"number")
        | (b"the", b"tin")
        | (b"credit", b"card")
        | (b"debit", b"card") => Topic::Card,
        (b"so", b"thue") | (b"tax", b"code") | (b"tax", b"id") => Topic::Tax,
        (b"bao", b"hiem")
        | (b"social", b"insurance")
        | (b"insurance", b"number")
        | (b"health", b"insurance")
        | (b"insurance", b"card") => Topic::Insurance,
        (b"ho", b"chieu") => Topic::Passport,
        (b"bien", b"so") | (b"bien", b"kiem") | (b"license", b"plate") | (b"number", b"plate") => {
            Topic::Plate
        }
        (b"duong", b"day") | (b"day", b"nong") | (b"tong", b"dai") => Topic::Hotline,
        _ => return None,
    })
}
