//! The plain writing of policy pages: paragraphs, `## ` headings, `- ` lists and `[text](address)`
//! links. Anything else is text: there is no markup to smuggle, and templates escape what they show.

/// A block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A line that begins with `## `.
    Heading(String),
    /// Lines up to an empty one.
    Paragraph(Vec<Span>),
    /// Lines that begin with `- `.
    List(Vec<Vec<Span>>),
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// As it stands.
    Text(String),
    /// A link: what it says, and a path of this site or an `https` address.
    Link(String, String),
}

/// The blocks of a text, in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix("## ") {
            end_paragraph(&mut blocks, &mut lines);
            blocks.push(Block::Heading(heading.trim().to_owned()));
        } else if let Some(item) = line.strip_prefix("- ") {
            end_paragraph(&mut blocks, &mut lines);
            let item = spans(item.trim());
            match blocks.last_mut() {
                Some(Block::List(items)) => items.push(item),
                _ => blocks.push(Block::List(vec![item])),
            }
        } else if line.is_empty() {
            end_paragraph(&mut blocks, &mut lines);
        } else {
            lines.push(line);
        }
    }
    end_paragraph(&mut blocks, &mut lines);
    blocks
}

fn end_paragraph(blocks: &mut Vec<Block>, lines: &mut Vec<&str>) {
    if !lines.is_empty() {
        blocks.push(Block::Paragraph(spans(&lines.join(" "))));
        lines.clear();
    }
}

fn spans(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = line;
    while let Some((before, label, address, after)) = link(rest) {
        if !before.is_empty() {
            spans.push(Span::Text(before.to_owned()));
        }
        spans.push(Span::Link(label.to_owned(), address.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        spans.push(Span::Text(rest.to_owned()));
    }
    spans
}

/// The first link of a line: what stands before it, its words, its address, what stands after it.
fn link(line: &str) -> Option<(&str, &str, &str, &str)> {
    for (at, _) in line.match_indices("](") {
        let Some((before, label)) = line[..at].rsplit_once('[') else { continue };
        let Some((address, after)) = line[at + 2..].split_once(')') else { continue };
        if !label.is_empty() && is_followed(address) {
            return Some((before, label, address, after));
        }
    }
    None
}

/// A path of this site (not `//host`), or an `https` address.
fn is_followed(address: &str) -> bool {
    let is_path = address.starts_with('/') && !address.starts_with("//");
    let is_plain =
        !address.contains(|it: char| it.is_whitespace() || it.is_control() || it == '\\');
    is_plain && (is_path || address.starts_with("https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks as a reader sees them: `#` heading, `-` item, `<text|address>` link.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let line = |spans: &[Span]| {
            let span = |it: &Span| match it {
                Span::Text(text) => text.clone(),
                Span::Link(text, address) => format!("<{text}|{address}>"),
            };
            spans.iter().map(span).collect::<String>()
        };
        let shown: Vec<String> = blocks(text)
            .iter()
            .flat_map(|it| match it {
                Block::Heading(text) => vec![format!("# {text}")],
                Block::Paragraph(spans) => vec![line(spans)],
                Block::List(items) => items.iter().map(|it| format!("- {}", line(it))).collect(),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn paragraphs_headings_lists_and_links() {
        check(
            "One\nline.\n\nTwo.\n## Title\n- a\n- b\nEnd",
            &["One line.", "Two.", "# Title", "- a", "- b", "End"],
        );
        check(
            "See [the log](/vi/log) and [IFCN](https://ifcn.example/).",
            &["See <the log|/vi/log> and <IFCN|https://ifcn.example/>."],
        );
        check("", &[]);
    }

    #[test]
    fn what_is_no_markup_of_ours_stays_text() {
        for text in [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "[x](//evil.example)",
            "[x](/\\evil.example)",
            "[x](http://plain.example)",
            "[x](data:text/html,1)",
            "[](/vi)",
            "[x](/vi",
            "](a)[",
            "**bold** # no heading",
        ] {
            check(text, &[text]);
        }
        check("[a](javascript:1) [b](/vi)", &["[a](javascript:1) <b|/vi>"]);
    }
}
