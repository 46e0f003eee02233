//! Figures about the desk's work: those of the newest open data, each beside the query that gives it
//! from the same files.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::rating::Rating;
use kiemtin_core::review::VersionClass;
use kiemtin_core::statistics::{Figure, NONE};

use super::data::on_disk;
use crate::app::App;
use crate::locale;
use crate::open_data::{FigureLine, queries};
use crate::web::codes;
use crate::web::failure::Answer;
use crate::web::page::{Page, Reader, html};

/// Months that are shown, the newest ones: two years can be compared. The files have all.
const MONTHS_MAX: usize = 24;

#[derive(Template)]
#[template(path = "public/statistics.html")]
struct Statistics {
    page: Page,
    /// The day of the figures, in words and as it stands in addresses; none before the first export.
    day: Option<(String, String)>,
    blocks: Vec<Block>,
}

/// One figure with its query.
struct Block {
    name: &'static str,
    query: &'static str,
    lines: Vec<Shown>,
    /// One number, which needs no bars.
    is_single: bool,
}

struct Shown {
    key: String,
    label: String,
    value: Option<i64>,
    words: String,
    /// How long its bar is, out of a hundred.
    bar: i64,
}

/// `GET /{lang}/statistics`
pub(super) async fn statistics(
    State(app): State<Arc<App>>,
    Reader(lang): Reader,
) -> Answer<Response> {
    let page = Page::new(&app, lang, locale::text(lang, "stat-title"), "/statistics");
    let newest = on_disk(&app, |releases| {
        let Some(release) = releases.newest()? else { return Ok(None) };
        Ok(Some((release.day.clone(), release.figures()?)))
    });
    let Some((day, lines)) = newest.await? else {
        return html(&Statistics { page, day: None, blocks: Vec::new() });
    };
    let orgs = app.store.orgs().await?;
    let orgs = orgs.into_iter().map(|it| (it.slug.as_str().to_owned(), it.name)).collect();
    let blocks = queries().filter_map(|query| {
        let figure = Figure::from_code(query.name)?;
        let own: Vec<_> = lines.iter().filter(|it| it.name == query.name).collect();
        let lines = shown(&page, figure, &own, &orgs);
        let is_single = is_single(figure);
        Some(Block { name: query.name, query: query.text, lines, is_single })
    });
    let blocks = blocks.collect();
    html(&Statistics { day: Some((page.day_of(&day), day)), blocks, page })
}

fn is_single(figure: Figure) -> bool {
    matches!(figure, Figure::AnswersStanding | Figure::DaysToAnswer | Figure::AnswersCorrected)
}

fn shown(
    page: &Page,
    figure: Figure,
    lines: &[&FigureLine],
    orgs: &BTreeMap<String, String>,
) -> Vec<Shown> {
    let longest = lines.iter().filter_map(|it| it.value).max().unwrap_or(0).max(1);
    let mut shown: Vec<Shown> = lines
        .iter()
        .map(|it| Shown {
            key: it.key.clone(),
            label: label(page, figure, &it.key, orgs),
            value: it.value,
            words: words(page, figure, it),
            bar: it.value.unwrap_or(0) * 100 / longest,
        })
        .collect();
    match figure {
        // Time runs on, so the newest month stands last; what has no order, by its number.
        Figure::AnswersByMonth => {
            shown.drain(..shown.len().saturating_sub(MONTHS_MAX)).for_each(drop)
        }
        _ => shown.sort_by_key(|it| std::cmp::Reverse(it.value)),
    }
    shown
}

/// What a line is about, in the reader's words; a code that this program does not know stands as it
/// is.
fn label(page: &Page, figure: Figure, key: &str, orgs: &BTreeMap<String, String>) -> String {
    let known = match figure {
        Figure::AnswersStanding | Figure::DaysToAnswer | Figure::AnswersCorrected => None,
        Figure::AnswersByMonth => Some(page.day_of(key)),
        Figure::AnswersByRating => Rating::from_code(key).map(|it| page.verdict(&it).to_owned()),
        Figure::AnswersByTopic if key == NONE => Some(page.t("stat-no-topic")),
        Figure::AnswersByTopic => Some(codes::topic(page.lang, key)),
        Figure::AnswersByPlace => UnitCode::parse(key).ok().map(|it| it.unit().name.to_owned()),
        Figure::VersionsByClass => {
            VersionClass::from_code(key).map(|it| codes::class(page.lang, it))
        }
        Figure::ContestsByState => Some(page.t(format!("contest-state-{key}"))),
        Figure::VersionsByOrganisation => orgs.get(key).cloned(),
        Figure::WaitingByProgress => Some(page.t(format!("waiting-{key}"))),
    };
    known.unwrap_or_else(|| key.to_owned())
}

fn words(page: &Page, figure: Figure, line: &FigureLine) -> String {
    let FigureLine { name: _, key: _, value, out_of } = line;
    let (Some(value), of) = (*value, out_of.unwrap_or(0)) else {
        return page.t("stat-nothing");
    };
    match figure {
        Figure::DaysToAnswer => {
            let days = page.count("stat-days", &value);
            [days, page.count("stat-days-of", &of)].join(" ")
        }
        Figure::AnswersCorrected if 0 < of => {
            let share = locale::percent_fine(page.lang, value as f64 / of as f64);
            let values = [
                ("n", page.number(value).into()),
                ("of", page.number(of).into()),
                ("share", share.into()),
            ];
            locale::text_with(page.lang, "stat-part", &values)
        }
        _ => page.number(value),
    }
}
