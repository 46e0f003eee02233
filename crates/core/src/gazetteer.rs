//! Provinces and wards of Vietnam as they are since July 2025, and what they were called before.
//!
//! A unit is known by its public code: two digits a province, five a ward. Whoever looks for a place
//! may write its old name, without diacritics, with or without its kind; the answer is always a unit
//! of today and says by which old name it was found. A ward that was divided leads to each of its
//! parts. The table is `data/places.tsv`, which names its source.
//! Not here: places that a text names, for matching (`text::place`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use crate::text::normalise;

/// A province or a ward of today. Invariant: the code of a unit in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitCode(&'static str);

/// A text that is no unit's code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no province's or ward's code: a province has two digits, a ward five")]
pub struct UnknownUnit(pub String);

impl UnitCode {
    /// Reads a code.
    ///
    /// # Errors
    /// No unit has it.
    pub fn parse(text: &str) -> Result<Self, UnknownUnit> {
        let found = TABLE.by_code.get(text).map(|&idx| TABLE.units[idx].code);
        found.ok_or_else(|| UnknownUnit(text.to_owned()))
    }

    /// The code.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The unit that has it.
    pub fn unit(self) -> &'static Unit {
        &TABLE.units[TABLE.by_code[self.0]]
    }

    /// The province: of a ward the one it belongs to, of a province itself.
    pub fn province(self) -> Self {
        self.unit().parent.unwrap_or(self)
    }
}

/// A province or a ward.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its code.
    pub code: UnitCode,
    /// Its name with its kind: `Phường Hoàn Kiếm`.
    pub name: &'static str,
    /// The province that a ward belongs to.
    pub parent: Option<UnitCode>,
    /// What became it in whole or in part: provinces, or wards with their districts.
    pub former: Vec<&'static str>,
}

impl Unit {
    /// The name with the province: `Phường Hoàn Kiếm, Thành phố Hà Nội`.
    pub fn full_name(&self) -> String {
        match self.parent {
            None => self.name.to_owned(),
            Some(province) => format!("{}, {}", self.name, province.unit().name),
        }
    }
}

/// A unit that was looked for.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    /// The unit.
    pub unit: &'static Unit,
    /// The old name by which it was found; `None` for its own.
    pub formerly: Option<&'static str>,
}

/// All provinces, by code.
pub fn provinces() -> impl Iterator<Item = &'static Unit> {
    TABLE.units.iter().filter(|it| it.parent.is_none())
}

/// Whether a unit is the other one, or a ward in it.
pub fn is_within(unit: UnitCode, of: UnitCode) -> bool {
    unit == of || unit.province() == of
}

/// The units of today that an old one became, in whole or in part: `Tỉnh Thái Bình`, `Quận 1`,
/// `Phường Hàng Bạc, Quận Hoàn Kiếm`. Empty for what is no old name.
pub fn maps_to(old: &str) -> Vec<&'static Unit> {
    let old = words(old);
    let is_old = |it: &&Name| matches!(it.way, Way::Former | Way::FormerDistrict);
    let is_it = |it: &&Name| is_old(it) && old.contains(&it.folded) && words(it.shown) == old;
    TABLE.names.iter().filter(is_it).map(|it| &TABLE.units[it.unit]).collect()
}

/// Units by a name of today or of before: whole names before beginnings, provinces before wards,
/// names of today before old ones. Each unit stands once, by its best name. Behind a name may stand
/// where it is: `Hoàn Kiếm, Hà Nội`.
pub fn find(query: &str, limit: usize) -> Vec<Hit> {
    let asked = Asked::new(query);
    if asked.whole.chars().count() < QUERY_CHARS_MIN {
        return Vec::new();
    }
    let mut best: BTreeMap<usize, (Rank, &Name)> = BTreeMap::new();
    for name in &TABLE.names {
        let Some(is_beginning) = asked.fits(name) else { continue };
        let is_ward = TABLE.units[name.unit].parent.is_some();
        let rank = (is_beginning, is_ward, name.way);
        let kept = best.entry(name.unit).or_insert((rank, name));
        if rank < kept.0 {
            *kept = (rank, name);
        }
    }
    let mut found: Vec<(Rank, usize, &Name)> =
        best.into_iter().map(|(unit, (rank, name))| (rank, unit, name)).collect();
    found.sort_by_key(|&(rank, unit, _)| (rank, unit));
    let hit = |(_, unit, name): (Rank, usize, &'static Name)| Hit {
        unit: &TABLE.units[unit],
        formerly: (name.way != Way::Today).then_some(name.shown),
    };
    found.into_iter().take(limit).map(hit).collect()
}

/// One letter is the beginning of hundreds of names.
const QUERY_CHARS_MIN: usize = 2;
/// Nobody's name for a place is longer; what follows is not looked at.
const QUERY_CHARS_MAX: usize = 120;

/// Kinds of units, of today and of before, without diacritics.
const KINDS: [&str; 9] =
    ["thanh pho", "tinh", "phuong", "xa", "thi tran", "thi xa", "quan", "huyen", "dac khu"];
/// What people write for short, anywhere in a name.
const SHORT: [(&str, &str); 10] = [
    ("tp", "thanh pho"),
    ("tx", "thi xa"),
    ("tt", "thi tran"),
    ("q", "quan"),
    ("p", "phuong"),
    ("hcm", "ho chi minh"),
    ("tphcm", "thanh pho ho chi minh"),
    ("hn", "ha noi"),
    ("sg", "sai gon"),
    ("brvt", "ba ria vung tau"),
];
/// The same, where a name begins; elsewhere they are parts of names (Ea H'leo).
const SHORT_IN_FRONT: [(&str, &str); 3] = [("h", "huyen"), ("x", "xa"), ("t", "tinh")];
/// Names that everybody uses and no list has.
const BYNAMES: [(&str, &str); 1] = [("79", "Sài Gòn")];

/// Beginning only, ward, way: the smaller the better.
type Rank = (bool, bool, Way);

/// How a name belongs to its unit; the better way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Today,
    Byname,
    /// A unit that became it.
    Former,
    /// The district of a ward that became it.
    FormerDistrict,
}

/// One name by which a unit can be found.
#[derive(Debug)]
struct Name {
    unit: usize,
    way: Way,
    /// As it is shown, with kind, and for old ones with what stood above.
    shown: &'static str,
    /// The name alone, folded, without its kind.
    folded: String,
    /// Its kind, folded.
    kind: &'static str,
}

/// What somebody typed.
struct Asked {
    /// All of it, folded.
    whole: String,
    /// The kind it begins with, and what follows.
    kind: Option<(&'static str, String)>,
}

impl Asked {
    fn new(query: &str) -> Self {
        let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
        let typed = words(&query);
        let typed = typed.split(' ').enumerate();
        let whole = typed.map(|(idx, it)| in_full(it, idx == 0)).collect::<Vec<_>>().join(" ");
        let kind = without_kind(&whole).map(|(kind, rest)| (kind, rest.to_owned()));
        Self { whole, kind }
    }

    /// Whether it means this name: `Some(true)` when it is only the beginning of it.
    fn fits(&self, name: &Name) -> Option<bool> {
        let of_kind = self.kind.as_ref().filter(|(kind, _)| *kind == name.kind);
        let plain = begins(&self.whole, name);
        match (plain, of_kind.and_then(|(_, rest)| begins(rest, name))) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (plain, of_kind) => plain.or(of_kind),
        }
    }
}

/// Whether the words are this name, perhaps with where it is behind it (`Some(false)`), or the
/// beginning of this name (`Some(true)`).
fn begins(asked: &str, name: &Name) -> Option<bool> {
    if let Some(rest) = asked.strip_prefix(name.folded.as_str()) {
        let is_there = rest.is_empty() || rest.starts_with(' ') && is_around(rest, name);
        return is_there.then_some(false);
    }
    (!asked.is_empty() && name.folded.starts_with(asked)).then_some(true)
}

/// Whether all these words name what is above a name, then or today.
fn is_around(rest: &str, name: &Name) -> bool {
    let unit = &TABLE.units[name.unit];
    let above = name.shown.split_once(", ").map_or("", |(_, above)| above);
    let province = unit.code.province().unit();
    let bynames = BYNAMES.iter().filter(|(code, _)| *code == province.code.0).map(|it| it.1);
    let above = [above, province.name].into_iter().chain(bynames).collect::<Vec<_>>().join(" ");
    let above = words(&above);
    rest.split_whitespace().all(|it| above.split(' ').any(|word| word == it))
}

/// Folded words with single spaces: `Bà Rịa - Vũng Tàu` is `ba ria vung tau`.
fn words(text: &str) -> String {
    let folded = normalise::fold(text);
    let parts = folded.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// A word in full: `tp` is `thanh pho`, `q1` is `quan 1`.
fn in_full(word: &str, is_first: bool) -> String {
    let of = |list: &[(&str, &'static str)], word: &str| {
        list.iter().find(|(short, _)| *short == word).map(|(_, full)| *full)
    };
    let full = of(&SHORT, word).or_else(|| of(&SHORT_IN_FRONT, word).filter(|_| is_first));
    if let Some(full) = full {
        return full.to_owned();
    }
    let number = word.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    match &word[..word.len() - number.len()] {
        "q" if is_number => format!("quan {number}"),
        "p" if is_number => format!("phuong {number}"),
        _ => word.to_owned(),
    }
}

fn without_kind(folded: &str) -> Option<(&'static str, &str)> {
    let rest = |kind: &'static str| Some((kind, folded.strip_prefix(kind)?.strip_prefix(' ')?));
    KINDS.into_iter().find_map(rest)
}

/// The table, read once.
struct Table {
    units: Vec<Unit>,
    by_code: HashMap<&'static str, usize>,
    names: Vec<Name>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/places.tsv")));

impl Table {
    fn read(text: &'static str) -> Self {
        let mut table = Self { units: Vec::new(), by_code: HashMap::new(), names: Vec::new() };
        let mut province = None;
        for line in text.lines().filter(|it| !it.starts_with('#')) {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().expect("each line of the table has four cells");
            let (kind, code, name, former) = (cell(), UnitCode(cell()), cell(), cell());
            let parent = if kind == "p" { None } else { province };
            province = parent.or(Some(code)); // The wards of a province follow it.
            let former = former.split(';').filter(|it| !it.is_empty()).collect();
            table.add(Unit { code, name, parent, former });
        }
        table
    }

    fn add(&mut self, unit: Unit) {
        let idx = self.units.len();
        let mut seen = HashSet::new();
        let mut add = |way, shown: &'static str| {
            let folded = words(shown.split_once(", ").map_or(shown, |(name, _)| name));
            let (kind, folded) = without_kind(&folded).unwrap_or(("", &folded));
            if seen.insert((way == Way::FormerDistrict, shown)) {
                let folded = folded.to_owned();
                self.names.push(Name { unit: idx, way, shown, folded, kind });
            }
        };
        add(Way::Today, unit.name);
        for (_, name) in BYNAMES.iter().filter(|(code, _)| *code == unit.code.0) {
            add(Way::Byname, name);
        }
        for old in &unit.former {
            add(Way::Former, old);
            // A ward stood in a district, but for the islands that were districts themselves.
            let district = old.split_once(", ").map(|(_, above)| above);
            if let Some(district) = district.filter(|it| !it.starts_with("Tỉnh ")) {
                add(Way::FormerDistrict, district);
            }
        }
        self.by_code.insert(unit.code.0, idx);
        self.units.push(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> UnitCode {
        UnitCode::parse(text).expect("a known code")
    }

    /// The first hits, as `name < old name`.
    #[track_caller]
    fn check(query: &str, expected: &[&str]) {
        let shown = |it: &Hit| match it.formerly {
            None => it.unit.full_name(),
            Some(old) => format!("{} < {old}", it.unit.full_name()),
        };
        let found: Vec<String> = find(query, expected.len().max(1)).iter().map(shown).collect();
        assert_eq!(found, expected, "{query}");
    }

    #[test]
    fn the_table_is_whole() {
        assert_eq!(provinces().count(), 34);
        let wards: Vec<&Unit> = TABLE.units.iter().filter(|it| it.parent.is_some()).collect();
        assert_eq!(wards.len(), 3_321);
        assert_eq!(TABLE.by_code.len(), 34 + 3_321, "no code stands twice");
        for unit in &TABLE.units {
            let digits = if unit.parent.is_none() { 2 } else { 5 };
            let is_code = unit.code.0.len() == digits && unit.code.0.parse::<u32>().is_ok();
            assert!(is_code, "{unit:?}");
            assert_eq!(unit.code.province().unit().parent, None, "{unit:?}");
        }
        let old: HashSet<&str> = wards.iter().flat_map(|it| it.former.iter().copied()).collect();
        assert_eq!(old.len(), 10_039);
    }

    #[test]
    fn a_code_is_parsed_at_the_door() {
        assert_eq!(code("00070").unit().full_name(), "Phường Hoàn Kiếm, Thành phố Hà Nội");
        for bad in ["", "1", "00", "99", "070", "00071", "0007o", "01 ", "٠١"] {
            assert!(UnitCode::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_place_is_found_however_it_is_typed() {
        let hoan_kiem = "Phường Hoàn Kiếm, Thành phố Hà Nội";
        for query in [
            "phuong hoan kiem",
            "Hoàn Kiếm, Hà Nội",
            "p. hoan kiem",
            "P.Hoàn Kiếm, TP. HN",
            "hoàn kiếm",
            "HOAN  KIEM",
            "phuong hoan ki",
        ] {
            check(query, &[hoan_kiem]);
        }
        check("hn", &["Thành phố Hà Nội"]);
        check("tp ho chi minh", &["Thành phố Hồ Chí Minh"]);
        check("TPHCM", &["Thành phố Hồ Chí Minh"]);
        let saigon = ["Thành phố Hồ Chí Minh < Sài Gòn", "Phường Sài Gòn, Thành phố Hồ Chí Minh"];
        check("sài gòn", &saigon);
        check("SG", &saigon);
        check("quản bạ", &["Xã Quản Bạ, Tỉnh Tuyên Quang"]);
        check("ea h'leo", &["Xã Ea H'Leo, Tỉnh Đắk Lắk"]);
    }

    #[test]
    fn an_old_name_leads_to_the_units_of_today() {
        check("thai binh", &["Tỉnh Hưng Yên < Tỉnh Thái Bình"]);
        let hoan_kiem = "Phường Hoàn Kiếm, Thành phố Hà Nội";
        let old = format!("{hoan_kiem} < Phường Hàng Bạc, Quận Hoàn Kiếm");
        check("Hàng Bạc", &[&old]);
        check("hang bac, q. hoan kiem, ha noi", &[&old]);
        let city = "Thành phố Hồ Chí Minh";
        let wards = ["Tân Định", "Sài Gòn", "Bến Thành", "Cầu Ông Lãnh"];
        let wards = wards.map(|it| format!("Phường {it}, {city} < Quận 1"));
        for query in ["quan 1 ho chi minh", "Q1, TPHCM", "quận 1, sài gòn", "q.1"] {
            check(query, &wards.each_ref().map(String::as_str));
        }
        check("con dao", &["Đặc khu Côn Đảo, Thành phố Hồ Chí Minh"]);
    }

    #[test]
    fn what_is_no_place_is_not_found() {
        for query in ["", "a", "12345", "hoan kiem da nang", "\u{0}", "phường", &"x".repeat(9_999)]
        {
            assert!(find(query, 5).iter().all(|it| it.formerly.is_none() && query == "phường"));
        }
    }

    #[test]
    fn an_old_unit_maps_to_all_that_it_became() {
        let names = |old: &str| maps_to(old).iter().map(|it| it.name).collect::<Vec<_>>();
        // A divided ward: both parts.
        let divided = names("Phường Hàng Bông, Quận Hoàn Kiếm");
        assert_eq!(divided, ["Phường Hoàn Kiếm", "Phường Cửa Nam"]);
        assert_eq!(names("Tỉnh Bình Dương"), ["Thành phố Hồ Chí Minh"]);
        assert_eq!(code("79").unit().former, ["Tỉnh Bà Rịa - Vũng Tàu", "Tỉnh Bình Dương"]);
        assert_eq!(names("Thành phố Thủ Dầu Một, Tỉnh Bình Dương").len(), 5);
        assert_eq!(names("Huyện Cồn Cỏ"), ["Đặc khu Cồn Cỏ"]);
        assert!(names("Quận Không Có").is_empty());
    }

    #[test]
    fn a_ward_is_within_its_province() {
        let (city, ward) = (code("01"), code("00070"));
        assert!(is_within(ward, city) && is_within(ward, ward) && is_within(city, city));
        assert!(!is_within(city, ward) && !is_within(ward, code("79")));
    }
}
