//! What only a folder has: links, names that are not UTF-8, a folder that goes, and leftovers.

use std::ffi::OsStr;
use std::fs;
use std::fs::Permissions;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use bucket::{Bucket, FileMeta, Listing, Location, OpenError, ProbeError};
use tempfile::TempDir;

fn open(path: &Path) -> Result<Bucket, OpenError> {
    Bucket::open(&Location::Local(path.to_owned()))
}

fn list(bucket: &Bucket) -> (Vec<String>, Vec<String>) {
    let Listing { files, lookalikes } = bucket.blocking_list_all().unwrap();
    let named = lookalikes.into_iter().map(|one| format!("{} {}", one.name, one.reason));
    (files.into_iter().map(|file| file.name).collect(), named.collect())
}

/// A folder of these files and folders, which end in `/`.
fn tree(paths: &[&str]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let root = fs::canonicalize(folder.path()).unwrap();
    for path in paths {
        let path = root.join(path);
        if path.as_os_str().as_bytes().ends_with(b"/") {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
    }
    (folder, root)
}

#[test]
fn what_is_picked_opens_the_bucket_that_was_meant() {
    let (_folder, root) = tree(&[
        "firm/journal/2024/a.parquet",
        "firm/journal/b.parquet",
        "new/journal/",
        "journal/journal/a.parquet",
        "export/2024/a.parquet",
        "export/b.parquet",
        "export/_temporary/c.parquet",
        "parts/workspace_id=ws-north/year=2024/a.parquet",
        "odd/a.PARQUET",
        "linked/",
    ]);
    symlink(root.join("firm"), root.join("to-firm")).unwrap();
    symlink(root.join("firm/journal"), root.join("to-journal")).unwrap();
    symlink(root.join("export"), root.join("linked/journal")).unwrap();
    let (journal, only_files) = (true, false);
    let partition = "workspace_id=ws-north/year=2024/a.parquet";
    // What is picked, what is opened, whether it can be written, and its files.
    let table: [(&str, &str, bool, &[&str]); 12] = [
        ("firm", "firm", journal, &["2024/a.parquet", "b.parquet"]),
        ("firm/../firm/", "firm", journal, &["2024/a.parquet", "b.parquet"]),
        ("to-firm", "firm", journal, &["2024/a.parquet", "b.parquet"]),
        ("firm/journal", "firm", journal, &["2024/a.parquet", "b.parquet"]),
        ("to-journal", "firm", journal, &["2024/a.parquet", "b.parquet"]),
        ("firm/journal/2024", "firm/journal/2024", only_files, &["a.parquet"]),
        ("new/journal", "new", journal, &[]),
        ("journal", "journal", journal, &["a.parquet"]),
        ("export", "export", only_files, &["2024/a.parquet", "b.parquet"]),
        ("parts", "parts", only_files, &[partition]),
        ("odd", "odd", only_files, &[]),
        ("linked/journal", "export", only_files, &["2024/a.parquet", "b.parquet"]),
    ];
    for (picked, opened, can_be_written, files) in table {
        let bucket = open(&root.join(picked)).unwrap();
        assert_eq!(bucket.root(), Some(root.join(opened).as_path()), "{picked}");
        assert_eq!(bucket.place().path, root.join(opened).to_str().unwrap());
        assert_eq!(list(&bucket).0, files, "{picked}");
        assert!(bucket.check_journal().is_ok(), "{picked}");
        let mut watched = vec![root.join(opened)];
        watched.extend(can_be_written.then(|| root.join(opened).join("journal")));
        assert_eq!(bucket.watch(), watched, "{picked}");
    }
    let part_of = |picked: &str| open(&root.join(picked)).unwrap().is_part_of().map(Path::to_owned);
    assert_eq!(part_of("firm/journal/2024"), Some(root.join("firm")));
    assert_eq!(part_of("export"), None);
}

#[test]
fn what_holds_no_journal_names_what_was_meant() {
    let (_folder, root) = tree(&[
        "firms/one/journal/2024/a.parquet",
        "firms/two/journal/",
        "firms/notes.txt",
        "firms/one/reports/",
        "export/a.parquet",
        "empty/",
    ]);
    let at = |name: &str| root.join(name);
    for (picked, meant) in [
        ("firms/one/journal/2024/a.parquet", "firms/one"),
        ("firms/one/journal/2024/../2024/a.parquet", "firms/one"),
        ("export/a.parquet", "export"),
    ] {
        let refused = open(&at(picked)).unwrap_err();
        let OpenError::File { folder, .. } = &refused else { panic!("{refused}") };
        assert_eq!(*folder, at(meant), "{picked}");
    }
    for picked in ["none", "none/a.parquet"] {
        let refused = open(&at(picked)).unwrap_err();
        assert!(matches!(refused, OpenError::NoFolder(path) if path == at(picked)), "{picked}");
    }
    let refused = open(&at("firms/notes.txt")).unwrap_err();
    assert!(matches!(refused, OpenError::NotAFolder(path) if path == at("firms/notes.txt")));
    for (picked, meant) in
        [("firms", Some("firms/one")), ("firms/one/reports", Some("firms/one")), ("empty", None)]
    {
        let bucket = open(&at(picked)).unwrap();
        assert_eq!(list(&bucket), (vec![], vec![]));
        let refused = bucket.check_journal().unwrap_err();
        let OpenError::NoJournal { folder, nearest } = refused else { panic!("{refused}") };
        assert_eq!((folder, nearest), (at(picked), meant.map(at)));
    }
    let bucket = open(&at("empty")).unwrap();
    fs::create_dir(at("empty/journal")).unwrap();
    assert!(bucket.check_journal().is_ok(), "it begins");
}

#[tokio::test]
async fn nothing_is_made_in_a_folder_of_only_parquet_files() {
    let (_folder, root) = tree(&["a.parquet"]);
    let bucket = open(&root).unwrap();
    let file = bucket.list_all().await.unwrap().files.remove(0);
    assert_eq!(bucket.read(&file, 100).await.unwrap(), "");
    let why = "holds Parquet files and no folder named journal";
    let refused = bucket.probe(1).await.unwrap_err().to_string();
    assert!(refused.contains(why), "{refused}");
    let refused = bucket.create("journal/b.parquet", "b".into()).await.unwrap_err().to_string();
    assert!(refused.contains(why), "{refused}");
    assert_eq!(fs::read_dir(&root).unwrap().count(), 1);
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
    for name in ["_temporary/0", "_delta_log", "workspace_id=a", "lost+found", "names"] {
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
    // Its names can be read, and nothing else.
    fs::set_permissions(journal.join("names"), Permissions::from_mode(0o444)).unwrap();
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
        Ok(_) => drop(read.splice(1..1, ["lost+found/a.parquet", "names/a.parquet"])),
        Err(why) => {
            expected.push(format!("lost+found cannot be entered: {why}"));
            expected.push(format!("names cannot be entered: {why}"));
        }
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
    let refused = bucket.probe(1).await.unwrap_err();
    let why = "no file can be made in it";
    assert!(matches!(refused, ProbeError::Unsafe { why: w, .. } if w == why), "{refused}");
}

#[tokio::test]
async fn d11_what_has_the_journals_name_is_tried_whatever_it_is() {
    let folder = TempDir::new().unwrap();
    let bucket = open(folder.path()).unwrap();
    fs::write(folder.path().join("journal"), "").unwrap();
    let refused = bucket.probe(1).await.unwrap_err().to_string();
    assert!(refused.contains("not written safely: no file can be made in it"), "{refused}");
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
