//! What never stands in the open data: a message, whoever sent it, an hour, a small count, a sentence
//! that nobody released.

use std::fs;

use kiemtin::open_data::Format;
use kiemtin_core::lang::Localised;

use super::{exported, full_desk, rows, send};
use crate::helper::desk::TestDesk;
use crate::helper::story::{Published, Story};

#[tokio::test]
async fn nothing_of_what_people_sent_stands_in_any_file() {
    let desk = full_desk().await;
    let words = "zqcanary hỏi chuyện ở phố cổ, gọi 0387251946 hoặc @zqcanarynick nhé";
    let form = [("text", words), ("seen", "zalo"), ("url", "https://facebook.com/zqcanarylink")];
    desk.post("/vi/tip", &form).await.is(200);
    desk.post("/vi/tip", &[("text", words), ("url", "https://unlisted.example/zqcanaryhost")])
        .await;
    let secret = Localised::new("zqcanary chưa được công bố câu này.", "");
    desk.cast.begins(&desk.app, &Story { claim: secret, ..Story::garlic() }).await;
    let (folder, _) = exported(&desk, &Format::ALL).await;
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = String::from_utf8_lossy(&fs::read(&path).expect("read")).into_owned();
        for secret in ["zqcanary", "0387251946", "hành tây", "Nghe nói ăn tỏi", "no password"]
        {
            assert!(!text.contains(secret), "{secret:?} stands in {}", path.display());
        }
    }
    // Days, never an hour; and no id, which holds a time, but in the log that is public as it is.
    for table in ["reviews", "versions", "evidence", "claims", "sightings", "waiting", "contests"] {
        for row in rows(&folder, table) {
            for (column, value) in row.as_object().expect("an object") {
                let text = value.as_str().unwrap_or_default();
                let has_hour = text.contains("T0") || text.contains(":00") || text.contains("Z\"");
                assert!(!has_hour, "{table}.{column}: {text}");
                assert!(uuid::Uuid::parse_str(text).is_err(), "{table}.{column}: {text}");
            }
        }
    }
}

/// Whatever is sent in: no line tells a number under five, lines and public total included.
#[tokio::test]
async fn no_small_count_is_told() {
    let desk = TestDesk::new().await;
    let (a, b) = ("Nghe nói ăn tỏi sống thì khỏi bệnh", "Nghe nói thành phố sắp phong tỏa rồi");
    send(&desk, &[a; 6], "zalo").await;
    send(&desk, &[a; 4], "facebook").await;
    send(&desk, &[b; 3], "zalo").await;
    let groups = desk.sorts().await;
    let garlic: Published = desk.cast.publishes(&desk.app, &Story::garlic()).await;
    let lockdown = desk.cast.publishes(&desk.app, &Story::lockdown()).await;
    for group in groups {
        let n = desk.app.store.group(group).await.expect("read").expect("there").n_messages;
        let claim = if n == 10 { garlic.claim } else { lockdown.claim };
        desk.cast.ties(&desk.app, group, claim).await;
    }
    let (folder, _) = exported(&desk, &[Format::Jsonl]).await;
    let told: Vec<_> = rows(&folder, "sightings")
        .iter()
        .map(|it| {
            (
                it["number"].as_i64(),
                it["source"].clone(),
                it["n"].as_i64(),
                it["is_under_5"].clone(),
            )
        })
        .collect();
    let none = serde_json::Value::Null;
    let expected = [
        (Some(garlic.number), none.clone(), Some(10), false.into()),
        (Some(lockdown.number), none, None, true.into()),
    ];
    assert_eq!(told, expected, "6 would show the 4 beside it");
}
