//! What an answer says now, in the few words that others show of it: on a card, a badge, in a frame,
//! in a message. Always of the newest version, so that no old verdict goes round under our name.

use kiemtin_core::lang::Lang;
use kiemtin_core::review::{Content, Document};
use kiemtin_core::time::Timestamp;
use kiemtin_store::reviews::Version;

use super::claim;
use crate::app::App;
use crate::drawing::{Face, Verdict};
use crate::locale;
use crate::web::failure::{Answer, Failure};
use crate::web::page::{Reader, Said};

/// A merged claim may have been merged on; more steps than this are a circle.
const MERGES_MAX: usize = 8;

/// The newest version of an answer, for readers of one language.
#[derive(Clone, Debug)]
pub(super) struct Summary {
    lang: Lang,
    newest: Version,
    /// When it was last corrected.
    corrected: Option<String>,
}

impl Summary {
    /// Of all versions, the newest first.
    pub(super) fn new(lang: Lang, versions: &[Version]) -> Option<Self> {
        let newest = versions.first()?.clone();
        let notice = versions.iter().find(|it| it.document.content.class.is_notice());
        let corrected = notice.map(|it| it.document.published.clone());
        Some(Self { lang, newest, corrected })
    }

    /// Of the answer with the number that stands in an address; of a claim that was merged into
    /// another that one's, which is the answer that holds now.
    pub(super) async fn read(app: &App, reader: Reader, number: &str) -> Answer<Self> {
        let (mut claim, mut versions) = claim::published(app, reader, number).await?;
        for _ in 0..MERGES_MAX {
            let Some(into) = claim.merged_into else { break };
            let Some(next) = app.store.claim(into).await? else { break };
            let newer = app.store.versions(next.id).await?;
            if newer.is_empty() {
                break; // It is not answered yet.
            }
            (claim, versions) = (next, newer);
        }
        Self::new(reader.0, &versions).ok_or(Failure::Missing(reader.0))
    }

    pub(super) fn document(&self) -> &Document {
        &self.newest.document
    }

    pub(super) fn content(&self) -> &Content {
        &self.newest.document.content
    }

    /// The path of its page.
    pub(super) fn path(&self) -> String {
        format!("/{}/c/{}", self.lang, self.document().number)
    }

    /// The verdict in words, or that it was withdrawn.
    pub(super) fn words(&self) -> String {
        locale::verdict(self.lang, self.content())
    }

    /// How the stylesheet calls the verdict.
    pub(super) fn class(&self) -> &'static str {
        if self.newest.is_retraction() { "unproven" } else { self.content().rating.code() }
    }

    /// The verdict for a picture, with the words that [`Self::words`] gave.
    pub(super) fn verdict<'a>(&self, words: &'a str) -> Verdict<'a> {
        let face = match self.newest.is_retraction() {
            true => Face::Withdrawn,
            false => Face::Rated(self.content().rating),
        };
        Verdict { face, words }
    }

    /// Verdict and claim in one line.
    pub(super) fn title(&self) -> String {
        format!("{}: {}", self.words(), self.content().claim.text(self.lang))
    }

    /// What is to be read first: the answer, or why it was withdrawn.
    pub(super) fn answer(&self) -> &str {
        let Content { answer, reason, .. } = self.content();
        if self.newest.is_retraction() { reason.text(self.lang) } else { answer.text(self.lang) }
    }

    /// The same with the language that it is in.
    pub(super) fn said(&self) -> Said<'_> {
        let Content { answer, reason, .. } = self.content();
        let text = if self.newest.is_retraction() { reason } else { answer };
        let (lang, text) = text.best(self.lang).unwrap_or((self.lang, ""));
        Said { lang, text }
    }

    /// The day of the answer, or that it was corrected and when.
    pub(super) fn note(&self) -> String {
        let day =
            |it: &str| Timestamp::parse(it).map_or_else(|| it.to_owned(), |at| at.date(self.lang));
        match &self.corrected {
            Some(at) if !self.newest.is_retraction() => {
                locale::text_with(self.lang, "embed-corrected", &[("day", day(at).into())])
            }
            Some(at) => day(at),
            None => day(&self.document().first_published),
        }
    }

    /// The organisations that signed, by their names.
    pub(super) fn signed_by(&self) -> String {
        let names = self.document().signed_by.iter().map(|it| it.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// What a picture of it depends on: the version and its language.
    pub(super) fn key(&self) -> String {
        let hash = hex::encode(self.newest.salted_hash());
        format!("{} {hash} {}", self.lang, self.note())
    }

    /// The address of its card. A card is asked for again when there is another version.
    pub(super) fn card(&self, public_url: &str) -> String {
        format!("{public_url}{}/card.png?v={}", self.path(), self.document().version)
    }

    /// The address at which oEmbed tells of its page, in this format.
    pub(super) fn oembed(&self, public_url: &str, format: &str) -> String {
        let url = format!("{public_url}{}", self.path());
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("url", &url).append_pair("format", format).finish();
        format!("{public_url}/oembed?{query}")
    }

    /// The language and its country, as Open Graph writes them.
    pub(super) fn og_locale(&self) -> &'static str {
        og_locale(self.lang)
    }
}

/// The language and its country, as Open Graph writes them.
pub(super) fn og_locale(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "vi_VN",
        Lang::En => "en_GB",
    }
}
