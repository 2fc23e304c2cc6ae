//! One fault of a flush each.

use journal::{Flushed, Kind as ErrorKind};
use lab::fault_proxy::{Fault, Request};

use crate::place::{KINDS, Kind, Place, all};
use crate::rules::{each, first, gets_file, path, portal, puts_file, puts_id, refusal};
use crate::{note, open, row, stored};

const ALWAYS: usize = usize::MAX;

/// A fault of the first requests for which a condition holds.
struct Row {
    id: &'static str,
    which: fn(&Request) -> bool,
    times: usize,
    fault: fn() -> Fault,
    /// What is said, if the flush fails.
    said: Option<&'static str>,
    /// Whether the file is in the bucket then.
    there: bool,
}

const fn done(
    id: &'static str,
    which: fn(&Request) -> bool,
    times: usize,
    fault: fn() -> Fault,
) -> Row {
    Row { id, which, times, fault, said: None, there: true }
}

const fn fails(
    id: &'static str,
    which: fn(&Request) -> bool,
    fault: fn() -> Fault,
    said: &'static str,
    there: bool,
) -> Row {
    Row { id, which, times: ALWAYS, fault, said: Some(said), there }
}

const ROWS: [Row; 14] = [
    done("d4 r1 the answer is lost", puts_file, 1, || Fault::LoseAnswer),
    done("d4 r1 each answer is lost", puts_file, ALWAYS, || Fault::LoseAnswer),
    done("d5 r2 5xx when it is done", puts_file, 1, || Fault::status_after(500)),
    done("d5 r2 5xx each time", puts_file, ALWAYS, || Fault::status_after(502)),
    done("r3 cut in the body", puts_file, 1, || Fault::CutRequest(100)),
    done("r3 cut while it is read back", gets_file, 1, || Fault::CutBody(100)),
    done("r5 the store asks to wait", puts_file, 1, || Fault::status(503)),
    fails(
        "r3 cut in each body",
        puts_file,
        || Fault::CutRequest(100),
        "connection to the store was cut",
        false,
    ),
    fails(
        "d6 falsely there",
        puts_file,
        falsely_there,
        "says that there is an object of this name",
        false,
    ),
    fails(
        "d19 r6 no right to put",
        puts_file,
        || refusal(403, "AccessDenied"),
        "no right to put",
        false,
    ),
    fails(
        "r6 a token expires",
        puts_file,
        || refusal(400, "ExpiredToken"),
        "have expired; renew",
        false,
    ),
    done("r8 other bytes are read back once", gets_file, 1, || Fault::body(other)),
    fails("it cannot be read back", gets_file, || Fault::status(403), "no right to get", true),
    fails(
        "r8 other bytes are read back",
        gets_file,
        || Fault::body(other),
        "gives back other bytes",
        true,
    ),
];

fn falsely_there() -> Fault {
    refusal(409, "ConditionalRequestConflict")
}

fn other(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[10] ^= 1;
    bytes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d3_to_d6_r1_to_r6_an_event_is_stored_once_or_stays_pending() {
    all(KINDS.into_iter().flat_map(|kind| ROWS.map(|row| flush(kind, row)))).await;
}

async fn flush(kind: Kind, fault_of: Row) {
    let Row { id, which, times, fault, said, there } = fault_of;
    let what = format!("{kind:?}: {id}");
    let proxy = kind.proxy();
    let place = Place::behind(&proxy, kind);
    let home = tempfile::tempdir().unwrap();
    let journal = open(place.bucket(), home.path()).await.unwrap();
    let mut recorded = journal.record_batch(vec![note("a"), note("b")]).await.unwrap();

    proxy.on(first(times, which, fault));
    let flushed = journal.flush().await;
    proxy.clear();
    assert_eq!(stored(&place).await.len(), if there { 2 } else { 0 }, "{what}: {flushed:?}");
    match (&flushed, said) {
        (Ok(flushed), None) => {
            assert_eq!(*flushed, Flushed { events: 2, files: 1, fork: None }, "{what}");
        }
        (Err(error), Some(said)) => {
            assert_eq!(error.kind(), ErrorKind::Failed, "{what}");
            assert!(error.to_string().contains(said), "{what}: {error}");
            assert_eq!(journal.pending().events().await.unwrap(), recorded, "{what}");
            let status = journal.pending().status().await.unwrap();
            assert_eq!(status.failure.unwrap().1, error.to_string(), "{what}");
        }
        _ => panic!("{what}: {flushed:?}"),
    }
    recorded.push(journal.record(note("c")).await.unwrap());
    let flushed = journal.flush().await.unwrap();
    assert_eq!(flushed.fork, None, "{what}");
    assert_eq!(journal.pending().events().await.unwrap(), [], "{what}");
    assert_eq!(stored(&place).await, recorded.iter().map(row).collect::<Vec<_>>(), "{what}");
}

/// Somebody else has a file of this name, as where a data folder was copied.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d7_r4_other_bytes_under_our_name_are_a_fork_and_nothing_is_lost() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        let home = tempfile::tempdir().unwrap();
        let journal = open(place.bucket(), home.path()).await.unwrap();
        let before = journal.record(note("a")).await.unwrap();
        proxy.take_requests();
        proxy.on(each(puts_file, || Fault::status(403)));
        journal.flush().await.unwrap_err();
        let asked = proxy.take_requests();
        let put = asked.iter().find(|request| puts_file(request)).unwrap();
        let key = format!("journal/{}", path(put).rsplit('/').next().unwrap());
        place.put(&key, b"theirs").await;

        proxy.clear();
        let flushed = journal.flush().await.unwrap();
        assert_eq!(flushed, Flushed { events: 1, files: 1, fork: Some(key.clone()) }, "{kind:?}");
        assert_eq!(place.get(&key).await.unwrap(), b"theirs", "{kind:?}");
        let after = journal.record(note("b")).await.unwrap();
        assert_ne!(after.writer, before.writer, "{kind:?}");
        assert_eq!(after.seq, Some(0), "{kind:?}");
        assert_eq!(journal.flush().await.unwrap().fork, None, "{kind:?}");
        let mut expected = vec![row(&before), row(&after)];
        expected.sort();
        assert_eq!(stored(&place).await, expected, "{kind:?}");
    }))
    .await;
}

/// Whatever is asked has an answer that nobody can rely on: the flush ends, and puts nothing again and
/// again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d7_a_store_that_has_other_bytes_under_every_name_ends_the_flush() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        let home = tempfile::tempdir().unwrap();
        let journal = open(place.bucket(), home.path()).await.unwrap();
        let recorded = journal.record(note("a")).await.unwrap();
        proxy.take_requests();
        proxy.on(|request| {
            if puts_file(request) {
                return Some(Fault::status_after(412));
            }
            gets_file(request).then(|| Fault::body(other))
        });
        let error = journal.flush().await.unwrap_err();
        assert!(error.to_string().contains("gives back other bytes"), "{kind:?}: {error}");
        let puts = proxy.take_requests().iter().filter(|request| puts_file(request)).count();
        assert_eq!(puts, 2, "{kind:?}");
        assert_eq!(journal.pending().events().await.unwrap(), [recorded], "{kind:?}");
    }))
    .await;
}

/// A network that asks to sign in answers everything, and nothing of it is believed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_the_page_of_a_network_is_no_answer_of_the_bucket() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        let home = tempfile::tempdir().unwrap();
        let journal = open(place.bucket(), home.path()).await.unwrap();
        let recorded = journal.record(note("a")).await.unwrap();
        proxy.on(|_| Some(portal()));
        let error = journal.flush().await.unwrap_err();
        let said = "the answer is not the store's: see whether this network asks to sign in";
        assert!(error.to_string().contains(said), "{kind:?}: {error}");
        // It is opened, and recorded into, all the same.
        let other = open(place.bucket(), home.path()).await;
        assert!(other.unwrap_err().to_string().contains(said), "{kind:?}");
        let late = journal.record(note("b")).await.unwrap();

        proxy.clear();
        assert_eq!(journal.flush().await.unwrap().fork, None, "{kind:?}");
        assert_eq!(stored(&place).await, [row(&recorded), row(&late)], "{kind:?}");
    }))
    .await;
}

/// The first recording needs an id in the bucket; afterwards the bucket is not needed to record.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_what_is_recorded_without_a_network_waits_and_goes_on_by_itself() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        let home = tempfile::tempdir().unwrap();
        let journal = open(place.bucket(), home.path()).await.unwrap();
        proxy.on(each(puts_id, || Fault::status(500)));
        let refused = journal.record(note("never")).await.unwrap_err();
        assert!(refused.to_string().contains("the bucket takes no id"), "{kind:?}: {refused}");
        proxy.clear();
        let mut recorded = vec![journal.record(note("a")).await.unwrap()];
        journal.flush().await.unwrap();

        proxy.refuse(true);
        recorded.push(journal.record(note("b")).await.unwrap());
        let error = journal.flush().await.unwrap_err();
        assert!(error.to_string().contains("the connection to the store was cut"), "{error}");
        recorded.push(journal.record(note("c")).await.unwrap());
        proxy.refuse(false);
        journal.flush().await.unwrap();
        assert_eq!(stored(&place).await, recorded.iter().map(row).collect::<Vec<_>>(), "{kind:?}");
    }))
    .await;
}
