//! Opening a journal: what is refused, and what leaves no trace.

use super::*;
use crate::{Kind, PendingStatus, SystemRandom};

#[tokio::test]
async fn an_outbox_is_opened_only_where_it_belongs() {
    let device = Device::new();
    let inside = device.root().join("new/home");
    let bucket = folder_bucket(&device.root());
    let refused = Journal::open(bucket, &inside, device.options(1)).await.unwrap_err();
    assert!(matches!(refused, Error::HomeInBucket { .. }), "{refused}");
    assert_eq!(refused.kind(), Kind::Refused);
    assert_eq!(std::fs::read_dir(device.root()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_bucket_is_the_same_by_whatever_path() {
    let device = Device::new();
    let link = device.folder.path().join("link");
    std::os::unix::fs::symlink(device.root(), &link).unwrap();
    let places = [device.root(), link, device.root().join("../bucket/")]
        .map(|path| folder_bucket(&path).place().path);
    assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
}

#[tokio::test]
async fn an_outbox_of_a_newer_daybook_is_left_alone() {
    let device = Device::new();
    device.journal().await.record(phone()).await.unwrap();
    let outbox = device.outbox_file();
    let connection = rusqlite::Connection::open(outbox).unwrap();
    connection.pragma_update(None, "user_version", 3).unwrap();

    let bucket = device.bucket();
    let refused = Journal::open(bucket, &device.home(), device.options(1)).await.unwrap_err();
    assert!(matches!(refused, Error::OutboxFormat { found: 3, .. }), "{refused}");
}

#[tokio::test]
async fn each_bucket_has_its_own_outbox_and_writer() {
    let device = Device::new();
    let options = Options { random: Arc::new(SystemRandom), ..device.options(u64::MAX) };
    let mut writers = Vec::new();
    for name in ["one", "two", "one"] {
        let bucket = Bucket::with_store(device.store.clone(), name);
        let journal = Journal::open(bucket, &device.home(), options.clone()).await.unwrap();
        writers.push(journal.record(phone()).await.unwrap().writer.unwrap());
    }
    assert_eq!(writers[0], writers[2]);
    assert_ne!(writers[0], writers[1]);
    assert!(writers[0].len() == 12 && writers[0].bytes().all(|b| b.is_ascii_hexdigit()));
}

/// A folder, and everything in it, by name in order.
fn listing(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut all = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        all.extend(listing(&path));
        all.push(path);
    }
    all.sort();
    all
}

#[tokio::test]
async fn reading_what_waits_makes_no_file() {
    let device = Device::new();
    for _ in 0..2 {
        let pending = device.pending();
        assert_eq!(events(&pending).await, []);
        assert_eq!(pending.status().await.unwrap(), PendingStatus::default());
        assert!(!device.home().exists());
    }
    let early = device.pending();
    assert_eq!(events(&early).await, []);
    let recorded = device.journal().await.record(phone()).await.unwrap();
    assert_eq!(events(&early).await, [recorded], "found when it is there");

    let other = Bucket::with_store(device.store.clone(), "another");
    let before = listing(&device.home().join("outbox"));
    assert_eq!(events(&Pending::of(&other, &device.home())).await, []);
    let names = |paths: Vec<PathBuf>| {
        paths
            .into_iter()
            .filter(|path| {
                path.extension().unwrap() != "sqlite-wal"
                    && path.extension().unwrap() != "sqlite-shm"
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(names(listing(&device.home().join("outbox"))), names(before));
}

#[tokio::test]
async fn trying_whether_a_bucket_can_be_written_leaves_nothing_behind() {
    let device = Device::new();
    drop(device.folder_journal().await);
    assert_eq!(listing(&device.root()), Vec::<PathBuf>::new());
    assert_eq!(listing(&device.home()), [device.home().join("outbox")], "nor on this device");
    std::fs::create_dir(device.root().join("journal")).unwrap();
    std::fs::write(device.root().join("journal/notes.txt"), "").unwrap();
    let before = listing(&device.root());
    drop(device.folder_journal().await);
    assert_eq!(listing(&device.root()), before);
}

#[tokio::test]
async fn a_bucket_whose_journal_is_a_file_is_refused_and_what_waits_is_readable() {
    let device = Device::new();
    let recorded = device.folder_journal().await.record(phone()).await.unwrap();
    let journal = device.root().join("journal");
    std::fs::remove_dir_all(&journal).unwrap();
    let dangling = |path: &Path| std::os::unix::fs::symlink("nowhere", path).unwrap();
    let obstacles: [&dyn Fn(&Path); 2] = [&|path| std::fs::write(path, "").unwrap(), &dangling];
    for obstacle in obstacles {
        obstacle(&journal);
        let before = listing(&device.root());
        let refused = device.try_folder_journal().await.unwrap_err();
        assert!(matches!(refused, Error::BucketAway { .. }), "{refused}");
        assert_eq!(refused.kind(), Kind::Refused);
        assert_eq!(listing(&device.root()), before);
        let pending = Pending::of(&folder_bucket(&device.root()), &device.home());
        assert_eq!(events(&pending).await, std::slice::from_ref(&recorded));
        std::fs::remove_file(&journal).unwrap();
    }
}
