//! What the root and the head of a page tell of it before its dates are read: its language, its
//! addresses, and with them its zone and the order of its numbers.

use dom_query::Document as Tree;
use jiff::tz::Offset;

use super::Hints;
use super::walk::attribute;
use super::written::Order;

/// Elements of the head that are asked for the language and the address.
const HEAD_ELEMENTS_MAX: usize = 1_000;

/// What the root and the head tell before the walk.
pub(super) struct About {
    pub(super) order: Order,
    pub(super) zone: Option<Offset>,
    /// The one it was fetched from, then those it calls its own.
    pub(super) addresses: Vec<String>,
}

impl About {
    pub(super) fn of(tree: &Tree, hints: &Hints<'_>) -> Self {
        let (mut lang, mut canonical, mut og_url) = (String::new(), None, None);
        if let Some(html) = tree.html_root().element_ref() {
            lang = attribute(&html, "lang").unwrap_or_default().to_lowercase();
        }
        let head = tree.head();
        let in_head = head.iter().flat_map(|it| it.children_it(false)).take(HEAD_ELEMENTS_MAX);
        for node in in_head {
            let Some(element) = node.element_ref() else { continue };
            let is = |name: &str, value: &str| attribute(&element, name) == Some(value);
            let get = |name: &str| attribute(&element, name).map(str::to_owned);
            match &*element.name.local {
                "link" if is("rel", "canonical") => canonical = canonical.or_else(|| get("href")),
                "meta" if is("property", "og:url") => og_url = og_url.or_else(|| get("content")),
                "meta" if lang.is_empty() && is("property", "og:locale") => {
                    lang = get("content").unwrap_or_default().to_lowercase();
                }
                _ => {}
            }
        }
        let fetched = hints.url.map(str::to_owned);
        let addresses: Vec<String> = [fetched, canonical, og_url].into_iter().flatten().collect();
        let host = addresses.first().and_then(|it| host(it)).unwrap_or_default().to_lowercase();
        let is_vietnamese = lang.starts_with("vi") || host.ends_with(".vn");
        // Vietnam has no summer time.
        let zone = is_vietnamese.then(|| Offset::constant(7));
        let british = [".uk", ".au", ".ie", ".nz", ".in", ".za", ".eu", ".vn", ".sg", ".my"];
        let is_american = lang.starts_with("en-us")
            || lang.starts_with("en_us")
            || (lang == "en" && !british.iter().any(|it| host.ends_with(it)));
        let by_language = if is_american { Order::MonthFirst } else { Order::DayFirst };
        Self { order: hints.order.unwrap_or(by_language), zone, addresses }
    }
}

fn host(address: &str) -> Option<&str> {
    address.split_once("://")?.1.split(['/', '?', '#', ':']).next()
}
