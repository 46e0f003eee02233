//! The Merkle tree over the log: roots, proofs and tiles (RFC 6962 section 2.1, C2SP tlog-tiles and
//! tlog-checkpoint). The arithmetic is `tlog_tiles`'; here is what the desk asks of it, in its terms.
//!
//! Whoever keeps the hashes keeps one for each *place*: the numbering of all complete subtrees in
//! the order in which they are completed. A question that needs hashes which were not handed over
//! answers with their places ([`Missing`]), and is asked again with them.
//! Not here: keys and signatures (`kiemtin::log`), where hashes are kept (`store::log`).

use std::cell::RefCell;
use std::collections::BTreeMap;

use tlog_tiles::{Checkpoint, HashReader, Tile, tlog};

/// SHA-256 of a leaf or of two subtrees.
pub type Hash = [u8; 32];

/// A tile has 2 to the power of this many hashes at its bottom: 256, as tlog-tiles says.
const TILE_HEIGHT: u8 = 8;
/// Hashes at the bottom of a full tile, and entries of a full bundle.
pub const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;
/// An entry's length stands in a bundle as two bytes.
pub const ENTRY_BYTES_MAX: usize = u16::MAX as usize;

/// Hashes by their place, as many as are known.
#[derive(Clone, Debug, Default)]
pub struct Hashes(BTreeMap<u64, Hash>);

/// The places whose hashes an answer needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hashes of the log are missing at {0:?}")]
pub struct Missing(pub Vec<u64>);

impl Hashes {
    /// Adds hashes by place.
    pub fn extend(&mut self, more: impl IntoIterator<Item = (u64, Hash)>) {
        self.0.extend(more);
    }

    /// The hash at a place.
    pub fn at(&self, place: u64) -> Option<Hash> {
        self.0.get(&place).copied()
    }

    /// Adds a leaf as the `size`-th (from 0) and returns the hashes that it completes, by place.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn grow(&mut self, size: u64, leaf: Hash) -> Result<Vec<(u64, Hash)>, Missing> {
        let leaf = tlog_tiles::Hash(leaf);
        let made = self.ask(|it| tlog::stored_hashes_for_record_hash(size, leaf, it))?;
        let made: Vec<_> =
            (tlog::stored_hash_count(size)..).zip(made.iter().map(|it| it.0)).collect();
        self.extend(made.iter().copied());
        Ok(made)
    }

    /// The root over the first `size` entries.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn root(&self, size: u64) -> Result<Hash, Missing> {
        self.ask(|it| tlog::tree_hash(size, it)).map(|it| it.0)
    }

    /// What shows that the entry at `index` is among the first `size`.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn prove_entry(&self, size: u64, index: u64) -> Result<Vec<Hash>, Missing> {
        assert!(index < size, "entry {index} is not among {size}");
        self.ask(|it| tlog::prove_record(size, index, it)).map(plain)
    }

    /// What shows that the first `size` entries begin with the first `old`.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn prove_growth(&self, size: u64, old: u64) -> Result<Vec<Hash>, Missing> {
        assert!(old <= size, "{old} entries are no beginning of {size}");
        if old == 0 {
            return Ok(Vec::new()); // Every tree begins with the empty one.
        }
        self.ask(|it| tlog::prove_tree(size, old, it)).map(plain)
    }

    /// The bytes of a tile of hashes.
    ///
    /// # Errors
    /// [`Missing`].
    pub fn tile(&self, tile: TilePath) -> Result<Vec<u8>, Missing> {
        let places = tile.places();
        let missing: Vec<u64> =
            places.iter().copied().filter(|it| !self.0.contains_key(it)).collect();
        match missing.is_empty() {
            true => Ok(places.iter().flat_map(|it| self.0[it]).collect()),
            false => Err(Missing(missing)),
        }
    }

    /// Asks, and notes what the answer needed and was not there.
    fn ask<T>(
        &self,
        question: impl FnOnce(&Reader<'_>) -> Result<T, tlog_tiles::Error>,
    ) -> Result<T, Missing> {
        let reader = Reader { hashes: self, missing: RefCell::default() };
        let answer = question(&reader);
        let missing = reader.missing.into_inner();
        match answer {
            Ok(answer) => Ok(answer),
            Err(_) if !missing.is_empty() => Err(Missing(missing)),
            Err(err) => unreachable!("a question within the tree has an answer: {err}"),
        }
    }
}

struct Reader<'a> {
    hashes: &'a Hashes,
    missing: RefCell<Vec<u64>>,
}

impl HashReader for Reader<'_> {
    fn read_hashes(&self, places: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        let unknown = places.iter().copied().filter(|it| self.hashes.at(*it).is_none());
        self.missing.borrow_mut().extend(unknown);
        let found = places.iter().map(|it| self.hashes.at(*it).map(tlog_tiles::Hash)).collect();
        // Which error it is does not matter: `ask` looks at what was missing.
        Option::ok_or(found, tlog_tiles::Error::InvalidTile)
    }
}

/// The hash of an entry as a leaf.
pub fn leaf(entry: &[u8]) -> Hash {
    tlog::record_hash(entry).0
}

/// Whether a proof shows that a leaf is the entry at `index` of the tree with this root.
pub fn has_entry(proof: &[Hash], size: u64, root: Hash, index: u64, leaf: Hash) -> bool {
    let (root, leaf) = (tlog_tiles::Hash(root), tlog_tiles::Hash(leaf));
    index < size && tlog::check_record(&wrapped(proof), size, root, index, leaf).is_ok()
}

/// Whether a proof shows that the tree of `size` begins with the tree of `old`. Every tree begins
/// with the empty one, so from 0 there is nothing to prove, and no proof holds.
pub fn has_grown(proof: &[Hash], size: u64, root: Hash, old: u64, old_root: Hash) -> bool {
    if old == size {
        return 0 < old && proof.is_empty() && old_root == root;
    }
    let (root, old_root) = (tlog_tiles::Hash(root), tlog_tiles::Hash(old_root));
    (1..size).contains(&old) && tlog::check_tree(&wrapped(proof), size, root, old, old_root).is_ok()
}

/// The text of a checkpoint: origin, size and root, a line each.
pub fn checkpoint(origin: &str, size: u64, root: Hash) -> Vec<u8> {
    let checkpoint = Checkpoint::new(origin, size, tlog_tiles::Hash(root), "");
    checkpoint.expect("an origin is not empty").to_bytes()
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub origin: String,
    /// How many entries it covers.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// Reads the text of a checkpoint; `None` if it is none.
pub fn head(text: &[u8]) -> Option<Head> {
    let found = Checkpoint::from_bytes(text).ok()?;
    Some(Head { origin: found.origin().to_owned(), size: found.size(), root: found.hash().0 })
}

/// One file under `/log/tile/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TilePath(Tile);

impl TilePath {
    /// Reads the address below `tile/`: `0/x001/067`, `1/000.p/3`, `entries/000`. Ours, because
    /// the library's own panics at levels, widths and numbers that no tile has.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let is_bundle = level == "entries";
        let level = if is_bundle { 0 } else { level.parse().ok().filter(|it| *it < 64)? };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => {
                (number, width.parse().ok().filter(|it| (1..256).contains(it))?)
            }
            None => (rest, 256),
        };
        let mut n = 0_u64;
        for group in number.split('/') {
            let digits = group.trim_start_matches('x');
            n = n.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
        }
        // A tile's hashes are counted in 64 bits, at the bottom of the tree.
        n.checked_mul(TILE_WIDTH)?.checked_add(TILE_WIDTH)?;
        let tile = Self(Tile::new(TILE_HEIGHT, level, n, width, is_bundle));
        // The one spelling of an address is the one that the tile itself gives.
        (tile.path() == path).then_some(tile)
    }

    /// The address below `tile/`.
    pub fn path(self) -> String {
        let full = self.0.path();
        let below = full.strip_prefix("tile/8/").expect("tiles are eight high");
        match below.strip_prefix("data/") {
            Some(rest) => format!("entries/{rest}"),
            None => below.to_owned(),
        }
    }

    /// All tiles of hashes that a tree of this size has, the partial ones included.
    pub fn all(size: u64) -> Vec<Self> {
        Tile::new_tiles(TILE_HEIGHT, 0, size).into_iter().map(Self).collect()
    }

    /// All bundles of entries that a log of this size has.
    pub fn bundles(size: u64) -> Vec<Self> {
        let entries = |it: &Self| it.0.level() == 0;
        let mut bundles: Vec<Self> = Self::all(size).into_iter().filter(entries).collect();
        bundles.iter_mut().for_each(|it| it.0.set_is_data());
        bundles
    }

    /// Whether it is a bundle of entries.
    pub fn is_bundle(self) -> bool {
        self.0.is_data()
    }

    /// Whether a tree of this size has it, whole or in part. A partial tile stays served when the
    /// tree has grown over it.
    pub fn is_within(self, size: u64) -> bool {
        let level = u32::from(self.0.level()) * u32::from(TILE_HEIGHT);
        let n_at_level = size.checked_shr(level).unwrap_or(0);
        self.end() <= n_at_level
    }

    /// The first hash or entry, counted at its own level.
    pub fn begin(self) -> u64 {
        self.0.level_index().saturating_mul(TILE_WIDTH)
    }

    /// One after the last.
    pub fn end(self) -> u64 {
        self.begin().saturating_add(u64::from(self.0.width()))
    }

    /// The places of its hashes.
    pub fn places(self) -> Vec<u64> {
        let level = self.0.level() * TILE_HEIGHT;
        (self.begin()..self.end()).map(|it| tlog::stored_hash_index(level, it)).collect()
    }
}

/// The bytes of a bundle: each entry behind its length in two bytes.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let n = u16::try_from(entry.len()).expect("an entry fits in a bundle");
        bytes.extend(n.to_be_bytes());
        bytes.extend(entry.as_bytes());
    }
    bytes
}

/// The entries of a bundle; `None` when the bytes end inside one.
pub fn unbundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*head)))?;
        entries.push(entry);
        bytes = rest;
    }
    bytes.is_empty().then_some(entries)
}

fn plain(hashes: Vec<tlog_tiles::Hash>) -> Vec<Hash> {
    hashes.into_iter().map(|it| it.0).collect()
}

fn wrapped(hashes: &[Hash]) -> Vec<tlog_tiles::Hash> {
    hashes.iter().copied().map(tlog_tiles::Hash).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn tree(n: u64) -> Hashes {
        let mut tree = Hashes::default();
        for idx in 0..n {
            tree.grow(idx, leaf(format!("entry {idx}").as_bytes())).expect("all is there");
        }
        tree
    }

    #[test]
    fn every_proof_of_every_small_tree_holds_and_no_other() {
        let tree = tree(100);
        for size in 1..=100_u64 {
            let root = tree.root(size).unwrap();
            for idx in 0..size {
                let proof = tree.prove_entry(size, idx).unwrap();
                let its = leaf(format!("entry {idx}").as_bytes());
                assert!(has_entry(&proof, size, root, idx, its), "{idx} of {size}");
                assert!(!has_entry(&proof, size, root, idx, leaf(b"another")), "{idx} of {size}");
                assert!(!has_entry(&proof, size, root, size, its), "outside the tree");
            }
            for old in 1..=size {
                let proof = tree.prove_growth(size, old).unwrap();
                let old_root = tree.root(old).unwrap();
                assert!(has_grown(&proof, size, root, old, old_root), "{old} to {size}");
                assert!(!has_grown(&proof, size, root, old, leaf(b"x")), "{old} to {size}");
            }
        }
    }

    #[test]
    fn a_question_says_which_hashes_it_needs() {
        let whole = tree(7);
        let mut part = Hashes::default();
        let Err(Missing(places)) = part.root(7) else { panic!("nothing is there") };
        part.extend(places.iter().map(|&it| (it, whole.at(it).unwrap())));
        assert_eq!(part.root(7), whole.root(7));
    }

    /// STANDARDS section 4.1, recomputed: what a log of 70,000 entries has.
    #[test]
    fn tiles_have_the_addresses_of_the_standard() {
        let all: Vec<String> = TilePath::all(70_000).into_iter().map(TilePath::path).collect();
        let partial: Vec<&String> = all.iter().filter(|it| it.contains(".p/")).collect();
        assert_eq!(partial, ["0/273.p/112", "1/001.p/17", "2/000.p/1"]);
        assert_eq!(all.len(), 273 + 1 + 1 + 1 + 1);
        assert_eq!(
            TilePath::bundles(257).iter().map(|it| it.path()).collect::<Vec<_>>(),
            ["entries/000", "entries/001.p/1"]
        );
        assert!(TilePath::parse("0/x001/x234/067").is_some());
        let long = format!("0/{}000", "x999/".repeat(9));
        for bad in
            ["", "0", "0/1", "0/000.p/0", "0/000.p/256", "64/000", "0/x000/001", "data/000", &long]
        {
            assert_eq!(TilePath::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_tile_is_served_only_when_the_tree_has_it() {
        let within = |path: &str, size| TilePath::parse(path).unwrap().is_within(size);
        assert!(within("0/000.p/5", 5) && within("0/000.p/5", 300));
        assert!(!within("0/000.p/6", 5) && !within("0/000", 255) && within("0/000", 256));
        assert!(!within("1/000.p/1", 255) && within("1/000.p/1", 256));
        assert!(!within("63/000.p/1", u64::MAX >> 8));
    }

    #[test]
    fn a_bundle_gives_its_entries_back() {
        let bytes = bundle(["{}", "", "{\"v\":1}"]);
        assert_eq!(unbundle(&bytes).unwrap(), [&b"{}"[..], b"", b"{\"v\":1}"]);
        assert_eq!(unbundle(&bytes[..bytes.len() - 1]), None);
        assert_eq!(unbundle(&[0]), None);
        assert_eq!(unbundle(&[]).unwrap(), Vec::<&[u8]>::new());
    }

    #[test]
    fn a_checkpoint_reads_back() {
        let text = checkpoint("desk.example/log", 7, [3; 32]);
        let head = head(&text).expect("it is one");
        assert_eq!((head.origin.as_str(), head.size, head.root), ("desk.example/log", 7, [3; 32]));
        assert_eq!(super::head(b"desk.example/log\n07\nx\n"), None);
    }
}
