//! Tests that read a sample back, and check that it has everything that it should have.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch};
use event::{Action, Entry, Event, Place, RecordId, Timeline, members};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{SEED, events_in_range, life, make};

const EVENTS: usize = 6_000;

/// Every file of a fresh sample by name, with its bytes.
fn bytes(events: usize, seed: u64) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sample");
    make(&out, events, seed).unwrap();
    let files = fs::read_dir(out.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    files.map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}

/// All entries of a fresh sample, file by file.
fn entries(events: usize) -> Vec<Entry> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("sample");
    make(&out, events, SEED).unwrap();
    let files = fs::read_dir(out.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    files.iter().flat_map(|path| read(path)).collect()
}

fn read(path: &Path) -> Vec<Entry> {
    let file = Arc::from(path.file_name().unwrap().to_str().unwrap());
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    assert_eq!(*reader.schema(), event::legacy_schema());
    let batches = reader.build().unwrap().map(Result::unwrap);
    let events = batches.flat_map(|batch| (0..batch.num_rows()).map(move |row| event(&batch, row)));
    let place = |row| Place::File { file: Arc::clone(&file), row };
    events.zip(0..).map(|(event, row)| Entry::new(event, place(row))).collect()
}

fn event(batch: &RecordBatch, row: usize) -> Event {
    let text = |column: usize| batch.columns()[column].as_string::<i32>().value(row).to_owned();
    Event {
        event_id: text(0),
        timestamp: event::parse_time(&text(1)).unwrap(),
        entity_type: text(2),
        entity_id: text(3),
        field: text(4),
        action: Action::from(text(5)),
        old_value: Some(text(6)),
        new_value: Some(text(7)),
        actor: text(8),
        source: text(9),
        workspace_id: Some(text(10)),
        recorded_at: None,
        writer: None,
        seq: None,
        corrects: None,
        reason: None,
        batch: None,
    }
}

fn timelines(entries: &[Entry]) -> HashMap<RecordId, Timeline> {
    let mut records: HashMap<RecordId, Vec<Entry>> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.event.action != Action::Ingest) {
        records.entry(entry.event.record()).or_default().push(entry.clone());
    }
    records.into_iter().map(|(record, entries)| (record, Timeline::new(entries))).collect()
}

#[test]
fn the_same_seed_makes_the_same_bytes_and_another_seed_others() {
    let one = bytes(2_000, 1);
    assert_eq!(one, bytes(2_000, 1));
    assert_ne!(one, bytes(2_000, 2));
}

#[test]
fn it_is_about_as_large_as_asked_for() {
    for events in [2_000, 6_000, 50_000] {
        let made = life::simulate(events, SEED).len();
        assert!(made.abs_diff(events) < events / 20, "{made} instead of {events}");
    }
    assert!(events_in_range("50_000").is_ok());
    assert!(events_in_range("12").is_err() && events_in_range("many").is_err());
}

#[test]
fn a_sample_that_is_there_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let error = make(folder.path(), 2_000, SEED).unwrap_err().to_string();
    assert!(error.contains("already exists"), "{error}");
}

#[test]
fn chains_hold_but_for_the_deliberate_ones() {
    let entries = entries(super::EVENTS);
    let breaks: usize = timelines(&entries).values().map(|timeline| timeline.breaks().len()).sum();
    assert_eq!(breaks, 8);
}

#[test]
fn whole_records_are_json_and_a_deletion_holds_the_last_state() {
    let entries = entries(EVENTS);
    for timeline in timelines(&entries).values() {
        for (index, Entry { event, .. }) in timeline.entries().iter().enumerate() {
            match event.action {
                Action::Insert => {
                    let new = event.new_value.as_deref().unwrap();
                    assert!(new.is_empty() || members(new).is_some());
                }
                Action::Delete => {
                    let before = Timeline::new(timeline.entries()[..index].to_vec());
                    let fields = before.state(event::View::RECORDED).fields;
                    let state = fields.into_iter().map(|(name, cell)| (name, cell.value));
                    assert_eq!(members(event.old_value.as_deref().unwrap()), Some(state.collect()));
                    assert_eq!(event.new_value.as_deref(), Some(""));
                }
                _ => assert_ne!(event.field, "*"),
            }
        }
    }
}

#[test]
fn it_has_every_kind_of_thing() {
    let entries = entries(EVENTS);
    let events: Vec<&Event> = entries.iter().map(|entry| &entry.event).collect();
    let count = |fits: &dyn Fn(&Event) -> bool| events.iter().filter(|event| fits(event)).count();

    for kind in ["candidate", "client", "placement"] {
        assert!(count(&|e| e.entity_type == kind) > 100, "{kind}");
    }
    for source in ["api", "ingest", "workspace", "agent"] {
        assert!(count(&|e| e.source == source) > 20, "{source}");
    }
    assert!(count(&|e| e.action == Action::Ingest && e.entity_id == "batch:12000") == 1);
    assert!(count(&|e| e.action == Action::Delete) > 5);
    assert!(count(&|e| e.actor == "ingest_pipeline" && e.is_no_op()) > 100);
    assert!(count(&|e| e.actor != "ingest_pipeline" && e.is_no_op()) > 10);
    assert!(count(&|e| e.action == Action::Insert && e.new_value.as_deref() == Some("")) > 0);
    assert!(count(&|e| e.workspace_id.as_deref() == Some("")) > 100);

    let late = events.windows(2).filter(|pair| pair[1].timestamp < pair[0].timestamp).count();
    assert!(late > 10, "{late} late");
    let ids: BTreeSet<&str> = events.iter().map(|event| event.event_id.as_str()).collect();
    assert_eq!(events.len() - ids.len(), 21);
    let names = |e: &Event| e.field == "name" && e.action == Action::Update;
    assert!(count(&names) > 5);
}

#[test]
fn some_records_come_back_and_some_events_share_a_timestamp() {
    let timelines = timelines(&entries(EVENTS));
    let inserts = |timeline: &&Timeline| {
        timeline.entries().iter().filter(|entry| entry.event.action == Action::Insert).count() > 1
    };
    assert!(timelines.values().filter(inserts).count() > 0);
    let uncertain = |timeline: &Timeline| {
        (0..timeline.entries().len()).filter(|&i| timeline.order_is_uncertain(i)).count()
    };
    assert!(timelines.values().map(uncertain).sum::<usize>() > 50);
}

#[test]
fn placements_name_candidates_and_clients_that_are_there() {
    let timelines = timelines(&entries(EVENTS));
    let ids: BTreeSet<&str> = timelines.keys().map(|record| record.entity_id.as_str()).collect();
    let mut placements = 0;
    for (record, timeline) in timelines.iter().filter(|(r, _)| r.entity_type == "placement") {
        let fields = timeline.state(event::View::RECORDED).fields;
        for field in ["candidate", "client"] {
            let value = fields[field].value.as_deref().unwrap();
            assert!(ids.contains(value), "{record} names {value}");
        }
        placements += 1;
    }
    assert!(placements > 20);
}

#[test]
fn the_records_of_the_documentation_are_the_same_whatever_the_seed() {
    let life = |seed: u64| {
        let events = life::simulate(2_000, seed).into_iter();
        let of_record = events.filter(|h| h.entity_id == "CAND-00342");
        of_record.map(|h| (h.at, h.field, h.old, h.new, h.by)).collect::<Vec<_>>()
    };
    let one = life(1);
    assert_eq!(one, life(2));
    assert_eq!(one.len(), 42);
    let phones: BTreeSet<_> = one.iter().filter(|h| h.1 == "phone").map(|h| h.4.actor).collect();
    assert!(phones.len() > 4, "{phones:?}");
    assert!(one.iter().any(|h| h.1 == "phone" && h.2 == h.3), "a change that changed nothing");
}

#[test]
fn the_deleted_client_can_be_found() {
    let timelines = timelines(&entries(EVENTS));
    let name = |timeline: &Timeline| timeline.state(event::View::RECORDED).name();
    let deleted = |timeline: &&Timeline| timeline.state(event::View::RECORDED).deleted;
    let found = timelines.values().filter(deleted).filter_map(name);
    assert!(found.into_iter().any(|name| name == "Marmalade Hydraulics"));
}
