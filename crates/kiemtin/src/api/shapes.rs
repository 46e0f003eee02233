//! What calls answer with. Each shape is made from what is published, taken apart without `..`: a
//! new field is given out on purpose or not at all. None of them tells of a person.

use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::rating::Rating;
use kiemtin_core::review::OrgLine;
use kiemtin_store::StoreResult;
use kiemtin_store::reviews::Version;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T: ToSchema> {
    /// What is on this page.
    pub items: Vec<T>,
    /// The address of the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The address of a list with what was asked of it.
pub(super) struct Address<'a> {
    /// The desk's.
    pub(super) app: &'a App,
    /// The path, `/api/v1/…`.
    pub(super) path: &'a str,
    /// What was asked.
    pub(super) asked: Vec<(&'static str, Option<String>)>,
}

impl Address<'_> {
    /// Cuts what was found, one item more than the page has room for, where there is one; with the
    /// address of the next page, which begins at the place that `place` gives of the last item.
    pub(super) fn cut<S>(
        &self,
        mut found: Vec<S>,
        limit: i64,
        place: impl FnOnce(&S) -> String,
    ) -> (Vec<S>, Option<String>) {
        let limit = usize::try_from(limit).unwrap_or_default();
        let is_more = limit < found.len();
        found.truncate(limit);
        let next = found.last().filter(|_| is_more).map(|it| self.at(&place(it)));
        (found, next)
    }

    fn at(&self, cursor: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.asked {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        query.append_pair("cursor", cursor);
        format!("{}{}?{}", self.app.public_url, self.path, query.finish())
    }
}

/// A text in one language or both.
#[derive(Serialize, ToSchema)]
pub(super) struct Text {
    /// In Vietnamese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vi: Option<String>,
    /// In English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    pub(super) fn of(text: &Localised) -> Self {
        let Localised { vi, en } = text.clone();
        Self { vi, en }
    }

    /// The same for both languages, each in its own words.
    pub(super) fn each(words: impl Fn(Lang) -> String) -> Self {
        Self { vi: Some(words(Lang::Vi)), en: Some(words(Lang::En)) }
    }
}

/// An organisation by its short and full name.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct OrgName {
    /// The part of its address.
    #[schema(example = "so-y-te")]
    pub slug: String,
    /// Its name.
    pub name: String,
}

impl From<&OrgLine> for OrgName {
    fn from(org: &OrgLine) -> Self {
        let OrgLine { slug, name } = org.clone();
        Self { slug, name }
    }
}

/// A province or ward, with the code of the General Statistics Office.
#[derive(Serialize, ToSchema)]
pub(super) struct Place {
    /// Two digits for a province, five for a ward.
    #[schema(example = "79")]
    pub code: String,
    /// Its name.
    pub name: String,
}

impl From<UnitCode> for Place {
    fn from(code: UnitCode) -> Self {
        Self { code: code.as_str().to_owned(), name: code.unit().full_name() }
    }
}

/// The verdict, in words and on a scale.
#[derive(Serialize, ToSchema)]
pub(super) struct Verdict {
    /// The word in this API.
    pub code: Code,
    /// From 1, false, to 5, true; absent for *unproven*.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5)]
    pub value: Option<u8>,
    /// As readers see it.
    pub words: Text,
}

/// The word of a verdict.
#[derive(Clone, Copy, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RatingCode)]
pub(super) enum Code {
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
    /// Chưa đủ căn cứ.
    Unproven,
}

impl From<Rating> for Code {
    fn from(rating: Rating) -> Self {
        match rating {
            Rating::False => Self::False,
            Rating::MostlyFalse => Self::MostlyFalse,
            Rating::HalfTrue => Self::HalfTrue,
            Rating::MostlyTrue => Self::MostlyTrue,
            Rating::True => Self::True,
            Rating::Unproven => Self::Unproven,
        }
    }
}

impl From<Code> for Rating {
    fn from(code: Code) -> Self {
        match code {
            Code::False => Self::False,
            Code::MostlyFalse => Self::MostlyFalse,
            Code::HalfTrue => Self::HalfTrue,
            Code::MostlyTrue => Self::MostlyTrue,
            Code::True => Self::True,
            Code::Unproven => Self::Unproven,
        }
    }
}

impl From<Rating> for Verdict {
    fn from(rating: Rating) -> Self {
        let words = Text::each(|lang| rating.words(lang).to_owned());
        Self { code: rating.into(), value: rating.value(), words }
    }
}

/// A published answer, as lists have it.
#[derive(Serialize, ToSchema)]
pub(super) struct ReviewBrief {
    /// The public number of the claim.
    pub number: i64,
    /// The newest version, from 1.
    pub version: i64,
    /// The claim.
    pub claim: Text,
    /// The verdict.
    pub rating: Verdict,
    /// The answer in one sentence.
    pub answer: Text,
    /// What the claim is about: see `/api/v1/topics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Where it is about.
    pub places: Vec<Place>,
    /// The organisations that signed.
    pub signed_by: Vec<OrgName>,
    /// When this version went out.
    #[schema(format = DateTime)]
    pub published: String,
    /// When the first one did.
    #[schema(format = DateTime)]
    pub first_published: String,
    /// Its page, in each language: what to link to.
    pub pages: Text,
    /// The whole review in this API.
    pub review: String,
}

impl ReviewBrief {
    /// From a version, with what the desk knows of its claim.
    pub(super) async fn of(app: &App, version: &Version) -> StoreResult<Self> {
        let claim = app.store.claim(version.claim).await?;
        let places = app.store.claim_places(version.claim).await?;
        let document = &version.document;
        let content = &document.content;
        Ok(Self {
            number: document.number,
            version: document.version,
            claim: Text::of(&content.claim),
            rating: content.rating.into(),
            answer: Text::of(&content.answer),
            topic: claim.and_then(|it| it.topic),
            places: places.into_iter().map(Place::from).collect(),
            signed_by: document.signed_by.iter().map(OrgName::from).collect(),
            published: document.published.clone(),
            first_published: document.first_published.clone(),
            pages: pages(app, document.number),
            review: review_address(app, document.number),
        })
    }

    /// From several.
    pub(super) async fn each(app: &App, versions: &[Version]) -> StoreResult<Vec<Self>> {
        let mut res = Vec::with_capacity(versions.len());
        for it in versions {
            res.push(Self::of(app, it).await?);
        }
        Ok(res)
    }
}

/// The page of an answer in each language.
pub(super) fn pages(app: &App, number: i64) -> Text {
    Text::each(|lang| format!("{}/{lang}/c/{number}", app.public_url))
}

/// The whole review in this API.
pub(super) fn review_address(app: &App, number: i64) -> String {
    format!("{}/api/v1/reviews/{number}", app.public_url)
}

/// The public number of the claim that a version's was merged into.
pub(super) async fn merged_into(app: &App, version: &Version) -> StoreResult<Option<i64>> {
    let claim = app.store.claim(version.claim).await?;
    let Some(into) = claim.and_then(|it| it.merged_into) else { return Ok(None) };
    Ok(app.store.claim(into).await?.and_then(|it| it.number))
}
