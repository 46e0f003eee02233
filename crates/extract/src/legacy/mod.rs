//! Vietnamese encodings older than Unicode: which one a text is in, and the text in Unicode.
//!
//! No file names them and the web has labels for few. What tells them is that nearly every word of
//! a Vietnamese text is a syllable in the right encoding and none in a wrong one. This is asked
//! before anything is cleaned: TCVN3 writes ư as the byte of the soft hyphen, VISCII writes
//! capitals as control bytes, and VNI writes a letter as two characters.
//!
//! All of it works on text as Windows-1252 shows it, for that keeps every byte ([`western`]). So
//! raw bytes and words that somebody pasted into a Unicode page are one case.
//! Not here: Telex and VNI *keystrokes*, which stay as typed (`kiemtin_core::text::vietnamese`).

mod evidence;
mod reading;
mod restore;
mod spelling;
mod tables;
mod viqr;
pub(crate) mod western;

pub(crate) use evidence::judge;
pub(crate) use restore::Restorer;
pub(crate) use viqr::{is_viqr, restore_viqr};

/// An encoding of Vietnamese older than Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Legacy {
    /// TCVN 5712:1993, parts 1 and 2, and TCVN3, which the fonts of the ABC family use. The capitals
    /// of toned letters are the affair of a font there (`.VnTimeH`), so they often come out small.
    Tcvn,
    /// VNI for Windows: a vowel, then a character for its marks.
    Vni,
    /// VPS, of the Vietnamese Professionals Society.
    Vps,
    /// VISCII (RFC 1456).
    Viscii,
    /// Windows-1258, read as if it were Windows-1252.
    Windows1258,
    /// VIQR (RFC 1456): marks as ASCII punctuation.
    Viqr,
}

impl Legacy {
    /// All that can be told from text as Windows-1252 shows it.
    pub const EIGHT_BIT: [Self; 5] =
        [Self::Tcvn, Self::Vni, Self::Vps, Self::Viscii, Self::Windows1258];

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcvn => "TCVN3 (ABC)",
            Self::Vni => "VNI-Windows",
            Self::Vps => "VPS",
            Self::Viscii => "VISCII",
            Self::Windows1258 => "Windows-1258",
            Self::Viqr => "VIQR",
        }
    }

    /// What a page or message calls it; the web's own standard has only Windows-1258.
    pub(crate) fn from_label(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        Some(match label.as_str() {
            "viscii" | "csviscii" | "viscii1.1-1" | "x-viet-viscii" => Self::Viscii,
            "tcvn" | "tcvn3" | "tcvn-5712" | "tcvn5712-1" | "tcvn5712-1:1993" | "x-viet-tcvn"
            | "x-viet-tcvn5712" => Self::Tcvn,
            "vps" | "x-viet-vps" => Self::Vps,
            "vni" | "vni-win" | "x-viet-vni" => Self::Vni,
            _ => return None,
        })
    }

    /// The bytes in Unicode, byte for byte, whatever they are. For texts that also hold other
    /// things, `Restorer` asks of each word what it is.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Viqr => viqr::decode(&String::from_utf8_lossy(bytes)),
            _ => reading::letters(bytes, self, reading::Doubtful::Letters),
        }
    }
}
