//! Why a source could not be read, in words: what is stored is a code, perhaps with a value.

use kiemtin_core::lang::Lang;

use crate::locale::text_with;

/// The codes of `manners`, `fetch`, `kinds`, `local` and `look`.
const KNOWN: [&str; 24] = [
    "refused",
    "profile",
    "author",
    "short",
    "personal",
    "redirects",
    "name",
    "slow",
    "tls",
    "status",
    "kind",
    "packing",
    "size",
    "network",
    "robots",
    "rules",
    "busy",
    "nothing",
    "text",
    "elsewhere",
    "key",
    "program",
    "file",
    "unseen",
];

/// A code in words; one that a newer program wrote is "cannot be reached".
pub fn words(lang: Lang, trouble: &str) -> String {
    let (code, value) = trouble.split_once(' ').unwrap_or((trouble, ""));
    let code = if KNOWN.contains(&code) { code } else { "network" };
    text_with(lang, &format!("source-trouble-{code}"), &[("value", value.to_owned().into())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_in_each_language() {
        for (code, lang) in KNOWN.iter().flat_map(|it| Lang::ALL.map(|lang| (*it, lang))) {
            let words = words(lang, &format!("{code} 404"));
            assert!(!words.contains("source-trouble"), "{lang} lacks {words}");
        }
        assert_eq!(words(Lang::En, "newer 1"), words(Lang::En, "network"));
    }
}
