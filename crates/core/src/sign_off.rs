//! The one rule of sign-off (DESIGN section 4): who may sign a draft, and when it is enough.
//!
//! Members of two qualifying organisations sign the hash of the same draft. An organisation
//! qualifies when it is not involved; two that share a top parent count as one when the claim
//! concerns that tree. While the claim concerns somebody, one that came to be after the case began
//! does not qualify either: whoever is concerned could have had it made. Nobody who edited the draft signs it. A desk with one organisation needs
//! two members besides the drafter.

use std::collections::BTreeSet;

use crate::ids::{MemberId, OrgId};
use crate::organisation::OrgTree;

/// SHA-256 of a draft's content: see `review::Content::hash`.
pub type DraftHash = [u8; 32];

/// One member's signature for their organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Who signed.
    pub member: MemberId,
    /// For whom.
    pub org: OrgId,
    /// What was signed. An edit changes the hash, and so voids the signature.
    pub hash: DraftHash,
}

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct SignOff<'a> {
    /// The draft as it stands.
    pub hash: DraftHash,
    /// All organisations of the desk with their parents.
    pub tree: &'a OrgTree,
    /// The organisations marked as involved, without their relatives.
    pub marked: &'a BTreeSet<OrgId>,
    /// The organisations that came to be after the case began.
    pub newcomers: &'a BTreeSet<OrgId>,
    /// Everybody who edited the draft.
    pub editors: &'a BTreeSet<MemberId>,
}

/// Why a signature is not taken. The text is shown to the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Somebody changed the draft.
    #[error("the draft was changed meanwhile: read it again, then sign")]
    OtherDraft,
    /// The claim concerns the member's organisation, one above or one below it.
    #[error(
        "the claim concerns your organisation or one above or below it: it may give evidence and never signs"
    )]
    Involved,
    /// The claim concerns somebody, and the member's organisation is younger than the case.
    #[error(
        "the claim concerns an organisation, and yours came to be after the case began: it never signs here"
    )]
    Newcomer,
    /// The member worked on the draft.
    #[error("you edited this draft: somebody else of your organisation has to sign it")]
    Editor,
    /// The member signed already.
    #[error("you have already signed this draft")]
    Twice,
}

/// What the signatures amount to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Enough: the organisations that signed, and whether it was a desk with only one.
    Complete {
        /// Those that signed, without repeats.
        orgs: Vec<OrgId>,
        /// Two members of the only organisation signed; the page says so.
        single_org: bool,
    },
    /// More signatures are needed.
    Missing {
        /// How many.
        n_more: usize,
    },
    /// Fewer organisations than needed could ever sign: nothing is published.
    Impossible,
}

impl SignOff<'_> {
    /// Whether this signature may be added to those that are there.
    ///
    /// # Errors
    /// Why not.
    pub fn admits(&self, new: &Signature, signed: &[Signature]) -> Result<(), Unfit> {
        self.fits(new)?;
        match signed.iter().any(|it| it.member == new.member && it.hash == self.hash) {
            true => Err(Unfit::Twice),
            false => Ok(()),
        }
    }

    /// What the signatures amount to. Unfit ones count for nothing, wherever they came from.
    pub fn verdict(&self, signed: &[Signature]) -> Verdict {
        let fit: Vec<Signature> =
            signed.iter().filter(|it| self.fits(it).is_ok()).copied().collect();
        let mut orgs: Vec<OrgId> = fit.iter().map(|it| it.org).collect();
        orgs.sort_unstable();
        orgs.dedup();
        if self.tree.len() == 1 {
            return self.single(&fit, orgs);
        }
        let voices: BTreeSet<OrgId> = orgs.iter().map(|&it| self.voice(it)).collect();
        let could: BTreeSet<OrgId> = self.qualifying().map(|it| self.voice(it)).collect();
        match voices.len() {
            2.. => Verdict::Complete { orgs, single_org: false },
            _ if could.len() < 2 => Verdict::Impossible,
            n => Verdict::Missing { n_more: 2 - n },
        }
    }

    /// The organisations that may sign: those that are not involved, nor came to be too late.
    pub fn qualifying(&self) -> impl Iterator<Item = OrgId> {
        let involved = self.tree.involved(self.marked);
        self.tree.orgs().filter(move |it| !involved.contains(it) && !self.is_too_young(*it))
    }

    fn is_too_young(&self, org: OrgId) -> bool {
        !self.marked.is_empty() && self.newcomers.contains(&org)
    }

    fn single(&self, fit: &[Signature], orgs: Vec<OrgId>) -> Verdict {
        let members: BTreeSet<MemberId> = fit.iter().map(|it| it.member).collect();
        match members.len() {
            2.. => Verdict::Complete { orgs, single_org: true },
            _ if self.qualifying().next().is_none() => Verdict::Impossible,
            n => Verdict::Missing { n_more: 2 - n },
        }
    }

    fn fits(&self, it: &Signature) -> Result<(), Unfit> {
        if it.hash != self.hash {
            return Err(Unfit::OtherDraft);
        }
        if self.tree.involved(self.marked).contains(&it.org) {
            return Err(Unfit::Involved);
        }
        if self.is_too_young(it.org) {
            return Err(Unfit::Newcomer);
        }
        if self.editors.contains(&it.member) {
            return Err(Unfit::Editor);
        }
        Ok(())
    }

    /// Organisations with the same voice count as one: those under a top parent whose tree the
    /// claim concerns.
    fn voice(&self, org: OrgId) -> OrgId {
        let top = self.tree.top(org);
        let is_concerned = self.marked.iter().any(|&it| self.tree.top(it) == top);
        if is_concerned { top } else { org }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::tests::{city, org};

    const HASH: DraftHash = [7; 32];

    fn sign(member: u8, of: u8) -> Signature {
        Signature { member: person(member), org: org(of), hash: HASH }
    }

    fn person(n: u8) -> MemberId {
        MemberId(uuid::Uuid::from_bytes([n; 16]))
    }

    #[track_caller]
    fn check(tree: &OrgTree, marked: &[u8], editors: &[u8], signed: &[Signature], want: &str) {
        let marked = marked.iter().map(|&it| org(it)).collect();
        let editors = editors.iter().map(|&it| person(it)).collect();
        let newcomers = BTreeSet::from([org(9)]);
        let newcomers = &newcomers;
        let rule = SignOff { hash: HASH, tree, marked: &marked, newcomers, editors: &editors };
        let got = match rule.verdict(signed) {
            Verdict::Complete { single_org: true, .. } => "complete, one organisation".to_owned(),
            Verdict::Complete { .. } => "complete".to_owned(),
            Verdict::Missing { n_more } => format!("missing {n_more}"),
            Verdict::Impossible => "impossible".to_owned(),
        };
        assert_eq!(got, want, "marked {marked:?}, signed {signed:?}");
    }

    #[test]
    fn two_organisations_must_sign_the_same_draft() {
        let city = city();
        check(&city, &[], &[], &[], "missing 2");
        check(&city, &[], &[], &[sign(1, 2)], "missing 1");
        check(&city, &[], &[], &[sign(1, 2), sign(2, 2)], "missing 1");
        check(&city, &[], &[], &[sign(1, 2), sign(2, 5)], "complete");
        let other = Signature { hash: [8; 32], ..sign(2, 5) };
        check(&city, &[], &[], &[sign(1, 2), other], "missing 1");
    }

    #[test]
    fn an_involved_organisation_and_its_relatives_never_count() {
        let city = city();
        check(&city, &[2], &[], &[sign(1, 2), sign(2, 5)], "missing 1");
        check(&city, &[2], &[], &[sign(1, 1), sign(2, 4), sign(3, 5)], "missing 1");
        check(&city, &[2], &[], &[sign(1, 3), sign(2, 5)], "complete");
    }

    #[test]
    fn two_bodies_of_the_concerned_tree_are_one_voice() {
        let mut city = city();
        check(&city, &[], &[], &[sign(1, 2), sign(2, 3)], "complete");
        // A fourth department: with health concerned, transport and it speak with one voice.
        city = OrgTree::new(
            [(1, None), (2, Some(1)), (3, Some(1)), (6, Some(1)), (5, None)]
                .map(|(it, up): (u8, Option<u8>)| (org(it), up.map(org)))
                .to_vec(),
        );
        check(&city, &[2], &[], &[sign(1, 3), sign(2, 6)], "missing 1");
        check(&city, &[2, 5], &[], &[sign(1, 3), sign(2, 6)], "impossible");
    }

    #[test]
    fn one_that_came_to_be_after_the_case_signs_only_where_nobody_is_concerned() {
        let desk = OrgTree::new([2, 5, 9].map(|it| (org(it), None)).to_vec());
        check(&desk, &[], &[], &[sign(1, 2), sign(2, 9)], "complete");
        check(&desk, &[5], &[], &[sign(1, 2), sign(2, 9)], "impossible");
    }

    #[test]
    fn whoever_edited_the_draft_does_not_sign_it() {
        check(&city(), &[], &[1], &[sign(1, 2), sign(2, 5)], "missing 1");
    }

    #[test]
    fn a_desk_with_one_organisation_needs_two_members_besides_the_drafter() {
        let alone = OrgTree::new(vec![(org(1), None)]);
        check(&alone, &[], &[1], &[sign(1, 1), sign(2, 1)], "missing 1");
        check(&alone, &[], &[1], &[sign(2, 1), sign(2, 1)], "missing 1");
        check(&alone, &[], &[1], &[sign(2, 1), sign(3, 1)], "complete, one organisation");
        check(&alone, &[1], &[9], &[sign(2, 1), sign(3, 1)], "impossible");
    }

    #[test]
    fn a_second_signature_of_the_same_member_is_refused() {
        let (city, none, nobody) = (city(), BTreeSet::new(), BTreeSet::new());
        let newcomers = &BTreeSet::new();
        let (tree, marked, editors) = (&city, &none, &nobody);
        let rule = SignOff { hash: HASH, tree, marked, newcomers, editors };
        assert_eq!(rule.admits(&sign(1, 2), &[sign(1, 2)]), Err(Unfit::Twice));
        assert_eq!(rule.admits(&sign(3, 2), &[sign(1, 2)]), Ok(()));
    }
}
