//! What the names of elements and the words of a line give away about what they are for.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Something that a name or a phrase gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Sign {
    Content,
    Body,
    Related,
    Share,
    Follow,
    Subscribe,
    Comment,
    Cookie,
    Copyright,
    Advert,
    Author,
    Credit,
    Caption,
    Topics,
    Time,
    Contact,
    Action,
    Sidebar,
    Foot,
    Head,
    Menu,
    Meta,
    Widget,
    List,
    Summary,
    Title,
    Quote,
    Hidden,
    Gallery,
    Popular,
}

/// How many there are.
pub(crate) const N_SIGNS: usize = Sign::Popular as usize + 1;

/// A set of signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs(u32);

impl Signs {
    pub(crate) fn add(&mut self, it: Sign) {
        self.0 |= 1 << it as u8;
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn has(self, it: Sign) -> bool {
        self.has_at(it as usize)
    }

    pub(crate) fn has_at(self, idx: usize) -> bool {
        self.0 >> idx & 1 == 1
    }

    /// Has it any of those?
    pub(crate) fn has_any(self, of: &[Sign]) -> bool {
        of.iter().any(|it| self.has(*it))
    }
}

use Sign::{
    Action, Advert, Author, Body, Caption, Comment, Contact, Content, Cookie, Copyright, Credit,
    Follow, Foot, Gallery, Head, List, Menu, Meta, Popular, Quote, Related, Share, Sidebar,
    Subscribe, Summary, Time, Title, Topics, Widget,
};

/// Parts of class names and ids. A blank stands for the end of a word.
const NAMES: &[(Sign, &[&str])] = &[
    (Content, &["article", "content", "post", "entry", "story", "noidung", "noi dung", "bai viet"]),
    (
        Body,
        &[
            "articlebody",
            "article body",
            "entry content",
            "post content",
            "article content",
            "story body",
            "storybody",
            "articletext",
            "article text",
            "body content",
            "post body",
            "main content",
            "content body",
            "rich text",
            "richtext",
            "fck detail",
            "detail content",
            "content detail",
            "cms body",
            "singular content",
            "prose",
            "page content",
            "body text",
            "article copy",
            "wysiwyg",
            "post text",
            "text content",
            "news content",
        ],
    ),
    (
        Related,
        &[
            "related",
            "recommend",
            "read more",
            "readmore",
            "see also",
            "more stories",
            "next post",
            "prev",
            "also like",
            "lien quan",
            "lienquan",
            "xem them",
            "cung chuyen muc",
            "tin khac",
            "up next",
            "suggest",
            "tin lq",
            "more from",
            "similar",
        ],
    ),
    (
        Share,
        &[
            "share",
            "sharing",
            "social",
            "addthis",
            "sharethis",
            "chia se",
            "sns",
            "facebook",
            "twitter",
        ],
    ),
    (Follow, &["follow", "app download", "theo doi"]),
    (
        Subscribe,
        &[
            "subscri",
            "newsletter",
            "signup",
            "sign up",
            "mailchimp",
            "mailing",
            "optin",
            "paywall",
            "dang ky",
        ],
    ),
    (Comment, &["comment", "disqus", "respond", "reply", "binh luan", "binhluan", "feedback"]),
    (Cookie, &["cookie", "consent", "gdpr", "privacy"]),
    (Copyright, &["copyright", "legal", "disclaimer", "license"]),
    (
        Advert,
        &[
            " ad ",
            " ads ",
            "advert",
            "sponsor",
            "promo",
            "banner",
            "quang cao",
            "adsbygoogle",
            "affiliate",
            "partner",
            " cta ",
        ],
    ),
    (
        Author,
        &[
            "author",
            "byline",
            "writer",
            " bio ",
            "biography",
            "contributor",
            "tac gia",
            "tacgia",
            "nguoi viet",
            "but danh",
            "penname",
            "journalist",
            "profile",
        ],
    ),
    (Credit, &["credit", "source", "attribution", "nguon"]),
    (Caption, &["caption", "pcaption", "photo desc", "chu thich", "image desc"]),
    (
        Topics,
        &[
            " tag ",
            " tags ",
            "tagcloud",
            "taglist",
            "topic",
            "categor",
            "keyword",
            "tu khoa",
            "cat links",
            "taxonomy",
            "chuyen muc",
        ],
    ),
    (Time, &["date", "time", "publish", "ngay"]),
    (Contact, &["contact", "address", "phone", "vcard"]),
    (
        Action,
        &[
            "button", " btn ", " link ", "action", "tooltip", "toggle", "control", "login", "cart",
            "checkout",
        ],
    ),
    (
        Sidebar,
        &[
            "sidebar",
            "side bar",
            " side ",
            " aside ",
            "rail",
            "secondary",
            "col right",
            "complementary",
            "supplement",
        ],
    ),
    (Foot, &["footer", "foot ", "bottom", "colophon", "contentinfo"]),
    (Head, &["header", "masthead", " top ", "topbar", "hero", " head "]),
    (
        Menu,
        &[
            "menu",
            " nav",
            "navigation",
            "breadcrumb",
            "pagination",
            "pager",
            "skip",
            "toc",
            "table of contents",
            "tabs",
        ],
    ),
    (Meta, &["meta", " info "]),
    (
        Widget,
        &[
            "widget", "module", " box ", "boxed", "card", "teaser", "tout", "promo", "block",
            "popup", "modal", "overlay",
        ],
    ),
    (List, &["list", "feed", "grid", "carousel", "slider", "items", "swiper"]),
    (
        Summary,
        &[
            "summary",
            "excerpt",
            "sapo",
            "standfirst",
            " dek ",
            "lead",
            "intro",
            "subtitle",
            "sub title",
            "description",
            "highlights",
            "takeaway",
        ],
    ),
    (Title, &["title", "headline", "heading"]),
    (Quote, &["quote", "pullquote"]),
    (
        Gallery,
        &["gallery", "image", "photo", "figure", "media", "video", "picture", "slideshow", "thumb"],
    ),
    (
        Popular,
        &[
            "popular",
            "trending",
            "most read",
            "mostread",
            "latest",
            "hot news",
            "tin moi",
            "xem nhieu",
            "doc nhieu",
            "recent",
            "breaking",
            "ticker",
        ],
    ),
];

/// Phrases of texts, in small letters.
const PHRASES: &[(Sign, &[&str])] = &[
    (
        Related,
        &[
            "related",
            "read more",
            "read also",
            "see also",
            "also read",
            "you may also",
            "you might also",
            "you may like",
            "recommended",
            "more from",
            "more stories",
            "more on",
            "read next",
            "up next",
            "next article",
            "next post",
            "previous article",
            "previous post",
            "previous:",
            "next:",
            "keep reading",
            "continue reading",
            "what to read",
            "more in ",
            "more about",
            "xem thêm",
            "đọc thêm",
            "liên quan",
            "cùng chuyên mục",
            "tin khác",
            "bài khác",
            "có thể bạn quan tâm",
            "mời bạn đọc",
            "mời độc giả",
            ">>",
            "→",
            "read the full",
            "read our",
            "more:",
            "read:",
            "watch:",
            "also:",
            "editor's pick",
        ],
    ),
    (
        Share,
        &[
            "share this",
            "share on",
            "share via",
            "share:",
            "tweet",
            "pin it",
            "whatsapp",
            "pinterest",
            "linkedin",
            "email this",
            "email a friend",
            "print this",
            "copy link",
            "chia sẻ",
            "sao chép",
            "zalo",
            "facebook",
            "twitter",
            "reddit",
            "click to share",
        ],
    ),
    (
        Follow,
        &[
            "follow us",
            "follow @",
            "follow him",
            "follow her",
            "follow me",
            "on twitter",
            "on facebook",
            "on instagram",
            "like us",
            "join us",
            "find us",
            "our app",
            "google news",
            "youtube channel",
            "theo dõi",
            "tải ứng dụng",
            "fanpage",
            "telegram",
        ],
    ),
    (
        Subscribe,
        &[
            "subscribe",
            "subscri",
            "newsletter",
            "sign up",
            "signup",
            "inbox",
            "mailing list",
            "đăng ký",
            "nhận tin",
            "free trial",
            "become a member",
            "support our",
            "donate",
            "ủng hộ",
        ],
    ),
    (
        Comment,
        &[
            "comment",
            "leave a reply",
            "your email address",
            "log in to",
            "join the conversation",
            "discussion",
            "bình luận",
            "ý kiến",
            "phản hồi",
            "notify me",
        ],
    ),
    (Cookie, &["cookie", "privacy policy", "terms of", "consent", "điều khoản", "chính sách"]),
    (
        Copyright,
        &[
            "copyright",
            "©",
            "(c) 20",
            "all rights reserved",
            "bản quyền",
            "giấy phép",
            "not be reproduced",
            "may not be published",
            "licensed under",
            "ghi rõ nguồn",
        ],
    ),
    (
        Advert,
        &[
            "advertisement",
            "advertising",
            "sponsored",
            "affiliate",
            "commission",
            "quảng cáo",
            "tài trợ",
            "continues below",
            "disclosure",
            "disclaimer",
            "promo code",
            "discount",
            "coupon",
        ],
    ),
    (
        Author,
        &[
            "written by",
            "posted by",
            "author",
            "about the",
            "is a writer",
            "is a reporter",
            "is a freelance",
            "is an editor",
            "is the editor",
            "is a journalist",
            "is the founder",
            "is the author",
            "is a contributor",
            "reporting by",
            "editing by",
            "contributed to this",
            "staff writer",
            "correspondent",
            "reporter",
            "contributor",
            "reach him",
            "reach her",
            "contact him",
            "his work",
            "her work",
            "tác giả",
            "phóng viên",
            "biên tập",
            "thực hiện:",
            "bài và ảnh",
            "bài, ảnh",
        ],
    ),
    (
        Credit,
        &[
            "photo:",
            "photo by",
            "photos by",
            "photograph",
            "photo credit",
            "image:",
            "image credit",
            "image via",
            "images:",
            "getty images",
            "shutterstock",
            "ap photo",
            "courtesy",
            "credit:",
            "source:",
            "via:",
            "ảnh:",
            "ảnh minh họa",
            "ảnh minh hoạ",
            "nguồn:",
            "video:",
            "đồ họa",
            "enlarge",
            "click to",
            "(photo",
            "(image",
        ],
    ),
    (
        Topics,
        &[
            "tags:",
            "tags",
            "tagged",
            "filed under",
            "topics",
            "categories",
            "category:",
            "posted in",
            "từ khóa",
            "từ khoá",
            "chủ đề",
            "tag:",
            "filed in",
            "labels:",
        ],
    ),
    (
        Time,
        &[
            "published",
            "updated",
            "posted on",
            "last modified",
            "cập nhật",
            "min read",
            "minute read",
            "minutes read",
            "ngày đăng",
            "gmt",
            " ago",
            " am ",
            " pm ",
            "reading time",
            "views",
            "lượt xem",
            "first posted",
        ],
    ),
    (
        Contact,
        &[
            "contact us",
            "contact:",
            "phone:",
            "tel:",
            "email:",
            "e-mail",
            "hotline",
            "liên hệ",
            "address:",
            "đường dây nóng",
            "@",
            "tòa soạn",
            "call us",
            "http",
            "www.",
        ],
    ),
    (
        Action,
        &[
            "click here",
            "learn more",
            "buy now",
            "shop now",
            "add to",
            "get started",
            "sign in",
            "log in",
            "login",
            "register",
            "download",
            "view all",
            "see all",
            "load more",
            "show more",
            "xem tất cả",
            "đăng nhập",
            "watch now",
            "skip to",
            "back to",
            "menu",
            "search",
            "play",
            "close",
            "loading",
            "view more",
            "get the",
            "order now",
            "book a",
            "schedule a",
        ],
    ),
    (
        Menu,
        &[
            "home",
            "trang chủ",
            "about us",
            "faq",
            "help",
            "table of contents",
            "contents",
            "mục lục",
            "jump to",
            "in this article",
        ],
    ),
    (
        Summary,
        &["key takeaways", "summary", "highlights", "key points", "tl;dr", "tóm tắt", "overview"],
    ),
    (
        Popular,
        &[
            "trending",
            "most popular",
            "most read",
            "most viewed",
            "top stories",
            "latest",
            "breaking",
            "don't miss",
            "popular",
            "đọc nhiều",
            "xem nhiều",
            "tin mới",
            "tin nóng",
            "nổi bật",
            "mới nhất",
            "recent posts",
            "hot",
        ],
    ),
];

struct Finder {
    automaton: AhoCorasick,
    signs: Vec<Sign>,
}

impl Finder {
    fn of(table: &[(Sign, &[&str])]) -> Self {
        let all =
            || table.iter().flat_map(|(sign, words)| words.iter().map(move |it| (*sign, *it)));
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(all().map(|it| it.1))
            .expect("the built-in words are few");
        Self { automaton, signs: all().map(|it| it.0).collect() }
    }
}

/// What names in an attribute say.
pub(crate) fn in_names(names: &str) -> Signs {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::of(NAMES));
    let words = apart(names);
    let mut res = Signs::default();
    for found in FINDER.automaton.find_overlapping_iter(&words) {
        res.add(FINDER.signs[found.pattern().as_usize()]);
    }
    res
}

/// `relatedPosts_item-3` as ` related posts item `.
fn apart(names: &str) -> String {
    let mut res = String::with_capacity(names.len() + 8);
    res.push(' ');
    let mut was_small = false;
    for it in names.chars().take(NAME_CHARS_MAX) {
        if it.is_ascii_alphabetic() {
            if it.is_ascii_uppercase() && was_small {
                res.push(' ');
            }
            was_small = it.is_ascii_lowercase();
            res.push(it.to_ascii_lowercase());
        } else {
            was_small = false;
            if !res.ends_with(' ') {
                res.push(' ');
            }
        }
    }
    if !res.ends_with(' ') {
        res.push(' ');
    }
    res
}

/// Names are looked at to here; frameworks write long ones that say nothing.
const NAME_CHARS_MAX: usize = 300;

/// What the words of a line say, and what its first words say.
pub(crate) fn in_text(lower: &str) -> (Signs, Signs) {
    static FINDER: LazyLock<Finder> = LazyLock::new(|| Finder::of(PHRASES));
    let (mut all, mut first) = (Signs::default(), Signs::default());
    let head = &lower[..lower.floor_char_boundary(PHRASE_BYTES_MAX)];
    for found in FINDER.automaton.find_overlapping_iter(head) {
        // Words begin where words begin: no "ads" in "heads".
        let before = head[..found.start()].chars().next_back();
        let starts_word = head[found.start()..].starts_with(|it: char| !it.is_alphanumeric())
            || before.is_none_or(|it| !it.is_alphanumeric());
        if starts_word {
            let sign = FINDER.signs[found.pattern().as_usize()];
            all.add(sign);
            if found.start() <= 2 {
                first.add(sign);
            }
        }
    }
    (all, first)
}

/// A line is known by its beginning.
const PHRASE_BYTES_MAX: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_words() {
        assert!(in_names("relatedPosts_item-3").has(Related));
        assert!(in_names("entry-content").has(Body));
        assert!(!in_names("headline").has(Advert), "no ad in a headline");
        assert!(in_names("box-tin-lien-quan").has(Related));
        assert!(in_names("tac-gia").has(Author));
    }

    #[test]
    fn lines_are_read_by_their_phrases() {
        let (all, first) = in_text("xem thêm: giá xăng hôm nay");
        assert!(all.has(Related) && first.has(Related));
        let (all, first) = in_text("the mayor said more on monday, and asked for comment");
        assert!(all.has(Comment) && !first.has(Comment));
    }
}
