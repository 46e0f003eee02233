//! Proofs made by other people's program, good and spoilt: the cases of transparency-dev/merkle
//! (`LICENSE` beside this file), one a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kiemtin_core::tree::{self, Hash};
use serde_json::Value;

const INCLUSION: &str = include_str!("inclusion.jsonl");
const CONSISTENCY: &str = include_str!("consistency.jsonl");

#[test]
fn proofs_that_an_entry_is_in_the_tree() {
    check(INCLUSION, 98, |case| {
        let (Some(root), Some(leaf), Some(proof)) =
            (hash(&case["root"]), hash(&case["leafHash"]), proof(&case["proof"]))
        else {
            return false;
        };
        tree::has_entry(&proof, n(&case["treeSize"]), root, n(&case["leafIdx"]), leaf)
    });
}

#[test]
fn proofs_that_a_tree_has_only_grown() {
    check(CONSISTENCY, 98, |case| {
        let (Some(old_root), Some(new_root), Some(proof)) =
            (root(&case["root1"]), root(&case["root2"]), proof(&case["proof"]))
        else {
            return false;
        };
        tree::has_grown(&proof, n(&case["size2"]), new_root, n(&case["size1"]), old_root)
    });
}

#[track_caller]
fn check(cases: &str, n_cases: usize, holds: impl Fn(&Value) -> bool) {
    let cases: Vec<Value> =
        cases.lines().map(|it| serde_json::from_str(it).expect("a case is JSON")).collect();
    assert_eq!(cases.len(), n_cases);
    for case in &cases {
        let want = case["wantErr"] == false;
        assert_eq!(holds(case), want, "{}: {}", case["name"], case["desc"]);
    }
}

fn n(value: &Value) -> u64 {
    value.as_u64().expect("a size is a number")
}

/// A hash; one of another length is a wrong one, not a broken case.
fn hash(value: &Value) -> Option<Hash> {
    STANDARD.decode(value.as_str()?).ok()?.try_into().ok()
}

/// A root; where a case only says that two are equal or differ, its short text stands for one.
fn root(value: &Value) -> Option<Hash> {
    let text = value.as_str()?;
    hash(value).or_else(|| Some(tree::leaf(text.as_bytes())))
}

fn proof(value: &Value) -> Option<Vec<Hash>> {
    value.as_array().map_or(Some(Vec::new()), |it| it.iter().map(hash).collect())
}
