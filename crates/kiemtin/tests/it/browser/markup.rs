//! The start tags of a page: enough to see where it links to and what it loads.

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }
}

/// All of them, in order. What stands in a script is no tag.
pub(super) fn tags(page: &str) -> Vec<Tag> {
    let (mut res, mut rest) = (Vec::new(), page);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|it: char| it.is_ascii_alphabetic()) {
            continue;
        }
        let (tag, after) = tag(rest);
        rest = after;
        if tag.name == "script" {
            rest = rest.split_once("</script>").map_or("", |it| it.1);
        }
        res.push(tag);
    }
    res
}

fn tag(text: &str) -> (Tag, &str) {
    let is_end = |it: char| it.is_whitespace() || it == '>';
    let (name, mut rest) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (Tag { name: name.to_lowercase(), attributes }, after);
        }
        let end = rest.find(|it: char| is_end(it) || it == '=').unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"").and_then(|it| it.split_once('"')) {
            Some(it) => it,
            None => ("", after.get(1..).filter(|_| end == 0).unwrap_or(after)),
        };
        rest = after;
        if rest.is_empty() {
            return (Tag { name: name.to_lowercase(), attributes }, "");
        }
        if !attribute.is_empty() {
            attributes.push((attribute.to_lowercase(), plain(value)));
        }
    }
}

/// Without the references that templates write.
fn plain(value: &str) -> String {
    let refs = [("&#38;", "&"), ("&amp;", "&"), ("&#34;", "\""), ("&quot;", "\""), ("&#39;", "'")];
    refs.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn tags_are_read_with_their_attributes_and_without_what_scripts_hold() {
    let page = "<p class=\"a b\" hidden>1 < 2<a href=\"/x?a=1&#38;b=2\">x</a>\
        <script type=\"application/ld+json\">{\"<b>\":1}</script><br>";
    let found = tags(page);
    let names: Vec<_> = found.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["p", "a", "script", "br"]);
    assert_eq!(found[0].get("class"), Some("a b"));
    assert_eq!(found[0].get("hidden"), Some(""));
    assert_eq!(found[1].get("href"), Some("/x?a=1&b=2"));
}
