//! XLSX, for spreadsheets: sheets of text cells, without a formula. A null and an empty text are both an
//! empty cell there.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use event::Entry;
use query::CancellationToken;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::Error;
use crate::about::About;
use crate::altered::{Alteration, Altered, What};
use crate::aside::AsideFile;
use crate::export::Output;
use crate::row::{cells, column_names};
use crate::spreadsheet::{cut, defused};

/// Most events that a sheet holds: its rows without the header.
pub const MOST_EVENTS_OF_A_SHEET: usize = 1_048_575;

/// Most columns of a sheet.
const MOST_COLUMNS: usize = 16_384;

/// The sheets behind the first one, in their order.
const ABOUT: &str = "About";
const ALTERED: &str = "Altered";

/// Events as XLSX.
pub(crate) struct Xlsx {
    sheets: Sheets,
    further: BTreeSet<String>,
}

impl Xlsx {
    /// Begins the sheets. `at` is the time of the export.
    pub fn begin(
        file: AsideFile,
        further: BTreeSet<String>,
        at: DateTime<Utc>,
        token: CancellationToken,
        altered: &mut Altered,
    ) -> Result<Self, Error> {
        let sheets = Sheets::begin(file, "Events", column_names(&further), at, token, altered)?;
        Ok(Self { sheets, further })
    }
}

/// Rows as XLSX, of which one at a time is in memory: a sheet of them, one that tells about them, and one
/// of the cells that were altered.
pub(crate) struct Sheets {
    file: AsideFile,
    workbook: Workbook,
    /// Name of the sheet of the rows.
    name: &'static str,
    columns: Vec<String>,
    /// Stops the making of the file out of the sheets too, which takes a while.
    token: CancellationToken,
    /// Rows so far, the header included.
    rows: u32,
    /// Rows of the sheet of altered cells, the header included; 0 as long as there is none.
    altered_rows: u32,
}

impl Sheets {
    /// Begins the sheets; the one of the rows has this name and these columns.
    pub fn begin(
        file: AsideFile,
        name: &'static str,
        columns: Vec<String>,
        at: DateTime<Utc>,
        token: CancellationToken,
        altered: &mut Altered,
    ) -> Result<Self, Error> {
        if columns.len() > MOST_COLUMNS {
            return Err(Error::TooManyColumns(columns.len()));
        }
        let mut workbook = Workbook::new();
        workbook.set_tempdir(file.folder())?;
        let created = ExcelDateTime::from_timestamp(at.timestamp())?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        workbook.add_worksheet_with_constant_memory()?.set_name(name)?.set_freeze_panes(1, 0)?;
        workbook.add_worksheet().set_name(ABOUT)?;
        let mut sheet = Self { file, workbook, name, columns, token, rows: 0, altered_rows: 0 };
        let names = sheet.columns.clone();
        sheet.write_row(names.iter().map(|name| Some(name.as_str())), altered)?;
        Ok(sheet)
    }

    /// Writes rows: calls `write`, which writes each of them.
    pub fn write_rows(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        or_full(|| write(self))
    }

    /// Writes a row of the sheet of rows, within [`Sheets::write_rows`].
    pub fn write_row<'a>(
        &mut self,
        cells: impl Iterator<Item = Option<&'a str>>,
        altered: &mut Altered,
    ) -> Result<(), Error> {
        let row = self.rows;
        self.rows += 1;
        let mut found = Vec::new();
        let sheet = self.workbook.worksheet_from_name(self.name)?;
        for (at, cell) in (0..).zip(cells) {
            let Some(cell) = cell else { continue };
            let safe = defused(cell);
            let whole = cut(&safe);
            if safe.len() > cell.len() {
                found.push((at, What::Apostrophe));
            }
            if whole.len() < safe.len() {
                found.push((at, What::Cut));
            }
            sheet.write_string(row, at, whole)?;
        }
        found.into_iter().try_for_each(|(at, what)| self.list(row, at, what, altered))
    }

    /// Whether the sheet holds no further row.
    pub fn is_full(&self) -> bool {
        self.rows as usize > MOST_EVENTS_OF_A_SHEET
    }

    /// Counts an altered cell, and lists it in its sheet as long as that has room.
    fn list(&mut self, row: u32, at: u16, what: What, altered: &mut Altered) -> Result<(), Error> {
        let row = u64::from(row) + 1;
        let column = self.columns[usize::from(at)].as_str();
        altered.add(Alteration { row, column, what })?;
        if self.altered_rows as usize > MOST_EVENTS_OF_A_SHEET {
            return Ok(());
        }
        if self.altered_rows == 0 {
            let sheet = self.workbook.add_worksheet_with_constant_memory()?.set_name(ALTERED)?;
            sheet.set_freeze_panes(1, 0)?;
            write_texts(&mut self.workbook, ALTERED, 0, ["row", "column", "what"])?;
            self.altered_rows = 1;
        }
        // A name that a spreadsheet would run is no safer here.
        let (row, column) = (row.to_string(), defused(column));
        let texts = [row.as_str(), cut(&column), what.word()];
        write_texts(&mut self.workbook, ALTERED, self.altered_rows, texts)?;
        self.altered_rows += 1;
        Ok(())
    }
}

/// Writes texts as a row of a sheet.
fn write_texts<const N: usize>(
    workbook: &mut Workbook,
    sheet: &str,
    row: u32,
    texts: [&str; N],
) -> Result<(), XlsxError> {
    let sheet = workbook.worksheet_from_name(sheet)?;
    (0..).zip(texts).try_for_each(|(at, text)| sheet.write_string(row, at, text).map(drop))
}

impl Output for Xlsx {
    fn write(&mut self, entries: &[Arc<Entry>], altered: &mut Altered) -> Result<(), Error> {
        let Self { sheets, further } = self;
        sheets.write_rows(|sheets| {
            entries.iter().try_for_each(|entry| {
                let cells: Vec<_> = cells(entry, further).collect();
                sheets.write_row(cells.iter().map(Option::as_deref), altered)
            })
        })
    }

    fn finish(self: Box<Self>, about: &About) -> Result<(), Error> {
        self.sheets.finish(about.rows())
    }
}

impl Sheets {
    /// Writes what is told about the rows, and gives the file its name.
    pub fn finish(self, about: Vec<(String, String)>) -> Result<(), Error> {
        let Self { mut file, mut workbook, token, .. } = self;
        or_full(|| {
            for (row, (name, text)) in (0..).zip(about) {
                let safe = defused(&text);
                write_texts(&mut workbook, ABOUT, row, [name.as_str(), cut(&safe)])?;
            }
            let mut to =
                UntilFailed { file: &mut file, token: &token, stopped: false, failed: None };
            let saved = workbook.save_to_writer(&mut to);
            let failed = to.failed.take();
            if token.is_cancelled() {
                return Err(query::Error::Cancelled.into());
            }
            saved?;
            failed.map_or(Ok(()), |error| Err(file.failed(error)))
        })?;
        file.finish()
    }
}

/// Writes until that fails, and then to nowhere: the library would say itself on standard error that it
/// cannot end the file. Once it is cancelled, one write fails, which stops the library.
struct UntilFailed<'a> {
    file: &'a mut AsideFile,
    token: &'a CancellationToken,
    stopped: bool,
    failed: Option<io::Error>,
}

impl Write for UntilFailed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.token.is_cancelled() && !std::mem::replace(&mut self.stopped, true) {
            return Err(io::Error::other("it was cancelled"));
        }
        if self.failed.is_none() && !self.stopped {
            self.failed = self.file.write_all(bytes).err();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.failed.is_none() {
            self.failed = self.file.flush().err();
        }
        Ok(())
    }
}

/// Runs what writes a sheet. Its library panics where the file in which its rows wait cannot be written,
/// as on a disk that is full.
fn or_full(write: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        Err(Error::Sheet(XlsxError::IoError(full)))
    })
}
