//! Objects whose answer goes wrong, and objects that change under way.

use bucket::{FileMeta, ReadError};
use lab::fault_proxy::Fault;
use sha2::Digest;

use crate::rules::{each, first, gets_file, portal};
use crate::{KINDS, Kind, Place, all, blocking};

const KEY: &str = "journal/a.parquet";

/// Larger than what is sent at once.
const SIZE: usize = 300_000;

fn bytes() -> Vec<u8> {
    (0..SIZE).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

/// What a read answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Whole,
    Changed,
    /// The store was not reached.
    Unreachable,
    /// It failed otherwise.
    Failed,
}

fn answer(read: &Result<impl AsRef<[u8]>, ReadError>) -> Answer {
    match read {
        Ok(read) => {
            assert!(read.as_ref() == bytes(), "it is not what is there");
            Answer::Whole
        }
        Err(ReadError::Changed) => Answer::Changed,
        Err(ReadError::Failed(failure)) if failure.is_unreachable() => Answer::Unreachable,
        Err(_) => Answer::Failed,
    }
}

struct Row {
    id: &'static str,
    times: usize,
    fault: fn() -> Fault,
    answer: Answer,
}

const fn row(id: &'static str, times: usize, fault: fn() -> Fault, answer: Answer) -> Row {
    Row { id, times, fault, answer }
}

const ALWAYS: usize = usize::MAX;

const ROWS: [Row; 12] = [
    row("r3 cut before the body", 1, || Fault::LoseAnswer, Answer::Whole),
    row("r3 cut in the body", 1, || Fault::CutBody(100_000), Answer::Whole),
    row("r3 cut in each body", ALWAYS, || Fault::CutBody(1), Answer::Unreachable),
    row("5xx at first", 2, || Fault::status(500), Answer::Whole),
    row("5xx each time", ALWAYS, || Fault::status(502), Answer::Unreachable),
    row("announced too long", ALWAYS, || Fault::WrongLength(5), Answer::Changed),
    row("announced too short", ALWAYS, || Fault::WrongLength(-5), Answer::Changed),
    row(
        "longer than listed",
        ALWAYS,
        || Fault::body(|body| [body, vec![0]].concat()),
        Answer::Changed,
    ),
    row("empty", ALWAYS, || Fault::body(|_| Vec::new()), Answer::Changed),
    row("r8 another is there now", ALWAYS, || Fault::status(412), Answer::Changed),
    row("gone", ALWAYS, || Fault::status(404), Answer::Failed),
    row("the page of a network", ALWAYS, portal, Answer::Unreachable),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r3_d18_an_object_is_read_as_it_was_listed_or_not_at_all() {
    all(KINDS.into_iter().flat_map(|kind| ROWS.map(|row| read(kind, row)))).await;
}

async fn read(kind: Kind, row: Row) {
    let Row { id, times, fault, answer: expected } = row;
    let proxy = kind.proxy();
    let place = Place::behind(&proxy, kind);
    place.put(KEY, &bytes()).await;
    let bucket = place.bucket();
    let file = bucket.list_all().await.unwrap().files.remove(0);
    proxy.on(first(times, gets_file, fault));
    let read = bucket.read(&file, 1 << 20).await;
    assert_eq!(answer(&read), expected, "{kind:?}: {id}: {:?}", read.err());
    // The same as a copy in a file.
    proxy.on(first(times, gets_file, fault));
    let hash: [u8; 32] = sha2::Sha256::digest(bytes()).into();
    let copied = blocking(|| bucket.blocking_sha256(&file));
    let copied = copied.map(|copied| if copied == hash { bytes() } else { Vec::new() });
    assert_eq!(answer(&copied), expected, "{kind:?}: {id}: {:?}", copied.err());
    proxy.clear();
    assert_eq!(answer(&bucket.read(&file, 1 << 20).await), Answer::Whole, "{kind:?}: {id}");
}

/// The end of an object is asked for again when the connection was cut. Meanwhile another one took its
/// place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r8_the_parts_of_an_object_are_of_one_state() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        place.put(KEY, &bytes()).await;
        let bucket = place.bucket();
        let file = bucket.list_all().await.unwrap().files.remove(0);
        let mut gets = 0;
        proxy.on(move |request| {
            gets += u32::from(gets_file(request));
            match gets {
                1 => Some(Fault::CutBody(100_000)),
                _ => gets_file(request).then(|| Fault::status(412)),
            }
        });
        let read = bucket.read(&file, 1 << 20).await;
        assert_eq!(answer(&read), Answer::Changed, "{kind:?}: {:?}", read.err());
        let asked = proxy.take_requests();
        let again = asked.iter().rfind(|request| gets_file(request)).unwrap();
        assert!(again.header("range").is_some(), "{kind:?}: {again:?}");
        assert!(again.header("if-match").is_some(), "{kind:?}: {again:?}");
    }))
    .await;
}

/// As a store does that keeps to no condition: what it gives is compared with what was listed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r8_an_object_that_changed_is_told_by_a_store_without_conditions_too() {
    for kind in KINDS {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        place.put(KEY, b"before").await;
        let bucket = place.bucket();
        let file = bucket.list_all().await.unwrap().files.remove(0);
        place.put(KEY, b"others").await;
        // The signature of Azure covers the condition.
        for is_stripped in [false, kind != Kind::Azure] {
            if is_stripped {
                proxy.on(each(gets_file, || Fault::StripHeader("if-match")));
            }
            let read = bucket.read(&file, 10).await;
            assert!(matches!(read, Err(ReadError::Changed)), "{kind:?} {is_stripped}: {read:?}");
        }
        proxy.clear();
        let now = bucket.list_all().await.unwrap().files.remove(0);
        assert_eq!(bucket.read(&now, 10).await.unwrap(), "others", "{kind:?}");
        // Nothing is asked for that a listing says is too large.
        proxy.take_requests();
        let huge = FileMeta { size: u64::MAX, ..now };
        assert!(matches!(bucket.read(&huge, 10).await, Err(ReadError::TooLarge { .. })));
        assert_eq!(proxy.take_requests(), [], "{kind:?}");
    }
}
