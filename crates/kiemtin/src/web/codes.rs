//! Codes that readers and members both read: one key each, so that both read the same words.

use kiemtin_core::case::{DismissReason, PageState};
use kiemtin_core::lang::Lang;
use kiemtin_core::review::VersionClass;
use kiemtin_core::time::Timestamp;

use crate::locale::{text, text_with};

/// Where a text may have been seen: the word in a form and the class of channel that is kept.
pub(super) const CHANNELS: [(&str, &str); 9] = [
    ("facebook", "Facebook posts"),
    ("zalo", "Zalo groups"),
    ("tiktok", "TikTok videos"),
    ("youtube", "YouTube videos"),
    ("telegram", "Telegram groups"),
    ("website", "websites"),
    ("sms", "SMS"),
    ("phone", "phone calls"),
    ("spoken", "word of mouth"),
];
/// Where a claim goes round, as a member chooses it; never who said it.
pub(super) const OUTLETS: [&str; 8] =
    ["facebook", "zalo", "tiktok", "youtube", "sms", "messaging", "leaflet", "word_of_mouth"];

/// The class of channel behind the word in a form.
pub(super) fn channel(code: &str) -> Option<&'static str> {
    CHANNELS.iter().find(|(it, _)| *it == code).map(|(_, it)| *it)
}

/// Where a claim goes round, in words; what a file brought may be a class of channel.
pub(super) fn outlet(lang: Lang, outlet: &str) -> String {
    match OUTLETS.contains(&outlet) {
        true => text(lang, &format!("outlet-{outlet}")),
        false => source(lang, outlet),
    }
}

/// Where a text was seen: a class of channel in words; a listed outlet, or a class that only a file
/// knows, as it stands.
pub(super) fn source(lang: Lang, source: &str) -> String {
    match CHANNELS.iter().find(|(_, kept)| *kept == source) {
        Some((code, _)) => text(lang, &format!("source-{code}")),
        None => source.to_owned(),
    }
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
