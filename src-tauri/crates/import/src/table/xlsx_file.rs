//! Workbooks of Excel.

use std::io::Cursor;

use calamine::{DataRef, Reader, Style, Xlsx, XlsxError};
use rawzip::ZipArchive;

use super::{Found, Row, Sheet, Wanted};
use crate::mapping::FileFormat;
use crate::value::{Cell, excel_time, hours_text};

/// Largest workbook that is read, in bytes of what is packed in it.
const LARGEST_UNPACKED: u64 = 2 << 30;

type Workbook = Xlsx<Cursor<Vec<u8>>>;

/// Reads a sheet of a workbook: the one that is named, or the first that has all columns. The error is a
/// sentence about the file.
pub fn read(bytes: Vec<u8>, wanted: Wanted<'_>) -> Result<Sheet, String> {
    check_size(&bytes)?;
    let mut workbook: Workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| failed(&error))?;
    let names = workbook.sheet_names();
    let named = wanted.mapping.and_then(|mapping| mapping.sheet.as_deref());
    let name = match named {
        Some(name) if names.iter().any(|other| other == name) => name.to_owned(),
        Some(name) => {
            return Err(format!("has no sheet “{name}”; it has {}", super::listed(&names)));
        }
        None => {
            let mut fits = |name: &&String| {
                let first = rows(&mut workbook, name, Some(1));
                first.is_ok_and(|rows| rows.first().is_some_and(|row| wanted.fits(&row.headers())))
            };
            let fitting = names.iter().find(&mut fits).or(names.first());
            fitting.ok_or("has no sheet")?.clone()
        }
    };
    let most = wanted.rows.map(|most| most + 1);
    let mut all = rows(&mut workbook, &name, most).map_err(|error| failed(&error))?;
    pad(&mut workbook, &name, &mut all).map_err(|error| failed(&error))?;
    let mut all = all.into_iter();
    let first = all.next().ok_or_else(|| format!("has nothing in its sheet “{name}”"))?;
    let headers = first.headers();
    let columns = wanted.columns(&headers)?;
    let rows = all.map(|SheetRow { line, cells }| {
        let cell = |at: &usize| {
            let found = cells.iter().find(|(column, _)| column == at);
            found.map_or(Cell::Empty, |(_, cell)| cell.clone())
        };
        Row { line, cells: Ok(columns.iter().map(cell).collect()) }
    });
    let rows = rows.collect();
    let found = Found {
        format: FileFormat::Xlsx,
        sheet: Some(name),
        encoding: None,
        delimiter: None,
        decimal: None,
        headers,
    };
    Ok(Sheet { rows, columns, found })
}

/// Refuses a workbook that would fill the memory when it is unpacked.
fn check_size(bytes: &[u8]) -> Result<(), String> {
    let broken = |error: rawzip::Error| format!("is no workbook that can be read: {error}");
    let archive = ZipArchive::from_slice(bytes).map_err(broken)?;
    let mut size = 0_u64;
    for entry in archive.entries() {
        size = size.saturating_add(entry.map_err(broken)?.uncompressed_size_hint());
    }
    if size > LARGEST_UNPACKED {
        return Err(
            "holds more than 2 GiB unpacked: divide it, or save the sheet as CSV".to_owned()
        );
    }
    Ok(())
}

/// Row of a sheet that holds something.
struct SheetRow {
    /// Its number, from 1.
    line: usize,
    /// Its cells that hold something, with their columns from 0.
    cells: Vec<(usize, Cell)>,
}

impl SheetRow {
    /// Its cells as headers, also of columns without one.
    fn headers(&self) -> Vec<String> {
        let mut headers = Vec::new();
        for (column, cell) in &self.cells {
            if headers.len() <= *column {
                headers.resize(column + 1, String::new());
            }
            cell.shown().trim().clone_into(&mut headers[*column]);
        }
        headers
    }
}

/// Rows of a sheet that hold something; at most so many.
fn rows(
    workbook: &mut Workbook,
    sheet: &str,
    most: Option<usize>,
) -> Result<Vec<SheetRow>, XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(found) = reader.next_cell_with_formula_metadata()? {
        let (line, column) = (found.pos.0 as usize + 1, found.pos.1 as usize);
        let cell = cell(found.value, found.formula.is_some());
        if cell == Cell::Empty || column >= MOST_COLUMNS {
            continue;
        }
        let is_full = most.is_some_and(|most| rows.len() >= most);
        match rows.last_mut() {
            Some(row) if row.line == line => row.cells.push((column, cell)),
            _ if is_full => break,
            _ => rows.push(SheetRow { line, cells: vec![(column, cell)] }),
        }
    }
    Ok(rows)
}

/// Gives whole numbers with a format of zeros, such as `00000`, the zeros in front that it shows.
fn pad(workbook: &mut Workbook, sheet: &str, rows: &mut [SheetRow]) -> Result<(), XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    let zeros = |style: &Style| {
        let code = style.number_format.as_ref().map_or("", |format| format.format_code.as_str());
        code.bytes().all(|one| one == b'0').then_some(code.len()).filter(|length| *length > 1)
    };
    let zeros: Vec<Option<usize>> = reader.styles().iter().map(zeros).collect();
    if zeros.iter().all(Option::is_none) {
        return Ok(());
    }
    let mut rest = rows;
    while let Some((found, style)) = reader.next_cell_with_style_id()? {
        let (line, column) = found.get_position();
        let (line, column) = (line as usize + 1, column as usize);
        while rest.first().is_some_and(|row| row.line < line) {
            rest = rest.split_first_mut().map_or(&mut [], |(_, rest)| rest);
        }
        let Some(row) = rest.first_mut() else { return Ok(()) };
        let Some(length) = zeros.get(style).copied().flatten().filter(|_| row.line == line) else {
            continue;
        };
        let cell = row.cells.iter_mut().find(|(at, _)| *at == column);
        if let Some((_, cell)) = cell
            && let Cell::Number(number) = *cell
            && number.fract() == 0.0
            && number >= 0.0
        {
            *cell = Cell::Text(format!("{:0>length$}", cell.shown()));
        }
    }
    Ok(())
}

/// Columns of a sheet of Excel.
const MOST_COLUMNS: usize = 16_384;

fn cell(value: DataRef<'_>, has_formula: bool) -> Cell {
    match value {
        DataRef::Empty if has_formula => Cell::Unreadable {
            shown: "a formula".to_owned(),
            why: "has no value: open the workbook in a program for sheets and save it",
        },
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::of_text(&text)
        }
        DataRef::SharedString(text) => Cell::of_text(text),
        #[expect(clippy::cast_precision_loss, reason = "a sheet's numbers are floats")]
        DataRef::Int(number) => Cell::Number(number as f64),
        DataRef::Float(number) => Cell::Number(number),
        DataRef::Bool(value) => Cell::Text(if value { "true" } else { "false" }.to_owned()),
        DataRef::DateTime(time) if time.is_duration() || time.as_f64() < 1.0 => {
            Cell::Text(hours_text(time.as_f64()))
        }
        DataRef::DateTime(time) => excel_time(time).map_or_else(
            || Cell::Unreadable { shown: time.as_f64().to_string(), why: "is no date of a sheet" },
            Cell::Time,
        ),
        DataRef::Error(error) => {
            Cell::Unreadable { shown: error.to_string(), why: "is an error of the sheet" }
        }
    }
}

fn failed(error: &XlsxError) -> String {
    format!("is no workbook that can be read: {error}")
}
