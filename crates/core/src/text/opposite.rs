//! Words that exclude each other: over and under, today and tomorrow, must and may.
//!
//! A list of our own. A message that says one of them where a claim says another, among the same
//! words, says something else, however alike the rest is.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::negation::{self, NEAR_WORDS};
use super::{english, normalise};
use crate::lang::Lang;

/// One of several words that exclude each other, and what stands around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Which words exclude each other: the place in the list.
    pub set: u8,
    /// Which of them: words of one side mean the same.
    pub side: u8,
    /// As the text has it.
    pub word: String,
    /// The folded words (English: stems) before and behind it.
    pub near: Vec<String>,
}

/// More of them make a list, not a statement.
const SIDES_MAX: usize = 12;
/// Words of the surroundings that both sides must have.
const NEAR_SAME_MIN: usize = 1;

/// Each line is a set; each part of it a side; words of a side are parted by `|`. A word behind `~`
/// is also known without its diacritics; the others would be too many words then. One behind `^` has
/// none, and in a text without any it may be another word. The rest in plain letters is English.
const SETS: &[&[&str]] = &[
    &[
        "~một số|~một vài|vài|some|several|few",
        "chỉ|only|just|solely",
        "~phần lớn|~hầu hết|~đa số|most|mostly",
        "mọi|~tất cả|~toàn bộ|every|all|each|everyone|everybody|any",
    ],
    &[
        "~trước đây|~trước kia|~ngày xưa|~hồi xưa|~đời cũ|formerly|previously",
        "~bây giờ|~từ nay|~hiện nay|now|nowadays",
    ],
    &["~chắc chắn|certainly|definitely|surely|always", "~có thể|may|might|could|can", "nên|should"],
    &["~trên|over|above|older", "~dưới|under|below|younger"],
    &["~trước|before", "^sau|after"],
    &[
        "tăng|increase|increases|increased|raise|raises|raised|rise|rises",
        "~giảm|decrease|decreases|decreased|cut|cuts|reduce|reduces|reduced|fall|falls|lower|lowers",
    ],
    &["mở cửa|~mở lại|open|opens|opened|reopen|reopens", "đóng cửa|close|closes|closed|shut"],
    &["~bắt buộc|mandatory|compulsory", "~tự nguyện|~không bắt buộc|voluntary|optional"],
    &[
        "~hôm nay|~đêm nay|~sáng nay|~chiều nay|~tối nay|today|tonight",
        "~ngày mai|~đêm mai|~sáng mai|~chiều mai|~tối mai|tomorrow",
        "~hôm qua|~đêm qua|~sáng qua|~chiều qua|~tối qua|yesterday",
    ],
    &["~an toàn|safe", "~nguy hiểm|dangerous|unsafe"],
    &[
        "cấm|ban|bans|banned|prohibit|prohibits|prohibited|forbidden",
        "~cho phép|allow|allows|allowed|permit|permits|permitted",
    ],
    &["~đàn ông|~nam giới|men|male|man", "~phụ nữ|~nữ giới|women|female|woman"],
    &["~dương tính|positive", "~âm tính|negative"],
    &["~còn sống|alive", "đã chết|~qua đời|~tử vong|dead"],
    &[
        "~mầm non|~mẫu giáo|nursery|nurseries|kindergarten|kindergartens|preschool",
        "~tiểu học|primary|elementary",
        "~trung học|~thcs|~thpt|secondary",
        "~đại học|~sinh viên|university|universities",
    ],
    &["thắng|win|wins|won", "^thua|lose|loses|lost"],
    &["^mua|buy|buys|bought", "bán|sell|sells|sold"],
    &["~cao nhất|highest", "~thấp nhất|lowest"],
    &["~lớn nhất|biggest|largest", "~nhỏ nhất|smallest"],
];

/// Sides that change a statement which has no word of their set: these, by set.
const QUALIFIERS: &[(u8, u8)] = &[(0, 0), (0, 1), (1, 0), (2, 0)];
/// Words around a qualifier that the claim must have too.
const QUALIFIED_NEAR_MIN: usize = 2;

/// What a text says of words that exclude each other.
pub(super) fn sides(words: &[String], lang: Lang, is_bare: bool) -> Vec<Side> {
    let mut res = Vec::new();
    let mut at = 0;
    while at < words.len() && res.len() < SIDES_MAX {
        let Some((set, side, n_words)) = side_at(&words[at..], lang, is_bare) else {
            at += 1;
            continue;
        };
        let end = at + n_words;
        let word = words[at..end].join(" ");
        res.push(Side { set, side, word, near: near(&words[..at], &words[end..], lang) });
        at = end;
    }
    res
}

/// The set and side that the words begin with, and how many words say it.
fn side_at(words: &[String], lang: Lang, is_bare: bool) -> Option<(u8, u8, usize)> {
    static BY_FIRST_WORD: LazyLock<HashMap<String, Vec<Said>>> = LazyLock::new(by_first_word);
    let all = BY_FIRST_WORD.get(words.first()?.as_str())?;
    let begins = |it: &&Said| {
        it.lang == lang
            && it.only_bare.is_none_or(|it| it == is_bare)
            && words.get(..it.words.len()).is_some_and(|head| head == it.words)
    };
    all.iter().find(begins).map(|it| (it.set, it.side, it.words.len()))
}

/// A way to say a side.
struct Said {
    words: Vec<String>,
    lang: Lang,
    /// Only in a text without diacritics, or only in one with them.
    only_bare: Option<bool>,
    set: u8,
    side: u8,
}

fn by_first_word() -> HashMap<String, Vec<Said>> {
    let mut res: HashMap<String, Vec<Said>> = HashMap::new();
    for (set, sides) in (0..).zip(SETS) {
        for (side, all) in (0..).zip(*sides) {
            for said in all.split('|') {
                let is_english = said.bytes().all(|it| it.is_ascii_lowercase());
                let lang = if is_english { Lang::En } else { Lang::Vi };
                let mut add = |said: &str, only_bare: Option<bool>| {
                    let words: Vec<String> = said.split(' ').map(str::to_owned).collect();
                    let all = res.entry(words[0].clone()).or_default();
                    all.push(Said { words, lang, only_bare, set, side });
                };
                if let Some(said) = said.strip_prefix('~') {
                    add(said, None);
                    add(&normalise::fold(said), Some(true));
                } else if let Some(said) = said.strip_prefix('^') {
                    add(said, Some(false));
                } else {
                    add(said, None);
                }
            }
        }
    }
    res.values_mut().for_each(|it| it.sort_by_key(|it| usize::MAX - it.words.len()));
    res
}

fn near(before: &[String], behind: &[String], lang: Lang) -> Vec<String> {
    let form = negation::form(lang);
    let tells = |it: &&String| lang == Lang::Vi || !english::is_stop_word(it);
    let before = before.iter().rev().filter(tells).take(NEAR_WORDS);
    before.chain(behind.iter().filter(tells).take(NEAR_WORDS)).map(form).collect()
}

/// The first side of a message where the claim takes another among the same words, and neither
/// takes both.
pub fn side_conflict<'a>(message: &'a [Side], claim: &'a [Side]) -> Option<(&'a Side, &'a Side)> {
    let takes =
        |all: &[Side], it: &Side| all.iter().any(|that| that.set == it.set && that.side == it.side);
    message.iter().filter(|ours| !takes(claim, ours)).find_map(|ours| {
        let others = claim.iter().filter(|it| it.set == ours.set && !takes(message, it));
        let near = |it: &&Side| {
            NEAR_SAME_MIN <= it.near.iter().filter(|word| ours.near.contains(word)).count()
        };
        others.into_iter().find(near).map(|theirs| (ours, theirs))
    })
}

/// The first word of a message that narrows or widens what the words around it say, and that the
/// claim has not. `claim_has` tells of a folded word (English: stem).
pub fn qualified<'a>(
    message: &'a [Side],
    claim: &[Side],
    claim_has: impl Fn(&str) -> bool,
) -> Option<&'a Side> {
    message.iter().find(|it| {
        let is_alone = claim.iter().all(|that| that.set != it.set);
        let n_near = it.near.iter().filter(|word| claim_has(word)).count();
        QUALIFIERS.contains(&(it.set, it.side)) && is_alone && QUALIFIED_NEAR_MIN <= n_near
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, lang: Lang, conflict: bool) {
        let of = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            sides(&words, lang, text.is_ascii())
        };
        assert_eq!(side_conflict(&of(a), &of(b)).is_some(), conflict, "{a} / {b}");
    }

    #[test]
    fn words_that_exclude_each_other_conflict_among_the_same_words() {
        check("cho trẻ trên 1 tuổi", "cho trẻ dưới 1 tuổi", Lang::Vi, true);
        check("cho tre tren 1 tuoi", "cho trẻ dưới 1 tuổi", Lang::Vi, true);
        check("đêm mai phun thuốc", "đêm nay phun thuốc", Lang::Vi, true);
        check("children over one year", "children under one year", Lang::En, true);
        check("trường tiểu học nghỉ", "trường đại học nghỉ", Lang::Vi, true);
    }

    #[test]
    fn the_same_side_both_sides_and_other_surroundings_do_not() {
        check("children over one year", "children above one year", Lang::En, false);
        check("trên và dưới 1 tuổi", "trẻ dưới 1 tuổi", Lang::Vi, false);
        check("bay trên trời", "trẻ dưới 1 tuổi", Lang::Vi, false);
        check("sau tuan nua", "trước tuần này", Lang::Vi, false);
    }
}
