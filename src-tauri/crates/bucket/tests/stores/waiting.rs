//! Stores that ask to wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use lab::fault_proxy::Fault;
use tokio::time::Instant;

use crate::rules::{gets_file, lists, puts_file};
use crate::{Kind, Place};

/// How a store asks, and how long it is waited for at least.
struct Row {
    status: u16,
    retry_after: Option<&'static str>,
    at_least: Duration,
}

const fn row(status: u16, retry_after: Option<&'static str>, at_least: u64) -> Row {
    Row { status, retry_after, at_least: Duration::from_millis(at_least) }
}

const ROWS: [Row; 5] = [
    row(503, Some("1"), 1_000),
    row(429, Some("1"), 1_000),
    row(503, None, 500),
    row(429, None, 500),
    // A date tells no time by a clock that may be wrong.
    row(429, Some("Tue, 03 Mar 2026 09:15:00 GMT"), 500),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r5_a_store_that_asks_to_wait_is_asked_again_as_late_as_it_says() {
    let of_row = |Row { status, retry_after, at_least }: Row| async move {
        let proxy = Kind::S3.proxy();
        let place = Place::behind(&proxy, Kind::S3);
        let bucket = place.bucket();
        let what = format!("{status} {retry_after:?}");
        // The first of each kind of request is put off.
        for (asked, which) in
            [("put", puts_file as fn(&_) -> bool), ("list", lists), ("get", gets_file)]
        {
            let times = Arc::new(Mutex::new(Vec::new()));
            let of_rule = Arc::clone(&times);
            proxy.on(move |request| {
                let mut times = of_rule.lock().unwrap();
                times.extend(which(request).then(Instant::now));
                (which(request) && times.len() == 1).then(|| {
                    let header = |told: &str| ("retry-after".to_owned(), told.to_owned());
                    let headers = retry_after.map(header).into_iter().collect();
                    Fault::Answer { status, headers, body: Vec::new() }
                })
            });
            if asked == "put" {
                bucket.create("journal/a.parquet", "a".into()).await.unwrap();
            }
            let file = bucket.list_all().await.unwrap().files.remove(0);
            assert_eq!(bucket.read(&file, 10).await.unwrap(), "a", "{what} {asked}");
            let times = times.lock().unwrap();
            assert_eq!(times.len(), 2, "{what} {asked}");
            let waited = times[1] - times[0];
            assert!(waited >= at_least, "{what} {asked}: {waited:?}");
        }
    };
    join_all(ROWS.map(of_row)).await;
}
