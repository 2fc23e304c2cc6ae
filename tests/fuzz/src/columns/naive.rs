//! What a batch says, row by row, by the rules of the journal and without a library.

use std::collections::BTreeMap;

use chrono::DateTime;
use event::{Column as Known, EVENT_COLUMNS, LEGACY_COLUMNS, format_time, parse_time};

use super::batch::{Batch, Cell, Kind, SECOND};

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
    let times = |known: &Known| batch.columns.iter().filter(|c| c.name == known.name()).count();
    if EVENT_COLUMNS.iter().any(|known| times(known) > 1)
        || LEGACY_COLUMNS.iter().any(|known| times(known) == 0)
    {
        return None;
    }
    Some((0..batch.rows).map(|row| self::row(batch, row)).collect())
}

fn is_known(name: &str) -> bool {
    Known::named(name).is_some_and(|known| EVENT_COLUMNS.contains(&known))
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
            "seq" => read.seq = Some(text(column.kind, cell)?.parse().ok()?),
            _ if is_known(name) => {
                drop(read.texts.insert(name.to_owned(), text(column.kind, cell)?));
            }
            _ => {
                let numbered = (2..).map(|number| format!("{name} ({number})"));
                let mut names = std::iter::once(name.to_owned()).chain(numbered);
                let earlier =
                    batch.columns.iter().take_while(|other| !std::ptr::eq(*other, column));
                let place = earlier.filter(|other| other.name == name).count();
                read.extra.insert(names.nth(place)?, shown(column.kind, cell));
            }
        }
    }
    Some(read)
}

/// The one text of a value, if it has one.
fn text(kind: Kind, cell: &Cell) -> Option<String> {
    match (kind, cell) {
        (Kind::Instant(_, false), _) => None,
        (Kind::Instant(unit, true), Cell::Number(number)) if unit != SECOND => {
            let nanos = i128::from(*number) * i128::from(unit);
            let second = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
            let below = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
            let name = if unit == 1000 { "µs" } else { "ms" };
            let unnamed = || format!("{number} {name} since 1970");
            Some(DateTime::from_timestamp(second, below).map_or_else(unnamed, format_time))
        }
        (Kind::UInt64, Cell::Number(number)) => Some(number.cast_unsigned().to_string()),
        (_, Cell::Number(number)) => Some(number.to_string()),
        _ => String::from_utf8(cell.bytes()?.to_vec()).ok(),
    }
}

fn instant(kind: Kind, cell: &Cell) -> Option<i64> {
    match (kind, cell) {
        (Kind::Instant(unit, true), Cell::Number(number)) if unit != SECOND => {
            number.checked_mul(unit)
        }
        _ => parse_time(&text(kind, cell)?).ok()?.timestamp_nanos_opt(),
    }
}

/// What a column outside of the table shows of a cell that is not null.
fn shown(kind: Kind, cell: &Cell) -> String {
    let hexadecimal = |bytes: &[u8]| {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect::<String>()
    };
    match (kind, cell) {
        (Kind::Binary | Kind::LargeBinary | Kind::BinaryView, Cell::Bytes(bytes)) => {
            hexadecimal(bytes)
        }
        (_, Cell::Bytes(bytes)) => String::from_utf8(bytes.clone())
            .unwrap_or_else(|_| format!("{}, which is not UTF-8 text", hexadecimal(bytes))),
        _ => text(kind, cell).unwrap_or_default(),
    }
}
