//! The way through the desk: what is read, in which order, a page at a time.

use kiemtin_core::open_data::claim_key;
use kiemtin_core::remit;
use kiemtin_core::statistics::{Answer, Statistics};
use kiemtin_core::time::Timestamp;
use kiemtin_core::waiting::Progress as OnTheWay;
use kiemtin_store::Store;
use kiemtin_store::open_data::{Answered, OpenData, Waiting};
use tokio::sync::mpsc::Sender;

use super::Progress;
use super::cell::Row;
use super::rows;

/// Claims that are read at a time, with all their versions.
const CLAIMS_AT_ONCE: i64 = 100;
/// Contests and entries of the log that are read at a time.
const LINES_AT_ONCE: i64 = 1_000;

/// Rows that were read together.
pub(super) type Page = Vec<Row>;

/// Where the pages go. Nobody takes them any more when the disk failed: then reading ends.
struct Out {
    pages: Sender<Page>,
    statistics: Statistics,
}

/// Reads everything as it stands at one moment.
pub(super) async fn all(
    store: &Store,
    now: Timestamp,
    pages: Sender<Page>,
    mut progress: impl FnMut(Progress),
) -> anyhow::Result<()> {
    let mut data = store.open_data().await?;
    let mut out = Out { pages, statistics: Statistics::default() };
    let all = data.last_number().await?;
    let mut after = 0;
    loop {
        let claims = data.answered(after, CLAIMS_AT_ONCE).await?;
        let Some(last) = claims.last() else { break };
        after = last.number;
        let page = claims.iter().flat_map(|it| answered(it, &mut out.statistics)).collect();
        out.send(page).await?;
        progress(Progress { done: after, all });
    }
    read_waiting(&mut data, now, &mut out).await?;
    read_contests(&mut data, &mut out).await?;
    read_log(&mut data, &mut out).await?;
    let page = out.statistics.lines().into_iter().map(rows::statistic).collect();
    out.send(page).await
}

impl Out {
    async fn send(&self, page: Page) -> anyhow::Result<()> {
        Ok(self.pages.send(page).await?)
    }
}

async fn read_waiting(data: &mut OpenData, now: Timestamp, out: &mut Out) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let claims = data.waiting(after, CLAIMS_AT_ONCE).await?;
        let Some(last) = claims.last() else { return Ok(()) };
        after = Some(last.released.claim);
        let page = claims.iter().flat_map(|it| waiting(it, now, &mut out.statistics)).collect();
        out.send(page).await?;
    }
}

async fn read_contests(data: &mut OpenData, out: &mut Out) -> anyhow::Result<()> {
    let mut after = 0;
    loop {
        let contests = data.contests(after, LINES_AT_ONCE).await?;
        let Some(last) = contests.last() else { return Ok(()) };
        after = last.received.number;
        for it in &contests {
            out.statistics.contest(it.state);
        }
        out.send(contests.iter().map(rows::contest).collect()).await?;
    }
}

async fn read_log(data: &mut OpenData, out: &mut Out) -> anyhow::Result<()> {
    let mut from = 0;
    loop {
        let leaves = data.log(from, LINES_AT_ONCE).await?;
        let Some(last) = leaves.last() else { return Ok(()) };
        from = last.idx + 1;
        out.send(leaves.into_iter().map(rows::entry).collect::<anyhow::Result<_>>()?).await?;
    }
}

/// All rows about a claim with an answer.
fn answered(it: &Answered, statistics: &mut Statistics) -> Vec<Row> {
    let Some(newest) = it.versions.last() else { return Vec::new() };
    let mut page = vec![rows::review(it, newest), rows::answered_claim(it, newest)];
    for version in &it.versions {
        page.push(rows::version(it, version));
        page.extend(rows::evidence(it, version));
        let orgs = version.document.signed_by.iter().map(|it| it.slug.as_str());
        statistics.version(version.document.content.class, orgs);
    }
    page.extend(rows::seen(claim_key(it.claim), Some(it.number), &it.sightings));
    count(it, statistics);
    page
}

fn count(it: &Answered, statistics: &mut Statistics) {
    let Some(newest) = it.versions.last() else { return };
    let day = rows::day(&newest.document.first_published);
    statistics.answer(&Answer {
        month: Timestamp::of_day(day).month(),
        day,
        first_seen: it.sightings.first.map(Timestamp::day),
        rating: newest.document.content.rating,
        topic: it.topic.as_deref().and_then(remit::topic),
        provinces: &rows::provinces(&it.places),
        is_corrected: it.versions.iter().any(|it| it.document.content.class.is_notice()),
        is_retracted: newest.is_retraction(),
    });
}

/// All rows about a claim on the waiting list.
fn waiting(it: &Waiting, now: Timestamp, statistics: &mut Statistics) -> Vec<Row> {
    let released = &it.released;
    let progress = OnTheWay::of(released.state, released.due, now);
    statistics.waiting(progress);
    let mut page = vec![rows::waiting_claim(it), rows::waiting(it, progress)];
    page.extend(rows::seen(claim_key(released.claim), None, &it.sightings));
    page
}
