//! Shape of a file: how many rows it says it has, and of what kinds its columns are.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::schema::types::Type;

use super::{durations, footer, meaning};

/// Bytes behind a footer: its length, and four letters.
const TAIL: usize = 8;

/// Shape of a Parquet file, as its footer says: for engines that let others read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileShape {
    /// Number of rows.
    pub rows: u64,
    /// Columns, in the order of the file: name and kind.
    pub columns: Vec<(String, ColumnKind)>,
}

/// Kind of a column's values, as the Parquet schema says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColumnKind {
    /// Text in UTF-8.
    Text,
    /// Instants in microseconds since 1970, in UTC.
    Micros,
    /// Signed integers of up to 32 bits.
    Int32,
    /// Signed integers of 64 bits.
    Int64,
    /// Unsigned integers of 64 bits.
    UInt64,
    /// Floating-point numbers of 64 bits.
    Double,
    /// True and false.
    Boolean,
    /// Sixteen bytes.
    Bytes16,
    /// Anything else.
    Other,
}

impl FileShape {
    /// Number of bytes at the end of a file that hold its footer, given its last bytes, at least eight;
    /// `None` if it has none.
    pub fn footer_bytes(end: &[u8]) -> Option<u64> {
        let (rest, letters) = end.split_last_chunk::<4>()?;
        let (_, length) = rest.split_last_chunk::<4>()?;
        (letters == b"PAR1").then(|| u64::from(u32::from_le_bytes(*length)) + TAIL as u64)
    }

    /// Shape by the bytes at the end of a file, the whole footer among them; `None` for whatever is not
    /// plain, of which a [`Decoder`](crate::Decoder) tells what it is. Nothing is allocated for what a
    /// footer only claims.
    pub fn of(end: &[u8]) -> Option<Self> {
        footer::check(end).ok()?;
        let length = usize::try_from(Self::footer_bytes(end)?).ok()?;
        let footer = end.get(end.len().checked_sub(length)?..end.len() - TAIL)?;
        let parse = || ParquetMetaDataReader::decode_metadata(footer).ok();
        let metadata = catch_unwind(AssertUnwindSafe(parse)).ok()??;
        let rows = declared_rows(&metadata)?;
        let file = metadata.file_metadata();
        let durations = durations::units(file);
        let kind = |field: &Type| match durations.get(field.name()) {
            Some(units) if units.iter().any(Option::is_some) => ColumnKind::Other,
            _ => kind(field),
        };
        let fields = file.schema_descr().root_schema().get_fields();
        let columns = fields.iter().map(|field| (field.name().to_owned(), kind(field))).collect();
        Some(Self { rows, columns })
    }
}

/// Number of rows, if the sum over the row groups is the same.
fn declared_rows(metadata: &ParquetMetaData) -> Option<u64> {
    let rows = metadata.file_metadata().num_rows();
    let mut groups = metadata.row_groups().iter().map(RowGroupMetaData::num_rows);
    let sum = groups.try_fold(0_i64, |sum, rows| sum.checked_add(rows).filter(|_| rows >= 0));
    u64::try_from(rows).ok().filter(|_| sum == Some(rows))
}

fn kind(field: &Type) -> ColumnKind {
    if !field.is_primitive() || meaning::is_interval(field) {
        return ColumnKind::Other;
    }
    let info = field.get_basic_info();
    let (logical, converted) = (info.logical_type_ref(), info.converted_type());
    let is_repeated =
        info.has_repetition() && info.repetition() == parquet::basic::Repetition::REPEATED;
    let is_plain = logical.is_none() && converted == ConvertedType::NONE;
    match (field.get_physical_type(), logical) {
        _ if is_repeated => ColumnKind::Other,
        (Physical::BYTE_ARRAY, Some(LogicalType::String)) => ColumnKind::Text,
        (Physical::BYTE_ARRAY, None) if converted == ConvertedType::UTF8 => ColumnKind::Text,
        (
            Physical::INT64,
            Some(LogicalType::Timestamp { is_adjusted_to_u_t_c: true, unit: TimeUnit::MICROS }),
        ) => ColumnKind::Micros,
        (Physical::INT64, None) if converted == ConvertedType::TIMESTAMP_MICROS => {
            ColumnKind::Micros
        }
        (Physical::INT64, Some(LogicalType::Integer { is_signed: true, .. })) => ColumnKind::Int64,
        (Physical::INT64, Some(LogicalType::Integer { .. })) => ColumnKind::UInt64,
        (Physical::INT32, Some(LogicalType::Integer { is_signed: true, bit_width: 32 })) => {
            ColumnKind::Int32
        }
        (Physical::INT64, None) if converted == ConvertedType::UINT_64 => ColumnKind::UInt64,
        (Physical::INT64, _) if is_plain => ColumnKind::Int64,
        (Physical::INT32, _) if is_plain => ColumnKind::Int32,
        (Physical::DOUBLE, _) if is_plain => ColumnKind::Double,
        (Physical::BOOLEAN, _) if is_plain => ColumnKind::Boolean,
        (Physical::FIXED_LEN_BYTE_ARRAY, _) if is_plain && is_16_bytes(field) => {
            ColumnKind::Bytes16
        }
        _ => ColumnKind::Other,
    }
}

fn is_16_bytes(field: &Type) -> bool {
    matches!(field, Type::PrimitiveType { type_length: 16, .. })
}
