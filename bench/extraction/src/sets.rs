//! The sets of pages with the text that people took from them.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

/// One page and what a reader of it wants.
pub(crate) struct Page {
    /// Its name within the set.
    pub(crate) id: String,
    /// Where it was.
    pub(crate) url: String,
    /// As it was fetched.
    pub(crate) html: Vec<u8>,
    /// Its main text.
    pub(crate) text: String,
    /// Its headline, where the set tells it.
    pub(crate) title: Option<String>,
}

/// Pages that are scored by one rule.
pub(crate) struct Set {
    /// Its folder.
    pub(crate) name: &'static str,
    /// Ordered by id.
    pub(crate) pages: Vec<Page>,
}

/// The three sets below `dir/extraction`.
pub(crate) fn read(dir: &Path) -> anyhow::Result<[Set; 3]> {
    let dir = if dir.join("extraction").is_dir() { dir.join("extraction") } else { dir.into() };
    Ok([
        Set { name: "scrapinghub", pages: one_file(&dir.join("scrapinghub"))? },
        Set { name: "wcxb-dev", pages: file_each(&dir.join("wcxb-dev"))? },
        Set { name: "vietnamese", pages: one_file(&dir.join("vietnamese"))? },
    ])
}

/// `ground-truth.json`: an object of pages.
fn one_file(dir: &Path) -> anyhow::Result<Vec<Page>> {
    let truth = json(&dir.join("ground-truth.json"))?;
    let truth = truth.as_object().context("an object of pages")?;
    let mut res = Vec::new();
    for (id, facts) in truth {
        let html = unpacked(&dir.join("html").join(format!("{id}.html.gz")))?;
        let text = string(facts, "articleBody").unwrap_or_default();
        let url = string(facts, "url").unwrap_or_default();
        res.push(Page { id: id.clone(), url, html, text, title: string(facts, "title") });
    }
    res.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(res)
}

/// `ground-truth/ID.json`: an object a page.
fn file_each(dir: &Path) -> anyhow::Result<Vec<Page>> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir.join("ground-truth"))?
        .map(|it| Ok(it?.path()))
        .collect::<anyhow::Result<_>>()?;
    files.sort();
    let mut res = Vec::new();
    for file in files {
        let facts = json(&file)?;
        let id = file.file_stem().and_then(|it| it.to_str()).context("a name")?.to_owned();
        let html = unpacked(&dir.join("html").join(format!("{id}.html.gz")))?;
        let truth = &facts["ground_truth"];
        let text = string(truth, "main_content").unwrap_or_default();
        let url = string(&facts, "url").unwrap_or_default();
        res.push(Page { id, url, html, text, title: string(truth, "title") });
    }
    Ok(res)
}

fn json(file: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn string(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned).filter(|it| !it.is_empty())
}

fn unpacked(file: &Path) -> anyhow::Result<Vec<u8>> {
    let packed = fs::File::open(file).with_context(|| format!("{}", file.display()))?;
    let mut res = Vec::new();
    flate2::read::MultiGzDecoder::new(packed).read_to_end(&mut res)?;
    Ok(res)
}
