//! CSV: encoding and delimiter are found by looking where the mapping does not say them.

use std::borrow::Cow;
use std::io::Read;

use csv::{Position, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Found, Row, Sheet, Wanted};
use crate::mapping::FileFormat;
use crate::value::Cell;

/// What may separate cells.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];

/// Rows by which a delimiter is judged.
const JUDGED: usize = 20;

/// A line behind the last one. Where a quote is never closed it is no line of its own.
const END: &str = "\u{1e}";

/// Reads CSV. The error is a sentence about the file.
pub fn read(bytes: &[u8], wanted: Wanted<'_>) -> Result<Sheet, String> {
    let named = wanted.mapping.and_then(|mapping| mapping.encoding.as_deref());
    let (text, encoding) = decode(bytes, named)?;
    let (text, first_line, excel) = without_separator_line(&text);
    let given = wanted.mapping.and_then(|mapping| mapping.delimiter);
    let delimiter = given.or(excel).unwrap_or_else(|| delimiter(text, wanted));
    let mut records = Records::new(text, delimiter);
    let headers: Vec<String> = match records.next()? {
        Some((_, record)) => record.iter().map(|header| header.trim().to_owned()).collect(),
        None => return Err("has no line with headers".to_owned()),
    };
    let columns = wanted.columns(&headers)?;
    let mut rows = Vec::new();
    while !wanted.is_full(rows.len())
        && let Some((line, record)) = records.next()?
    {
        if record.iter().all(str::is_empty) {
            continue;
        }
        let cells = if record.len() < headers.len()
            || record.iter().skip(headers.len()).any(|cell| !cell.is_empty())
        {
            Err(format!("has {} cells, and the headers are {}", record.len(), headers.len()))
        } else {
            Ok(columns.iter().map(|at| Cell::of_text(&record[*at])).collect())
        };
        rows.push(Row { line: line + first_line, cells });
    }
    let found = Found {
        format: FileFormat::Csv,
        sheet: None,
        encoding: Some(encoding.name()),
        delimiter: Some(delimiter),
        decimal: None,
        headers,
    };
    Ok(Sheet { rows, columns, found })
}

/// The records of a text, with their lines.
struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<std::io::Chain<&'a [u8], &'static [u8]>>,
    record: StringRecord,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: char) -> Self {
        // A delimiter is one of ASCII: the mapping is checked for it.
        let delimiter = u8::try_from(delimiter).unwrap_or(b',');
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        let end: &[u8] = b"\n\x1e";
        let reader = builder.from_reader(text.as_bytes().chain(end));
        Self { text, reader, record: StringRecord::new() }
    }

    /// The next record, and its line from 1 on.
    fn next(&mut self) -> Result<Option<(usize, &StringRecord)>, String> {
        let failed = |error: csv::Error| format!("is no CSV: {error}");
        let read = self.reader.read_record(&mut self.record).map_err(failed)?;
        let line = self.record.position().map_or(0, |position| self.line(position));
        if !read {
            return Err(format!("has a quote in line {line} that is never closed"));
        }
        if self.record.len() == 1 && &self.record[0] == END {
            return Ok(None);
        }
        if self.record.iter().any(|cell| cell.ends_with(END)) {
            return Err(format!("has a quote in the row of line {line} that is never closed"));
        }
        Ok(Some((line, &self.record)))
    }
}

impl Records<'_> {
    /// The line of a record that begins somewhere: blank lines before it count as part of it there.
    fn line(&self, position: &Position) -> usize {
        let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
        let rest = self.text.get(at..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let line = usize::try_from(position.line()).unwrap_or(usize::MAX);
        line + rest[..blank].matches('\n').count()
    }
}

/// The text of a file, and its encoding.
fn decode<'a>(
    bytes: &'a [u8],
    named: Option<&str>,
) -> Result<(Cow<'a, str>, &'static Encoding), String> {
    let (encoding, bytes) = match (Encoding::for_bom(bytes), named) {
        (Some((encoding, length)), _) => (encoding, &bytes[length..]),
        (None, Some(label)) => {
            let encoding = Encoding::for_label(label.as_bytes());
            let unknown = || {
                format!(
                    "cannot be read: the mapping says encoding = “{label}”, which is none; utf-8, windows-1252 and utf-16le are"
                )
            };
            (encoding.ok_or_else(unknown)?, bytes)
        }
        // Where some are in UTF-8, all were to be, and what is not is refused.
        (None, None) if std::str::from_utf8(bytes).is_ok() || has_utf8(bytes) => (UTF_8, bytes),
        (None, None) => (WINDOWS_1252, bytes),
    };
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    if !is_wide && bytes.iter().take(4096).any(|byte| *byte == 0) {
        return Err("holds zero bytes, as no CSV does; if it is UTF-16, name it in the mapping: encoding = \"utf-16le\" or \"utf-16be\"".to_owned());
    }
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok((text, encoding));
    }
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let line = bytes[..valid].split(|byte| *byte == b'\n').count();
    let line = if encoding == UTF_8 { format!(" in line {line}") } else { String::new() };
    Err(format!(
        "has bytes{line} that are not {}: name its encoding in the mapping",
        encoding.name()
    ))
}

/// Whether bytes have a character in UTF-8 that is none of ASCII.
fn has_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// The text without the line `sep=;` by which Excel is told the delimiter, how many lines that is, and the
/// delimiter.
fn without_separator_line(text: &str) -> (&str, usize, Option<char>) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut signs = line.trim_end_matches('\r').strip_prefix("sep=").unwrap_or_default().chars();
    match (signs.next(), signs.next()) {
        (Some(sign), None) if sign.is_ascii() => (rest, 1, Some(sign)),
        _ => (text, 0, None),
    }
}

/// The delimiter of a text: by which all wanted columns are there, its rows have as many cells as there
/// are headers, and most.
fn delimiter(text: &str, wanted: Wanted<'_>) -> char {
    let judge = |delimiter: char| {
        let mut records = Records::new(text, delimiter);
        let mut first = Vec::new();
        while first.len() <= JUDGED
            && let Ok(Some((_, record))) = records.next()
        {
            first.push(record.clone());
        }
        let headers: Vec<String> = first.first().map_or_else(Vec::new, |record| {
            record.iter().map(|header| header.trim().to_owned()).collect()
        });
        let is_even = headers.len() > 1 && first.iter().all(|record| record.len() == headers.len());
        (wanted.fits(&headers), is_even, headers.len())
    };
    // Of equal ones the first.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| judge(*delimiter)).unwrap_or(',')
}
