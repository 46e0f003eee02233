//! Places that a statement is about: provinces of Vietnam, countries, states of the USA.
//!
//! A list of our own of proper names; a place that is not on it is no place here. Names that are
//! also common words when typed without diacritics ("Anh", "Pháp", "Huế" as "hue") are left out or
//! asked for in full. Places of one kind that share nothing contradict each other.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What kind of place: only places of one kind exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A province or city of Vietnam, by its name before or after July 2025.
    Province,
    /// A country.
    Country,
    /// A state of the USA.
    State,
}

impl Kind {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Province, Self::Country, Self::State];
}

/// A place that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What kind.
    pub kind: Kind,
    /// Its number in the list: two names of one place have the same.
    pub number: u16,
    /// Its name, as the text has it, in capitals as names are.
    pub name: String,
}

/// Places beyond these make a list, not a statement.
const PLACES_MAX: usize = 8;

/// The places that folded words name, the longest names first; `shown` are the same words for a
/// reader.
pub fn places(words: &[String], shown: &[String]) -> Vec<Place> {
    let mut res: Vec<Place> = Vec::new();
    let mut at = 0;
    while at < words.len() && res.len() < PLACES_MAX {
        let Some((n_words, kind, number)) = place_at(&words[at..]) else {
            at += 1;
            continue;
        };
        if res.iter().all(|it| (it.kind, it.number) != (kind, number)) {
            res.push(Place { kind, number, name: capitals(&shown[at..at + n_words]) });
        }
        at += n_words;
    }
    res
}

fn capitals(words: &[String]) -> String {
    let words = words.iter().map(|it| {
        let mut letters = it.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The longest name that the words begin with: how many words it has, and which place it is.
fn place_at(words: &[String]) -> Option<(usize, Kind, u16)> {
    static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<Name>>> = LazyLock::new(by_first_word);
    let names = BY_FIRST_WORD.get(words.first()?.as_str())?;
    let found = names.iter().find(|it| {
        it.words.len() <= words.len() && it.words.iter().zip(words).all(|(a, b)| a == b)
    });
    found.map(|it| (it.words.len(), it.kind, it.number))
}

#[derive(Debug)]
struct Name {
    words: Vec<&'static str>,
    kind: Kind,
    number: u16,
}

/// Every name under its first word, longest first.
fn by_first_word() -> HashMap<&'static str, Vec<Name>> {
    let mut res: HashMap<&str, Vec<Name>> = HashMap::new();
    let lists = [(Kind::Province, PROVINCES), (Kind::Country, COUNTRIES), (Kind::State, STATES)];
    for (kind, list) in lists {
        for (number, names) in (0..).zip(list) {
            for name in *names {
                let words: Vec<&str> = name.split(' ').collect();
                res.entry(words[0]).or_default().push(Name { words, kind, number });
            }
        }
    }
    res.values_mut().for_each(|it| it.sort_by_key(|it| usize::MAX - it.words.len()));
    res
}

/// The first places of one kind on either side, when the sides have none of that kind in common.
pub fn place_conflict<'a>(
    message: &'a [Place],
    claim: &'a [Place],
) -> Option<(&'a Place, &'a Place)> {
    Kind::ALL.into_iter().find_map(|kind| {
        let of = |all: &'a [Place]| all.iter().filter(move |it| it.kind == kind);
        let (ours, theirs) = (of(message).next()?, of(claim).next()?);
        let common = of(message).any(|it| of(claim).any(|that| that.number == it.number));
        (!common).then_some((ours, theirs))
    })
}

/// The 63 provinces and cities of before July 2025, whose names live on; other names of each beside
/// it.
const PROVINCES: &[&[&str]] = &[
    &["ha noi", "hanoi", "thu do"],
    &["ho chi minh", "tphcm", "hcm", "sai gon", "saigon", "tp hcm"],
    &["hai phong", "haiphong"],
    &["da nang", "danang"],
    &["can tho"],
    &["thua thien hue", "co do hue", "tp hue", "thanh pho hue"],
    &["an giang"],
    &["ba ria vung tau", "vung tau", "ba ria"],
    &["bac giang"],
    &["bac kan", "bac can"],
    &["bac lieu"],
    &["bac ninh"],
    &["ben tre"],
    &["binh dinh", "quy nhon"],
    &["binh duong"],
    &["binh phuoc"],
    &["binh thuan", "phan thiet"],
    &["ca mau"],
    &["cao bang"],
    &["dak lak", "dac lac", "dak lac", "buon ma thuot"],
    &["dak nong", "dac nong"],
    &["dien bien"],
    &["dong nai", "bien hoa"],
    &["dong thap"],
    &["gia lai", "pleiku"],
    &["ha giang"],
    &["ha nam"],
    &["ha tinh"],
    &["hai duong"],
    &["hau giang"],
    &["hoa binh"],
    &["hung yen"],
    &["khanh hoa", "nha trang"],
    &["kien giang", "phu quoc", "rach gia"],
    &["kon tum"],
    &["lai chau"],
    &["lam dong", "da lat", "dalat"],
    &["lang son"],
    &["lao cai", "sa pa", "sapa"],
    &["long an"],
    &["nam dinh"],
    &["nghe an"],
    &["ninh binh"],
    &["ninh thuan", "phan rang"],
    &["phu tho", "viet tri"],
    &["phu yen", "tuy hoa"],
    &["quang binh", "dong hoi"],
    &["quang nam", "hoi an", "tam ky"],
    &["quang ngai"],
    &["quang ninh", "ha long"],
    &["quang tri"],
    &["soc trang"],
    &["son la"],
    &["tay ninh"],
    &["thai binh"],
    &["thai nguyen"],
    &["thanh hoa"],
    &["tien giang", "my tho"],
    &["tra vinh"],
    &["tuyen quang"],
    &["vinh long"],
    &["vinh phuc"],
    &["yen bai"],
];

/// Countries that statements name most, in English and Vietnamese.
const COUNTRIES: &[&[&str]] = &[
    &["viet nam", "vietnam"],
    &["usa", "hoa ky", "nuoc my", "united states"],
    &["china", "chinese", "trung quoc"],
    &["japan", "japanese", "nhat ban", "nuoc nhat"],
    &["south korea", "han quoc"],
    &["north korea", "trieu tien", "bac trieu tien"],
    &["taiwan", "dai loan"],
    &["hong kong", "hongkong"],
    &["thailand", "thai lan"],
    &["laos", "nuoc lao"],
    &["cambodia", "campuchia"],
    &["myanmar", "burma"],
    &["malaysia"],
    &["singapore"],
    &["indonesia"],
    &["philippines"],
    &["india", "indian", "an do"],
    &["pakistan"],
    &["bangladesh"],
    &["sri lanka"],
    &["nepal"],
    &["afghanistan"],
    &["iran"],
    &["iraq"],
    &["israel"],
    &["palestine", "gaza"],
    &["syria"],
    &["lebanon", "li bang"],
    &["saudi arabia", "a rap xe ut", "a rap saudi"],
    &["yemen"],
    &["qatar"],
    &["dubai", "uae", "united arab emirates"],
    &["turkey", "tho nhi ky"],
    &["russia", "russian", "nuoc nga", "lien bang nga"],
    &["ukraine", "ukrainian", "ukraina"],
    &["belarus"],
    &["poland", "ba lan"],
    &["germany", "german", "nuoc duc"],
    &["france", "french", "nuoc phap"],
    &["italy", "italian", "nuoc y"],
    &["spain", "spanish", "tay ban nha"],
    &["portugal", "bo dao nha"],
    &["greece", "greek", "hy lap"],
    &["netherlands", "dutch", "ha lan"],
    &["belgium", "nuoc bi"],
    &["switzerland", "swiss", "thuy si"],
    &["austria", "nuoc ao"],
    &["sweden", "swedish", "nuoc thuy dien"],
    &["norway", "norwegian", "na uy"],
    &["denmark", "danish", "dan mach"],
    &["finland", "phan lan"],
    &["iceland"],
    &["ireland", "irish"],
    &["uk", "britain", "british", "england", "united kingdom", "vuong quoc anh", "nuoc anh"],
    &["scotland", "scottish"],
    &["canada", "canadian"],
    &["mexico", "mexican"],
    &["cuba"],
    &["haiti"],
    &["brazil", "brazilian"],
    &["argentina"],
    &["chile"],
    &["colombia"],
    &["venezuela"],
    &["peru"],
    &["australia", "australian", "nuoc uc"],
    &["new zealand"],
    &["egypt", "ai cap"],
    &["libya"],
    &["nigeria", "nigerian"],
    &["kenya", "kenyan"],
    &["ethiopia"],
    &["somalia", "somali"],
    &["sudan"],
    &["congo"],
    &["ghana"],
    &["zimbabwe"],
    &["south africa", "nam phi"],
];

/// The states of the USA, but those whose names are other places or persons too.
const STATES: &[&[&str]] = &[
    &["alabama"],
    &["alaska"],
    &["arizona"],
    &["arkansas"],
    &["california"],
    &["colorado"],
    &["connecticut"],
    &["delaware"],
    &["florida"],
    &["hawaii"],
    &["idaho"],
    &["illinois"],
    &["indiana"],
    &["iowa"],
    &["kansas"],
    &["kentucky"],
    &["louisiana"],
    &["maine"],
    &["maryland"],
    &["massachusetts"],
    &["michigan"],
    &["minnesota"],
    &["mississippi"],
    &["missouri"],
    &["montana"],
    &["nebraska"],
    &["nevada"],
    &["new hampshire"],
    &["new jersey"],
    &["new mexico"],
    &["new york"],
    &["north carolina"],
    &["north dakota"],
    &["ohio"],
    &["oklahoma"],
    &["oregon"],
    &["pennsylvania"],
    &["rhode island"],
    &["south carolina"],
    &["south dakota"],
    &["tennessee"],
    &["texas"],
    &["utah"],
    &["vermont"],
    &["virginia"],
    &["west virginia"],
    &["wisconsin"],
    &["wyoming"],
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Place> {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        places(&words, &words)
    }

    #[test]
    fn names_are_known_by_the_longest_form() {
        let names = |text| of(text).into_iter().map(|it| it.name).collect::<Vec<_>>();
        assert_eq!(names("lu o quang nam va da nang"), ["Quang Nam", "Da Nang"]);
        assert_eq!(names("west virginia not virginia"), ["West Virginia", "Virginia"]);
        assert_eq!(names("sai gon hay tphcm"), ["Sai Gon"]);
        assert_eq!(names("anh ay o nha"), Vec::<String>::new());
    }

    #[test]
    fn places_of_one_kind_that_share_nothing_contradict() {
        let conflict = |a, b| place_conflict(&of(a), &of(b)).is_some();
        assert!(conflict("phong toa ha noi", "phong toa hai phong"));
        assert!(!conflict("phong toa ha noi", "phong toa ha noi va hai phong"));
        assert!(!conflict("phong toa ha noi", "viet nam phong toa"));
        assert!(!conflict("phong toa", "phong toa ha noi"));
        assert!(conflict("banned in france", "banned in texas and italy"));
    }

    #[test]
    fn no_name_stands_for_two_places() {
        let mut names: Vec<&str> =
            [PROVINCES, COUNTRIES, STATES].concat().into_iter().flatten().copied().collect();
        names.sort_unstable();
        let twice = names.array_windows().find(|[a, b]| a == b);
        assert_eq!(twice, None);
    }
}
