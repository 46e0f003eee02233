//! The queries behind the statistics page. They are for readers: the program counts for itself while
//! it exports (`core::statistics`), and a test compares the two.

/// The queries as they lie beside the tables.
pub(super) const STATISTICS: &str = include_str!("../../data/statistics.sql");

/// What stands before the name of a query.
const NAME: &str = "-- name: ";

/// One query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Query {
    /// The figure that it gives.
    pub name: &'static str,
    /// Its text, without the semicolon.
    pub text: &'static str,
}

/// Every query, in the order of the file.
pub fn queries() -> impl Iterator<Item = Query> {
    let query = |it: &'static str| {
        let (name, text) = it.split_once('\n').unwrap_or((it, ""));
        Query { name: name.trim(), text: text.trim().trim_end_matches(';') }
    };
    STATISTICS.split(NAME).skip(1).map(query)
}

#[cfg(test)]
mod tests {
    use kiemtin_core::statistics::Figure;

    use super::*;

    #[test]
    fn every_figure_has_its_query() {
        let names: Vec<_> = queries().map(|it| it.name).collect();
        assert_eq!(names, Figure::ALL.map(Figure::code));
        assert!(queries().all(|it| it.text.contains("key,") && it.text.contains(" as value")));
        assert!(queries().all(|it| it.text.contains(" as out_of") && !it.text.contains(';')));
    }
}
