//! Which feeds there are, where each is, and which of them a publication changes: what the site
//! serves, and what a hub (WebSub) is told of.

use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::remit;
use kiemtin_store::StoreResult;
use kiemtin_store::organisations::Org;
use kiemtin_store::reviews::Version;

use super::App;

/// A form that feeds come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4287.
    Atom,
    /// RSS 2.0, for readers that know no other.
    Rss,
    /// JSON Feed 1.1.
    Json,
}

impl Format {
    /// Each, in the order in which pages offer them.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// The end of its addresses.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// Takes the last part of a feed's address apart; `None` when it is the address of a page.
    pub fn split(name: &str) -> Option<(&str, Self)> {
        let (name, end) = name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|it| it.extension() == end).map(|it| (name, it))
    }
}

/// What a feed is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// All answers.
    Answers,
    /// Corrections, changed verdicts and retractions.
    Corrections,
    /// The answers on one of `core::remit::TOPICS`.
    Topic(&'static str),
    /// The answers about a place, a province's wards included.
    Place(UnitCode),
    /// The answers that an organisation signed.
    Signed(Org),
}

impl Subject {
    /// Where its page is below the language; its feeds are there too, with an ending.
    pub fn path(&self) -> String {
        match self {
            Self::Answers => "answers".to_owned(),
            Self::Corrections => "corrections".to_owned(),
            Self::Topic(topic) => format!("topics/{topic}"),
            Self::Place(place) => format!("places/{}", place.as_str()),
            Self::Signed(org) => format!("o/{}", org.slug.as_str()),
        }
    }
}

impl App {
    /// The addresses of the feeds that the newest version about a claim changed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn changed_feeds(&self, claim: ClaimId) -> StoreResult<Vec<String>> {
        let versions = self.store.versions(claim).await?;
        let Some(newest) = versions.first() else { return Ok(Vec::new()) };
        let mut subjects = vec![Subject::Answers];
        if newest.document.content.class.is_notice() {
            subjects.push(Subject::Corrections);
        }
        let topic = self.store.claim(claim).await?.and_then(|it| it.topic);
        subjects.extend(topic.as_deref().and_then(remit::topic).map(Subject::Topic));
        for place in self.store.claim_places(claim).await? {
            for place in [place, place.province()] {
                let place = Subject::Place(place);
                if !subjects.contains(&place) {
                    subjects.push(place);
                }
            }
        }
        // Those who signed the version before, too: an answer that they do not sign again goes from
        // their feeds.
        let signed = |it: &Version, org: &Org| {
            it.document.signed_by.iter().any(|line| line.slug == org.slug.as_str())
        };
        let mut orgs = self.store.orgs().await?;
        orgs.retain(|org| versions.iter().take(2).any(|it| signed(it, org)));
        subjects.extend(orgs.into_iter().map(Subject::Signed));
        let of_subject = |it: &Subject| {
            let path = it.path();
            let address = |lang: Lang, format: Format| {
                format!("{}/{lang}/{path}.{}", self.public_url, format.extension())
            };
            Lang::ALL.map(|lang| Format::ALL.map(|format| address(lang, format))).concat()
        };
        Ok(subjects.iter().flat_map(of_subject).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_feeds_are_told_from_those_of_pages() {
        assert_eq!(Format::split("health.rss"), Some(("health", Format::Rss)));
        assert_eq!(Format::split("/vi/answers.json"), Some(("/vi/answers", Format::Json)));
        assert_eq!(Format::split("health.xml"), None);
        assert_eq!(Format::split("health"), None);
    }
}
