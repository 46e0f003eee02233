//! What a call asks: its parameters, each known and given once, and the token that leads on.

use kiemtin_core::lang::Lang;
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::refused::Refused;
use crate::app::TEXT_CHARS_MAX;

/// Answers on a page unless asked otherwise, as Google has it.
const PAGE_SIZE: usize = 10;
/// Answers on a page at most.
const PAGE_SIZE_MAX: usize = 50;
/// Where a page may begin at most: further on nobody reads, and no number overflows.
const OFFSET_MAX: usize = 1_000_000;
/// Parameters that every Google interface takes. They change nothing here; no key is needed.
const TAKEN: [&str; 11] = [
    "key",
    "fields",
    "quotaUser",
    "$.xgafv",
    "callback",
    "access_token",
    "oauth_token",
    "uploadType",
    "upload_protocol",
    "alt",
    "prettyPrint",
];

/// The language of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Whatever there is.
    Any,
    /// This one.
    One(Lang),
    /// One in which there are none.
    Other,
}

impl Wanted {
    /// The language, if one that there is was named.
    pub(super) fn one(self) -> Option<Lang> {
        match self {
            Self::One(lang) => Some(lang),
            Self::Any | Self::Other => None,
        }
    }
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) query: String,
    pub(super) image_uri: String,
    pub(super) lang: Wanted,
    /// The publisher's site that answers must be of.
    pub(super) site: Option<String>,
    pub(super) max_age_days: Option<i64>,
    pub(super) page_size: usize,
    pub(super) offset: usize,
    pub(super) is_pretty: bool,
    /// What must stay the same from page to page.
    print: String,
}

impl Asked {
    /// A search for a text, or for all answers of a site.
    pub(super) fn of_search(query: &str) -> Result<Self, Refused> {
        let names = ["query", "languageCode", "reviewPublisherSiteFilter", "maxAgeDays"].as_slice();
        let asked = Self::read(query, names)?;
        if asked.query.is_empty() && asked.site.is_none() {
            return Err(Refused::invalid(
                "query is required unless reviewPublisherSiteFilter is given",
            ));
        }
        if TEXT_CHARS_MAX < asked.query.chars().count() {
            let why =
                format!("query is longer than {TEXT_CHARS_MAX} characters: give a part of it");
            return Err(Refused::invalid(why));
        }
        Ok(asked)
    }

    /// A search for a picture.
    pub(super) fn of_image_search(query: &str) -> Result<Self, Refused> {
        let asked = Self::read(query, &["imageUri", "languageCode"])?;
        match asked.image_uri.is_empty() {
            true => Err(Refused::invalid("imageUri is required")),
            false => Ok(asked),
        }
    }

    fn read(query: &str, names: &[&str]) -> Result<Self, Refused> {
        let given: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let paging = ["pageSize", "pageToken", "offset"];
        for (idx, (name, _)) in given.iter().enumerate() {
            let known = [names, &paging, &TAKEN].concat();
            if !known.contains(&name.as_str()) {
                let name: String = name.chars().take(80).collect();
                return Err(Refused::invalid(format!("there is no parameter {name:?}")));
            }
            if given[..idx].iter().any(|(other, _)| other == name) {
                return Err(Refused::invalid(format!("{name} is given twice")));
            }
        }
        let value = |name: &str| {
            given
                .iter()
                .find(|(it, _)| it == name)
                .map(|(_, it)| it.trim())
                .filter(|it| !it.is_empty())
        };
        if value("alt").is_some_and(|it| it != "json") {
            return Err(Refused::invalid("alt: answers are JSON"));
        }
        let max_age_days =
            value("maxAgeDays").map(|it| number(it, "maxAgeDays", i64::MAX as usize));
        let size = value("pageSize").map_or(Ok(0), |it| number(it, "pageSize", usize::MAX))?;
        let mut asked = Self {
            query: value("query").unwrap_or_default().to_owned(),
            image_uri: value("imageUri").unwrap_or_default().to_owned(),
            lang: match value("languageCode") {
                None => Wanted::Any,
                Some(tag) => Lang::from_tag(tag).map_or(Wanted::Other, Wanted::One),
            },
            site: value("reviewPublisherSiteFilter").map(bare_host),
            // Zero is what clients send that leave it out.
            max_age_days: max_age_days.transpose()?.filter(|it| *it != 0).map(|it| it as i64),
            page_size: if size == 0 { PAGE_SIZE } else { size.min(PAGE_SIZE_MAX) },
            offset: value("offset").map_or(Ok(0), |it| number(it, "offset", OFFSET_MAX))?,
            is_pretty: value("prettyPrint").is_some_and(|it| it == "true"),
            print: String::new(),
        };
        asked.print = asked.made_print();
        if let Some(token) = value("pageToken") {
            asked.offset = asked.read_token(token)?;
        }
        Ok(asked)
    }

    /// The token of the page that begins there.
    pub(super) fn token(&self, next: Option<usize>) -> Option<String> {
        next.filter(|it| *it <= OFFSET_MAX).map(|it| format!("{it}-{}", self.print))
    }

    fn read_token(&self, token: &str) -> Result<usize, Refused> {
        let other = "pageToken belongs to another call: everything else must stay the same";
        let (offset, print) =
            token.split_once('-').ok_or_else(|| Refused::invalid("pageToken cannot be read"))?;
        match print == self.print {
            true => number(offset, "pageToken", OFFSET_MAX),
            false => Err(Refused::invalid(other)),
        }
    }

    fn made_print(&self) -> String {
        let Self { query, image_uri, lang, site, max_age_days, page_size, .. } = self;
        let all = format!("{:?}", (query, image_uri, lang, site, max_age_days, page_size));
        hex::encode(&Sha256::digest(all)[..8])
    }
}

fn number(text: &str, name: &str, max: usize) -> Result<usize, Refused> {
    let n = text.parse().ok().filter(|it| *it <= max);
    n.ok_or_else(|| Refused::invalid(format!("{name} must be a whole number from 0 on")))
}

/// A site as it was typed: without scheme, path and `www.`.
fn bare_host(text: &str) -> String {
    let text = text.to_lowercase();
    let host = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_the_same_however_they_are_typed() {
        for it in ["desk.example", "www.Desk.example", "https://desk.example/vi"] {
            assert_eq!(bare_host(it), "desk.example");
        }
    }

    #[test]
    fn a_token_leads_on_in_the_same_call_alone() {
        let asked = Asked::of_search("query=a&pageSize=2").expect("fine");
        let token = asked.token(Some(2)).expect("there is more");
        let next = Asked::of_search(&format!("query=a&pageSize=2&pageToken={token}&key=k"));
        assert_eq!(next.expect("fine").offset, 2);
        for other in ["query=b&pageSize=2", "query=a&pageSize=3", "query=a&pageSize=2&maxAgeDays=1"]
        {
            assert!(Asked::of_search(&format!("{other}&pageToken={token}")).is_err(), "{other}");
        }
        assert!(Asked::of_search("query=a&pageToken=2").is_err());
    }
}
