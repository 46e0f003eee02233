//! Many sources at once: nobody waits for a server that is slow or never ends.

use std::collections::HashMap;
use std::time::Duration;

use kiemtin_core::source::Kind;
use kiemtin_store::sources::NewSource;

use super::pages::{article, rss, story};
use super::{Collecting, PAUSE, new};
use crate::helper::web::{Answer, Asked, Web, page, status};

const N: usize = 60;

fn answer(it: &Asked) -> Answer {
    let n: usize = it
        .host
        .trim_start_matches("bao")
        .split('.')
        .next()
        .map_or(0, |it| it.parse().unwrap_or_default());
    let endless = b"<rss><channel><item><title>".to_vec();
    match (it.path.as_str(), n % 10) {
        ("/robots.txt", _) => status(404, ""),
        // One in ten sends nothing, one in ten never ends.
        (_, 3) => Answer::Stall(b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n".to_vec()),
        (_, 7) => {
            let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n\r\n".to_vec();
            Answer::Drip([head, endless].concat(), b"tin moi ")
        }
        ("/rss", _) => {
            let entries = [("a.html", "Tin A", "A."), ("b.html", "Tin B", "B.")];
            page("text/xml", "", rss(&it.base(), &entries).as_bytes())
        }
        (path, _) => page("text/html", "", article(path, &story(path)).as_bytes()),
    }
}

#[tokio::test]
async fn slow_and_endless_servers_hold_nobody_else_up() {
    let web = Web::start(answer).await;
    let hosts: Vec<String> = (0..N).map(|it| format!("bao{it}.example")).collect();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let all = Collecting::patient(&web, &hosts, Duration::from_secs(20)).await;
    for host in &hosts {
        let feed = new(Kind::Feed, &web.url(host, "/rss"));
        all.add_as(NewSource { follows: true, ..feed }).await;
    }
    let rounds = all.once().await;
    assert_eq!(rounds.len(), N);
    let is_well = |n: &usize| rounds[*n].1.trouble.is_none();
    let n_well = (0..N).filter(is_well).count();
    assert_eq!(n_well, N / 10 * 8);
    assert!((0..n_well).all(|it| is_well(&it)), "the slow ones came last");
    assert!(rounds.iter().filter(|it| it.1.trouble.is_none()).all(|it| it.1.n_new == 2));
    assert!(rounds[n_well..].iter().all(|it| it.1.trouble.as_deref() == Some("slow")));
    let mut last: HashMap<String, Asked> = HashMap::new();
    for it in web.asked() {
        if let Some(before) = last.insert(it.host.clone(), it.clone()) {
            assert!(PAUSE <= it.at.duration_since(before.at), "{} was asked too fast", it.host);
        }
    }
}
