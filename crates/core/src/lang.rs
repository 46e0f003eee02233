//! The languages that the desk speaks, and the tag of those that it only carries.

use serde::{Deserialize, Serialize};

/// A language of pages, texts and thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order in which pages offer them.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// Reads a BCP 47 tag; the region does not matter (`en-GB` is English).
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|it| it.tag().eq_ignore_ascii_case(primary))
    }

    /// The tag as it stands in addresses and in `lang=`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Vi => Self::En,
            Self::En => Self::Vi,
        }
    }
}

impl std::fmt::Display for Lang {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

/// A text in one language or both. Pages show the reader's language and fall back to the other.
///
/// Serialised as it is published: `{"en":…,"vi":…}`, absent languages left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Localised {
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Vietnamese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vi: Option<String>,
}

impl Localised {
    /// From two form fields: trimmed, and absent when empty.
    pub fn new(vi: &str, en: &str) -> Self {
        let kept = |it: &str| Some(it.trim().to_owned()).filter(|it| !it.is_empty());
        Self { vi: kept(vi), en: kept(en) }
    }

    /// The text in exactly this language.
    pub fn exact(&self, lang: Lang) -> Option<&str> {
        match lang {
            Lang::Vi => self.vi.as_deref(),
            Lang::En => self.en.as_deref(),
        }
    }

    /// The text in each language that it has.
    pub fn each(&self) -> Vec<(Lang, String)> {
        let in_lang = |it: Lang| Some((it, self.exact(it)?.to_owned()));
        Lang::ALL.into_iter().filter_map(in_lang).collect()
    }

    /// The text in this language or else in the other, with the language it is in.
    pub fn best(&self, lang: Lang) -> Option<(Lang, &str)> {
        let in_lang = |it: Lang| self.exact(it).map(|text| (it, text));
        in_lang(lang).or_else(|| in_lang(lang.other()))
    }

    /// The text for a reader of this language; empty when there is none at all.
    pub fn text(&self, lang: Lang) -> &str {
        self.best(lang).map_or("", |(_, text)| text)
    }

    /// Whether neither language has a text.
    pub fn is_empty(&self) -> bool {
        self.vi.is_none() && self.en.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_of_a_tag_does_not_matter() {
        assert_eq!(Lang::from_tag("vi-VN"), Some(Lang::Vi));
        assert_eq!(Lang::from_tag("EN_gb"), Some(Lang::En));
        assert_eq!(Lang::from_tag("fr"), None);
        assert_eq!(Lang::from_tag(""), None);
    }

    #[test]
    fn a_reader_gets_the_other_language_rather_than_nothing() {
        let text = Localised::new("  ", "Garlic");
        assert_eq!(text.best(Lang::Vi), Some((Lang::En, "Garlic")));
        assert!(Localised::new("", " ").is_empty());
    }
}
