//! Where claims go round, in words: classes of channel, never persons.

use kiemtin_core::channel::{CHANNELS, OUTLETS};
use kiemtin_core::lang::Lang;

use crate::locale::text;

/// Where a claim goes round, in words; what a file brought may be a class of channel.
pub fn outlet(lang: Lang, outlet: &str) -> String {
    match OUTLETS.contains(&outlet) {
        true => text(lang, &format!("outlet-{outlet}")),
        false => source(lang, outlet),
    }
}

/// Where a text was seen: a class of channel in words; a listed outlet, or a class that only a file
/// knows, as it stands.
pub fn source(lang: Lang, source: &str) -> String {
    match CHANNELS.iter().find(|(_, kept)| *kept == source) {
        Some((code, _)) => text(lang, &format!("source-{code}")),
        None => source.to_owned(),
    }
}
