//! A Rust file taken apart just far enough: code without comments and strings, the strings, and
//! which lines are tests. Not a parser: `syn` would cost more than these rules are worth.

/// Enough for a call whose arguments stand on lines of their own.
const BEFORE_BYTES: usize = 160;

/// One Rust file. All forms keep the lines, so an offset in any of them names the same line.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    /// Comments and the insides of literals are blank.
    pub(crate) code: String,
    /// `code`, with `#[cfg(test)]` items blank too; all blank in a file of tests.
    pub(crate) production: String,
    pub(crate) literals: Vec<Literal>,
}

/// A string literal, its escapes untouched.
pub(crate) struct Literal {
    pub(crate) line: usize,
    pub(crate) text: String,
    pub(crate) in_test: bool,
    /// What stands before the quote, some lines if need be: `page.t(`.
    pub(crate) before: String,
}

impl Source {
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let (code, spans) = blank(text);
        let is_test_file = path.contains("/tests/") || path.ends_with("/tests.rs");
        let production = if is_test_file { spaces(&code) } else { without_tests(&code) };
        let literal = |&(start, end): &(usize, usize)| {
            let from =
                (start.saturating_sub(BEFORE_BYTES)..start).find(|it| code.is_char_boundary(*it));
            Literal {
                line: line_of(text, start),
                text: text[start..end].to_owned(),
                in_test: production[start - 1..start] == *" ",
                before: code[from.unwrap_or(start - 1)..start - 1].to_owned(),
            }
        };
        let literals = spans.iter().map(literal).collect();
        Self { path: path.to_owned(), text: text.to_owned(), code, production, literals }
    }

    /// `path:line` of an offset, as a compiler prints it.
    pub(crate) fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.path, line_of(&self.text, offset))
    }

    /// The literals that ship.
    pub(crate) fn shipped(&self) -> impl Iterator<Item = &Literal> {
        self.literals.iter().filter(|it| !it.in_test)
    }
}

pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// The same bytes as spaces, line ends kept.
fn spaces(text: &str) -> String {
    text.bytes().map(|it| if it == b'\n' { '\n' } else { ' ' }).collect()
}

pub(crate) fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}

/// The offsets at which `word` stands alone in `code`.
pub(crate) fn word_offsets(code: &str, word: &str) -> Vec<usize> {
    let bytes = code.as_bytes();
    let free = |at: Option<usize>| at.and_then(|it| bytes.get(it)).is_none_or(|it| !is_word(*it));
    let alone = |&at: &usize| free(at.checked_sub(1)) && free(Some(at + word.len()));
    code.match_indices(word).map(|(at, _)| at).filter(alone).collect()
}

/// The code with comments and insides of literals blank, and where the strings' insides are.
fn blank(text: &str) -> (String, Vec<(usize, usize)>) {
    let mut code = String::new();
    let mut strings = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (len, inside) = token(rest, code.bytes().last());
        let (open, close) = inside.unwrap_or((0, len));
        match (inside, rest.starts_with("//") || rest.starts_with("/*")) {
            (_, true) => code.push_str(&spaces(&rest[..len])),
            (Some(_), _) => {
                code.push_str(&rest[..open]);
                code.push_str(&spaces(&rest[open..close]));
                code.push_str(&rest[close..len]);
                if rest.as_bytes()[open - 1] == b'"' {
                    strings.push((at + open, at + close));
                }
            }
            (None, _) => code.push_str(&rest[..len]),
        }
        at += len;
    }
    (code, strings)
}

/// The length of what comes next, and where its inside is when it is a literal.
fn token(rest: &str, before: Option<u8>) -> (usize, Option<(usize, usize)>) {
    let one_char = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), None);
    }
    if rest.starts_with('"') {
        return quoted(rest, 1, '"');
    }
    if rest.starts_with('r') && before.is_none_or(|it| !is_word(it) || it == b'b' || it == b'c') {
        let n_hashes = rest[1..].bytes().take_while(|it| *it == b'#').count();
        let open = 1 + n_hashes + 1;
        if rest[1 + n_hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(n_hashes));
            let close = rest[open..].find(&end).map_or(rest.len(), |it| open + it);
            return ((close + end.len()).min(rest.len()), Some((open, close)));
        }
    }
    if let Some(quoted_char) = rest.strip_prefix('\'') {
        let mut chars = quoted_char.chars();
        let (first, second) = (chars.next(), chars.next());
        if first == Some('\\') || second == Some('\'') {
            return quoted(rest, 1, '\'');
        }
    }
    (one_char, None)
}

fn quoted(rest: &str, open: usize, quote: char) -> (usize, Option<(usize, usize)>) {
    let mut escaped = false;
    for (at, it) in rest[open..].char_indices() {
        if it == quote && !escaped {
            return (open + at + 1, Some((open, open + at)));
        }
        escaped = it == '\\' && !escaped;
    }
    (rest.len(), Some((open, rest.len())))
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    for at in 0..rest.len() {
        if rest.as_bytes()[at..].starts_with(b"/*") {
            depth += 1;
        } else if rest.as_bytes()[at..].starts_with(b"*/") {
            depth -= 1;
            if depth == 0 {
                return at + 2;
            }
        }
    }
    rest.len()
}

/// The code with every item under `#[cfg(test)]` blank.
fn without_tests(code: &str) -> String {
    let mut res = code.to_owned();
    for (start, _) in code.match_indices("#[cfg(test)]").chain(code.match_indices("#[cfg(all(test"))
    {
        let end = item_end(code, start);
        res.replace_range(start..end, &spaces(&code[start..end]));
    }
    res
}

/// Where the item ends whose first attribute or keyword stands at `start`.
pub(crate) fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' => depth -= 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn comments_and_strings_are_no_code_and_keep_their_lines() {
    let text = "a(\"x // é\\\" y\"); // b\n/* c /* d */\n */ e('\"', 'f', &'g str);\nr#\"h\"i\"#;";
    let source = Source::parse("a.rs", text);
    assert_eq!(source.code.lines().count(), 4);
    assert_eq!(source.code.len(), text.len());
    for gone in ["b", "c", "d", "x", "é", "h", "i"] {
        assert!(word_offsets(&source.code, gone).is_empty(), "{gone} in {}", source.code);
    }
    assert!(source.code.contains("&'g str"), "{}", source.code);
    let strings: Vec<_> = source.literals.iter().map(|it| (it.line, it.text.as_str())).collect();
    assert_eq!(strings, [(1, "x // é\\\" y"), (4, "h\"i")]);
    assert_eq!(source.literals[0].before, "a(");
    assert!(source.literals[1].before.ends_with(";\nr#"), "{:?}", source.literals[1].before);
}

#[test]
fn what_is_under_cfg_test_does_not_ship() {
    let text = "fn a() { b(\"c\") }\n#[cfg(test)]\n#[x]\nmod tests { fn d() { e(\"f\") } }\nfn g() {}\n\
                #[cfg(test)]\nuse h;\nfn i() {}";
    let source = Source::parse("a.rs", text);
    let words = ["a", "b", "g", "i"].map(|it| word_offsets(&source.production, it).len());
    assert_eq!(words, [1; 4], "{}", source.production);
    for gone in ["d", "e", "h"] {
        assert!(word_offsets(&source.production, gone).is_empty(), "{gone}");
    }
    assert_eq!(source.shipped().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["c"]);
    assert!(Source::parse("x/tests.rs", text).shipped().next().is_none());
}
