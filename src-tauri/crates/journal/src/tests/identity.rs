//! The identity of a bucket: what is pending belongs to it, wherever it lies (D24), and links within
//! it are followed neither for reading nor for writing (D25).

use std::fs;

use super::*;
use crate::{Kind, PendingElsewhere, SystemRandom};

impl Device {
    /// The journal in the folder at `path`, opened for writing by this installation.
    async fn try_at(&self, path: &Path, moved: bool) -> Result<Journal, Error> {
        let options = Options { moved, ..self.options(u64::MAX) };
        Journal::open(folder_bucket(path), &self.home(), options).await
    }

    async fn pending_at(&self, path: &Path) -> Vec<Event> {
        events(&Pending::of(&folder_bucket(path), &self.home())).await
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A bucket with one event in a file, and one that is pending, which is returned.
    async fn one_of_each(&self) -> Event {
        let journal = self.folder_journal().await;
        journal.record(phone()).await.unwrap();
        journal.flush().await.unwrap();
        journal.record(phone()).await.unwrap()
    }
}

/// Number of journal files in a bucket.
fn files(path: &Path) -> usize {
    let entries = fs::read_dir(path.join("journal")).into_iter().flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "parquet")).count()
}

#[tokio::test]
async fn d24_what_is_pending_follows_a_bucket_that_was_renamed() {
    let device = Device::new();
    let pending = device.one_of_each().await;
    let renamed = device.path("renamed");
    let was = folder_bucket(&device.root()).place().path;
    let elsewhere = [PendingElsewhere { last_at: was, events: 1 }];
    assert_eq!(PendingElsewhere::list(&device.home(), None), elsewhere);
    assert_eq!(PendingElsewhere::list(&device.home(), Some(&folder_bucket(&device.root()))), []);
    fs::rename(device.root(), &renamed).unwrap();
    assert_eq!(PendingElsewhere::list(&device.home(), None), elsewhere);
    assert_eq!(PendingElsewhere::list(&device.home(), Some(&folder_bucket(&renamed))), []);
    assert_eq!(device.pending_at(&renamed).await, [pending]);
    let journal = device.try_at(&renamed, false).await.unwrap();
    assert_eq!(journal.flush().await.unwrap().events, 1);
    assert_eq!(files(&renamed), 2);
}

#[tokio::test]
async fn d24_nothing_is_made_where_a_known_bucket_is_not_mounted() {
    let device = Device::new();
    let pending = device.one_of_each().await;
    let away = device.path("away");
    fs::rename(device.root(), &away).unwrap();
    fs::create_dir(device.root()).unwrap();
    let refused = device.try_folder_journal().await.unwrap_err();
    assert!(matches!(refused, Error::BucketAway { .. }), "{refused}");
    assert_eq!(refused.kind(), Kind::Refused);
    assert_eq!(fs::read_dir(device.root()).unwrap().count(), 0, "nothing is made there");
    fs::remove_dir(device.root()).unwrap();
    fs::rename(&away, device.root()).unwrap();
    let journal = device.folder_journal().await;
    assert_eq!(events(journal.pending()).await, [pending]);
    assert_eq!(journal.flush().await.unwrap().events, 1);
    assert_eq!(files(&device.root()), 2);
}

#[tokio::test]
async fn d24_another_bucket_at_the_old_path_gets_nothing() {
    let device = Device::new();
    let pending = device.one_of_each().await;
    let away = device.path("away");
    fs::rename(device.root(), &away).unwrap();
    // One that has an id, and one of others that has none.
    let other = Device::new();
    let own = other.root();
    let options = Options { random: Arc::new(SystemRandom), ..other.options(u64::MAX) };
    let journal = Journal::open(folder_bucket(&own), &other.home(), options).await.unwrap();
    journal.record(phone()).await.unwrap();
    journal.flush().await.unwrap();
    let foreign = device.path("foreign");
    copy_folder(&own, &foreign);
    fs::remove_file(foreign.join("journal/.daybook")).unwrap();
    for other in [foreign, own] {
        copy_folder(&other, &device.root());
        assert_eq!(device.pending_at(&device.root()).await, []);
        let journal = device.folder_journal().await;
        assert_eq!(journal.flush().await.unwrap().events, 0);
        journal.record(phone()).await.unwrap();
        journal.flush().await.unwrap();
        assert_eq!(files(&device.root()), 2, "its own file and the one that was recorded into it");
        fs::remove_dir_all(device.root()).unwrap();
    }
    assert_eq!(device.pending_at(&away).await, [pending]);
}

#[tokio::test]
async fn d24_a_copy_is_read_and_is_written_only_when_it_is_said_to_be_the_journal() {
    let device = Device::new();
    let pending = device.one_of_each().await;
    let copy = device.path("copy");
    copy_folder(&device.root(), &copy);
    for gone in [false, true] {
        if gone {
            fs::remove_dir_all(device.root()).unwrap();
        }
        assert_eq!(device.pending_at(&copy).await, std::slice::from_ref(&pending));
        let refused = device.try_at(&copy, false).await.unwrap_err();
        assert!(
            matches!(refused, Error::Moved { still_there, .. } if still_there != gone),
            "{refused}"
        );
        assert_eq!(refused.kind(), Kind::Refused);
        assert_eq!(files(&copy), 1);
    }
    let journal = device.try_at(&copy, true).await.unwrap();
    assert_eq!(journal.flush().await.unwrap().events, 1);
    drop(journal);
    device.try_at(&copy, false).await.expect("it is asked once");
}

#[tokio::test]
async fn d24_a_second_path_to_a_bucket_is_the_same_bucket() {
    let device = Device::new();
    let pending = device.one_of_each().await;
    let link = device.path("link");
    std::os::unix::fs::symlink(device.root(), &link).unwrap();
    assert_eq!(device.pending_at(&link).await, [pending]);
    assert_eq!(device.try_at(&link, false).await.unwrap().flush().await.unwrap().events, 1);
}

#[tokio::test]
async fn an_outbox_of_before_ids_is_taken_over_where_the_bucket_is_proved_to_be_its_own() {
    // What was stored; whether the files are there; whether the bucket has an id; taken over?
    let table = [
        (false, false, false, true),
        (true, true, false, true),
        (true, true, true, true),
        (true, false, true, false),
        (false, false, true, false),
    ];
    for (stored, files_there, has_id, taken_over) in table {
        let device = Device::new();
        let journal = device.folder_journal().await;
        if stored {
            journal.record(phone()).await.unwrap();
            journal.flush().await.unwrap();
        }
        let pending = journal.record(phone()).await.unwrap();
        drop(journal);
        make_of_before_ids(&device);
        let journal = device.root().join("journal");
        if !files_there {
            fs::remove_dir_all(&journal).unwrap();
            fs::create_dir(&journal).unwrap();
        }
        if has_id {
            let id = BucketId::from_random([9; 16]);
            folder_bucket(&device.root()).make_id(&id).await.unwrap();
        }
        let expected = if taken_over { vec![pending] } else { Vec::new() };
        assert_eq!(
            device.pending_at(&device.root()).await,
            expected,
            "{stored} {files_there} {has_id}"
        );
        let journal = device.folder_journal().await;
        assert_eq!(journal.flush().await.unwrap().events, expected.len() as u64);
        drop(journal);
        assert_eq!(device.pending_at(&device.root()).await, []);
    }
}

/// Makes the outbox as it was before buckets had ids: named by the path, without a place; and takes
/// the bucket's id away.
fn make_of_before_ids(device: &Device) {
    let path = folder_bucket(&device.root()).place().path;
    let by_id = outbox_file(&device.home());
    let connection = rusqlite::Connection::open(&by_id).unwrap();
    connection.execute("UPDATE meta SET bucket = ?1", [&path]).unwrap();
    connection.execute_batch("DROP TABLE place; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(connection);
    let by_path = crate::outbox::outbox_path(&device.home(), &BucketId::from_text(&path));
    for end in ["sqlite", "seen"] {
        fs::rename(by_id.with_extension(end), by_path.with_extension(end)).unwrap();
    }
    fs::remove_file(device.root().join("journal/.daybook")).unwrap();
}

#[tokio::test]
async fn an_id_that_was_removed_is_put_back_where_the_files_prove_it() {
    let device = Device::new();
    let pending = device.one_of_each().await;
    let id = folder_bucket(&device.root()).id().unwrap();
    fs::remove_file(device.root().join("journal/.daybook")).unwrap();
    assert_eq!(device.pending_at(&device.root()).await, [pending]);
    assert_eq!(device.folder_journal().await.flush().await.unwrap().events, 1);
    assert_eq!(folder_bucket(&device.root()).id().unwrap(), id);
}

#[tokio::test]
async fn a_bucket_whose_id_cannot_be_read_is_not_written() {
    let device = Device::new();
    device.one_of_each().await;
    let object = device.root().join("journal/.daybook");
    let broken = |path: &Path| fs::write(path, "{}").unwrap();
    let folder = |path: &Path| fs::create_dir(path).unwrap();
    let link = |path: &Path| std::os::unix::fs::symlink("/etc/hostname", path).unwrap();
    for (remove, make) in [(false, &broken as &dyn Fn(&Path)), (true, &link), (true, &folder)] {
        if remove {
            fs::remove_file(&object).unwrap();
        }
        make(&object);
        let refused = device.try_folder_journal().await.unwrap_err();
        assert!(matches!(refused, Error::Identity(_)), "{refused}");
        assert_eq!(refused.kind(), Kind::Refused);
    }
}

#[tokio::test]
async fn d25_a_journal_that_is_a_link_is_neither_read_nor_written() {
    let device = Device::new();
    let elsewhere = device.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, device.root().join("journal")).unwrap();
    let refused = device.try_folder_journal().await.unwrap_err();
    assert!(matches!(refused, Error::Unsafe { .. }), "{refused}");
    assert!(refused.to_string().contains("is a link, which is not followed"), "{refused}");
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    let listed = folder_bucket(&device.root()).list_all().await.unwrap();
    assert_eq!((listed.files.len(), listed.lookalikes.len()), (0, 1));
}
