//! Tests of windows: whatever their size, the same events come out in the total order.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use chrono::DateTime;
use decode::DecodedRows;
use event::{Action, Event, Place, parse_time};
use query::{Coverage, Filters};

use super::window::Found;
use super::*;
use crate::catalog::Contents;
use crate::catalog::segment::{FileRows, Row, Segment, Source, build};

const EVENTS: u32 = 3000;
const RECORDS: u32 = 40;
const FILES: u32 = 3;

/// An event of a journal in which many share a time and most are long before or after their
/// neighbours by record.
fn event(number: u32) -> Event {
    let start = parse_time("2024-03-01T09:00:00Z").unwrap_or(DateTime::UNIX_EPOCH);
    Event {
        event_id: format!("evt-{number}"),
        timestamp: start + chrono::TimeDelta::seconds((number / 7).into()),
        entity_type: "candidate".to_owned(),
        entity_id: format!("CAND-{}", number * 31 % RECORDS),
        field: "note".to_owned(),
        action: Action::Update,
        old_value: None,
        // Some are a hundred times as long as others.
        new_value: Some("x".repeat(if number.is_multiple_of(97) { 9000 } else { 90 })),
        actor: "Sarah".to_owned(),
        source: "api".to_owned(),
        workspace_id: None,
        recorded_at: None,
        writer: None,
        seq: None,
        corrects: None,
        reason: None,
        batch: None,
    }
}

/// A snapshot of several segments, whose events are mixed in time.
fn snapshot() -> Snapshot {
    let segment = |number: u32| {
        let events: Vec<Event> = (0..EVENTS).filter(|at| at % FILES == number).map(event).collect();
        // Ties are ordered by file, and against the order of the segments.
        let file = format!("{}.parquet", FILES - number);
        let rows = DecodedRows::of(&events);
        let mut bytes = Vec::new();
        build(vec![FileRows { file, rows }], &mut bytes).unwrap();
        let segment = Arc::new(Segment::open(Source::Memory(bytes), false).unwrap());
        let deleted_rows = [Vec::new(), Vec::new()];
        Arc::new(VisibleSegment { id: number.into(), segment, deleted_rows })
    };
    let contents = Contents { segments: (0..FILES).map(segment).collect(), ..Contents::default() };
    let (caches, coverage) = (Arc::default(), Coverage::default());
    let folder: Arc<Path> = Path::new("").into();
    let summaries = Arc::new(crate::summaries::SummaryCache::at("".into()));
    Snapshot::new(folder, &contents, None, coverage, summaries, caches, Arc::default()).unwrap()
}

fn all(snapshot: &Snapshot, selected: &[Selected], window_bytes: usize) -> Vec<Arc<Entry>> {
    let (mut found, mut totals) = (Vec::new(), BTreeSet::new());
    let put = |chunk: EventsChunk| {
        totals.insert(chunk.total);
        found.extend(chunk.entries);
        true
    };
    snapshot.put_selected(selected, window_bytes, &CancellationToken::new(), put).unwrap();
    assert_eq!(totals, [found.len()].into());
    found
}

#[test]
fn windows_of_any_size_put_out_the_same_events_in_the_total_order() {
    let snapshot = snapshot();
    let token = CancellationToken::new();
    let selected = snapshot.select(&Filters::default(), &token).unwrap();
    for window_bytes in [0, 20_000, 200_000, WINDOW_BYTES] {
        let found = all(&snapshot, &selected, window_bytes);
        let ids: BTreeSet<&str> = found.iter().map(|entry| &*entry.event.event_id).collect();
        assert_eq!((found.len(), ids.len()), (EVENTS as usize, EVENTS as usize));
        assert!(found.is_sorted_by(|a, b| a.cmp_position(b).is_lt()), "{window_bytes}");
        let at = |entry: &Entry| match &entry.place {
            Place::File { file, row } => (file.to_string(), *row),
            Place::SomeFile { .. } | Place::Pending => (String::new(), 0),
        };
        assert_eq!(at(&found[1]), ("1.parquet".to_owned(), 1), "{window_bytes}");
    }
}

#[test]
fn a_stream_that_is_cancelled_or_not_read_any_more_ends() {
    let snapshot = snapshot();
    let token = CancellationToken::new();
    let query = AllEventsQuery::default();
    let mut chunks = 0;
    let first_only = |_| {
        chunks += 1;
        false
    };
    snapshot.all_events(&query, &token, first_only).unwrap();
    assert_eq!(chunks, 1);
    token.cancel();
    let ended = snapshot.all_events(&query, &token, |_| true);
    assert!(matches!(ended, Err(Error::Question(query::Error::Cancelled))), "{ended:?}");
}

#[test]
fn a_window_gives_up_its_last_rows_when_they_take_too_much_and_never_its_first() {
    let found = |most| {
        let snapshot = snapshot();
        let part = &snapshot.parts()[0];
        let rows: Vec<Row> = (0..4).collect();
        let rows = part.segment.encoded_rows(0, &rows).unwrap();
        let mut found = Found { rows: Vec::new(), bytes: 0, most };
        found.rows.resize_with(4, || None);
        (0..).zip(rows).for_each(|(at, row)| found.add(at, row));
        found.keep_within_limit();
        found.rows.len()
    };
    assert_eq!(found(usize::MAX), 4);
    assert_eq!(found(700), 1);
    assert_eq!(found(0), 1);
}
