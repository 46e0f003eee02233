//! Dates in the scripts of a page: JSON-LD, read leniently, and fields of other scripts.
//!
//! One pass over the bytes without a tree, because half of the broken JSON-LD of the web still says
//! clearly when its article appeared.

/// Which of its times a thing tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Published,
    Created,
    Uploaded,
    Modified,
}

/// What kind of thing tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    Article,
    Page,
    /// No kind is said.
    Unsaid,
    /// A comment, a picture, an event: not what the page is about.
    Other,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Stated<'a> {
    pub(super) field: Field,
    pub(super) thing: Thing,
    pub(super) value: &'a str,
    /// How deep the thing lies.
    pub(super) depth: usize,
}

/// How deep things are looked at; a list of lists of articles is no article.
const DEPTH_MAX: usize = 16;
/// Fields taken from one script.
const STATED_MAX: usize = 200;

struct Frame {
    thing: Thing,
    first_stated: usize,
}

/// The dates in a block of JSON-LD.
pub(super) fn json_ld(json: &str) -> Vec<Stated<'_>> {
    let bytes = json.as_bytes();
    let (mut res, mut owners): (Vec<Stated<'_>>, Vec<usize>) = (Vec::new(), Vec::new());
    let (mut stack, mut too_deep): (Vec<Frame>, usize) = (Vec::new(), 0);
    let (mut at, mut key) = (0, "");
    while at < bytes.len() && res.len() < STATED_MAX {
        match bytes[at] {
            b'{' if stack.len() >= DEPTH_MAX => too_deep += 1,
            b'{' => stack.push(Frame { thing: Thing::Unsaid, first_stated: res.len() }),
            b'}' if too_deep > 0 => too_deep -= 1,
            b'}' => {
                if let Some(frame) = stack.pop() {
                    close(&frame, stack.len(), &mut res, &owners);
                }
            }
            b'"' => {
                let end = string_end(bytes, at + 1);
                let text = json.get(at + 1..end).unwrap_or_default();
                at = end;
                if colon_follows(bytes, end + 1) {
                    key = text;
                } else if let Some(frame) = stack.last_mut().filter(|_| too_deep == 0) {
                    if key == "@type" && frame.thing == Thing::Unsaid {
                        frame.thing = thing(text);
                    } else if let Some(field) = field(key) {
                        owners.push(stack.len());
                        let thing = Thing::Unsaid;
                        res.push(Stated { field, thing, value: text, depth: stack.len() });
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    // What was cut off is closed here.
    while let Some(frame) = stack.pop() {
        close(&frame, stack.len(), &mut res, &owners);
    }
    res
}

/// Tells the fields of a thing what kind it is.
fn close(frame: &Frame, depth: usize, all: &mut [Stated<'_>], owners: &[usize]) {
    for idx in frame.first_stated..all.len() {
        if owners[idx] == depth + 1 {
            all[idx].thing = frame.thing;
        }
    }
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&it) = bytes.get(at) {
        match it {
            b'\\' => at += 2,
            b'"' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn colon_follows(bytes: &[u8], from: usize) -> bool {
    let next = bytes.get(from..).unwrap_or_default().iter().find(|it| !it.is_ascii_whitespace());
    next == Some(&b':')
}

fn thing(name: &str) -> Thing {
    const ARTICLES: [&str; 7] =
        ["Article", "Posting", "Report", "ClaimReview", "Recipe", "Book", "ScholarlyWork"];
    let name = name.rsplit(['/', ':']).next().unwrap_or_default();
    match name {
        _ if ARTICLES.iter().any(|it| name.ends_with(it)) || name.contains("Article") => {
            Thing::Article
        }
        "WebPage" | "ItemPage" | "CreativeWork" | "QAPage" | "Question" | "MediaReview" => {
            Thing::Page
        }
        _ => Thing::Other,
    }
}

fn field(key: &str) -> Option<Field> {
    Some(match key.rsplit(['/', ':']).next().unwrap_or_default() {
        "datePublished" | "datepublished" => Field::Published,
        "dateCreated" => Field::Created,
        "uploadDate" => Field::Uploaded,
        "dateModified" => Field::Modified,
        _ => return None,
    })
}

/// Names of fields, without signs and in lower case, under which scripts keep the time of
/// publication.
const SCRIPT_FIELDS: [&str; 15] = [
    "datepublished",
    "publishedat",
    "publishdate",
    "publicationdate",
    "publisheddate",
    "pubdate",
    "firstpublished",
    "firstpublishedat",
    "publishtime",
    "publishedtime",
    "publishedon",
    "articlepublishedtime",
    "publisheddatetime",
    "publishdatetime",
    "originalpublishdate",
];

/// The values of such fields in any script: `publishedAt: "…"`, `"pub_date":1604364000`.
pub(super) fn script_fields(script: &str) -> Vec<&str> {
    const VALUES_MAX: usize = 20;
    let (mut res, mut behind) = (Vec::new(), 0);
    for (at, _) in script.match_indices("ub") {
        // One look at each name, however often these letters stand in it.
        if at < behind {
            continue;
        }
        let (value, end) = value_behind(script, at);
        behind = end;
        res.extend(value);
        if res.len() == VALUES_MAX {
            break;
        }
    }
    res
}

/// The value of the field in whose name this place is, if it is one of [`SCRIPT_FIELDS`], and where
/// the name ends.
fn value_behind(script: &str, at: usize) -> (Option<&str>, usize) {
    // A name is short: bytes further away are not looked at.
    const NAME_BYTES_MAX: usize = 40;
    let bytes = script.as_bytes();
    let is_name = |it: &&u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.');
    let n_before = bytes[..at].iter().rev().take(NAME_BYTES_MAX).take_while(is_name).count();
    let n_behind = bytes[at..].iter().take(NAME_BYTES_MAX).take_while(is_name).count();
    let end = at + n_behind;
    let name = script.get(at - n_before..end).and_then(|it| it.rsplit('.').next());
    let value = name.filter(|it| is_script_field(it)).and_then(|_| value_after(&script[end..]));
    (value, end)
}

fn is_script_field(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    SCRIPT_FIELDS.contains(&&*plain.to_ascii_lowercase())
}

/// What stands behind the name of a field: quoted or not, also inside a quoted text.
fn value_after(rest: &str) -> Option<&str> {
    const VALUE_BYTES_MAX: usize = 40;
    let rest = rest.trim_start_matches(['\\', '"', '\'', ']']).trim_start();
    let rest = rest.strip_prefix([':', '='])?.trim_start();
    let value = rest.trim_start_matches(['\\', '"', '\'']);
    let is_value = |it: &u8| it.is_ascii_alphanumeric() || b"-:+./, ".contains(it);
    let end = value.bytes().take(VALUE_BYTES_MAX).take_while(is_value).count();
    Some(value[..end].trim_end_matches([',', ' ']))
}
