//! Disks that are full, and folders that cannot be written, by mounts that only one child sees.
//! Skipped, with the reason, where nothing can be mounted.

use std::fs;
use std::process::Command;

use super::child::{Child, Ended, acknowledge, command, open, open_with, through};
use super::ledger::{Ledger, files};
use super::*;
use crate::Kind;

const SMALL: &str = "mount -t tmpfs -o size=1m none";
const READ_ONLY: &str = "mount --bind -o ro";

/// Runs a child for which `mount` was done to a folder of the device; `None`, and says why, where
/// that is not possible.
fn with_mount(mount: &str, path: &str, role: &str, folder: &Path) -> Option<Ended> {
    let path = folder.join(path);
    fs::create_dir_all(&path).unwrap();
    let source = if mount == READ_ONLY { "\"$0\"" } else { "" };
    let mounted = format!("{mount} {source} \"$0\" && exec \"$@\"");
    let arguments = ["-r", "--mount", "sh", "-c", &mounted, path.to_str().unwrap()];
    let tried = Command::new("unshare").args(arguments).arg("true").output();
    let reason = match tried {
        Ok(tried) if tried.status.success() => {
            let mut command = through("unshare", &arguments, &command(role, folder));
            return Some(Child::start(&mut command).end());
        }
        Ok(tried) => String::from_utf8_lossy(&tried.stderr).into_owned(),
        Err(error) => format!("unshare: {error}"),
    };
    println!("skipped: {reason}");
    None
}

/// A value that nothing can compress.
fn noise(bytes: usize) -> Draft {
    let mut random = held::Seeded(bytes as u64);
    let value: String =
        (0..bytes).map(|_| char::from(b' ' + u8::try_from(random.below(90)).unwrap())).collect();
    Draft { new_value: Some(value), ..phone() }
}

#[tokio::test]
async fn d10_a_full_disk_refuses_and_works_again_when_there_is_room() {
    let device = Device::new();
    let folder = device.folder.path();
    let Some(ended) = with_mount(SMALL, "home", "full home", folder) else { return };
    assert!(ended.status.success() && ended.said("done").len() == 1, "{:?}", ended.lines);
    // The home is gone with the child; everything acknowledged is in the bucket.
    let stored = files(folder).into_iter().flat_map(|file| read(fs::read(file).unwrap().into()));
    assert_eq!(stored.collect::<Vec<_>>(), ended.acknowledged());
}

/// The child of that test.
pub(super) async fn fill_the_home(folder: &Path) {
    let ballast = folder.join("home/ballast");
    fs::write(&ballast, vec![0; 600 << 10]).unwrap();
    let journal = open(folder).await;
    let mut recorded = Vec::new();
    let refused = loop {
        match journal.record(noise(20_000)).await {
            Ok(event) => recorded.push(event),
            Err(refused) => break refused,
        }
    };
    for refused in [refused, journal.record(noise(200_000)).await.unwrap_err()] {
        assert!(matches!(refused, Error::OutboxFull { .. }), "{refused:?}");
        assert_eq!(refused.kind(), Kind::Refused);
    }
    assert!(recorded.len() > 3);
    assert_eq!(events(journal.pending()).await, recorded);

    fs::remove_file(ballast).unwrap();
    recorded.push(journal.record(noise(20_000)).await.unwrap());
    assert_eq!(events(journal.pending()).await, recorded);
    acknowledge(&recorded);
    journal.flush().await.unwrap();
    assert_eq!(events(journal.pending()).await, []);
    println!("done");
}

#[tokio::test]
async fn d10_a_full_bucket_keeps_what_waits_until_there_is_room() {
    let device = Device::new();
    let folder = device.folder.path();
    let Some(ended) = with_mount(SMALL, "bucket", "full bucket", folder) else { return };
    assert!(ended.status.success() && ended.said("done").len() == 1, "{:?}", ended.lines);
    assert_eq!(events(&pending(folder)).await, []);
}

fn pending(folder: &Path) -> Pending {
    Pending::of(&folder_bucket(&folder.join("bucket")), &folder.join("home"))
}

/// The child of that test.
pub(super) async fn fill_the_bucket(folder: &Path) {
    let journal = open(folder).await;
    journal.bucket().make_id(&BucketId::from_random([7; 16])).await.unwrap();
    let ballast = folder.join("bucket/ballast");
    fs::write(&ballast, vec![0; 2 << 20]).unwrap_err();
    let recorded = journal.record_batch(vec![noise(50_000); 3]).await.unwrap();
    for _ in 0..2 {
        let failed = journal.flush().await.unwrap_err();
        assert!(matches!(failed, Error::Store { .. }), "{failed:?}");
        assert_eq!(failed.kind(), Kind::Failed);
        assert_eq!(events(journal.pending()).await, recorded);
        assert_eq!(
            journal.pending().status().await.unwrap().failure.unwrap().1,
            failed.to_string()
        );
    }
    let refused = open_with(folder, Options::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Unsafe { .. }), "{refused:?}");
    assert_eq!(files(folder), Vec::<PathBuf>::new());
    let names = fs::read_dir(folder.join("bucket")).unwrap().map(|file| file.unwrap().file_name());
    let names: Vec<_> = names.filter(|name| name != "journal").collect();
    assert_eq!(names, ["ballast"], "nothing is left of what was tried");

    fs::remove_file(ballast).unwrap();
    assert_eq!(journal.flush().await.unwrap().events, 3);
    let mut ledger = files(folder);
    assert_eq!(read(fs::read(ledger.remove(0)).unwrap().into()), recorded);
    assert_eq!(ledger, Vec::<PathBuf>::new());
    println!("done");
}

#[tokio::test]
async fn a_bucket_that_cannot_be_written_is_refused_and_what_waits_is_readable() {
    for path in ["bucket", "bucket/journal"] {
        let device = Device::new();
        let folder = device.folder.path();
        let mut ledger = Ledger::new(folder);
        ledger.acknowledge(Child::start(&mut command("one by one", folder)).end().acknowledged());
        let Some(ended) = with_mount(READ_ONLY, path, "read only", folder) else { return };
        assert!(ended.status.success() && ended.said("done").len() == 1, "{:?}", ended.lines);
        assert_eq!(ledger.check().await, 6);
    }
}

/// The child of that test.
pub(super) async fn open_read_only(folder: &Path) {
    let refused = open_with(folder, Options::default()).await.unwrap_err();
    assert!(matches!(refused, Error::Unsafe { .. }), "{refused:?}");
    assert_eq!(refused.kind(), Kind::Refused);
    assert!(refused.to_string().contains("no file can be made in it"), "{refused}");
    assert_eq!(events(&pending(folder)).await.len(), 6);
    println!("done");
}
