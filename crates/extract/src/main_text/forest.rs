//! Small decision trees whose leaves are added up (gradient boosting, Friedman 2001).
//!
//! A tree is a line: its nodes in the order of a walk from the left, blanks between. A fork is
//! `feature<threshold`, and its left side (below the threshold) follows at once; a leaf is its number.

/// Trees that answer with the logarithm of the odds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Forest {
    trees: Vec<Vec<Node>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Node {
    Fork { feature: usize, threshold: f32, right: usize },
    Leaf(f32),
}

impl Forest {
    /// Reads a file of trees. `None` if it is none.
    pub fn read(text: &str) -> Option<Self> {
        let lines = text.lines().filter(|it| !it.starts_with('#') && !it.is_empty());
        let trees = lines.map(tree).collect::<Option<_>>()?;
        Some(Self { trees })
    }

    /// The logarithm of the odds.
    pub fn sum(&self, row: &[f32]) -> f32 {
        self.trees.iter().map(|it| leaf(it, row)).sum()
    }

    /// The probability.
    pub fn probability(&self, row: &[f32]) -> f32 {
        1.0 / (1.0 + (-self.sum(row)).exp())
    }

    /// The largest number of a feature that is asked for.
    pub fn feature_max(&self) -> usize {
        let feature = |it: &Node| match it {
            Node::Fork { feature, .. } => *feature,
            Node::Leaf(_) => 0,
        };
        self.trees.iter().flatten().map(feature).max().unwrap_or(0)
    }
}

fn leaf(tree: &[Node], row: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Leaf(it) => return it,
            Node::Fork { feature, threshold, right } => {
                at = if row[feature] < threshold { at + 1 } else { right };
            }
        }
    }
}

fn tree(line: &str) -> Option<Vec<Node>> {
    let mut nodes = Vec::new();
    // Forks whose right side is still to come.
    let mut open: Vec<usize> = Vec::new();
    for (at, word) in line.split(' ').enumerate() {
        if let Some((feature, threshold)) = word.split_once('<') {
            open.push(at);
            let (feature, threshold) = (feature.parse().ok()?, threshold.parse().ok()?);
            nodes.push(Node::Fork { feature, threshold, right: 0 });
            continue;
        }
        nodes.push(Node::Leaf(word.parse().ok()?));
        if let Some(fork) = open.pop()
            && let Node::Fork { right, .. } = &mut nodes[fork]
        {
            *right = at + 1;
        }
    }
    // Whole: each fork found its right side, and the last node is not its own right.
    let is_whole = open.is_empty()
        && nodes.iter().all(|it| !matches!(it, Node::Fork { right, .. } if *right >= nodes.len()));
    is_whole.then_some(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_trees_can_be_read() {
        for text in
            [include_str!("../../data/first.trees"), include_str!("../../data/second.trees")]
        {
            assert!(Forest::read(text).is_some_and(|it| it.feature_max() < 200));
        }
    }

    #[test]
    fn a_tree_is_walked_by_its_thresholds() {
        let forest = Forest::read("# two trees\n0<1.5 -1 1<0 0.5 2\n0.25").expect("two trees");
        assert_eq!(forest.sum(&[1.0, 9.0]), -0.75);
        assert_eq!(forest.sum(&[1.5, -1.0]), 0.75);
        assert_eq!(forest.sum(&[2.0, 0.0]), 2.25);
        assert_eq!(forest.feature_max(), 1);
        for broken in ["0<1", "0<1 2", "x", "0<1 1 2 3<4"] {
            assert_eq!(Forest::read(broken), None, "{broken}");
        }
    }
}
