//! Names under which pages keep their dates: meta tags, properties, classes, words before a date.

/// What a name says of the date behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// It says publication.
    Published,
    /// It says making, which is nearly the same.
    Created,
    /// It says no more than date.
    Unsaid,
    /// It says a later change.
    Modified,
}

/// Meta tags: without signs and in lower case, so `article:published_time` is one with
/// `article.published-time`. Dublin Core, Open Graph, schema.org, Highwire and PRISM; the rest are
/// names of publishing programs.
pub(super) fn meta(name: &str) -> Option<Role> {
    const NAME_BYTES_MAX: usize = 60;
    if name.len() > NAME_BYTES_MAX {
        return None;
    }
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let is_in = |names: &str| names.split_ascii_whitespace().any(|it| it == plain);
    Some(match () {
        () if is_in(META_PUBLISHED) => Role::Published,
        () if is_in(META_CREATED) => Role::Created,
        () if is_in(META_MODIFIED) => Role::Modified,
        () if is_in(META_UNSAID) => Role::Unsaid,
        () => return None,
    })
}

const META_PUBLISHED: &str = "articlepublishedtime ogpublishedtime ogarticlepublishedtime \
    articlepublished articlepublicationdate articledateoriginal articlepostdate articledatepublished \
    datepublished dateposted publishdate publisheddate publishedtime publishedat publishedon \
    publicationdate pubdate publishtime ogpubdate btpubdate eomportalpubdate originalpublicationdate \
    dcdateissued dctermsissued dcissued dcdatepublished dctermsdateissued dctermspublished \
    rnewsdatepublished sailthrudate parselypubdate cxenseparserecspublishtime cxensepublishtime \
    vrpublishedtime shareaholicarticlepublishedtime publishedtimetelegram firstpublished \
    citationpublicationdate citationonlinedate citationdate prismpublicationdate \
    prismdateissued datefirstpublished displaydate videoreleasedate thoigianxuatban \
    iospublishdate atpublishdate pagepublishdate contentpublishdate dchdatetime mediapublishdate";
const META_CREATED: &str = "dccreated dcdatecreated dctermscreated dctermsdatecreated datecreated \
    articlecreated created creationdate createddate createdate createdat dcdatesubmitted";
const META_MODIFIED: &str = "articlemodifiedtime ogupdatedtime ogmodifiedtime ogarticlemodifiedtime \
    dctermsmodified dcdatemodified dcmodified lastmodified lastmod datemodified modified \
    modifieddate modifiedtime updatedtime updatedat dateupdated revised revisiondate \
    articleupdated articlemodified cxenseparserecsmodifiedtime dateupdate lastupdated lastupdate \
    updated moddate dctermsdatemodified";
const META_UNSAID: &str = "date dcdate dctermsdate timestamp articledate pagedate searchdate \
    sortdate docdate newsdate gentimestamp time pubtime";

/// Properties of microdata and RDFa, and the classes of hAtom and h-entry.
pub(super) fn property(name: &str) -> Option<Role> {
    let name = name.rsplit([':', '/']).next().unwrap_or_default();
    Some(match name {
        "datePublished" | "datepublished" | "pubdate" | "dateIssued" => Role::Published,
        "dateCreated" | "uploadDate" => Role::Created,
        "dateModified" | "datemodified" => Role::Modified,
        _ => return None,
    })
}

/// What the classes and the identifier of an element let expect of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hint {
    /// It seems to hold a date.
    pub(super) is_date: bool,
    /// It seems to hold what is said of an article: who, where, when.
    pub(super) is_about: bool,
    pub(super) says_published: bool,
    pub(super) says_modified: bool,
    /// It seems to hold other pages' things: comments, related articles, a menu.
    pub(super) is_aside: bool,
}

impl Hint {
    /// What two names let expect together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            is_date: self.is_date || other.is_date,
            is_about: self.is_about || other.is_about,
            says_published: self.says_published || other.says_published,
            says_modified: self.says_modified || other.says_modified,
            is_aside: self.is_aside || other.is_aside,
        }
    }
}

/// The longest list of classes that is looked at.
const CLASSES_BYTES_MAX: usize = 300;

pub(super) fn hint(classes: &str) -> Hint {
    let mut res = Hint::default();
    let end =
        (0..=classes.len().min(CLASSES_BYTES_MAX)).rev().find(|&it| classes.is_char_boundary(it));
    for class in classes[..end.unwrap_or(0)].split_ascii_whitespace() {
        let class = class.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|it| class.contains(it));
        res.says_modified |= has(&["modif", "updat", "aktualis", "lastmod", "cap-nhat", "capnhat"]);
        res.says_published |=
            has(&["publish", "pubdate", "pub-date", "pub_date", "posted", "dt-published"])
                || matches!(&*class, "created" | "pub" | "issued");
        res.is_date |=
            (has(&[
                "date",
                "datum",
                "fecha",
                "data-pub",
                "ngay",
                "thoi-gian",
                "thoigian",
                "timestamp",
            ]) && !has(&["candidate", "validate", "mandate", "update", "datenschutz", "dates-"]))
                || (has(&["time", "zeit"])
                    && !has(&[
                        "timeline", "times", "sometime", "zeitung", "zeitschr", "runtime",
                        "lifetime", "overtime", "mega", "readtime", "reading",
                    ]))
                || res.says_published;
        res.is_about |= has(&[
            "meta",
            "byline",
            "dateline",
            "detail-info",
            "post-info",
            "entry-info",
            "article-info",
            "articleinfo",
            "credit",
            "author",
            "info-bar",
        ]);
        res.is_aside |= ASIDE_STARTS.iter().any(|it| class.starts_with(it))
            || has(&[
                "comment",
                "related",
                "recommend",
                "teaser",
                "most-read",
                "mostread",
                "kommentar",
                "read-more",
                "readmore",
                "lien-quan",
                "lienquan",
                "tin-khac",
                "doc-them",
            ]);
    }
    res
}

const ASIDE_STARTS: [&str; 30] = [
    "sidebar",
    "footer",
    "widget",
    "popular",
    "latest",
    "calendar",
    "event",
    "promo",
    "archive",
    "trending",
    "ticker",
    "newsletter",
    "cookie",
    "breadcrumb",
    "nav",
    "menu",
    "more-",
    "similar",
    "reply",
    "replies",
    "disqus",
    "banner",
    "advert",
    "carousel",
    "slider",
    "aside",
    "box-",
    "xem-",
    "most",
    "feed",
];

/// Words before a date that say what it is.
pub(super) fn before(text: &str) -> Option<Role> {
    const PUBLISHED: [&str; 24] = [
        "publish",
        "posted",
        "veröffentlich",
        "erstellt",
        "publié",
        "publicado",
        "pubblicat",
        "gepubliceerd",
        "geplaatst",
        "đăng",
        "xuất bản",
        "dang luc",
        "erschienen",
        "opublikowan",
        "publicerad",
        "julkaistu",
        "опубликован",
        "published",
        "first published",
        "yayın",
        "created",
        "submitted",
        "objavljeno",
        "datum:",
    ];
    const MODIFIED: [&str; 20] = [
        "updat",
        "modif",
        "aktualisiert",
        "geändert",
        "mis à jour",
        "mise à jour",
        "actualizado",
        "aggiornat",
        "bijgewerkt",
        "cập nhật",
        "sửa",
        "cap nhat",
        "stand:",
        "edited",
        "last changed",
        "revised",
        "uppdaterad",
        "päivitetty",
        "обновлено",
        "güncelle",
    ];
    let text = text.to_lowercase();
    let last = |words: &[&str]| words.iter().filter_map(|it| text.rfind(it)).max();
    match (last(&PUBLISHED), last(&MODIFIED)) {
        (None, None) => None,
        (published, modified) if published >= modified => Some(Role::Published),
        _ => Some(Role::Modified),
    }
}
