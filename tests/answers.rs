//! Every answer of the reader equals the same answer by brute force.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::DateTime;
use event::{Amendment, Entry, Reading, RecordId, View};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use reader::{Column, FACET_COLUMNS, Filters, Order, Query, RecordsQuery, Snapshot, Stop, Term};

use crate::buckets::{LegacyRow, Place, row};
use crate::held::open;
use crate::lines;
use crate::oracle::{self, ACTION, ACTOR, ENTITY, FIELD, NEW, OLD, Row, SOURCE, TYPE, WORKSPACE};

/// Part of a public journal: real names, real mistakes.
const LEGISLATORS: &str = "tests/fixtures/legislators";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_real_journal_is_answered_as_by_brute_force() {
    // Any other bucket can be held against the same oracle.
    let named = std::env::var("DAYBOOK_ORACLE_BUCKET").ok().filter(|path| !path.is_empty());
    let bucket = PathBuf::from(named.unwrap_or_else(|| LEGISLATORS.to_owned()));
    let home = Place::new();
    let session = open(&bucket, &home.home()).await;
    let rows = oracle::read(&bucket);
    assert!(!rows.is_empty());
    check(&session.refresh().await.unwrap(), &rows);
}

/// Legacy files with late events, mixed time zones, repeated ids, and the same file twice.
fn files() -> impl Strategy<Value = Vec<Vec<LegacyRow>>> {
    let time = (0..40_u32, 0..3_usize).prop_map(|(minute, zone)| {
        let zone = ["Z", "+00:00", "+02:00"][zone];
        format!("2024-03-01T{:02}:{:02}:00.5{zone}", 8 + minute / 20, minute % 20)
    });
    let value = || "[ab]{0,2}|ärger|x#1";
    let one = (0..6_u32, time, 0..3_u32, 0..7_u32, value(), value());
    let row = one.prop_map(|(id, time, entity, action, old, new)| {
        let (id, entity) = (format!("evt-{id}"), format!("CAND-{entity}"));
        let object = format!(r#"{{"phone":"{new}","rate":12.25,"note":null}}"#);
        match action {
            0 => row(&id, &time, &entity, "*", "insert", ["", &object]),
            1 => row(&id, &time, &entity, "*", "delete", [&object, ""]),
            2 => row(&id, &time, &entity, "*", "ingest", ["", "12 rows from a.csv"]),
            3 => row(
                &id,
                &time,
                &entity,
                "phone",
                ["restore", "delete", "insert"][old.len() % 3],
                [&old, &new],
            ),
            _ => row(
                &id,
                &time,
                &entity,
                ["phone", "rate"][action as usize % 2],
                "update",
                [&old, &new],
            ),
        }
    });
    prop::collection::vec(prop::collection::vec(row, 1..12), 1..10)
}

/// What is said about which event, one after the other; some of it is refused.
fn amendments() -> impl Strategy<Value = Vec<(prop::sample::Index, Amendment)>> {
    let reason = || "why".to_owned();
    let one = prop_oneof![
        "[ab]{0,2}".prop_map(move |to| Amendment::Correct {
            field: None,
            to: Some(to),
            reason: reason()
        }),
        Just(Amendment::Correct { field: Some("phone".into()), to: None, reason: reason() }),
        Just(Amendment::Void { reason: reason() }),
        Just(Amendment::Note { text: "ask".into() }),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), one), 0..10)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]
    #[test]
    fn d23_any_journal_is_answered_as_by_brute_force(
        files in files(), amendments in amendments(), twice in any::<bool>(),
        looks in any::<bool>(), gone in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        runtime.block_on(async {
            let place = Place::new();
            let session = open(&place.bucket(), &place.home()).await;
            for (n, file) in files.iter().enumerate() {
                place.write(&format!("20240301_09000{n}_000.parquet"), file);
                if looks {
                    check(&session.refresh().await.unwrap(), &oracle::read(&place.bucket()));
                }
            }
            if twice {
                place.write("20240301_100000_000.parquet", &files[0]);
            }
            // A journal of which nothing is left is not believed.
            if gone && (files.len() > 1 || twice) {
                drop(session.refresh().await.unwrap());
                let first = place.bucket().join("journal/20240301_090000_000.parquet");
                std::fs::remove_file(first).unwrap();
            }
            for (which, amendment) in &amendments {
                let snapshot = session.refresh().await.unwrap();
                let all = events(&snapshot, Filters::default());
                let address = snapshot.address(&all[which.index(all.len())]);
                // What is refused is recorded nowhere, which the oracle will see.
                drop(session.amend(&[&address], amendment, "Tom").await);
            }
            let pending = summary(&session.refresh().await.unwrap());
            session.flush().await.unwrap();
            let snapshot = session.refresh().await.unwrap();
            prop_assert_eq!(summary(&snapshot), pending, "a flush changes no answer");
            check(&snapshot, &oracle::read(&place.bucket()));
            Ok(())
        })?;
    }
}

/// Every event and every state, without where they lie.
fn summary(snapshot: &Snapshot) -> Vec<String> {
    let all = events(snapshot, Filters::default());
    let states = all.iter().map(|entry| {
        let timeline = snapshot.timeline(&entry.event.record()).unwrap().value;
        format!("{:?} {:?}", entry.event, timeline.state(View::NOW))
    });
    states.collect()
}

fn events(snapshot: &Snapshot, filters: Filters) -> Vec<std::sync::Arc<Entry>> {
    let query = Query { filters, order: Order::NewestFirst, after: None, limit: usize::MAX };
    snapshot.events(&query).unwrap().value.events
}

fn check(snapshot: &Snapshot, rows: &[Row]) {
    check_pages(snapshot, rows);
    lines::check(snapshot, rows);
    check_filters(snapshot, rows);
    check_facets(snapshot, rows);
    let mut records: Vec<(&str, &str)> =
        rows.iter().map(|r| (r.get(TYPE), r.get(ENTITY))).collect();
    records.sort_unstable();
    records.dedup();
    for (kind, id) in &records {
        check_record(snapshot, &oracle::history(rows, kind, id));
    }
    check_records(snapshot, rows, records.len());
}

fn same<'a>(what: &str, found: &[std::sync::Arc<Entry>], expected: impl Iterator<Item = &'a Row>) {
    let place = |entry: &std::sync::Arc<Entry>| match &entry.place {
        event::Place::File { file, row } => format!("{file}#{row}"),
        event::Place::Pending => "pending".to_owned(),
    };
    let found: Vec<String> = found.iter().map(place).collect();
    let expected: Vec<String> = expected.map(Row::place).collect();
    assert!(found == expected, "{what}: {} found, {} expected", found.len(), expected.len());
}

/// Page after page, in both directions, is the whole journal in its order.
fn check_pages(snapshot: &Snapshot, rows: &[Row]) {
    let limit = rows.len() / 7 + 1;
    for order in [Order::NewestFirst, Order::OldestFirst] {
        let mut query = Query { filters: Filters::default(), order, after: None, limit };
        let mut all = Vec::new();
        loop {
            let page = snapshot.events(&query).unwrap().value;
            assert_eq!(page.total, rows.len());
            all.extend(page.events);
            query.after = page.next.map(|cursor| cursor.to_string().parse().unwrap());
            if query.after.is_none() {
                break;
            }
        }
        match order {
            Order::NewestFirst => same("newest first", &all, rows.iter().rev()),
            Order::OldestFirst => same("oldest first", &all, rows.iter()),
        }
    }
}

/// Whether a row is among those that a filter lets through.
type Holds<'a> = Box<dyn Fn(&Row) -> bool + 'a>;

fn check_filters(snapshot: &Snapshot, rows: &[Row]) {
    let middle = &rows[rows.len() / 2];
    let term = |column: usize, exclude| Term { value: middle.get(column).to_owned(), exclude };
    let text = middle.get(NEW).to_lowercase();
    let text: String = text.chars().take(5).collect();
    let time = DateTime::from_timestamp_nanos(middle.time);
    let hits = |row: &Row| {
        let within = |column: usize| {
            row.text[column].as_deref().is_some_and(|v| v.to_lowercase().contains(&text))
        };
        within(OLD) || within(NEW)
    };
    let no_op = |row: &Row| row.get(ACTION) == "update" && row.text[OLD] == row.text[NEW];
    let equal = |row: &Row, column| row.get(column) == middle.get(column);
    let filter = |terms: Vec<(Column, Term)>| Filters { terms, ..Filters::default() };
    let table: Vec<(&str, Filters, Holds)> = vec![
        ("field", filter(vec![(Column::Field, term(FIELD, false))]), Box::new(|r| equal(r, FIELD))),
        (
            "!actor",
            filter(vec![(Column::Actor, term(ACTOR, true))]),
            Box::new(|r| !equal(r, ACTOR)),
        ),
        (
            "two of a column, one of another",
            filter(vec![
                (Column::Action, Term { value: "insert".into(), exclude: false }),
                (Column::Action, term(ACTION, false)),
                (Column::EntityId, term(ENTITY, true)),
            ]),
            Box::new(|r| (equal(r, ACTION) || r.get(ACTION) == "insert") && !equal(r, ENTITY)),
        ),
        (
            "workspace",
            filter(vec![(Column::WorkspaceId, term(WORKSPACE, false))]),
            Box::new(|r| equal(r, WORKSPACE)),
        ),
        (
            "since",
            Filters { since: Some(time), ..Filters::default() },
            Box::new(|r| r.time >= middle.time),
        ),
        (
            "until",
            Filters { until: Some(time), ..Filters::default() },
            Box::new(|r| r.time < middle.time),
        ),
        (
            "contains",
            Filters { contains: Some(text.to_uppercase()), ..Filters::default() },
            Box::new(hits),
        ),
        (
            "no-ops hidden",
            Filters { hide_no_ops: true, ..Filters::default() },
            Box::new(|r| !no_op(r)),
        ),
    ];
    for (what, filters, holds) in table {
        same(what, &events(snapshot, filters), rows.iter().rev().filter(|row| holds(row)));
    }
}

fn check_facets(snapshot: &Snapshot, rows: &[Row]) {
    let found = snapshot.facets(&Filters::default(), &Stop::default()).unwrap().value;
    let columns = [TYPE, FIELD, ACTION, ACTOR, SOURCE, WORKSPACE];
    for ((facet, column), index) in found.facets.iter().zip(FACET_COLUMNS).zip(columns) {
        let counts: Vec<_> = facet.values.iter().map(|c| (c.value.clone(), c.count)).collect();
        assert_eq!((facet.column, counts), (column, oracle::counts(rows.iter(), index)));
    }
    assert_eq!(found.total, rows.len());
    for bar in &found.histogram {
        let nanos = |t: DateTime<chrono::Utc>| t.timestamp_nanos_opt().unwrap();
        let within = |row: &&Row| (nanos(bar.start)..nanos(bar.end)).contains(&row.time);
        assert_eq!(bar.count, rows.iter().filter(within).count(), "{bar:?}");
    }
    let bars: usize = found.histogram.iter().map(|bar| bar.count).sum();
    assert_eq!(bars, rows.len());
}

/// The history, and the state before, at and after each of up to twelve of its events.
fn check_record(snapshot: &Snapshot, history: &[&Row]) {
    let id = RecordId {
        entity_type: history[0].get(TYPE).to_owned(),
        entity_id: history[0].get(ENTITY).to_owned(),
    };
    let timeline = snapshot.timeline(&id).unwrap().value;
    let entries: Vec<_> = timeline.entries().iter().cloned().map(std::sync::Arc::new).collect();
    same(&id.to_string(), &entries, history.iter().copied());
    let step = history.len().div_ceil(12);
    for time in history.iter().step_by(step).flat_map(|row| [row.time - 1, row.time]) {
        for (reading, corrected) in [(Reading::Recorded, false), (Reading::Corrected, true)] {
            let view =
                View { at: Some(DateTime::from_timestamp_nanos(time)), reading, known_at: None };
            let state = timeline.state(view);
            let fields: BTreeMap<_, _> =
                state.fields.into_iter().map(|(name, cell)| (name, cell.value)).collect();
            let found = (state.exists, state.deleted, fields);
            assert_eq!(
                found,
                oracle::state(history, time, corrected),
                "{id} at {time} {reading:?}"
            );
        }
    }
}

fn check_records(snapshot: &Snapshot, rows: &[Row], records: usize) {
    let query = RecordsQuery { limit: usize::MAX, ..RecordsQuery::default() };
    let found = snapshot.records(&query).unwrap().value;
    assert_eq!((found.total, found.records.len()), (records, records));
    for summary in &found.records {
        let id = &summary.record;
        let history = oracle::history(rows, &id.entity_type, &id.entity_id);
        assert_eq!(summary.events, history.len(), "{id}");
        assert_eq!(summary.deleted, oracle::state(&history, i64::MAX, true).1, "{id}");
        let last = history.last().unwrap();
        assert_eq!(summary.last.timestamp_nanos_opt(), Some(last.time), "{id}");
        assert_eq!(summary.last_actor, last.get(ACTOR), "{id}");
    }
    let deleted = RecordsQuery { deleted: true, ..query };
    let expected = found.records.iter().filter(|summary| summary.deleted).count();
    assert_eq!(snapshot.records(&deleted).unwrap().value.total, expected);
}
