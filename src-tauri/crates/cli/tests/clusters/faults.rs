//! What must hold when the cluster, the way to it, or a file does not do as it should.

use std::fs;
use std::path::Path;
use std::time::Duration;

use bucket::Bucket;
use event::NameFields;
use futures::{StreamExt, TryStreamExt};
use query::{AllEventsQuery, CancellationToken, Column, Engine, Filters, Term};
use spark::{ClusterEngine, EngineRoot, ErrorKind, Limits};

use crate::buckets::{LegacyRow, Place as Folder, row};
use crate::fake::{Answer, Fake};
use crate::place::{cluster, coverage, decoder, open_at};
use crate::wire::Wire;

/// A limit that no test waits for.
const LONG: Duration = Duration::from_mins(2);

fn patient() -> Limits {
    Limits { answer: LONG, reconnect: LONG }
}

fn rows(first: u32, count: u32) -> Vec<LegacyRow> {
    let one = |n: u32| {
        let time = format!("2024-03-01T{:02}:{:02}:{:02}Z", n / 3600 % 24, n / 60 % 60, n % 60);
        let (id, entity) = (format!("evt-{n}"), format!("CAND-{}", n % 50));
        row(&id, &time, &entity, "phone", "update", ["a", &format!("{n}{}", "x".repeat(200))])
    };
    (first..first + count).map(one).collect()
}

fn journal(files: u32, rows_each: u32) -> Folder {
    let place = Folder::new();
    for n in 0..files {
        place.write(&format!("20240301_0900{n:02}_000.parquet"), &rows(n * rows_each, rows_each));
    }
    place
}

async fn count(engine: &ClusterEngine) -> Result<usize, query::Error> {
    let all = Filters::default();
    engine.count(&all, &CancellationToken::new()).await.map(|count| count.value)
}

/// Error of a cluster that cannot be opened.
async fn refused(folder: &Path, url: &str, limits: Limits) -> spark::Error {
    open_at(folder, url, limits).await.unwrap_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_cluster_says_is_one_sentence_that_names_no_token() {
    let place = journal(1, 3);
    let lines: Vec<String> = (0..1001).map(|n| format!("\tat line {n}")).collect();
    let lines = lines.join("\n");
    let failed = format!("[INTERNAL] It broke.\n{lines}");
    let nobody = "sc://127.0.0.1:1".to_owned();
    let kinds = [
        (Some(Answer::Status(16, "who is that".into())), ErrorKind::Refused, "refuses this token"),
        (Some(Answer::Status(7, "no".into())), ErrorKind::Refused, "DAYBOOK_ENGINE_TOKEN"),
        (Some(Answer::Status(2, failed)), ErrorKind::Failed, "[INTERNAL] It broke"),
        (Some(Answer::Status(14, "away".into())), ErrorKind::Lost, "cannot be reached"),
        (Some(Answer::Silence), ErrorKind::TimedOut, "has not answered within 1 seconds"),
        (None, ErrorKind::Lost, "cannot be reached"),
    ];
    for (answer, kind, words) in kinds {
        let fake = answer.clone().map(Fake::start);
        let url = fake.as_ref().map_or(nobody.clone(), Fake::url);
        let limits =
            Limits { answer: Duration::from_secs(1), reconnect: Duration::from_millis(100) };
        let limits =
            if kind == ErrorKind::TimedOut { limits } else { Limits { answer: LONG, ..limits } };
        let error = refused(&place.bucket(), &format!("{url}/;token=s3cr3t"), limits).await;
        let said = error.to_string();
        assert_eq!(error.kind(), kind, "{answer:?}: {said}");
        assert!(said.contains(words) && !said.contains('\n') && said.len() < 500, "{said}");
        for text in [said, format!("{error:?}"), error.details().to_owned()] {
            assert!(!text.contains("s3cr3t"), "{text}");
        }
        if let Some(Answer::Status(2, _)) = answer {
            assert!(error.details().lines().count() > 1000, "the rest is there on request");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_never_goes_unencrypted_over_a_network() {
    let place = journal(1, 1);
    let error = refused(&place.bucket(), "sc://192.0.2.1:15002/;token=s3cr3t", patient()).await;
    assert_eq!(error.kind(), ErrorKind::Wrong);
    assert!(error.to_string().contains("use_ssl=true") && !error.to_string().contains("s3cr3t"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_sees_no_file_of_the_bucket_says_where_it_looked() {
    let place = journal(3, 2);
    let location = place.bucket().to_string_lossy().parse().unwrap();
    let bucket = Bucket::open(&location).unwrap();
    let root = EngineRoot::named("file:///nowhere/at/all/");
    let names = NameFields::default();
    let cluster = cluster().parse().unwrap();
    let opened = ClusterEngine::open_with(bucket, root, cluster, patient(), decoder(), names).await;
    let error = opened.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoFiles, "{error}");
    let said = error.to_string();
    assert!(said.contains("sees no file at file:///nowhere/at/all/journal/"), "{said}");
    assert!(said.contains("--engine-root"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_goes_on_after_the_wire_was_cut_and_mended() {
    let place = journal(4, 400);
    let wire = Wire::to(&cluster());
    let engine = open_at(&place.bucket(), &wire.url(), patient()).await.unwrap();
    assert_eq!(count(&engine).await.unwrap(), 1600);
    for bytes in [1, 500, 20_000] {
        wire.cut_after(bytes);
        let all = async {
            let token = CancellationToken::new();
            let chunks = engine.all_events(&AllEventsQuery::default(), &token);
            chunks.try_collect::<Vec<_>>().await
        };
        let mend = async {
            while !wire.is_cut() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            wire.mend();
        };
        let (all, ()) = tokio::join!(all, mend);
        // Every event, or an error; never a part of them.
        if let Ok(chunks) = all {
            let events: usize = chunks.iter().map(|chunk| chunk.entries.len()).sum();
            assert_eq!(events, 1600, "cut after {bytes} bytes");
        }
        assert_eq!(count(&engine).await.unwrap(), 1600, "cut after {bytes} bytes");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_damaged_after_it_was_listed_is_named_and_left_out() {
    let place = journal(5, 20);
    let engine = open_at(&place.bucket(), &cluster(), patient()).await.unwrap();
    assert_eq!(count(&engine).await.unwrap(), 100);
    let damaged = place.bucket().join("journal/20240301_090002_000.parquet");
    let length = fs::metadata(&damaged).unwrap().len();
    fs::write(&damaged, vec![b'x'; usize::try_from(length).unwrap()]).unwrap();
    let filters = Filters::default().with(Column::EntityId, Term::excluding("nobody"));
    let answer = engine.count(&filters, &CancellationToken::new()).await.unwrap();
    assert_eq!(answer.value, 80);
    let unreadable = &answer.coverage.unreadable;
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert_eq!(unreadable[0].file, "20240301_090002_000.parquet");
    assert!(!answer.coverage.complete);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_is_cancelled_has_no_answer() {
    let place = journal(1, 5);
    let engine = open_at(&place.bucket(), &cluster(), patient()).await.unwrap();
    let token = CancellationToken::new();
    token.cancel();
    let filters = Filters::default();
    let counted = engine.count(&filters, &token).await;
    assert!(matches!(counted, Err(query::Error::Cancelled)), "{counted:?}");
    let searched = engine.search("a", &token).next().await.unwrap();
    assert!(matches!(searched, Err(query::Error::Cancelled)), "{searched:?}");
    assert_eq!(count(&engine).await.unwrap(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_that_falls_silent_in_a_question_is_not_waited_for_beyond_the_limit() {
    let place = journal(1, 5);
    let wire = Wire::to(&cluster());
    let limits = Limits { answer: Duration::from_secs(20), reconnect: Duration::from_secs(1) };
    let engine = open_at(&place.bucket(), &wire.url(), limits).await.unwrap();
    // Another takes its place, which says nothing to anybody.
    let fake = Fake::start(Answer::Silence);
    wire.lead_to(&fake.url());
    wire.cut();
    wire.mend();
    let error = count(&engine).await.unwrap_err();
    assert!(error.to_string().contains("has not answered within"), "{error}");
    assert!(fake.requests() > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_ends_without_its_end_is_none() {
    let place = journal(1, 5);
    let wire = Wire::to(&cluster());
    let limits = Limits { answer: LONG, reconnect: Duration::from_millis(100) };
    let engine = open_at(&place.bucket(), &wire.url(), limits).await.unwrap();
    // Another takes its place, whose streams end as if all were said.
    let fake = Fake::start(Answer::Status(0, String::new()));
    wire.lead_to(&fake.url());
    wire.cut();
    wire.mend();
    let counted = count(&engine).await;
    assert!(counted.is_err(), "{counted:?}");
    assert!(fake.requests() > 0);
}

/// Values that mean something to one language or another are values, and nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_are_never_part_of_a_statement() {
    let values = [
        "x' or '1'='1",
        "\"",
        "\\",
        "\\'",
        "%",
        "_",
        "100%",
        ":p0",
        "`",
        "--",
        "/*",
        ";",
        "a\u{0}b",
        "$1",
        "{}",
        "\n",
        "’",
        "'' union select 1",
    ];
    let place = Folder::new();
    let all: Vec<LegacyRow> = values
        .iter()
        .enumerate()
        .map(|(n, value)| {
            let time = format!("2024-03-01T09:00:{n:02}Z");
            let mut row = row(&format!("evt-{n}"), &time, value, value, "update", [value, value]);
            (row[8], row[9], row[10]) =
                (Some((*value).to_owned()), Some((*value).to_owned()), Some((*value).to_owned()));
            row
        })
        .collect();
    place.write("20240301_090000_000.parquet", &all);
    crate::place::check(&place.bucket(), &place.home(), Some((3, 60))).await;
    let engine = open_at(&place.bucket(), &cluster(), patient()).await.unwrap();
    let token = CancellationToken::new();
    for value in values {
        for column in
            [Column::EntityId, Column::Field, Column::Actor, Column::Source, Column::WorkspaceId]
        {
            let one = Filters::default().with(column, Term::including(value));
            assert_eq!(engine.count(&one, &token).await.unwrap().value, 1, "{column:?} {value:?}");
        }
        let contains = Filters { contains: Some(value.to_owned()), ..Filters::default() };
        let expected = values.iter().filter(|other| other.contains(value)).count();
        assert_eq!(engine.count(&contains, &token).await.unwrap().value, expected, "{value:?}");
    }
    assert!(coverage(&place.bucket(), &place.home()).await.complete);
}
