//! What must be true before a draft may go to signature (STANDARDS section 2.3, R2).

use std::collections::BTreeSet;

use url::Url;

use super::{Content, VersionClass};
use crate::case::Stance;
use crate::host;
use crate::lang::Lang;

/// The longest claim sentence, in characters: above this it is no longer one sentence.
pub const CLAIM_CHARS_MAX: usize = 200;

/// What a draft still lacks. Pages say it in the reader's language, by [`Missing::code`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The claim in one sentence.
    Claim,
    /// The claim is longer than [`CLAIM_CHARS_MAX`].
    ClaimTooLong,
    /// The one-sentence answer in a language in which there is a claim.
    Answer(Lang),
    /// The answer at length in a language in which there is a claim.
    Body(Lang),
    /// Why the desk chose this claim.
    Why,
    /// Two sources from two independent publishers, or a reason why one is enough.
    SecondSource,
    /// A source at all.
    Source,
    /// Evidence against the claim, or the word that none was found.
    Against,
    /// Whether the outlet or office behind the claim was asked, or why not.
    Reply,
    /// The capture of the source at this address.
    Capture(String),
    /// What the source at this address says.
    Note(String),
    /// What changed and why, for a version after the first.
    Reason,
}

impl Missing {
    /// The key of its sentence in the locales.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Claim => "missing-claim",
            Self::ClaimTooLong => "missing-claim-too-long",
            Self::Answer(_) => "missing-answer",
            Self::Body(_) => "missing-body",
            Self::Why => "missing-why",
            Self::SecondSource => "missing-second-source",
            Self::Source => "missing-source",
            Self::Against => "missing-against",
            Self::Reply => "missing-reply",
            Self::Capture(_) => "missing-capture",
            Self::Note(_) => "missing-note",
            Self::Reason => "missing-reason",
        }
    }
}

/// Everything that the draft still lacks; nothing, when it may go to signature.
pub fn ready(content: &Content) -> Vec<Missing> {
    let mut missing = texts(content);
    missing.extend(sources(content));
    if content.reply.is_none() {
        missing.push(Missing::Reply);
    }
    if content.class != VersionClass::First && content.reason.is_empty() {
        missing.push(Missing::Reason);
    }
    missing
}

/// Why the class of a version does not fit what it changes. The text is shown to editor and signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The first version says something else than *first*, or a later one says it.
    #[error(
        "the class of this version does not fit: the first is “first”, later ones say what changed"
    )]
    First,
    /// Called a slip or a clarification, and touches what was signed off.
    #[error(
        "claim, rating, answer or evidence changed: this is a correction, not a typo or clarification"
    )]
    TooSlight,
    /// The verdict changed and the class hides it.
    #[error("the rating changed: call this version a change of verdict")]
    Verdict,
}

/// Whether a version may go out with its class: a typo or clarification touches neither claim,
/// rating (that of the picture is one too), answer nor evidence (DESIGN section 4), and a changed
/// rating is called by its name.
///
/// # Errors
/// Why not.
pub fn fits(before: Option<&Content>, after: &Content) -> Result<(), Misfit> {
    let Some(before) = before else {
        return if after.class == VersionClass::First { Ok(()) } else { Err(Misfit::First) };
    };
    let is_same = before.claim == after.claim
        && before.rating == after.rating
        && before.answer == after.answer
        && before.picture == after.picture
        && before.evidence == after.evidence
        && before.appears_on == after.appears_on;
    match after.class {
        VersionClass::First => Err(Misfit::First),
        VersionClass::Typo | VersionClass::Clarification if !is_same => Err(Misfit::TooSlight),
        VersionClass::Correction if before.rating != after.rating => Err(Misfit::Verdict),
        _ => Ok(()),
    }
}

fn texts(content: &Content) -> Vec<Missing> {
    let mut missing = Vec::new();
    if content.claim.is_empty() {
        missing.push(Missing::Claim);
    }
    for lang in Lang::ALL {
        let Some(claim) = content.claim.exact(lang) else { continue };
        if CLAIM_CHARS_MAX < claim.chars().count() {
            missing.push(Missing::ClaimTooLong);
        }
        if content.answer.exact(lang).is_none() {
            missing.push(Missing::Answer(lang));
        }
        if content.body.exact(lang).is_none() {
            missing.push(Missing::Body(lang));
        }
    }
    if content.why.is_empty() {
        missing.push(Missing::Why);
    }
    missing
}

fn sources(content: &Content) -> Vec<Missing> {
    let host = |it: &str| Some(host::publisher(Url::parse(it).ok()?.host_str()?));
    let hosts: BTreeSet<String> = content.evidence.iter().filter_map(|it| host(&it.url)).collect();
    let mut missing = Vec::new();
    match hosts.len() {
        0 => missing.push(Missing::Source),
        1 if content.single_source.is_empty() => missing.push(Missing::SecondSource),
        _ => {}
    }
    let is_against = content.evidence.iter().any(|it| it.stance == Stance::Against);
    if !is_against && !content.none_against {
        missing.push(Missing::Against);
    }
    for line in &content.evidence {
        if !line.capture.is_enough() {
            missing.push(Missing::Capture(line.url.clone()));
        }
        if line.note.is_empty() {
            missing.push(Missing::Note(line.url.clone()));
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::super::document::tests::sample;
    use super::*;
    use crate::case::Capture;
    use crate::lang::Localised;

    #[track_caller]
    fn check(change: impl FnOnce(&mut Content), expected: &[Missing]) {
        let mut content = sample();
        change(&mut content);
        assert_eq!(ready(&content), expected);
    }

    #[test]
    fn a_whole_draft_lacks_nothing() {
        check(|_| {}, &[]);
    }

    #[test]
    fn each_missing_part_is_named() {
        check(|it| it.claim = Localised::default(), &[Missing::Claim]);
        check(|it| it.answer = Localised::new("Không.", ""), &[Missing::Answer(Lang::En)]);
        check(|it| it.body = Localised::new("", "No."), &[Missing::Body(Lang::Vi)]);
        check(|it| it.why = Localised::default(), &[Missing::Why]);
        check(|it| it.evidence.clear(), &[Missing::Source, Missing::Against]);
        check(|it| it.reply = None, &[Missing::Reply]);
        check(|it| it.class = VersionClass::Correction, &[Missing::Reason]);
        let long = "a".repeat(CLAIM_CHARS_MAX + 1);
        check(|it| it.claim.en = Some(long), &[Missing::ClaimTooLong]);
    }

    #[test]
    fn two_pages_of_one_publisher_are_one_source_unless_somebody_says_why() {
        for url in [
            "https://who.int/c",
            "https://who.int./c",
            "https://m.who.int/c",
            "https://a.b.who.int",
        ] {
            check(|it| it.evidence[1].url = url.to_owned(), &[Missing::SecondSource]);
        }
        let same = |it: &mut Content| it.evidence[1].url = "https://who.int/c".to_owned();
        let because = |it: &mut Content| {
            same(it);
            it.single_source = Localised::new("Chỉ nơi này có số liệu.", "");
        };
        check(because, &[]);
    }

    #[test]
    fn where_no_source_is_against_the_claim_somebody_says_that_none_was_found() {
        let all_for = |it: &mut Content| {
            it.evidence.iter_mut().for_each(|line| line.stance = Stance::For);
        };
        check(all_for, &[Missing::Against]);
        let looked = |it: &mut Content| {
            all_for(it);
            it.none_against = true;
        };
        check(looked, &[]);
        check(|it| it.evidence[0].stance = Stance::For, &[]);
    }

    #[test]
    fn evidence_without_its_capture_does_not_count() {
        let url = "https://www.who.int/a".to_owned();
        check(|it| it.evidence[0].capture = Capture::Pending, &[Missing::Capture(url)]);
    }
}
