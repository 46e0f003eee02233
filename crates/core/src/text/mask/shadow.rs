//! The shadow of a text: what a reader sees, in plain ASCII, with the way back to every byte.
//!
//! Compatibility forms, accents, look-alike letters and foreign digits are folded; invisible
//! characters and combining marks vanish into the cell before them. A token that masking left
//! behind is one [`BLOCK`], so that no pattern ever reaches across it or into it.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::PersonalData;

/// A place that is already decided: never part of a pattern.
pub(super) const BLOCK: u8 = 0;
/// A letter with no ASCII form (Greek, Chinese …).
pub(super) const LETTER: u8 = 0x80;
/// A sign with no ASCII form (emoji, ₫ …).
pub(super) const SIGN: u8 = 0x81;

/// One byte a visible character, in two cases, with the bytes of the text that it stands for.
pub(super) struct Shadow {
    /// Folded to lower case.
    pub(super) low: Vec<u8>,
    /// Folded, in the case of the text.
    pub(super) cased: Vec<u8>,
    start: Vec<u32>,
    end: Vec<u32>,
    /// The text turns its direction: digits may read backwards.
    pub(super) turns: bool,
}

impl Shadow {
    /// Folds a text. Linear in its length.
    pub(super) fn new(text: &str) -> Self {
        let n = text.len();
        let mut shadow = Self {
            low: Vec::with_capacity(n),
            cased: Vec::with_capacity(n),
            start: Vec::with_capacity(n),
            end: Vec::with_capacity(n),
            turns: false,
        };
        let mut rest = text;
        while let Some(ch) = rest.chars().next() {
            let at = text.len() - rest.len();
            let token = if ch == '[' { PersonalData::token_at(rest) } else { None };
            let width = token.map_or(ch.len_utf8(), str::len);
            match token {
                Some(_) => shadow.push(BLOCK, at, at + width),
                None => shadow.fold(ch, at, at + width),
            }
            rest = &rest[width..];
        }
        shadow
    }

    pub(super) fn len(&self) -> usize {
        self.low.len()
    }

    /// The byte at a cell, or `BLOCK` outside the text.
    pub(super) fn at(&self, cell: usize) -> u8 {
        self.low.get(cell).copied().unwrap_or(BLOCK)
    }

    /// The byte before a cell, or `BLOCK` at the start.
    pub(super) fn before(&self, cell: usize) -> u8 {
        cell.checked_sub(1).map_or(BLOCK, |it| self.at(it))
    }

    /// The bytes of the text that a range of cells stands for.
    pub(super) fn bytes(&self, from: usize, to: usize) -> (usize, usize) {
        assert!(from < to && to <= self.len(), "cells {from}..{to} are no range");
        (self.start[from] as usize, self.end[to - 1] as usize)
    }

    /// Takes cells out of the game.
    pub(super) fn block(&mut self, from: usize, to: usize) {
        self.low[from..to].fill(BLOCK);
        self.cased[from..to].fill(BLOCK);
    }

    /// The end of the letters that start here.
    pub(super) fn letters_end(&self, from: usize) -> usize {
        (from..self.len()).find(|&it| !is_letter(self.low[it])).unwrap_or(self.len())
    }

    fn fold(&mut self, ch: char, from: usize, to: usize) {
        if ch.is_ascii() {
            let byte = if ch.is_ascii_control() && ch != '\n' { b' ' } else { ch as u8 };
            return self.push(byte, from, to);
        }
        if is_invisible(ch) {
            self.turns |= matches!(ch, '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2069}');
            return self.stretch(to);
        }
        let n_before = self.len();
        if let Some(value) = foreign_digit(ch) {
            if value == 10 {
                self.push(b'1', from, to);
            }
            return self.push(b'0' + value % 10, from, to);
        }
        decompose_compatible(ch, |part| {
            if !is_combining_mark(part) {
                self.push(plain(part), from, to);
            }
        });
        if self.len() == n_before {
            self.stretch(to);
        }
    }

    fn push(&mut self, byte: u8, from: usize, to: usize) {
        self.low.push(byte.to_ascii_lowercase());
        self.cased.push(byte);
        self.start.push(u32::try_from(from).unwrap_or(u32::MAX));
        self.end.push(u32::try_from(to).unwrap_or(u32::MAX));
    }

    /// An invisible character belongs to the cells of the character before it.
    fn stretch(&mut self, to: usize) {
        let Some(&last) = self.start.last() else { return };
        let same = self.start.iter().rev().take_while(|&&it| it == last).count();
        let n = self.end.len();
        self.end[n - same..].fill(u32::try_from(to).unwrap_or(u32::MAX));
    }
}

/// A letter, ASCII or not.
pub(super) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_uppercase() || byte == LETTER
}

/// A letter or digit.
pub(super) fn is_alnum(byte: u8) -> bool {
    is_letter(byte) || byte.is_ascii_digit()
}

/// A space or line break.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n')
}

/// Unicode's default-ignorable code points: what a reader does not see.
fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The zero of each set of ten digits in other scripts; those with a compatibility form need none.
const ZEROS: [u32; 38] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0,
    0x10D30, 0x11066,
];

/// The value (0 to 10) of a digit that has no compatibility form.
fn foreign_digit(ch: char) -> Option<u8> {
    let code = u32::from(ch);
    let value = match code {
        0x24FF | 0x1F10B | 0x1F10C => 0,
        0x24F5..=0x24FE => code - 0x24F4,
        0x2776..=0x277F => code - 0x2775,
        0x2780..=0x2789 => code - 0x277F,
        0x278A..=0x2793 => code - 0x2789,
        0x1F51F => 10,
        _ => {
            let zero = ZEROS.iter().copied().filter(|&it| it <= code).max()?;
            (code - zero < 10).then_some(code - zero)?
        }
    };
    u8::try_from(value).ok()
}

/// The ASCII character that a reader takes this one for.
fn plain(ch: char) -> u8 {
    if ch.is_ascii() {
        return if ch.is_ascii_control() && ch != '\n' { b' ' } else { ch as u8 };
    }
    match ch {
        'đ' | 'ð' | 'ɖ' => b'd',
        'Đ' | 'Ð' | 'Ɖ' => b'D',
        'а' => b'a',
        'А' | 'Α' => b'A',
        'е' => b'e',
        'Е' | 'Ε' => b'E',
        'о' | 'ο' | '〇' => b'o',
        'О' | 'Ο' => b'O',
        'р' | 'ρ' => b'p',
        'с' => b'c',
        'С' => b'C',
        'х' => b'x',
        'у' => b'y',
        'і' | 'ı' => b'i',
        'І' | 'Ι' | 'ӏ' | 'Ӏ' => b'I',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{30FC}' => b'-',
        '\u{2028}' | '\u{2029}' | '\u{85}' => b'\n',
        '\u{2044}' | '\u{2215}' => b'/',
        '。' | '·' | '•' | '․' => b'.',
        '、' | '،' => b',',
        '₫' | '€' | '£' | '¥' => b'$',
        '“' | '”' => b'"',
        '‘' | '’' => b'\'',
        _ if ch.is_whitespace() => b' ',
        _ if ch.is_alphabetic() => LETTER,
        _ => SIGN,
    }
}
