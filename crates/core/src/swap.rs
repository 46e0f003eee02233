//! The same words around another word: "vắc xin HPV làm biến đổi gen" against "vắc xin mRNA làm
//! biến đổi gen".
//!
//! What lists of numbers, places and opposites do not know is seen by where it stands: a message
//! that follows a claim word for word and says something else at one place says something else. A
//! synonym there costs an answer that a member then gives; the other way round a wrong one would
//! have gone out.

use std::ops::Range;

/// Words that may stand in another's place, on either side.
const SWAPPED_MAX: usize = 6;
/// Words around that are the same, before and behind together.
const AROUND_MIN: usize = 4;
/// Words counted on one side.
const SIDE_MAX: usize = 4;
/// Words of a message that are looked at.
const WORDS_MAX: usize = 200;

/// The first place where both texts have the same words around and something else between: where it
/// is in `message`. `is_else` tells of places in the message and in the claim whether they say
/// something that the other side says nowhere.
pub(crate) fn swapped<T: PartialEq>(
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
