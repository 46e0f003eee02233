//! Names of persons, counted so that the desk can warn; never cut, because a name may be needed.

use std::sync::LazyLock;

use regex::Regex;

/// A form of address and two to four capitalised words.
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    let honorific = "(?i:ông|bà|anh|chị|cô|chú|bác|em|cháu|mr|mrs|ms|miss|dr|bs|ts)";
    let word = r"\p{Lu}[\p{Ll}\p{M}]*";
    let pattern = format!(r"(?:^|[^\p{{L}}])({honorific})\.?\s+{word}(?:\s+{word}){{1,3}}");
    Regex::new(&pattern).expect("a fixed pattern")
});

/// How many stretches of a text look like the name of a person.
pub fn name_candidates(text: &str) -> usize {
    if !text.chars().any(char::is_uppercase) {
        return 0;
    }
    NAMES.find_iter(text).count()
}
