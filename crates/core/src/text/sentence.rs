//! A text cut into sentences, Vietnamese and English, by rules: no model, one pass, slices borrowed.
//!
//! A full stop ends a sentence unless what stands around it says otherwise: an abbreviation ("TS.",
//! "Dr."), an initial, a figure ("1.500", "3.11.2026"), an address, an ellipsis that goes on in small
//! letters. A line that begins like an item of a list or of a dialogue begins a sentence. In chats,
//! where nobody types capitals, a full stop with a space ends a sentence all the same.
//! Not here: words (`segment`), what a sentence is worth (`worth`).

/// A sentence is cut here at the next space: a text without full stops stays readable.
pub const SENTENCE_BYTES_MAX: usize = 2_000;
/// What is longer without a space is no word that a rule knows, and looking at it again at each of
/// its full stops would take its length squared.
const WORD_BYTES_MAX: usize = 200;

/// Abbreviations that stand before what they belong to, in small letters: their full stop ends
/// nothing.
const BEFORE_NAME: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "rev", "hon", "gov", "sen", "rep", "gen", "col", "lt",
    "sgt", "capt", "cmdr", "supt", "messrs", "mt", "ft", "fig", "figs", "vs", "e.g", "i.e", "cf",
    "approx", "ca", "al", "art", "ch", "eq", "p", "pp", "vol", "vols", "ed", "eds", "ts", "ths",
    "pgs", "gs", "gs.ts", "pgs.ts", "bs", "bscki", "bsckii", "cn", "ks", "ls", "kts", "ncs",
    "nsnd", "nsut", "ngnd", "ngut", "tp", "tx", "tt", "đc", "nxb", "đt", "sđt", "tel", "mst", "gđ",
    "pgđ", "tgđ", "ubnd", "hđnd", "thpt", "thcs", "vd", "ths.bs", "ts.bs", "bs.ck1", "bs.ck2",
    "bs.cki", "bs.ckii", "ths.ks",
];

/// Abbreviations behind which a sentence may end: only a small letter or a figure says that it goes
/// on.
const MAY_END: &[&str] = &[
    "inc", "ltd", "co", "corp", "jr", "sr", "etc", "dept", "est", "a.m", "p.m", "u.s", "u.k",
    "u.n", "d.c", "ph.d", "m.d", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept",
    "oct", "nov", "dec", "v.v", "vv", "s.c.n", "t.c.n",
];

/// Abbreviations before a figure: "No. 5", "Điều 3, k. 2".
const BEFORE_FIGURE: &[&str] =
    &["no", "nos", "số", "k", "tel", "sec", "para", "đk", "km", "tr", "q", "h"];

/// The sentences of a text in order, without the spaces around them. None is empty.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut res = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim();
        while !rest.is_empty() {
            let end = end(rest);
            push(rest[..end].trim(), &mut res);
            rest = rest[end..].trim_start();
        }
    }
    res
}

/// Adds a sentence, unless it is a mark that belongs to the one before.
fn push<'a>(sentence: &'a str, res: &mut Vec<&'a str>) {
    if sentence.chars().any(char::is_alphanumeric) {
        res.push(sentence);
    }
}

/// Where the first sentence of a trimmed line ends.
fn end(line: &str) -> usize {
    let begin = list_mark(line);
    let mut chars = line[begin..].char_indices().map(|(at, it)| (begin + at, it)).peekable();
    let mut word = begin;
    while let Some((at, it)) = chars.next() {
        if it.is_whitespace() {
            if SENTENCE_BYTES_MAX <= at {
                return at;
            }
            word = at + it.len_utf8();
            if is_dialogue(&line[word..]) && ends_clause(&line[begin..at]) {
                return at;
            }
            continue;
        }
        if !is_final(it) {
            continue;
        }
        // All marks that stand together: "?!", "...", and the quotes and brackets they close.
        let mut end = at + it.len_utf8();
        let mut is_plain_stop = it == '.';
        while let Some((_, next)) = chars.next_if(|it| is_final(it.1) || is_closing(it.1)) {
            is_plain_stop &= !is_final(next);
            end += next.len_utf8();
        }
        if ends(&line[word..at], &line[at..end], &line[end..], is_plain_stop) {
            return with_emoji(line, end);
        }
    }
    line.len()
}

/// Does a sentence end behind `marks`, which follow `word` and stand before `rest`?
fn ends(word: &str, marks: &str, rest: &str, is_plain_stop: bool) -> bool {
    if rest.is_empty() {
        return true;
    }
    let next = rest.trim_start();
    let is_open = !rest.starts_with(char::is_whitespace);
    if WORD_BYTES_MAX < word.len() {
        return !is_open;
    }
    if is_open {
        return opens_at_once(word, marks, rest, is_plain_stop);
    }
    let first = next.trim_start_matches(is_opening).chars().next();
    let is_small = first.is_some_and(char::is_lowercase);
    let is_quoted = marks.ends_with(is_closing);
    if !is_plain_stop {
        // "Really?" she asked; "and so on… but"; an ellipsis goes on in small letters.
        let is_ellipsis = marks.trim_end_matches(is_closing).ends_with(['…', '.']);
        return !(is_small && (is_quoted || is_ellipsis));
    }
    let bare = word.trim_start_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
    if BEFORE_NAME.contains(&bare.as_str()) {
        return is_quoted;
    }
    let is_figure = first.is_some_and(|it| it.is_ascii_digit());
    if BEFORE_FIGURE.contains(&bare.as_str()) && is_figure {
        return false;
    }
    if MAY_END.contains(&bare.as_str()) {
        return !is_small && !is_figure;
    }
    !(is_initial(word) || is_quoted && is_small)
}

/// Marks with no space behind them: "hết.Mai nghỉ" is two sentences, "e.g.this", "3.11", "a.com" one.
fn opens_at_once(word: &str, marks: &str, rest: &str, is_plain_stop: bool) -> bool {
    let mut next = rest.chars();
    let Some(first) = next.next() else { return true };
    if is_address(word) {
        return false;
    }
    if !is_plain_stop {
        return first.is_alphanumeric() && !first.is_lowercase() && !first.is_ascii_digit();
    }
    // A word in small letters, then a capital and a small letter: somebody forgot the space.
    let is_word = 1 < word.chars().count() && word.chars().last().is_some_and(char::is_lowercase);
    let is_next = first.is_uppercase() && next.next().is_some_and(char::is_lowercase);
    let is_known = BEFORE_NAME.contains(&word.to_lowercase().as_str());
    marks.len() == 1 && is_word && is_next && !is_known || first == '"' && rest.len() == 1
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.starts_with("www.") || word.contains('@')
}

/// "J." in "J. Smith", "N.V.A", "T.P": one letter, or letters between full stops.
fn is_initial(word: &str) -> bool {
    let bare = word.trim_start_matches(|it: char| !it.is_alphanumeric());
    let mut parts = bare.split('.');
    !bare.is_empty()
        && parts.all(|it| {
            let mut chars = it.chars();
            chars.next().is_some_and(char::is_uppercase) && chars.next().is_none()
        })
}

/// How long the mark of an item is: "1.", "2)", "a.", "-", "•", "–". Its full stop ends nothing.
fn list_mark(line: &str) -> usize {
    let bullet = line.trim_start_matches(['-', '–', '—', '•', '*', '+', '·', '▪', '●', '>', ' ']);
    let begin = line.len() - bullet.len();
    let mark = bullet.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(bullet.len());
    let after = &bullet[mark..];
    let is_number = bullet.as_bytes()[..mark].iter().all(u8::is_ascii_digit);
    let is_mark = (1..=2).contains(&mark) && is_number || mark == 1;
    let closes = after.starts_with(['.', ')', '/']) && after[1..].starts_with(' ');
    if is_mark && closes { begin + mark + 1 } else { begin }
}

/// "– Where is it?" within a line, behind the end of what somebody else said.
fn is_dialogue(rest: &str) -> bool {
    let mut chars = rest.chars();
    chars.next().is_some_and(|it| matches!(it, '–' | '—' | '-' | '•'))
        && chars.next().is_some_and(char::is_whitespace)
}

fn ends_clause(before: &str) -> bool {
    before.trim_end().ends_with([':', ';'])
}

/// Emoji behind the end belong to it.
fn with_emoji(line: &str, end: usize) -> usize {
    let rest = &line[end..];
    let is_decoration = |it: char| {
        it.is_whitespace()
            || matches!(it, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}')
            || matches!(it, '\u{fe0f}' | '\u{200d}')
    };
    end + (rest.len() - rest.trim_start_matches(is_decoration).len())
}

fn is_final(it: char) -> bool {
    matches!(it, '.' | '!' | '?' | '…' | '。')
}

fn is_closing(it: char) -> bool {
    matches!(it, '"' | '”' | '’' | '\'' | ')' | ']' | '»')
}

fn is_opening(it: char) -> bool {
    matches!(it, '"' | '“' | '‘' | '\'' | '(' | '[' | '«')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sentences are written between bars.
    #[track_caller]
    fn check(marked: &str) {
        let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
        let text = marked.replace('|', "");
        assert_eq!(sentences(&text), expected, "{text:?}");
    }

    #[test]
    fn abbreviations_end_nothing() {
        check("TS. Lan làm ở TP. Huế. | Bà nói vậy.");
        check("PGS.TS. Bình và ThS. Hoa ở Q. 3, P. 5. | Họ đến lúc 8 giờ.");
        check("Có cam, quýt, v.v. | Chợ mở cửa sáng nay.");
        check("Chợ bán cam, quýt, v.v. và cả rau.");
        check("Dr. Lee met Mrs. Kent in St. Ives. | They talked.");
        check("It opens at 9 a.m. on Monday. | Nobody came.");
        check("The U.S. announced it. | Acme Inc. closed.");
        check("See No. 5 on p. 12. | Then stop.");
        check("J. R. Hale wrote it. | So did N.V. An.");
    }

    #[test]
    fn figures_dates_and_addresses_stay_whole() {
        check("Giá là 1.500.000 đ. | Tăng 8.6 lần.");
        check("Từ 3.11.2026 xe bị cấm. | Phạt 2,5 triệu.");
        check("Read https://example.org/a.html?x=1 and go. | It is short.");
        check("Viết cho tin@example.org nhé. | Hoặc vào www.example.org. | Xong.");
        check("Phiên bản 2.0.1 đã có. | Tải về ngay.");
        check("It rose 3.5%. | Then it fell.");
    }

    #[test]
    fn quotations_and_ellipses_go_on() {
        check("“Đê vỡ rồi!” bà kêu lên. | Mọi người chạy.");
        check("\"Is it safe?\" she asked. | \"Yes.\" | He left.");
        check("Tôi chờ… rồi thôi. | Thế đấy…");
        check("He waited... and left. | Nobody came... | Then rain.");
        check("(Cầu đóng từ thứ hai.) | Xe đi đường khác.");
        check("What?! | Really!!! | No way.");
    }

    #[test]
    fn lists_lines_and_dialogues() {
        assert_eq!(
            sentences("1. Rửa tay\n2. Đeo khẩu trang. Ở nhà.\n- Gọi 115\n• Chờ"),
            ["1. Rửa tay", "2. Đeo khẩu trang.", "Ở nhà.", "- Gọi 115", "• Chờ"]
        );
        check("Anh hỏi: | – Cầu đóng chưa? | – Rồi.");
        check("Title without a stop");
        assert_eq!(
            sentences("Bridge closed\n\nFrom Monday on"),
            ["Bridge closed", "From Monday on"]
        );
    }

    #[test]
    fn chats_have_no_capitals() {
        check("mai nghỉ học nha. | nghe nói trường bị cháy! | có ai biết ko? | mình lo quá");
        check("the bridge is shut. | take the ferry! | ok?");
        check("hết xăng rồi.|Mai mới có. | chờ đi");
        check("cúp nước 🚰😢. | cả phường luôn 😭");
        check("Lockdown tomorrow! 🚨🚨 | Stay home 🙏");
    }

    #[test]
    fn nothing_is_lost_and_nothing_hangs() {
        for text in ["", " \n ", "...", "?!", "🚨", "a", ".a", "\u{301}.", "“", "1.", "- ", "”. "]
        {
            let found = sentences(text);
            assert!(found.iter().all(|it| !it.trim().is_empty()), "{text:?}");
        }
        let long = "Không có dấu chấm nào cả ".repeat(2_000);
        let found = sentences(&long);
        assert!(found.iter().all(|it| it.len() <= SENTENCE_BYTES_MAX + 20), "cut at a space");
        let n_letters = |it: &str| it.chars().filter(|it| it.is_alphanumeric()).count();
        assert_eq!(found.iter().map(|it| n_letters(it)).sum::<usize>(), n_letters(&long));
        // Hostile: one mark again and again.
        for it in ["a.", "A.", "a! ", "a: - ", "\"a.\" ", "Ts.", "1.a"] {
            let text = it.repeat(200_000);
            assert!(!sentences(&text).is_empty());
        }
        for it in ['.', '"', '(', '-', '!', '\u{1f6a8}', '\u{a0}'] {
            let text = it.to_string().repeat(200_000);
            assert!(sentences(&text).is_empty());
            assert!(!sentences(&format!("a{text}b")).is_empty());
        }
    }
}
