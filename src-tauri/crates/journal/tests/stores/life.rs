//! The whole life of a journal in a store, by what is asked of the store.

use std::collections::BTreeSet;

use bucket::Location;

use crate::place::{KINDS, Kind, Place, all, blocking};
use crate::rules::{puts_file, puts_id};
use crate::{note, open, row, stored};

/// The right to delete is never asked for, and what is there is never overwritten: everything works in a
/// bucket with object lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r13_only_list_get_and_create_are_ever_asked_for() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        let home = tempfile::tempdir().unwrap();
        let mut recorded = Vec::new();
        for round in 0..3 {
            let journal = open(place.bucket(), home.path()).await.unwrap();
            for part in 0..2 {
                recorded.push(journal.record(note(&format!("{round} {part}"))).await.unwrap());
                journal.flush().await.unwrap();
            }
            journal.stats().await;
        }
        let location: Location = place.url.parse().unwrap();
        let bucket = blocking(|| bucket::Bucket::open(&location).unwrap());
        blocking(|| bucket.check_journal()).unwrap();
        bucket.probe(1).await.unwrap();
        assert_eq!(stored(&place).await, recorded.iter().map(row).collect::<Vec<_>>(), "{kind:?}");

        let asked = proxy.take_requests();
        let methods: BTreeSet<_> = asked.iter().map(|request| request.method.as_str()).collect();
        assert_eq!(methods, BTreeSet::from(["GET", "PUT"]), "{kind:?}");
        let mut put = BTreeSet::new();
        for request in asked.iter().filter(|request| request.method == "PUT") {
            let condition = match kind {
                Kind::S3 | Kind::Azure => ("if-none-match", "*"),
                Kind::Gcs => ("x-goog-if-generation-match", "0"),
            };
            assert_eq!(request.header(condition.0), Some(condition.1), "{kind:?}: {request:?}");
            // S3 takes nothing without it where objects are retained from the start.
            let is_checked = request.header("x-amz-checksum-sha256").is_some();
            assert_eq!(is_checked, kind == Kind::S3, "{kind:?}: {request:?}");
            assert!(puts_file(request) || puts_id(request), "{kind:?}: {request:?}");
            let is_new = put.insert(request.path().to_owned());
            assert!(is_new || puts_id(request), "{kind:?}: {request:?}");
        }
        assert_eq!(put.len(), 7, "{kind:?}: six files and the id");
        assert_eq!(place.keys().await.len(), 7, "{kind:?}");
    }))
    .await;
}
