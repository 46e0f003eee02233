//! Forms of dates, one row each.

use jiff::civil::{date, time};

use super::Precision;
use super::address::address;
use super::json::{Field, Thing, json_ld, script_fields};
use super::names::{self, Role};
use super::relative::relative;
use super::stamp::stamp;
use super::words::month;
use super::written::{Order, all, first};

/// `2026-11-03`, `2026-11` or `2026`, with the clock and the offset where they were read.
fn told(it: super::written::Written) -> String {
    let day = match it.precision {
        Precision::Day => it.day.strftime("%Y-%m-%d").to_string(),
        Precision::Month => it.day.strftime("%Y-%m").to_string(),
        Precision::Year => it.day.strftime("%Y").to_string(),
    };
    let clock = it.clock.map_or(String::new(), |it| it.strftime(" %H:%M").to_string());
    let offset = it.offset.map_or(String::new(), |it| format!(" {it}"));
    day + &clock + &offset
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let found = first(text, Order::DayFirst).map_or("-".to_owned(), told);
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn vietnamese_forms_are_read() {
    for (text, expected) in [
        ("03/11/2026", "2026-11-03"),
        ("3-11-2026", "2026-11-03"),
        ("3.11.2026", "2026-11-03"),
        ("Thứ ba, 3/11/2026, 09:05 (GMT+7)", "2026-11-03 09:05 +07"),
        ("09:05 03/11/2026", "2026-11-03 09:05"),
        ("03/11/2026 | 09:05 GMT+7", "2026-11-03 09:05 +07"),
        ("3/11/2026 9h05", "2026-11-03 09:05"),
        ("9g05, ngày 3/11/2026", "2026-11-03 09:05"),
        ("09:05, 3/11/26", "-"),
        ("03/11/26", "2026-11-03"),
        ("ngày 3 tháng 11 năm 2026", "2026-11-03"),
        ("Hà Nội, ngày 03 tháng 11 năm 2026", "2026-11-03"),
        ("Thứ Ba, 3 tháng 11, 2026", "2026-11-03"),
        ("ngay 3 thang 11 nam 2026", "2026-11-03"),
        ("3 Tháng Mười Một, 2026", "2026-11-03"),
        ("Tháng Mười Hai 3, 2026", "2026-12-03"),
        ("Tháng Mười 3, 2026", "2026-10-03"),
        ("3 tháng Tư năm 2026", "2026-04-03"),
        ("Đăng lúc 08:00 CH 3/11/2026", "2026-11-03 20:00"),
        ("3 Th11 2026", "2026-11-03"),
        ("tháng 11/2026", "2026-11"),
        ("Tháng 11 năm 2026", "2026-11"),
        ("quý III/2026", "-"),
        ("sáng 3/11", "-"),
        ("hôm qua", "-"),
        ("mùng 1 Tết", "-"),
        ("15/8/2026 âm lịch", "-"),
        ("ngày 15 tháng 8 năm 2026 (âm lịch)", "-"),
    ] {
        check(text, expected);
    }
}

#[test]
fn english_and_other_forms_are_read() {
    for (text, expected) in [
        ("November 3, 2026", "2026-11-03"),
        ("Nov. 3rd, 2026 at 9:05 pm EST", "2026-11-03 21:05 -05"),
        ("Published: 3 November 2026 12:05 AM", "2026-11-03 00:05"),
        ("3rd of November, 2026", "2026-11-03"),
        ("03-Nov-2026", "2026-11-03"),
        ("3 Nov '26", "2026-11-03"),
        ("November 2026", "2026-11"),
        ("Tue, 03 Nov 2026 09:05:00 +0700", "2026-11-03 09:05 +07"),
        ("Tue Nov 03 2026 09:05:00 GMT+0700 (Indochina Time)", "2026-11-03 09:05 +07"),
        ("Tue Nov 03 09:05:00 +0000 2026", "2026-11-03 09:05 +00"),
        ("3. November 2026, 9:05 Uhr", "2026-11-03 09:05"),
        ("3 de noviembre de 2026", "2026-11-03"),
        ("le 3 novembre 2026 à 9h05", "2026-11-03 09:05"),
        ("1er août 2026", "2026-08-01"),
        ("3 ноября 2026", "2026-11-03"),
        ("2026年11月3日 09:05", "2026-11-03 09:05"),
        ("2026년 11월 3일", "2026-11-03"),
        ("3 พฤศจิกายน 2569", "-"),
        ("2026. 11. 3.", "2026-11-03"),
        ("3. 11. 2026", "2026-11-03"),
        ("11/23/2026", "2026-11-23"),
        ("2026/11/03", "2026-11-03"),
    ] {
        check(text, expected);
    }
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "192.168.11.2026",
        "1.3.11.2026",
        "phiên bản 2.11.2026.4",
        "31/2/2026",
        "0/0/2026",
        "32/13/2026",
        "99999999999999999999/11/2026",
        "3/11/20266",
        "3/11/0026",
        "2026-13-41",
        "$3.11.2026",
        "0912 345 678",
        "20261103",
        "may 2",
        "1/2 of 2026",
        "١٢/٣/٢٠٢٦",
    ] {
        check(text, "-");
    }
}

#[test]
fn which_number_is_the_day_follows_the_order_unless_only_one_can_be() {
    let day = |text: &str, order| first(text, order).map(|it| it.day);
    assert_eq!(day("3/11/2026", Order::DayFirst), Some(date(2026, 11, 3)));
    assert_eq!(day("3/11/2026", Order::MonthFirst), Some(date(2026, 3, 11)));
    assert_eq!(day("3.11.2026", Order::MonthFirst), Some(date(2026, 11, 3)));
    assert_eq!(day("11/23/2026", Order::DayFirst), Some(date(2026, 11, 23)));
    assert_eq!(day("23/11/2026", Order::MonthFirst), Some(date(2026, 11, 23)));
    let told = |text: &str| first(text, Order::DayFirst).and_then(|it| it.tells_order);
    assert_eq!(told("11/23/2026"), Some(Order::MonthFirst));
    assert_eq!(told("23/11/2026"), Some(Order::DayFirst));
    assert_eq!(told("3/11/2026"), None);
}

#[test]
fn several_dates_of_a_text_keep_their_order_and_place() {
    let text = "Từ 1/11/2026 đến 3/11/2026, và tháng 12/2026";
    let found = all(text, Order::DayFirst);
    let written: Vec<&str> = found.iter().map(|it| &text[it.at..it.end]).collect();
    assert_eq!(written, ["1/11/2026", "3/11/2026", "tháng 12/2026"]);
}

#[test]
fn stamps_are_read_as_programs_write_them() {
    for (value, expected) in [
        ("2026-11-03T09:05:30+07:00", "2026-11-03 09:05 +07"),
        ("2026-11-03T09:05:30.123Z", "2026-11-03 09:05 +00"),
        ("2026-11-03T09:05:30+0700", "2026-11-03 09:05 +07"),
        ("2026-11-03 09:05", "2026-11-03 09:05"),
        ("2026-11-03", "2026-11-03"),
        ("20261103", "2026-11-03"),
        ("20261103090530", "2026-11-03 09:05"),
        ("20261103T090530Z", "2026-11-03"),
        ("1793671530", "2026-11-03 02:05 +00"),
        ("1793671530000", "2026-11-03 02:05 +00"),
        ("2026-11", "2026-11"),
        ("2026", "2026"),
        ("-1", "-"),
        ("99999999999999", "-"),
        ("1e400", "-"),
        ("0000-00-00T00:00:00Z", "-"),
        ("9999-12-31", "-"),
    ] {
        let found = stamp(value, Order::DayFirst).map_or("-".to_owned(), told);
        assert_eq!(found, expected, "{value:?}");
    }
    assert!(stamp(&"2026-11-03 ".repeat(1_000), Order::DayFirst).is_none());
}

#[test]
fn addresses_tell_days_and_months() {
    for (url, expected) in [
        ("https://a.example/2026/11/03/tin.html", "2026-11-03"),
        ("https://a.example/2026/11/3/tin", "2026-11-03"),
        ("https://a.example/news/2026-11-03-title", "2026-11-03"),
        ("https://a.example/2026/nov/03/title", "2026-11-03"),
        ("https://a.example/2026/1103/c90000-1.html", "2026-11-03"),
        ("https://a.example/tin-20261103090530123.htm", "2026-11-03 09:05"),
        ("https://a.example/tin-188261103090530123.chn", "2026-11-03 09:05"),
        ("https://a.example/tin-03-11-2026.html", "2026-11-03"),
        ("https://a.example/news/20261103/1.html", "2026-11-03"),
        ("https://a.example/2026/11/title", "2026-11"),
        (
            "https://web.archive.example/web/20150101000000/http://a.example/2014/5/6/x",
            "2014-05-06",
        ),
        ("https://web.archive.example/web/20150101000000/http://a.example/x", "-"),
        ("https://2026-11-03.example/tin", "-"),
        ("https://a.example/tin-4928374651.html", "-"),
        ("https://a.example/tin-99999999999999999.htm", "-"),
        ("https://a.example/x#2026-11-03", "-"),
        ("a.example", "-"),
        ("", "-"),
    ] {
        assert_eq!(address(url).map_or("-".to_owned(), told), expected, "{url}");
    }
}

#[test]
fn relative_times_count_from_the_reference() {
    let now = date(2026, 11, 3).to_datetime(time(1, 30, 0, 0));
    for (text, expected) in [
        ("hôm qua", Some(date(2026, 11, 2))),
        ("Hôm nay, 01:00", Some(date(2026, 11, 3))),
        ("2 giờ trước", Some(date(2026, 11, 2))),
        ("5 phút trước", Some(date(2026, 11, 3))),
        ("3 ngày trước", Some(date(2026, 10, 31))),
        ("Cập nhật cách đây 2 ngày", Some(date(2026, 11, 1))),
        ("2 hours ago", Some(date(2026, 11, 2))),
        ("yesterday", Some(date(2026, 11, 2))),
        ("vor 3 Tagen", Some(date(2026, 10, 31))),
        ("3 tháng trước", None),
        ("999 tuần trước", Some(date(2007, 9, 11))),
        ("9999999 ngày trước", None),
    ] {
        assert_eq!(relative(text, now).map(|it| it.day), expected, "{text}");
    }
}

#[test]
fn json_is_read_even_when_it_is_broken() {
    let json = r#"{"@context":"x","@graph":[{"@type":"WebSite","dateModified":"2019-01-01"},
        {"datePublished":"2026-11-03","@type":["NewsArticle","Thing"],
         "comment":[{"@type":"Comment","datePublished":"2026-11-04"}],
         "dateModified":"2026-11-05" "broken": , },]"#;
    let found: Vec<_> = json_ld(json).iter().map(|it| (it.field, it.thing, it.value)).collect();
    let expected = [
        (Field::Modified, Thing::Other, "2019-01-01"),
        (Field::Published, Thing::Article, "2026-11-03"),
        (Field::Published, Thing::Other, "2026-11-04"),
        (Field::Modified, Thing::Article, "2026-11-05"),
    ];
    assert_eq!(found, expected);
    assert!(json_ld(&"{\"a\":".repeat(100_000)).is_empty());
    assert!(json_ld("\"datePublished\":\"2026-11-03\"").is_empty());
}

#[test]
fn fields_of_scripts_are_found_by_their_names() {
    let script = r#"var a={publishedAt:"2026-11-03T09:00:00Z",'pub_date': '2026-11-04'};
        b.publish_date = "2026-11-05"; c="{\"datePublished\":\"2026-11-06\"}"; publisher:"x";
        republished:"2020-01-01""#;
    let expected = ["2026-11-03T09:00:00Z", "2026-11-04", "2026-11-05", "2026-11-06"];
    assert_eq!(script_fields(script), expected);
}

#[test]
fn names_say_what_a_date_is() {
    assert_eq!(names::meta("article:published_time"), Some(Role::Published));
    assert_eq!(names::meta("DC.date.issued"), Some(Role::Published));
    assert_eq!(names::meta("Last-Modified"), Some(Role::Modified));
    assert_eq!(names::meta("date"), Some(Role::Unsaid));
    assert_eq!(names::meta("viewport"), None);
    assert_eq!(names::before("Ngày đăng: "), Some(Role::Published));
    assert_eq!(names::before("Cập nhật lúc "), Some(Role::Modified));
    assert_eq!(names::before("Published 3 May 2020, updated"), Some(Role::Modified));
    assert_eq!(names::before("3 phút đọc"), None);
    let hint = names::hint("entry-date published");
    assert!(hint.is_date && hint.says_published && !hint.is_aside);
    assert!(!names::hint("candidate-list newsletter-times").is_date);
    assert!(names::hint("box related-news").is_aside);
}

#[test]
fn months_have_one_meaning() {
    assert_eq!(month("März"), Some(3));
    assert_eq!(month("DECEMBRE"), Some(12));
    assert_eq!(month("tháng"), None);
    assert_eq!(month(&"x".repeat(10_000)), None);
}
