//! Addresses: personal profiles, e-mail, handles, also written out ("a còng", "chấm com").
//!
//! Other addresses are blocked in the shadow, so that the long numbers in an article's address are
//! not taken for telephones. Not here: which hosts are publishers (`message::Publishers`).

use super::shadow::{BLOCK, LETTER, Shadow, is_alnum, is_letter, is_space};
use super::{PersonalData, Span};

/// Mail providers that are enough without "dot com".
const PROVIDERS: [&[u8]; 14] = [
    b"gmail",
    b"gmai",
    b"yahoo",
    b"outlook",
    b"hotmail",
    b"icloud",
    b"proton",
    b"protonmail",
    b"ymail",
    b"live",
    b"mail",
    b"zoho",
    b"gmx",
    b"yandex",
];
/// Last labels that are believed even after a dot with a space.
const TOP_LABELS: [&[u8]; 14] = [
    b"com", b"vn", b"net", b"org", b"edu", b"gov", b"info", b"io", b"me", b"co", b"uk", b"us",
    b"biz", b"au",
];

/// Everything of these kinds; what is found, and every other address, is blocked in the shadow.
pub(super) fn find(shadow: &mut Shadow, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    profiles(shadow, &mut found);
    at_signs(shadow, &mut found);
    public_addresses(shadow, &mut found);
    labels(shadow, text, &mut found);
    found
}

fn take(shadow: &mut Shadow, found: &mut Vec<Span>, from: usize, to: usize, kind: PersonalData) {
    shadow.block(from, to);
    found.push(Span { from, to, kind });
}

// ---- profiles -------------------------------------------------------------------------------

/// The top label that makes a word a platform's host.
fn platform(word: &[u8]) -> Option<&'static [&'static [u8]]> {
    Some(match word {
        b"facebook" | b"instagram" | b"tiktok" | b"twitter" | b"x" | b"youtube" | b"linkedin"
        | b"messenger" | b"reddit" | b"vk" | b"weibo" | b"snapchat" => &[b"com"],
        b"fb" => &[b"com", b"me", b"gg"],
        b"threads" => &[b"net", b"com"],
        b"m" | b"t" | b"wa" | b"zalo" | b"telegram" | b"line" => &[b"me"],
        b"instagr" => &[b"am"],
        b"discord" => &[b"gg"],
        _ => return None,
    })
}

/// Paths that lead to no person.
fn is_impersonal(host: &[u8], path: &[u8]) -> bool {
    let starts = |all: &[&[u8]]| all.iter().any(|it| path.starts_with(it));
    match host {
        b"youtube" => !starts(&[b"@", b"channel/", b"c/", b"user/"]),
        b"linkedin" => !starts(&[b"in/", b"pub/"]),
        b"reddit" => !starts(&[b"u/", b"user/"]),
        b"x" | b"twitter" => starts(&[b"search", b"hashtag/", b"home", b"explore", b"i/"]),
        b"facebook" => starts(&[b"hashtag/", b"help", b"policies", b"business/", b"privacy"]),
        b"tiktok" => starts(&[b"tag/", b"music/"]),
        _ => false,
    }
}

fn profiles(shadow: &mut Shadow, found: &mut Vec<Span>) {
    let mut cell = 0;
    while cell < shadow.len() {
        if !is_letter(shadow.low[cell]) {
            cell += 1;
            continue;
        }
        let end = shadow.letters_end(cell);
        match profile(shadow, cell, end) {
            Some((from, to)) => {
                take(shadow, found, from, to, PersonalData::Profile);
                cell = to;
            }
            None => cell = end,
        }
    }
}

fn profile(shadow: &Shadow, from: usize, to: usize) -> Option<(usize, usize)> {
    let tops = platform(&shadow.low[from..to])?;
    if is_alnum(shadow.before(from)) || matches!(shadow.before(from), b'-' | b'_' | b'@') {
        return None;
    }
    let top = dot(shadow, to)?;
    let top_end = shadow.letters_end(top);
    if !tops.contains(&&shadow.low[top..top_end]) {
        return None;
    }
    let path = slash(shadow, top_end)?;
    let path_end = address_end(shadow, path);
    if path_end == path || is_impersonal(&shadow.low[from..to], &shadow.low[path..path_end]) {
        return None;
    }
    Some((address_start(shadow, from), path_end))
}

/// Past a dot in any dress: ".", " . ", "[.]", "(dot)", " chấm ".
fn dot(shadow: &Shadow, at: usize) -> Option<usize> {
    dressed(shadow, at, &[b".", b"dot", b"cham"])
}

/// Past a slash in any dress; a question mark begins a query as well.
fn slash(shadow: &Shadow, at: usize) -> Option<usize> {
    if shadow.at(at) == b'?' {
        return Some(at + 1);
    }
    let end = dressed(shadow, at, &[b"/", b"\\", b"slash", b"xuyet", b"xet", b"gach cheo"])?;
    // "…/" at the end of a sentence is no path; a line break or spelled sign is.
    let spaced = is_space(shadow.before(end)) && shadow.before(end) != b'\n';
    (!spaced || is_space(shadow.at(at))).then_some(end)
}

/// Past one of some signs, bare, in brackets, or with one space on either side.
fn dressed(shadow: &Shadow, at: usize, signs: &[&[u8]]) -> Option<usize> {
    let mut from = at;
    while from < at + 2 && is_space(shadow.at(from)) {
        from += 1;
    }
    let open = matches!(shadow.at(from), b'[' | b'(' | b'{' | b'<');
    let inner = from + usize::from(open);
    let rest = shadow.low.get(inner..)?;
    let sign = signs.iter().find(|it| rest.starts_with(it))?;
    let mut end = inner + sign.len();
    let spelled = is_letter(sign[0]);
    if open {
        if !matches!(shadow.at(end), b']' | b')' | b'}' | b'>') {
            return None;
        }
        end += 1;
    } else if spelled && !(is_space(shadow.before(inner)) && is_space(shadow.at(end))) {
        return None;
    }
    let mut to = end;
    while to < end + 2 && is_space(shadow.at(to)) {
        to += 1;
    }
    (is_alnum(shadow.at(to)) || matches!(shadow.at(to), b'@' | b'_')).then_some(to)
}

/// Back over scheme and subdomains.
fn address_start(shadow: &Shadow, from: usize) -> usize {
    let part = |it: u8| is_alnum(it) || matches!(it, b'.' | b'/' | b':' | b'-');
    let mut start = from;
    while 0 < start && part(shadow.before(start)) {
        start -= 1;
    }
    // What is glued on before the scheme ("xem:https://…") stays.
    let schemes: [&[u8]; 4] = [b"http://", b"https://", b"hxxp://", b"hxxps://"];
    let glued = &shadow.low[start..from];
    let scheme = (0..glued.len()).find(|&it| schemes.iter().any(|s| glued[it..].starts_with(s)));
    let skip = scheme.unwrap_or_else(|| {
        glued.iter().rposition(|it| matches!(it, b'/' | b':')).map_or(0, |it| it + 1)
    });
    let start = start + skip;
    if start < from && shadow.low[start] == b'.' { start + 1 } else { start }
}

/// Forward to the end of a path; a sentence's own signs stay.
fn address_end(shadow: &Shadow, from: usize) -> usize {
    let stop = |it: u8| {
        is_space(it) || matches!(it, BLOCK | b'"' | b'<' | b'>' | b')' | b']' | b'}' | b'|')
    };
    let mut end = (from..shadow.len()).find(|&it| stop(shadow.low[it])).unwrap_or(shadow.len());
    while from < end
        && matches!(shadow.low[end - 1], b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'')
    {
        end -= 1;
    }
    end
}

// ---- e-mail and handles ---------------------------------------------------------------------

/// A place where "at" stands: what it covers, and how sure that is.
struct At {
    from: usize,
    to: usize,
    /// The sign itself, with text glued to the right.
    glued: bool,
    /// Only the word " at ".
    weak: bool,
}

fn at_signs(shadow: &mut Shadow, found: &mut Vec<Span>) {
    let mut cell = 0;
    let mut done = 0;
    while cell < shadow.len() {
        let Some(at) = at_sign(shadow, cell) else {
            cell += 1;
            continue;
        };
        cell = at.to;
        let email = email(shadow, &at, done).map(|it| (it, PersonalData::Email));
        let hit = email.or_else(|| handle(shadow, &at).map(|it| (it, PersonalData::Handle)));
        if let Some(((from, to), kind)) = hit {
            let profile = 0 < from && shadow.low[from - 1] == b'/' && kind == PersonalData::Handle;
            let (from, to, kind) = if profile {
                (host_start(shadow, from), address_end(shadow, to), PersonalData::Profile)
            } else {
                (from, to, kind)
            };
            take(shadow, found, from, to, kind);
            cell = to;
            done = to;
        }
    }
}

/// The start of the address in whose path a handle stands.
fn host_start(shadow: &Shadow, from: usize) -> usize {
    let mut start = from;
    while 0 < start && !is_space(shadow.before(start)) && shadow.before(start) != BLOCK {
        start -= 1;
    }
    while start < from && !is_alnum(shadow.low[start]) {
        start += 1;
    }
    start
}

fn at_sign(shadow: &Shadow, cell: usize) -> Option<At> {
    let rest = &shadow.low[cell..];
    match rest[0] {
        b'@' => Some(At { from: cell, to: cell + 1, glued: true, weak: false }),
        b'(' | b'[' | b'{' | b'<' => {
            let word = [b"at".as_slice(), b"a cong", b"acong", b"a moc", b"@"];
            let word = word.into_iter().find(|it| rest[1..].starts_with(it))?;
            let closed = matches!(rest.get(1 + word.len()), Some(b')' | b']' | b'}' | b'>'));
            let to = cell + 2 + word.len();
            closed.then_some(At { from: cell, to, glued: false, weak: false })
        }
        b'a' if !is_alnum(shadow.before(cell)) => {
            let word = [b"a cong".as_slice(), b"a-cong", b"acong", b"a moc", b"at"];
            let word = word.into_iter().find(|it| rest.starts_with(it))?;
            let to = cell + word.len();
            let weak = word == b"at";
            (!is_alnum(shadow.at(to))).then_some(At { from: cell, to, glued: false, weak })
        }
        _ => None,
    }
}

/// The whole of an e-mail address around an "at", not reaching back before `floor`.
fn email(shadow: &Shadow, at: &At, floor: usize) -> Option<(usize, usize)> {
    let spaces = |it: &usize| is_space(shadow.at(*it));
    let gap_right = (at.to..).take(2).take_while(spaces).count();
    let local_end = at.from - (1..=at.from.min(2)).take_while(|it| spaces(&(at.from - it))).count();
    // "…@name": a sentence ended, a handle begins.
    if shadow.before(local_end) == b'.' {
        return None;
    }
    let domain = domain(shadow, at.to + gap_right)?;
    let glued = at.glued && gap_right == 0 && local_end == at.from;
    let believed = glued
        || domain.provider
        || (1 < domain.n_labels
            && !at.weak
            && (gap_right != 0 || local_end == at.from || !at.glued))
        || (at.weak && domain.dressed);
    if !believed || (at.weak && !domain.dressed && domain.n_labels < 2) {
        return None;
    }
    let from = local_start(shadow, local_end, floor);
    (from < local_end).then_some((from, domain.end))
}

struct Domain {
    end: usize,
    n_labels: usize,
    provider: bool,
    /// A dot was spelled out or set in brackets or spaces.
    dressed: bool,
}

fn domain(shadow: &Shadow, from: usize) -> Option<Domain> {
    let mut end = label_end(shadow, from);
    if end == from {
        return None;
    }
    let first: Vec<u8> = shadow.low[from..end].iter().copied().filter(|it| *it != b' ').collect();
    let provider = PROVIDERS.contains(&first.as_slice());
    let mut res = Domain { end, n_labels: 1, provider, dressed: false };
    while let Some(next) = dot(shadow, end) {
        let next_end = label_end(shadow, next);
        let label = &shadow.low[next..next_end];
        let plain = next == end + 1;
        let letters: Vec<u8> = label.iter().copied().filter(|it| *it != b' ').collect();
        if next_end == next
            || (!plain && !TOP_LABELS.contains(&letters.as_slice()) && res.n_labels > 1)
        {
            break;
        }
        let spelled =
            shadow.low[end..next].iter().any(|it| is_letter(*it) || *it == b'[' || *it == b'(');
        let bare_space = !plain && !spelled;
        if bare_space && !TOP_LABELS.contains(&letters.as_slice()) {
            break;
        }
        res.dressed |= spelled;
        res.n_labels += 1;
        end = next_end;
        res.end = end;
    }
    Some(res)
}

/// One label of a host; single letters with spaces between are one label.
fn label_end(shadow: &Shadow, from: usize) -> usize {
    let part = |it: u8| is_alnum(it) || matches!(it, b'-' | b'_');
    let mut end = from;
    while part(shadow.at(end)) {
        end += 1;
    }
    if end != from + 1 {
        return end;
    }
    while shadow.at(end) == b' ' && is_alnum(shadow.at(end + 1)) && !is_alnum(shadow.at(end + 2)) {
        end += 2;
    }
    end
}

/// Back over the part before the "at", with spelled dots and letters set apart.
fn local_start(shadow: &Shadow, end: usize, floor: usize) -> usize {
    let part = |it: u8| is_alnum(it) || matches!(it, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'');
    let token = |end: usize| {
        let mut start = end;
        while floor < start && part(shadow.before(start)) {
            start -= 1;
        }
        start
    };
    let mut start = token(end);
    if start + 1 == end {
        while floor + 2 <= start
            && shadow.low[start - 1] == b' '
            && is_alnum(shadow.low[start - 2])
            && (start < 3 || !part(shadow.low[start - 3]))
        {
            start -= 2;
        }
    }
    loop {
        let before = &shadow.low[floor.min(start)..start];
        let signs: [&[u8]; 8] =
            [b" cham ", b" dot ", b"(dot)", b"[dot]", b"[.]", b"(.)", b" . ", b" gach duoi "];
        let Some(sign) = signs.iter().find(|it| before.ends_with(it)) else { break };
        let next = token(start - sign.len());
        if next == start - sign.len() {
            break;
        }
        start = next;
    }
    while start < end && matches!(shadow.low[start], b'.' | b'-' | b'\'' | b'%' | b'+') {
        start += 1;
    }
    start
}

/// `@name`, if nothing is glued on before it.
fn handle(shadow: &Shadow, at: &At) -> Option<(usize, usize)> {
    if !at.glued || is_alnum(shadow.before(at.from)) {
        return None;
    }
    let end = name_end(shadow, at.to);
    let first = shadow.at(at.to);
    let price = first.is_ascii_digit() && end - at.to < 5;
    (at.to + 2 <= end && !price).then_some((at.from, end))
}

fn name_end(shadow: &Shadow, from: usize) -> usize {
    let part = |it: u8| is_alnum(it) || matches!(it, b'_' | b'.' | b'-');
    let mut end = from;
    while part(shadow.at(end)) {
        end += 1;
    }
    while from < end && matches!(shadow.low[end - 1], b'.' | b'-') {
        end -= 1;
    }
    end
}

// ---- other addresses ------------------------------------------------------------------------

/// Blocks what is surely an address or a DOI; a telephone number as a whole segment still goes.
fn public_addresses(shadow: &mut Shadow, found: &mut Vec<Span>) {
    let mut cell = 0;
    while cell < shadow.len() {
        let end = (cell..shadow.len()).find(|&it| is_space(shadow.low[it])).unwrap_or(shadow.len());
        if cell < end && is_address(&shadow.low[cell..end]) {
            segments(shadow, found, cell, end);
        }
        cell = end + 1;
    }
}

fn is_address(token: &[u8]) -> bool {
    let has = |part: &[u8]| token.windows(part.len()).any(|it| it == part);
    if has(b"://") || token.starts_with(b"www.") {
        return true;
    }
    let Some(slash) = token.iter().position(|it| *it == b'/') else { return false };
    let host = &token[..slash];
    let doi = host.strip_prefix(b"doi:").unwrap_or(host);
    if doi.starts_with(b"10.") && 7 <= doi.len() && doi[3..].iter().all(u8::is_ascii_digit) {
        return true;
    }
    let top = host.rsplit(|it| *it == b'.').next().unwrap_or_default();
    host.contains(&b'.') && 2 <= top.len() && top.iter().all(u8::is_ascii_lowercase)
}

fn segments(shadow: &mut Shadow, found: &mut Vec<Span>, from: usize, to: usize) {
    let mut start = from;
    for cell in from..=to {
        let inside = cell < to
            && !matches!(shadow.low[cell], b'/' | b'=' | b'?' | b'&' | b'#' | b'+' | b':');
        if inside {
            continue;
        }
        if let Some(kind) = private_segment(&shadow.low[start..cell]) {
            found.push(Span { from: start, to: cell, kind });
        }
        start = cell + 1;
    }
    shadow.block(from, to);
}

fn private_segment(segment: &[u8]) -> Option<PersonalData> {
    if segment.len() < 10 || 12 < segment.len() || !segment.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mobile = |it: &[u8]| it.len() == 9 && matches!(it[0], b'3' | b'5' | b'7'..=b'9');
    let phone =
        segment.strip_prefix(b"84").or_else(|| segment.strip_prefix(b"0")).is_some_and(mobile);
    if phone {
        return Some(PersonalData::Phone);
    }
    (segment.len() == 12 && segment[0] == b'0').then_some(PersonalData::NationalId)
}

// ---- "nick: …" ------------------------------------------------------------------------------

fn labels(shadow: &mut Shadow, text: &str, found: &mut Vec<Span>) {
    let mut cell = 0;
    while cell < shadow.len() {
        if !is_letter(shadow.low[cell]) {
            cell += 1;
            continue;
        }
        let end = shadow.letters_end(cell);
        let hit = label(&shadow.low[cell..end]).and_then(|any| labelled(shadow, text, end, any));
        if let Some((from, to)) = hit {
            take(shadow, found, from, to, PersonalData::Handle);
        }
        cell = end;
    }
}

/// Whether a word announces an account name, and if so, whether any name will do after it.
fn label(word: &[u8]) -> Option<bool> {
    match word {
        b"nick" | b"nickname" | b"id" | b"uid" | b"username" => Some(true),
        b"fb" | b"face" | b"facebook" | b"zalo" | b"tele" | b"telegram" | b"tiktok" | b"insta"
        | b"instagram" | b"ig" | b"skype" | b"viber" | b"wechat" | b"twitter" | b"messenger"
        | b"line" | b"youtube" => Some(false),
        _ => None,
    }
}

fn labelled(shadow: &Shadow, text: &str, label_end: usize, any: bool) -> Option<(usize, usize)> {
    let mut at = label_end;
    let skip = |at: &mut usize| {
        while shadow.at(*at) == b' ' {
            *at += 1;
        }
    };
    skip(&mut at);
    for word in [b"id".as_slice(), b"nick", b"name", b"cua", b"ten"] {
        let end = shadow.letters_end(at);
        if at < end && shadow.low[at..end] == *word {
            at = end;
            skip(&mut at);
        }
    }
    let linked =
        shadow.low.get(at..).is_some_and(|it| it.starts_with(b"la ") || it.starts_with(b"is "));
    let colon = matches!(shadow.at(at), b':' | b'=');
    at += if linked { 3 } else { usize::from(colon) };
    skip(&mut at);
    if at == label_end {
        return None;
    }
    let end = name_end(shadow, at);
    let value = shadow.low.get(at..end).filter(|it| 3 <= it.len())?;
    if value.contains(&LETTER) || !is_word_like_handle(value, colon || linked, any) {
        return None;
    }
    let (from, to) = shadow.bytes(at, end);
    // A word with Vietnamese letters is a word, however it is announced.
    let accented = text[from..to].chars().any(|it| "ăâđêôơưĂÂĐÊÔƠƯ".contains(it));
    let last = matches!(shadow.at(end), BLOCK | b'\n' | b'.' | b',' | b';' | b')' | b'!' | b'?');
    let name = value.iter().any(|it| !it.is_ascii_lowercase());
    (!accented && (name || (colon && last && value.len() >= 5))).then_some((at, end))
}

fn is_word_like_handle(value: &[u8], announced: bool, any: bool) -> bool {
    let n_letters = value.iter().filter(|it| it.is_ascii_lowercase()).count();
    let top = value.rsplit(|it| *it == b'.').next().unwrap_or_default();
    let host = value.contains(&b'.') && TOP_LABELS.contains(&top);
    let signs = value.iter().any(|it| it.is_ascii_digit() || matches!(it, b'_' | b'.'));
    if host || n_letters == 0 {
        // Digits alone are a telephone or an id: `number` looks at them, unless an id was announced.
        return !host && any && announced && 5 <= value.len();
    }
    if announced {
        signs || n_letters == value.len()
    } else {
        signs && 5 <= value.len() && 3 <= n_letters
    }
}
