//! `kiemtin quality`: how well the matcher does on the desk's own decisions.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use kiemtin_core::decide;
use kiemtin_core::lang::Lang;
use kiemtin_core::quality::{
    self, ANSWER_PRECISION, Figures, Given, Label, Pair, thresholds_in_use,
};
use kiemtin_store::Store;
use kiemtin_store::pairs::PairText;
use serde_json::{Value, json};

use super::say;
use super::table::table;
use crate::app::folder::Folder;
use crate::app::read_store;
use crate::config::Place;
use crate::locale::percent_fine;

/// Wrong pairs that are shown; all are in the export.
const WORST_SHOWN: usize = 10;
/// Pairs whose texts are read at a time for an export.
const EXPORTED_AT_ONCE: usize = 500;

/// Show how well the matcher does on the desk's own decisions: precision, coverage, recall and
/// calibration by language and month, the threshold that would give a chosen precision, and what it
/// got wrong. Changes nothing.
#[derive(Debug, Args)]
pub(super) struct Quality {
    #[command(flatten)]
    place: Place,
    /// The share of answers that should be right, above 0 and under 1.
    #[arg(long, default_value_t = ANSWER_PRECISION, value_parser = precision)]
    precision: f64,
    /// Print JSON for machines.
    #[arg(long)]
    json: bool,
    /// Write the labelled pairs into a new file, one JSON object a line: masked text as long as it
    /// is kept, claim, language, probability, label, month. No person is in it.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

fn precision(text: &str) -> Result<f64, String> {
    let wish = text.parse().ok().filter(|it| 0.0 < *it && *it < 1.0);
    wish.ok_or_else(|| "a share above 0 and under 1, such as 0.98".to_owned())
}

impl Quality {
    pub(super) async fn run(&self) -> anyhow::Result<()> {
        let folder = Folder::find(&self.place.data)?;
        let store = read_store(&self.place, &folder).await?;
        let pairs = store.labelled_pairs().await?;
        if let Some(file) = &self.export {
            export(&store, &pairs, file).await?;
        }
        let worst: Vec<Pair> = quality::worst(&pairs, WORST_SHOWN).into_iter().cloned().collect();
        let worst = store.pair_texts(&worst).await?;
        if self.json {
            say!("{}", self.to_json(&pairs, &worst));
            return Ok(());
        }
        if let Some(file) = &self.export {
            say!("{} labelled pairs are in {}\n", pairs.len(), file.display());
        }
        if pairs.is_empty() {
            say!(
                "Nothing has been decided at this desk yet. Tie groups in the queue to claims, or \
                 say that a proposed claim is another: each such decision is counted here."
            );
            return Ok(());
        }
        self.show(&pairs, &worst);
        Ok(())
    }

    fn show(&self, pairs: &[Pair], worst: &[PairText]) {
        let of_lang = |it| quality::figures(quality::of_lang(pairs, it));
        let langs = Lang::ALL.map(|it| row(vec![it.tag().to_owned()], &of_lang(it)));
        let heading =
            ["", "pairs", "answers right", "answered", "proposed", "first", "calibration error"];
        say!("{}", table(&heading, &[20; 7], &langs));
        let months = quality::by_month(pairs);
        let months: Vec<_> = months
            .iter()
            .map(|(month, lang, it)| row(vec![month.to_string(), lang.tag().to_owned()], it))
            .collect();
        let heading = [&["month"][..], &heading].concat();
        say!("{}", table(&heading, &[20; 8], &months));
        let bands: Vec<_> = Lang::ALL.into_iter().flat_map(|it| bands(it, &of_lang(it))).collect();
        say!("{}", table(&["", "probability", "pairs", "said", "was"], &[12; 5], &bands));
        let thresholds: Vec<_> = Lang::ALL.map(|it| self.threshold_row(pairs, it)).into();
        let wished = format!("for {} right", percent(self.precision));
        let heading = ["", "shipped", "in use", wished.as_str()];
        say!("{}", table(&heading, &[8, 8, 8, 100], &thresholds));
        let rows: Vec<_> = worst.iter().map(worst_row).collect();
        let heading = ["worst", "probability", "decision", "month", "claim", "message"];
        say!("{}", table(&heading, &[8, 11, 10, 8, 60, 80], &rows).trim_end());
    }

    fn threshold_row(&self, pairs: &[Pair], lang: Lang) -> Vec<String> {
        let given = match quality::threshold(quality::of_lang(pairs, lang), self.precision) {
            Given::From(it) => format!(
                "{:.3}: {} answers, {} right, coverage {}",
                it.probability,
                it.n_answers,
                percent(it.precision),
                it.coverage.map_or("–".to_owned(), percent)
            ),
            Given::Missing(n) => {
                format!("not known yet: {n} more right first proposals would show it")
            }
        };
        let (shipped, in_use) = (decide::thresholds(lang), thresholds_in_use(pairs, lang));
        let number = |it: f32| format!("{it:.3}");
        vec![lang.tag().to_owned(), number(shipped.answer), number(in_use.answer), given]
    }

    fn to_json(&self, pairs: &[Pair], worst: &[PairText]) -> Value {
        let lang = |lang: Lang| {
            let own = quality::of_lang(pairs, lang);
            let mut res = figures_json(&quality::figures(own.clone()));
            res["lang"] = json!(lang.tag());
            res["threshold"] = json!({
                "shipped": f64::from(decide::thresholds(lang).answer),
                "in_use": f64::from(thresholds_in_use(pairs, lang).answer),
                "for_precision": self.precision,
                "given": given_json(quality::threshold(own, self.precision)),
            });
            res
        };
        let month = |(month, lang, it): &(kiemtin_core::time::Month, Lang, Figures)| {
            let mut res = figures_json(it);
            res["month"] = json!(month.to_string());
            res["lang"] = json!(lang.tag());
            res
        };
        json!({
            "languages": Lang::ALL.map(lang),
            "months": quality::by_month(pairs).iter().map(month).collect::<Vec<_>>(),
            "worst": worst.iter().map(pair_json).collect::<Vec<_>>(),
        })
    }
}

fn row(mut head: Vec<String>, it: &Figures) -> Vec<String> {
    let of_whole = |share: Option<f64>, part: usize, whole: usize| {
        share.map_or("–".to_owned(), |it| format!("{} ({part}/{whole})", percent(it)))
    };
    let n = it.n_answerable;
    head.extend([
        it.n_pairs.to_string(),
        of_whole(it.precision(), it.n_right_answers, it.n_answers),
        of_whole(it.coverage(), it.n_answered, n),
        of_whole(it.recall(), it.n_proposed, n),
        of_whole(it.recall_first(), it.n_first, n),
        it.calibration_error.map_or("–".to_owned(), |it| format!("{it:.3}")),
    ]);
    head
}

fn bands(lang: Lang, it: &Figures) -> Vec<Vec<String>> {
    let width = 1.0 / it.bands.len() as f64;
    let row = |(idx, band): (usize, &quality::Band)| {
        let from = idx as f64 * width;
        vec![
            lang.tag().to_owned(),
            format!("{from:.1} to {:.1}", from + width),
            band.n.to_string(),
            format!("{:.3}", band.said),
            format!("{:.3}", band.was),
        ]
    };
    it.bands.iter().enumerate().filter(|(_, band)| 0 < band.n).map(row).collect()
}

fn worst_row(it: &PairText) -> Vec<String> {
    vec![
        label(it.pair.label).to_owned(),
        format!("{:.3}", it.pair.probability),
        it.pair.decision.code().to_owned(),
        it.pair.month.to_string(),
        it.claim.clone(),
        it.message.clone(),
    ]
}

/// A right one among the worst was not proposed first.
fn label(it: Label) -> &'static str {
    match it {
        Label::Right => "right",
        Label::Wrong => "wrong",
        Label::Missed => "missed",
    }
}

fn percent(share: f64) -> String {
    percent_fine(Lang::En, share)
}

fn figures_json(it: &Figures) -> Value {
    let band =
        |band: &quality::Band| json!({ "pairs": band.n, "said": band.said, "was": band.was });
    json!({
        "pairs": it.n_pairs,
        "answers": it.n_answers, "right_answers": it.n_right_answers, "precision": it.precision(),
        "answerable": it.n_answerable, "answered": it.n_answered, "coverage": it.coverage(),
        "proposed": it.n_proposed, "recall": it.recall(),
        "first": it.n_first, "recall_first": it.recall_first(),
        "calibration_error": it.calibration_error,
        "bands": it.bands.iter().map(band).collect::<Vec<_>>(),
    })
}

fn given_json(it: Given) -> Value {
    match it {
        Given::Missing(n) => json!({ "missing": n }),
        Given::From(it) => json!({
            "probability": it.probability, "answers": it.n_answers, "precision": it.precision,
            "precision_min": it.precision_min, "coverage": it.coverage,
        }),
    }
}

fn pair_json(it: &PairText) -> Value {
    let PairText { pair, claim, message } = it;
    let Pair {
        group: _,
        claim: id,
        lang,
        month,
        probability,
        decision,
        is_first,
        is_vetoed,
        label: _,
    } = pair;
    json!({
        "message": message, "claim": claim, "claim_id": id, "lang": lang.tag(),
        "month": month.to_string(), "probability": probability, "decision": decision.code(),
        "first": is_first, "vetoed": is_vetoed, "label": label(pair.label),
    })
}

/// Writes all pairs, for their owner's eyes: masked texts are no open data.
async fn export(store: &Store, pairs: &[Pair], path: &Path) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    if file.as_ref().is_err_and(|it| it.kind() == io::ErrorKind::AlreadyExists) {
        anyhow::bail!("{} is there already: choose another name", path.display());
    }
    let mut file = BufWriter::new(file.with_context(cannot)?);
    for some in pairs.chunks(EXPORTED_AT_ONCE) {
        for it in store.pair_texts(some).await? {
            writeln!(file, "{}", pair_json(&it)).with_context(cannot)?;
        }
    }
    let file = file.into_inner().map_err(std::io::IntoInnerError::into_error);
    file.and_then(|it| it.sync_all()).with_context(cannot)
}
