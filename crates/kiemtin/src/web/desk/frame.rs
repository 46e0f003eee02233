//! What the frame around every page of the desk shows: who is signed in, what they may do, and
//! what was just done.

use kiemtin_core::lang::Lang;
use kiemtin_core::permission::{Deed, Role, may};
use kiemtin_store::bulk::BulkKind;
use url::form_urlencoded;

use super::actor::Visit;
use super::filter::Filter;
use super::form::Fields;
use super::queue;
use crate::locale;

/// The frame of a page.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The language of the page.
    pub(super) lang: Lang,
    /// Login, role and organisation in words, once signed in.
    pub(super) who: Option<Who>,
    /// What the member may do: what they may not is not shown.
    pub(super) rights: Rights,
    /// What was just done.
    pub(super) done: Option<Done>,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Who {
    /// What they signed in with.
    pub(super) login: String,
    /// Their role in words.
    pub(super) role: String,
    /// Their organisation.
    pub(super) org: String,
    /// How many things wait for them.
    pub(super) n_waiting: i64,
}

/// One answer of `permission::may` for each deed that has a button.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rights {
    pub(super) tie: bool,
    pub(super) merge: bool,
    pub(super) dismiss: bool,
    pub(super) sort: bool,
    pub(super) tasks: bool,
    pub(super) release: bool,
    pub(super) take: bool,
    pub(super) evidence: bool,
    pub(super) edit: bool,
    pub(super) mark: bool,
    pub(super) tip: bool,
    pub(super) orgs: bool,
    pub(super) members: bool,
    pub(super) keys: bool,
    pub(super) policy: bool,
}

/// What was just done, and how to undo it.
#[derive(Clone, Debug)]
pub(super) struct Done {
    /// In words.
    pub(super) words: String,
    /// A form that undoes it.
    pub(super) undo: Option<Undo>,
    /// The tab, page and filter of the queue that it was done in, to stay there.
    pub(super) queue: Option<(&'static str, i64, String)>,
}

/// A button that undoes something.
#[derive(Clone, Debug)]
pub(super) struct Undo {
    /// Where it posts to.
    pub(super) path: String,
    /// A field that it sends along: its name and its value.
    pub(super) field: Option<(&'static str, String)>,
    /// What the button says.
    pub(super) label: String,
}

/// What a redirect may say was done. Anything else in the address says nothing.
const DONE: &[&str] = &[
    "password",
    "role",
    "session-ended",
    "others-ended",
    "factor-off",
    "linked",
    "unlinked",
    "tied",
    "untied",
    "taken-back",
    "rejected",
    "put-aside",
    "restored",
    "merged",
    "unmerged",
    "split",
    "worded",
    "opened",
    "moved",
    "asked",
    "opinion",
    "evidence",
    "evidence-again",
    "evidence-back",
    "evidence-aside",
    "marked",
    "lifted",
    "saved",
    "correcting",
    "signed",
    "published",
    "variant",
    "org",
    "ended",
    "claim-merged",
    "claim-unmerged",
    "assigned",
    "risk",
    "task",
    "task-done",
    "task-undone",
    "note",
    "released",
    "release-back",
    "bulk-dismiss",
    "bulk-tie",
    "bulk-assign",
    "bulk-merge",
    "bulk-undone",
    "bulk-undone-partly",
    "reply",
    "meeting",
    "meeting-public",
    "meeting-internal",
    "notices",
    "contest-taken",
    "contest-decided",
    "policy",
    "key-ended",
    "source-added",
    "source-asked",
    "source-stopped",
    "source-resumed",
];

impl Frame {
    /// The frame for whoever asks.
    pub(super) fn of(visit: &Visit) -> Self {
        let lang = visit.lang;
        let Some(actor) = &visit.actor else { return Self::stranger(lang) };
        let role = locale::text(lang, &format!("d-role-{}", actor.member.role.code()));
        let (login, org) = (actor.member.login.clone(), actor.org.name.clone());
        let who = Some(Who { login, role, org, n_waiting: visit.n_waiting });
        let rights = Rights::of(Some(actor.member.role));
        Self { lang, who, rights, done: done(lang, &visit.query) }
    }

    /// The frame for somebody who is not signed in.
    pub(super) fn stranger(lang: Lang) -> Self {
        Self { lang, who: None, rights: Rights::of(None), done: None }
    }
}

impl Rights {
    fn of(role: Option<Role>) -> Self {
        let may = |deed| role.is_some_and(|it| may(it, deed));
        Self {
            tie: may(Deed::TieGroup),
            merge: may(Deed::MergeAndSplit),
            dismiss: may(Deed::DismissCase),
            sort: may(Deed::SortQueue),
            tasks: may(Deed::KeepTasks),
            release: may(Deed::ReleaseSentence),
            take: may(Deed::TakeCase),
            evidence: may(Deed::AddEvidence),
            edit: may(Deed::EditDraft),
            mark: may(Deed::MarkInvolved),
            tip: may(Deed::EnterTip),
            orgs: may(Deed::ManageOrganisations),
            members: may(Deed::ManageMembers),
            keys: may(Deed::ManageKeys),
            policy: may(Deed::EditPolicy),
        }
    }
}

fn done(lang: Lang, query: &str) -> Option<Done> {
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let value = |name: &str| pairs.iter().find(|(it, _)| it == name).map(|(_, it)| it.as_ref());
    let key = DONE.iter().copied().find(|it| Some(*it) == value("done"))?;
    let id = |name| value(name).and_then(|it| uuid::Uuid::parse_str(it).ok());
    let undo = |group: uuid::Uuid, deed: &str| Undo {
        path: format!("/desk/groups/{group}/{deed}"),
        field: id("claim").map(|it| ("claim", it.to_string())),
        label: locale::text(lang, "d-undo"),
    };
    let undo = match (key, id("group"), id("claim")) {
        ("tied" | "rejected", Some(group), Some(_)) => Some(undo(group, "take-back")),
        // What was said is not taken back by itself: the group is tied again, by a member now.
        ("untied", Some(group), Some(_)) => {
            let label = locale::text(lang, "d-tie-again");
            Some(Undo { label, ..undo(group, "tie") })
        }
        ("put-aside", Some(group), _) => Some(undo(group, "restore")),
        ("merged", Some(group), _) => Some(undo(group, "unmerge")),
        // A group that was split off goes back by being merged into the one that it came from.
        ("split", Some(group), _) => {
            let field = id("into").map(|it| ("into", it.to_string()));
            field.map(|it| Undo { field: Some(it), ..undo(group, "merge") })
        }
        ("source-stopped", ..) => id("source").map(|it| Undo {
            path: format!("/desk/sources/{it}/resume"),
            field: None,
            label: locale::text(lang, "d-undo"),
        }),
        _ => bulk_undo(lang, key, id("bulk")),
    };
    let asked = Fields::parse(query.as_bytes());
    let kept = Filter::of(&asked).query();
    let queue = value("tab").map(|_| (queue::tab(&asked).0, asked.page(), kept));
    Some(Done { words: locale::text(lang, &format!("d-done-{key}")), undo, queue })
}

fn bulk_undo(lang: Lang, key: &str, bulk: Option<uuid::Uuid>) -> Option<Undo> {
    let kind = BulkKind::from_code(key.strip_prefix("bulk-")?)?;
    Some(Undo {
        path: format!("/desk/bulk/{}/undo", kind.code()),
        field: Some(("bulk", bulk?.to_string())),
        label: locale::text(lang, "d-undo"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_fixed_words_can_be_put_into_the_frame_by_an_address() {
        assert!(done(Lang::En, "done=<b>you+won</b>").is_none());
        assert!(done(Lang::En, "").is_none());
        let shown = done(Lang::En, "done=tied&group=x&claim=y").expect("a known key");
        assert!(shown.undo.is_none(), "an address that names no group undoes nothing");
        for (key, lang) in DONE.iter().flat_map(|it| Lang::ALL.map(|lang| (it, lang))) {
            let words = done(lang, &format!("done={key}")).expect("a known key").words;
            assert!(!words.contains("done-"), "{lang} lacks done-{key}");
        }
    }
}
