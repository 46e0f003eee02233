//! How the sightings of a claim grew: a small chart of the days up to the newest, and the same as a
//! table.

use kiemtin_core::ids::ClaimId;
use kiemtin_core::lang::Lang;
use kiemtin_core::time::Timestamp;

use super::halt::Answer;
use crate::app::App;
use crate::locale;

/// Days in the chart: a rumour's life, and bars that are still wide enough.
const DAYS: i64 = 30;
/// The chart's own units.
const WIDTH: i64 = 300;
const HEIGHT: i64 = 60;
const STEP: i64 = WIDTH / DAYS;

/// A chart; without sightings there is none.
pub(super) struct Growth {
    pub(super) caption: String,
    pub(super) bars: Vec<Bar>,
    /// Days with sightings: day and number.
    pub(super) days: Vec<(String, i64)>,
    pub(super) first: String,
    pub(super) last: String,
}

/// A day's bar, in the chart's units.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
}

/// The chart of a claim's sightings.
pub(super) async fn of_claim(app: &App, lang: Lang, claim: ClaimId) -> Answer<Option<Growth>> {
    let mut found = app.store.sightings_by_day(claim, DAYS).await?;
    let Some(last) = found.first().map(|it| it.0) else { return Ok(None) };
    let first = last - DAYS + 1;
    found.retain(|it| first <= it.0);
    found.reverse();
    let most = found.iter().map(|it| it.1).max().unwrap_or(1);
    let total: i64 = found.iter().map(|it| it.1).sum();
    let day = |day| Timestamp::of_day(day).date(lang);
    let caption = [
        ("first", day(first).into()),
        ("last", day(last).into()),
        ("n", locale::number(lang, total).into()),
        ("most", locale::number(lang, most).into()),
    ];
    Ok(Some(Growth {
        caption: locale::text_with(lang, "d-q-growth", &caption),
        bars: bars(&found, first, most),
        days: found.iter().map(|it| (day(it.0), it.1)).collect(),
        first: day(first),
        last: day(last),
    }))
}

fn bars(found: &[(i64, i64)], first: i64, most: i64) -> Vec<Bar> {
    let bar = |(day, n): &(i64, i64)| {
        // One sighting is seen, however many there are on another day.
        let height = (n * HEIGHT / most).max(1);
        Bar { x: (day - first) * STEP, y: HEIGHT - height, width: STEP - 2, height }
    };
    found.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_high_as_its_day_and_never_vanishes() {
        let bars = bars(&[(100, 1), (101, 200), (129, 100)], 100, 200);
        let shown: Vec<_> = bars.iter().map(|it| (it.x, it.y, it.height)).collect();
        assert_eq!(shown, [(0, 59, 1), (10, 0, 60), (290, 30, 30)]);
        assert!(bars.iter().all(|it| it.x + it.width <= WIDTH));
    }
}
