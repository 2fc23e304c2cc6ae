//! What a spreadsheet does not take as it is: cells that it would run, and cells that are too long for it.

use std::borrow::Cow;

/// Most characters, as UTF-16 counts them, that a cell of a spreadsheet holds.
pub const LONGEST_CELL: usize = 32_767;

/// Whether a spreadsheet would take a cell for a formula: it begins with a sign of one, in full width
/// too, or with one behind blanks, tabs and line ends, which some spreadsheets drop.
pub(crate) fn is_formula(cell: &str) -> bool {
    const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let blank = |one: char| one.is_whitespace() || one.is_control() || one == '\u{feff}';
    cell.starts_with(['\t', '\r', '\n']) || cell.trim_start_matches(blank).starts_with(SIGNS)
}

/// The cell with an apostrophe before it, if a spreadsheet would run it.
pub(crate) fn defused(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { format!("'{cell}").into() } else { cell.into() }
}

/// Whether a cell has more characters than a spreadsheet holds.
pub fn is_too_long(cell: &str) -> bool {
    cell.len() > LONGEST_CELL && cell.encode_utf16().count() > LONGEST_CELL
}

/// As much of a cell as a spreadsheet holds.
pub(crate) fn cut(cell: &str) -> &str {
    if !is_too_long(cell) {
        return cell;
    }
    let mut units = 0;
    let fits = |one: &(usize, char)| {
        units += one.1.len_utf16();
        units > LONGEST_CELL
    };
    let end = cell.char_indices().find(fits).map_or(cell.len(), |(at, _)| at);
    &cell[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f17_what_a_spreadsheet_would_run_gets_an_apostrophe() {
        let table = [
            ("", false),
            ("plain", false),
            (" plain", false),
            ("'=1", false),
            ("1=1", false),
            ("a-b", false),
            ("=1+1", true),
            ("+44 20", true),
            ("-5", true),
            ("@x", true),
            ("\tx", true),
            ("\rx", true),
            ("\nx", true),
            (" =1", true),
            ("\n =1", true),
            ("\u{a0}+1", true),
            ("\u{feff}-1", true),
            ("\u{3000}＝1", true),
            ("＝1", true),
            ("＋1", true),
            ("－1", true),
            ("＠x", true),
        ];
        for (cell, runs) in table {
            let expected = if runs { format!("'{cell}") } else { cell.to_owned() };
            assert_eq!(defused(cell), expected, "{cell:?}");
            assert!(!is_formula(&expected), "{cell:?}");
        }
    }

    #[test]
    fn f17_a_cell_is_cut_where_a_spreadsheet_would_and_never_within_a_character() {
        let table = [
            ("x".repeat(LONGEST_CELL), LONGEST_CELL),
            ("x".repeat(LONGEST_CELL + 1), LONGEST_CELL),
            ("ë".repeat(20_000), 20_000),
            ("😀".repeat(16_384), 16_383),
        ];
        for (cell, characters) in table {
            assert_eq!(cut(&cell).chars().count(), characters);
            assert_eq!(is_too_long(&cell), cut(&cell).len() < cell.len());
        }
    }
}
