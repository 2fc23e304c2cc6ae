//! Which files are read, and what is said of those that are not.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::too_many_lines, reason = "one long table reads better than several short ones")]
#![allow(clippy::unnecessary_wraps, reason = "every row of the table has a column or none")]

mod physical_types;

use std::sync::Arc;

use arrow::array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, MapBuilder, StringBuilder,
};
use arrow::array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, Date32Array, Decimal128Array,
    DurationMicrosecondArray, DurationMillisecondArray, DurationNanosecondArray,
    DurationSecondArray, FixedSizeBinaryArray, Float64Array, Int64Array, IntervalYearMonthArray,
    LargeStringArray, NullArray, RecordBatch, StringArray, StringViewArray, StructArray,
    Time64MicrosecondArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray,
};
use arrow::datatypes::{DataType, Field};
use event::{Column, LEGACY_COLUMNS};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::*;

/// A file of two rows with these columns in place of, or beside, the eleven of a legacy file.
fn file(changed: &[(&str, Option<ArrayRef>)]) -> Bytes {
    let plain = |name: &str| -> ArrayRef {
        let text = if name == "timestamp" { "2024-03-01T09:00:00Z" } else { name };
        Arc::new(StringArray::from(vec![text, text]))
    };
    let mut columns: Vec<(String, ArrayRef)> =
        LEGACY_COLUMNS.map(|c| (c.name().to_owned(), plain(c.name()))).into();
    for (name, column) in changed {
        // Of others there may be several of one name.
        let is_legacy = LEGACY_COLUMNS.iter().any(|legacy| legacy.name() == *name);
        let at = columns.iter().position(|(known, _)| is_legacy && known == name);
        match (at, column) {
            (Some(at), Some(column)) => columns[at].1 = Arc::clone(column),
            (Some(at), None) => drop(columns.remove(at)),
            (None, Some(column)) => columns.insert(0, ((*name).to_owned(), Arc::clone(column))),
            (None, None) => {}
        }
    }
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    );
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes.into()
}

/// Decodes a file whose path names no columns.
fn decode_file(bytes: &Bytes) -> Result<DecodedRows, String> {
    decode(bytes, &Partitions::default())
}

/// The actors and times of the rows that were read, and what is wrong with the others.
fn read(changed: &[(&str, Option<ArrayRef>)]) -> Result<String, String> {
    let rows = decode_file(&file(changed))?;
    assert_eq!(rows.in_file, 2);
    let good = (0..rows.len()).map(|row| {
        let actor = &rows.terms[Column::Actor.as_dimension()];
        let actor = actor.values[actor.codes[row] as usize].as_deref().unwrap();
        let time = chrono::DateTime::from_timestamp_nanos(rows.time[row]);
        format!("{actor} {}", event::format_time(time))
    });
    let bad = rows.bad.iter().map(|(row, why)| format!("row {row}: {why}"));
    Ok(good.chain(bad).collect::<Vec<_>>().join("; "))
}

fn array(array: impl Array + 'static) -> Option<ArrayRef> {
    Some(Arc::new(array))
}

#[test]
fn b5_b6_f2_a_column_is_read_where_its_meaning_is_certain_and_named_where_it_is_not() {
    const BOTH: &str = "actor 2024-03-01T09:00:00+00:00; actor 2024-03-01T09:00:00+00:00";
    const TIME: &str = "2024-03-01T09:00:00+00:00";
    const FIRST: &str = "actor 2024-03-01T09:00:00+00:00";
    let text = vec!["actor", "actor"];
    let dictionary: arrow::array::DictionaryArray<arrow::datatypes::Int32Type> =
        text.iter().copied().collect();
    let millis = 1_709_283_600_000;
    let zoned = TimestampMillisecondArray::from(vec![millis; 2]).with_timezone("+02:00");
    let bytes = BinaryArray::from_opt_vec(vec![Some(b"x"), Some(b"\xff")]);
    let not_text = |name: &str, bytes: &str| {
        format!("{FIRST}; row 1: {name} is {bytes}, which is not UTF-8 text")
    };
    let named = |one: &str, two: &str| format!("{one} {TIME}; {two} {TIME}");
    let decimal =
        |values: Vec<i128>| Decimal128Array::from(values).with_precision_and_scale(18, 2).unwrap();
    let (money, whole) = (decimal(vec![5_000_000, -5]), decimal(vec![700, 800]));
    let fixed = FixedSizeBinaryArray::try_from_iter([b"abc", b"d e"].into_iter()).unwrap();
    let zoned_text =
        TimestampMillisecondArray::from(vec![millis; 2]).with_timezone("Europe/Berlin");
    let required = BinaryViewArray::from_iter(vec![Some(&b"actor"[..]), Some(&b"\xc3\x28"[..])]);
    let table: Vec<(&str, Option<ArrayRef>, Result<String, &str>)> = vec![
        ("actor", array(LargeStringArray::from(text.clone())), Ok(BOTH.into())),
        ("actor", array(StringViewArray::from(text.clone())), Ok(BOTH.into())),
        ("actor", array(BinaryArray::from_vec(vec![b"actor"; 2])), Ok(BOTH.into())),
        ("actor", array(dictionary), Ok(BOTH.into())),
        ("timestamp", array(zoned), Ok(BOTH.into())),
        ("something else", array(Int64Array::from(vec![1, 2])), Ok(BOTH.into())),
        ("seq", array(Int64Array::from(vec![1, 2])), Ok(BOTH.into())),
        ("old_value", array(bytes), Ok(not_text("old_value", "ff"))),
        ("actor", array(required), Ok(not_text("actor", "c328"))),
        (
            "actor",
            array(StringArray::from(vec![Some("actor"), None])),
            Ok(format!("{FIRST}; row 1: actor is null")),
        ),
        (
            "timestamp",
            array(StringArray::from(vec![Some("2024-03-01T10:00:00+01:00"), None])),
            Ok(format!("{FIRST}; row 1: timestamp is null")),
        ),
        (
            "timestamp",
            array(StringArray::from(vec!["2024-03-01T09:00:00Z", "9999-01-01T00:00:00Z"])),
            Ok(format!(
                "{FIRST}; row 1: timestamp “9999-01-01T00:00:00Z” lies outside the years 1677 to 2262"
            )),
        ),
        ("actor", None, Err("the column actor is missing")),
        ("timestamp", None, Err("the column timestamp is missing")),
        ("old_value", None, Err("the column old_value is missing")),
        ("actor", array(Int64Array::from(vec![1, -2])), Ok(named("1", "-2"))),
        ("actor", array(BooleanArray::from(vec![true, false])), Ok(named("true", "false"))),
        ("actor", array(Date32Array::from(vec![0, 19_783])), Ok(named("1970-01-01", "2024-03-01"))),
        ("actor", array(money), Ok(named("50000.00", "-0.05"))),
        ("actor", array(fixed), Ok(named("abc", "d e"))),
        ("actor", array(zoned_text), Ok(named(TIME, TIME))),
        ("workspace_id", array(Float64Array::from(vec![None, None])), Ok(BOTH.into())),
        ("batch", array(NullArray::new(2)), Ok(BOTH.into())),
        (
            "old_value",
            array(Float64Array::from(vec![None, Some(1.5)])),
            Ok(BOTH.into()),
        ),
        (
            "timestamp",
            array(TimestampNanosecondArray::from(vec![0, 0])),
            Ok("row 0: timestamp is 1970-01-01T00:00:00 of type Timestamp(ns) where an instant with \
                a zone is needed; row 1: timestamp is 1970-01-01T00:00:00 of type Timestamp(ns) \
                where an instant with a zone is needed"
                .into()),
        ),
        (
            "seq",
            array(Int64Array::from(vec![1, -2])),
            Ok(format!("{FIRST}; row 1: seq is “-2” where a whole number from 0 on is needed")),
        ),
        (
            "seq",
            array(Float64Array::from(vec![Some(7.0), Some(7.5)])),
            Ok(format!("{FIRST}; row 1: seq is “7.5” where a whole number from 0 on is needed")),
        ),
        ("seq", array(whole), Ok(BOTH.into())),
        ("seq", array(StringArray::from(vec!["7", "18446744073709551615"])), Ok(BOTH.into())),
        (
            "recorded_at",
            array(StringArray::from(vec!["2024-03-01T09:00:00Z", "now"])),
            Ok(format!("{FIRST}; row 1: recorded_at “now” is not an RFC 3339 time")),
        ),
    ];
    for (name, column, expected) in table {
        let found = read(&[(name, column)]);
        match expected {
            Ok(expected) => assert_eq!(found, Ok(expected), "{name}"),
            Err(expected) => assert!(found.clone().unwrap_err().contains(expected), "{found:?}"),
        }
    }
}

#[test]
fn b1_b4_what_is_no_parquet_file_or_part_of_one_is_named() {
    for bytes in [&b""[..], b"PAR1", b"not a file", b"PAR1 and much more and in the end PAR1"] {
        let found = decode_file(&Bytes::from_static(bytes));
        assert!(found.is_err(), "{bytes:?}");
    }
    let whole = file(&[]);
    for end in (0..whole.len()).step_by(64) {
        assert!(decode_file(&whole.slice(..end)).is_err(), "cut at {end}");
    }
}

/// A file of two rows whose second value calls itself UTF-8 text and is not.
fn not_utf8(name: &str) -> Bytes {
    const MARK: &str = "a value to be found";
    let column = array(StringArray::from(vec!["actor", MARK]));
    let mut bytes = file(&[(name, column)]).to_vec();
    let marks: Vec<usize> =
        (0..bytes.len()).filter(|&at| bytes[at..].starts_with(MARK.as_bytes())).collect();
    assert!(!marks.is_empty());
    for at in marks {
        bytes[at] = 0xff;
    }
    bytes.into()
}

#[test]
fn b6_text_that_only_calls_itself_utf8_is_a_finding_about_its_row() {
    for name in ["new_value", "actor", "event_id"] {
        let rows = decode_file(&not_utf8(name)).unwrap();
        assert_eq!((rows.in_file, rows.len()), (2, 1), "{name}");
        let why = &rows.bad[0].1;
        assert!(why.starts_with(&format!("{name} is ff")), "{why}");
        assert!(why.ends_with("which is not UTF-8 text"), "{why}");
    }
}

#[test]
fn b5_columns_nobody_knows_are_kept_as_text() {
    let numbers = array(Int64Array::from(vec![Some(7), None]));
    let texts = array(StringArray::from(vec!["x", "y"]));
    let rows = decode_file(&file(&[("note", texts), ("weight", numbers)])).unwrap();
    assert_eq!(extra(&rows, 0), r#"{"note":"x","weight":"7"}"#);
    assert_eq!(extra(&rows, 1), r#"{"note":"y"}"#);
}

#[test]
fn b5_b6_an_instant_keeps_its_digits_and_one_out_of_range_is_a_finding_about_its_row() {
    let nanos = TimestampNanosecondArray::from(vec![1_709_283_600_000_000_001, -1]);
    let rows = decode_file(&file(&[("timestamp", array(nanos.with_timezone("UTC")))])).unwrap();
    assert_eq!(rows.time, [1_709_283_600_000_000_001, -1]);
    let millis = TimestampMillisecondArray::from(vec![1_709_283_600_000, i64::MAX]);
    let found = read(&[("timestamp", array(millis.with_timezone("UTC")))]).unwrap();
    let why =
        "row 1: timestamp is 9223372036854775807 ms since 1970, outside the years 1677 to 2262";
    assert_eq!(found, format!("actor 2024-03-01T09:00:00+00:00; {why}"));
}

/// What no calendar has costs neither its row nor the others.
#[test]
fn f2_f15_a_value_far_away_is_read_as_the_instant_or_the_date_it_is() {
    let micros = |values: Vec<i64>| TimestampMicrosecondArray::from(values).with_timezone("UTC");
    let table = [
        (
            array(micros(vec![253_402_300_800_000_000, i64::MAX])),
            ["+10000-01-01T00:00:00+00:00", "9223372036854775807 µs since 1970"],
        ),
        (
            array(Date32Array::from(vec![19_783, i32::MAX])),
            ["2024-03-01", "2147483647 days since 1970"],
        ),
        (array(DurationSecondArray::from(vec![90, -1])), ["90 s", "-1 s"]),
        (array(Float64Array::from(vec![50_000.0, f64::NAN])), ["50000.0", "NaN"]),
        (
            array(micros(vec![0, 1])),
            ["1970-01-01T00:00:00+00:00", "1970-01-01T00:00:00.000001+00:00"],
        ),
        (
            array(TimestampMicrosecondArray::from(vec![0, 1])),
            ["1970-01-01T00:00:00", "1970-01-01T00:00:00.000001"],
        ),
        (array(Time64MicrosecondArray::from(vec![0, 1])), ["00:00:00", "00:00:00.000001"]),
        (
            array(StructArray::from(vec![(
                Arc::new(Field::new("rate", DataType::Int64, true)),
                array(Int64Array::from(vec![Some(1), None])).unwrap(),
            )])),
            [r#"{"rate":1}"#, r#"{"rate":null}"#],
        ),
    ];
    for (column, texts) in table {
        let rows = decode_file(&file(&[("new_value", column)])).unwrap();
        assert_eq!(
            (rows.bad.len(), [0, 1].map(|row| value(&rows, row))),
            (0, texts.map(String::from))
        );
    }
}

#[test]
fn b5_a_text_in_an_unknown_column_stays_text_where_another_is_not_utf8() {
    let mut bytes = file(&[
        ("new_value", array(StringArray::from(vec!["fine", "to be broken"]))),
        ("note", array(StringArray::from(vec!["x", "y"]))),
    ])
    .to_vec();
    let broken = |at: &usize| bytes[*at..].starts_with(b"to be broken");
    let marks: Vec<usize> = (0..bytes.len()).filter(broken).collect();
    for at in marks {
        bytes[at] = 0xff;
    }
    let rows = decode_file(&bytes.into()).unwrap();
    assert_eq!((rows.len(), extra(&rows, 0)), (1, r#"{"note":"x"}"#.to_owned()));
}

/// The new value of a row.
fn value(rows: &DecodedRows, row: usize) -> String {
    let values = crate::rows::decode_values(rows.values.get(row)).unwrap();
    values.new.unwrap_or_default().to_owned()
}

/// What a row has in columns that describe it and are no part of its event.
fn about_row(rows: &DecodedRows, row: usize) -> String {
    let mut id = String::new();
    let head = crate::rows::decode_head(rows.head.get(row), &mut id).unwrap();
    head.about_row.unwrap_or_default().to_owned()
}

/// What a row has in columns that are not in the table.
fn extra(rows: &DecodedRows, row: usize) -> String {
    let mut id = String::new();
    let head = crate::rows::decode_head(rows.head.get(row), &mut id).unwrap();
    head.extra.unwrap_or_default().to_owned()
}

#[test]
fn f1_of_several_columns_with_one_name_each_means_what_is_said_of_it() {
    let seconds = array(DurationSecondArray::from(vec![90, 5]));
    let numbers = array(Int64Array::from(vec![90, 5]));
    for (columns, shown) in [
        (
            [("wait", seconds.clone()), ("wait", numbers.clone())],
            r#"{"wait":"90","wait (2)":"90 s"}"#,
        ),
        ([("wait", numbers), ("wait", seconds)], r#"{"wait":"90 s","wait (2)":"90"}"#),
    ] {
        let rows = decode_file(&file(&columns)).unwrap();
        assert_eq!(extra(&rows, 0), shown);
    }
}

#[test]
fn f1_columns_outside_of_the_table_never_cost_a_row() {
    let micros = |values: Vec<i64>| TimestampMicrosecondArray::from(values);
    let time = 1_709_283_600_000_001;
    let nested = StructArray::from(vec![(
        Arc::new(Field::new("a", DataType::Int64, true)),
        array(Int64Array::from(vec![1, 2])).unwrap(),
    )]);
    let table = [
        (
            array(micros(vec![time; 2]).with_timezone("Asia/Tokyo")),
            "2024-03-01T09:00:00.000001+00:00",
        ),
        (array(micros(vec![time; 2])), "2024-03-01T09:00:00.000001"),
        (
            array(micros(vec![i64::MAX; 2])),
            "9223372036854775807: Timestamp(µs) that cannot be shown",
        ),
        (array(Float64Array::from(vec![f64::INFINITY; 2])), "inf"),
        (array(Date32Array::from(vec![i32::MAX; 2])), "2147483647 days since 1970"),
        (array(nested), r#"{"a":1}"#),
        (array(BinaryArray::from_vec(vec![b"\xff\x00"; 2])), "ff00"),
        (
            array(micros(vec![253_402_300_800_000_001; 2]).with_timezone("UTC")),
            "+10000-01-01T00:00:00.000001+00:00",
        ),
        (
            array(micros(vec![i64::MAX; 2]).with_timezone("UTC")),
            "9223372036854775807 µs since 1970",
        ),
        (array(DurationSecondArray::from(vec![90; 2])), "90 s"),
        (array(DurationMillisecondArray::from(vec![-1; 2])), "-1 ms"),
        (array(DurationMicrosecondArray::from(vec![1_500_000; 2])), "1500000 µs"),
        (array(DurationNanosecondArray::from(vec![i64::MAX; 2])), "9223372036854775807 ns"),
        (array(Int64Array::from(vec![90; 2])), "90"),
        (array(StringArray::from(vec!["x"; 2])), "x"),
    ];
    for (column, shown) in table {
        let rows = decode_file(&file(&[("note", column)])).unwrap();
        let expected = serde_json::json!({"note": shown}).to_string();
        assert_eq!((rows.len(), rows.bad.len(), extra(&rows, 0)), (2, 0, expected));
    }
}

/// Two values that differ are told apart, and each is JSON.
#[test]
fn f1_nested_values_are_json_without_ambiguity() {
    let column =
        |name: &str, values: ArrayRef| (Field::new(name, values.data_type().clone(), true), values);
    let structs = |fields: Vec<(Field, ArrayRef)>| {
        let fields = fields.into_iter().map(|(field, values)| (Arc::new(field), values));
        array(StructArray::from(fields.collect::<Vec<_>>()))
    };
    let texts =
        |values: [Option<&str>; 2]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("a, b")]);
    lists.append_value([Some("a"), Some("b")]);
    let mut lists_of_lists = ListBuilder::new(ListBuilder::new(Int64Builder::new()));
    lists_of_lists.values().append_value([Some(i64::MAX), None]);
    lists_of_lists.values().append_value([]);
    lists_of_lists.append(true);
    lists_of_lists.append(true);
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
    for (key, value) in [("a: 1, \"b\"", Some(1.5)), ("c", Some(f64::NAN))] {
        maps.keys().append_value(key);
        maps.values().append_option(value);
    }
    maps.append(true).unwrap();
    maps.append(true).unwrap();
    let mut numbered = MapBuilder::new(None, Int64Builder::new(), BooleanBuilder::new());
    numbered.keys().append_value(7);
    numbered.values().append_value(true);
    numbered.append(true).unwrap();
    numbered.append(true).unwrap();
    let days = Arc::new(Date32Array::from(vec![19_783; 2]));
    let instants = TimestampMicrosecondArray::from(vec![0; 2]).with_timezone("Asia/Tokyo");
    let rates = Decimal128Array::from(vec![4550, -1]).with_precision_and_scale(9, 2).unwrap();
    let table = [
        (array(lists.finish()), r#"["a, b"]"#, r#"["a","b"]"#),
        (array(lists_of_lists.finish()), "[[9223372036854775807,null],[]]", "[]"),
        (structs(vec![column("a", texts([None, Some("")]))]), r#"{"a":null}"#, r#"{"a":""}"#),
        (
            structs(vec![column("a", texts([Some("1"), Some("null")])), column("b \"", days)]),
            r#"{"a":"1","b \"":"2024-03-01"}"#,
            r#"{"a":"null","b \"":"2024-03-01"}"#,
        ),
        (
            structs(vec![
                column("at", Arc::new(instants)),
                column("rate", Arc::new(rates)),
                column("raw", Arc::new(BinaryArray::from_vec(vec![b"\xff"; 2]))),
            ]),
            r#"{"at":"1970-01-01T00:00:00+00:00","rate":45.50,"raw":"ff"}"#,
            r#"{"at":"1970-01-01T00:00:00+00:00","rate":-0.01,"raw":"ff"}"#,
        ),
        (array(maps.finish()), r#"{"a: 1, \"b\"":1.5,"c":"NaN"}"#, "{}"),
        (array(numbered.finish()), r#"{"7":true}"#, "{}"),
    ];
    for (column, first, second) in table {
        let rows = decode_file(&file(&[("note", column)])).unwrap();
        assert_eq!(rows.len(), 2);
        for (row, shown) in [first, second].into_iter().enumerate() {
            assert_eq!(extra(&rows, row), serde_json::json!({"note": shown}).to_string());
            assert!(serde_json::from_str::<serde_json::Value>(shown).is_ok(), "{shown}");
        }
    }
}

#[test]
fn f1_a_column_that_cannot_be_read_is_named_in_each_row() {
    const MARK: &str = "a value to be found";
    let column = array(StringArray::from(vec![MARK; 2]));
    let bytes = file(&[("note", column)]);
    // The header of the page that holds the value, and its sum, no longer fit.
    let at = (0..bytes.len()).find(|&at| bytes[at..].starts_with(MARK.as_bytes())).unwrap();
    let mut broken = bytes.to_vec();
    broken[at - 12..at].fill(0xff);
    let rows = decode_file(&broken.into()).unwrap();
    assert_eq!((rows.len(), rows.bad.len()), (2, 0));
    assert!(extra(&rows, 1).starts_with(r#"{"note":"cannot be read: "#), "{}", extra(&rows, 1));
    let problem = rows.problem.unwrap();
    assert!(problem.starts_with("is read but for its column note: "), "{problem}");
    // The others are not concerned.
    let other = array(StringArray::from(vec!["x", "y"]));
    let bytes = file(&[("note", array(StringArray::from(vec![MARK; 2]))), ("other", other)]);
    let at = (0..bytes.len()).find(|&at| bytes[at..].starts_with(MARK.as_bytes())).unwrap();
    let mut broken = bytes.to_vec();
    broken[at - 12..at].fill(0xff);
    let rows = decode_file(&broken.into()).unwrap();
    assert!(extra(&rows, 1).contains(r#""other":"y""#), "{}", extra(&rows, 1));
}

#[test]
fn f1_columns_of_one_name_are_shown_side_by_side() {
    let column = || -> ArrayRef { Arc::new(StringArray::from(vec!["x"])) };
    let names = LEGACY_COLUMNS.map(Column::name).into_iter().chain(["note", "note"]);
    let columns = names.map(|name| match name {
        "timestamp" => {
            ("timestamp", Arc::new(StringArray::from(vec!["2024-03-01T09:00:00Z"])) as ArrayRef)
        }
        name => (name, column()),
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let rows = decode_file(&bytes.into()).unwrap();
    assert_eq!(extra(&rows, 0), r#"{"note":"x","note (2)":"x"}"#);
}

#[test]
fn f3_arrow_s_own_schema_beside_that_of_parquet_is_no_more_than_a_hint() {
    let batch = RecordBatch::try_from_iter(LEGACY_COLUMNS.map(|column| {
        let text = if column == Column::Timestamp { "2024-03-01T09:00:00Z" } else { "x" };
        (column.name(), Arc::new(StringArray::from(vec![text])) as ArrayRef)
    }))
    .unwrap();
    for hint in ["", "not base64", "AAAA"] {
        let mut bytes = Vec::new();
        let hint = KeyValue::new("ARROW:schema".to_owned(), hint.to_owned());
        let properties = WriterProperties::builder().set_key_value_metadata(Some(vec![hint]));
        let options = ArrowWriterOptions::new().with_skip_arrow_metadata(true);
        let options = options.with_properties(properties.build());
        let mut writer =
            ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        assert_eq!(decode_file(&bytes.into()).unwrap().len(), 1);
    }
}

/// Whatever stands in the place of a byte of the hint, the rows are read.
#[test]
fn f3_a_damaged_hint_costs_no_row() {
    let bytes = file(&[("note", array(DurationSecondArray::from(vec![90; 2])))]).to_vec();
    let key = b"ARROW:schema";
    let key = bytes.windows(key.len()).position(|found| found == key).unwrap();
    let is_hint = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let start = key + 12 + bytes[key + 12..].iter().position(|byte| *byte == b'/').unwrap();
    let length = bytes[start..].iter().take_while(|byte| is_hint(byte)).count();
    assert!(length > 500, "{length}");
    for at in start..start + length {
        for instead in *b"A/9" {
            let mut damaged = bytes.clone();
            damaged[at] = instead;
            let rows = decode_file(&damaged.into()).unwrap();
            assert_eq!((rows.len(), rows.bad.len()), (2, 0), "{at}");
        }
    }
}

#[test]
fn f4_a_column_that_only_the_path_names_is_taken_from_it() {
    let without = || file(&[("workspace_id", None)]);
    let read = |bytes: &Bytes, path: &str| {
        let rows = decode(bytes, &Partitions::of_path(path))?;
        let column = &rows.terms[Column::WorkspaceId.as_dimension()];
        let found = column.codes.iter().map(|&code| column.values[code as usize].clone());
        let bad = rows.bad.iter().map(|(_, why)| Some(why.clone()));
        Ok::<_, String>((found.chain(bad).collect::<Vec<_>>(), about_row(&rows, 0)))
    };
    let both = |value: Option<&str>| vec![value.map(str::to_owned); 2];
    let none = String::new();
    assert_eq!(read(&without(), "a.parquet").unwrap_err(), "the column workspace_id is missing");
    let table = [
        ("workspace_id=ws-north/a.parquet", both(Some("ws-north")), none.clone()),
        ("workspace_id=__HIVE_DEFAULT_PARTITION__/a.parquet", both(None), none),
        ("year=2024/workspace_id=x/a.parquet", both(Some("x")), r#"{"year":"2024"}"#.to_owned()),
    ];
    for (path, found, others) in table {
        assert_eq!(read(&without(), path), Ok((found, others)), "{path}");
    }
    let (found, _) = read(&file(&[]), "workspace_id=workspace_id/a.parquet").unwrap();
    assert_eq!(found, both(Some("workspace_id")));
    let rows = decode(&file(&[]), &Partitions::of_path("workspace_id=other/a.parquet")).unwrap();
    let why = "workspace_id is “workspace_id”, and the file's path says “other”";
    assert_eq!((rows.len(), rows.bad[0].1.as_str()), (0, why));
    let twice = read(&without(), "workspace_id=a/workspace_id=b/a.parquet").unwrap_err();
    assert_eq!(twice, "its path names the column workspace_id twice, with different values");
}

/// A file in which the first byte of the text `mark` is one that no UTF-8 text has.
fn with_broken_text(bytes: &Bytes, mark: &str) -> Bytes {
    let mut broken = bytes.to_vec();
    let at = (0..bytes.len()).find(|&at| bytes[at..].starts_with(mark.as_bytes())).unwrap();
    broken[at] = 0xff;
    broken.into()
}

#[test]
fn f1_f2_what_is_within_a_nested_value_is_read_as_it_is_outside() {
    const MARK: &str = "text to be broken";
    let texts = |values: [&str; 2]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let nullable = |name: &str, kind: DataType| Arc::new(Field::new(name, kind, true));
    let pair = |first: ArrayRef, second: ArrayRef| {
        array(StructArray::from(vec![
            (nullable("a", first.data_type().clone()), first),
            (nullable("b", second.data_type().clone()), second),
        ]))
    };
    let months: ArrayRef = Arc::new(IntervalYearMonthArray::from(vec![5, 14]));
    let intervals = file(&[("note", pair(months, texts(["x", "y"])))]);
    let rows = decode_file(&intervals).unwrap();
    assert_eq!(extra(&rows, 0), r#"{"note":"{\"a\":\"5 months\",\"b\":\"x\"}"}"#);
    assert_eq!(extra(&rows, 1), r#"{"note":"{\"a\":\"14 months\",\"b\":\"y\"}"}"#);

    // A text that is none concerns its own row and column only.
    let broken = pair(texts(["good", MARK]), texts(["x", "y"]));
    let bytes =
        file(&[("note", broken.clone()), ("other", pair(texts(["p", "q"]), texts(["r", "s"])))]);
    let rows = decode_file(&with_broken_text(&bytes, MARK)).unwrap();
    assert_eq!((rows.len(), rows.bad.len()), (2, 0));
    assert!(
        extra(&rows, 0).contains(r#""note":"{\"a\":\"good\",\"b\":\"x\"}""#),
        "{}",
        extra(&rows, 0)
    );
    assert!(extra(&rows, 1).contains("which is not UTF-8 text"), "{}", extra(&rows, 1));
    assert!(
        extra(&rows, 1).contains(r#""other":"{\"a\":\"q\",\"b\":\"s\"}""#),
        "{}",
        extra(&rows, 1)
    );

    let rows = decode_file(&with_broken_text(&file(&[("new_value", broken)]), MARK)).unwrap();
    assert_eq!((value(&rows, 0), rows.len()), (r#"{"a":"good","b":"x"}"#.to_owned(), 1));
    let [(1, why)] = rows.bad.as_slice() else { panic!("{:?}", rows.bad) };
    assert!(why.contains("new_value is ") && why.contains("which is not UTF-8 text"), "{why}");
}

#[test]
fn f4_what_path_and_file_say_of_a_further_column_is_shown_once_or_apart() {
    let years = array(StringArray::from(vec!["2024", "2024"]));
    let bytes = file(&[("year", years)]);
    let table = [
        ("year=2024/a.parquet", r#"{"year":"2024"}"#, ""),
        ("year=2025/a.parquet", r#"{"year":"2024"}"#, r#"{"year (of its path)":"2025"}"#),
    ];
    for (path, in_file, of_path) in table {
        let rows = decode(&bytes, &Partitions::of_path(path)).unwrap();
        assert_eq!(
            (extra(&rows, 0), about_row(&rows, 0)),
            (in_file.into(), of_path.into()),
            "{path}"
        );
    }
}

#[test]
fn f2_numbers_of_sixteen_bytes_are_no_texts() {
    let number = |low: u8| [[low].as_slice(), &[0; 15]].concat();
    let column = FixedSizeBinaryArray::try_from_iter([number(5), number(65)].into_iter());
    let rows = decode_file(&file(&[("new_value", array(column.unwrap()))])).unwrap();
    assert_eq!((rows.len(), rows.bad.len()), (0, 2), "{:?}", rows.bad);
}
