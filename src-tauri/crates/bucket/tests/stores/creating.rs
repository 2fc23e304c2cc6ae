//! Objects whose creation goes wrong.

use bucket::CreateError;
use lab::fault_proxy::Fault;

use crate::rules::{first, puts_file, refusal};
use crate::{KINDS, Kind, Place, all};

const KEY: &str = "journal/a.parquet";

/// What a creation answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Created,
    Exists,
    Failed,
}

/// A fault of the first puts, and what comes of it.
struct Row {
    id: &'static str,
    /// What was there before.
    before: Option<&'static str>,
    times: usize,
    fault: fn() -> Fault,
    answer: Answer,
    /// What is there afterwards.
    after: Option<&'static str>,
}

const ALWAYS: usize = usize::MAX;

const ROWS: [Row; 10] = [
    row("r1 the answer is lost", None, 1, || Fault::LoseAnswer, Answer::Exists, Some("ours")),
    row(
        "r2 fails when it is done",
        None,
        1,
        || Fault::status_after(500),
        Answer::Exists,
        Some("ours"),
    ),
    row(
        "r2 fails each time it is done",
        None,
        2,
        || Fault::status_after(503),
        Answer::Exists,
        Some("ours"),
    ),
    row("r3 cut in the body", None, 1, || Fault::CutRequest(2), Answer::Created, Some("ours")),
    row("r3 cut in each body", None, ALWAYS, || Fault::CutRequest(2), Answer::Failed, None),
    row(
        "r4 other bytes are there",
        Some("theirs"),
        0,
        || Fault::Hang,
        Answer::Exists,
        Some("theirs"),
    ),
    row(
        "r4 and the answer is lost",
        Some("theirs"),
        1,
        || Fault::LoseAnswer,
        Answer::Exists,
        Some("theirs"),
    ),
    row("d6 it is said to be there", None, 1, falsely_there, Answer::Exists, None),
    row("d3 refused at first", None, 2, || Fault::status(500), Answer::Created, Some("ours")),
    row("d19 not permitted", None, ALWAYS, || Fault::status(403), Answer::Failed, None),
];

const fn row(
    id: &'static str,
    before: Option<&'static str>,
    times: usize,
    fault: fn() -> Fault,
    answer: Answer,
    after: Option<&'static str>,
) -> Row {
    Row { id, before, times, fault, answer, after }
}

/// S3 and Azure have this status for a creation that met another one, which may not have been completed.
fn falsely_there() -> Fault {
    refusal(409, "ConditionalRequestConflict")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r1_to_r4_whatever_a_put_answers_nothing_is_overwritten_or_stored_in_part() {
    all(KINDS.into_iter().flat_map(|kind| ROWS.map(|row| create(kind, row)))).await;
}

async fn create(kind: Kind, row: Row) {
    let Row { id, before, times, fault, answer, after } = row;
    let proxy = kind.proxy();
    let place = Place::behind(&proxy, kind);
    if let Some(before) = before {
        place.put(KEY, before.as_bytes()).await;
    }
    proxy.on(first(times, puts_file, fault));
    let bucket = place.bucket();
    let created = bucket.create(KEY, "ours".into()).await;
    let found = match &created {
        Ok(()) => Answer::Created,
        Err(CreateError::AlreadyExists(_)) => Answer::Exists,
        Err(_) => Answer::Failed,
    };
    assert_eq!(found, answer, "{kind:?}: {id}: {created:?}");
    let there = place.get(KEY).await;
    assert_eq!(there.as_deref(), after.map(str::as_bytes), "{kind:?}: {id}");
    // Whoever reads back is told the truth.
    let hash = bucket.sha256(KEY).await.unwrap();
    assert_eq!(hash.is_some(), after.is_some(), "{kind:?}: {id}");
}
