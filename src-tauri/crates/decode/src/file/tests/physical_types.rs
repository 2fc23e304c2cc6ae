//! Columns of types that Arrow does not write: instants of 96 bits, and intervals.

use event::LEGACY_COLUMNS;
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArrayType, Int96, Int96Type};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::*;

/// A file of two rows in which one column has another type, or is added.
fn file_with(
    column: &str,
    kind: &str,
    write: impl Fn(&mut SerializedColumnWriter<'_>) -> parquet::errors::Result<usize>,
) -> Bytes {
    let mut columns: Vec<String> =
        LEGACY_COLUMNS.iter().map(|column| column.name().to_owned()).collect();
    columns.retain(|name| name != column);
    let declared = columns.iter().map(|name| format!("required BYTE_ARRAY {name} (UTF8);"));
    let declared = declared.collect::<Vec<_>>().join(" ");
    let (kind, logical) = kind.split_once(' ').unwrap_or((kind, ""));
    let schema = format!("message rows {{ {declared} required {kind} {column} {logical}; }}");
    let schema = parse_message_type(&schema).unwrap();
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::default()).unwrap();
    let mut rows = writer.next_row_group().unwrap();
    for name in columns {
        let text = if name == "timestamp" { "2024-03-01T09:00:00Z" } else { &name };
        let mut texts = rows.next_column().unwrap().unwrap();
        let values = [ByteArray::from(text), ByteArray::from(text)];
        texts.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        texts.close().unwrap();
    }
    let mut last = rows.next_column().unwrap().unwrap();
    write(&mut last).unwrap();
    last.close().unwrap();
    rows.close().unwrap();
    writer.into_inner().unwrap().into()
}

/// Instants of 96 bits: the Julian day, and nanoseconds in it.
fn int96(instants: [(u32, u64); 2]) -> Vec<Int96> {
    let one = |(day, nanos): (u32, u64)| {
        let mut value = Int96::new();
        let bytes = nanos.to_le_bytes();
        let [low, high] =
            [&bytes[..4], &bytes[4..]].map(|b| u32::from_le_bytes(b.try_into().unwrap()));
        value.set_data(low, high, day);
        value
    };
    instants.map(one).to_vec()
}

#[test]
fn f1_f2_f15_an_instant_of_96_bits_keeps_all_its_digits_and_its_year() {
    const DAY_1970: u32 = 2_440_588;
    const DAY_10000: u32 = 5_373_485;
    let near = (DAY_1970 + 19_783, 32_400_123_456_789);
    let table = [
        ([near, near], ["2024-03-01T09:00:00.123456789+00:00"; 2]),
        // One that is far costs the others no digit.
        (
            [(DAY_10000, 1000), near],
            ["+10000-01-01T00:00:00.000001+00:00", "2024-03-01T09:00:00.123456789+00:00"],
        ),
        // Not even microseconds reach this far.
        (
            [(DAY_1970 + 213_503_982, 0), near],
            ["18446744044800 s since 1970", "2024-03-01T09:00:00.123456789+00:00"],
        ),
        (
            [(DAY_10000, 0), (DAY_1970 - 1, 86_399_999_999_999)],
            ["+10000-01-01T00:00:00+00:00", "1969-12-31T23:59:59.999999999+00:00"],
        ),
    ];
    for (instants, texts) in table {
        let bytes = file_with("note", "INT96", |column| {
            column.typed::<Int96Type>().write_batch(&int96(instants), None, None)
        });
        let rows = decode_file(&bytes).unwrap();
        assert_eq!((rows.len(), rows.bad.len()), (2, 0));
        for (row, text) in texts.iter().enumerate() {
            assert_eq!(extra(&rows, row), format!(r#"{{"note":"{text}"}}"#));
        }
    }
    let bytes = file_with("timestamp", "INT96", |column| {
        column.typed::<Int96Type>().write_batch(&int96([near, near]), None, None)
    });
    assert_eq!(decode_file(&bytes).unwrap().time, [1_709_283_600_123_456_789; 2]);
    let bytes = file_with("timestamp", "INT96", |column| {
        column.typed::<Int96Type>().write_batch(&int96([near, (DAY_10000, 1000)]), None, None)
    });
    let rows = decode_file(&bytes).unwrap();
    assert_eq!((rows.time.as_slice(), rows.bad.len()), (&[1_709_283_600_123_456_789][..], 1));
    let bytes = file_with("timestamp", "INT96", |column| {
        let beyond = (DAY_1970 + 213_503_982, 0);
        column.typed::<Int96Type>().write_batch(&int96([near, beyond]), None, None)
    });
    let rows = decode_file(&bytes).unwrap();
    assert_eq!((rows.len(), rows.bad.len()), (1, 1), "it is no instant before 1970");
}

#[test]
fn f1_f2_an_interval_keeps_its_months() {
    let intervals = [[14_u32, 1, 2500], [0; 3]].map(|parts| {
        let bytes: Vec<u8> = parts.iter().flat_map(|part| part.to_le_bytes()).collect();
        ByteArray::from(bytes).into()
    });
    let with_interval = |name: &str| {
        let rows = decode_file(&file_with(name, "FIXED_LEN_BYTE_ARRAY(12) (INTERVAL)", |column| {
            column.typed::<FixedLenByteArrayType>().write_batch(&intervals, None, None)
        }));
        let rows = rows.unwrap();
        assert_eq!((rows.len(), rows.bad.len()), (2, 0));
        rows
    };
    let further = with_interval("note");
    let shown = [0, 1].map(|row| extra(&further, row));
    assert_eq!(shown, [r#"{"note":"14 months 1 day 2500 ms"}"#, r#"{"note":"0 ms"}"#]);
    assert_eq!(value(&with_interval("new_value"), 0), "14 months 1 day 2500 ms");
}
