//! The identity of a file (F9): bytes that are others are found behind whatever size and times, and
//! other times alone cost nothing. What cannot be read of the ledger is told.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use serde_json::json;

use crate::files::{changes, journal, row, two_files};
use crate::place::Place;

const GOOD: &str =
    r#"{"entity_type":"a","entity_id":"b","field":"c","action":"update","new_value":"1"}"#;

/// Changes one letter of a value in a file, and sets the time of modification back.
fn alter_in_place(path: &Path) {
    let time = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.windows(5).position(|five| five == b"three").unwrap();
    bytes[at] = b'T';
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// The database of the catalog.
fn catalog(place: &Place) -> Connection {
    let mut catalogs = fs::read_dir(place.folder().join("home/catalogs")).unwrap();
    let folder = catalogs.next().unwrap().unwrap().path();
    Connection::open(folder.join("catalog.sqlite")).unwrap()
}

/// Makes the catalog take a file for what it read, as if a disk had altered it by itself.
fn trust(place: &Place, path: &Path) {
    let found = fs::metadata(path).unwrap();
    let changed = found.ctime() * 1_000_000_000 + found.ctime_nsec();
    let sql = "UPDATE file SET changed = ?1, tag = ?2 WHERE name = 'b.parquet'";
    let tag = format!("{:x}", found.ino());
    assert_eq!(catalog(place).execute(sql, (changed, tag)), Ok(1));
    catalog(place).execute("UPDATE state SET changes = changes + 1", []).unwrap();
}

#[test]
fn f9_verification_finds_what_was_altered_under_the_same_size_and_time() {
    for in_journal in [true, false] {
        let place = two_files();
        let folder = if in_journal { place.bucket().join("journal") } else { place.bucket() };
        if !in_journal {
            for name in ["a.parquet", "b.parquet"] {
                fs::rename(journal(&place, name), folder.join(name)).unwrap();
            }
            fs::remove_dir(place.bucket().join("journal")).unwrap();
        }
        assert_eq!(place.run(&["files", "BUCKET", "--verify"]).status, 0, "{in_journal}");
        let path = folder.join("b.parquet");
        alter_in_place(&path);
        trust(&place, &path);
        assert_eq!(changes(&place), [], "{in_journal}: nobody has looked");
        let ran = place.run(&["files", "BUCKET", "--verify"]);
        assert_eq!(ran.status, 1, "{in_journal}: {ran:?}");
        let said = "1 file changed since, with the same size and time";
        assert!(ran.err.contains(said), "{in_journal}: {}", ran.err);
        assert_eq!(ran.json()["files"][1]["change"], "altered", "{in_journal}");
        assert_eq!(changes(&place).len(), 1, "{in_journal}");
        let found = place.run(&["search", "BUCKET", "Three"]).json();
        assert_eq!(found["events"][0]["new_value"], "Three", "{in_journal}: what is there now");
    }
}

#[test]
fn f9_what_is_altered_under_the_same_size_and_time_is_told_at_once() {
    let place = two_files();
    let path = journal(&place, "b.parquet");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    let before = fs::read(&path).unwrap();
    let replace = |bytes: &[u8]| {
        let new = journal(&place, "new");
        fs::write(&new, bytes).unwrap();
        fs::File::options().write(true).open(&new).unwrap().set_modified(time).unwrap();
        fs::rename(&new, &path).unwrap();
    };
    alter_in_place(&path);
    let forged = fs::read(&path).unwrap();
    let altered = [("b.parquet".to_owned(), "altered".to_owned())];
    for _ in 0..2 {
        assert_eq!(changes(&place), altered, "in place");
        let found = place.run(&["search", "BUCKET", "Three"]).json();
        assert_eq!(found["events"][0]["new_value"], "Three");
        replace(&before);
        assert_eq!(changes(&place), [], "the same bytes are back");
        replace(&forged);
    }
    assert_eq!(changes(&place), altered, "replaced");
}

#[test]
fn f9_a_file_with_other_times_and_the_same_bytes_is_not_read_in_again() {
    let place = two_files();
    let parts = |place: &Place| -> i64 {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'segment'";
        catalog(place).query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = parts(&place);
    for name in ["a.parquet", "b.parquet"] {
        let bytes = fs::read(journal(&place, name)).unwrap();
        fs::remove_file(journal(&place, name)).unwrap();
        fs::write(journal(&place, name), bytes).unwrap();
    }
    assert_eq!(changes(&place), []);
    assert_eq!(parts(&place), before);
    // The identity is noted, so that one altered later is found by it.
    alter_in_place(&journal(&place, "b.parquet"));
    assert_eq!(changes(&place).len(), 1);
}

#[test]
fn f6_f9_what_is_too_large_to_be_read_and_no_parquet_file_is_named_at_once() {
    let place = two_files();
    let write = |name: &str, size: u64, end: &[u8]| {
        use std::os::unix::fs::FileExt;
        let file = fs::File::create(journal(&place, name)).unwrap();
        file.set_len(size).unwrap();
        file.write_all_at(end, size - 4).unwrap();
    };
    let large = 8 << 40;
    for (end, problem) in [
        (b"none", "b.parquet: is no Parquet file: the end of its 8796093022208 bytes is not"),
        (b"PAR1", "b.parquet: claims 8796093022208 bytes, and holds "),
    ] {
        write("b.parquet", large, end);
        let ran = place.run(&["recent", "BUCKET"]);
        assert_eq!((ran.status, &ran.json()["total"]), (1, &1.into()), "{ran:?}");
        assert!(ran.err.contains(problem), "{}", ran.err);
        assert_eq!(changes(&place), [("b.parquet".to_owned(), "altered".to_owned())]);
        let ran = place.run(&["files", "BUCKET", "--verify"]);
        assert!(ran.err.contains("Every byte of 1 file was read again"), "{}", ran.err);
    }
}

/// The one ledger of a place.
fn ledger(place: &Place) -> PathBuf {
    let ledgers = fs::read_dir(place.folder().join("home/ledger")).unwrap();
    let mut ledgers = ledgers.map(|entry| entry.unwrap().path());
    ledgers.find(|path| path.extension().is_some_and(|end| end == "sqlite")).unwrap()
}

#[test]
fn s11_a_damaged_ledger_is_named_with_what_mends_it_and_stops_no_answer() {
    type Damage = fn(&mut Vec<u8>);
    let table: [(&str, Damage); 3] = [
        ("its description", |bytes| {
            let at = bytes.windows(12).position(|text| text == b"CREATE TABLE").unwrap();
            bytes[at + 5] = b'X';
        }),
        ("a page of a table", |bytes| {
            let at = bytes.windows(9).position(|text| text == b"b.parquet").unwrap();
            let page = at / 4096 * 4096;
            bytes[page..page + 4096].fill(0xff);
        }),
        ("cut to nothing", Vec::clear),
    ];
    for (name, damage) in table {
        let place = two_files();
        let ledger = ledger(&place);
        let mut bytes = fs::read(&ledger).unwrap();
        damage(&mut bytes);
        fs::write(&ledger, bytes).unwrap();
        for _ in 0..2 {
            place.write_legacy("c.parquet", &[row("evt-4", "four")]);
            let ran = place.run(&["recent", "BUCKET"]);
            assert_eq!((ran.status, &ran.json()["total"]), (1, &4.into()), "{name}: {ran:?}");
            let named = ran.json()["coverage"]["unreadable"][0].clone();
            assert_eq!(named["file"], "the ledger of files of this device", "{name}");
            let mend = format!("move {} away to begin a new one", ledger.display());
            assert!(named["problem"].as_str().unwrap().ends_with(&mend), "{name}: {named}");
        }
        let aside = place.folder().join("aside.sqlite");
        fs::rename(&ledger, aside).unwrap();
        assert_eq!(changes(&place), [], "{name}");
        fs::remove_file(journal(&place, "c.parquet")).unwrap();
        assert_eq!(changes(&place), [("c.parquet".to_owned(), "gone".to_owned())], "{name}");
        assert_eq!(place.run(&["recent", "BUCKET"]).json()["coverage"]["unreadable"], json!([]));
    }
}

/// The first recording gives the bucket an id, and its ledger is kept by that from then on.
#[test]
fn s11_f9_a_damaged_ledger_is_named_after_the_first_recording_too() {
    let place = two_files();
    fs::remove_file(journal(&place, "b.parquet")).unwrap();
    assert_eq!(changes(&place), [("b.parquet".to_owned(), "gone".to_owned())]);
    fs::write(ledger(&place), "").unwrap();
    for recorded in [false, true] {
        if recorded {
            place.record(GOOD);
        }
        let ran = place.run(&["recent", "BUCKET"]);
        assert_eq!(
            (ran.status, &ran.json()["coverage"]["complete"]),
            (1, &json!(false)),
            "{ran:?}"
        );
        let named = "cannot be used (it is empty), so that no change of a file is told; move";
        assert!(ran.err.contains(named), "{}", ran.err);
    }
}

/// What Daybook has stored, it has read back: it needs no further reading to tell what becomes of it.
#[test]
fn f9_what_this_device_stored_is_known_before_it_is_read() {
    for with in ["gone", "altered"] {
        let place = Place::new();
        place.record(GOOD);
        place.record(GOOD);
        let stored = fs::read_dir(place.bucket().join("journal")).unwrap();
        let mut stored = stored.map(|entry| entry.unwrap().path());
        let stored =
            stored.find(|path| path.extension().is_some_and(|end| end == "parquet")).unwrap();
        let name = stored.file_name().unwrap().to_str().unwrap().to_owned();
        if with == "gone" {
            fs::remove_file(&stored).unwrap();
        } else {
            place.write_legacy(&name, &[row("evt-1", "forged")]);
        }
        assert_eq!(changes(&place), [(name, with.to_owned())]);
    }
    let place = Place::new();
    place.record(GOOD);
    assert_eq!(changes(&place), []);
    // When its events are from is known once it was read.
    let file = place.json(&["files", "BUCKET"])["files"][0].clone();
    assert!(file["first"].is_string() && file["last"].is_string(), "{file}");
}

#[test]
fn f9_a_loss_that_was_found_while_the_ledger_could_not_be_written_is_told_ever_after() {
    let place = two_files();
    let ledger = ledger(&place);
    let whole = fs::read(&ledger).unwrap();
    fs::write(&ledger, "no database").unwrap();
    // As many files as before: one is gone, and another is new.
    fs::remove_file(journal(&place, "b.parquet")).unwrap();
    place.write_legacy("c.parquet", &[row("evt-4", "four")]);
    let ran = place.run(&["recent", "BUCKET"]);
    assert_eq!((ran.status, &ran.json()["total"]), (1, &2.into()), "{ran:?}");
    let refused =
        place.run(&["files", "BUCKET", "--acknowledge", "b.parquet", "--reason", "cannot be"]);
    assert_eq!(refused.status, 3, "{refused:?}");
    assert!(refused.err.contains("the ledger of files cannot be used"), "{}", refused.err);
    fs::write(&ledger, whole).unwrap();
    for _ in 0..2 {
        assert_eq!(changes(&place), [("b.parquet".to_owned(), "gone".to_owned())]);
    }
}

#[test]
fn f9_what_the_catalog_knows_is_noted_in_a_ledger_that_is_made_anew() {
    let place = two_files();
    fs::remove_file(ledger(&place)).unwrap();
    fs::remove_file(journal(&place, "b.parquet")).unwrap();
    assert_eq!(changes(&place), [("b.parquet".to_owned(), "gone".to_owned())]);
}

#[cfg(unix)]
#[test]
fn s11_a_pipe_or_a_folder_in_the_place_of_what_this_device_keeps_holds_nothing_up() {
    let (place, _) = Place::with_candidate();
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 2);
    let home = place.folder().join("home");
    let mut kept = Vec::new();
    for folder in ["catalogs", "ledger", "outbox"] {
        let mut folders = vec![home.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { kept.push(path) }
            }
        }
    }
    let is_of = |path: &Path, ends: &[&str]| {
        path.extension().is_some_and(|end| ends.iter().any(|one| end == *one))
    };
    // The outbox is the only copy of what it has: it is never made anew.
    kept.retain(|path| is_of(path, &["sqlite", "segment", "latest", "id", "seen"]));
    assert!(kept.len() > 5, "{kept:?}");
    for path in kept.iter().filter(|path| !path.starts_with(home.join("outbox"))) {
        for make in ["mkfifo", "mkdir"] {
            fs::rename(path, path.with_extension("away")).unwrap_or(());
            assert!(Command::new(make).arg(path).status().unwrap().success());
            let ran = place.run(&["recent", "BUCKET"]);
            let is_ledger = is_of(path, &["sqlite"]) && path.starts_with(home.join("ledger"));
            assert_eq!(ran.status, i32::from(is_ledger), "{make} {}: {ran:?}", path.display());
            assert_eq!(ran.json()["total"], 2, "{make} {}", path.display());
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
            let _ = fs::rename(path.with_extension("away"), path);
        }
    }
    for path in kept.iter().filter(|path| path.starts_with(home.join("outbox"))) {
        fs::rename(path, path.with_extension("away")).unwrap();
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        let ran = place.run(&["recent", "BUCKET"]);
        assert_eq!((ran.status, &ran.json()["total"]), (1, &json!(2)), "{}", path.display());
        fs::remove_file(path).unwrap();
        fs::rename(path.with_extension("away"), path).unwrap();
    }
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 2);
}
