//! A batch of any columns, and what each cell of it says.

use std::sync::Arc;

use arbitrary::{Result, Unstructured};
use arrow::array::{
    ArrayRef, BinaryArray, BinaryViewArray, DictionaryArray, Int64Array, LargeBinaryArray,
    LargeStringArray, NullArray, StringArray, StringViewArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt8Array,
    UInt64Array,
};
use arrow::datatypes::Int16Type;
use event::EVENT_COLUMNS;

pub struct Batch {
    pub columns: Vec<Column>,
    pub rows: usize,
}

pub struct Column {
    pub name: String,
    pub kind: Kind,
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Bytes(Vec<u8>),
    Number(i64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Utf8,
    LargeUtf8,
    Utf8View,
    Dictionary,
    Binary,
    LargeBinary,
    BinaryView,
    /// Bytes that the file calls text.
    Called,
    Null,
    Int64,
    UInt64,
    UInt8,
    /// Units of so many nanoseconds, with a zone or without.
    Instant(i64, bool),
}

/// Parquet has no instants in seconds: in its files they are numbers.
pub const SECOND: i64 = 1_000_000_000;

const TEXTS: [Kind; 9] = [
    Kind::Utf8,
    Kind::LargeUtf8,
    Kind::Utf8View,
    Kind::Dictionary,
    Kind::Binary,
    Kind::LargeBinary,
    Kind::BinaryView,
    Kind::Called,
    Kind::Null,
];
const NUMBERS: [Kind; 3] = [Kind::UInt64, Kind::Int64, Kind::UInt8];
const INSTANTS: [Kind; 5] = [
    Kind::Instant(1000, true),
    Kind::Instant(1, true),
    Kind::Instant(1_000_000, true),
    Kind::Instant(SECOND, true),
    Kind::Instant(1000, false),
];
const WORDS: [&str; 10] = [
    "update",
    "",
    "2024-03-01T09:00:00+00:00",
    "2024-03-01T10:00:00.123456789+01:00",
    "9999-12-31T23:59:59Z",
    "evt-018f2c6e-5a7b-7c3d-8e9f-0a1b2c3d4e5f",
    "018F2C6E-5A7B-7C3D-8E9F-0A1B2C3D4E5F",
    "*",
    "null",
    "Zoë “quoted” \u{202e}\0",
];
const EXTRA: [&str; 4] = ["note", "weight", "", "Event_ID"];

impl Kind {
    pub fn is_text(self) -> bool {
        TEXTS.contains(&self)
    }

    fn is_bytes(self) -> bool {
        matches!(self, Self::Binary | Self::LargeBinary | Self::BinaryView | Self::Called)
    }
}

impl Batch {
    pub fn any(from: &mut Unstructured) -> Result<Self> {
        let rows = from.int_in_range(0..=12)?;
        let mut columns = Vec::new();
        for name in EVENT_COLUMNS.map(event::Column::name) {
            // Seldom is one left out, and seldom is one there twice.
            let times = match from.int_in_range(0..=60_u8)? {
                59 => 0,
                60 => 2,
                _ => 1,
            };
            for _ in 0..times {
                columns.push(Column::any(name, rows, from)?);
            }
        }
        for _ in 0..from.int_in_range(0..=2)? {
            let name = *from.choose(&EXTRA)?;
            columns.push(Column::any(name, rows, from)?);
        }
        let first = from.choose_index(columns.len().max(1))?;
        columns.rotate_left(first);
        Ok(Self { columns, rows })
    }
}

impl Column {
    fn any(name: &str, rows: usize, from: &mut Unstructured) -> Result<Self> {
        let kind = kind(name, from)?;
        let cells = (0..rows).map(|_| cell(name, kind, from)).collect::<Result<_>>()?;
        Ok(Self { name: name.to_owned(), kind, cells })
    }

    pub fn array(&self) -> ArrayRef {
        let bytes: Vec<_> = self.cells.iter().map(Cell::bytes).collect();
        let texts = || bytes.iter().map(|cell| cell.and_then(|b| std::str::from_utf8(b).ok()));
        let numbers = || self.cells.iter().map(Cell::number);
        match self.kind {
            Kind::Utf8 => Arc::new(texts().collect::<StringArray>()),
            Kind::LargeUtf8 => Arc::new(texts().collect::<LargeStringArray>()),
            Kind::Utf8View => Arc::new(texts().collect::<StringViewArray>()),
            Kind::Dictionary => Arc::new(texts().collect::<DictionaryArray<Int16Type>>()),
            Kind::Binary | Kind::Called => Arc::new(BinaryArray::from_opt_vec(bytes)),
            Kind::LargeBinary => Arc::new(LargeBinaryArray::from_opt_vec(bytes)),
            Kind::BinaryView => Arc::new(BinaryViewArray::from_iter(bytes)),
            Kind::Null => Arc::new(NullArray::new(self.cells.len())),
            Kind::Int64 => Arc::new(numbers().collect::<Int64Array>()),
            Kind::UInt64 => {
                Arc::new(numbers().map(|n| n.map(i64::cast_unsigned)).collect::<UInt64Array>())
            }
            Kind::UInt8 => {
                Arc::new(numbers().map(|n| n.map(|n| n.to_le_bytes()[0])).collect::<UInt8Array>())
            }
            Kind::Instant(unit, zoned) => instants(unit, zoned, numbers()),
        }
    }
}

fn instants(unit: i64, zoned: bool, of: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let zone = zoned.then(|| Arc::<str>::from("+02:00"));
    match unit {
        1 => Arc::new(of.collect::<TimestampNanosecondArray>().with_timezone_opt(zone)),
        1000 => Arc::new(of.collect::<TimestampMicrosecondArray>().with_timezone_opt(zone)),
        SECOND => Arc::new(of.collect::<TimestampSecondArray>().with_timezone_opt(zone)),
        _ => Arc::new(of.collect::<TimestampMillisecondArray>().with_timezone_opt(zone)),
    }
}

/// Nearly always a kind that means something for this column.
fn kind(name: &str, from: &mut Unstructured) -> Result<Kind> {
    let usual = from.int_in_range(0..=40_u8)? != 40;
    let known = EVENT_COLUMNS.iter().any(|column| column.name() == name);
    let kinds = match name {
        "recorded_at" if usual => &INSTANTS[..4],
        "timestamp" if usual && from.arbitrary()? => &INSTANTS[..4],
        "seq" if usual => &NUMBERS[..],
        _ if usual && known => &TEXTS[..8],
        _ => {
            // How an instant is shown in an unknown column is the library's business.
            let all = [&TEXTS[..], &NUMBERS, &INSTANTS];
            let is_value = matches!(name, "old_value" | "new_value");
            *from.choose(&all[..if known && !is_value { 3 } else { 2 }])?
        }
    };
    from.choose(kinds).copied()
}

fn cell(name: &str, kind: Kind, from: &mut Unstructured) -> Result<Cell> {
    let null = from.int_in_range(0..=30_u8)? == 30;
    if null || kind == Kind::Null {
        return Ok(Cell::Null);
    }
    if !kind.is_text() {
        return number(kind, from).map(Cell::Number);
    }
    let usual = from.int_in_range(0..=15_u8)? != 15;
    if usual && name == "timestamp" {
        return Ok(Cell::Bytes(WORDS[2].into()));
    }
    if usual {
        return Ok(Cell::Bytes((*from.choose(&WORDS)?).into()));
    }
    let length = from.int_in_range(0..=20_usize)?.min(from.len());
    let bytes = from.bytes(length)?;
    let text = || String::from_utf8_lossy(bytes).into_owned().into_bytes();
    Ok(Cell::Bytes(if kind.is_bytes() { bytes.to_vec() } else { text() }))
}

fn number(kind: Kind, from: &mut Unstructured) -> Result<i64> {
    let number = match kind {
        _ if from.int_in_range(0..=15_u8)? == 15 => from.arbitrary()?,
        Kind::Instant(unit, _) => from.int_in_range(-SECOND..=2 * SECOND)? * (SECOND / unit),
        _ => from.int_in_range(0..=1_000_000)?,
    };
    Ok(if kind == Kind::UInt8 { number & 0xff } else { number })
}

impl Cell {
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}
