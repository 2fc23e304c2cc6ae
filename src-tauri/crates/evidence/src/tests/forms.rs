//! Every row of each form, read back.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray, UInt64Array};
use event::{COLUMNS, Cell, Column, EVENT_COLUMNS, Entry, format_time};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use query::{Filters, Term};
use serde_json::{Value, json};

use super::{Exporting, entries, names, now, own, sheet};
use crate::row::{cells, column_names};
use crate::spreadsheet::{cut, defused};
use crate::{Error, Form, LONGEST_CELL, MOST_EVENTS_OF_A_SHEET};

const CSV: Form = Form::Csv { byte_order_mark: false };

fn further() -> BTreeSet<String> {
    ["=host", "checkpoint", "region", "salt", "score"].map(str::to_owned).into()
}

/// What a table must have, exactly: nulls are `None`.
fn expected(entry: &Entry) -> Vec<Option<String>> {
    cells(entry, &further()).map(|cell| cell.map(Cow::into_owned)).collect()
}

#[test]
fn csv_has_every_row_and_what_a_spreadsheet_runs_is_defused_counted_and_listed() {
    let place = Exporting::new(entries());
    let mut export = place.export(CSV, "events.csv");
    export.about = Some(place.path("about.json"));
    let about = place.run(&export).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&export.out).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let names = column_names(&further());
    assert_eq!(rows[0], names);
    assert!(names.contains(&"extra.=host".to_owned()));
    let (mut altered, mut listed) = (0, Vec::new());
    for ((row, number), entry) in rows.iter().skip(1).zip(2_u64..).zip(place.all()) {
        for ((cell, expected), name) in row.iter().zip(expected(&entry)).zip(&names) {
            let expected = expected.unwrap_or_default();
            assert_eq!(cell, defused(&expected));
            if cell != expected {
                altered += 1;
                listed.push(json!({ "row": number, "column": name, "what": "apostrophe" }));
            }
        }
    }
    assert_eq!((rows.len() - 1, about.events), (place.all().len(), place.all().len()));
    assert_eq!((about.apostrophes, about.too_long, altered), (altered, 0, 10));
    let told: Value =
        serde_json::from_slice(&std::fs::read(place.path("about.json")).unwrap()).unwrap();
    assert_eq!(told["altered"], Value::Array(listed));
    assert_eq!((&told["question"], &told["zone"]), (&json!("zone=UTC"), &json!("UTC")));
    assert_eq!((&told["reading"], &told["clock"]), (&json!("recorded"), &json!("now")));
    assert_eq!(told["exported_at"], format_time(now()));
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["coverage"]["unreadable"][0]["file"], "c.parquet");
    assert_eq!(told["first"], "2024-03-01T09:00:00.123456789+00:00");
    let text = std::fs::read_to_string(&export.out).unwrap();
    assert!(text.contains(",update,,plain,") || text.contains(",update,\"\",plain,"), "{text}");
    assert!(text.lines().all(|line| !line.starts_with('=')));
}

#[test]
fn csv_tells_null_from_empty_and_begins_with_a_byte_order_mark_if_asked() {
    let place = Exporting::new(vec![
        own(0, event::Action::Update, None),
        own(1, event::Action::Update, Some("")),
    ]);
    let export = place.export(Form::Csv { byte_order_mark: true }, "events.csv");
    place.run(&export).unwrap();
    let text = std::fs::read_to_string(&export.out).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("\u{feff}event_id,timestamp,"), "{}", lines[0]);
    assert!(lines[1].contains(",update,\"\",,Sarah,"), "{}", lines[1]);
    assert!(lines[2].contains(",update,,\"\",Sarah,"), "{}", lines[2]);
}

#[test]
fn f17_cells_too_long_for_a_sheet_are_counted_in_csv_and_cut_and_listed_in_xlsx() {
    let long = "-".repeat(LONGEST_CELL + 1);
    let place = Exporting::new(vec![own(0, event::Action::Update, Some(&long))]);
    let csv = place.export(CSV, "events.csv");
    let about = place.run(&csv).unwrap();
    assert_eq!((about.apostrophes, about.too_long), (1, 1));
    assert!(std::fs::read_to_string(&csv.out).unwrap().contains(&long));
    let xlsx = place.export(Form::Xlsx, "events.xlsx");
    let about = place.run(&xlsx).unwrap();
    assert_eq!((about.apostrophes, about.too_long), (1, 1));
    let parts = sheet::parts(&xlsx.out);
    let cell = &sheet::cells(&parts["xl/worksheets/sheet1.xml"])[&(1, Column::NewValue.index())];
    assert_eq!((cell.len(), cell.starts_with("'-")), (LONGEST_CELL, true));
    let altered = sheet::cells(&parts["xl/worksheets/sheet3.xml"]);
    let row = |row: usize| [0, 1, 2].map(|column| altered[&(row, column)].clone());
    assert_eq!(row(1), ["2", "new_value", "apostrophe"]);
    assert_eq!(row(2), ["2", "new_value", "cut"]);
}

#[test]
fn xlsx_has_every_row_as_text_and_no_formula() {
    let place = Exporting::new(entries());
    let export = place.export(Form::Xlsx, "events.xlsx");
    let about = place.run(&export).unwrap();
    let parts = sheet::parts(&export.out);
    let sheets = parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    assert!(sheets.clone().all(|(_, xml)| !xml.contains("<f>") && !xml.contains("<f ")));
    let workbook = &parts["xl/workbook.xml"];
    let order =
        ["Events", "About", "Altered"].map(|name| workbook.find(&format!("name=\"{name}\"")));
    assert!(order.is_sorted() && order.iter().all(Option::is_some), "{workbook}");
    let found = sheet::cells(&parts["xl/worksheets/sheet1.xml"]);
    let columns = column_names(&further());
    for (at, name) in columns.iter().enumerate() {
        assert_eq!(found[&(0, at)], defused(name));
    }
    for (row, entry) in (1..).zip(place.all()) {
        for (at, expected) in expected(&entry).iter().enumerate() {
            let expected = expected.as_deref().unwrap_or_default();
            let cell = found.get(&(row, at)).map_or("", String::as_str);
            assert_eq!(cell, cut(&defused(expected)), "{row} {at}");
        }
    }
    assert_eq!(about.apostrophes, 10);
    let listed = sheet::cells(&parts["xl/worksheets/sheet3.xml"]);
    assert_eq!(listed.keys().map(|(row, _)| row).max(), Some(&10));
}

#[test]
fn ndjson_is_exact() {
    let place = Exporting::new(entries());
    let export = place.export(Form::Ndjson, "events.ndjson");
    place.run(&export).unwrap();
    let text = std::fs::read_to_string(&export.out).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), place.all().len());
    for (line, entry) in lines.iter().zip(place.all()) {
        for (column, cell) in EVENT_COLUMNS.iter().zip(entry.event.cells()) {
            assert_eq!(line[column.name()].as_str(), cell.to_text().as_deref());
        }
        let (file, row) = crate::row::place(&entry);
        assert_eq!((line["file"].as_str(), line["row"].as_u64()), (file, row));
        let other = line.get("extra").cloned().unwrap_or_else(|| json!({}));
        assert_eq!(other, json!(entry.other_columns()));
        assert_eq!(line.get("address").is_some(), entry.id_is_repeated);
        let marks = line.get("marks").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(marks, json!(entry.marks));
    }
}

/// All rows of a Parquet file.
fn read(path: &std::path::Path) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    arrow::compute::concat_batches(&batches[0].schema(), &batches).unwrap()
}

/// Texts of a column; an instant and a number as the file's type has them.
fn texts(rows: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = rows.column_by_name(name).unwrap();
    let text = |text: Option<&str>| text.map(str::to_owned);
    if let Some(texts) = column.as_any().downcast_ref::<StringArray>() {
        return texts.iter().map(text).collect();
    }
    if let Some(numbers) = column.as_any().downcast_ref::<UInt64Array>() {
        return numbers.iter().map(|number| number.map(|number| number.to_string())).collect();
    }
    if let Some(bytes) = column.as_any().downcast_ref::<arrow::array::FixedSizeBinaryArray>() {
        let hex = |bytes: &[u8]| format!("{:032x}", u128::from_be_bytes(bytes.try_into().unwrap()));
        return bytes.iter().map(|bytes| bytes.map(hex)).collect();
    }
    let micros = column.as_any().downcast_ref::<arrow::array::TimestampMicrosecondArray>().unwrap();
    let instant =
        |micros: i64| format_time(chrono::DateTime::from_timestamp_micros(micros).unwrap());
    micros.iter().map(|micros| micros.map(instant)).collect()
}

/// Checks the columns of an event and of its seal.
fn check_own_columns(rows: &RecordBatch, entries: &[Arc<Entry>]) {
    assert_eq!(rows.num_rows(), entries.len());
    for column in COLUMNS {
        let found = texts(rows, column.name());
        for (found, entry) in found.iter().zip(entries) {
            let of_event = entry.event.cells().get(column.index()).copied().and_then(Cell::to_text);
            let about_row = entry.about_row.get(column.name()).map(|text| Cow::Borrowed(&**text));
            assert_eq!(found.as_deref(), of_event.or(about_row).as_deref(), "{column:?}");
        }
    }
}

#[test]
fn parquet_is_exact() {
    let place = Exporting::new(entries());
    let export = place.export(Form::Parquet, "events.parquet");
    place.run(&export).unwrap();
    let (rows, all) = (read(&export.out), place.all());
    check_own_columns(&rows, &all);
    let file = |entry: &Arc<Entry>| crate::row::place(entry).0.map(str::to_owned);
    let row = |entry: &Arc<Entry>| crate::row::place(entry).1.map(|row| row.to_string());
    assert_eq!(texts(&rows, "file"), all.iter().map(file).collect::<Vec<_>>());
    assert_eq!(texts(&rows, "row"), all.iter().map(row).collect::<Vec<_>>());
    let marks: Vec<_> = all.iter().map(|entry| crate::row::marks(entry)).collect();
    assert_eq!(texts(&rows, "marks"), marks);
    assert!(marks.contains(&Some("corrected".to_owned())));
    let score = |entry: &Arc<Entry>| entry.extra.get("score").cloned();
    assert_eq!(texts(&rows, "extra.score"), all.iter().map(score).collect::<Vec<_>>());
}

#[test]
fn an_extract_has_the_events_the_amendments_of_them_and_says_of_what_it_is_one() {
    let place = Exporting::new(entries());
    let mut export = place.export(Form::Extract, "extract");
    export.filters = Filters::default().with(Column::Actor, Term::including("Sarah"));
    let about = place.run(&export).unwrap();
    let all = place.all();
    assert_eq!((about.events, about.amendments), (all.len() - 1, 1));
    assert_eq!(names(&export.out), ["journal"]);
    let journal = export.out.join("journal");
    assert_eq!(names(&journal), [".extract", "extract-00000001.parquet"]);
    let rows = read(&journal.join("extract-00000001.parquet"));
    check_own_columns(&rows, &all);
    let names: Vec<String> =
        rows.schema().fields().iter().map(|field| field.name().clone()).collect();
    let further = ["=host", "region", "score"].map(str::to_owned);
    assert_eq!(
        names,
        [COLUMNS.map(|column| column.name().to_owned()).to_vec(), further.to_vec()].concat()
    );
    let said: Value =
        serde_json::from_slice(&std::fs::read(journal.join(".extract")).unwrap()).unwrap();
    let expected = json!({
        "bucket": "0f".repeat(16), "query": "actor=Sarah zone=UTC", "at": format_time(now()),
        "version": env!("CARGO_PKG_VERSION"), "events": all.len() - 1, "amendments": 1,
    });
    assert_eq!(said, expected);
}

#[test]
fn files_of_an_extract_are_at_most_64_mib_and_their_names_ascend() {
    // Nothing compresses it: digits of a sequence that repeats late.
    let mut state = 7_u64;
    let mut noise = |bytes: usize| -> String {
        let one = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(b' ' + u8::try_from((state >> 33) % 94).unwrap_or_default())
        };
        (0..bytes).map(one).collect()
    };
    let events = [10, 10, 55, 1, 20, 20, 20, 20];
    let entry = |(n, mib): (u32, usize)| own(n, event::Action::Update, Some(&noise(mib << 20)));
    let place = Exporting::new((0..).zip(events).map(entry).collect());
    let export = place.export(Form::Extract, "extract");
    place.run(&export).unwrap();
    let journal = export.out.join("journal");
    let files: Vec<_> = names(&journal).into_iter().filter(|name| name != ".extract").collect();
    assert!(files.len() > 2, "{files:?}");
    let mut ids = Vec::new();
    for file in &files {
        let path = journal.join(file);
        assert!(path.metadata().unwrap().len() <= 64 << 20, "{file}");
        ids.extend(texts(&read(&path), "event_id").into_iter().flatten());
    }
    assert_eq!(ids, (0..8).map(|n| format!("evt-{n}")).collect::<Vec<_>>());
}

#[test]
fn a_sheet_of_too_many_events_is_refused_with_what_to_do() {
    assert!(Form::Xlsx.check(MOST_EVENTS_OF_A_SHEET).is_ok());
    let refused = Form::Xlsx.check(MOST_EVENTS_OF_A_SHEET + 1).unwrap_err();
    assert!(matches!(refused, Error::TooManyEvents(1_048_576)));
    assert!(refused.to_string().ends_with("use CSV or Parquet"), "{refused}");
    assert!(Form::Parquet.check(usize::MAX).is_ok());
}
