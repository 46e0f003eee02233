//! When pages say they were published: which of their places wins, what is refused, what hostile
//! ones cost.

#![expect(clippy::unwrap_used, reason = "a test that finds no date has failed")]

use std::time::Duration;

use jiff::civil::{Date, DateTime, date};
use kiemtin_core::time::Timestamp;
use kiemtin_extract::date::{Confidence, Dates, Hints, Precision, Source, dates};

fn fetched() -> Option<DateTime> {
    Some(date(2026, 11, 27).at(12, 0, 0, 0))
}

fn read_at(page: &str, url: &str) -> Dates {
    let tree = dom_query::Document::from(page);
    dates(&tree, &Hints { url: Some(url), fetched: fetched(), order: None })
}

fn read(page: &str) -> Dates {
    read_at(page, "https://bao.example/tin")
}

#[track_caller]
fn check(page: &str, expected: Option<(Date, Source)>) {
    let found = read(page);
    assert_eq!(found.published.map(|it| (it.day, it.source)), expected, "{page}");
}

const PLACES: [(&str, Source); 7] = [
    (
        r#"<script type="application/ld+json">
        {"@type":"NewsArticle","datePublished":"2026-11-01"}</script>"#,
        Source::JsonLd,
    ),
    (r#"<meta property="article:published_time" content="2026-11-02">"#, Source::Meta),
    (
        r#"<body><h1>Tin</h1><span itemprop="datePublished" content="2026-11-03"></span>"#,
        Source::Microdata,
    ),
    (r#"<h1>Tin</h1><time datetime="2026-11-05">xem</time>"#, Source::Time),
    ("<h1>Tin</h1><p>Thứ sáu, 6/11/2026</p>", Source::Text),
    (r#"<script>let a = {publishedAt: "2026-11-07"}</script>"#, Source::Script),
    ("<footer>© 2026 Báo Mẫu</footer>", Source::Copyright),
];

#[test]
fn each_place_is_read_and_the_surer_one_wins() {
    let day = |place: usize| match place {
        6 => date(2026, 1, 1),
        3.. => date(2026, 11, i8::try_from(place).unwrap() + 2),
        _ => date(2026, 11, i8::try_from(place).unwrap() + 1),
    };
    for (sure, (first, source)) in PLACES.iter().enumerate() {
        check(first, Some((day(sure), *source)));
        for (second, _) in &PLACES[sure + 1..] {
            check(&format!("{first}{second}"), Some((day(sure), *source)));
            check(&format!("{second}{first}"), Some((day(sure), *source)));
        }
    }
}

#[test]
fn the_address_stands_between_tags_and_text() {
    let found = read_at("<h1>Tin</h1><p>6/11/2026</p>", "https://bao.example/2026/11/04/tin");
    let found = found.published.unwrap();
    assert_eq!((found.day, found.source), (date(2026, 11, 4), Source::Address));
    assert_eq!((found.written.as_str(), found.confidence), ("2026/11/04", Confidence::Likely));
    let month = read_at("<p>Tin</p>", "https://bao.example/2026/11/tin").published.unwrap();
    assert_eq!((month.day, month.precision), (date(2026, 11, 1), Precision::Month));
}

#[test]
fn a_change_is_never_a_publication() {
    let found = read(
        r#"<meta property="article:modified_time" content="2026-11-09T08:00:00+07:00">
        <h1>Tin</h1><p>Ngày đăng: 3/11/2026, cập nhật 9/11/2026</p>"#,
    );
    assert_eq!(found.best().unwrap().day, date(2026, 11, 3));
    assert_eq!(found.published.unwrap().day, date(2026, 11, 3));
    assert_eq!(found.modified.unwrap().day, date(2026, 11, 9));
    let only = read(r#"<meta property="og:updated_time" content="2026-11-09">"#);
    assert_eq!(only.published, None);
    assert_eq!(only.best().unwrap().day, date(2026, 11, 9));
}

#[test]
fn a_vietnamese_page_without_a_zone_has_that_of_vietnam() {
    let page = r#"<html lang="vi"><meta property="article:published_time" content="STAMP">"#;
    for (stamp, instant, day) in [
        ("2026-11-03T09:05:00", "2026-11-03T02:05:00Z", 3),
        ("2026-11-03T09:05:00+09:00", "2026-11-03T00:05:00Z", 3),
        // Its readers' day, though a program wrote UTC.
        ("2026-11-03T20:00:00Z", "2026-11-03T20:00:00Z", 4),
    ] {
        let found = read(&page.replace("STAMP", stamp)).published.unwrap();
        assert_eq!(found.instant.unwrap().to_string(), instant, "{stamp}");
        assert_eq!(found.day, date(2026, 11, day), "{stamp}");
    }
    let elsewhere = read(&page.replace("vi", "de").replace("STAMP", "2026-11-03T09:05:00"));
    assert_eq!(elsewhere.published.unwrap().instant, None);
}

#[test]
fn the_day_of_the_page_is_that_of_its_own_clock() {
    let page = r#"<meta property="article:published_time" content="2026-11-04T02:30:00+00:00">"#;
    let found = read_at(page, "https://blog.example/2026/11/03/post").published.unwrap();
    assert_eq!(found.day, date(2026, 11, 3));
    assert_eq!(found.instant.unwrap().to_string(), "2026-11-04T02:30:00Z");
    // No clock on earth makes the fourth of it at noon.
    let page = page.replace("02:30", "12:30");
    let found = read_at(&page, "https://blog.example/2026/11/03/post").published.unwrap();
    assert_eq!(found.day, date(2026, 11, 4));
}

#[test]
fn an_american_page_has_the_month_first_and_other_dates_overrule_it() {
    let page = r#"<html lang="en-US"><h1>News</h1><p>05/04/2026</p>"#;
    check(page, Some((date(2026, 5, 4), Source::Text)));
    check(&page.replace("en-US", "en-GB"), Some((date(2026, 4, 5), Source::Text)));
    check(&format!("{page}<p>text</p><p>23/04/2026</p>"), Some((date(2026, 4, 5), Source::Text)));
}

#[test]
fn impossible_dates_are_refused() {
    for day in ["1994-12-31", "1970-01-01", "2026-11-29", "2999-01-01", "2026-02-30", "soon"] {
        let page = format!(r#"<meta property="article:published_time" content="{day}">"#);
        let found = read(&page);
        assert_eq!((found.published, found.refused), (None, true), "{day}");
    }
    // East of here it may be tomorrow already.
    let page = r#"<meta property="article:published_time" content="2026-11-28">"#;
    assert_eq!(read(page).published.unwrap().day, date(2026, 11, 28));
    assert_eq!(read("<p>không có ngày</p>"), Dates::default());
}

#[test]
fn relative_times_need_the_time_of_the_fetch() {
    let page = r#"<h1>Tin</h1><span class="time">2 giờ trước</span>"#;
    assert_eq!(read(page).published.unwrap().day, date(2026, 11, 27));
    let tree = dom_query::Document::from(page);
    assert_eq!(dates(&tree, &Hints::default()).published, None);
}

#[test]
fn nothing_beside_a_date_is_kept() {
    for page in [
        r#"<span class="date">Canary Canary, 2 giờ trước</span>"#,
        r#"<span class="date">Canary 3/11/2026 Canary</span>"#,
        r#"<time datetime="Canary 2026-11-03 Canary">x</time>"#,
        r#"<meta name="date" content="Canary, 3 November 2026, Canary">"#,
        "<footer>© 2026 Canary Canary</footer>",
    ] {
        let found = read(page);
        assert!(found.published.is_some(), "{page}");
        assert!(!format!("{found:?}").contains("Canary"), "{found:?}");
    }
}

#[test]
fn other_pages_dates_do_not_count() {
    check(
        r#"<h1>Tin</h1><div class="related-news"><time datetime="2026-11-20">20/11</time></div>
        <div class="entry-meta"><span>3/11/2026</span></div>
        <div class="comment"><time datetime="2026-11-21T10:00">21/11/2026</time></div>"#,
        Some((date(2026, 11, 3), Source::Text)),
    );
    check(
        r#"<script type="application/ld+json">[{"@type":"VideoObject","uploadDate":"2020-01-01"},
        {"@type":"Comment","datePublished":"2026-11-21"},
        {"@type":"NewsArticle","datePublished":"2026-11-03"}]</script>"#,
        Some((date(2026, 11, 3), Source::JsonLd)),
    );
}

#[test]
fn a_date_that_is_cut_into_elements_is_whole() {
    check(
        r#"<h1>Tin</h1><div class="date"><div>3</div><div>November</div><div>2026</div></div>"#,
        Some((date(2026, 11, 3), Source::Text)),
    );
}

/// Of the processor, for all of them twice: some ten times what they take with optimisation, and far
/// less than a quadratic reader would.
const HOSTILE_MAX: Duration = Duration::from_secs(30);

/// The processor's time of this thread: other tests and programs do not count.
fn cpu() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

#[test]
fn hostile_pages_take_bounded_time_and_do_not_panic() {
    let mb = 1024 * 1024;
    let meta = |it: String| format!(r#"<meta property="article:published_time" content="{it}">"#);
    let hostile = [
        meta("1/".repeat(5 * mb)),
        meta("9".repeat(10 * mb)),
        format!(r#"<span class="{}">3/11/2026</span>"#, "date ".repeat(2 * mb)),
        format!("<time datetime='{}'></time>", "2026-11-".repeat(mb)),
        format!("<p>{}</p>", "3/11/2026 ".repeat(mb / 2)),
        format!("<p>{}</p>", "<b class=date>3/11/2026</b>".repeat(10_000)),
        "<p>3/11/2026</p>".repeat(20_000),
        "<div class=date>1".repeat(2_000),
        format!("<script type='application/ld+json'>{}</script>", "{\"@type\":".repeat(mb / 2)),
        format!(
            "<script type='application/ld+json'>{}</script>",
            "[\"datePublished\":".repeat(mb / 4)
        ),
        format!(
            "<script type='application/ld+json'>{}</script>",
            "{\"datePublished\":\"x\"".repeat(50_000)
        ),
        format!("<script>{}</script>", "publishedAt:".repeat(mb / 4)),
        format!("<script>{}</script>", "ub".repeat(2 * mb)),
        "<time>\u{130}\u{130}1 h ago\u{130}</time>".repeat(5_000),
        "<span class=time>99999999999999 giờ trước</span><i class=day>1/1/99999999999</i>"
            .to_owned(),
        "\u{0}\u{202E}<time datetime='\u{663}/\u{661}/2026'>©\u{200B}2026\u{FEFF}</time>"
            .to_owned(),
    ];
    let begin = cpu();
    let fetched = Timestamp::parse("2026-11-27T12:00:00+07:00");
    for page in &hostile {
        let address = format!("https://bao.example/{}", "2026/11/".repeat(200));
        let read = || kiemtin_extract::dates(page.as_bytes(), None, Some(&address), fetched);
        let found = read();
        assert_eq!(found, read(), "{}", page.chars().take(60).collect::<String>());
    }
    let took = cpu() - begin;
    assert!(took < HOSTILE_MAX, "{took:?}");
}

#[test]
fn a_page_cut_anywhere_gives_a_date_or_none() {
    let page: String = PLACES.iter().map(|it| it.0).collect();
    for end in (0..page.len()).filter(|&it| page.is_char_boundary(it)) {
        let found = read(&page[..end]);
        assert!(found.best().is_none_or(|it| it.day.year() == 2026), "{}", &page[..end]);
    }
}
