//! Codes that readers and members both read: one key each, so that both read the same words.

use kiemtin_core::case::{DismissReason, PageState};
pub(super) use kiemtin_core::channel::{CHANNELS, of_form as channel};
use kiemtin_core::lang::Lang;
use kiemtin_core::organisation::OrgKind;
use kiemtin_core::remit::TOPICS;
use kiemtin_core::reply::Reply;
use kiemtin_core::review::{MediaCategory, VersionClass};
use kiemtin_core::time::Timestamp;

use crate::locale::{text, text_with};

pub(super) use crate::outlet::{outlet, source};

/// What kind of body an organisation is.
pub(super) fn kind(lang: Lang, kind: OrgKind) -> String {
    text(lang, &format!("d-kind-{}", kind.code()))
}

/// A topic of ours in words; another one as it stands.
pub(super) fn topic(lang: Lang, topic: &str) -> String {
    match TOPICS.contains(&topic) {
        true => text(lang, &format!("d-topic-{topic}")),
        false => topic.to_owned(),
    }
}

/// What a picture is that a claim came with.
pub(super) fn picture(lang: Lang, category: MediaCategory) -> String {
    text(lang, &format!("picture-{}", category.code()))
}

/// What kind of change a version is.
pub(super) fn class(lang: Lang, class: VersionClass) -> String {
    text(lang, &format!("class-{}", class.code()))
}

/// What became of an archived page, since when, and when that was last seen.
pub(super) fn page_state(lang: Lang, seen: (PageState, Timestamp, Timestamp)) -> String {
    let (state, since, at) = seen;
    let values = [("since", since.date(lang).into()), ("at", at.date(lang).into())];
    text_with(lang, &format!("page-state-{}", state.code()), &values)
}

/// Why something is not checked.
pub(super) fn dismissed(lang: Lang, reason: DismissReason) -> String {
    text(lang, &format!("outcome-reason-{}", reason.code()))
}

/// What was done about the right of reply, in words.
#[derive(Clone, Debug)]
pub(super) struct ReplyWords {
    /// Who was asked, when and how; or why nobody was.
    pub(super) said: String,
    /// The answer, or more about why nobody was asked, as it was written.
    pub(super) text: String,
}

/// The right of reply in words.
pub(super) fn reply(lang: Lang, reply: &Reply) -> ReplyWords {
    let day = |it: &str| Timestamp::parse(it).map_or_else(|| it.to_owned(), |at| at.date(lang));
    match reply {
        Reply::NotAsked { why, note } => {
            let said = text(lang, &format!("reply-not-{}", why.code()));
            ReplyWords { said, text: note.clone() }
        }
        Reply::Asked { whom, asked, by, answer, answered } => {
            let means = text(lang, &format!("reply-means-{}", by.code()));
            let values =
                [("org", whom.clone().into()), ("day", day(asked).into()), ("means", means.into())];
            let said = text_with(lang, "reply-asked", &values);
            let came = match answered {
                Some(it) => text_with(lang, "reply-answered", &[("day", day(it).into())]),
                None => text(lang, "reply-unanswered"),
            };
            ReplyWords { said: format!("{said} {came}"), text: answer.clone() }
        }
    }
}
