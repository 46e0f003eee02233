//! The part of a draft that is for the markup on its page: on which sources the claim itself stands,
//! what its picture is, and what the markup would not keep of its rules.

use kiemtin_core::claim_review::{CLAIM_CHARS_GOOD, rehearse};
use kiemtin_core::lang::{Lang, Localised};
use kiemtin_core::review::{Content, MediaCategory, PictureVerdict};
use kiemtin_core::time::Timestamp;
use kiemtin_store::cases::Case;
use kiemtin_store::drafts::Draft;

use super::form::{Fields, Form};
use super::halt::Answer;
use super::words::Choice;
use crate::app::App;
use crate::locale;
use crate::web::codes;

/// What the form shows of it.
pub(super) struct MarkupPart {
    /// The sources of the case, by their addresses.
    pub(super) sources: Vec<Choice>,
    /// What a picture may be; empty where no message came with one.
    pub(super) categories: Vec<Choice>,
    /// What does not hinder, and readers would thank for.
    pub(super) warnings: Vec<String>,
    /// Why the draft as it was saved could not go out.
    pub(super) broken: Option<String>,
}

/// The part of the form for a draft.
pub(super) async fn part(
    app: &App,
    lang: Lang,
    case: &Case,
    draft: Option<&Draft>,
    form: &Form,
) -> Answer<MarkupPart> {
    let evidence = app.store.evidence(case.id).await?;
    let source = |it: &kiemtin_store::evidence::Evidence| Choice {
        value: it.url.clone(),
        label: format!("{}: {}", it.publisher, it.title),
    };
    // What was said of a picture stays to be seen when its message has expired.
    let is_said =
        ["picture", "picture_vi", "picture_en"].iter().any(|it| !form.value(it).is_empty());
    let has_picture = is_said || app.store.claim_has_picture(case.claim).await?;
    let categories = if has_picture { categories(lang) } else { Vec::new() };
    Ok(MarkupPart {
        sources: evidence.iter().map(source).collect(),
        categories,
        warnings: long_claims(lang, form),
        broken: match draft {
            Some(draft) => broken(app, lang, case, &draft.content).await?,
            None => None,
        },
    })
}

/// The sources that were ticked.
pub(super) fn appears_on(fields: &Fields) -> Vec<String> {
    fields.all("appears_on").map(str::to_owned).collect()
}

/// What was said of the picture: nothing, where no kind was chosen.
pub(super) fn picture(form: &mut Form) -> Option<PictureVerdict> {
    let context = form.fields().localised("picture");
    let Some(category) = MediaCategory::from_code(form.value("picture")) else {
        if !context.is_empty() {
            form.complain("picture", "d-form-choose");
        }
        return None;
    };
    if context.is_empty() {
        form.complain("picture_vi", "markup-no-context");
    }
    Some(PictureVerdict { category, context })
}

/// A source is one of the case's: nothing else that a form names is published as where the claim
/// stands.
pub(super) async fn keep_sources(app: &App, case: &Case, content: &mut Content) -> Answer<()> {
    let evidence = app.store.evidence(case.id).await?;
    let ticked = std::mem::take(&mut content.appears_on);
    let known = evidence.into_iter().map(|it| it.url).filter(|it| ticked.contains(it));
    content.appears_on = known.collect();
    Ok(())
}

/// The fields as a draft has them.
pub(super) fn values(content: &Content) -> Vec<(&'static str, String)> {
    let mut values: Vec<_> =
        content.appears_on.iter().map(|it| ("appears_on", it.clone())).collect();
    if let Some(PictureVerdict { category, context }) = &content.picture {
        let text = |lang| context.exact(lang).unwrap_or_default().to_owned();
        values.push(("picture", category.code().to_owned()));
        values.extend([("picture_vi", text(Lang::Vi)), ("picture_en", text(Lang::En))]);
    }
    values
}

/// What readers will see of a picture: its kind, and what it really shows.
pub(super) fn seen(lang: Lang, it: &PictureVerdict) -> (String, String) {
    let context = it.context.exact(lang).unwrap_or_default();
    (codes::picture(lang, it.category), context.to_owned())
}

fn categories(lang: Lang) -> Vec<Choice> {
    let choice =
        |it: MediaCategory| Choice { value: it.code().to_owned(), label: codes::picture(lang, it) };
    MediaCategory::ALL.into_iter().map(choice).collect()
}

fn long_claims(lang: Lang, form: &Form) -> Vec<String> {
    let claim: Localised = form.fields().localised("claim");
    let words = |(of, text): (Lang, String)| {
        let n_chars = text.chars().count();
        let values = [
            ("n", n_chars.to_string().into()),
            ("good", CLAIM_CHARS_GOOD.to_string().into()),
            ("lang", locale::text(of, "lang-name").into()),
        ];
        (CLAIM_CHARS_GOOD < n_chars).then(|| locale::text_with(lang, "markup-long-claim", &values))
    };
    claim.each().into_iter().filter_map(words).collect()
}

/// What the store will ask when the draft is submitted and signed, asked while it can be mended.
async fn broken(app: &App, lang: Lang, case: &Case, content: &Content) -> Answer<Option<String>> {
    let today = app.now().iso_date();
    let versions = app.store.versions(case.claim).await?;
    let first = versions.last().and_then(|it| Timestamp::parse(&it.document.first_published));
    let first = first.map_or_else(|| today.clone(), Timestamp::iso_date);
    let rehearsed = rehearse(content, &first, &today);
    Ok(rehearsed.err().map(|it| locale::text(lang, it.code())))
}
