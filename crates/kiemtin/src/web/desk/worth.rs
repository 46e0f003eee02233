//! Sentences of a group that are worth checking, with the reasons in words: a proposal to whoever
//! words the claim.

use kiemtin_core::lang::Lang;
use kiemtin_core::worth::Reason;
use kiemtin_store::StoreResult;
use kiemtin_store::groups::Group;
use kiemtin_store::messages::Message;
use url::form_urlencoded;

use crate::app::App;
use crate::app::worth::Proposed;
use crate::locale::{text, text_with};

/// Sentences shown of one group.
const SHOWN_MAX: usize = 5;
/// Texts of a group that are looked at: the others say the same.
const TEXTS_MAX: usize = 5;

/// A sentence on the page.
pub(super) struct Sentence {
    pub(super) text: String,
    /// What speaks for checking it.
    pub(super) because: String,
    /// What speaks against, if anything does.
    pub(super) despite: Option<String>,
    /// Where it is worded as a claim.
    pub(super) href: String,
}

/// The sentences of a group.
pub(super) async fn of_group(
    app: &App,
    lang: Lang,
    group: &Group,
    messages: &[Message],
) -> StoreResult<Vec<Sentence>> {
    let texts: Vec<&str> = messages.iter().take(TEXTS_MAX).map(|it| it.text.as_str()).collect();
    let proposed = app.worth_checking(&texts, group.lang, SHOWN_MAX).await?;
    Ok(proposed.into_iter().map(|it| sentence(lang, group, it)).collect())
}

fn sentence(lang: Lang, group: &Group, proposed: Proposed) -> Sentence {
    let Proposed { text, probability: _, reasons } = proposed;
    let (because, despite): (Vec<&Reason>, Vec<&Reason>) =
        reasons.iter().partition(|it| it.signal.speaks_for());
    let said = |key: &str, reasons: Vec<&Reason>| {
        let named: Vec<String> = reasons.into_iter().map(|it| named(lang, it)).collect();
        text_with(lang, key, &[("value", named.join(", ").into())])
    };
    let mut href = form_urlencoded::Serializer::new("/desk/claims/new?".to_owned());
    href.append_pair("group", &group.id.to_string()).append_pair("sentence", &text);
    Sentence {
        because: said("d-worth-for", because),
        despite: (!despite.is_empty()).then(|| said("d-worth-against", despite)),
        href: href.finish(),
        text,
    }
}

/// A reason in words: what it is, and the words it was found by.
fn named(lang: Lang, reason: &Reason) -> String {
    let name = text(lang, &format!("d-worth-signal-{}", reason.signal.code().replace('_', "-")));
    match reason.words.as_slice() {
        [] => name,
        words => format!("{name} (“{}”)", words.join("”, “")),
    }
}

#[cfg(test)]
mod tests {
    use kiemtin_core::worth::Signal;

    use super::*;

    #[test]
    fn every_reason_has_words_in_each_language() {
        for (signal, lang) in Signal::ALL.iter().flat_map(|it| Lang::ALL.map(|lang| (*it, lang))) {
            let reason = Reason { signal, weight: 1.0, words: vec!["x".to_owned()] };
            let words = named(lang, &reason);
            assert!(!words.contains("d-worth"), "{lang} lacks {words}");
            assert!(words.contains("“x”"));
        }
    }
}
