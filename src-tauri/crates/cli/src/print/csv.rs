//! CSV after RFC 4180, for spreadsheets: no cell is a formula, and a null differs from an empty
//! text, as in exports.

use std::borrow::Cow;

use evidence::{LONGEST_CELL, append_line, is_too_long};

/// Rows of values under named columns.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Names of the columns.
    columns: Vec<Cow<'static, str>>,
    /// Rows, each with one cell a column; `None` is a null.
    rows: Vec<Vec<Option<String>>>,
}

/// Counts of cells that a spreadsheet does not take as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unfit {
    /// Cells that got a leading apostrophe.
    pub escaped: usize,
    /// Cells of which a spreadsheet would cut the end off.
    pub too_long: usize,
}

impl Sheet {
    /// A sheet of rows, each with one cell a column.
    pub fn new(
        columns: impl IntoIterator<Item: Into<Cow<'static, str>>>,
        rows: Vec<Vec<Option<String>>>,
    ) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), rows }
    }

    /// The sheet as CSV, and the cells that a spreadsheet does not take as they are.
    pub fn to_csv(&self) -> (String, Unfit) {
        let mut unfit = Unfit::default();
        let mut text = String::new();
        let columns = self.columns.iter().map(|name| Some(Cow::Borrowed(&**name)));
        append_line(columns, &mut text, |_| ());
        for row in &self.rows {
            let cells = row.iter().map(|cell| cell.as_deref().map(Cow::Borrowed));
            append_line(cells, &mut text, |_| unfit.escaped += 1);
            let too_long = row.iter().flatten().filter(|cell| is_too_long(cell));
            unfit.too_long += too_long.count();
        }
        (text, unfit)
    }
}

/// Messages about cells that a spreadsheet does not take as they are.
pub fn warnings(unfit: Unfit) -> Vec<String> {
    let cells = |number, what: &str| match number {
        1 => format!("1 cell {what}"),
        _ => format!("{number} cells {what}"),
    };
    let escaped = (unfit.escaped > 0).then(|| {
        let was = if unfit.escaped == 1 { "was" } else { "were" };
        let cells = cells(unfit.escaped, "that a spreadsheet would run");
        format!("{cells} {was} given a leading apostrophe; --format json is exact.")
    });
    let too_long = (unfit.too_long > 0).then(|| {
        let is = if unfit.too_long == 1 { "is" } else { "are" };
        let cells = cells(unfit.too_long, is);
        format!("{cells} longer than {LONGEST_CELL} characters: Excel cuts the end off.")
    });
    escaped.into_iter().chain(too_long).collect()
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
        let (text, unfit) = Sheet::new(["value"], rows).to_csv();
        let expected: String = table.iter().flat_map(|(_, csv)| [csv, "\r\n"]).collect();
        assert_eq!(text, format!("value\r\n{expected}"));
        assert_eq!(unfit, Unfit { escaped: 15, too_long: 0 });
    }

    #[test]
    fn f17_cells_too_long_for_a_sheet_are_counted_as_it_counts() {
        let cells = ["x".repeat(LONGEST_CELL), "x".repeat(LONGEST_CELL + 1), "ë".repeat(20_000)];
        let rows = cells.map(|cell| vec![Some(cell)]).to_vec();
        let (_, unfit) = Sheet::new(["value"], rows).to_csv();
        assert_eq!(unfit, Unfit { escaped: 0, too_long: 1 });
        let said = "1 cell is longer than 32767 characters: Excel cuts the end off.";
        assert_eq!(warnings(unfit), [said]);
    }

    #[test]
    fn f11_names_of_columns_are_escaped_like_cells() {
        let (text, _) = Sheet::new(["a,b", "=c"], Vec::new()).to_csv();
        assert_eq!(text, "\"a,b\",'=c\r\n");
    }
}
