//! A bucket in S3, which the cluster reads as `s3a://` and this machine as `s3://`.

use std::fs;
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};
use query::{CancellationToken, Filters};
use session::{Access, ClusterOptions, JournalSession, Options};

use crate::buckets::{Place as Folder, row};
use crate::place::{cluster, decoder};

/// Bucket of the emulator.
const BUCKET: &str = "daybook-tests";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_in_s3_is_read_by_the_cluster_under_the_name_that_it_has_there() {
    if std::env::var("DAYBOOK_TEST_CLUSTER_READS_S3").is_err() {
        // Spark's own package has nothing that speaks S3.
        return;
    }
    let endpoint = std::env::var("DAYBOOK_TEST_S3").unwrap();
    let place = Folder::new();
    let name = "20240301_090000_000.parquet";
    let one = |n: u32| {
        let (id, time) = (format!("evt-{n}"), format!("2024-03-01T09:00:{n:02}Z"));
        row(&id, &time, "CAND-1", "phone", "update", ["a", "b"])
    };
    place.write(name, &(0..9).map(one).collect::<Vec<_>>());
    let prefix = format!("clusters/{}", std::process::id());
    let store: Arc<dyn ObjectStore> = Arc::new(
        AmazonS3Builder::from_env()
            .with_bucket_name(BUCKET)
            .with_endpoint(&endpoint)
            .with_allow_http(true)
            .build()
            .unwrap(),
    );
    let bytes = fs::read(place.bucket().join("journal").join(name)).unwrap();
    let key = Key::parse(format!("{prefix}/journal/{name}")).unwrap();
    store.put(&key, bytes.into()).await.unwrap();
    let location = format!("s3://{BUCKET}/{prefix}?endpoint={endpoint}");
    let options = Options { decoder: decoder(), ..Options::default() };
    let session =
        JournalSession::open(&location, &place.home(), Access::Read, options).await.unwrap();
    for root in [None, Some(format!("s3://{BUCKET}/{prefix}/"))] {
        let options = ClusterOptions::parse(&cluster(), root.as_deref()).unwrap();
        let engine = session.ask_cluster(&options).await.unwrap();
        let counted = engine.count(&Filters::default(), &CancellationToken::new()).await.unwrap();
        assert_eq!(counted.value, 9, "{root:?}");
        assert!(counted.coverage.complete, "{root:?}");
    }
    let elsewhere = ClusterOptions::parse(&cluster(), Some("s3a://daybook-tests/nowhere")).unwrap();
    let error = session.ask_cluster(&elsewhere).await.unwrap_err().to_string();
    assert!(error.contains("sees no file at s3a://daybook-tests/nowhere"), "{error}");
}
