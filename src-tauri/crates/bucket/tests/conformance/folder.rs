//! What only a folder has: links, names that are not UTF-8, a folder that goes, and leftovers.

use std::ffi::OsStr;
use std::fs;
use std::fs::Permissions;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use bucket::{Bucket, FileMeta, Listing, Location, OpenError, ProbeError};
use tempfile::TempDir;

fn open(path: &Path) -> Result<Bucket, OpenError> {
    Bucket::open(&Location::Folder(path.to_owned()))
}

fn list(bucket: &Bucket) -> (Vec<String>, Vec<String>) {
    let Listing { files, lookalikes } = bucket.blocking_list_all().unwrap();
    let named = lookalikes.into_iter().map(|one| format!("{} {}", one.name, one.reason));
    (files.into_iter().map(|file| file.name).collect(), named.collect())
}

#[test]
fn only_a_folder_that_is_no_journals_own_is_opened() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("a file"), "").unwrap();
    fs::create_dir_all(at("firm/journal")).unwrap();
    fs::write(at("firm/journal/a.parquet"), "").unwrap();
    for name in ["none", "a file"] {
        assert!(matches!(open(&at(name)), Err(OpenError::NoFolder(path)) if path == at(name)));
    }
    assert!(matches!(open(&at("firm/journal")), Err(OpenError::InsideJournal(_))));
    let bucket = open(&at("firm")).unwrap();
    let root = fs::canonicalize(at("firm")).unwrap();
    assert_eq!(bucket.root(), Some(root.as_path()));
    assert_eq!(bucket.watch(), [root.clone(), root.join("journal")]);

    symlink(at("firm"), at("link")).unwrap();
    for path in [at("link"), at("firm/../firm/")] {
        assert_eq!(open(&path).unwrap().place().path, root.to_str().unwrap());
    }
    fs::create_dir(at("empty")).unwrap();
    assert_eq!(list(&open(&at("empty")).unwrap()), (vec![], vec![]));
}

#[test]
fn b9_b10_links_folders_and_names_that_are_not_utf8_are_named_and_not_followed() {
    let folder = TempDir::new().unwrap();
    let journal = folder.path().join("journal");
    fs::create_dir_all(journal.join("2024/b.parquet")).unwrap();
    fs::write(journal.join("a.parquet"), "").unwrap();
    fs::write(journal.join(OsStr::from_bytes(b"\xff.parquet")), "").unwrap();
    fs::write(journal.join(OsStr::from_bytes(b"\xff.csv")), "").unwrap();
    let links =
        [("f.parquet", "/etc/passwd"), ("out", "/etc"), ("g.txt", "/etc/passwd"), ("h", "nowhere")];
    for (link, to) in links {
        symlink(to, journal.join(link)).unwrap();
    }
    let (files, named) = list(&open(folder.path()).unwrap());
    assert_eq!(files, ["a.parquet"]);
    assert_eq!(
        named,
        [
            "2024/b.parquet is a folder where a file is expected",
            "f.parquet is a link, which is not followed",
            "out is a link, which is not followed",
            "\u{fffd}.parquet has a name that is not UTF-8",
        ]
    );
}

/// Nothing of the kind ends the listing, is opened, or is waited for.
#[test]
fn f5_f6_what_other_tools_leave_and_what_is_no_file_is_left_aside_or_named() {
    let folder = TempDir::new().unwrap();
    let journal = folder.path().join("journal");
    for name in ["_temporary/0", "_delta_log", "workspace_id=a", "lost+found"] {
        fs::create_dir_all(journal.join(name)).unwrap();
        fs::write(journal.join(name).join("a.parquet"), "").unwrap();
    }
    for name in ["_SUCCESS", "a.parquet.crc", "b.PARQUET", "c.parq", "notes.txt"] {
        fs::write(journal.join(name), "").unwrap();
    }
    let pipe = journal.join("d.parquet");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = UnixListener::bind(journal.join("e.parquet")).unwrap();
    let huge = fs::File::create(journal.join("f.parquet")).unwrap();
    huge.set_len(8 << 40).unwrap();
    fs::set_permissions(journal.join("lost+found"), Permissions::from_mode(0o000)).unwrap();
    let bucket = open(folder.path()).unwrap();
    let (files, mut named) = list(&bucket);
    let not_so = "is not read, because its name does not end in .parquet";
    let special = "is a pipe, a socket or a device, and no file";
    let mut expected = vec![
        format!("b.PARQUET {not_so}"),
        format!("c.parq {not_so}"),
        format!("d.parquet {special}"),
        format!("e.parquet {special}"),
    ];
    // Whoever may do anything enters every folder.
    let mut read = vec!["f.parquet", "workspace_id=a/a.parquet"];
    match fs::read_dir(journal.join("lost+found")) {
        Ok(_) => read.insert(1, "lost+found/a.parquet"),
        Err(why) => expected.push(format!("lost+found cannot be entered: {why}")),
    }
    assert_eq!(
        (files, named.split_off(0)),
        (read.iter().map(ToString::to_string).collect(), expected)
    );
    let huge = bucket.blocking_list_all().unwrap().files.remove(0);
    assert!(bucket.blocking_read(&huge, 100).unwrap_err().to_string().contains("8796093022208"));
    // A pipe that took the place of a file after the listing.
    fs::remove_file(journal.join("f.parquet")).unwrap();
    fs::rename(pipe, journal.join("f.parquet")).unwrap();
    assert!(bucket.blocking_read(&FileMeta { size: 0, ..huge }, 100).is_err());
}

#[test]
fn a_journal_that_is_no_folder_is_named() {
    let folder = TempDir::new().unwrap();
    let journal = folder.path().join("journal");
    fs::write(&journal, "").unwrap();
    let bucket = open(folder.path()).unwrap();
    let named = vec!["journal is no folder, so it holds no journal".to_owned()];
    assert_eq!(list(&bucket), (vec![], named));
    fs::remove_file(&journal).unwrap();
    symlink("/etc", &journal).unwrap();
    let named = vec!["journal is a link, which is not followed".to_owned()];
    assert_eq!(list(&bucket), (vec![], named));
}

#[tokio::test]
async fn a_bucket_that_is_gone_is_an_error_and_not_empty() {
    let folder = TempDir::new().unwrap();
    let bucket = open(folder.path()).unwrap();
    drop(folder);
    let gone = bucket.list_all().await.unwrap_err().to_string();
    assert!(gone.contains("No such file or directory"), "{gone}");
    assert_eq!(bucket.blocking_list_all().unwrap_err().to_string(), gone);
    let ProbeError { why, .. } = bucket.probe(1).await.unwrap_err();
    assert_eq!(why, "no file can be made in it");
}

#[tokio::test]
async fn d11_what_has_the_journals_name_is_tried_whatever_it_is() {
    let folder = TempDir::new().unwrap();
    let bucket = open(folder.path()).unwrap();
    fs::write(folder.path().join("journal"), "").unwrap();
    let refused = bucket.probe(1).await.unwrap_err().to_string();
    assert!(refused.contains("cannot be written safely: no file can be made in it"), "{refused}");
}

#[tokio::test]
async fn d21_what_interrupted_creations_have_left_is_counted_and_not_listed() {
    let folder = TempDir::new().unwrap();
    let bucket = open(folder.path()).unwrap();
    bucket.create("journal/a.parquet", "x".into()).await.unwrap();
    for name in ["b.parquet#1", "b.parquet#22", "daybook-probe-0#1", "c#x", "c#1x", "#"] {
        fs::write(folder.path().join("journal").join(name), "half a file").unwrap();
    }
    assert_eq!(bucket.leftovers().await, 3);
    assert_eq!(list(&bucket), (vec!["a.parquet".to_owned()], vec![]));
}

/// As a file system answers whose clock is coarse: the same size and time, another file.
#[test]
fn b12_a_file_of_the_same_size_and_time_in_its_place_is_not_read() {
    let folder = TempDir::new().unwrap();
    let (journal, bucket) = (folder.path().join("journal"), open(folder.path()).unwrap());
    fs::create_dir(&journal).unwrap();
    fs::write(journal.join("a.parquet"), "one").unwrap();
    let file = bucket.blocking_list_all().unwrap().files.remove(0);
    let modified = fs::metadata(journal.join("a.parquet")).unwrap().modified().unwrap();
    fs::write(journal.join("b"), "two").unwrap();
    fs::File::options()
        .write(true)
        .open(journal.join("b"))
        .unwrap()
        .set_modified(modified)
        .unwrap();
    fs::rename(journal.join("b"), journal.join("a.parquet")).unwrap();
    let now = bucket.blocking_list_all().unwrap().files.remove(0);
    assert_eq!((now.size, now.modified), (file.size, file.modified));
    assert!(bucket.blocking_read(&file, 100).is_err());
    assert_eq!(bucket.blocking_read(&now, 100).unwrap(), "two");
}

/// As where a disk is unmounted, or a folder moved away and an empty one made in its place.
#[tokio::test]
async fn d24_nothing_is_stored_in_a_folder_that_took_the_place_of_the_opened_one() {
    for taken in ["firm", "firm/journal"] {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("firm")).unwrap();
        let bucket = open(&at("firm")).unwrap();
        bucket.create("journal/a.parquet", "a".into()).await.unwrap();
        bucket.create("journal/b.parquet", "b".into()).await.unwrap();
        fs::rename(at(taken), at("elsewhere")).unwrap();
        // Gone, and then another one there.
        for _ in 0..2 {
            let refused = bucket.create("journal/c.parquet", "c".into()).await.unwrap_err();
            assert!(refused.to_string().contains("is not the folder that was opened"), "{refused}");
            assert!(bucket.sha256("journal/a.parquet").await.is_err());
            fs::create_dir_all(at(taken)).unwrap();
        }
        assert_eq!(fs::read_dir(at(taken)).unwrap().count(), 0, "nothing is made there");
        fs::remove_dir(at(taken)).unwrap();
        fs::rename(at("elsewhere"), at(taken)).unwrap();
        bucket.create("journal/c.parquet", "c".into()).await.unwrap();
    }
}
