//! Answers by brute force, from nothing but the files: slow, plain, and independent of the crates
//! under test. A row is eleven texts by position, as the first readers had it, and six more.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{TimestampMicrosecondType, UInt64Type};
use chrono::DateTime;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

pub const ID: usize = 0;
pub const TYPE: usize = 2;
pub const ENTITY: usize = 3;
pub const FIELD: usize = 4;
pub const ACTION: usize = 5;
pub const OLD: usize = 6;
pub const NEW: usize = 7;
pub const ACTOR: usize = 8;
pub const SOURCE: usize = 9;
pub const WORKSPACE: usize = 10;

/// One row of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// Ours after legacy ones; then by acceptance, log and number.
    pub own: Option<(i64, String, u64)>,
    pub file: String,
    pub number: usize,
    pub text: Vec<Option<String>>,
    pub corrects: Option<String>,
    /// The columns that are not text, and the rest, so that equal rows are equal throughout.
    pub rest: Vec<Option<String>>,
}

impl Row {
    pub fn get(&self, column: usize) -> &str {
        self.text[column].as_deref().unwrap_or_default()
    }

    pub fn place(&self) -> String {
        format!("{}#{}", self.file, self.number)
    }
}

/// Every event of a bucket once, in the total order.
pub fn read(bucket: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    for file in std::fs::read_dir(bucket.join("journal")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
        let mut row = 0;
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            for i in 0..batch.num_rows() {
                rows.push(take(&batch, i, &name, row));
                row += 1;
            }
        }
    }
    rows.sort();
    let mut seen = BTreeSet::new();
    // The same instant may be written in two zones.
    let but_time = |r: &Row| [&r.text[..1], &r.text[2..]].concat();
    rows.retain(|r| seen.insert((r.time, but_time(r), r.rest.clone())));
    rows
}

fn take(batch: &RecordBatch, i: usize, file: &str, row: usize) -> Row {
    let text = |c: usize| {
        let column = batch.column(c).as_string::<i32>();
        column.is_valid(i).then(|| column.value(i).to_owned())
    };
    let named = |name: &str| {
        let column = batch.column_by_name(name)?.as_string::<i32>();
        column.is_valid(i).then(|| column.value(i).to_owned())
    };
    let accepted = batch
        .column_by_name("recorded_at")
        .map(|column| column.as_primitive::<TimestampMicrosecondType>().value(i));
    let seq = batch.column_by_name("seq").map(|c| c.as_primitive::<UInt64Type>().value(i));
    let own = accepted.zip(seq).map(|(at, seq)| (at, named("writer").unwrap(), seq));
    let mut rest = vec![own.as_ref().map(|own| format!("{own:?}"))];
    rest.extend(["corrects", "reason", "batch"].map(named));
    Row {
        time: nanos(&text(1).unwrap()),
        own,
        file: file.to_owned(),
        number: row,
        text: (0..11).map(text).collect(),
        corrects: named("corrects"),
        rest,
    }
}

pub fn nanos(time: &str) -> i64 {
    DateTime::parse_from_rfc3339(time).unwrap().timestamp_nanos_opt().unwrap()
}

/// The events of one record.
pub fn history<'a>(rows: &'a [Row], kind: &str, id: &str) -> Vec<&'a Row> {
    rows.iter().filter(|r| r.get(TYPE) == kind && r.get(ENTITY) == id).collect()
}

/// Fields and values, and whether the record was there and whether it was deleted.
pub type State = (bool, bool, BTreeMap<String, Option<String>>);

/// A record at an instant, as recorded or as corrected.
pub fn state(history: &[&Row], at: i64, corrected: bool) -> State {
    let (mut exists, mut deleted, mut fields) = (false, false, BTreeMap::new());
    for row in history.iter().filter(|row| row.time <= at) {
        let said = if corrected { says(history, row) } else { Some(Said::plain(row)) };
        let Some(said) = said else { continue };
        match (row.get(ACTION), row.get(FIELD)) {
            ("insert", "*") => {
                if deleted {
                    fields.clear();
                }
                (exists, deleted) = (true, false);
                fields.extend(said.members());
            }
            ("delete", "*") => (exists, deleted) = (false, true),
            ("update" | "insert", field) => {
                exists = !deleted;
                fields.insert(field.to_owned(), said.value);
            }
            ("delete", field) => drop(fields.remove(field)),
            _ => {}
        }
    }
    (exists, deleted, fields)
}

/// What an event is taken to say: its value, and single fields of a whole record put right.
struct Said {
    value: Option<String>,
    parts: Vec<(String, Option<String>)>,
}

impl Said {
    fn plain(row: &Row) -> Self {
        Self { value: row.text[NEW].clone(), parts: Vec::new() }
    }

    fn members(self) -> BTreeMap<String, Option<String>> {
        let object = self.value.as_deref().and_then(|v| serde_json::from_str::<Value>(v).ok());
        let object = object.and_then(|v| v.as_object().cloned()).unwrap_or_default();
        let plain = object.into_iter().map(|(name, value)| match value {
            Value::Null => (name, None),
            Value::String(text) => (name, Some(text)),
            other => (name, Some(other.to_string())),
        });
        plain.chain(self.parts).collect()
    }
}

/// `None` if the event is void. Walks every amendment that names this event, oldest first.
fn says(history: &[&Row], row: &Row) -> Option<Said> {
    let mut said = Said::plain(row);
    let names = [row.get(ID).to_owned(), format!("{}@{}", row.get(ID), row.place())];
    let about = |other: &&&Row| other.corrects.as_ref().is_some_and(|c| names.contains(c));
    for other in history.iter().filter(about) {
        match (says(history, other), other.get(ACTION)) {
            (Some(_), "void") => return None,
            (Some(by), "correct") if other.get(FIELD) == row.get(FIELD) => said = by,
            (Some(by), "correct") if row.get(FIELD) == "*" => {
                said.parts.push((other.get(FIELD).to_owned(), by.value));
            }
            _ => {}
        }
    }
    Some(said)
}

/// How often each value of a column occurs: most frequent first, then by value.
pub fn counts<'a>(rows: impl Iterator<Item = &'a Row>, column: usize) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    rows.for_each(|row| *counts.entry(row.get(column).to_owned()).or_default() += 1);
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
