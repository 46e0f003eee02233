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
    let lower = text.to_lowercase();
    let tokens = tokens(&lower);
    let span = (0..tokens.len()).find_map(|it| span_at(&tokens, it))?;
    let then = now.checked_sub(span).ok()?;
    Some(Written {
        day: then.date(),
        precision: Precision::Day,
        clock: None,
        offset: None,
        swapped: None,
        tells_order: None,
        at: 0,
        end: text.len(),
    })
}

/// How far back the words at a token lead.
fn span_at(tokens: &[Token<'_>], idx: usize) -> Option<Span> {
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
    let stands = |words: &[&str]| {
        words.len() <= tokens.len() - idx
            && words.iter().zip(&tokens[idx..]).all(|(word, it)| it.text == *word)
    };
    if let Some((_, n_days)) = DAYS.iter().find(|it| stands(it.0)) {
        return Some(n_days.days());
    }
    let number = tokens[idx].number(3).map(i64::from)?;
    let unit = tokens.get(idx + 1).filter(|it| it.kind == Kind::Word)?;
    let span = unit_span(unit.text, number)?;
    let behind = tokens.get(idx + 2).is_some_and(|it| it.is_word(&["trước", "truoc", "ago"]));
    let before = idx > 0 && tokens[idx - 1].is_word(&["vor", "đây"]);
    (behind || before).then_some(span)
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
