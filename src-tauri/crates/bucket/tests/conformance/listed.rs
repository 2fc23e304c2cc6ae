//! What is listed, and under which name.

use std::collections::HashSet;

use bucket::Listing;
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::Place;

/// More than any of these files has.
const LIMIT: u64 = 1 << 20;

fn names(listing: &Listing) -> Vec<&str> {
    listing.files.iter().map(|file| file.name.as_str()).collect()
}

pub async fn an_empty_bucket_holds_nothing(place: &Place) {
    let bucket = place.bucket();
    assert_eq!(bucket.list_all().await.unwrap(), Listing::default());
    assert_eq!(bucket.list().try_collect::<Vec<_>>().await.unwrap(), []);
    assert_eq!(bucket.sha256("journal/a.parquet").await.unwrap(), None);
    assert_eq!(bucket.leftovers().await, 0);
}

pub async fn what_was_created_is_listed_and_read(place: &Place) {
    let bucket = place.bucket();
    let sizes = [("c", 0), ("a", 1), ("b/d", 70_000)];
    for (name, size) in sizes {
        let key = format!("journal/{name}.parquet");
        bucket.create(&key, vec![b'x'; size].into()).await.unwrap();
    }
    let listing = bucket.list_all().await.unwrap();
    assert_eq!(names(&listing), ["a.parquet", "b/d.parquet", "c.parquet"]);
    assert_eq!(listing.lookalikes, []);
    for file in &listing.files {
        let size = sizes.iter().find(|(name, _)| file.name == format!("{name}.parquet")).unwrap().1;
        assert_eq!(bucket.read(file, LIMIT).await.unwrap(), vec![b'x'; size]);
        assert_eq!(file.size, size as u64);
        assert!(file.modified > 0, "{file:?}");
        let hash = bucket.sha256(&file.key()).await.unwrap();
        assert_eq!(hash, Some(sha256(&vec![b'x'; size])), "{file:?}");
    }
    assert_eq!(place.bucket().list_all().await.unwrap(), listing, "the same by another opening");
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

pub async fn f11_odd_names_are_listed_and_read(place: &Place) {
    let bucket = place.bucket();
    let long = "n".repeat(200);
    let odd = [
        " a b ",
        "a@b",
        "a#b",
        "a#1",
        "a=b",
        "'\"`",
        "a%20b",
        "ä€\u{202e}b",
        "_c",
        "~",
        "a\\b",
        "[{<|>}]*?",
        "%",
        &long,
        "workspace_id=ws-north/a",
        "a b/c#d/e",
        "..a",
    ];
    let kept = odd.into_iter().filter(|name| place.keeps(name));
    let mut expected: Vec<String> = kept.map(|name| format!("x{name}.parquet")).collect();
    expected.sort();
    for (index, name) in expected.iter().enumerate() {
        let bytes = format!("{index} {name}").into();
        bucket.create(&format!("journal/{name}"), bytes).await.unwrap();
    }
    let listing = bucket.list_all().await.unwrap();
    assert_eq!(names(&listing), expected);
    assert_eq!(listing.lookalikes, []);
    for (index, file) in listing.files.iter().enumerate() {
        let bytes = bucket.read(file, LIMIT).await.unwrap();
        assert_eq!(bytes, format!("{index} {}", file.name), "{file:?}");
        assert!(bucket.sha256(&file.key()).await.unwrap().is_some(), "{file:?}");
    }
}

pub async fn b9_f5_what_is_no_journal_file_is_left_aside_or_named(place: &Place) {
    let there = [
        "a.parquet",
        "2024/b.parquet",
        "_temporary/c.parquet",
        "d.csv",
        "e.PARQUET",
        "f.parq",
        ".g.parquet",
        ".hidden/h.parquet",
        "2024/.hidden/i.parquet",
        "_SUCCESS",
        "a.parquet.crc",
        "a.parquet.tmp",
        "a.parquet#1",
        "a.parquets",
        "o.parquet.bak",
        "p.parquet (1)",
        "q.Parquet~",
        "_delta_log/0.json",
        "j.parquet/k.parquet",
        "2024/l.parquet/m.parquet",
        "2024/l.parquet/n.csv",
    ];
    for name in there {
        place.put(&format!("journal/{name}"), b"x").await;
    }
    place.put("elsewhere/o.parquet", b"x").await;
    place.put("journal.parquet", b"x").await;

    let listing = place.bucket().list_all().await.unwrap();
    assert_eq!(names(&listing), ["2024/b.parquet", "a.parquet"]);
    let named: Vec<String> =
        listing.lookalikes.iter().map(|one| format!("{} {}", one.name, one.reason)).collect();
    assert_eq!(
        named,
        [
            "2024/l.parquet is a folder where a file is expected",
            "e.PARQUET is not read, because its name does not end in .parquet",
            "f.parq is not read, because its name does not end in .parquet",
            "j.parquet is a folder where a file is expected",
            "o.parquet.bak is not read, because its name does not end in .parquet",
            "p.parquet (1) is not read, because its name does not end in .parquet",
            "q.Parquet~ is not read, because its name does not end in .parquet",
        ]
    );
}

pub async fn many_files_come_in_pages_none_of_them_twice(place: &Place) {
    let put = |number| async move {
        place.put(&format!("journal/{}/{number}.parquet", number % 3), b"x").await;
    };
    stream::iter(0..Place::MANY).for_each_concurrent(8, put).await;
    let bucket = place.bucket();
    let pages: Vec<_> = bucket.list().try_collect().await.unwrap();
    assert!(pages.len() > 1 && pages.iter().all(|page| page.files.len() <= 1_000));
    let names: Vec<_> = pages.iter().flat_map(|page| &page.files).map(|file| &file.name).collect();
    assert_eq!(names.len(), Place::MANY);
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), Place::MANY);
    let mut sorted: Vec<_> = pages.into_iter().flat_map(|page| page.files).collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(bucket.list_all().await.unwrap().files, sorted);
}

pub async fn threads_that_may_block_get_the_same_answers(place: &Place) {
    for name in ["a.parquet", "b/c.parquet", "d.parquet/e"] {
        place.put(&format!("journal/{name}"), name.as_bytes()).await;
    }
    let bucket = place.bucket();
    let listing = bucket.list_all().await.unwrap();
    assert_eq!((listing.files.len(), listing.lookalikes.len()), (2, 1));
    let blocking = bucket.clone();
    let answers = tokio::task::spawn_blocking(move || {
        let listing = blocking.blocking_list_all().unwrap();
        let read = |file| blocking.blocking_read(file, LIMIT).unwrap();
        let bytes: Vec<_> = listing.files.iter().map(read).collect();
        (listing, bytes)
    });
    let (blocking, bytes) = answers.await.unwrap();
    assert_eq!(blocking, listing);
    assert_eq!(bytes, ["a.parquet", "b/c.parquet"]);
}
