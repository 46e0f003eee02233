//! Tables: which delimiter, which column is which, and one record at a time.
//!
//! A record may run over several lines inside quotation marks, but not over more than
//! [`crate::limits::RECORD_LINES_MAX`].

use crate::clean;

/// How many records are looked at to tell a table.
const SAMPLE_RECORDS: usize = 20;

/// The meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Text,
    Title,
    Body,
    Lang,
    Url,
    Published,
    Source,
}

/// What is known of a table from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) delimiter: char,
    /// By position; other columns are never looked at.
    pub(crate) columns: Vec<Option<Column>>,
    pub(crate) has_header: bool,
}

impl Layout {
    /// The value of a column in a record, if there is one.
    pub(crate) fn value<'a>(&self, record: &'a [String], column: Column) -> Option<&'a str> {
        let idx = self.position(column)?;
        record.get(idx).map(|it| it.trim()).filter(|it| !it.is_empty())
    }

    pub(crate) fn position(&self, column: Column) -> Option<usize> {
        self.columns.iter().position(|&it| it == Some(column))
    }
}

/// Whether a text is a table: it has a header we know, or its records have the same shape.
pub(crate) fn is_table(head: &str) -> bool {
    layout(head).is_some()
}

/// The layout of a table; `None` if the text is none.
pub(crate) fn layout(head: &str) -> Option<Layout> {
    [',', ';', '\t']
        .into_iter()
        .find_map(|it| with_header(head, it))
        .or_else(|| ['\t', ';', ','].into_iter().find_map(|it| without_header(head, it)))
}

fn with_header(head: &str, delimiter: char) -> Option<Layout> {
    let names = sample(head, delimiter).into_iter().next()?;
    let columns: Vec<_> = names.iter().map(|it| column(it)).collect();
    let layout = Layout { delimiter, columns, has_header: true };
    layout.position(Column::Text).map(|_| layout)
}

/// Header names, English and Vietnamese.
fn column(name: &str) -> Option<Column> {
    let name = clean::line(name)?.to_lowercase();
    Some(match name.as_str() {
        "id" | "mã" => Column::Id,
        "text" | "message" | "nội dung" | "noi dung" | "tin nhắn" | "claim" => Column::Text,
        "title" | "tiêu đề" | "tieu de" => Column::Title,
        "body" | "bài" => Column::Body,
        "lang" | "language" | "ngôn ngữ" | "ngon ngu" => Column::Lang,
        "url" | "link" | "address" | "địa chỉ" | "dia chi" => Column::Url,
        "published" | "date" | "ngày" | "ngay" => Column::Published,
        "source" | "nguồn" | "nguon" => Column::Source,
        _ => return None,
    })
}

/// Without a header the records must agree, and the longest column is the text. Sentences have
/// commas too, so a table with commas needs three columns or quotation marks.
fn without_header(head: &str, delimiter: char) -> Option<Layout> {
    let records = sample(head, delimiter);
    let n_columns = records.first()?.len();
    let n_needed = if delimiter == ',' && !head.starts_with('"') { 3 } else { 2 };
    if n_columns < n_needed || records.len() < 2 || records.iter().any(|it| it.len() != n_columns) {
        return None;
    }
    let length = |idx: usize| records.iter().map(|it| it[idx].chars().count()).sum::<usize>();
    let longest = (0..n_columns).max_by_key(|&idx| length(idx))?;
    let mut columns = vec![None; n_columns];
    columns[longest] = Some(Column::Text);
    Some(Layout { delimiter, columns, has_header: false })
}

fn is_open(text: &str, delimiter: char) -> bool {
    let mut quotes = Quotes::default();
    quotes.take(text, delimiter);
    quotes.is_open()
}

fn sample(head: &str, delimiter: char) -> Vec<Vec<String>> {
    let head = head.trim_start_matches('\u{FEFF}');
    let (mut records, mut pending) = (Vec::new(), String::new());
    let mut lines = head.split('\n').peekable();
    while let Some(line) = lines.next() {
        // The last line of the head may be cut.
        if lines.peek().is_none()
            && !records.is_empty()
            && head.len() >= crate::limits::HEAD_BYTES / 2
        {
            break;
        }
        pending.push_str(line.trim_end_matches('\r'));
        if is_open(&pending, delimiter) && pending.len() < 16 * 1024 {
            pending.push('\n');
            continue;
        }
        if !pending.trim().is_empty() {
            records.push(split(&pending, delimiter));
        }
        pending.clear();
        if records.len() == SAMPLE_RECORDS {
            break;
        }
    }
    records
}

/// Follows the quotation marks of a record over its lines.
#[derive(Default)]
pub(crate) struct Quotes(Field);

impl Quotes {
    pub(crate) fn take(&mut self, text: &str, delimiter: char) {
        self.0 = text.chars().fold(self.0, |field, it| field.next(it, delimiter));
    }

    /// Whether a quotation mark is open.
    pub(crate) fn is_open(&self) -> bool {
        self.0 == Field::Quoted
    }
}

/// The fields of one record.
pub(crate) fn split(record: &str, delimiter: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut state = Field::Start;
    for it in record.chars() {
        let next = state.next(it, delimiter);
        let current = fields.last_mut().expect("there is always a field");
        match (state, next) {
            (_, Field::Start) => fields.push(String::new()),
            (Field::Start, Field::Quoted) | (Field::Quoted, Field::QuoteInQuoted) => {}
            _ => current.push(it),
        }
        state = next;
    }
    fields
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Field {
    #[default]
    Start,
    Plain,
    Quoted,
    /// After a quotation mark that ends the field or is the first of two.
    QuoteInQuoted,
}

impl Field {
    fn next(self, it: char, delimiter: char) -> Self {
        match (self, it) {
            (Self::Quoted, '"') => Self::QuoteInQuoted,
            (Self::Quoted, _) => Self::Quoted,
            (Self::QuoteInQuoted, '"') | (Self::Start, '"') => Self::Quoted,
            (_, it) if it == delimiter => Self::Start,
            _ => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_as_spreadsheets_write_them() {
        assert_eq!(split("a,b", ','), ["a", "b"]);
        assert_eq!(split("\"a,\"\"b\"\"\",c,", ','), ["a,\"b\"", "c", ""]);
        assert_eq!(split("5\" ống;x", ';'), ["5\" ống", "x"]);
        assert!(is_open("a,\"b", ',') && !is_open("a,5\" b", ','));
    }

    #[test]
    fn columns_are_found_in_both_languages() {
        for head in ["id,text,lang\n1,a,vi", "Mã;Nội dung;Ngôn ngữ\n1;a;vi", "id\tTEXT\tlang\n"]
        {
            let layout = layout(head).expect("a table");
            assert_eq!(layout.position(Column::Text), Some(1), "{head}");
            assert_eq!(layout.position(Column::Lang), Some(2), "{head}");
        }
    }

    #[test]
    fn without_header_the_longest_column_is_the_text() {
        let found =
            layout("1\tmột câu dài về nước máy\tvi\n2\tmột câu khác\tvi\n").expect("a table");
        assert_eq!((found.position(Column::Text), found.has_header), (Some(1), false));
        assert_eq!(layout("Tôi, anh và em\nMột, hai"), None);
    }
}
