//! A message as the index sees it: its terms with what each is worth, unknown words repaired.

use super::ClaimIndex;
use super::view::{self, N_VIEWS, Terms, VIEWS, View, pair_hash, word_hash};
use crate::text::TextKey;

/// Shorter unknown words have too many neighbours.
const REPAIRED_LETTERS_MIN: usize = 3;
/// Longer ones cost more tries than they find.
const REPAIRED_LETTERS_MAX: usize = 16;
/// Unknown words looked at in one message.
const REPAIRS_MAX: usize = 24;
/// A word that stands in fewer texts is no likelier than the misspelt one.
const REPAIRED_INTO_TEXTS_MIN: usize = 5;

/// A message, ready to be searched.
#[derive(Debug)]
pub(crate) struct Query {
    /// Its words in order.
    pub(crate) words: Vec<QueryTerm>,
    /// The different terms of each view, most telling first.
    pub(super) terms: [Vec<QueryTerm>; N_VIEWS],
    pub(super) lookups: [Lookup; N_VIEWS],
    /// What a text with every term once would score at most.
    pub(super) ideal: [f32; N_VIEWS],
    pub(super) weights: [f32; N_VIEWS],
}

/// A term and how telling it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueryTerm {
    pub(crate) hash: u32,
    pub(crate) idf: f32,
    /// Does any text have it?
    pub(crate) is_known: bool,
}

impl Query {
    pub(super) fn of(index: &ClaimIndex, key: &TextKey) -> Self {
        let mut terms = Terms::of(std::slice::from_ref(key));
        repair(index, key, &mut terms);
        let term = |view: View, hash: &u32| {
            let n_with = index.views[view as usize].n_postings(*hash);
            let idf = view::idf(n_with, index.n_live());
            QueryTerm { hash: *hash, idf, is_known: 0 < n_with }
        };
        let base = if terms.marked.is_empty() { View::Words } else { View::Folded };
        let words = terms.words.iter().map(|it| term(base, it)).collect();
        let terms: [Vec<QueryTerm>; N_VIEWS] = VIEWS.map(|view| {
            let mut all = terms.in_view(view);
            all.sort_unstable();
            all.dedup();
            let mut all: Vec<QueryTerm> = all.iter().map(|it| term(view, it)).collect();
            all.sort_unstable_by(|a, b| b.idf.total_cmp(&a.idf).then(a.hash.cmp(&b.hash)));
            all
        });
        let total = |all: &Vec<QueryTerm>| all.iter().map(|it| it.idf).sum::<f32>();
        Self {
            words,
            ideal: std::array::from_fn(|it| total(&terms[it]).max(f32::MIN_POSITIVE)),
            lookups: std::array::from_fn(|it| Lookup::of(&terms[it])),
            terms,
            weights: view::weights(key),
        }
    }
}

impl Query {
    /// The different terms of a view, most telling first.
    pub(crate) fn terms(&self, view: View) -> &[QueryTerm] {
        &self.terms[view as usize]
    }

    /// The place of a term among them.
    pub(crate) fn place(&self, view: View, term: u32) -> Option<usize> {
        self.lookups[view as usize].idx(term)
    }

    /// Do these two words follow each other in the message?
    pub(crate) fn has_pair(&self, pair: [u32; 2]) -> bool {
        self.place(View::Pairs, pair_hash(pair)).is_some()
    }

    /// What a text with every term of a view once would score at most.
    pub(crate) fn ideal(&self, view: View) -> f32 {
        self.ideal[view as usize]
    }
}

/// Puts the likeliest word in the place of one that no text has: a letter more, less, another, or
/// two that changed places, if its neighbours say so too.
fn repair(index: &ClaimIndex, key: &TextKey, terms: &mut Terms) {
    let spelled = if terms.marked.is_empty() { &key.words } else { &key.folded };
    let base = if terms.marked.is_empty() { View::Words } else { View::Folded };
    let (words, pairs) = (&index.views[base as usize], &index.views[View::Pairs as usize]);
    let mut n_left = REPAIRS_MAX;
    for (at, word) in spelled.iter().enumerate() {
        let lengths = REPAIRED_LETTERS_MIN..=REPAIRED_LETTERS_MAX;
        let is_word = word.bytes().all(|it| it.is_ascii_lowercase());
        if !is_word || !lengths.contains(&word.len()) || 1 < words.n_postings(terms.words[at]) {
            continue;
        }
        let Some(left) = n_left.checked_sub(1) else { return };
        n_left = left;
        let before = at.checked_sub(1).map(|it| terms.words[it]);
        let after = terms.words.get(at + 1).copied();
        let together = |hash: u32| {
            let around = [before.map(|it| [it, hash]), after.map(|it| [hash, it])];
            around.map(|it| it.map_or(0, |it| pairs.n_postings(pair_hash(it))))
        };
        // The one text that has the word has it in this place: it is no mistake.
        if together(terms.words[at]) != [0, 0] {
            continue;
        }
        let mut best = (0.0, terms.words[at]);
        for_each_neighbour(word, |spelled| {
            let hash = word_hash(spelled);
            let n_with = words.n_postings(hash);
            if n_with < REPAIRED_INTO_TEXTS_MIN {
                return;
            }
            let evidence = together(hash).into_iter().filter(|it| 0 < *it);
            let evidence: f32 = evidence.map(|it| 1.0 + (it as f32).ln_1p()).sum();
            let score = evidence + 0.1 * (n_with as f32).ln();
            if 0.0 < evidence && best.0 < score {
                best = (score, hash);
            }
        });
        terms.words[at] = best.1;
    }
}

/// Every spelling at a distance of one edit. The word is ASCII.
fn for_each_neighbour(word: &str, mut deed: impl FnMut(&str)) {
    let letters = word.as_bytes();
    let mut spelled = Vec::with_capacity(letters.len() + 1);
    let mut say = |parts: [&[u8]; 3]| {
        spelled.clear();
        parts.iter().for_each(|it| spelled.extend_from_slice(it));
        deed(std::str::from_utf8(&spelled).expect("ASCII letters"));
    };
    for at in 0..=letters.len() {
        let (head, tail) = letters.split_at(at);
        if let [first, rest @ ..] = tail {
            say([head, &[], rest]);
            if let [second, rest @ ..] = rest {
                say([head, &[*second, *first], rest]);
            }
        }
        for letter in b'a'..=b'z' {
            say([head, &[letter], tail]);
            if let [_, rest @ ..] = tail {
                say([head, &[letter], rest]);
            }
        }
    }
}

/// From a hash to its place in a list of terms.
#[derive(Debug)]
pub(super) struct Lookup {
    slots: Vec<(u32, u32)>,
}

const FREE: u32 = u32::MAX;

impl Lookup {
    fn of(terms: &[QueryTerm]) -> Self {
        let n_slots = (terms.len() * 4).next_power_of_two().max(16);
        let mut slots = vec![(0, FREE); n_slots];
        for (idx, it) in terms.iter().enumerate() {
            let mut at = it.hash as usize & (n_slots - 1);
            while slots[at].1 != FREE {
                at = (at + 1) & (n_slots - 1);
            }
            slots[at] = (it.hash, idx as u32);
        }
        Self { slots }
    }

    #[inline]
    pub(super) fn idx(&self, hash: u32) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (slot, idx) = self.slots[at];
            if idx == FREE {
                return None;
            }
            if slot == hash {
                return Some(idx as usize);
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edit_of_one_letter_is_tried() {
        let mut tried = Vec::new();
        for_each_neighbour("nuoc", |it| tried.push(it.to_owned()));
        for word in ["uoc", "nuo", "unoc", "nouc", "nuoco", "xnuoc", "nuxc"] {
            assert!(tried.iter().any(|it| it == word), "{word}");
        }
        assert!(!tried.iter().any(|it| it == "nuoxx"), "one edit, not two");
    }

    #[test]
    fn a_lookup_knows_its_terms_and_no_others() {
        let terms: Vec<QueryTerm> =
            (0..40_u32).map(|it| QueryTerm { hash: it * 64, idf: 1.0, is_known: true }).collect();
        let lookup = Lookup::of(&terms);
        for (idx, it) in terms.iter().enumerate() {
            assert_eq!(lookup.idx(it.hash), Some(idx));
            assert_eq!(lookup.idx(it.hash + 1), None);
        }
    }
}
