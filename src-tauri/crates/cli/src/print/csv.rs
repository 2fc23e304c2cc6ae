//! CSV after RFC 4180, for spreadsheets: no cell is a formula, and a null differs from an empty
//! text.
//!
//! It is written here and not by a library, because those quote by the column or by need, and only
//! quotes tell an empty text (`""`) from a null (nothing).

/// Rows of values under named columns.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Names of the columns, written as they are.
    pub columns: Vec<&'static str>,
    /// Rows, each with one cell a column; `None` is a null.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Sheet {
    /// The sheet as CSV, and how many cells got a leading apostrophe.
    pub fn to_csv(&self) -> (String, usize) {
        let mut escaped = 0;
        let mut text = self.columns.join(",");
        text.push_str("\r\n");
        for row in &self.rows {
            let cells = row.iter().map(|cell| {
                let cell = cell.as_deref();
                escaped += usize::from(cell.is_some_and(is_formula));
                cell.map(encode_cell).unwrap_or_default()
            });
            text.push_str(&cells.collect::<Vec<_>>().join(","));
            text.push_str("\r\n");
        }
        (text, escaped)
    }
}

/// Message about cells that got a leading apostrophe; `None` if there are none.
pub fn warning(escaped: usize) -> Option<String> {
    let cells = match escaped {
        0 => return None,
        1 => "1 cell that a spreadsheet would run was".to_owned(),
        several => format!("{several} cells that a spreadsheet would run were"),
    };
    Some(format!("{cells} given a leading apostrophe; --format json is exact."))
}

/// Whether a spreadsheet would take the cell for a formula: it begins with a sign of one, in full
/// width too, or with one behind blanks, tabs and line ends, which some spreadsheets drop.
fn is_formula(cell: &str) -> bool {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let blank = |one: char| one.is_whitespace() || one.is_control() || one == '\u{feff}';
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start_matches(blank).starts_with(SIGNS)
}

/// A cell as CSV. An empty one is in quotes.
fn encode_cell(cell: &str) -> String {
    let apostrophe = if is_formula(cell) { "'" } else { "" };
    if cell.is_empty() || cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{apostrophe}{}\"", cell.replace('"', "\"\""))
    } else {
        format!("{apostrophe}{cell}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn u2_cells_that_a_spreadsheet_would_run_are_escaped_and_counted() {
        let table = [
            (None, ""),
            (Some(""), "\"\""),
            (Some("plain"), "plain"),
            (Some("a,b"), "\"a,b\""),
            (Some("a\"b\nc"), "\"a\"\"b\nc\""),
            (Some("=1+1"), "'=1+1"),
            (Some("+44 20"), "'+44 20"),
            (Some("-5"), "'-5"),
            (Some("@x"), "'@x"),
            (Some("\tx"), "'\tx"),
            (Some("\rx"), "\"'\rx\""),
            (Some("=A1,\"B\""), "\"'=A1,\"\"B\"\"\""),
            (Some("'=1"), "'=1"),
            (Some("1=1"), "1=1"),
            (Some("\n=1"), "\"'\n=1\""),
            (Some(" =1"), "' =1"),
            (Some("\u{a0}+1"), "'\u{a0}+1"),
            (Some("\u{feff}-1"), "'\u{feff}-1"),
            (Some("＝1"), "'＝1"),
            (Some("＋1"), "'＋1"),
            (Some("－1"), "'－1"),
            (Some("＠x"), "'＠x"),
            (Some(" plain"), " plain"),
        ];
        let cell = |cell: Option<&str>| vec![cell.map(str::to_owned)];
        let rows = table.iter().map(|(value, _)| cell(*value)).collect();
        let (text, escaped) = Sheet { columns: vec!["value"], rows }.to_csv();
        let expected: String = table.iter().flat_map(|(_, csv)| [csv, "\r\n"]).collect();
        assert_eq!(text, format!("value\r\n{expected}"));
        assert_eq!(escaped, 15);
    }
}
