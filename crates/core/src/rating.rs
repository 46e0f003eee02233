//! The verdict in words and on a scale (DESIGN section 4, "Ratings").

use serde::{Deserialize, Serialize};

use crate::lang::Lang;

/// What a review says of a claim. Published numbers run from 1 (worst) to 5 (best).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// Sai.
    False,
    /// Phần lớn sai.
    MostlyFalse,
    /// Đúng một nửa.
    HalfTrue,
    /// Phần lớn đúng.
    MostlyTrue,
    /// Đúng.
    True,
    /// Chưa đủ căn cứ: published without ClaimReview markup, since a number would be a lie.
    Unproven,
}

impl Rating {
    /// Every rating, from false to true, then *unproven*.
    pub const ALL: [Self; 6] = [
        Self::False,
        Self::MostlyFalse,
        Self::HalfTrue,
        Self::MostlyTrue,
        Self::True,
        Self::Unproven,
    ];
    /// The lowest `ratingValue`.
    pub const WORST: u8 = 1;
    /// The highest `ratingValue`.
    pub const BEST: u8 = 5;

    /// The word in files, forms, the store and the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::False => "false",
            Self::MostlyFalse => "mostly_false",
            Self::HalfTrue => "half_true",
            Self::MostlyTrue => "mostly_true",
            Self::True => "true",
            Self::Unproven => "unproven",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.code() == code)
    }

    /// `ratingValue`; `None` for *unproven*.
    pub fn value(self) -> Option<u8> {
        match self {
            Self::False => Some(1),
            Self::MostlyFalse => Some(2),
            Self::HalfTrue => Some(3),
            Self::MostlyTrue => Some(4),
            Self::True => Some(5),
            Self::Unproven => None,
        }
    }

    /// The verdict as readers see it, and as `alternateName` says it.
    pub fn words(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::False, Lang::Vi) => "Sai",
            (Self::False, Lang::En) => "False",
            (Self::MostlyFalse, Lang::Vi) => "Phần lớn sai",
            (Self::MostlyFalse, Lang::En) => "Mostly false",
            (Self::HalfTrue, Lang::Vi) => "Đúng một nửa",
            (Self::HalfTrue, Lang::En) => "Half true",
            (Self::MostlyTrue, Lang::Vi) => "Phần lớn đúng",
            (Self::MostlyTrue, Lang::En) => "Mostly true",
            (Self::True, Lang::Vi) => "Đúng",
            (Self::True, Lang::En) => "True",
            (Self::Unproven, Lang::Vi) => "Chưa đủ căn cứ",
            (Self::Unproven, Lang::En) => "Unproven",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_numbers_rise_with_truth() {
        let values: Vec<_> = Rating::ALL.iter().filter_map(|it| it.value()).collect();
        assert_eq!(values, [1, 2, 3, 4, 5]);
        for rating in Rating::ALL {
            assert_eq!(Rating::from_code(rating.code()), Some(rating));
        }
        assert_eq!(Rating::from_code("False"), None);
    }
}
