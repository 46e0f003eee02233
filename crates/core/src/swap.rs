//! The same words around another word: "vắc xin HPV làm biến đổi gen" against "vắc xin mRNA làm
//! biến đổi gen".
//!
//! What lists of numbers, places and opposites do not know is seen by where it stands: a message
//! that follows a claim word for word and says something else at one place says something else. A
//! synonym there costs an answer that a member then gives; the other way round a wrong one would
//! have gone out.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use crate::index::{Candidate, ClaimIndex, Query, QueryTerm, Unit, word_hash};
use crate::lang::Lang;
use crate::text::{TextKey, english, normalise, number, vietnamese};

/// Words that may stand in another's place, on either side.
const SWAPPED_MAX: usize = 6;
/// Words around that are the same, before and behind together.
const AROUND_MIN: usize = 4;
/// Words counted on one side.
const SIDE_MAX: usize = 4;
/// Words of a message that are looked at.
const WORDS_MAX: usize = 200;

/// A message may leave out one word of a text in so many and still follow it.
const LEFT_OUT_ONE_IN: usize = 8;

/// What the message says where a text of the claim has the same words around something else,
/// which the message says nowhere. The message must say the rest of that text: in freer words
/// another word is no other statement.
pub(crate) fn said_instead(
    index: &ClaimIndex,
    query: &Query,
    key: &TextKey,
    candidate: &Candidate,
) -> Option<String> {
    let typed = key.shown();
    let is_bare = key.is_bare && key.lang == Lang::Vi;
    let hash = |(word, term): (&String, &QueryTerm)| {
        let dialect = || vietnamese::standard(word).map(normalise::fold);
        let form = number::one_form(word, is_bare).or_else(dialect);
        form.map_or(term.hash, |it| word_hash(&it))
    };
    let message: Vec<u32> = typed.iter().zip(&query.words).map(hash).collect();
    let tells: Vec<bool> = typed.iter().map(|it| !key.is_common(it)).collect();
    let telling = |at: Range<usize>| -> HashSet<u32> {
        at.filter(|it| tells[*it]).map(|it| message[it]).collect()
    };
    let said = telling(0..message.len());
    let unit = index.unit(candidate);
    let nearest: HashSet<u32> = unit.one_form(0..unit.n_stated(), is_bare).into_iter().collect();
    let found = index.units_of(candidate).find_map(|unit| {
        let n_statement = unit.statement.len();
        [0..n_statement, n_statement..unit.n_stated()].into_iter().find_map(|part| {
            let words = unit.one_form(part.clone(), is_bare);
            let own = unit.telling(part.clone(), is_bare);
            let n_missing = own.difference(&said).count();
            let n_missing_max = own.len() / LEFT_OUT_ONE_IN;
            let is_else = |ours: Range<usize>, theirs: Range<usize>| {
                let ours = telling(ours);
                let theirs =
                    unit.telling(part.start + theirs.start..part.start + theirs.end, is_bare);
                !ours.is_empty()
                    && !theirs.is_empty()
                    && ours.len() <= theirs.len() + 2
                    && ours.len()
                        <= 2 * ours.difference(&own).filter(|it| !nearest.contains(it)).count()
                    && theirs.is_disjoint(&said)
                    && n_missing - theirs.len() <= n_missing_max
            };
            (0 < n_missing).then(|| swapped(&message, &words, is_else)).flatten()
        })
    })?;
    Some(typed[found].join(" "))
}

impl Unit<'_> {
    /// Words of statement and headline.
    fn n_stated(&self) -> usize {
        self.statement.len() + self.title.len()
    }

    /// A word as it was written, if that is known.
    fn written(&self, at: usize) -> u32 {
        self.marked.get(at).copied().unwrap_or(self.words[at])
    }

    /// The words at these places, numbers and measures in one spelling; as they are for a message
    /// without diacritics, whose words say less.
    fn one_form(&self, at: Range<usize>, is_bare: bool) -> Vec<u32> {
        static ONE_FORM: LazyLock<HashMap<u32, u32>> = LazyLock::new(|| {
            let stemmer = english::stemmer();
            let forms = number::WORDS.iter().filter_map(|it| {
                let form = word_hash(&number::one_form(it, false)?);
                Some([(word_hash(it), form), (word_hash(&english::stem(&stemmer, it)), form)])
            });
            let dialect = vietnamese::DIALECT.iter();
            let dialect = dialect.map(|(a, b)| (word_hash(a), word_hash(&normalise::fold(b))));
            forms.flatten().chain(dialect).collect()
        });
        let form = |it: usize| ONE_FORM.get(&self.written(it)).copied().filter(|_| !is_bare);
        at.map(|it| form(it).unwrap_or(self.words[it])).collect()
    }

    /// Those of them that say something.
    fn telling(&self, at: Range<usize>, is_bare: bool) -> HashSet<u32> {
        static COMMON_HASHES: LazyLock<HashSet<u32>> =
            LazyLock::new(|| vietnamese::COMMON.iter().map(|it| word_hash(it)).collect());
        let places = at.clone().zip(self.one_form(at, is_bare));
        places.filter(|it| !COMMON_HASHES.contains(&self.written(it.0))).map(|it| it.1).collect()
    }
}

/// The first place where both texts have the same words around and something else between: where it
/// is in `message`. `is_else` tells of places in the message and in the claim whether they say
/// something that the other side says nowhere.
fn swapped<T: PartialEq>(
    message: &[T],
    claim: &[T],
    is_else: impl Fn(Range<usize>, Range<usize>) -> bool,
) -> Option<Range<usize>> {
    let message = &message[..message.len().min(WORDS_MAX)];
    let same_before = |m: usize, c: usize| {
        let pairs = message[..m].iter().rev().zip(claim[..c].iter().rev());
        pairs.take(SIDE_MAX).take_while(|(a, b)| a == b).count()
    };
    let same_behind = |m: usize, c: usize| {
        let pairs = message[m..].iter().zip(&claim[c..]);
        pairs.take(SIDE_MAX).take_while(|(a, b)| a == b).count()
    };
    for m in 0..message.len() {
        for c in 0..claim.len() {
            let n_before = same_before(m, c);
            if message[m] == claim[c] || n_before == 0 && 0 < m.max(c) {
                continue;
            }
            let ends =
                (1..=SWAPPED_MAX).flat_map(|a| (1..=SWAPPED_MAX).map(move |b| (m + a, c + b)));
            for (m_end, c_end) in ends.filter(|it| it.0 <= message.len() && it.1 <= claim.len()) {
                let n_behind = same_behind(m_end, c_end);
                // A claim that ends here is followed in the message by what the message adds.
                let claim_ends = c_end == claim.len() && SIDE_MAX <= n_before;
                let is_around = AROUND_MIN <= n_before + n_behind && (0 < n_behind || claim_ends);
                if is_around && is_else(m..m_end, c..c_end) {
                    return Some(m..m_end);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, claim: &str, expected: Option<&str>) {
        let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
        let (message, claim): (&'static str, &'static str) =
            (message.to_owned().leak(), claim.to_owned().leak());
        let (ours, theirs) = (words(message), words(claim));
        let is_else = |a: Range<usize>, b: Range<usize>| {
            ours[a].iter().all(|it| !theirs.contains(it))
                && theirs[b].iter().all(|it| !ours.contains(it))
        };
        let found = swapped(&ours, &theirs, is_else).map(|it| ours[it].join(" "));
        assert_eq!(found.as_deref(), expected, "{message} / {claim}");
    }

    #[test]
    fn another_word_among_the_same_words_is_found() {
        check("vắc xin hpv làm biến đổi gen", "vắc xin mrna làm biến đổi gen", Some("hpv"));
        check(
            "nghe nói vắc xin hpv làm biến đổi gen",
            "vắc xin mrna làm biến đổi gen",
            Some("hpv"),
        );
        check("thầy lang chữa được rắn cắn", "thầy lang chữa được dại", Some("rắn"));
        check("vietcombank sắp bỏ thẻ từ", "agribank sắp bỏ thẻ từ", Some("vietcombank"));
    }

    #[test]
    fn more_words_other_order_and_other_surroundings_are_none() {
        check("vắc xin mrna gây hại làm biến đổi gen", "vắc xin mrna làm biến đổi gen", None);
        check("a b c d", "a b c d", None);
        check("b a c d", "a b c d", None);
        check("a x b", "a y b", None);
        check("", "a b", None);
    }
}
