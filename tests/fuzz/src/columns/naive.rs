//! What a batch says, row by row, by the rules of the journal and without a library.

use std::collections::BTreeMap;

use event::{COLUMNS, Column as Known, EVENT_COLUMNS, parse_time};

use super::batch::{Batch, Cell, Column, Kind};

/// A good row: texts by their columns, without those that are null.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub time: i64,
    pub recorded_at: Option<i64>,
    pub seq: Option<u64>,
    pub texts: BTreeMap<String, String>,
    pub extra: BTreeMap<String, String>,
}

/// Every row, `None` for a bad one; `None` for all if the file must be refused.
pub fn read(batch: &Batch) -> Option<Vec<Option<Row>>> {
    let name = |index: usize| &batch.columns[index].name;
    let twice = (0..batch.columns.len()).any(|a| (0..a).any(|b| name(a) == name(b)));
    let missing = |known: &Known| batch.columns.iter().all(|column| column.name != known.name());
    let refused = batch.columns.iter().any(is_refused);
    if twice || refused || COLUMNS.iter().any(|known| !known.is_nullable() && missing(known)) {
        return None;
    }
    Some((0..batch.rows).map(|row| self::row(batch, row)).collect())
}

fn is_known(name: &str) -> bool {
    Known::named(name).is_some_and(|known| EVENT_COLUMNS.contains(&known))
}

/// Whether nobody can say what the column means.
fn is_refused(column: &Column) -> bool {
    let instant = matches!(column.kind, Kind::Instant(_, true));
    match column.name.as_str() {
        "timestamp" => !instant && !column.kind.is_text(),
        "recorded_at" => !instant,
        "seq" => match column.kind {
            Kind::Int64 => column.cells.iter().any(|cell| cell.number().is_some_and(|n| n < 0)),
            kind => !matches!(kind, Kind::UInt64 | Kind::UInt8),
        },
        name if is_known(name) => !column.kind.is_text(),
        _ => false,
    }
}

fn row(batch: &Batch, row: usize) -> Option<Row> {
    let mut read = Row {
        time: 0,
        recorded_at: None,
        seq: None,
        texts: BTreeMap::new(),
        extra: BTreeMap::new(),
    };
    for column in &batch.columns {
        let (name, cell) = (column.name.as_str(), &column.cells[row]);
        if *cell == Cell::Null {
            if Known::named(name).is_some_and(|known| !known.is_nullable()) {
                return None;
            }
            continue;
        }
        match name {
            "timestamp" => read.time = instant(column.kind, cell)?,
            "recorded_at" => read.recorded_at = Some(instant(column.kind, cell)?),
            "seq" => read.seq = cell.number().map(i64::cast_unsigned),
            _ if is_known(name) => drop(read.texts.insert(name.to_owned(), text(cell)?)),
            _ => drop(read.extra.insert(name.to_owned(), shown(column.kind, cell)?)),
        }
    }
    Some(read)
}

fn text(cell: &Cell) -> Option<String> {
    String::from_utf8(cell.bytes()?.to_vec()).ok()
}

fn instant(kind: Kind, cell: &Cell) -> Option<i64> {
    match (kind, cell) {
        (Kind::Instant(unit, _), Cell::Number(number)) => number.checked_mul(unit),
        _ => parse_time(&text(cell)?).ok()?.timestamp_nanos_opt(),
    }
}

/// What an unknown column shows of a cell that is not null; `None` for what cannot be shown.
fn shown(kind: Kind, cell: &Cell) -> Option<String> {
    match (kind, cell) {
        (Kind::Binary | Kind::LargeBinary | Kind::BinaryView, Cell::Bytes(bytes)) => {
            let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
            digits.map(|digit| char::from_digit(digit.into(), 16)).collect()
        }
        (Kind::UInt64, Cell::Number(number)) => Some(number.cast_unsigned().to_string()),
        (_, Cell::Number(number)) => Some(number.to_string()),
        _ => text(cell),
    }
}
