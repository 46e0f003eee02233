//! Gradient boosting of small trees with the logistic loss (Friedman 2001; Newton leaves and
//! histograms as in LightGBM, Ke et al. 2017). Small, exact in its repetition, and without chance:
//! rows and features are drawn by a fixed generator.

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Growth {
    pub(crate) n_trees: usize,
    pub(crate) n_leaves: usize,
    pub(crate) rate: f64,
    /// Share of the rows and of the features that each tree sees.
    pub(crate) row_share: f64,
    pub(crate) feature_share: f64,
    /// Added to the second derivative of each leaf: leaves of little weight say little.
    pub(crate) lambda: f64,
    /// The least second derivative of a leaf.
    pub(crate) leaf_min: f64,
}

/// The most steps a feature is cut into.
const BINS_MAX: usize = 48;

/// Rows as the number of the step that each value falls into, a column a feature.
pub(crate) struct Binned {
    columns: Vec<Vec<u8>>,
    cuts: Vec<Vec<f32>>,
    n_rows: usize,
}

impl Binned {
    /// Cuts each feature into steps of about as many rows.
    pub(crate) fn of(rows: &[&[f32]]) -> Self {
        let n_features = rows.first().map_or(0, |it| it.len());
        let (mut columns, mut cuts) = (Vec::new(), Vec::new());
        for feature in 0..n_features {
            let cut = cuts_of(rows, feature);
            let bin = |it: &&[f32]| cut.partition_point(|at| *at <= it[feature]) as u8;
            columns.push(rows.iter().map(bin).collect());
            cuts.push(cut);
        }
        Self { columns, cuts, n_rows: rows.len() }
    }
}

fn cuts_of(rows: &[&[f32]], feature: usize) -> Vec<f32> {
    let step = (rows.len() / 20_000).max(1);
    let mut values: Vec<f32> = rows.iter().step_by(step).map(|it| it[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    let between = |a: f32, b: f32| {
        let middle = f32::midpoint(a, b);
        let short: f32 = format!("{middle:.3}").parse().unwrap_or(middle);
        if a < short && short <= b { short } else { b }
    };
    let mut cuts: Vec<f32> = match distinct.len() <= BINS_MAX {
        true => distinct.windows(2).map(|it| between(it[0], it[1])).collect(),
        false => (1..BINS_MAX)
            .map(|it| values[it * values.len() / BINS_MAX])
            .filter(|it| *it > distinct[0])
            .map(|it| format!("{it:.3}").parse().unwrap_or(it))
            .collect(),
    };
    cuts.dedup();
    cuts
}

/// A tree in the order of a walk from the left.
#[derive(Clone, Debug)]
enum Node {
    Fork { feature: usize, bin: u8, left: usize, right: usize },
    Leaf(f64),
}

/// A row's label and how much it matters.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) is_wanted: bool,
    pub(crate) weight: f64,
}

/// Grows trees; returns them in the form that `kiemtin_extract::Forest` reads.
pub(crate) fn grow(data: &Binned, targets: &[Target], how: &Growth) -> String {
    let mut sums = vec![0.0_f64; data.n_rows];
    let mut chance = Chance(20_260_101);
    let mut res = String::new();
    for _ in 0..how.n_trees {
        let rows: Vec<u32> =
            (0..data.n_rows as u32).filter(|_| chance.next() < how.row_share).collect();
        let features: Vec<usize> =
            (0..data.columns.len()).filter(|_| chance.next() < how.feature_share).collect();
        let slopes: Vec<[f32; 2]> =
            (0..data.n_rows).map(|it| slope(sums[it], targets[it])).collect();
        let tree = tree(data, &slopes, rows, &features, how);
        for (row, sum) in sums.iter_mut().enumerate() {
            *sum += value(&tree, data, row);
        }
        write(&tree, 0, data, &mut res);
        res.truncate(res.trim_end().len());
        res.push('\n');
    }
    res
}

/// First and second derivative of the loss.
fn slope(sum: f64, target: Target) -> [f32; 2] {
    let p = 1.0 / (1.0 + (-sum).exp());
    let wanted = f64::from(u8::from(target.is_wanted));
    [((p - wanted) * target.weight) as f32, (p * (1.0 - p) * target.weight) as f32]
}

struct Open {
    node: usize,
    rows: Vec<u32>,
    steps: Steps,
    split: Option<Split>,
}

struct Split {
    gain: f64,
    feature: usize,
    bin: u8,
}

/// Sums of both derivatives, for each of the drawn features and each of its steps.
type Steps = Vec<[[f32; 2]; BINS_MAX + 1]>;

/// The leaf that gains most is split next.
fn tree(
    data: &Binned,
    slopes: &[[f32; 2]],
    rows: Vec<u32>,
    features: &[usize],
    how: &Growth,
) -> Vec<Node> {
    let open_leaf = |node: usize, rows: Vec<u32>, steps: Steps| {
        let sums = totals(slopes, &rows);
        let split = best(data, &steps, sums, features, how);
        let leaf = Node::Leaf(-sums.0 / (sums.1 + how.lambda) * how.rate);
        (Open { node, rows, steps, split }, leaf)
    };
    let steps = steps(data, slopes, &rows, features);
    let (root, leaf) = open_leaf(0, rows, steps);
    let (mut nodes, mut open) = (vec![leaf], vec![root]);
    let gain = |it: &Open| it.split.as_ref().map_or(0.0, |it| it.gain);
    while open.len() < how.n_leaves {
        let Some(at) = (0..open.len()).max_by(|&a, &b| gain(&open[a]).total_cmp(&gain(&open[b])))
        else {
            break;
        };
        let Some(Split { feature, bin, .. }) = open[at].split else {
            break;
        };
        let Open { node, rows, steps: mut whole, .. } = open.swap_remove(at);
        let column = &data.columns[feature];
        let (left, right): (Vec<u32>, Vec<u32>) =
            rows.iter().partition(|it| column[**it as usize] <= bin);
        // Only the smaller side is counted: the larger is the rest.
        let small = self::steps(
            data,
            slopes,
            if left.len() < right.len() { &left } else { &right },
            features,
        );
        for (whole, small) in whole.iter_mut().flatten().zip(small.iter().flatten()) {
            *whole = [whole[0] - small[0], whole[1] - small[1]];
        }
        let (of_left, of_right) =
            if left.len() < right.len() { (small, whole) } else { (whole, small) };
        nodes[node] = Node::Fork { feature, bin, left: nodes.len(), right: nodes.len() + 1 };
        for (rows, steps) in [(left, of_left), (right, of_right)] {
            let (leaf, value) = open_leaf(nodes.len(), rows, steps);
            open.push(leaf);
            nodes.push(value);
        }
    }
    nodes
}

fn totals(slopes: &[[f32; 2]], rows: &[u32]) -> (f64, f64) {
    rows.iter()
        .map(|it| slopes[*it as usize])
        .fold((0.0, 0.0), |sum, it| (sum.0 + f64::from(it[0]), sum.1 + f64::from(it[1])))
}

fn steps(data: &Binned, slopes: &[[f32; 2]], rows: &[u32], features: &[usize]) -> Steps {
    let of = |feature: &usize| {
        let column = &data.columns[*feature];
        let mut res = [[0.0_f32; 2]; BINS_MAX + 1];
        for &row in rows {
            let (step, slope) = (&mut res[column[row as usize] as usize], slopes[row as usize]);
            step[0] += slope[0];
            step[1] += slope[1];
        }
        res
    };
    features.iter().map(of).collect()
}

fn best(
    data: &Binned,
    steps: &Steps,
    (first, second): (f64, f64),
    features: &[usize],
    how: &Growth,
) -> Option<Split> {
    let worth = |first: f64, second: f64| first * first / (second + how.lambda);
    let whole = worth(first, second);
    let mut res: Option<Split> = None;
    for (steps, &feature) in steps.iter().zip(features) {
        let (mut left, mut left_second) = (0.0, 0.0);
        for (bin, step) in steps.iter().enumerate().take(data.cuts[feature].len()) {
            left += f64::from(step[0]);
            left_second += f64::from(step[1]);
            let right_second = second - left_second;
            if left_second < how.leaf_min || right_second < how.leaf_min {
                continue;
            }
            let gain = worth(left, left_second) + worth(first - left, right_second) - whole;
            if gain > res.as_ref().map_or(1e-6, |it| it.gain) {
                res = Some(Split { gain, feature, bin: bin as u8 });
            }
        }
    }
    res
}

fn value(tree: &[Node], data: &Binned, row: usize) -> f64 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Leaf(it) => return it,
            Node::Fork { feature, bin, left, right } => {
                at = if data.columns[feature][row] <= bin { left } else { right };
            }
        }
    }
}

fn write(tree: &[Node], at: usize, data: &Binned, out: &mut String) {
    match tree[at] {
        Node::Leaf(it) => out.push_str(&format!("{it:.3} ")),
        Node::Fork { feature, bin, left, right } => {
            out.push_str(&format!("{feature}<{} ", data.cuts[feature][bin as usize]));
            write(tree, left, data, out);
            write(tree, right, data, out);
        }
    }
}

/// Splitmix64.
struct Chance(u64);

impl Chance {
    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((it ^ (it >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_learn_what_one_line_cannot_say() {
        // Wanted where exactly one of two features is set.
        let rows: Vec<[f32; 2]> =
            (0..400).map(|it| [f32::from(it as u8 % 2), f32::from((it / 2) as u8 % 2)]).collect();
        let targets: Vec<Target> =
            rows.iter().map(|it| Target { is_wanted: it[0] != it[1], weight: 1.0 }).collect();
        let how = Growth {
            n_trees: 40,
            n_leaves: 4,
            rate: 0.3,
            row_share: 0.8,
            feature_share: 1.0,
            lambda: 1.0,
            leaf_min: 0.5,
        };
        let slices: Vec<&[f32]> = rows.iter().map(|it| it.as_slice()).collect();
        let text = grow(&Binned::of(&slices), &targets, &how);
        let forest = kiemtin_extract::Forest::read(&text).expect("readable");
        for (row, target) in rows.iter().zip(&targets) {
            assert_eq!(forest.probability(row) > 0.5, target.is_wanted, "{row:?}");
        }
    }
}
