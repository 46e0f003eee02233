//! Which addresses are fetched: the hostile list, names that lead inside, and redirects.

use super::site::{Answer, Site, page, redirect};
use super::*;

fn guard() -> Guard {
    setup(&[("127.0.0.1", 8000), ("feeds.lan", 80), ("::1", 8000)], Arc::default()).guard
}

#[track_caller]
fn refused(url: &str, expected: Why) {
    assert_eq!(check_url(url, &guard()), Err(expected), "{url}");
}

#[track_caller]
fn taken(url: &str, expected: &str) {
    assert_eq!(check_url(url, &guard()).map(String::from), Ok(expected.to_owned()), "{url}");
}

#[test]
fn every_way_to_write_an_inner_address_is_refused() {
    let loopback = Why::NotPublic(LOCAL);
    for url in [
        "http://127.0.0.1/",
        "http://127.0.0.1:80/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http:127.0.0.1",
        "http:\\\\127.0.0.1\\",
        "HTTP://127.0.0.1",
        " http://127.0.0.1/ ",
        "ht\ntp://127.0.\t0.1/",
        "http://１２７.０.０.１/",
        "http://①②⑦.⓪.⓪.①/",
        "http://127。0。0。1/",
        "http://%31%32%37.0.0.1/",
        "http://127.0.0.1:443#@public.example/",
        "http://127.0.0.1/@public.example",
    ] {
        refused(url, loopback.clone());
    }
    for url in [
        "http://0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://224.0.0.1/",
    ] {
        let res = check_url(url, &guard());
        assert!(matches!(res, Err(Why::NotPublic(_))), "{url}: {res:?}");
    }
}

#[test]
fn names_of_local_networks_are_refused() {
    for (url, name) in [
        ("http://localhost/", "localhost"),
        ("http://localhost./", "localhost"),
        ("http://LOCALHOST/", "localhost"),
        ("http://ｌocalhost/", "localhost"),
        ("http://%6c%6fcalhost/", "localhost"),
        ("http://anything.localhost/", "anything.localhost"),
        ("http://metadata.google.internal/", "metadata.google.internal"),
        ("http://metadata.google.internal./", "metadata.google.internal"),
        ("http://printer.local/", "printer.local"),
        ("http://router.home.arpa/", "router.home.arpa"),
        ("http://intranet/", "intranet"),
        ("http://abc.onion/", "abc.onion"),
    ] {
        refused(url, Why::LocalName(name.to_owned()));
    }
}

#[test]
fn other_schemes_ports_and_passwords_are_refused() {
    for (url, scheme) in [
        ("gopher://public.example/", "gopher"),
        ("ftp://public.example/", "ftp"),
        ("data:text/html,x", "data"),
        ("jar:http://public.example!/", "jar"),
        ("file:///etc/passwd", "file"),
        ("javascript:alert(1)", "javascript"),
        ("ws://public.example/", "ws"),
        ("blob:https://public.example/x", "blob"),
        ("view-source:https://public.example/", "view-source"),
    ] {
        refused(url, Why::Scheme(scheme.to_owned()));
    }
    for port in [1, 22, 25, 5432, 6379, 8080, 65535] {
        refused(&format!("http://public.example:{port}/"), Why::Port(port));
        refused(&format!("http://8.8.8.8:{port}/"), Why::Port(port));
    }
    for url in [
        "http://user@127.0.0.1@public.example/",
        "http://user:pass@public.example/",
        "http://:pass@public.example/",
        "http://127.0.0.1%2f@public.example/",
        "http://user@127.0.0.1:8000/",
    ] {
        refused(url, Why::Credentials);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    for url in [
        "",
        "public.example",
        "//public.example/",
        "http://",
        "http:///",
        "http://[::1",
        "http://%/",
        "http://a b.example/",
        "http://public.example:99999/",
        "http://..",
        "http://a..example/",
        "http://public.example../",
        "http://1.2.3.4.5/",
        "http://256.256.256.256/",
        "http://[fe80::1%25eth0]/",
        "http://127.0.0.1%00.public.example/",
    ] {
        refused(url, Why::Unreadable);
    }
    refused(&format!("http://{}.example/", "a".repeat(64)), Why::Unreadable);
    refused(&format!("http://{}example/", "a.".repeat(130)), Why::Unreadable);
}

#[test]
fn a_long_address_is_refused_also_when_it_grows_in_parsing() {
    let long = format!("http://public.example/{}", "a".repeat(100 * 1024));
    refused(&long, Why::TooLong { n_bytes: long.len() });
    let grows = format!("http://public.example/{}", "đ".repeat(1000));
    refused(&grows, Why::TooLong { n_bytes: 22 + 6000 });
    let fits = format!("http://public.example/{}", "a".repeat(URL_BYTES_MAX - 22));
    taken(&fits, &fits);
}

#[test]
fn public_addresses_are_taken_in_their_normal_form() {
    taken("https://public.example", "https://public.example/");
    taken("HTTP://Public.Example:80/Tin?a=1#phần", "http://public.example/Tin?a=1");
    taken("http://public.example./", "http://public.example/");
    taken("http://public.example#@127.0.0.1/", "http://public.example/");
    taken("https://báo.example/tin-đồn", "https://xn--bo-mia.example/tin-%C4%91%E1%BB%93n");
    taken("http://public.example:443/", "http://public.example:443/");
    taken("http://8.8.8.8/", "http://8.8.8.8/");
    taken("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/");
    taken("https://[::ffff:8.8.8.8]/", "https://[::ffff:808:808]/");
}

#[test]
fn only_the_operators_exceptions_reach_inside() {
    taken("http://127.0.0.1:8000/feed", "http://127.0.0.1:8000/feed");
    taken("http://0x7f.1:8000/feed", "http://127.0.0.1:8000/feed");
    taken("http://feeds.lan./feed", "http://feeds.lan/feed");
    refused("http://127.0.0.1:8001/", Why::Port(8001));
    refused("http://feeds.lan:8000/", Why::Port(8000));
    refused("ftp://127.0.0.1:8000/", Why::Scheme("ftp".to_owned()));
    refused("http://[::1]:8001/", Why::Port(8001));
}

#[test]
fn exceptions_are_read_as_addresses_are() {
    let public_url = Url::parse("https://desk.example/").unwrap();
    let parsed = |it: &str| Guard::new(&public_url, &[it.to_owned()]).map(|it| it.allowed);
    for (input, host, port) in [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        ("LOCALHOST:80", "localhost", 80),
        ("localhost.:443", "localhost", 443),
        ("[::1]:8000", "[::1]", 8000),
        ("0x7f.1:1", "127.0.0.1", 1),
    ] {
        assert_eq!(parsed(input), Ok(vec![(host.to_owned(), port)]), "{input}");
    }
    for input in ["", "localhost", ":80", "a:b", "a:0", "a:99999", "http://a:80", "u@a:80", "a:1:2"]
    {
        assert!(parsed(input).is_err(), "{input}");
    }
    assert_eq!(Guard::default().allowed, []);
}

#[test]
fn a_typed_address_is_an_exception_for_its_host_and_port_only() {
    let mut guard = guard();
    guard.allow_typed("http://localhost:9000/feed.xml");
    guard.allow_typed("no address");
    assert!(check_url("http://localhost:9000/other", &guard).is_ok());
    assert_eq!(check_url("http://localhost:9001/", &guard), Err(Why::Port(9001)));
    let local = Err(Why::LocalName("localhost".to_owned()));
    assert_eq!(check_url("http://localhost/", &guard), local);
}

#[test]
fn the_desk_does_not_fetch_itself() {
    refused("https://desk.example/vi", Why::OwnSite);
    refused("http://DESK.example./vi", Why::OwnSite);
    refused("https://desk.example:8443/", Why::OwnSite);
    let own_address: IpAddr = "8.8.8.8".parse().unwrap();
    let guard = Guard { own_addresses: vec![own_address], ..guard() };
    assert_eq!(check_url("http://8.8.8.8/", &guard), Err(Why::OwnSite));
    assert_eq!(check_url("http://[::ffff:8.8.8.8]/", &guard), Err(Why::OwnSite));
    assert_eq!(guard.check_address("alias.example", own_address), Err(Why::OwnSite));
}

#[tokio::test]
async fn a_name_is_refused_when_any_of_its_addresses_is_not_public() {
    let public: IpAddr = "93.184.215.14".parse().unwrap();
    for inner in ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"] {
        let inner: IpAddr = inner.parse().unwrap();
        for ips in [vec![inner], vec![public, inner], vec![inner, public]] {
            let names = Arc::new(FixedNames::default().with("public.example", &ips));
            let fetcher = Fetcher::new(setup(&[], names.clone())).unwrap();
            let res = fetcher.get("http://public.example/", Accept::Any).await;
            let why = Why::LeadsInside("public.example".to_owned());
            assert_eq!(res, Err(NotFetched::Refused(why)), "{ips:?}");
            assert_eq!(names.asked(), ["public.example"]);
        }
    }
}

#[tokio::test]
async fn a_name_without_addresses_is_told_as_such() {
    let names = Arc::new(FixedNames::default().with("empty.example", &[]));
    let fetcher = Fetcher::new(setup(&[], names)).unwrap();
    for url in ["http://empty.example/", "http://unknown.example/"] {
        assert_eq!(fetcher.get(url, Accept::Any).await, Err(NotFetched::NoSuchName));
    }
}

#[tokio::test]
async fn a_name_is_asked_once_and_what_it_meant_then_is_connected_to() {
    let site = Site::sending(page("Content-Type: text/html\r\n", b"hello")).await;
    // Nobody listens at the second answer: had it been asked for, the fetch would fail.
    let nobody: IpAddr = "127.0.0.2".parse().unwrap();
    let names = FixedNames::default().with("site.example", &[LOCAL]);
    let names = Arc::new(names.with("site.example", &[nobody]));
    let fetcher = Fetcher::new(setup(&[("site.example", site.port)], names.clone())).unwrap();
    let url = format!("http://site.example:{}/", site.port);
    assert_eq!(fetcher.get(&url, Accept::Page).await.unwrap().body, b"hello");
    assert_eq!(names.asked(), ["site.example"]);
    // No connection is kept, so the next fetch asks, and is judged, again.
    assert!(matches!(fetcher.get(&url, Accept::Page).await, Err(NotFetched::Network(_))));
    assert_eq!(names.asked().len(), 2);
}

#[tokio::test]
async fn a_redirect_is_judged_like_the_first_address() {
    let other = Site::sending(page("Content-Type: text/html\r\n", b"secret")).await;
    let inside = |it: &str| Why::LeadsInside(it.to_owned());
    for (to, expected) in [
        ("http://localhost:5432/".to_owned(), Why::Port(5432)),
        ("http://localhost/".to_owned(), Why::LocalName("localhost".to_owned())),
        ("file:///etc/passwd".to_owned(), Why::Scheme("file".to_owned())),
        (other.url("/"), Why::Port(other.port)),
        ("//169.254.169.254/latest/".to_owned(), Why::NotPublic([169, 254, 169, 254].into())),
        ("http://inner.example/".to_owned(), inside("inner.example")),
        ("http://u:p@public.example/".to_owned(), Why::Credentials),
        ("https://desk.example/".to_owned(), Why::OwnSite),
        ("http://[".to_owned(), Why::Unreadable),
        ("data:text/html,x".to_owned(), Why::Scheme("data".to_owned())),
    ] {
        let site = Site::sending(redirect(&to)).await;
        let names = Arc::new(FixedNames::default().with("inner.example", &[LOCAL]));
        let fetcher = Fetcher::new(setup(&[("127.0.0.1", site.port)], names)).unwrap();
        let res = fetcher.get(&site.url("/"), Accept::Any).await;
        assert_eq!(res, Err(NotFetched::SentOn(expected)), "{to}");
        assert_eq!(site.requests().len(), 1);
    }
    assert_eq!(other.requests(), [""; 0]);
}

#[tokio::test]
async fn five_redirects_are_followed_and_not_six() {
    let site = Site::start(|head| {
        let n: usize = head["GET /".len()..].split(' ').next().unwrap().parse().unwrap();
        let last = || page("Content-Type: text/html\r\n", b"here");
        Answer::Bytes(if n == 0 { last() } else { redirect(&format!("{}", n - 1)) })
    })
    .await;
    let fetcher = fetcher(&[("127.0.0.1", site.port)]);
    let fetched = fetcher.get(&site.url("/5"), Accept::Page).await.unwrap();
    assert_eq!((fetched.url.path(), fetched.body.as_slice()), ("/0", b"here".as_slice()));
    let res = fetcher.get(&site.url("/6"), Accept::Page).await;
    assert_eq!(res, Err(NotFetched::TooManyRedirects));
}

#[tokio::test]
async fn a_redirect_loop_ends() {
    let site = Site::sending(redirect("/again")).await;
    let res = fetcher(&[("127.0.0.1", site.port)]).get(&site.url("/"), Accept::Page).await;
    assert_eq!(res, Err(NotFetched::TooManyRedirects));
    assert_eq!(site.requests().len(), 1 + REDIRECTS_MAX);
}

#[tokio::test]
async fn a_redirect_in_raw_vietnamese_is_followed() {
    let site = Site::start(|head| {
        let is_start = head.starts_with("GET / ");
        let there = || page("Content-Type: text/html\r\n", b"here");
        Answer::Bytes(if is_start { redirect("/tin-đồn") } else { there() })
    })
    .await;
    let fetched = fetcher(&[("127.0.0.1", site.port)]).get(&site.url("/"), Accept::Page).await;
    assert_eq!(fetched.unwrap().url.path(), "/tin-%C4%91%E1%BB%93n");
}
