//! CSV after RFC 4180, for spreadsheets: no cell is a formula, and a null differs from an empty text.
//!
//! It is written here and not by a library, because those quote by the column or by need, and only
//! quotes tell an empty text (`""`) from a null (nothing).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;

use event::Entry;

use crate::Error;
use crate::about::About;
use crate::altered::{Alteration, Altered, What};
use crate::aside::AsideFile;
use crate::export::Output;
use crate::row::{cells, column_names};
use crate::spreadsheet::{defused, is_too_long};

/// What Excel knows UTF-8 by.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Appends a row of cells as a line of CSV. A null is nothing and an empty text a quoted one; a cell that
/// a spreadsheet would run gets an apostrophe. Calls `altered` with the index of each cell that did.
pub fn append_line<'a>(
    cells: impl Iterator<Item = Option<Cow<'a, str>>>,
    line: &mut String,
    mut altered: impl FnMut(usize),
) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            line.push(',');
        }
        let Some(cell) = cell else { continue };
        let shown = defused(&cell);
        if matches!(shown, Cow::Owned(_)) {
            altered(at);
        }
        append_cell(&shown, line);
    }
    line.push_str("\r\n");
}

fn append_cell(cell: &str, line: &mut String) {
    if !cell.is_empty() && !cell.contains(['"', ',', '\r', '\n']) {
        line.push_str(cell);
        return;
    }
    line.push('"');
    for (at, part) in cell.split('"').enumerate() {
        if at > 0 {
            line.push_str("\"\"");
        }
        line.push_str(part);
    }
    line.push('"');
}

/// Export as CSV.
pub(crate) struct Csv {
    file: AsideFile,
    columns: Vec<String>,
    further: BTreeSet<String>,
    /// Lines so far, the header included.
    lines: u64,
}

impl Csv {
    pub fn begin(
        mut file: AsideFile,
        further: BTreeSet<String>,
        byte_order_mark: bool,
        altered: &mut Altered,
    ) -> Result<Self, Error> {
        let columns = column_names(&further);
        let mut text = if byte_order_mark { BYTE_ORDER_MARK.to_owned() } else { String::new() };
        let mut found = Vec::new();
        let names = columns.iter().map(|name| Some(Cow::Borrowed(name.as_str())));
        append_line(names, &mut text, |at| found.push(at));
        for at in found {
            altered.add(Alteration { row: 1, column: &columns[at], what: What::Apostrophe })?;
        }
        file.write_all(text.as_bytes()).map_err(|error| file.failed(error))?;
        Ok(Self { file, columns, further, lines: 1 })
    }
}

impl Output for Csv {
    fn write(&mut self, entries: &[Arc<Entry>], altered: &mut Altered) -> Result<(), Error> {
        let (mut text, mut found) = (String::new(), Vec::new());
        for entry in entries {
            self.lines += 1;
            let row = self.lines;
            append_line(cells(entry, &self.further), &mut text, |at| {
                found.push((row, at, What::Apostrophe));
            });
            let cells = cells(entry, &self.further).enumerate();
            let too_long = cells.filter(|(_, cell)| cell.as_deref().is_some_and(is_too_long));
            found.extend(too_long.map(|(at, _)| (row, at, What::TooLong)));
        }
        for (row, at, what) in found {
            altered.add(Alteration { row, column: &self.columns[at], what })?;
        }
        self.file.write_all(text.as_bytes()).map_err(|error| self.file.failed(error))
    }

    fn finish(self: Box<Self>, _: &About) -> Result<(), Error> {
        self.file.finish()
    }
}
