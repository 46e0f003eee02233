//! Tables on a terminal. Widths are counted in characters: Vietnamese letters are one wide.

/// A table with a heading and columns at most so wide; longer cells are cut with an ellipsis.
pub(super) fn table(heading: &[&str], widths: &[usize], rows: &[Vec<String>]) -> String {
    let heading: Vec<String> = heading.iter().map(|it| (*it).to_owned()).collect();
    let all = || std::iter::once(&heading).chain(rows);
    let width = |column: usize| {
        let longest = all().map(|row| row[column].chars().count()).max().unwrap_or(0);
        longest.min(widths[column])
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let mut res = String::new();
    for (idx, row) in all().enumerate() {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| fit(cell, *width)).collect();
        res += cells.join("  ").trim_end();
        res.push('\n');
        if idx == 0 {
            let rule: Vec<String> = widths.iter().map(|it| "─".repeat(*it)).collect();
            res += &rule.join("  ");
            res.push('\n');
        }
    }
    res
}

fn fit(cell: &str, width: usize) -> String {
    // A space that does not break is for pages: whoever searches a terminal types another.
    let plain = |it: char| if it.is_control() || it == '\u{a0}' { ' ' } else { it };
    let cell: String = cell.chars().map(plain).collect();
    let n = cell.chars().count();
    if n <= width {
        return cell + &" ".repeat(width - n);
    }
    let cut: String = cell.chars().take(width.saturating_sub(1)).collect();
    cut + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_letters() {
        let rows = vec![
            vec!["Tỏi".to_owned(), "có".to_owned()],
            vec!["a\nb\u{a0}c".into(), "dài quá".into()],
        ];
        let expected = "x      y\n─────  ────\nTỏi    có\na b c  dài…\n";
        assert_eq!(table(&["x", "y"], &[9, 4], &rows), expected);
    }
}
