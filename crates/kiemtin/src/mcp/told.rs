//! What an assistant is told, for a program and in words: every answer with its address, no person.

use kiemtin_core::case::Stance;
use kiemtin_core::lang::Lang;
use kiemtin_core::matching::Reason;
use kiemtin_store::reviews::Version;
use rmcp::schemars::{self, JsonSchema};
use serde::Serialize;

use crate::app::App;
use crate::locale::{text, text_with, verdict};
use crate::reason;

/// A published review in short.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Brief {
    /// Its public number.
    number: i64,
    /// The page to quote.
    url: String,
    /// What was claimed.
    claim: String,
    /// The verdict in words.
    rating: String,
    /// The verdict on the scale from 1 (false) to 5 (true); absent when it is unproven.
    #[serde(skip_serializing_if = "Option::is_none")]
    rating_value: Option<u8>,
    /// The answer in one sentence.
    answer: String,
    /// The language that claim and answer are in.
    language: &'static str,
    /// When this version was published (RFC 3339).
    published: String,
    /// Why it is thought to be about the same, and what stands against that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
}

/// What a search found.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Found {
    /// Published reviews, best first. Empty: this desk has published nothing that fits.
    pub(super) reviews: Vec<Brief>,
}

/// What a text was matched with.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct Matched {
    /// The review of this very claim, when that is sure enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<Brief>,
    /// Reviews that may be about the same: read them before you quote them.
    pub(super) maybe: Vec<Brief>,
}

/// A review as a whole.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Read {
    #[serde(flatten)]
    review: Brief,
    /// The version, from 1: a later one is a correction.
    version: i64,
    /// Whether the answer was withdrawn: then do not quote its rating.
    is_withdrawn: bool,
    /// The answer at length.
    body: String,
    /// The public sources.
    evidence: Vec<Source>,
    /// The organisations that signed.
    signed_by: Vec<String>,
    /// What the last version changed and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<String>,
    /// The licence of the text.
    licence: &'static str,
}

/// A public source.
#[derive(Debug, Serialize, JsonSchema)]
struct Source {
    /// "for" or "against" the claim.
    stance: &'static str,
    /// Who published it.
    publisher: String,
    /// Its title.
    title: String,
    /// Its address.
    url: String,
}

impl Brief {
    pub(super) fn of(app: &App, lang: Lang, version: &Version) -> Self {
        let document = &version.document;
        let content = &document.content;
        let (in_lang, claim) = content.claim.best(lang).unwrap_or((lang, ""));
        let rating = verdict(in_lang, content);
        Self {
            number: document.number,
            url: format!("{}/{lang}/c/{}", app.public_url, document.number),
            claim: claim.to_owned(),
            rating,
            rating_value: content.rating.value().filter(|_| !version.is_retraction()),
            answer: content.answer.text(in_lang).to_owned(),
            language: in_lang.tag(),
            published: document.published.clone(),
            reasons: Vec::new(),
        }
    }

    /// Says why it was found.
    pub(super) fn because(&mut self, lang: Lang, reasons: &[Reason]) {
        self.reasons = reasons.iter().map(|it| reason::words(it, lang)).collect();
    }

    fn words(&self) -> String {
        let Self { url, claim, rating, answer, .. } = self;
        format!("{rating}: {claim}\n{answer}\n{url}")
    }
}

impl Found {
    pub(super) fn words(&self, lang: Lang) -> String {
        match self.reviews.is_empty() {
            true => text(lang, "assistant-nothing"),
            false => together(&self.reviews),
        }
    }
}

impl Matched {
    pub(super) fn words(&self, lang: Lang) -> String {
        let mut parts = Vec::new();
        if let Some(answer) = &self.answer {
            parts.extend([text(lang, "assistant-answer"), answer.words()]);
        }
        if !self.maybe.is_empty() {
            parts.extend([text(lang, "assistant-maybe"), together(&self.maybe)]);
        }
        match parts.is_empty() {
            true => text(lang, "assistant-nothing"),
            false => parts.join("\n\n"),
        }
    }
}

impl Read {
    pub(super) fn of(app: &App, lang: Lang, version: &Version) -> Self {
        let document = &version.document;
        let content = &document.content;
        let source = |it: &kiemtin_core::review::EvidenceLine| Source {
            stance: if it.stance == Stance::For { "for" } else { "against" },
            publisher: it.publisher.clone(),
            title: it.title.clone(),
            url: it.url.clone(),
        };
        Self {
            review: Brief::of(app, lang, version),
            version: document.version,
            is_withdrawn: version.is_retraction(),
            body: content.body.text(lang).to_owned(),
            evidence: content.evidence.iter().map(source).collect(),
            signed_by: document.signed_by.iter().map(|it| it.name.clone()).collect(),
            changed: content.reason.best(lang).map(|(_, it)| it.to_owned()),
            licence: "https://creativecommons.org/licenses/by/4.0/",
        }
    }

    pub(super) fn words(&self, lang: Lang) -> String {
        let mut parts = vec![self.review.words(), self.body.clone()];
        let say = |key: &str, value: String| text_with(lang, key, &[("value", value.into())]);
        parts.extend(self.changed.clone().map(|it| say("assistant-changed", it)));
        parts.push(say("assistant-signed", self.signed_by.join(", ")));
        let line = |it: &Source| {
            let stance = text(lang, &format!("assistant-{}", it.stance));
            format!("{stance}: {}, {} {}", it.publisher, it.title, it.url)
        };
        parts.push(self.evidence.iter().map(line).collect::<Vec<_>>().join("\n"));
        parts.retain(|it| !it.is_empty());
        parts.join("\n\n")
    }
}

fn together(reviews: &[Brief]) -> String {
    reviews.iter().map(Brief::words).collect::<Vec<_>>().join("\n\n")
}
