//! Odd prefixes and odd keys.

use std::io::{Read, Write};
use std::net::TcpStream;

use bucket::BucketId;
use lab::fault_proxy::Fault;

use crate::{KINDS, Kind, Place, all, blocking};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_a_prefix_may_have_blanks_signs_and_any_script() {
    all(KINDS.map(|kind| async move {
        for name in [" the firm ", "/a b/ü€ñ/c", "+a&b=c", "/100%25", "/(a)/[b]/'c'"] {
            let place = Place::at(kind, &kind.endpoint(), name);
            let bucket = place.bucket();
            bucket.make_id(&BucketId::from_random([1; 16])).await.unwrap();
            bucket.create("journal/ä b/c#d.parquet", "bytes".into()).await.unwrap();
            let keys = ["journal/.daybook", "journal/ä b/c#d.parquet"];
            assert_eq!(place.keys().await, keys, "{kind:?}: {name}");

            let listing = place.bucket().list_all().await.unwrap();
            assert_eq!(listing.files.len(), 1, "{kind:?}: {name}");
            let file = &listing.files[0];
            assert_eq!(file.name, "ä b/c#d.parquet", "{kind:?}: {name}");
            assert_eq!(place.bucket().read(file, 10).await.unwrap(), "bytes", "{kind:?}: {name}");
            let again = bucket.location().parse().unwrap();
            let again = blocking(|| bucket::Bucket::open(&again)).unwrap();
            assert_eq!(again.list_all().await.unwrap(), listing, "{kind:?}: {name}");
            assert_eq!(again.place(), bucket.place(), "{kind:?}: {name}");
        }
    }))
    .await;
}

/// The objects of another bucket whose path only begins with the same text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_what_is_beside_a_bucket_is_not_in_it() {
    for kind in KINDS {
        let place = Place::at(kind, &kind.endpoint(), "/firm");
        for key in
            ["journal/a.parquet", "journal.parquet", "journal-b/b.parquet", "c/journal/c.parquet"]
        {
            place.put(key, b"x").await;
        }
        let listing = place.bucket().list_all().await.unwrap();
        let names: Vec<_> = listing.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.parquet"], "{kind:?}");
        assert_eq!(listing.lookalikes, [], "{kind:?}");
    }
}

/// Puts an object under a key that no path can have, which a client would refuse.
fn put_raw(kind: Kind, path: &str) {
    let endpoint = kind.endpoint();
    let server = endpoint.split('/').nth(2).unwrap();
    let mut stream = TcpStream::connect(server).unwrap();
    let head = format!("PUT {path} HTTP/1.1\r\nHost: {server}\r\nContent-Length: 1\r\n");
    stream.write_all(format!("{head}Connection: close\r\n\r\nx").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Azurite takes nothing that is not signed, so that no such object can be put there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_an_object_whose_key_is_no_path_is_named_and_costs_no_other() {
    for kind in [Kind::S3, Kind::Gcs] {
        let place = Place::new(kind);
        for name in ["!.parquet", "0.parquet", "a.parquet", "z/b.parquet"] {
            place.put(&format!("journal/{name}"), b"x").await;
        }
        let (_, path) = place.url.split_once("://").unwrap();
        let path = path.split('?').next().unwrap();
        put_raw(kind, &format!("/{path}/journal//x.parquet"));
        let listing = place.bucket().list_all().await.unwrap();
        let names: Vec<_> = listing.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["!.parquet", "0.parquet", "a.parquet", "z/b.parquet"], "{kind:?}");
        let named: Vec<_> = listing.lookalikes.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(named, ["/x.parquet"], "{kind:?}");
        blocking(|| place.bucket().check_journal()).unwrap();
    }
}

/// A listing of Azure cannot go on behind such an object, so that it is named, and moved by who reads it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r11_an_object_whose_key_is_no_path_is_named_where_it_ends_the_listing() {
    let proxy = Kind::Azure.proxy();
    let place = Place::behind(&proxy, Kind::Azure);
    place.put("journal/a.parquet", b"x").await;
    proxy.on(|_| {
        Some(Fault::body(|page| {
            String::from_utf8(page).unwrap().replace("/a.parquet", "//x.parquet").into_bytes()
        }))
    });
    let told = place.bucket().list_all().await.unwrap_err().to_string();
    assert!(told.contains("journal//x.parquet\" is empty, a dot"), "{told}");
    assert!(told.ends_with("move such an object away"), "{told}");
}

/// A later look asks for what is new only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listing_begins_behind_a_name_where_the_store_can_do_so() {
    all(KINDS.map(|kind| async move {
        let place = Place::new(kind);
        for name in ["a.parquet", "b c.parquet", "b/d.parquet", "ä.parquet"] {
            place.put(&format!("journal/{name}"), b"x").await;
        }
        let bucket = place.bucket();
        let Some(listing) = bucket.list_after("b c.parquet") else {
            assert_eq!(kind, Kind::Azure);
            return;
        };
        let files = listing.await.unwrap().files;
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["b/d.parquet", "ä.parquet"], "{kind:?}");
        let listing = bucket.list_after("ä.parquet").unwrap().await.unwrap();
        assert_eq!(listing.files, [], "{kind:?}");
    }))
    .await;
}
