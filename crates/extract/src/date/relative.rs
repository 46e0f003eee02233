//! Times that count from now: "hôm qua", "2 giờ trước", "vor 3 Tagen". Only with a reference.

use jiff::civil::DateTime;
use jiff::{Span, ToSpan};

use super::Precision;
use super::token::{Kind, Token, tokens};
use super::written::Written;

/// The longest text that is looked at: such times stand alone or in a short line.
const TEXT_BYTES_MAX: usize = 120;

/// The day that a relative time in a short text means.
pub(super) fn relative(text: &str, now: DateTime) -> Option<Written> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let tokens = tokens(text);
    let words: Vec<String> = tokens.iter().map(|it| it.text.to_lowercase()).collect();
    let (span, from, to) = (0..tokens.len()).find_map(|it| span_at(&tokens, &words, it))?;
    let then = now.checked_sub(span).ok()?;
    Some(Written {
        day: then.date(),
        precision: Precision::Day,
        clock: None,
        offset: None,
        swapped: None,
        tells_order: None,
        at: tokens[from].at,
        end: tokens[to - 1].end(),
    })
}

/// How far back the words at a token lead, and from which token to before which they stand.
fn span_at(tokens: &[Token<'_>], words: &[String], idx: usize) -> Option<(Span, usize, usize)> {
    const DAYS: [(&[&str], i64); 12] = [
        (&["hôm", "nay"], 0),
        (&["sáng", "nay"], 0),
        (&["chiều", "nay"], 0),
        (&["hôm", "qua"], 1),
        (&["hôm", "kia"], 2),
        (&["today"], 0),
        (&["yesterday"], 1),
        (&["heute"], 0),
        (&["gestern"], 1),
        (&["vừa", "xong"], 0),
        (&["hom", "qua"], 1),
        (&["just", "now"], 0),
    ];
    let stands = |said: &[&str]| {
        said.len() <= words.len() - idx
            && said.iter().zip(&words[idx..]).all(|(it, word)| it == word)
    };
    if let Some((said, n_days)) = DAYS.iter().find(|it| stands(it.0)) {
        return Some((n_days.days(), idx, idx + said.len()));
    }
    let number = tokens[idx].number(3).map(i64::from)?;
    let unit = tokens.get(idx + 1).filter(|it| it.kind == Kind::Word)?;
    let span = unit_span(&unit.text.to_lowercase(), number)?;
    let behind = tokens.get(idx + 2).is_some_and(|it| it.is_word(&["trước", "truoc", "ago"]));
    let before = idx > 0 && tokens[idx - 1].is_word(&["vor", "đây"]);
    (behind || before).then(|| (span, idx - usize::from(before), idx + 2 + usize::from(behind)))
}

fn unit_span(unit: &str, number: i64) -> Option<Span> {
    Some(match unit {
        "giây" | "giay" | "second" | "seconds" | "sekunden" => number.seconds(),
        "phút" | "phut" | "minute" | "minutes" | "min" | "mins" | "minuten" => number.minutes(),
        "giờ" | "gio" | "tiếng" | "hour" | "hours" | "h" | "hrs" | "stunde" | "stunden" => {
            number.hours()
        }
        "ngày" | "ngay" | "day" | "days" | "tag" | "tagen" => number.days(),
        "tuần" | "tuan" | "week" | "weeks" | "woche" | "wochen" => number.weeks(),
        _ => return None, // Months and years ago are no days.
    })
}
