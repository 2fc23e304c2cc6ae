//! Listings that go wrong: one that is not whole is never given for one that is.

use std::sync::Arc;
use std::time::Duration;

use bucket::{BucketId, OpenError};
use futures::stream::{self, StreamExt};
use lab::fault_proxy::{Fault, Request};
use tokio::time::timeout;

use crate::rules::{first, gets_file, lists, portal};
use crate::{KINDS, Kind, Place, all, blocking};

const ALWAYS: usize = usize::MAX;

/// Longer than any listing takes on any machine.
const LIMIT: Duration = Duration::from_mins(2);

/// What a listing answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Whole,
    /// The store was not reached.
    Unreachable,
    /// It is said that it may be incomplete.
    Incomplete,
    /// It failed otherwise.
    Failed,
}

struct Row {
    id: &'static str,
    which: fn(&Request) -> bool,
    times: usize,
    fault: fn() -> Fault,
    answer: Answer,
}

const fn row(
    id: &'static str,
    which: fn(&Request) -> bool,
    times: usize,
    fault: fn() -> Fault,
    answer: Answer,
) -> Row {
    Row { id, which, times, fault, answer }
}

const ROWS: [Row; 14] = [
    row("no fault", lists, 0, || Fault::Hang, Answer::Whole),
    row("5xx for the second page", lists_on, ALWAYS, || Fault::status(500), Answer::Unreachable),
    row("5xx for it at first", lists_on, 2, || Fault::status(503), Answer::Whole),
    row("no answer for it at first", lists_on, 1, || Fault::LoseAnswer, Answer::Whole),
    row("the first page again", lists_on, ALWAYS, || Fault::RepeatLast, Answer::Incomplete),
    row("the second page is empty", lists_on, ALWAYS, empty_page, Answer::Incomplete),
    row("it is cut", lists_on, ALWAYS, || Fault::CutBody(200), Answer::Unreachable),
    row("it is cut at first", lists_on, 1, || Fault::CutBody(200), Answer::Whole),
    row("it ends too early", lists_on, ALWAYS, half_a_page, Answer::Failed),
    row("it has no body", lists_on, ALWAYS, || Fault::body(|_| Vec::new()), Answer::Unreachable),
    row("403 for it", lists_on, ALWAYS, || Fault::status(403), Answer::Failed),
    row("the page of a network for it", lists_on, ALWAYS, portal, Answer::Unreachable),
    row("the page of a network for all", lists, ALWAYS, portal, Answer::Unreachable),
    row("something else that is XML", lists, ALWAYS, other_xml, Answer::Unreachable),
];

/// Whether a page of a listing behind the first is asked for.
fn lists_on(request: &Request) -> bool {
    let is_on = ["continuation-token", "marker"].iter().any(|it| request.parameter(it).is_some());
    request.is_list() && is_on
}

/// The same page, the last one, without what it lists.
fn empty_page() -> Fault {
    Fault::body(|page| {
        let page = String::from_utf8(page).unwrap();
        let without = ["Contents", "Blob", "NextContinuationToken", "NextMarker"];
        without.iter().fold(page, |page, element| without_element(&page, element)).into_bytes()
    })
}

fn without_element(xml: &str, element: &str) -> String {
    let (start, end) = (format!("<{element}>"), format!("</{element}>"));
    let mut parts = xml.split(&start);
    let before = parts.next().unwrap().to_owned();
    let behind = parts.map(|part| part.split_once(&end).map_or("", |(_, behind)| behind));
    behind.fold(before, |text, part| text + part)
}

fn half_a_page() -> Fault {
    Fault::body(|page| page[..page.len() / 2].to_vec())
}

fn other_xml() -> Fault {
    let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
    let body = b"<?xml version=\"1.0\"?><Status><State>ok</State></Status>".to_vec();
    Fault::Answer { status: 200, headers, body }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r7_d18_a_listing_is_whole_or_an_error_and_never_smaller() {
    all(KINDS.map(|kind| async move {
        let place = Arc::new(Place::new(kind));
        let put = |number| {
            let place = &place;
            async move { place.put(&format!("journal/{number}.parquet"), b"x").await }
        };
        stream::iter(0..Place::MANY).for_each_concurrent(8, put).await;
        all(ROWS.map(|row| list(kind, Arc::clone(&place), row))).await;
    }))
    .await;
}

async fn list(kind: Kind, place: Arc<Place>, row: Row) {
    let proxy = kind.proxy();
    // Azure may end a listing by an empty page: it is asked twice.
    let is_end = kind == Kind::Azure && row.id == "the second page is empty";
    let (times, answer) = if is_end { (1, Answer::Whole) } else { (row.times, row.answer) };
    proxy.on(first(times, row.which, row.fault));
    let bucket = place.by_way_of(&proxy).bucket();
    let listed = timeout(LIMIT, bucket.list_all()).await;
    let listed = listed.unwrap_or_else(|_| panic!("{kind:?}: {}: it does not end", row.id));
    let found = match &listed {
        Ok(listing) => {
            assert_eq!(listing.files.len(), Place::MANY, "{kind:?}: {}", row.id);
            Answer::Whole
        }
        Err(failure) if failure.is_unreachable() => Answer::Unreachable,
        Err(failure) if failure.to_string().contains("incomplete") => Answer::Incomplete,
        Err(_) => Answer::Failed,
    };
    let why = listed.err().map(|why| why.to_string());
    assert_eq!(found, answer, "{kind:?}: {}: {why:?}", row.id);
}

/// What answers in place of the store holds no journal either, and that is not what is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_a_network_that_asks_to_sign_in_is_told_as_one() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        assert!(matches!(
            blocking(|| place.bucket().check_journal()),
            Err(OpenError::NoJournalInStore(_))
        ));
        place.put("journal/a.parquet", b"a").await;
        let bucket = place.bucket();
        let file = bucket.list_all().await.unwrap().files.remove(0);
        proxy.on(|_| Some(portal()));
        blocking(|| place.bucket().check_journal()).unwrap();
        let said = "the answer is not the store's: see whether this network asks to sign in, and the \
                    address";
        let id = BucketId::from_random([1; 16]);
        let told = [
            bucket.list_all().await.unwrap_err().to_string(),
            bucket.read(&file, 10).await.unwrap_err().to_string(),
            bucket.sha256("journal/a.parquet").await.unwrap_err().to_string(),
            bucket.create("journal/b.parquet", "b".into()).await.unwrap_err().to_string(),
            bucket.make_id(&id).await.unwrap_err().to_string(),
            blocking(|| bucket.id()).unwrap_err().to_string(),
        ];
        for told in told {
            assert!(told.contains(said), "{kind:?}: {told}");
        }
        proxy.clear();
        assert_eq!(place.keys().await, ["journal/a.parquet"], "{kind:?}");
        assert_eq!(bucket.read(&file, 10).await.unwrap(), "a", "{kind:?}");
        assert!(proxy.take_requests().iter().any(gets_file), "{kind:?}");
    }))
    .await;
}
