//! Link rot: archived sources are looked at again, members and readers see what became of them, and
//! no answer is corrected by it.
#![expect(clippy::unwrap_used, reason = "a story that stops is a failed test")]

use kiemtin::fetch::Fetcher;
use kiemtin::jobs::look_again;
use kiemtin_core::time::DAY_MS;

use super::site::{Site, article, sent_on, status};
use super::{QUOTE, fetcher, form, published, with_source, works};
use crate::helper::people::Browser;
use crate::stories::two_orgs::Story;

/// Looks at everything that is due after so many days.
async fn looks_after(story: &Story, site: &Site, days: i64) -> usize {
    story.desk.clock.advance(days * DAY_MS);
    let fetcher = Fetcher::new(fetcher(site)).unwrap();
    let mut n_looks = 0;
    while look_again::step(&story.desk.app, &fetcher).await.unwrap() {
        n_looks += 1;
    }
    n_looks
}

/// What readers read of the page of the second source.
async fn readers_read(story: &Story, words: &str) {
    let page = Browser::english().get(&story.desk, "/en/c/1").await;
    page.is(200).says(words);
}

#[tokio::test]
async fn readers_and_members_see_what_became_of_a_source() {
    let site = Site::start();
    site.says("/a", article(QUOTE));
    site.says("/b", article("Nothing of the kind was found"));
    let mut story = with_source(&site, &site.url("office.example", "/a")).await;
    let path = story.page("/evidence");
    let second = site.url("paper.example", "/b");
    story.press.post(&story.desk, &path, &form(&second)).await.location();
    works(&story.desk, fetcher(&site)).await;
    published(&mut story).await;
    let before = Browser::english().get(&story.desk, "/en/c/1/v/1.json").await.body;
    site.asked();

    assert_eq!(looks_after(&story, &site, 6).await, 0, "not yet");
    assert_eq!(looks_after(&story, &site, 3).await, 2);
    let asked = site.asked();
    assert!(asked.iter().all(|it| it.starts_with("HEAD ")), "the head was enough: {asked:?}");
    readers_read(&story, "The page was still there on 3 December 2026").await;

    site.says("/b", status("410 Gone", "", ""));
    assert_eq!(looks_after(&story, &site, 32).await, 2);
    readers_read(&story, "The page is no longer there (seen on 4 January 2027). We kept").await;
    site.says("/b", sent_on("/elsewhere"));
    site.says("/elsewhere", article("Nothing of the kind was found"));
    assert_eq!(looks_after(&story, &site, 32).await, 2);
    readers_read(&story, "address leads elsewhere now (seen on 5 February 2027)").await;

    let changed = String::from_utf8(article("It helps after all")).unwrap();
    site.says("/b", changed.replace("\"one\"", "\"two\"").into_bytes());
    assert_eq!(looks_after(&story, &site, 32).await, 2);
    readers_read(&story, "says something else now (seen on 9 March 2027)").await;
    site.says("/b", status("503 Service Unavailable", "", ""));
    assert_eq!(looks_after(&story, &site, 32).await, 2);
    readers_read(&story, "says something else now (seen on 9 March 2027)").await;

    let after = Browser::english().get(&story.desk, "/en/c/1/v/1.json").await.body;
    assert_eq!(before, after, "what was published is as it was");
    assert_eq!(story.desk.app.store.log_entries(0, 10).await.unwrap().len(), 1);
}
