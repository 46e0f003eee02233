//! The words of every indexed text, in order: what exact scores and the ranker's features are
//! worked out from, without another look into the posting lists.

use std::ops::Range;

use super::view::Terms;
use crate::text::TextKey;
use crate::text::negation::Negation;
use crate::text::number::{Date, Number};
use crate::text::opposite::Side;
use crate::text::place::Place;

/// Words kept of one text. A claim with its headline and review beyond that is found by its
/// beginning.
pub(super) const UNIT_WORDS_MAX: usize = 640;
/// Words of the statement, and of the headline, that the ranker looks at one by one.
const PART_WORDS_MAX: usize = 96;

/// What must not be contradicted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct UnitFacts {
    pub(crate) numbers: Vec<Number>,
    pub(crate) dates: Vec<Date>,
    pub(crate) places: Vec<Place>,
    pub(crate) negated: Vec<Negation>,
    pub(crate) sides: Vec<Side>,
    pub(crate) denies: bool,
}

/// One text that can be found: a claim with its title and review, a variant, or a sighting.
#[derive(Debug)]
pub(super) struct Row {
    /// `None` once its claim was removed or replaced.
    pub(super) claim: Option<u32>,
    pub(super) start: u32,
    pub(super) n_words: u16,
    /// Where its words with diacritics begin; English has none.
    pub(super) marked_start: Option<u32>,
    /// Statement and headline, as lengths at the front of the text.
    pub(super) n_statement: u16,
    pub(super) n_title: u16,
    pub(super) facts: Option<Box<UnitFacts>>,
}

/// Every text.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) words: Vec<u32>,
    pub(super) marked: Vec<u32>,
    pub(super) rows: Vec<Row>,
}

/// The words of one text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit<'a> {
    /// English stems, or Vietnamese syllables without diacritics.
    pub(crate) words: &'a [u32],
    /// Vietnamese syllables as they were written.
    pub(crate) marked: &'a [u32],
    pub(crate) statement: &'a [u32],
    pub(crate) title: &'a [u32],
    pub(crate) facts: Option<&'a UnitFacts>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn unit(&self, unit: u32) -> Unit<'_> {
        let row = &self.rows[unit as usize];
        let n = usize::from(row.n_words);
        let words = &self.words[row.start as usize..][..n];
        let marked = row.marked_start.map_or(&[][..], |it| &self.marked[it as usize..][..n]);
        let (statement, rest) = words.split_at(usize::from(row.n_statement));
        let title = &rest[..usize::from(row.n_title)];
        let facts = row.facts.as_deref();
        let cut = |part: &'_ [u32]| part.len().min(PART_WORDS_MAX);
        let (statement, title) = (&statement[..cut(statement)], &title[..cut(title)]);
        Unit { words, marked, statement, title, facts }
    }

    /// Adds a text; the parts are its statement and, if it has them, headline and review.
    pub(super) fn add(&mut self, claim: u32, statement: &TextKey, title: usize, terms: &Terms) {
        let n_words = terms.words.len().min(UNIT_WORDS_MAX);
        let place = |it: usize| u32::try_from(it).expect("fewer than four billion words");
        let start = place(self.words.len());
        self.words.extend(&terms.words[..n_words]);
        let marked_start = (!terms.marked.is_empty()).then(|| {
            let start = place(self.marked.len());
            self.marked.extend(&terms.marked[..n_words]);
            start
        });
        let n_statement = statement.folded.len().min(n_words);
        let n_title = title.min(n_words - n_statement);
        self.rows.push(Row {
            claim: Some(claim),
            start,
            n_words: n_words as u16,
            marked_start,
            n_statement: n_statement as u16,
            n_title: n_title as u16,
            facts: UnitFacts::of(statement),
        });
    }

    /// Keeps the texts that have a new number, in their order.
    pub(super) fn renumber(&mut self, new_unit: &[Option<u32>]) {
        let old = std::mem::take(self);
        for (row, _) in old.rows.into_iter().zip(new_unit).filter(|it| it.1.is_some()) {
            let of = |start: u32| -> Range<usize> {
                start as usize..start as usize + usize::from(row.n_words)
            };
            let start = self.words.len() as u32;
            self.words.extend(&old.words[of(row.start)]);
            let marked_start = row.marked_start.map(|it| {
                let start = self.marked.len() as u32;
                self.marked.extend(&old.marked[of(it)]);
                start
            });
            self.rows.push(Row { start, marked_start, ..row });
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let of = |it: &UnitFacts| {
            size_of::<UnitFacts>()
                + it.numbers.capacity() * (size_of::<Number>() + 16)
                + it.dates.capacity() * (size_of::<Date>() + 16)
                + it.places.capacity() * (size_of::<Place>() + 16)
                + it.negated.capacity() * (size_of::<Negation>() + 220)
                + it.sides.capacity() * (size_of::<Side>() + 220)
        };
        let facts: usize = self.rows.iter().flat_map(|it| it.facts.as_deref()).map(of).sum();
        (self.words.capacity() + self.marked.capacity()) * 4
            + self.rows.capacity() * size_of::<Row>()
            + facts
    }
}

impl UnitFacts {
    /// The values of another text of the same claim beside these: what one of them says the claim
    /// says.
    pub(crate) fn with_values_of(&self, other: &Self) -> Self {
        fn both<T: Clone>(a: &[T], b: &[T]) -> Vec<T> {
            a.iter().chain(b).cloned().collect()
        }
        Self {
            numbers: both(&self.numbers, &other.numbers),
            dates: both(&self.dates, &other.dates),
            places: both(&self.places, &other.places),
            sides: both(&self.sides, &other.sides),
            negated: self.negated.clone(),
            denies: self.denies,
        }
    }

    fn of(key: &TextKey) -> Option<Box<Self>> {
        let res = Self {
            numbers: key.numbers.clone(),
            dates: key.dates.clone(),
            places: key.places.clone(),
            negated: key.negated.clone(),
            sides: key.sides.clone(),
            denies: key.denies,
        };
        (res != Self::default()).then(|| Box::new(res))
    }
}
