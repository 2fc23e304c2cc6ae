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

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_question_that_is_cancelled_has_no_answer() {
    let home = Folder::new();
    let session = open(Path::new(LEGISLATORS), &home.home()).await;
    let engine = session.refresh().await.unwrap();
    let (token, limit) = (CancellationToken::new(), 1);
    token.cancel();
    let record = RecordId { entity_type: "legislator".into(), entity_id: "A000383".into() };
    let (filters, start) = (Filters::default(), PageStart::Newest);
    let events = EventsQuery { filters: filters.clone(), start, limit, group: true };
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
    let query = EventsQuery { filters, start, limit: usize::MAX, group: false };
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
