//! Which part of the queue is shown, kept from page to page in the address.

use kiemtin_core::lang::Lang;
use kiemtin_core::priority::Risk;
use kiemtin_core::remit::TOPICS;
use kiemtin_store::queue::Waiting;
use url::form_urlencoded;

use super::actor::Actor;
use super::form::Fields;
use super::words::{self, Choice};
use crate::locale::text;

/// What each list offers beside languages, topics and risks.
const UNSAID: &str = "unsaid";
const MATCHES: [&str; 2] = ["proposed", "none"];
const WHOSE: [&str; 3] = ["mine", "org", "nobody"];
const DUE: [&str; 2] = ["due", "late"];

/// What is chosen; an empty word is no choice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    chosen: Vec<(&'static str, String)>,
}

/// A list of the form above the queue.
pub(super) struct Select {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) choices: Vec<Choice>,
    pub(super) chosen: String,
}

/// The fields, each with what it takes.
fn fields() -> [(&'static str, Vec<&'static str>); 6] {
    let langs = Lang::ALL.map(Lang::tag).to_vec();
    let risks = Risk::ALL.map(Risk::code).into_iter().chain([UNSAID]).collect();
    [
        ("lang", langs),
        ("topic", TOPICS.to_vec()),
        ("risk", risks),
        ("match", MATCHES.to_vec()),
        ("whose", WHOSE.to_vec()),
        ("due", DUE.to_vec()),
    ]
}

impl Filter {
    /// What an address or a form names; anything unknown is no choice.
    pub(super) fn of(asked: &Fields) -> Self {
        let known = |(name, takes): (&'static str, Vec<&'static str>)| {
            let value = takes.into_iter().find(|it| *it == asked.one(name))?;
            Some((name, value.to_owned()))
        };
        Self { chosen: fields().into_iter().filter_map(known).collect() }
    }

    /// The same from what [`Self::query`] made.
    pub(super) fn parse(query: &str) -> Self {
        Self::of(&Fields::parse(query.as_bytes()))
    }

    /// For the end of an address: `&lang=vi`; empty without a choice.
    pub(super) fn query(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(&self.chosen);
        let pairs = pairs.finish();
        if pairs.is_empty() { pairs } else { format!("&{pairs}") }
    }

    /// Whether something is chosen.
    pub(super) fn is_some(&self) -> bool {
        !self.chosen.is_empty()
    }

    /// Whether something that waits is shown.
    pub(super) fn takes(&self, it: &Waiting, actor: &Actor, now: i64) -> bool {
        let risk = it.standing.risk.map_or(UNSAID, Risk::code);
        let due = it.standing.due.map(|it| it.millis());
        let takes = |(name, value): &(&'static str, String)| match (*name, value.as_str()) {
            ("lang", value) => it.lang.tag() == value,
            ("topic", value) => it.standing.topic.as_deref() == Some(value),
            ("risk", value) => risk == value,
            ("match", value) => it.has_match == (value == MATCHES[0]),
            ("whose", "mine") => it.owner.member == Some(actor.member.id),
            ("whose", "org") => it.owner.org == Some(actor.member.org),
            ("whose", _) => it.owner.org.is_none(),
            ("due", "late") => due.is_some_and(|it| it < now),
            _ => due.is_some(),
        };
        self.chosen.iter().all(takes)
    }

    /// The lists of the form.
    pub(super) fn selects(&self, lang: Lang) -> Vec<Select> {
        let select = |(name, takes): (&'static str, Vec<&'static str>)| {
            let choice = |value: &str| Choice {
                value: value.to_owned(),
                label: match name {
                    // Each language by its own name.
                    "lang" => text(Lang::from_tag(value).unwrap_or(lang), "lang-name"),
                    "topic" => words::topic(lang, value),
                    _ => text(lang, &format!("d-q-{name}-{value}")),
                },
            };
            let chosen = self.chosen.iter().find(|it| it.0 == name);
            Select {
                name,
                label: text(lang, &format!("d-q-{name}")),
                choices: takes.into_iter().map(choice).collect(),
                chosen: chosen.map(|it| it.1.clone()).unwrap_or_default(),
            }
        };
        fields().into_iter().map(select).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_choices_go_from_address_to_address() {
        let filter = Filter::parse("risk=high&lang=vi&topic=%22%3E%3Cb%3E&whose=//evil&x=1");
        assert_eq!(filter.query(), "&lang=vi&risk=high");
        assert_eq!(Filter::parse(&filter.query()), filter);
        assert_eq!(Filter::parse("").query(), "");
    }

    #[test]
    fn every_choice_has_its_words() {
        for lang in Lang::ALL {
            for it in Filter::default().selects(lang) {
                let labels = it.choices.iter().map(|it| &it.label).chain([&it.label]);
                let missing = labels.filter(|it| it.contains("d-q-") || it.contains("Unknown"));
                assert_eq!(missing.count(), 0, "{lang} {}", it.name);
            }
        }
    }
}
