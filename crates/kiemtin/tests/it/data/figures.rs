//! Every figure of the statistics page is what its query gives from the files, by somebody else's
//! program; and the three forms of a table have the same rows.

use kiemtin::jobs::export_data;

use super::{asked, full_desk};
use crate::helper::desk::TestDesk;
use crate::helper::reply::Reply;

#[tokio::test]
async fn the_page_shows_what_the_queries_give() {
    let desk = full_desk().await;
    assert!(export_data::step(&desk.app).await.expect("written"));
    let page = desk.get("/vi/statistics").await.is(200);
    let page =
        page.says("Tính từ dữ liệu ngày 27/11/2026").says("Tháng 11/2026".to_lowercase().as_str());
    assert_eq!(shown(&page, "answers_standing"), [("all".to_owned(), 2)]);
    assert_eq!(shown(&page, "days_to_answer"), [("all".to_owned(), 3)]);
    let page = page.says("2 trên 3 (66,7\u{a0}%)").says("Sở Y tế thử").says("quantile_disc");
    assert!(page.body.len() < 50 * 1024, "{} bytes", page.body.len());
    desk.get("/en/statistics").await.is(200).says("2 of 3 (66.7\u{a0}%)").says("November 2026");

    let Some(figures) = asked(&desk.app.folder.open_data().join("2026-11-27")) else { return };
    let figures = figures.as_object().expect("figures by name");
    assert_eq!(figures.len(), 11);
    for (name, lines) in figures {
        let lines = lines.as_array().expect("lines").iter().map(|it| {
            (it[0].as_str().expect("a key").to_owned(), it[1].as_i64().expect("a number"))
        });
        let mut shown = shown(&page, name);
        shown.sort();
        assert_eq!(shown, lines.collect::<Vec<_>>(), "{name}");
        assert!(!shown.is_empty(), "the desk of this test has something of {name}");
    }
}

#[tokio::test]
async fn a_desk_with_nothing_shows_no_figure_and_its_files_can_be_asked() {
    let desk = TestDesk::new().await;
    desk.get("/vi/statistics").await.is(200).says("Chưa có bản dữ liệu nào");
    assert!(export_data::step(&desk.app).await.expect("written"));
    let page = desk.get("/vi/statistics").await.is(200).says("Chưa có số liệu");
    assert_eq!(shown(&page, "answers_standing"), [("all".to_owned(), 0)]);
    assert_eq!(shown(&page, "days_to_answer"), []);
    asked(&desk.app.folder.open_data().join("2026-11-24"));
}

/// The numbers of one figure on the page, with their keys.
fn shown(page: &Reply, name: &str) -> Vec<(String, i64)> {
    let section = page.between(&format!("<section id=\"{name}\">"), "</section>");
    let lines = section.split("data-key=\"").skip(1);
    let line = |it: &str| {
        let (key, rest) = it.split_once('"')?;
        let (_, value) = rest.split_once("<data value=\"")?;
        Some((key.to_owned(), value.split('"').next()?.parse().ok()?))
    };
    lines.filter_map(line).collect()
}
