//! Tables: the rows of a file, with the columns that a mapping names.

mod csv_file;
mod xlsx_file;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Serialize;

use crate::mapping::{CellSource, FileFormat, ValueForm};
use crate::value::{Cell, Reading, decimal_shown};
use crate::{DecimalSign, Error, Mapping, NumberForm};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 1 << 30;

/// How a workbook begins: it is a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";

/// How a workbook of Excel before 2007 begins.
const OLD_EXCEL: &[u8] = b"\xd0\xcf\x11\xe0";

/// Rows of a file, with the columns that a mapping names.
#[derive(Debug)]
pub struct Table {
    /// Headers of the columns, in the order of the cells.
    pub(crate) columns: Vec<String>,
    /// Rows below the header.
    pub(crate) rows: Vec<Row>,
    /// How values are read.
    pub(crate) reading: Reading,
    /// What was found by looking.
    pub found: Found,
}

/// Row of a table.
#[derive(Debug)]
pub struct Row {
    /// Number of its line, or of its row in a sheet, from 1; the header counts.
    pub line: usize,
    /// Its cells; the error says why it has none.
    pub cells: Result<Vec<Cell>, String>,
}

/// What was found of a file by looking, or as the mapping says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(export, rename = "ImportFound"))]
pub struct Found {
    /// Format of the file.
    pub format: FileFormat,
    /// Sheet; `None` of CSV.
    pub sheet: Option<String>,
    /// Encoding; `None` of XLSX.
    pub encoding: Option<&'static str>,
    /// What separates cells; `None` of XLSX.
    #[cfg_attr(feature = "typescript", ts(type = "string | null"))]
    pub delimiter: Option<char>,
    /// Sign before the decimals; `None` where no column has numbers that ask for it.
    pub decimal: Option<DecimalSign>,
    /// Headers of all columns.
    pub headers: Vec<String>,
}

/// What a reader of one format takes of a mapping, or of nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Wanted<'a> {
    /// Mapping; `None` to look at the file only.
    mapping: Option<&'a Mapping>,
    /// Most rows; `None` for all.
    rows: Option<usize>,
}

/// What a reader of one format gives.
struct Sheet {
    rows: Vec<Row>,
    /// Positions of the columns whose cells the rows have.
    columns: Vec<usize>,
    found: Found,
}

impl Table {
    /// Reads the columns of a file that a mapping names. Blocks.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if it cannot be read, and [`Error::Table`] if it is no table, lacks a column or has
    /// one twice.
    #[tracing::instrument(name = "import_table", level = "debug", skip_all)]
    pub fn read(path: &Path, mapping: &Mapping) -> Result<Self, Error> {
        Self::read_rows(path, Wanted { mapping: Some(mapping), rows: None })
    }

    /// Reads the headers and the first rows of a file, with all columns, for somebody to make a mapping
    /// from. Blocks.
    ///
    /// # Errors
    ///
    /// As [`Table::read`].
    pub fn look_at(path: &Path, rows: usize) -> Result<Self, Error> {
        Self::read_rows(path, Wanted { mapping: None, rows: Some(rows) })
    }

    /// Its rows as people see them, for those that have all their cells.
    pub fn shown(&self) -> Vec<Vec<String>> {
        let rows = self.rows.iter().filter_map(|row| row.cells.as_ref().ok());
        rows.map(|cells| cells.iter().map(Cell::shown).collect()).collect()
    }

    fn read_rows(path: &Path, wanted: Wanted<'_>) -> Result<Self, Error> {
        let why = |why: String| Error::Table { path: path.to_owned(), why };
        let bytes = read_file(path, LARGEST)
            .map_err(|source| Error::Read { path: path.to_owned(), source })?
            .ok_or_else(|| why("is larger than 1 GiB: divide it".to_owned()))?;
        let named = wanted.mapping.and_then(|mapping| mapping.format);
        let is_workbook = bytes.starts_with(ZIP);
        let sheet = match (named, is_workbook) {
            _ if bytes.is_empty() => Err("is empty".to_owned()),
            _ if bytes.starts_with(OLD_EXCEL) => {
                Err("is a workbook of Excel before 2007, or encrypted: save it as XLSX without a password".to_owned())
            }
            (Some(FileFormat::Csv), true) => {
                Err("is a workbook, and the mapping says format = \"csv\"".to_owned())
            }
            (Some(FileFormat::Xlsx), false) => {
                Err("is no workbook, and the mapping says format = \"xlsx\"".to_owned())
            }
            (_, true) => xlsx_file::read(bytes, wanted),
            (_, false) => csv_file::read(&bytes, wanted),
        };
        let Sheet { rows, columns, found } = sheet.map_err(why)?;
        let mut table = Self {
            columns: columns.into_iter().map(|at| found.headers[at].clone()).collect(),
            rows,
            reading: Reading { decimal: DecimalSign::Point },
            found,
        };
        if let Some(mapping) = wanted.mapping {
            table.found.decimal = table.decimal(mapping).map_err(why)?;
            table.reading.decimal = table.found.decimal.unwrap_or(table.reading.decimal);
        }
        Ok(table)
    }

    /// Sign before the decimals of the columns in the common form of numbers.
    fn decimal(&self, mapping: &Mapping) -> Result<Option<DecimalSign>, String> {
        let common = |source: &&CellSource| {
            matches!(source, CellSource::Column { form: ValueForm::Number(NumberForm::Common), .. })
        };
        let columns = mapping.fields.values().filter(common).filter_map(CellSource::column);
        let columns: Vec<usize> = columns.filter_map(|name| self.column(name)).collect();
        if columns.is_empty() || mapping.decimal.is_some() {
            return Ok(mapping.decimal.filter(|_| !columns.is_empty()));
        }
        let cells = self.rows.iter().filter_map(|row| row.cells.as_ref().ok());
        let texts =
            cells.flat_map(|cells| columns.iter().map(|at| &cells[*at])).filter_map(|cell| {
                match cell {
                    Cell::Text(text) => Some(text.trim()),
                    _ => None,
                }
            });
        let (mut signed, mut all) = (texts.clone().filter(|text| text.contains(['.', ','])), texts);
        match decimal_shown(&mut all) {
            Ok(Some(sign)) => Ok(Some(sign)),
            Ok(None) => match signed.next() {
                None => Ok(None),
                Some(text) => Err(format!(
                    "has numbers such as {text}, which can be read in two ways: write decimal = \",\" or \".\" into the mapping"
                )),
            },
            Err(()) => Err(
                "has numbers with a point before their decimals and others with a comma: show by an example how \
                 each column writes them, as in number = \"1.234,5\""
                    .to_owned(),
            ),
        }
    }

    /// Place of a column among the cells.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|other| other == name)
    }
}

/// Reads a regular file of at most so many bytes; `None` if it has more.
pub(crate) fn read_file(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    // Looked at before it is opened: a pipe would wait for somebody to write.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 <= most))
}

impl Wanted<'_> {
    /// Names of the columns that are wanted.
    fn names(&self) -> Vec<&str> {
        self.mapping.map(Mapping::columns).unwrap_or_default()
    }

    /// Positions of the wanted columns among headers; of all columns if nothing says which.
    ///
    /// # Errors
    ///
    /// If one is not there, or twice; a sentence about the file.
    fn columns(&self, headers: &[String]) -> Result<Vec<usize>, String> {
        if self.mapping.is_none() {
            return Ok((0..headers.len()).collect());
        }
        let column = |name: &&str| {
            let mut found = headers.iter().enumerate().filter(|(_, header)| header == name);
            match (found.next(), found.next()) {
                (Some((at, _)), None) => Ok(at),
                (Some((first, _)), Some((second, _))) => Err(format!(
                    "has the header “{name}” twice, in columns {} and {}: rename one",
                    first + 1,
                    second + 1
                )),
                (None, _) => Err(format!("has no column “{name}”; it has {}", listed(headers))),
            }
        };
        self.names().iter().map(column).collect()
    }

    /// Whether the wanted columns are all among headers.
    fn fits(&self, headers: &[String]) -> bool {
        self.names().iter().all(|name| headers.iter().any(|header| header == name))
    }

    /// Whether there are as many rows as are wanted.
    fn is_full(&self, rows: usize) -> bool {
        self.rows.is_some_and(|most| rows >= most)
    }
}

/// Headers within a sentence, the first twenty.
fn listed(headers: &[String]) -> String {
    const MOST: usize = 20;
    let named: Vec<String> =
        headers.iter().take(MOST).map(|name| format!("“{}”", name.escape_debug())).collect();
    let more = headers.len().saturating_sub(MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    if named.is_empty() { "none".to_owned() } else { format!("{}{more}", named.join(", ")) }
}
