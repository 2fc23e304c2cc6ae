//! No network, when a bucket is opened and when it is open.

use std::time::Duration;

use bucket::{Bucket, BucketId, CreateError, IdError, Location, ReadError};
use lab::fault_proxy::Fault;
use tokio::time::Instant;

use crate::{KINDS, Place, all, blocking};

/// Longest time after which it is told that a store cannot be reached, for a slow machine with much to
/// do. It takes some two seconds.
const LIMIT: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_a_store_that_cannot_be_reached_is_told_soon_and_used_again_by_the_same_bucket() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        place.put("journal/a.parquet", b"a").await;
        let bucket = place.bucket();
        bucket.make_id(&BucketId::from_random([1; 16])).await.unwrap();
        let file = bucket.list_all().await.unwrap().files.remove(0);

        proxy.refuse(true);
        let unopened = place.bucket();
        let began = Instant::now();
        blocking(|| unopened.check_journal()).unwrap();
        assert!(began.elapsed() < LIMIT, "{kind:?}: {:?}", began.elapsed());
        let began = Instant::now();
        let id = blocking(|| unopened.id()).unwrap_err();
        assert!(began.elapsed() < LIMIT, "{kind:?}: {:?}", began.elapsed());
        let IdError::Store { source, .. } = &id else { panic!("{kind:?}: {id:?}") };
        assert!(source.is_unreachable(), "{kind:?}: {id}");

        let (listed, read, created) = tokio::join!(
            bucket.list_all(),
            bucket.read(&file, 10),
            bucket.create("journal/b.parquet", "b".into())
        );
        let (Err(listed), Err(ReadError::Failed(read)), Err(CreateError::Failed(created))) =
            (&listed, &read, &created)
        else {
            panic!("{kind:?}: {listed:?} {read:?} {created:?}")
        };
        for failure in [listed, read, created] {
            assert!(failure.is_unreachable(), "{kind:?}: {failure}");
            assert_eq!(failure.to_string(), "the connection to the store was cut", "{kind:?}");
        }
        bucket.probe(1).await.unwrap();

        proxy.refuse(false);
        bucket.create("journal/b.parquet", "b".into()).await.unwrap();
        assert_eq!(bucket.list_all().await.unwrap().files.len(), 2, "{kind:?}");
        assert_eq!(bucket.read(&file, 10).await.unwrap(), "a", "{kind:?}");
        assert!(blocking(|| unopened.id()).unwrap().is_some(), "{kind:?}");
    }))
    .await;
}

/// Where nobody listens, and where the name of the server is known to nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_an_address_without_a_server_is_told_in_time() {
    // A port that was free a moment ago may be another test's by now; nobody listens at the first one.
    let port = 1;
    let said = "the store cannot be reached: see the address, and whether there is a network";
    all(KINDS.map(|kind| async move {
        let endpoint = kind
            .endpoint()
            .replace(kind.endpoint().split('/').nth(2).unwrap(), &format!("127.0.0.1:{port}"));
        let place = Place::at(kind, &endpoint, "");
        let bucket = place.bucket();
        let began = Instant::now();
        let failure = bucket.list_all().await.unwrap_err();
        assert!(began.elapsed() < LIMIT, "{kind:?}: {:?}", began.elapsed());
        assert!(failure.is_unreachable(), "{kind:?}: {failure}");
        assert_eq!(failure.to_string(), said, "{kind:?}");
    }))
    .await;
}

/// A connection that is cut while an answer is waited for, as when a device changes its network.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_a_request_that_hangs_is_asked_again_once_its_connection_is_cut() {
    all(KINDS.map(|kind| async move {
        let proxy = kind.proxy();
        let place = Place::behind(&proxy, kind);
        place.put("journal/a.parquet", b"a").await;
        let location: Location = place.url.parse().unwrap();
        let bucket = blocking(|| Bucket::open(&location).unwrap());
        let mut asked = 0;
        proxy.on(move |_| {
            asked += 1;
            (asked == 1).then_some(Fault::Hang)
        });
        let cut = async {
            while proxy.requests().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            proxy.refuse(true);
            proxy.refuse(false);
        };
        let (listed, ()) = tokio::join!(bucket.list_all(), cut);
        assert_eq!(listed.unwrap().files.len(), 1, "{kind:?}");
    }))
    .await;
}
