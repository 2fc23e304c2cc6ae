//! Which files are read, and what is said of those that are not.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::too_many_lines, reason = "one long table reads better than several short ones")]
#![allow(clippy::unnecessary_wraps, reason = "every row of the table has a column or none")]

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray, TimestampMillisecondArray, TimestampNanosecondArray,
    TimestampSecondArray,
};
use event::{Column, LEGACY_COLUMNS};
use parquet::arrow::ArrowWriter;

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
        let at = columns.iter().position(|(known, _)| known == name);
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

/// The actors and times of the rows that were read, and what is wrong with the others.
fn read(changed: &[(&str, Option<ArrayRef>)]) -> Result<String, String> {
    let rows = decode(&file(changed))?;
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
fn b5_b6_a_column_is_read_where_its_meaning_is_certain_and_named_where_it_is_not() {
    const BOTH: &str = "actor 2024-03-01T09:00:00+00:00; actor 2024-03-01T09:00:00+00:00";
    const FIRST: &str = "actor 2024-03-01T09:00:00+00:00";
    let text = vec!["actor", "actor"];
    let dictionary: arrow::array::DictionaryArray<arrow::datatypes::Int32Type> =
        text.iter().copied().collect();
    let millis = 1_709_283_600_000;
    let zoned = TimestampMillisecondArray::from(vec![millis; 2]).with_timezone("+02:00");
    let bytes = BinaryArray::from_opt_vec(vec![Some(b"x"), Some(b"\xff")]);
    let required = BinaryViewArray::from_iter(vec![Some(&b"actor"[..]), Some(&b"\xc3\x28"[..])]);
    let table: Vec<(&str, Option<ArrayRef>, Result<String, &str>)> = vec![
        ("actor", array(LargeStringArray::from(text.clone())), Ok(BOTH.into())),
        ("actor", array(StringViewArray::from(text.clone())), Ok(BOTH.into())),
        ("actor", array(BinaryArray::from_vec(vec![b"actor"; 2])), Ok(BOTH.into())),
        ("actor", array(dictionary), Ok(BOTH.into())),
        ("timestamp", array(zoned), Ok(BOTH.into())),
        ("old_value", None, Ok(BOTH.into())),
        ("something else", array(Int64Array::from(vec![1, 2])), Ok(BOTH.into())),
        ("seq", array(Int64Array::from(vec![1, 2])), Ok(BOTH.into())),
        ("old_value", array(bytes), Ok(format!("{FIRST}; row 1: old_value is not UTF-8 text"))),
        ("actor", array(required), Ok(format!("{FIRST}; row 1: actor is not UTF-8 text"))),
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
        (
            "actor",
            array(Int64Array::from(vec![1, 2])),
            Err("the column actor is Int64 where text is needed"),
        ),
        (
            "timestamp",
            array(TimestampNanosecondArray::from(vec![0, 0])),
            Err("where an instant with a zone is needed"),
        ),
        ("seq", array(Int64Array::from(vec![1, -2])), Err("the column seq: ")),
        (
            "recorded_at",
            array(StringArray::from(vec!["now", "now"])),
            Err("the column recorded_at is Utf8 where an instant with a zone is needed"),
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
        let found = decode(&Bytes::from_static(bytes));
        assert!(found.is_err(), "{bytes:?}");
    }
    let whole = file(&[]);
    for end in (0..whole.len()).step_by(64) {
        assert!(decode(&whole.slice(..end)).is_err(), "cut at {end}");
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
        let rows = decode(&not_utf8(name)).unwrap();
        assert_eq!((rows.in_file, rows.len()), (2, 1), "{name}");
        assert_eq!(rows.bad, [(1, format!("{name} is not UTF-8 text"))]);
    }
}

#[test]
fn b5_columns_nobody_knows_are_kept_as_text() {
    let numbers = array(Int64Array::from(vec![Some(7), None]));
    let texts = array(StringArray::from(vec!["x", "y"]));
    let rows = decode(&file(&[("note", texts), ("weight", numbers)])).unwrap();
    let extra = |row| {
        let mut id = String::new();
        let head = crate::rows::decode_head(rows.head.get(row), &mut id).unwrap();
        head.extra.map(str::to_owned)
    };
    assert_eq!(extra(0).as_deref(), Some(r#"{"note":"x","weight":"7"}"#));
    assert_eq!(extra(1).as_deref(), Some(r#"{"note":"y"}"#));
}

#[test]
fn b5_b6_an_instant_keeps_its_digits_and_one_out_of_range_is_a_finding_about_its_row() {
    let nanos = TimestampNanosecondArray::from(vec![1_709_283_600_000_000_001, -1]);
    let rows = decode(&file(&[("timestamp", array(nanos.with_timezone("UTC")))])).unwrap();
    assert_eq!(rows.time, [1_709_283_600_000_000_001, -1]);
    let seconds = TimestampSecondArray::from(vec![1_709_283_600, i64::MAX]).with_timezone("UTC");
    let found = read(&[("timestamp", array(seconds))]).unwrap();
    let why = "row 1: timestamp lies outside the years 1677 to 2262";
    assert_eq!(found, format!("actor 2024-03-01T09:00:00+00:00; {why}"));
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
    let rows = decode(&bytes.into()).unwrap();
    let mut id = String::new();
    let head = crate::rows::decode_head(rows.head.get(0), &mut id).unwrap();
    assert_eq!((rows.len(), head.extra), (1, Some(r#"{"note":"x"}"#)));
}

#[test]
fn b5_an_unknown_column_that_is_there_twice_is_named() {
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
    assert_eq!(decode(&bytes.into()).unwrap_err(), "there are two columns note");
}
