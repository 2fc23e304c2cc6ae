//! What was exported from a journal: an extract answers as the journal does, and is only read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use event::{Action, Amendment, Column, Draft, Entry, Mark, RecordId, View};
use evidence::{About, Export, Form};
use futures::StreamExt;
use query::{AllEventsQuery, CancellationToken, Engine, Filters, RecordsQuery, Term, Zone};
use reference::{Questions, ReferenceEngine, compare};
use session::{Access, JournalSession};

use crate::buckets::{Place, row};
use crate::held::{open, options};
use crate::oracle;

/// Instant of the exports.
const NOW: &str = "2026-10-01T08:00:00Z";

/// A journal of the first writers, with ties and repeated ids, into which Daybook recorded changes and
/// amendments; the last of them is pending.
pub async fn journal(place: &Place) -> JournalSession {
    let at = "2024-03-01T09:00:00Z";
    place.write(
        "20240301_090000_000.parquet",
        &[
            row("evt-1-0", at, "CAND-1", "*", "insert", ["", r#"{"phone":"1","rate":"10"}"#]),
            row("evt-1-1", at, "CAND-1", "phone", "update", ["1", "2"]),
            row("evt-1-1", at, "CAND-2", "phone", "update", ["", "=3"]),
        ],
    );
    let later = row("evt-1-0", at, "CAND-1", "phone", "update", ["2", "4"]);
    let earlier = row("evt-2-0", "2023-01-01T00:00:00Z", "CAND-2", "*", "delete", ["", ""]);
    place.write("20240302_090000_000.parquet", &[later, earlier]);
    let session = open(&place.bucket(), &place.home()).await;
    let record = |id: &str| RecordId { entity_type: "candidate".into(), entity_id: id.into() };
    let change = |id: &str, new: &str, actor: &str| Draft {
        timestamp: event::parse_time(at).ok(),
        new_value: Some(new.to_owned()),
        ..Draft::new(record(id), Action::Update, "rate", actor, "api")
    };
    let mut ids = Vec::new();
    for (id, new, actor) in
        [("CAND-1", "11", "Tom"), ("CAND-2", "12", "Sarah"), ("CAND-3", "13", "Tom")]
    {
        ids.push(session.record(change(id, new, actor)).await.unwrap().event_id);
    }
    let reason = || "a mistake".to_owned();
    let correct =
        |to: &str| Amendment::Correct { field: None, to: Some(to.into()), reason: reason() };
    let void = Amendment::Void { reason: reason() };
    let note = Amendment::Note { text: "looked at".to_owned() };
    let corrected = session.amend(&[&ids[0]], &correct("21"), "Ann").await.unwrap();
    session.amend(&[&corrected[0].event_id], &correct("22"), "Ann").await.unwrap();
    session.amend(&[&ids[1]], &void, "Ann").await.unwrap();
    session.amend(&[&ids[2]], &note, "Ann").await.unwrap();
    session.flush().await.unwrap();
    let all = all(&*session.refresh().await.unwrap(), &AllEventsQuery::default()).await;
    let repeated = all.iter().find(|entry| entry.id_is_repeated).unwrap().address().to_string();
    session.amend(&[&repeated], &note, "Ann").await.unwrap();
    session
}

pub async fn all(engine: &dyn Engine, query: &AllEventsQuery) -> Vec<Arc<Entry>> {
    let chunks: Vec<_> = engine.all_events(query, &CancellationToken::new()).collect().await;
    chunks.into_iter().flat_map(|chunk| chunk.unwrap().entries).collect()
}

/// Exports an extract of what filters let through.
async fn extract(session: &JournalSession, filters: &Filters, out: &Path) -> About {
    let engine = session.refresh().await.unwrap();
    let export = Export {
        filters: filters.clone(),
        zone: Zone::default(),
        bucket: session.bucket_id().await,
        plain_folder: None,
        form: Form::Extract,
        out: out.to_owned(),
        about: None,
        overwrite: false,
    };
    let now = event::parse_time(NOW).unwrap();
    let run = move || export.run(&*engine, now, &CancellationToken::new(), |_| ());
    tokio::task::spawn_blocking(run).await.unwrap().unwrap()
}

/// Opens an extract by a device that never saw it.
async fn open_extract(out: &Path, home: &Place) -> JournalSession {
    let location = out.to_string_lossy();
    JournalSession::open(&location, &home.home(), Access::Read, options()).await.unwrap()
}

/// An entry without the place where it lies.
fn said(entry: &Entry) -> String {
    let other = entry.other_columns();
    format!("{:?} {other:?} {:?} {}", entry.event, entry.marks, entry.id_is_repeated)
}

/// Everything that can be asked, of both engines, without where events lie.
async fn check_same(found: &dyn Engine, expected: &dyn Engine) {
    let token = CancellationToken::new();
    let questions = {
        let entries = all(expected, &AllEventsQuery::default()).await;
        let entries: Vec<Entry> = entries.iter().map(|entry| (**entry).clone()).collect();
        Questions::about(&entries)
    };
    for filters in &questions.filters {
        let query = AllEventsQuery { filters: filters.clone(), with_amendments: false };
        let [one, other] = [all(found, &query).await, all(expected, &query).await];
        let [one, other] =
            [one, other].map(|all| all.iter().map(|it| said(it)).collect::<Vec<_>>());
        assert_eq!(one, other, "{filters:?}");
        let one = found.facets(filters, Zone::default(), &token).await.unwrap();
        let other = expected.facets(filters, Zone::default(), &token).await.unwrap();
        assert_eq!(one.value, other.value, "{filters:?}");
    }
    let totals = [found.totals(&token).await, expected.totals(&token).await];
    let [one, other] = totals.map(|totals| totals.unwrap().value);
    assert_eq!(one, other);
    for record in &questions.records {
        let [one, other] =
            [found.timeline(record, &token).await, expected.timeline(record, &token).await];
        let (Ok(one), Ok(other)) = (one, other) else { continue };
        let told = |of: &event::Timeline| of.entries().iter().map(said).collect::<Vec<_>>();
        assert_eq!(told(&one.value), told(&other.value));
        for view in [View::NOW, View::RECORDED] {
            assert_eq!(one.value.state(view), other.value.state(view), "{record}");
        }
    }
    let query = RecordsQuery { limit: usize::MAX, ..RecordsQuery::default() };
    let records = [found.records(&query, &token).await, expected.records(&query, &token).await];
    let [one, other] = records.map(|page| page.unwrap().value.records);
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_extract_of_everything_answers_as_its_journal() {
    let (place, elsewhere) = (Place::new(), Place::new());
    let session = journal(&place).await;
    let out = elsewhere.bucket().join("../extract");
    let about = extract(&session, &Filters::default(), &out).await;
    let source = session.refresh().await.unwrap();
    assert_eq!((about.events, about.amendments), (13, 0));
    let copy = open_extract(&out, &elsewhere).await;
    let engine = copy.refresh().await.unwrap();
    check_same(&*engine, &*source).await;
    check_same_as_read(&*engine, &out).await;
    let coverage = engine.coverage();
    let of = coverage.extract.clone().unwrap();
    assert_eq!((of.bucket, of.query.as_str()), (session.bucket_id().await, "zone=UTC"));
    assert_eq!(event::format_time(of.at), "2026-10-01T08:00:00+00:00");
    assert!(coverage.complete && coverage.gaps_total == 0, "{coverage:?}");
}

/// Holds an extract against the reference engine over its own rows.
async fn check_same_as_read(engine: &dyn Engine, out: &Path) {
    let reference = ReferenceEngine::new(oracle::read(out), engine.coverage());
    compare(engine, &reference, &Questions::about(reference.entries())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_extract_of_some_events_has_the_amendments_of_them_and_no_findings() {
    let (place, elsewhere) = (Place::new(), Place::new());
    let session = journal(&place).await;
    let source = session.refresh().await.unwrap();
    let by = |column, value: &str| Filters::default().with(column, Term::including(value));
    let table = [
        (by(Column::Actor, "Tom"), 2, 3),
        (by(Column::Actor, "Ann"), 5, 0),
        (by(Column::EntityId, "CAND-2"), 4, 0),
        (by(Column::Field, "phone"), 3, 0),
        (Filters { marks: [(Mark::Voided, true)].into(), ..Filters::default() }, 1, 1),
        (by(Column::Actor, "nobody"), 0, 0),
    ];
    for (at, (filters, events, amendments)) in table.into_iter().enumerate() {
        let out: PathBuf = elsewhere.bucket().join(format!("../extract-{at}"));
        let about = extract(&session, &filters, &out).await;
        assert_eq!((about.events, about.amendments), (events, amendments), "{filters:?}");
        let copy = open_extract(&out, &elsewhere).await;
        let engine = copy.refresh().await.unwrap();
        let query = AllEventsQuery { filters: filters.clone(), with_amendments: true };
        let expected = all(&*source, &query).await;
        let found = all(&*engine, &AllEventsQuery::default()).await;
        // Whether an id is repeated, and which amendments are about what, is told of what is there.
        let events = |all: &[Arc<Entry>]| all.iter().map(|it| it.event.clone()).collect::<Vec<_>>();
        assert_eq!(events(&found), events(&expected), "{filters:?}");
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.marks, expected.marks, "{:?}", found.event);
        }
        check_same_as_read(&*engine, &out).await;
        let coverage = engine.coverage();
        let told = (coverage.complete, coverage.gaps_total, coverage.doubled_total);
        assert_eq!(told, (true, 0, 0), "{coverage:?}");
        assert_eq!(coverage.extract.map(|of| of.query), Some(about.question));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_extract_is_only_read_and_what_makes_it_one_is_named_if_it_is_damaged() {
    let (place, elsewhere) = (Place::new(), Place::new());
    let session = journal(&place).await;
    let out = elsewhere.bucket().join("../extract");
    extract(&session, &Filters::default(), &out).await;
    let copy = open(&out, &elsewhere.home()).await;
    let why = copy.read_only().unwrap();
    assert!(why.starts_with("this is an extract of a journal, which is only read"), "{why}");
    assert!(
        copy.notices()[0].starts_with("This is an extract of the journal "),
        "{:?}",
        copy.notices()
    );
    assert!(!out.join("journal/.daybook").exists());
    for damaged in ["", "{}", "[1]", r#"{"query":"","at":"noon"}"#, &"x".repeat(100_000)] {
        std::fs::write(out.join("journal/.extract"), damaged).unwrap();
        let copy = open(&out, &elsewhere.home()).await;
        assert!(copy.read_only().is_some(), "{damaged:.9}");
        let coverage = copy.refresh().await.unwrap().coverage();
        assert_eq!((coverage.extract, coverage.complete), (None, false));
        assert_eq!(coverage.unreadable[0].file, ".extract");
    }
    std::fs::remove_file(out.join("journal/.extract")).unwrap();
    let copy = open(&out, &elsewhere.home()).await;
    assert_eq!(copy.read_only(), None);
}
