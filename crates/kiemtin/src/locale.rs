//! The words of pages and of the command line, one folder of Fluent files a language.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, RwLock};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader as _, static_loader};
use kiemtin_core::lang::Lang;
use kiemtin_core::review::{Content, VersionClass};
use unic_langid::langid;

/// What stands in a text, by name.
type Values = HashMap<Cow<'static, str>, FluentValue<'static>>;

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // Marks around inserted values confuse screen readers and search; ours need none.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// Texts without values as they were looked up first, by the place of the language: a page asks for a
/// hundred of them. Keys are the program's own, so there are as many as in the files.
static KNOWN: [LazyLock<RwLock<HashMap<String, String>>>; Lang::ALL.len()] =
    [const { LazyLock::new(RwLock::default) }; Lang::ALL.len()];

/// The language that a client asks for first (`Accept-Language`), of those we speak; Vietnamese
/// otherwise.
pub fn preferred(accept_language: &str) -> Lang {
    let tags = accept_language.split(',').filter_map(|it| it.split(';').next());
    tags.map(str::trim).find_map(Lang::from_tag).unwrap_or(Lang::Vi)
}

/// The text under a key.
pub fn text(lang: Lang, key: &str) -> String {
    let known = &KNOWN[lang as usize];
    let found = known.read().expect("nobody panics while holding it").get(key).cloned();
    found.unwrap_or_else(|| {
        let text = look_up(lang, key, None);
        let mut known = known.write().expect("nobody panics while holding it");
        known.insert(key.to_owned(), text.clone());
        text
    })
}

/// The text under a key, with values in it.
pub fn text_with(lang: Lang, key: &str, values: &[(&'static str, FluentValue<'static>)]) -> String {
    let values: Values =
        values.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
    look_up(lang, key, Some(&values))
}

/// The verdict of an answer in words, or that it was withdrawn.
pub fn verdict(lang: Lang, content: &Content) -> String {
    match content.class {
        VersionClass::Retraction => text(lang, "claim-withdrawn"),
        _ => content.rating.words(lang).to_owned(),
    }
}

/// A page asks for a hundred texts, and it is known which languages there are: the library's own
/// look-up would negotiate one anew each time.
fn look_up(lang: Lang, key: &str, values: Option<&Values>) -> String {
    let found = LOCALES.lookup_single_language(&identifier(lang), key, values);
    found.unwrap_or_else(|_| LOCALES.lookup_complete(&identifier(lang), key, values))
}

/// A number as readers of this language write it: `1.234` or `1,234`.
pub fn number(lang: Lang, n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mark = if lang == Lang::Vi { '.' } else { ',' };
    let mut res = if n < 0 { "-".to_owned() } else { String::new() };
    for (idx, digit) in digits.chars().enumerate() {
        if 0 < idx && (digits.len() - idx).is_multiple_of(3) {
            res.push(mark);
        }
        res.push(digit);
    }
    res
}

/// Hundredths as a fraction, as readers of this language write it: `0,83` or `0.83`.
pub fn hundredths(lang: Lang, n: u8) -> String {
    let mark = if lang == Lang::Vi { ',' } else { '.' };
    format!("{}{mark}{:02}", n / 100, n % 100)
}

/// A share as percents: `97 %` in Vietnamese and English alike. The space does not break, so that no
/// line begins with the sign.
pub fn percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", 100.0 * share)
}

/// The same to a tenth: `97,3 %` or `97.3 %`.
pub fn percent_fine(lang: Lang, share: f64) -> String {
    let percent = format!("{:.1}\u{a0}%", 100.0 * share);
    if lang == Lang::Vi { percent.replace('.', ",") } else { percent }
}

fn identifier(lang: Lang) -> LanguageIdentifier {
    match lang {
        Lang::Vi => langid!("vi"),
        Lang::En => langid!("en"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_readers_write_them() {
        assert_eq!(number(Lang::Vi, 1_234_567), "1.234.567");
        assert_eq!(number(Lang::En, 1_234), "1,234");
        assert_eq!(number(Lang::En, -12), "-12");
        assert_eq!(number(Lang::Vi, 100), "100");
        assert_eq!(
            (hundredths(Lang::Vi, 7), hundredths(Lang::En, 100)),
            ("0,07".into(), "1.00".into())
        );
        assert_eq!(percent_fine(Lang::Vi, 0.9734), "97,3\u{a0}%");
        assert_eq!(percent_fine(Lang::En, 1.0), "100.0\u{a0}%");
    }
}
