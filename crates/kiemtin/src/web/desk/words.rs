//! Codes of the core in words, and choices for lists.

use kiemtin_core::case::{Capture, DismissReason, SourceKind, Stance};
use kiemtin_core::channel::OUTLETS;
use kiemtin_core::lang::Lang;
use kiemtin_core::organisation::OrgKind;
use kiemtin_core::permission::Role;
use kiemtin_core::rating::Rating;
use kiemtin_core::remit::TOPICS;
use kiemtin_core::reply::{Means, NotAsked};
use kiemtin_core::review::{Missing, VersionClass};
use kiemtin_core::workflow::{Action, State};
use kiemtin_store::events::Event;
use kiemtin_store::organisations::Org;

use crate::locale::{text, text_with};
use crate::web::codes::CHANNELS;
pub(super) use crate::web::codes::{class, dismissed, kind, outlet, source, topic};

/// One line of a list in a form.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// What is sent.
    pub(super) value: String,
    /// What is read.
    pub(super) label: String,
}

pub(super) fn state(lang: Lang, state: State) -> String {
    text(lang, &format!("d-state-{}", state.code()))
}

pub(super) fn action(lang: Lang, action: Action) -> String {
    text(lang, &format!("d-action-{}", action.code()))
}

pub(super) fn role(lang: Lang, role: Role) -> String {
    text(lang, &format!("d-role-{}", role.code()))
}

pub(super) fn stance(lang: Lang, stance: Stance) -> String {
    text(lang, &format!("d-stance-{}", stance.code()))
}

/// Whether a page is kept, in words.
pub(super) fn capture(lang: Lang, capture: &Capture) -> String {
    match capture {
        Capture::Pending => text(lang, "d-capture-pending"),
        Capture::Archived { .. } => text(lang, "d-capture-archived"),
        Capture::Failed { .. } => text(lang, "d-capture-failed"),
        Capture::NoneDemo => text(lang, "d-capture-none-demo"),
    }
}

/// Why a page could not be kept, in words: what is stored is a code, perhaps with a value.
pub(super) fn not_kept(lang: Lang, why: &str) -> String {
    let (code, value) = why.split_once(' ').unwrap_or((why, ""));
    let code = if NOT_KEPT.contains(&code) { code } else { "network" };
    text_with(lang, &format!("d-not-kept-{code}"), &[("value", value.to_owned().into())])
}

/// Why pages could not be kept.
const NOT_KEPT: [&str; 13] = [
    "refused",
    "post",
    "long",
    "place",
    "redirects",
    "name",
    "slow",
    "tls",
    "status",
    "kind",
    "packing",
    "size",
    "network",
];

/// What a draft lacks, in words.
pub(super) fn missing(lang: Lang, missing: &Missing) -> String {
    let value = match missing {
        Missing::Answer(it) | Missing::Body(it) => text(lang, &format!("d-in-{it}")),
        Missing::Capture(url) | Missing::Note(url) => url.clone(),
        _ => String::new(),
    };
    text_with(lang, missing.code(), &[("value", value.into())])
}

/// What happened, in words.
pub(super) fn event(lang: Lang, event: &Event) -> String {
    text(lang, &format!("d-event-{}", event.kind.replace('.', "-")))
}

/// The organisation that something was given to.
pub(super) fn event_org(orgs: &[Org], event: &Event) -> Option<String> {
    let id = event.body["org"].as_str().filter(|_| event.kind.ends_with(".assign"))?;
    orgs.iter().find(|it| it.id.to_string() == id).map(|it| it.name.clone())
}

/// The reason or note that an event brought along.
pub(super) fn event_note(lang: Lang, event: &Event) -> Option<String> {
    let body = |key: &str| event.body[key].as_str().map(str::to_owned);
    let reason = body("reason");
    let dismissed_for = reason.as_deref().and_then(DismissReason::from_code);
    let reason = dismissed_for.map(|it| dismissed(lang, it)).or(reason);
    let reason = match (reason, body("url")) {
        (Some(why), Some(url)) => Some(format!("{url}: {why}")),
        (reason, _) => reason,
    };
    let risk = body("risk").map(|it| text(lang, &format!("d-q-risk-{it}")));
    reason.or(risk).or_else(|| body("note")).or_else(|| body("url")).filter(|it| !it.is_empty())
}

pub(super) fn reasons(lang: Lang) -> Vec<Choice> {
    choices(DismissReason::ALL, |it| (it.code(), dismissed(lang, it)))
}

pub(super) fn ratings(lang: Lang) -> Vec<Choice> {
    choices(Rating::ALL, |it| (it.code(), it.words(lang).to_owned()))
}

pub(super) fn source_kind(lang: Lang, kind: SourceKind) -> String {
    text(lang, &format!("d-source-kind-{}", kind.code()))
}

pub(super) fn source_kinds(lang: Lang) -> Vec<Choice> {
    choices(SourceKind::ALL, |it| (it.code(), source_kind(lang, it)))
}

pub(super) fn stances(lang: Lang) -> Vec<Choice> {
    choices(Stance::ALL, |it| (it.code(), stance(lang, it)))
}

pub(super) fn kinds(lang: Lang) -> Vec<Choice> {
    choices(OrgKind::ALL, |it| (it.code(), kind(lang, it)))
}

pub(super) fn roles(lang: Lang) -> Vec<Choice> {
    choices(Role::ALL, |it| (it.code(), role(lang, it)))
}

pub(super) fn topics(lang: Lang) -> Vec<Choice> {
    choices(TOPICS, |it| (it, topic(lang, it)))
}

pub(super) fn outlets(lang: Lang) -> Vec<Choice> {
    choices(OUTLETS, |it| (it, outlet(lang, it)))
}

/// By what a body was asked for its reply.
pub(super) fn means(lang: Lang) -> Vec<Choice> {
    choices(Means::ALL, |it| (it.code(), text(lang, &format!("reply-means-{}", it.code()))))
}

/// Why nobody was asked for a reply.
pub(super) fn not_asked(lang: Lang) -> Vec<Choice> {
    choices(NotAsked::ALL, |it| (it.code(), text(lang, &format!("reply-not-{}", it.code()))))
}

/// Where a tip was heard or read.
pub(super) fn channels(lang: Lang) -> Vec<Choice> {
    choices(CHANNELS, |(it, _)| (it, text(lang, &format!("tip-seen-{it}"))))
}

/// Organisations by name.
pub(super) fn orgs(orgs: &[Org]) -> Vec<Choice> {
    let choice = |it: &Org| Choice { value: it.id.to_string(), label: it.name.clone() };
    orgs.iter().map(choice).collect()
}

/// The classes of a version after the first.
pub(super) fn classes(lang: Lang) -> Vec<Choice> {
    let later = VersionClass::ALL.into_iter().filter(|it| *it != VersionClass::First);
    choices(later, |it| (it.code(), class(lang, it)))
}

fn choices<T>(
    all: impl IntoIterator<Item = T>,
    choice: impl Fn(T) -> (&'static str, String),
) -> Vec<Choice> {
    let choice = |it| {
        let (value, label) = choice(it);
        Choice { value: value.to_owned(), label }
    };
    all.into_iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use kiemtin_core::contest;
    use kiemtin_core::review::Misfit;
    use kiemtin_core::sign_off::Unfit;
    use kiemtin_core::time::Timestamp;
    use kiemtin_store::Rule;

    use super::*;

    /// Every kind of event that the store writes.
    const EVENTS: &[&str] = &[
        "case.open",
        "case.take",
        "case.ask",
        "case.draft",
        "case.submit",
        "case.send_back",
        "case.publish",
        "case.retract",
        "case.dismiss",
        "case.reopen",
        "case.correct",
        "case.abandon_correction",
        "case.merge",
        "case.unmerge",
        "case.involved",
        "case.uninvolved",
        "case.reply",
        "case.meeting",
        "case.meeting_public",
        "case.meeting_internal",
        "opinion.overdue",
        "draft.edit",
        "draft.sign",
        "evidence.add",
        "evidence.withdraw",
        "evidence.set_aside",
        "opinion.give",
        "group.tie",
        "group.untie",
        "group.dismiss",
        "group.restore",
        "group.merge",
        "group.unmerge",
        "group.split",
        "match.reject",
        "match.reopen",
        "member.link",
        "group.risk",
        "group.assign",
        "case.risk",
        "case.assign",
        "task.add",
        "task.done",
        "task.undone",
        "note.add",
        "claim.release",
        "claim.withdraw",
        "contest.receive",
        "contest.take",
        "contest.decide",
        "case.place",
        "case.unplace",
        "org.describe",
        "org.place",
        "org.unplace",
    ];

    const RULES: &[Rule] = &[
        Rule::Involved,
        Rule::LiftsOwnMark,
        Rule::LiftsAsNewcomer,
        Rule::AccessEnded,
        Rule::MarkedAlready,
        Rule::ClaimKnown,
        Rule::HasCase,
        Rule::MergeHidesAnswer,
        Rule::OpinionGiven,
        Rule::OpinionsClosed,
        Rule::OpinionOfAnother,
        Rule::EvidenceClosed,
        Rule::EvidenceTwice,
        Rule::EvidenceKept,
        Rule::DraftClosed,
        Rule::NothingToSign,
        Rule::NotComplete,
        Rule::CouldNeverSign,
        Rule::AskingClosed,
        Rule::GroupIntoItself,
        Rule::GroupTied,
        Rule::GroupKnown,
        Rule::LinkForAnother,
        Rule::OwnerInvolved,
        Rule::NotOpen,
        Rule::ContestReason,
        Rule::PolicyEmpty,
        Rule::PolicyReason,
        Rule::Contest(contest::Unfit::Role),
        Rule::Contest(contest::Unfit::Involved),
        Rule::Contest(contest::Unfit::Signed),
        Rule::Contest(contest::Unfit::OthersAreThere),
        Rule::TooManyPlaces,
        Rule::Unfit(Unfit::OtherDraft),
        Rule::Unfit(Unfit::Involved),
        Rule::Unfit(Unfit::Newcomer),
        Rule::Unfit(Unfit::Editor),
        Rule::Unfit(Unfit::Twice),
        Rule::Misfit(Misfit::First),
        Rule::Misfit(Misfit::TooSlight),
        Rule::Misfit(Misfit::Verdict),
    ];

    #[test]
    fn every_code_has_its_words() {
        for lang in Lang::ALL {
            let lists = [
                reasons(lang),
                ratings(lang),
                stances(lang),
                source_kinds(lang),
                kinds(lang),
                roles(lang),
                topics(lang),
                outlets(lang),
                classes(lang),
                means(lang),
                not_asked(lang),
            ];
            let mut all: Vec<String> = lists.concat().into_iter().map(|it| it.label).collect();
            all.extend(State::ALL.map(|it| state(lang, it)));
            all.extend(Action::ALL.map(|it| action(lang, it)));
            let archived = Capture::Archived { sha256: String::new() };
            let failed = Capture::Failed { why: String::new() };
            all.extend(
                [archived, failed, Capture::Pending, Capture::NoneDemo]
                    .map(|it| capture(lang, &it)),
            );
            let url = || "https://a.example".to_owned();
            let lacks = [
                Missing::Claim,
                Missing::ClaimTooLong,
                Missing::Answer(lang),
                Missing::Body(lang),
                Missing::Why,
                Missing::SecondSource,
                Missing::Source,
                Missing::Against,
                Missing::Reply,
                Missing::Capture(url()),
                Missing::Note(url()),
                Missing::Reason,
            ];
            all.extend(lacks.iter().map(|it| missing(lang, it)));
            all.extend(NOT_KEPT.iter().map(|it| not_kept(lang, it)));
            all.extend(channels(lang).into_iter().map(|it| it.label));
            all.extend(CHANNELS.iter().map(|(_, kept)| source(lang, kept)));
            all.extend(EVENTS.iter().chain(&["match.reject"]).map(|it| event(lang, &happened(it))));
            let unknown: Vec<_> = all.iter().filter(|it| is_key(it)).collect();
            assert!(unknown.is_empty(), "{lang} lacks {unknown:?}");
        }
    }

    #[test]
    fn every_rule_of_the_store_has_its_sentence() {
        for (rule, lang) in RULES.iter().flat_map(|it| Lang::ALL.map(|lang| (it, lang))) {
            let words = text(lang, rule.code());
            assert!(!is_key(&words), "{lang} lacks {}", rule.code());
        }
    }

    fn happened(kind: &str) -> Event {
        Event {
            at: Timestamp::from_millis(0),
            kind: kind.to_owned(),
            claim: None,
            group: None,
            org: None,
            member: None,
            body: serde_json::json!({}),
        }
    }

    /// Fluent gives the key, or says that it is unknown, where a language lacks it.
    fn is_key(words: &str) -> bool {
        words.contains("Unknown") || (words.contains('-') && !words.contains(' '))
    }
}
