//! Opening a journal: what is refused, and what leaves no trace.

use super::*;
use crate::{Kind, PendingStatus, SystemRandom};

#[tokio::test]
async fn an_outbox_is_opened_only_where_it_belongs() {
    let desk = Desk::new();
    let inside = desk.root().join("new/home");
    let bucket = folder_bucket(&desk.root());
    let refused = Journal::open(bucket, &inside, desk.options(1)).await.unwrap_err();
    assert!(matches!(refused, Error::HomeInBucket { .. }), "{refused}");
    assert_eq!(refused.kind(), Kind::Refused);
    assert_eq!(std::fs::read_dir(desk.root()).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn a_bucket_is_the_same_by_whatever_path() {
    let desk = Desk::new();
    let link = desk.folder.path().join("link");
    std::os::unix::fs::symlink(desk.root(), &link).unwrap();
    let places = [desk.root(), link, desk.root().join("../bucket/")]
        .map(|path| folder_bucket(&path).place().path);
    assert!(places.iter().all(|place| *place == places[0]), "{places:?}");
}

#[tokio::test]
async fn an_outbox_of_a_newer_daybook_is_left_alone() {
    let desk = Desk::new();
    desk.journal().await.record(phone()).await.unwrap();
    let outbox = desk.outbox_file();
    let connection = rusqlite::Connection::open(outbox).unwrap();
    connection.pragma_update(None, "user_version", 3).unwrap();

    let bucket = desk.bucket();
    let refused = Journal::open(bucket, &desk.home(), desk.options(1)).await.unwrap_err();
    assert!(matches!(refused, Error::OutboxFormat { found: 3, .. }), "{refused}");
}

#[tokio::test]
async fn each_bucket_has_its_own_outbox_and_writer() {
    let desk = Desk::new();
    let options = Options { random: Arc::new(SystemRandom), ..desk.options(u64::MAX) };
    let mut writers = Vec::new();
    for name in ["one", "two", "one"] {
        let bucket = Bucket::with_store(desk.store.clone(), name);
        let journal = Journal::open(bucket, &desk.home(), options.clone()).await.unwrap();
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
    let desk = Desk::new();
    for _ in 0..2 {
        let pending = desk.pending();
        assert_eq!(events(&pending).await, []);
        assert_eq!(pending.status().await.unwrap(), PendingStatus::default());
        assert!(!desk.home().exists());
    }
    let early = desk.pending();
    assert_eq!(events(&early).await, []);
    let recorded = desk.journal().await.record(phone()).await.unwrap();
    assert_eq!(events(&early).await, [recorded], "found when it is there");

    let other = Bucket::with_store(desk.store.clone(), "another");
    let before = listing(&desk.home().join("outbox"));
    assert_eq!(events(&Pending::of(&other, &desk.home())).await, []);
    let names = |paths: Vec<PathBuf>| {
        paths
            .into_iter()
            .filter(|path| {
                path.extension().unwrap() != "sqlite-wal"
                    && path.extension().unwrap() != "sqlite-shm"
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(names(listing(&desk.home().join("outbox"))), names(before));
}

#[tokio::test]
async fn trying_whether_a_bucket_can_be_written_leaves_nothing_behind() {
    let desk = Desk::new();
    drop(desk.folder_journal().await);
    assert_eq!(listing(&desk.root()), Vec::<PathBuf>::new());
    assert_eq!(listing(&desk.home()), [desk.home().join("outbox")], "nor on this device");
    std::fs::create_dir(desk.root().join("journal")).unwrap();
    std::fs::write(desk.root().join("journal/notes.txt"), "").unwrap();
    let before = listing(&desk.root());
    drop(desk.folder_journal().await);
    assert_eq!(listing(&desk.root()), before);
}

#[tokio::test]
async fn a_bucket_whose_journal_is_a_file_is_refused_and_what_waits_is_readable() {
    let desk = Desk::new();
    let recorded = desk.folder_journal().await.record(phone()).await.unwrap();
    let journal = desk.root().join("journal");
    std::fs::remove_dir_all(&journal).unwrap();
    let dangling = |path: &Path| std::os::unix::fs::symlink("nowhere", path).unwrap();
    let obstacles: [&dyn Fn(&Path); 2] = [&|path| std::fs::write(path, "").unwrap(), &dangling];
    for obstacle in obstacles {
        obstacle(&journal);
        let before = listing(&desk.root());
        let refused = desk.try_folder_journal().await.unwrap_err();
        assert!(matches!(refused, Error::BucketAway { .. }), "{refused}");
        assert_eq!(refused.kind(), Kind::Refused);
        assert_eq!(listing(&desk.root()), before);
        let pending = Pending::of(&folder_bucket(&desk.root()), &desk.home());
        assert_eq!(events(&pending).await, std::slice::from_ref(&recorded));
        std::fs::remove_file(&journal).unwrap();
    }
}
