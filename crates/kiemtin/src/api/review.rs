//! A published version, whole: with its sources, opinions and what was done about them. Taken apart
//! without `..`, as all shapes.

use kiemtin_core::case::{Capture, SourceKind};
use kiemtin_core::reply;
use kiemtin_core::review::{
    Content, Document, EvidenceLine, MeetingLine, OpinionLine, PictureVerdict,
};
use kiemtin_store::StoreResult;
use kiemtin_store::reviews::Version;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::{OrgName, ReviewBrief, Text, Verdict, merged_into};
use crate::app::App;

/// A published version, whole.
#[derive(Serialize, ToSchema)]
pub(super) struct Review {
    /// What lists have of it.
    #[serde(flatten)]
    pub brief: ReviewBrief,
    /// Whether this is the newest version, and it is no retraction.
    pub stands: bool,
    /// The public number of the claim that this one was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<i64>,
    /// What kind of version it is: `first`, `typo`, `clarification`, `correction`,
    /// `verdict_change` or `retraction`.
    pub class: &'static str,
    /// What changed and why, for versions after the first.
    pub reason: Text,
    /// The answer at length: paragraphs separated by an empty line.
    pub body: Text,
    /// Why the desk chose this claim.
    pub why: Text,
    /// Why one source is enough, where there is only one.
    pub single_source: Text,
    /// Somebody looked for evidence against the claim and found none.
    pub none_against: bool,
    /// Two members of the desk's only organisation signed.
    pub single_org: bool,
    /// The public sources, for and against.
    pub evidence: Vec<Evidence>,
    /// Pages among them where the claim itself stood.
    pub appears_on: Vec<String>,
    /// What the picture is that the claim came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<Picture>,
    /// The written opinions, those that disagree included.
    pub opinions: Vec<Opinion>,
    /// What was done about the right of reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// Meetings whose agreed points were made public.
    pub meetings: Vec<Meeting>,
    /// Where its entry stands in the public log.
    pub log_index: i64,
    /// The canonical document whose salted hash is in that entry.
    pub document: String,
}

impl Review {
    /// From a version; `stands` is for the caller to know.
    pub(super) async fn of(app: &App, version: &Version, stands: bool) -> StoreResult<Self> {
        let brief = ReviewBrief::of(app, version).await?;
        let document = &version.document;
        let Content {
            claim: _,
            rating: _,
            answer: _,
            body,
            why,
            single_source,
            none_against,
            evidence,
            appears_on,
            picture,
            opinions,
            reply,
            meetings,
            class,
            reason,
        } = &document.content;
        Ok(Self {
            brief,
            stands,
            merged_into: merged_into(app, version).await?,
            class: class.code(),
            reason: Text::of(reason),
            body: Text::of(body),
            why: Text::of(why),
            single_source: Text::of(single_source),
            none_against: *none_against,
            single_org: document.single_org,
            evidence: evidence.iter().map(Evidence::from).collect(),
            appears_on: appears_on.clone(),
            picture: picture.as_ref().map(Picture::from),
            opinions: opinions.iter().map(Opinion::from).collect(),
            reply: reply.as_ref().map(Reply::from),
            meetings: meetings.iter().map(Meeting::from).collect(),
            log_index: version.log_idx,
            document: document_address(app, document),
        })
    }
}

fn document_address(app: &App, it: &Document) -> String {
    format!("{}/vi/c/{}/v/{}.json", app.public_url, it.number, it.version)
}

/// What a picture is.
#[derive(Serialize, ToSchema)]
pub(super) struct Picture {
    /// One of schema.org's values of `mediaAuthenticityCategory`, in our words.
    pub category: &'static str,
    /// What it really shows, or where it was first.
    pub context: Text,
}

impl From<&PictureVerdict> for Picture {
    fn from(it: &PictureVerdict) -> Self {
        Self { category: it.category.code(), context: Text::of(&it.context) }
    }
}

/// One public source.
#[derive(Serialize, ToSchema)]
pub(super) struct Evidence {
    /// `for` or `against` the claim.
    pub stance: &'static str,
    /// Who published it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// When it was published: a day, or a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    /// What it says, in the desk's words.
    pub note: Text,
    /// The passage that counts, word for word.
    pub quote: Text,
    /// How near it is to what it tells of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// What its publisher has to gain, as far as known.
    pub interest: Text,
    /// SHA-256 of the kept page, in hex; absent where none is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_sha256: Option<String>,
    /// A file that the organisation handed in: nobody fetched it from the address.
    pub handed_in: bool,
    /// The organisation that brought it.
    pub brought_by: OrgName,
}

impl From<&EvidenceLine> for Evidence {
    fn from(line: &EvidenceLine) -> Self {
        let EvidenceLine {
            stance,
            publisher,
            title,
            url,
            published,
            note,
            quote,
            kind,
            interest,
            capture,
            handed_in,
            brought_by,
        } = line.clone();
        let kept_sha256 = match capture {
            Capture::Archived { sha256 } => Some(sha256),
            _ => None,
        };
        Self {
            stance: stance.code(),
            publisher,
            title,
            url,
            published,
            note: Text::of(&note),
            quote: Text::of(&quote),
            kind: kind.map(SourceKind::code),
            interest: Text::of(&interest),
            kept_sha256,
            handed_in,
            brought_by: (&brought_by).into(),
        }
    }
}

/// One organisation's written view, published with the answer.
#[derive(Serialize, ToSchema)]
pub(super) struct Opinion {
    /// Whose.
    pub organisation: OrgName,
    /// Its own verdict.
    pub rating: Verdict,
    /// Its text, in the language it was written in.
    pub text: String,
    /// Its declared interest; empty when it declared that it has none.
    pub interest: String,
    /// Whether the claim concerns it, so that it gave evidence and did not sign.
    pub involved: bool,
    /// The addresses of the sources that it rests on.
    pub relies_on: Vec<String>,
}

impl From<&OpinionLine> for Opinion {
    fn from(line: &OpinionLine) -> Self {
        let OpinionLine { org, rating, text, interest, involved, relies_on } = line.clone();
        let organisation = OrgName::from(&org);
        Self { organisation, rating: rating.into(), text, interest, involved, relies_on }
    }
}

/// What the outlet or office behind the claim was asked, or why none was.
#[derive(Serialize, ToSchema)]
pub(super) struct Reply {
    /// Whether one was asked.
    pub asked: bool,
    /// Which, on what day and how, where one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// Why none was: `safety`, `cannot_be_found` or `no_source`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<&'static str>,
    /// What it answered, or more about why none was asked; empty where there is nothing.
    pub text: String,
}

/// How an outlet or office was asked.
#[derive(Serialize, ToSchema)]
pub(super) struct Question {
    /// The outlet or office.
    pub whom: String,
    /// The day.
    pub day: String,
    /// By what kind of channel.
    pub by: &'static str,
    /// The day of its answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<String>,
}

impl From<&reply::Reply> for Reply {
    fn from(reply: &reply::Reply) -> Self {
        match reply.clone() {
            reply::Reply::Asked { whom, asked, by, answer, answered } => {
                let question = Question { whom, day: asked, by: by.code(), answered };
                Self { asked: true, question: Some(question), why_not: None, text: answer }
            }
            reply::Reply::NotAsked { why, note } => {
                Self { asked: false, question: None, why_not: Some(why.code()), text: note }
            }
        }
    }
}

/// What organisations agreed when they met about the claim.
#[derive(Serialize, ToSchema)]
pub(super) struct Meeting {
    /// The day.
    pub held: String,
    /// Those that took part.
    pub organisations: Vec<OrgName>,
    /// What they agreed.
    pub agreed: Text,
}

impl From<&MeetingLine> for Meeting {
    fn from(line: &MeetingLine) -> Self {
        let MeetingLine { held, orgs, agreed } = line;
        let organisations = orgs.iter().map(OrgName::from).collect();
        Self { held: held.clone(), organisations, agreed: Text::of(agreed) }
    }
}
