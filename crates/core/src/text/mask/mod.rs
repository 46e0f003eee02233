//! Personal data out of a text, before anything else looks at it or anything is written.
//!
//! What is found is replaced by a token in the reader's language, never by a hash: twelve digits
//! are guessed in a second. Promised: a text without personal data comes back byte for byte;
//! masking twice is masking once; time grows with the length; no text makes it panic. What counts
//! as personal stands in STANDARDS 3.4. Names are only counted ([`name_candidates`]), never cut:
//! a person decides about them.

mod address;
mod name;
mod number;
mod papers;
mod shadow;
mod units;

use crate::lang::Lang;

pub use name::name_candidates;

/// A kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalData {
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A citizen's identity number (CCCD of 12 digits, CMND of 9).
    NationalId,
    /// An account at a bank.
    BankAccount,
    /// A payment card.
    Card,
    /// A name of an account on a platform.
    Handle,
    /// An address of a personal profile or post.
    Profile,
    /// A passport number.
    Passport,
    /// A number plate.
    Plate,
    /// A tax code.
    TaxCode,
    /// A social insurance number or a health card.
    InsuranceNumber,
    /// A long run of digits of no known kind: an identifier of something.
    Number,
}

impl PersonalData {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::Phone,
        Self::Email,
        Self::NationalId,
        Self::BankAccount,
        Self::Card,
        Self::Handle,
        Self::Profile,
        Self::Passport,
        Self::Plate,
        Self::TaxCode,
        Self::InsuranceNumber,
        Self::Number,
    ];

    /// What stands in the text instead.
    pub fn token(self, lang: Lang) -> &'static str {
        let (vi, en) = match self {
            Self::Phone => ("[số điện thoại]", "[phone number]"),
            Self::Email => ("[địa chỉ email]", "[e-mail address]"),
            Self::NationalId => ("[số định danh]", "[ID number]"),
            Self::BankAccount => ("[số tài khoản]", "[bank account]"),
            Self::Card => ("[số thẻ]", "[card number]"),
            Self::Handle => ("[tên tài khoản]", "[account name]"),
            Self::Profile => ("[trang cá nhân]", "[personal page]"),
            Self::Passport => ("[số hộ chiếu]", "[passport number]"),
            Self::Plate => ("[biển số xe]", "[number plate]"),
            Self::TaxCode => ("[mã số thuế]", "[tax code]"),
            Self::InsuranceNumber => ("[số bảo hiểm]", "[insurance number]"),
            Self::Number => ("[dãy số]", "[number]"),
        };
        match lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }

    /// The token with which a text begins, in either language.
    fn token_at(text: &str) -> Option<&'static str> {
        let all = Self::ALL.into_iter().flat_map(|it| Lang::ALL.map(|lang| it.token(lang)));
        all.into_iter().find(|it| text.starts_with(it))
    }
}

/// A text without personal data, and what was taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text with tokens.
    pub text: String,
    /// One entry a replacement, in order of appearance.
    pub found: Vec<PersonalData>,
}

/// A range of cells of the shadow, and what stands there.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: usize,
    to: usize,
    kind: PersonalData,
}

/// Replaces personal data by typed tokens in the language of the text.
pub fn mask(text: &str, lang: Lang) -> Masked {
    let mut masked = Masked { text: text.to_owned(), found: Vec::new() };
    let mut places: Vec<usize> = Vec::new();
    // One pass finds all that is there; the next one proves it. Each further one would have to take
    // something out, so the loop ends.
    loop {
        let spans = spans(&masked.text);
        if spans.is_empty() {
            return masked;
        }
        masked = replace(&masked, &mut places, &spans, lang);
    }
}

/// What to replace, as ranges of bytes in order, none touching another's bytes.
fn spans(text: &str) -> Vec<(usize, usize, PersonalData)> {
    let mut shadow = shadow::Shadow::new(text);
    let mut found = address::find(&mut shadow, text);
    found.extend(papers::find(&mut shadow));
    found.extend(number::find(&shadow));
    found.sort_by_key(|it| it.from);
    let mut res: Vec<(usize, usize, PersonalData)> = Vec::with_capacity(found.len());
    for span in found {
        let (from, to) = shadow.bytes(span.from, span.to);
        match res.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(to),
            _ => res.push((from, to, span.kind)),
        }
    }
    res
}

/// Puts the tokens in; `places` are the positions of all tokens so far, kept in step with `found`.
fn replace(
    old: &Masked,
    places: &mut Vec<usize>,
    spans: &[(usize, usize, PersonalData)],
    lang: Lang,
) -> Masked {
    let mut text = String::with_capacity(old.text.len() + 16);
    let mut all: Vec<(usize, PersonalData)> = Vec::with_capacity(places.len() + spans.len());
    let mut earlier = places.iter().copied().zip(old.found.iter().copied()).peekable();
    let mut done = 0;
    for &(from, to, kind) in spans {
        while let Some((place, known)) = earlier.next_if(|it| it.0 < from) {
            all.push((text.len() + place - done, known));
        }
        text.push_str(&old.text[done..from]);
        all.push((text.len(), kind));
        text.push_str(kind.token(lang));
        done = to;
    }
    all.extend(earlier.map(|(place, known)| ((text.len() + place).saturating_sub(done), known)));
    text.push_str(&old.text[done..]);
    *places = all.iter().map(|it| it.0).collect();
    Masked { text, found: all.into_iter().map(|it| it.1).collect() }
}

#[cfg(test)]
mod tests;
