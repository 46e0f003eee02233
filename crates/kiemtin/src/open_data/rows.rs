//! From what the store gives to rows. Documents are taken apart without `..`: a new field is
//! published or hidden on purpose.

use kiemtin_core::case::Capture;
use kiemtin_core::contest::{Decided, Received};
use kiemtin_core::gazetteer::UnitCode;
use kiemtin_core::lang::Lang;
use kiemtin_core::log_entry::EntryFields;
use kiemtin_core::open_data::{Sighting, at_least, claim_key, sightings};
use kiemtin_core::rating::Rating;
use kiemtin_core::remit;
use kiemtin_core::review::{EvidenceLine, OrgLine};
use kiemtin_core::statistics::Line;
use kiemtin_core::time::Timestamp;
use kiemtin_core::waiting::Progress;
use kiemtin_store::log::Leaf;
use kiemtin_store::open_data::{Answered, Contested, Waiting};
use kiemtin_store::reviews::Version;

use super::cell::{Cell, Row};
use super::tables::TableName;

/// The newest version of an answer.
pub(super) fn review(it: &Answered, newest: &Version) -> Row {
    let (document, content) = (&newest.document, &newest.document.content);
    Row::new(
        TableName::Reviews,
        vec![
            Cell::Int(it.number),
            Cell::Text(claim_key(it.claim)),
            Cell::Int(document.version),
            Cell::text(it.lang.tag()),
            Cell::said(&content.claim, Lang::Vi),
            Cell::said(&content.claim, Lang::En),
            Cell::text(content.rating.code()),
            rating_value(content.rating),
            Cell::said(&content.answer, Lang::Vi),
            Cell::said(&content.answer, Lang::En),
            Cell::said(&content.body, Lang::Vi),
            Cell::said(&content.body, Lang::En),
            topic(it.topic.as_deref()),
            Cell::maybe(it.outlet.clone()),
            places(&it.places),
            Cell::words(provinces(&it.places).into_iter()),
            Cell::day(it.sightings.first),
            Cell::day_of(&document.first_published),
            Cell::day_of(&document.published),
            Cell::Flag(newest.is_retraction()),
            slugs(&document.signed_by),
            Cell::Flag(document.single_org),
        ],
    )
}

/// One version.
pub(super) fn version(it: &Answered, version: &Version) -> Row {
    let (document, content) = (&version.document, &version.document.content);
    Row::new(
        TableName::Versions,
        vec![
            Cell::Int(it.number),
            Cell::Text(claim_key(it.claim)),
            Cell::Int(document.version),
            Cell::text(content.class.code()),
            Cell::said(&content.reason, Lang::Vi),
            Cell::said(&content.reason, Lang::En),
            Cell::text(content.rating.code()),
            rating_value(content.rating),
            Cell::day_of(&document.published),
            slugs(&document.signed_by),
            Cell::Flag(document.single_org),
            Cell::Int(version.log_idx),
            Cell::Text(hex::encode(version.salted_hash())),
            Cell::Text(hex::encode(version.salt.0)),
        ],
    )
}

/// The sources of one version.
pub(super) fn evidence(it: &Answered, version: &Version) -> impl Iterator<Item = Row> {
    let lines = version.document.content.evidence.iter().zip(1..);
    lines.map(|(line, position)| source(it, version.document.version, position, line))
}

fn source(it: &Answered, version: i64, position: i64, line: &EvidenceLine) -> Row {
    let EvidenceLine {
        stance,
        publisher,
        title,
        url,
        published,
        note,
        quote,
        kind,
        interest: _, // It stands in the document of the version.
        capture,
        handed_in,
        brought_by,
    } = line;
    let page = match capture {
        Capture::Archived { sha256 } => Some(sha256),
        Capture::Pending | Capture::Failed { .. } | Capture::NoneDemo => None,
    };
    Row::new(
        TableName::Evidence,
        vec![
            Cell::Int(it.number),
            Cell::Int(version),
            Cell::Int(position),
            Cell::text(stance.code()),
            Cell::text(publisher),
            Cell::text(title),
            Cell::text(url),
            Cell::maybe(published.clone()),
            Cell::said(note, Lang::Vi),
            Cell::said(note, Lang::En),
            Cell::said(quote, Lang::Vi),
            Cell::said(quote, Lang::En),
            Cell::maybe(kind.map(|it| it.code().to_owned())),
            Cell::text(capture.code()),
            Cell::maybe(page.cloned()),
            Cell::day(page.and_then(|sha256| it.captured.get(sha256)).copied()),
            Cell::Flag(*handed_in),
            Cell::text(&brought_by.slug),
        ],
    )
}

/// A claim that has an answer.
pub(super) fn answered_claim(it: &Answered, newest: &Version) -> Row {
    let claim = &newest.document.content.claim;
    Row::new(
        TableName::Claims,
        vec![
            Cell::Text(claim_key(it.claim)),
            Cell::Int(it.number),
            Cell::text(it.lang.tag()),
            Cell::said(claim, Lang::Vi),
            Cell::said(claim, Lang::En),
            topic(it.topic.as_deref()),
            Cell::maybe(it.outlet.clone()),
            places(&it.places),
            Cell::text(if newest.is_retraction() { "retracted" } else { "answered" }),
            Cell::day(it.sightings.first),
            Cell::int(it.merged_into),
        ],
    )
}

/// A claim whose sentence was released.
pub(super) fn waiting_claim(it: &Waiting) -> Row {
    let released = &it.released;
    Row::new(
        TableName::Claims,
        vec![
            Cell::Text(claim_key(released.claim)),
            Cell::Null,
            Cell::text(released.lang.tag()),
            Cell::said(&released.text, Lang::Vi),
            Cell::said(&released.text, Lang::En),
            topic(it.topic.as_deref()),
            Cell::maybe(it.outlet.clone()),
            places(&it.places),
            Cell::text("waiting"),
            Cell::day(it.sightings.first),
            Cell::Null,
        ],
    )
}

/// The same as it stands on the waiting list.
pub(super) fn waiting(it: &Waiting, progress: Progress) -> Row {
    let released = &it.released;
    let n = at_least(released.n_messages);
    Row::new(
        TableName::Waiting,
        vec![
            Cell::Text(claim_key(released.claim)),
            Cell::text(released.lang.tag()),
            Cell::said(&released.text, Lang::Vi),
            Cell::said(&released.text, Lang::En),
            topic(it.topic.as_deref()),
            Cell::text(progress.code()),
            Cell::day(Some(released.since)),
            Cell::day(released.due),
            Cell::maybe(it.owner.clone()),
            Cell::int(n),
            Cell::Flag(n.is_none()),
        ],
    )
}

/// Where and when the claim of this key appeared, as far as it is told.
pub(super) fn seen(
    claim: String,
    number: Option<i64>,
    it: &kiemtin_store::open_data::Sightings,
) -> Vec<Row> {
    let row = |Sighting { seen, n }| {
        let (day, source) = seen.unzip();
        let cells = vec![
            Cell::Text(claim.clone()),
            Cell::int(number),
            day.map_or(Cell::Null, Cell::Day),
            Cell::maybe(source),
            Cell::int(n),
            Cell::Flag(n.is_none()),
        ];
        Row::new(TableName::Sightings, cells)
    };
    sightings(it.total, it.cells.clone()).into_iter().map(row).collect()
}

/// A contest.
pub(super) fn contest(it: &Contested) -> Row {
    let Received { v: _, number, claim, version, kind, received, due, concerns } = &it.received;
    let decided = it.decided.as_ref();
    let said = |of: fn(&Decided) -> &kiemtin_core::lang::Localised, lang| {
        decided.map_or(Cell::Null, |it| Cell::said(of(it), lang))
    };
    Row::new(
        TableName::Contests,
        vec![
            Cell::Int(*number),
            Cell::Int(*claim),
            Cell::Int(*version),
            Cell::text(kind.code()),
            Cell::day_of(received),
            Cell::day_of(due),
            Cell::text(it.state.code()),
            Cell::maybe(concerns.as_ref().map(|it| it.slug.clone())),
            decided.map_or(Cell::Null, |it| Cell::day_of(&it.decided)),
            decided.map_or(Cell::Null, |it| slugs(&it.decided_by)),
            decided.map_or(Cell::Null, |it| Cell::Flag(it.nobody_else)),
            said(|it| &it.summary, Lang::Vi),
            said(|it| &it.summary, Lang::En),
            said(|it| &it.reason, Lang::Vi),
            said(|it| &it.reason, Lang::En),
            Cell::Int(it.log_idx),
            Cell::int(it.outcome_idx),
        ],
    )
}

/// An entry of the log.
pub(super) fn entry(leaf: Leaf) -> anyhow::Result<Row> {
    let EntryFields { id, kind, orgs, rev, t, verdict } = EntryFields::parse(&leaf.entry)?;
    let cells = vec![
        Cell::Int(leaf.idx),
        Cell::Text(kind),
        Cell::Text(id),
        Cell::Int(rev),
        Cell::maybe(verdict),
        Cell::words(orgs.iter().map(String::as_str)),
        Cell::day_of(&t),
        Cell::Text(leaf.entry),
    ];
    Ok(Row::new(TableName::Log, cells))
}

/// A line of the statistics.
pub(super) fn statistic(line: Line) -> Row {
    let Line { figure, key, value, of } = line;
    let cells = vec![Cell::text(figure.code()), Cell::Text(key), Cell::int(value), Cell::int(of)];
    Row::new(TableName::Statistics, cells)
}

/// Codes of the provinces that some places are in, each once and in order.
pub(super) fn provinces(places: &[UnitCode]) -> Vec<&'static str> {
    let mut codes: Vec<_> = places.iter().map(|it| it.province().as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The day of a time in a published document.
pub(super) fn day(written: &str) -> i64 {
    Timestamp::parse(written).map_or(0, Timestamp::day)
}

/// One of the desk's topics; a word that a file brought is not told.
fn topic(text: Option<&str>) -> Cell {
    Cell::maybe(text.and_then(remit::topic).map(str::to_owned))
}

fn places(places: &[UnitCode]) -> Cell {
    Cell::words(places.iter().map(|it| it.as_str()))
}

fn slugs(orgs: &[OrgLine]) -> Cell {
    Cell::words(orgs.iter().map(|it| it.slug.as_str()))
}

fn rating_value(rating: Rating) -> Cell {
    Cell::int(rating.value().map(i64::from))
}
