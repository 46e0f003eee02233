//! A text cut into numbers, words and single signs: what the forms of dates are made of.

/// The most tokens of one text that are looked at: a date further on in a block of text is none of
/// its publication.
pub(super) const TOKENS_MAX: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// ASCII digits.
    Number,
    /// Letters of any script, except those in [`is_cjk_unit`].
    Word,
    /// Any other single character.
    Sign,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Byte offset in the text.
    pub(super) at: usize,
    /// Whether it follows the token before it without a space.
    pub(super) glued: bool,
}

impl Token<'_> {
    /// Its value, if it is a number of at most so many digits.
    pub(super) fn number(&self, digits_max: usize) -> Option<u32> {
        let fits = self.kind == Kind::Number && self.text.len() <= digits_max;
        fits.then(|| self.text.parse().ok()).flatten()
    }

    pub(super) fn is_sign(&self, signs: &[&str]) -> bool {
        self.kind == Kind::Sign && signs.contains(&self.text)
    }

    pub(super) fn is_word(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.contains(&&*self.text.to_lowercase())
    }

    pub(super) fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// The first [`TOKENS_MAX`] tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut res: Vec<Token<'_>> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut glued = false;
    while let Some((at, first)) = chars.next() {
        if is_space(first) {
            glued = false;
            continue;
        }
        if res.len() == TOKENS_MAX {
            break;
        }
        let kind = kind_of(first);
        let mut end = at + first.len_utf8();
        while let Some(&(at, it)) = chars.peek()
            && kind != Kind::Sign
            && (kind_of(it) == kind || (kind == Kind::Word && is_mark(it)))
        {
            end = at + it.len_utf8();
            chars.next();
        }
        res.push(Token { kind, text: &text[at..end], at, glued });
        glued = true;
    }
    res
}

fn kind_of(it: char) -> Kind {
    match it {
        '0'..='9' => Kind::Number,
        it if is_cjk_unit(it) => Kind::Sign,
        it if it.is_alphabetic() => Kind::Word,
        _ => Kind::Sign,
    }
}

/// Year, month and day in Chinese and Japanese, and in Korean: written behind their number.
fn is_cjk_unit(it: char) -> bool {
    matches!(it, '年' | '月' | '日' | '년' | '월' | '일')
}

/// Combining marks belong to the letter before them.
fn is_mark(it: char) -> bool {
    matches!(it, '\u{300}'..='\u{36F}')
}

/// Spaces, and what is not seen: marks of direction, zero-width signs.
fn is_space(it: char) -> bool {
    it.is_whitespace() || it.is_control() || matches!(it, '\u{200B}'..='\u{200F}' | '\u{FEFF}')
}
