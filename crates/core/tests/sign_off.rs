//! The rule of sign-off over every desk of up to four organisations: every tree, every set of marks
//! and of signatures, with each of them as a newcomer or none. What is enough is said here a second time, pair by pair.

use std::collections::BTreeSet;

use kiemtin_core::ids::{MemberId, OrgId};
use kiemtin_core::organisation::OrgTree;
use kiemtin_core::sign_off::{SignOff, Signature, Verdict};
use uuid::Uuid;

const ORGS_MAX: usize = 4;

/// `parents[n]` is the parent of organisation `n`, always an earlier one.
type Parents = Vec<Option<usize>>;

#[test]
fn an_answer_goes_out_exactly_when_two_who_are_free_to_say_it_signed() {
    let mut n_complete = 0;
    for parents in (2..=ORGS_MAX).flat_map(forests) {
        let n = parents.len();
        let rows = parents.iter().enumerate();
        let tree = OrgTree::new(rows.map(|(it, up)| (org(it), up.map(org))).collect());
        for (marks, young, signed) in triples(n).filter(|it| it.1.len() <= 1) {
            let signatures: Vec<Signature> = members(&signed).collect();
            let (marked, newcomers) = (orgs(&marks), orgs(&young));
            let (hash, editors) = ([7; 32], &BTreeSet::new());
            let rule =
                SignOff { hash, tree: &tree, marked: &marked, newcomers: &newcomers, editors };
            let is_complete = matches!(rule.verdict(&signatures), Verdict::Complete { .. });
            let expected = is_enough(&parents, &marks, &young, &signed);
            assert_eq!(
                is_complete, expected,
                "{parents:?}, marks {marks:?}, young {young:?}, signed {signed:?}"
            );
            n_complete += u32::from(is_complete);
        }
    }
    assert!(1_000 < n_complete, "only {n_complete} went out: the cases say nothing");
}

fn is_enough(parents: &Parents, marks: &[usize], young: &[usize], signed: &[usize]) -> bool {
    let above = |it: usize| std::iter::successors(Some(it), |up| parents[*up]).collect::<Vec<_>>();
    let root = |it: usize| *above(it).last().expect("itself at least");
    let is_concerned =
        |it: usize| marks.iter().any(|m| above(it).contains(m) || above(*m).contains(&it));
    let is_free = |it: &&usize| !is_concerned(**it) && (marks.is_empty() || !young.contains(it));
    let free: Vec<usize> = signed.iter().filter(is_free).copied().collect();
    let is_of_marked_tree = |it: usize| marks.iter().any(|m| root(*m) == root(it));
    let differ = |a: usize, b: usize| a != b && (root(a) != root(b) || !is_of_marked_tree(a));
    free.iter().any(|&a| free.iter().any(|&b| differ(a, b)))
}

/// All ways in which `n` organisations can stand under earlier ones.
fn forests(n: usize) -> Vec<Parents> {
    let grow = |so_far: Vec<Parents>, at: usize| {
        let choices = move |it: Parents| {
            let up = std::iter::once(None).chain((0..at).map(Some));
            up.map(move |up| [it.clone(), vec![up]].concat()).collect::<Vec<_>>()
        };
        so_far.into_iter().flat_map(choices).collect()
    };
    (0..n).fold(vec![Vec::new()], grow)
}

/// All marks, newcomers and signatures among `n` organisations.
fn triples(n: usize) -> impl Iterator<Item = (Vec<usize>, Vec<usize>, Vec<usize>)> {
    let subsets = 1_usize << n;
    let subset = move |bits: usize| (0..n).filter(|it| bits >> it & 1 == 1).collect::<Vec<_>>();
    (0..subsets.pow(3)).map(move |it| {
        (subset(it % subsets), subset(it / subsets % subsets), subset(it / subsets / subsets))
    })
}

fn orgs(all: &[usize]) -> BTreeSet<OrgId> {
    all.iter().map(|it| org(*it)).collect()
}

fn members(signed: &[usize]) -> impl Iterator<Item = Signature> {
    let member = |it: &usize| MemberId(Uuid::from_u128(*it as u128 + 1));
    signed.iter().map(move |it| Signature { member: member(it), org: org(*it), hash: [7; 32] })
}

fn org(n: usize) -> OrgId {
    OrgId(Uuid::from_u128(n as u128 + 1))
}
