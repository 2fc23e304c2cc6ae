//! Every answer of a session's engine is the answer of the reference engine, which is given the rows
//! of the files as they are read here, and the events that are pending.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use event::{Action, Amendment, Draft, Entry, Event, Place, RecordId, View};
use futures::StreamExt;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use query::{
    AllEventsQuery, CancellationToken, ChainsQuery, Engine, Error, EventsQuery, Filters, LISTED,
    PageStart, RecordsQuery, Zone,
};
use reference::{Questions, ReferenceEngine, compare};
use session::JournalSession;

use crate::buckets::{LegacyRow, Place as Folder, row};
use crate::held::open;
use crate::oracle;

/// In so many parts the questions about random journals are asked, one part about each.
const PARTS: usize = 16;

/// Part of a public journal: real names, real mistakes.
const LEGISLATORS: &str = "tests/fixtures/legislators";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_real_journal_is_answered_as_by_brute_force() {
    // Any other bucket can be held against the same definitions.
    let named = std::env::var("DAYBOOK_ORACLE_BUCKET").ok().filter(|path| !path.is_empty());
    let bucket = PathBuf::from(named.unwrap_or_else(|| LEGISLATORS.to_owned()));
    let home = Folder::new();
    let session = open(&bucket, &home.home()).await;
    assert!(!oracle::read(&bucket).is_empty());
    check(&*session.refresh().await.unwrap(), &bucket, &[], None).await;
}

/// Values of each kind that occur often, seldom and once, in files that are read one by one: what is
/// rare in each of some segments is frequent in the one that they are merged into.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn values_that_repeat_are_answered_as_by_brute_force() {
    let place = Folder::new();
    let session = open(&place.bucket(), &place.home()).await;
    for file in 0..17_u32 {
        let rows: Vec<LegacyRow> = (0..40).map(|at| repeating(file * 40 + at)).collect();
        place.write(&format!("20240301_0900{file:02}_000.parquet"), &rows);
        drop(session.refresh().await.unwrap());
    }
    let engine = session.refresh().await.unwrap();
    for part in (0..PARTS).step_by(3) {
        check(&*engine, &place.bucket(), &[], Some(part)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_takes_long_is_told_so_far_and_ends_with_the_whole() {
    let home = Folder::new();
    let session = open(Path::new(LEGISLATORS), &home.home()).await;
    let engine = session.refresh().await.unwrap();
    let token = CancellationToken::new();
    for text in [r"new~/^[A-Z][a-z]+\s?[A-Z]/", "old~19 noops=hidden", "delta>0", "actor=nobody"] {
        let filters = query::QueryText::parse(text).unwrap().filters(chrono::DateTime::UNIX_EPOCH);
        let query = EventsQuery { filters, limit: 100, ..EventsQuery::default() };
        let so_far = EventsQuery { so_far: true, ..query.clone() };
        let mut pages = Vec::new();
        while pages.last().is_none_or(|page: &query::EventsPage| page.scanning.is_some()) {
            pages.push(engine.events(&so_far, &token).await.unwrap().value);
        }
        let whole = engine.events(&query, &token).await.unwrap().value;
        assert_eq!(pages.pop(), Some(whole.clone()), "{text}");
        let all = EventsQuery { limit: usize::MAX, ..query };
        let all = engine.events(&all, &token).await.unwrap().value.items;
        for page in pages {
            let progress = page.scanning.unwrap();
            assert!(progress.done <= progress.of && page.total <= whole.total, "{text}: {page:?}");
            assert!(page.items.iter().all(|item| all.contains(item)), "{text}");
        }
    }
}

/// A row whose values are of another kind than those of its neighbours.
fn repeating(n: u32) -> LegacyRow {
    let value = |n: u32| match n % 11 {
        0..4 => ["screening", "placed", "offer", "Ärger"][n as usize % 4].to_owned(),
        4 => format!("{}.{}", n % 7 * 10_000, n % 3),
        5 => {
            format!("{}{}", ["-", "", "+00"][n as usize % 3], u64::from(n % 13) * 1_234_567_890_123)
        }
        6 => format!("2024-0{}-{:02}", n % 9 + 1, n % 28 + 1),
        7 => format!("2024-03-{:02}T{:02}:30:00.5+02:00", n % 3 + 9, n % 24),
        8 => format!(
            r#"{{"name":"plumber {}","pay":{},"since":"2024-02-0{}"}}"#,
            n % 5,
            n % 9 * 900,
            n % 9 + 1
        ),
        9 => "a note that is longer than what a dictionary takes ".repeat(30),
        _ => format!("once {n}"),
    };
    let (id, entity) = (format!("evt-{n}"), format!("CAND-{}", n % 23));
    let time = format!("2024-03-{:02}T{:02}:{:02}:00.25Z", n % 28 + 1, n % 24, n % 60);
    let (old, new) = (value(n / 3), value(n));
    let mut row = row(&id, &time, &entity, "field", "update", [&old, &new]);
    if n % 10 == 3 {
        row[6] = None;
    }
    if n % 15 == 4 {
        row[7] = None;
    }
    row
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_question_that_is_cancelled_has_no_answer() {
    let home = Folder::new();
    let session = open(Path::new(LEGISLATORS), &home.home()).await;
    let engine = session.refresh().await.unwrap();
    let (token, limit) = (CancellationToken::new(), 1);
    token.cancel();
    let record = RecordId { entity_type: "legislator".into(), entity_id: "A000383".into() };
    let (filters, start) = (Filters::default(), PageStart::Newest);
    let events = EventsQuery { filters: filters.clone(), start, limit, group: true, so_far: false };
    let records = RecordsQuery { limit, ..RecordsQuery::default() };
    let chains = ChainsQuery { limit, ..ChainsQuery::default() };
    let answers = [
        ("totals", engine.totals(&token).await.err()),
        ("events", engine.events(&events, &token).await.err()),
        ("count", engine.count(&filters, &token).await.err()),
        ("facets", engine.facets(&filters, Zone::default(), &token).await.err()),
        ("event", engine.event("evt-1", &token).await.err()),
        ("record", engine.record("A000383", None, &token).await.err()),
        ("timeline", engine.timeline(&record, &token).await.err()),
        ("state", engine.state(&record, View::NOW, &token).await.err()),
        ("records", engine.records(&records, &token).await.err()),
        ("chains", engine.chains(&chains, &token).await.err()),
        (
            "search",
            engine.search("a", &token).collect::<Vec<_>>().await.into_iter().find_map(Result::err),
        ),
        ("further columns", engine.further_columns(&AllEventsQuery::default(), &token).await.err()),
        (
            "all events",
            engine
                .all_events(&AllEventsQuery::default(), &token)
                .collect::<Vec<_>>()
                .await
                .into_iter()
                .find_map(Result::err),
        ),
    ];
    for (question, error) in answers {
        assert!(matches!(error, Some(Error::Cancelled)), "{question}: {error:?}");
    }
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

/// What is recorded one after the other; some of it is refused.
#[derive(Debug, Clone)]
enum Step {
    Amend(Index, Amendment),
    Change { entity: u32, minute: i64, values: [String; 2] },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let reason = || "why".to_owned();
    let to = prop_oneof!["[ab]{0,2}", r#"\{"phone":"[ab]{0,2}","rate":1\}"#];
    let amendment = prop_oneof![
        to.prop_map(move |to| Amendment::Correct { field: None, to: Some(to), reason: reason() }),
        Just(Amendment::Correct { field: Some("phone".into()), to: None, reason: reason() }),
        Just(Amendment::Void { reason: reason() }),
        Just(Amendment::Note { text: "ask".into() }),
    ];
    let amend = (any::<Index>(), amendment).prop_map(|(which, what)| Step::Amend(which, what));
    let change = (0..4_u32, 0..90_i64, "[ab]{0,2}", "[ab]{0,2}")
        .prop_map(|(entity, minute, old, new)| Step::Change { entity, minute, values: [old, new] });
    prop::collection::vec(prop_oneof![4 => amend, 1 => change], 0..12)
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
        files in files(), steps in steps(), twice in any::<bool>(),
        looks in prop::bool::weighted(0.3), gone in any::<bool>(), part in 0..PARTS,
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        runtime.block_on(async {
            let place = Folder::new();
            let session = open(&place.bucket(), &place.home()).await;
            for (n, file) in files.iter().enumerate() {
                place.write(&format!("20240301_09000{n}_000.parquet"), file);
                if looks {
                    let engine = session.refresh().await.unwrap();
                    check(&*engine, &place.bucket(), &[], Some(part + n)).await;
                }
            }
            if twice {
                place.write("20240301_100000_000.parquet", &files[0]);
            }
            // A journal of which nothing is left is not believed.
            let gone = gone && (files.len() > 1 || twice);
            if gone {
                drop(session.refresh().await.unwrap());
                let first = place.bucket().join("journal/20240301_090000_000.parquet");
                std::fs::remove_file(first).unwrap();
            }
            let mut pending = Vec::new();
            for step in &steps {
                pending.extend(take(&session, step).await);
            }
            let engine = session.refresh().await.unwrap();
            check(&*engine, &place.bucket(), &pending, Some(part)).await;
            session.flush().await.unwrap();
            let flushed = session.refresh().await.unwrap();
            check(&*flushed, &place.bucket(), &[], Some(part + 1)).await;
            prop_assert_eq!(flushed.coverage().changed_total, usize::from(gone));
            let (before, after) = (summary(&*engine).await, summary(&*flushed).await);
            prop_assert_eq!(before, after, "a flush changes no answer");
            Ok(())
        })?;
    }
}

/// The events that a step records: none if it is refused.
async fn take(session: &JournalSession, step: &Step) -> Vec<Event> {
    match step {
        Step::Amend(which, amendment) => {
            let all = events(&*session.refresh().await.unwrap()).await;
            let address = which.get(&all).address().to_string();
            session.amend(&[&address], amendment, "Tom").await.unwrap_or_default()
        }
        Step::Change { entity, minute, values: [old, new] } => {
            let entity_id = format!("CAND-{entity}");
            let record = RecordId { entity_type: "candidate".into(), entity_id };
            let start = event::parse_time("2024-03-01T08:00:00Z").unwrap();
            let draft = Draft {
                timestamp: Some(start + chrono::TimeDelta::minutes(*minute)),
                old_value: Some(old.clone()),
                new_value: Some(new.clone()),
                ..Draft::new(record, Action::Update, "phone", "Tom", "window")
            };
            vec![session.record(draft).await.unwrap()]
        }
    }
}

/// Every event and every state, without where they lie.
async fn summary(engine: &dyn Engine) -> Vec<String> {
    let mut summary = Vec::new();
    for entry in events(engine).await {
        let record = entry.event.record();
        let state = engine.state(&record, View::NOW, &CancellationToken::new()).await.unwrap();
        summary.push(format!("{:?} {:?}", entry.event, state.value));
    }
    summary
}

/// Every event, newest first.
async fn events(engine: &dyn Engine) -> Vec<Arc<Entry>> {
    let (filters, start) = (Filters::default(), PageStart::Newest);
    let query = EventsQuery { filters, start, limit: usize::MAX, ..EventsQuery::default() };
    let page = engine.events(&query, &CancellationToken::new()).await.unwrap().value;
    page.items.into_iter().map(|item| item.entry).collect()
}

/// Asks the engine and the reference engine about what a bucket's files hold, and what is pending:
/// all questions, or one part of them.
async fn check(engine: &dyn Engine, bucket: &Path, pending: &[Event], part: Option<usize>) {
    let rows = oracle::read(bucket);
    let coverage = engine.coverage();
    let in_files = ReferenceEngine::new(rows.clone(), coverage.clone());
    let in_files = in_files.entries();
    let recorded = in_files.iter().map(|entry| &entry.event).chain(pending);
    let (gaps, doubled) = (reference::gaps(recorded), reference::doubled(in_files));
    assert_eq!((coverage.gaps_total, coverage.doubled_total), (gaps.len(), doubled.len()));
    assert_eq!(coverage.gaps, gaps[..gaps.len().min(LISTED)]);
    assert_eq!(coverage.doubled, doubled[..doubled.len().min(LISTED)]);
    let whole = gaps.is_empty() && doubled.is_empty() && coverage.changed_total == 0;
    let counted = (coverage.rows, coverage.repeated, coverage.complete);
    assert_eq!(counted, (rows.len(), rows.len() - in_files.len(), whole));
    let pending = pending.iter().map(|event| Entry::new(event.clone(), Place::Pending));
    let reference = ReferenceEngine::new(rows.into_iter().chain(pending).collect(), coverage);
    let questions = Questions::about(reference.entries());
    let asked = match part {
        Some(part) => questions.part(part, PARTS),
        None => questions,
    };
    compare(engine, &reference, &asked).await;
}
