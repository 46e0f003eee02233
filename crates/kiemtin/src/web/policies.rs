//! The texts that come with the program for the desk's pages about itself, and the facts of the desk.
//! Readers and members see the same: `public::policy`, `desk::policy`.

use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::policy::{Facts, Policy};
use kiemtin_store::StoreResult;

use crate::app::App;
use crate::locale;

/// One file for each page and language, in the binary.
macro_rules! texts {
    ($($policy:ident => $name:literal),* $(,)?) => {
        fn text(policy: Policy, lang: Lang) -> &'static str {
            match (policy, lang) {
                $(
                    (Policy::$policy, Lang::Vi) => include_str!(concat!("../../policy/vi/", $name, ".txt")),
                    (Policy::$policy, Lang::En) => include_str!(concat!("../../policy/en/", $name, ".txt")),
                )*
                // The facts are fields, not a text.
                (Policy::Facts, _) => "",
            }
        }
    };
}

texts! {
    Methodology => "methodology",
    Selection => "selection",
    NotChecked => "not-checked",
    WhoWeAre => "who-we-are",
    Funding => "funding",
    Corrections => "corrections",
    Complaints => "complaints",
    Privacy => "privacy",
    Accessibility => "accessibility",
}

/// The text that a page has until an editor changes it.
pub(super) fn from_the_program(policy: Policy) -> Localised {
    Localised::new(text(policy, Lang::Vi), text(policy, Lang::En))
}

/// What a page is called.
pub(super) fn title(lang: Lang, policy: Policy) -> String {
    locale::text(lang, &format!("policy-{}", policy.name()))
}

/// What the desk says of itself; nothing until an editor says it.
pub(super) async fn facts(app: &App) -> StoreResult<Facts> {
    let found = app.store.policy(Policy::Facts).await?;
    Ok(found.and_then(|it| it.document.facts).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use kiemtin_core::policy::Edit;

    use super::*;

    #[test]
    fn every_page_has_a_whole_text_in_each_language_from_the_beginning() {
        for policy in Policy::PAGES {
            let text = from_the_program(policy);
            for lang in Lang::ALL {
                let n_words = text.exact(lang).unwrap_or_default().split_whitespace().count();
                assert!(
                    (100..=400).contains(&n_words),
                    "{lang} {}: {n_words} words",
                    policy.name()
                );
                assert!(!title(lang, policy).starts_with("policy-"), "{lang} {}", policy.name());
            }
            assert!(Edit::Text(policy, text).is_whole(), "{}", policy.name());
        }
    }
}
