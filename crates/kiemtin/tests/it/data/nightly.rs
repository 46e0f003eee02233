//! Once a night, as a whole or not at all, and the last seven.

use std::fs;

use kiemtin::jobs::export_data;
use kiemtin::open_data::Releases;
use kiemtin_core::time::{DAY_MS, HOUR_MS};

use crate::helper::desk::TestDesk;
use crate::helper::story::Story;

#[tokio::test]
async fn each_night_has_one_release_and_the_last_seven_are_kept() {
    let desk = TestDesk::new().await;
    let releases = Releases::at(desk.app.folder.open_data());
    let days = || releases.days().expect("read");
    let step = async || export_data::step(&desk.app).await.expect("written");
    assert!(days().is_empty());
    assert!(step().await, "the first one does not wait for a night");
    assert!(!step().await && !step().await, "once");
    assert_eq!(days(), ["2026-11-24"]);
    // 9:30 in the morning, to 1:30 and 2:30 in the night.
    desk.clock.advance(16 * HOUR_MS);
    assert!(!step().await, "the night begins at two");
    desk.clock.advance(HOUR_MS);
    desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    assert!(step().await && !step().await);
    assert_eq!(days(), ["2026-11-24", "2026-11-25"]);
    desk.get("/data/2026-11-24/reviews.jsonl").await.is(200).hides("Hà Nội");
    desk.get("/data/latest/reviews.jsonl").await.is(200).says("Hà Nội");
    for _ in 0..7 {
        desk.clock.advance(DAY_MS);
        assert!(step().await);
    }
    assert_eq!((days().len(), days()[0].as_str()), (7, "2026-11-26"));
    desk.get("/data/2026-11-25/reviews.jsonl").await.is(404);
}

#[tokio::test]
async fn what_was_cut_off_is_no_release_and_is_taken_away() {
    let desk = TestDesk::new().await;
    let folder = desk.app.folder.open_data();
    let part = folder.join(".2026-11-24.part");
    fs::create_dir_all(&part).expect("made");
    fs::write(part.join("reviews.csv"), "half").expect("written");
    desk.get("/data/latest/reviews.csv").await.is(404);
    assert!(export_data::step(&desk.app).await.expect("written"));
    assert!(!part.exists());
    desk.get("/data/latest/reviews.csv").await.is(200).hides("half");
}
