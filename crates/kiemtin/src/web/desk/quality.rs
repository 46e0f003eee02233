//! `/desk/quality`: how well the matcher does on the desk's own decisions, and what it got wrong.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use fluent_templates::fluent_bundle::FluentValue;
use kiemtin_core::decide::{self, Thresholds};
use kiemtin_core::lang::Lang;
use kiemtin_core::quality::{
    self, ANSWER_PRECISION, FALL_MAX, Figures, Given, Label, N_BANDS, PAIRS_MIN, Pair,
};
use kiemtin_store::pairs::PairText;

use super::actor::{Actor, Visit};
use super::form::Asked;
use super::frame::Frame;
use super::halt::Answer;
use super::near;
use crate::app::App;
use crate::locale;
use crate::web::page::{self, Page};

/// Wrong pairs on the page: what a member looks through at a sitting.
const WORST_SHOWN: usize = 20;
/// Months on the page: two years.
const MONTHS_SHOWN: usize = 24;
/// The shares of right answers that can be asked for, in percent.
const WISHES: [u8; 4] = [90, 95, 98, 99];
const WISH: u8 = 98;

#[derive(Template)]
#[template(path = "desk/quality.html")]
struct QualityPage {
    page: Page,
    desk: Frame,
    is_empty: bool,
    langs: Vec<FiguresRow>,
    months: Vec<FiguresRow>,
    wishes: Vec<u8>,
    wish: u8,
    /// What the column of the wish is called.
    given: String,
    moves: String,
    thresholds: Vec<ThresholdRow>,
    bands: Vec<BandRow>,
    worst: Vec<WorstRow>,
}

/// Figures in words; a dash where there is nothing to count.
struct FiguresRow {
    month: String,
    lang: Lang,
    n: i64,
    precision: String,
    coverage: String,
    recall: String,
    first: String,
    error: String,
}

struct ThresholdRow {
    lang: Lang,
    shipped: String,
    in_use: String,
    given: String,
}

struct BandRow {
    lang: Lang,
    band: String,
    n: i64,
    said: String,
    was: String,
}

struct WorstRow {
    /// What was wrong with it.
    slip: &'static str,
    /// What was said instead, and how sure.
    decided: String,
    likely: String,
    month: String,
    lang: Lang,
    /// Its page, as long as there is one.
    group: Option<String>,
    text: String,
    claim: String,
    /// What the claim says, and the language that it says it in.
    sentence: String,
    sentence_lang: Lang,
}

/// `GET /desk/quality?precision=`
pub(super) async fn page(
    State(app): State<Arc<App>>,
    visit: Visit,
    actor: Actor,
    Asked(asked): Asked,
) -> Answer<Response> {
    let lang = actor.lang;
    let asked = asked.one("precision").parse().ok();
    let wish = asked.filter(|it| WISHES.contains(it)).unwrap_or(WISH);
    app.follow().await?;
    let pairs = app.store.labelled_pairs().await?;
    let of_lang = |it: Lang| (it, quality::figures(quality::of_lang(&pairs, it)));
    let langs = Lang::ALL.map(of_lang);
    let months = quality::by_month(&pairs).into_iter().take(MONTHS_SHOWN * Lang::ALL.len());
    let wished = locale::percent(f64::from(wish) / 100.0);
    let page = QualityPage {
        page: Page::new(&app, lang, locale::text(lang, "d-quality-title"), ""),
        desk: Frame::of(&visit),
        is_empty: pairs.is_empty(),
        months: months.map(|(month, of, it)| figures(lang, month.words(lang), of, &it)).collect(),
        bands: langs.iter().flat_map(|(of, it)| bands(lang, *of, it)).collect(),
        langs: langs.iter().map(|(of, it)| figures(lang, String::new(), *of, it)).collect(),
        wishes: WISHES.into(),
        wish,
        given: locale::text_with(lang, "d-quality-given", &[("wish", wished.into())]),
        moves: moves(lang),
        thresholds: Lang::ALL
            .map(|of| threshold(lang, &pairs, of, app.index.thresholds(of), wish))
            .into(),
        worst: worst(&app, lang, &pairs).await?,
    };
    Ok(page::html(&page)?)
}

fn figures(lang: Lang, month: String, of: Lang, it: &Figures) -> FiguresRow {
    let of_whole = |share: Option<f64>, part: usize, whole: usize| {
        let Some(share) = share else { return "–".to_owned() };
        let values = [
            ("share", locale::percent_fine(lang, share).into()),
            ("part", locale::number(lang, count(part)).into()),
            ("whole", locale::number(lang, count(whole)).into()),
        ];
        locale::text_with(lang, "d-quality-of", &values)
    };
    let n_answerable = it.n_answerable;
    FiguresRow {
        month,
        lang: of,
        n: count(it.n_pairs),
        precision: of_whole(it.precision(), it.n_right_answers, it.n_answers),
        coverage: of_whole(it.coverage(), it.n_answered, n_answerable),
        recall: of_whole(it.recall(), it.n_proposed, n_answerable),
        first: of_whole(it.recall_first(), it.n_first, n_answerable),
        error: it.calibration_error.map_or("–".to_owned(), |it| locale::percent_fine(lang, it)),
    }
}

fn bands(lang: Lang, of: Lang, it: &Figures) -> Vec<BandRow> {
    let bands = it.bands.iter().enumerate().filter(|(_, band)| 0 < band.n);
    let row = |(idx, band): (usize, &quality::Band)| BandRow {
        lang: of,
        band: format!("{}–{}\u{a0}%", idx * 100 / N_BANDS, (idx + 1) * 100 / N_BANDS),
        n: count(band.n),
        said: locale::percent_fine(lang, band.said),
        was: locale::percent_fine(lang, band.was),
    };
    bands.map(row).collect()
}

fn threshold(lang: Lang, pairs: &[Pair], of: Lang, in_use: Thresholds, wish: u8) -> ThresholdRow {
    let percent = |it: f64| locale::percent_fine(lang, it);
    let given = match quality::threshold(quality::of_lang(pairs, of), f64::from(wish) / 100.0) {
        Given::From(it) => {
            let values: [(&'static str, FluentValue<'static>); 4] = [
                ("threshold", percent(it.probability).into()),
                ("n", locale::number(lang, count(it.n_answers)).into()),
                ("precision", percent(it.precision).into()),
                ("coverage", it.coverage.map_or("–".to_owned(), percent).into()),
            ];
            locale::text_with(lang, "d-quality-choice", &values)
        }
        Given::Missing(n) => locale::text_with(lang, "d-quality-missing", &[("n", n.into())]),
    };
    ThresholdRow {
        lang: of,
        shipped: percent(f64::from(decide::thresholds(of).answer)),
        in_use: percent(f64::from(in_use.answer)),
        given,
    }
}

/// When a language moves its threshold, in words.
fn moves(lang: Lang) -> String {
    let fall = (100.0 * FALL_MAX).round() as i64;
    let values = [
        ("n", locale::number(lang, count(PAIRS_MIN)).into()),
        ("wish", locale::percent(ANSWER_PRECISION).into()),
        ("fall", locale::number(lang, fall).into()),
    ];
    locale::text_with(lang, "d-quality-moves", &values)
}

async fn worst(app: &App, lang: Lang, pairs: &[Pair]) -> Answer<Vec<WorstRow>> {
    let worst: Vec<Pair> = quality::worst(pairs, WORST_SHOWN).into_iter().cloned().collect();
    let mut rows = Vec::with_capacity(worst.len());
    for PairText { pair, claim, message } in app.store.pair_texts(&worst).await? {
        let group = app.store.group(pair.group).await?;
        let known = app.store.claim(pair.claim).await?;
        let best = known.as_ref().and_then(|it| it.text.best(lang));
        let (sentence_lang, sentence) = best.unwrap_or((pair.lang, claim.as_str()));
        rows.push(WorstRow {
            slip: match pair.label {
                Label::Wrong => "d-quality-wrong",
                Label::Missed => "d-quality-missed",
                Label::Right => "d-quality-late",
            },
            decided: locale::text(lang, &format!("decision-{}", pair.decision.code())),
            likely: near::likely(lang, pair.probability),
            month: pair.month.words(lang),
            lang: pair.lang,
            group: group.map(|it| it.id.to_string()),
            text: super::queue::shortened(&message),
            claim: pair.claim.to_string(),
            sentence: sentence.to_owned(),
            sentence_lang,
        });
    }
    Ok(rows)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
