//! Listings of a store in spans at once: whole, in few turns, and never smaller than what is there.

use std::fs;
use std::sync::Mutex;
use std::time::Duration;

use bucket::{Bucket, Location};
use chrono::{DateTime, TimeDelta};
use lab::fault_proxy::{Fault, FaultProxy, Request};
use lab::s3_server::S3Server;

/// Names of files with stamps: some of many years, most of one hour, and some without stamps.
fn names() -> Vec<String> {
    let start = DateTime::from_timestamp(1_500_000_000, 0).unwrap();
    let stamp = |seconds| (start + TimeDelta::seconds(seconds)).format("%Y%m%d_%H%M%S_000");
    let mut names: Vec<String> = (0..700).map(|day| stamp(day * 86_400).to_string()).collect();
    names.extend((0..1500).map(|second| format!("{}_{second}", stamp(62_000_000 + second))));
    names.extend((0..300).map(|day| stamp(110_000_000 + day * 70_000).to_string()));
    names.extend((0..30).map(|other| format!("type=candidate/{other}")));
    for name in &mut names {
        name.push_str(".parquet");
    }
    names.sort();
    names
}

/// A store with these files, and a proxy before it.
struct Store {
    _folder: tempfile::TempDir,
    _server: S3Server,
    proxy: FaultProxy,
    names: Vec<String>,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = names();
        for name in &names {
            let path = folder.path().join("firm/journal").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let server = S3Server::start(folder.path(), Duration::ZERO).unwrap();
        let proxy = FaultProxy::start(server.address()).unwrap();
        Self { _folder: folder, _server: server, proxy, names }
    }

    /// The names that a fresh bucket lists, or what it says instead.
    async fn list(&self) -> Result<Vec<String>, String> {
        let url = format!("s3://firm?endpoint={}&anonymous", self.proxy.url());
        let location: Location = url.parse().unwrap();
        let open = tokio::task::spawn_blocking(move || Bucket::open(&location).unwrap());
        let listing = open.await.unwrap().list_all().await.map_err(|why| why.to_string())?;
        Ok(listing.files.into_iter().map(|file| file.name).collect())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r7_a_listing_in_spans_is_whole_or_an_error_and_never_smaller() {
    let store = Store::new();
    assert_eq!(store.list().await.as_ref(), Ok(&store.names));
    let requests = store.proxy.take_requests().len();
    assert!((3..40).contains(&requests), "{requests} requests for 3 pages");

    // Whichever answer is short, or is none at all.
    let empty: fn() -> Fault = empty;
    let faults =
        [("empty", empty), ("cut off", without_its_end), ("failed", || Fault::status(403))];
    for (what, fault) in faults {
        for at in (0..requests).step_by(2) {
            let count = Mutex::new(0);
            store.proxy.on(move |_: &Request| {
                let mut count = count.lock().unwrap();
                *count += 1;
                (*count == at + 1).then(fault)
            });
            if let Ok(found) = store.list().await {
                let (found, all) = (found.len(), store.names.len());
                // Of a single page that says that it is the last, nothing can be known.
                assert!(found == all || at == 0, "{what} at {at}: {found} of {all}");
            }
        }
    }

    // A store that begins a listing nowhere but at the beginning, or finds nothing behind a key.
    for (what, fault) in faults {
        store.proxy.on(move |request| request.parameter("start-after").map(|_| fault()));
        match store.list().await {
            Ok(found) => assert_eq!(found, store.names, "{what}"),
            Err(why) => assert_eq!(what, "failed", "{why}"),
        }
    }
}

/// A page that holds nothing, and is the last one.
fn empty() -> Fault {
    let headers = vec![("content-type".to_owned(), "application/xml".to_owned())];
    let body = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>".into();
    Fault::Answer { status: 200, headers, body }
}

/// The same page without its second half, and as the last one.
fn without_its_end() -> Fault {
    Fault::body(|page| {
        let page = String::from_utf8(page).unwrap().replace(">true<", ">false<");
        let files: Vec<&str> = page.split_inclusive("</Contents>").collect();
        let (kept, end) = (files.len() / 2, "</ListBucketResult>");
        let head = files[0].split_once("<NextContinuationToken>");
        let without = |(before, rest): (&str, &str)| {
            let (_, behind) = rest.split_once("</NextContinuationToken>").unwrap();
            format!("{before}{behind}")
        };
        let first = head.map_or_else(|| files[0].to_owned(), without);
        [&[first.as_str()], &files[1..kept.max(1)], &[end]].concat().concat().into_bytes()
    })
}
