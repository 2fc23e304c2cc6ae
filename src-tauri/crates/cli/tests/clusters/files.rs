//! Files as the world writes them, damaged ones and foreign ones: the cluster's answers rest on what
//! those of this machine rest on, and say the same of what could not be read.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array,
    Int64Array, ListArray, NullArray, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, UInt64Array,
};
use event::LEGACY_COLUMNS;
use parquet::arrow::ArrowWriter;
use reference::{Questions, ReferenceEngine, compare};

use crate::answers::all_events;
use crate::buckets::Place as Folder;
use crate::place::{cluster, on_cluster, session};

/// A file of two rows with these columns in place of, or beside, the eleven of a legacy file. Each has
/// ids of its own, which begin with `id`.
fn file(id: &str, changed: &[(&str, Option<ArrayRef>)]) -> Vec<u8> {
    let plain = |name: &str| -> ArrayRef {
        let text = |n: u32| match name {
            "timestamp" => format!("2024-03-0{n}T09:00:00.12345678{n}Z"),
            "event_id" => format!("{id}-{n}"),
            "entity_id" => format!("CAND-{n}"),
            "action" => "update".to_owned(),
            _ => format!("{name} {n}"),
        };
        Arc::new(StringArray::from(vec![text(1), text(2)]))
    };
    let mut columns: Vec<(String, ArrayRef)> =
        LEGACY_COLUMNS.map(|c| (c.name().to_owned(), plain(c.name()))).into();
    for (name, column) in changed {
        let at = columns.iter().position(|(known, _)| known == name);
        match (at, column) {
            (Some(at), Some(column)) => columns[at].1 = Arc::clone(column),
            (Some(at), None) => drop(columns.remove(at)),
            (None, Some(column)) => columns.push(((*name).to_owned(), Arc::clone(column))),
            (None, None) => {}
        }
    }
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn texts(texts: [&str; 2]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

fn nullable(texts: [Option<&str>; 2]) -> ArrayRef {
    Arc::new(StringArray::from(texts.to_vec()))
}

/// Micros of 1 March 2024 and of an instant before 1970.
fn micros() -> TimestampMicrosecondArray {
    TimestampMicrosecondArray::from(vec![1_709_280_000_123_456, -1_001]).with_timezone("UTC")
}

/// Columns that files have in place of, or beside, those of a legacy file.
fn columns() -> Vec<(&'static str, Option<ArrayRef>)> {
    let shared = |array: ArrayRef| Some(array);
    let list = ListArray::from_iter_primitive::<arrow::datatypes::Int32Type, _, _>([
        Some(vec![Some(1), None]),
        None,
    ]);
    vec![
        // In other types.
        ("timestamp", shared(Arc::new(micros()))),
        (
            "timestamp",
            shared(Arc::new(
                TimestampMillisecondArray::from(vec![1_709_280_000_123, 5]).with_timezone("UTC"),
            )),
        ),
        ("recorded_at", shared(Arc::new(micros()))),
        ("recorded_at", shared(texts(["2024-03-01T09:00:00Z", "2024-03-02T09:00:00+02:00"]))),
        ("batch", shared(Arc::new(Int32Array::from(vec![Some(7), None])))),
        ("workspace_id", shared(Arc::new(NullArray::new(2)))),
        ("seq", shared(Arc::new(UInt64Array::from(vec![Some(u64::MAX), None])))),
        ("seq", shared(Arc::new(Int64Array::from(vec![Some(3), None])))),
        ("seq", shared(Arc::new(Int64Array::from(vec![-3, 4])))),
        (
            "seq",
            shared(Arc::new(
                Decimal128Array::from(vec![5, 6]).with_precision_and_scale(20, 0).unwrap(),
            )),
        ),
        ("new_value", shared(Arc::new(Int64Array::from(vec![Some(5), None])))),
        ("writer", shared(texts(["w1", "w2"]))),
        // Beside them.
        ("score", shared(Arc::new(Float64Array::from(vec![Some(1e21), Some(0.1)])))),
        ("score", shared(Arc::new(Int64Array::from(vec![Some(i64::MIN), None])))),
        ("is it?", shared(Arc::new(BooleanArray::from(vec![Some(true), None])))),
        ("remark `here`", shared(texts(["'quoted' \\ \"", "100 %\u{0}"]))),
        ("day", shared(Arc::new(Date32Array::from(vec![19_000, -1])))),
        ("parts", shared(Arc::new(list))),
        ("Actor", shared(texts(["one", "two"]))),
        ("checkpoint", shared(nullable([None, Some("sealed")]))),
        // What makes no event.
        ("actor", None),
        ("actor", shared(nullable([Some("Tom"), None]))),
        ("timestamp", shared(texts(["today", "2024-03-01T09:00:00Z"]))),
        ("timestamp", shared(texts(["2024-03-01 09:00:00+00:00", "2024-03-01t09:00:00.5z"]))),
        ("timestamp", shared(texts(["2024-03-01T09:00:00", "2024-03-01T23:59:60Z"]))),
        ("timestamp", shared(texts(["1677-01-01T00:00:00Z", "9999-12-31T00:00:00Z"]))),
        ("timestamp", shared(texts(["2024-03-01T09:00:00Z\n", "2024-02-30T09:00:00Z"]))),
        ("timestamp", shared(texts(["2024-03-01T09:00:00.1234567891Z", "2024-03-01T24:00:00Z"]))),
        (
            "timestamp",
            shared(texts(["2024-03-01T09:00:00-23:30", "1969-12-31T23:59:59.999999999Z"])),
        ),
        ("old_value", shared(Arc::new(BinaryArray::from(vec![&b"\xff\xfe"[..], &b"good"[..]])))),
        ("event_id", shared(texts(["the same", "the same"]))),
    ]
}

/// A bucket of them, and of what is no journal file, or damaged.
fn fill(folder: &Path) {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join("journal").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    for (n, column) in columns().into_iter().enumerate() {
        write(&format!("a{n:02}.parquet"), &file(&format!("evt-{n}"), &[column]));
    }
    let good = file("evt-good", &[]);
    write("b-good.parquet", &good);
    write("b-twice.parquet", &good);
    write("c-cut.parquet", &good[..good.len() / 2]);
    write("c-empty.parquet", b"");
    write("c-text.parquet", b"this is no Parquet file at all");
    let mut flipped = file("evt-flipped", &[]);
    flipped[30..60].fill(0xff);
    write("c-flipped.parquet", &flipped);
    write("d name's [1]{2}*?.parquet", &file("evt-name", &[]));
    write("d#%20+@.parquet", &file("evt-signs", &[]));
    write("workspace_id=ws-1/e.parquet", &file("evt-path", &[("workspace_id", None)]));
    write("workspace_id=ws-1/f.parquet", &file("evt-against", &[]));
    write("g.PARQUET", &good);
    write("_temporary/h.parquet", &good);
    fs::create_dir_all(folder.join("journal/i.parquet")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_any_kind_are_read_as_on_this_machine_and_told_in_the_same_words() {
    let place = Folder::new();
    fill(&place.bucket());
    let session = session(&place.bucket(), &place.home()).await;
    let reader = session.refresh().await.unwrap();
    let options = session::ClusterOptions::parse(&cluster(), None).unwrap();
    let engine = session.ask_cluster(&options).await.unwrap();
    let coverage = reader.coverage();
    assert_eq!(engine.coverage(), coverage);
    assert!(coverage.unreadable_total > 10, "{coverage:?}");
    let entries = all_events(&*reader).await.iter().map(|entry| (**entry).clone()).collect();
    let reference = ReferenceEngine::new(on_cluster(entries), coverage);
    let questions = Questions::about(reference.entries()).part(crate::place::part(), 40);
    compare(&*engine, &reference, &questions).await;
}
