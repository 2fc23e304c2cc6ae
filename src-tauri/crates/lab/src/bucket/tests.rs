//! Tests that read the journal of a benchmark back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{LATER_FILES, Size, ensure, plan::Plan};

const EVENTS: u32 = 10_000;
const FILES: u32 = 40;
const SIZE: Size = Size { events: EVENTS, files: FILES, seed: 7, recorded: false };

fn paths(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn read(folder: &Path) -> Vec<RecordBatch> {
    let read = |path| {
        let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(path).unwrap());
        let mut batches = reader.unwrap().build().unwrap();
        let batch = batches.next().unwrap().unwrap();
        assert_eq!(batch.schema(), event::legacy_schema());
        assert!(batches.next().is_none());
        batch
    };
    paths(folder).into_iter().map(read).collect()
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_later_files_come_later() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, seed| ensure(&folder.path().join(name), Size { seed, ..SIZE }).unwrap();
    let (one, other) = (make("one", 1), make("other", 1));
    let bytes = |path: &Path| -> Vec<Vec<u8>> {
        paths(path).iter().map(|path| fs::read(path).unwrap()).collect()
    };
    let journal = one.join("bucket/journal");
    assert_eq!(bytes(&journal), bytes(&other.join("bucket/journal")));
    assert_ne!(bytes(&journal), bytes(&make("one", 2).join("bucket/journal")));
    let (own, later) = (paths(&journal), paths(&one.join("later")));
    assert_eq!((own.len(), later.len()), (FILES as usize, LATER_FILES as usize));
    assert!(own.last().unwrap().file_name() < later[0].file_name());
}

#[test]
fn old_values_are_the_new_values_before_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = ensure(folder.path(), SIZE).unwrap();
    let mut values: HashMap<[String; 3], Option<String>> = HashMap::new();
    let mut rows = 0;
    for batch in read(&out.join("bucket/journal")) {
        let text = |column: usize, row| {
            let column = batch.columns()[column].as_string::<i32>();
            column.is_valid(row).then(|| column.value(row).to_owned())
        };
        for row in 0..batch.num_rows() {
            let key = [2, 3, 4].map(|column| text(column, row).unwrap());
            let before = values.insert(key, text(7, row)).flatten();
            assert_eq!(before, text(6, row));
            event::parse_time(&text(1, row).unwrap()).unwrap();
            rows += 1;
        }
    }
    assert_eq!(rows, EVENTS);
    let meta = fs::read_to_string(out.join("bucket/meta.json")).unwrap();
    let meta: serde_json::Value = serde_json::from_str(&meta).unwrap();
    assert_eq!(meta["events"], EVENTS);
    assert!(meta["needle_rare"].as_str().unwrap().starts_with('#'));
}

#[test]
fn few_records_are_hot_and_a_few_events_late() {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let mut late = 0;
    for event in Plan::new(200_000, 7).take(200_000) {
        *counts.entry(event.save.record).or_default() += 1;
        late += u32::from(event.save.at < event.save.arrival);
    }
    let mut counts: Vec<u32> = counts.into_values().collect();
    counts.sort_unstable();
    let (median, hottest) = (counts[counts.len() / 2], counts[counts.len() - 1]);
    assert!((5..50).contains(&median) && hottest > 20 * median, "{median} {hottest}");
    assert!((1_000..3_500).contains(&late), "{late}");
}
