//! `index`: by several processes at once, and killed meanwhile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::place::{Place, Ran};

/// Files of a few events each: more than one process reads at once.
fn many_files() -> Place {
    let place = Place::new();
    for file in 0..120 {
        let record = format!("CAND-{}", file % 9);
        let time = format!("2026-03-01T09:{:02}:{:02}Z", file / 60, file % 60);
        let ids = [format!("evt-{file}-a"), format!("evt-{file}-b")];
        let [first, second] = ids.each_ref().map(|id| {
            [id, &time, "candidate", &record, "phone", "update", "", "1", "Tom", "api", ""]
        });
        place.write_legacy(&format!("20260301_0900{file:02}_{file:03}.parquet"), &[first, second]);
    }
    place
}

#[test]
fn a_bucket_is_read_ahead_and_anew() {
    let place = many_files();
    let first = place.json(&["index", "BUCKET"]);
    assert_eq!((&first["events"], &first["records"]), (&240.into(), &9.into()));
    assert!(first["catalog_bytes"].as_u64() > Some(0));
    let again = place.json(&["index", "BUCKET", "--rebuild"]);
    assert_eq!(again["events"], 240);
    assert_eq!(place.json(&["stats", "BUCKET"])["events"], 240);
}

#[test]
fn killed_at_any_moment_of_reading_it_answers_as_if_it_was_not() {
    let place = many_files();
    let sound = place.json(&["recent", "BUCKET", "--limit", "1000"]);
    let catalogs = place.folder().join("home/catalogs");
    for round in 0..24 {
        // On what the last one left, or on nothing.
        if round % 2 == 0 {
            fs::remove_dir_all(&catalogs).unwrap();
        }
        kill_after(place.command(&["index", "BUCKET", "--rebuild"]), round * 4000);
        assert_eq!(place.json(&["recent", "BUCKET", "--limit", "1000"]), sound, "{round}");
    }
}

/// Eight files, each read by a look of its own: eight segments, with too many rows together to be
/// merged while somebody waits.
fn eight_segments() -> Place {
    let place = Place::new();
    for file in 0..8 {
        let texts: Vec<[String; 3]> = (0..4100)
            .map(|row| {
                let time = format!("2026-03-01T{file:02}:{:02}:{:02}Z", row / 60 % 60, row % 60);
                [format!("evt-{file}-{row}"), time, format!("CAND-{}", row % 611)]
            })
            .collect();
        let rows: Vec<[&str; 11]> = texts
            .iter()
            .map(|[id, time, record]| {
                [id, time, "candidate", record, "phone", "update", "", id, "Tom", "api", ""]
            })
            .collect();
        place.write_legacy(&format!("20260301_09000{file}_000.parquet"), &rows);
        place.json(&["recent", "BUCKET", "--limit", "1"]);
    }
    place
}

fn segments(catalogs: &Path) -> usize {
    let folder = fs::read_dir(catalogs).unwrap().next().unwrap().unwrap().path();
    let is_segment = |path: &Path| path.extension().is_some_and(|end| end == "segment");
    fs::read_dir(folder).unwrap().filter(|file| is_segment(&file.as_ref().unwrap().path())).count()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn answers(place: &Place) -> Vec<Value> {
    let asked: [&[&str]; 3] = [
        &["facets", "BUCKET"],
        &["records", "BUCKET", "--limit", "1000"],
        &["history", "BUCKET", "CAND-610"],
    ];
    asked.iter().map(|asked| place.json(asked)).collect()
}

#[test]
fn killed_at_any_moment_of_merging_it_answers_as_if_it_was_not() {
    let place = eight_segments();
    let sound = answers(&place);
    let catalogs = place.folder().join("home/catalogs");
    let before = place.folder().join("before");
    copy(&catalogs, &before);
    assert_eq!(segments(&catalogs), 8);
    let (mut unmerged, mut merged) = (0, 0);
    for round in 0..10 {
        fs::remove_dir_all(&catalogs).unwrap();
        copy(&before, &catalogs);
        kill_after(place.command(&["index", "BUCKET"]), round * 14000);
        assert!(answers(&place) == sound, "{round}");
        if segments(&catalogs) == 1 { merged += 1 } else { unmerged += 1 }
    }
    assert!(unmerged > 0, "every one had the time to merge");
    place.json(&["index", "BUCKET"]);
    assert_eq!(segments(&catalogs), 1, "{merged} of 10 had merged");
    assert!(answers(&place) == sound);
}

#[test]
fn s11_a_damaged_block_is_mended_by_the_command_that_meets_it() {
    let place = eight_segments();
    let sound = answers(&place);
    let catalogs = place.folder().join("home/catalogs");
    let before = place.folder().join("before");
    copy(&catalogs, &before);
    let asked: [&[&str]; 2] = [&["recent", "BUCKET", "--limit", "40000"], &["index", "BUCKET"]];
    for asked in asked {
        fs::remove_dir_all(&catalogs).unwrap();
        copy(&before, &catalogs);
        let folder = fs::read_dir(&catalogs).unwrap().next().unwrap().unwrap().path();
        let mut paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let segment = paths.find(|path| path.extension().is_some_and(|end| end == "segment"));
        let segment = segment.unwrap();
        let mut bytes = fs::read(&segment).unwrap();
        // In the first block, which no command reads before it needs the events in it.
        bytes[64] ^= 0x10;
        fs::write(segment, bytes).unwrap();
        let ran = place.run(asked);
        assert_eq!(ran.status, 0, "{asked:?}: {ran:?}");
        assert!(ran.err.contains("damaged. It is made anew"), "{ran:?}");
        let ran = place.run(asked);
        assert!(ran.status == 0 && !ran.err.contains("damaged"), "{asked:?}: {ran:?}");
        assert!(answers(&place) == sound, "{asked:?}");
    }
}

/// The one catalog of a place.
fn catalog(place: &Place) -> PathBuf {
    let mut catalogs = fs::read_dir(place.folder().join("home/catalogs")).unwrap();
    catalogs.next().unwrap().unwrap().path()
}

#[test]
fn s6_only_damage_makes_a_catalog_anew_and_the_same_command_does() {
    let place = many_files();
    let sound = place.json(&["recent", "BUCKET", "--limit", "1000"]);
    let database = catalog(&place).join("catalog.sqlite");
    for (what, from) in [("its header", 0), ("what is behind its first page", 4096)] {
        let mut bytes = fs::read(&database).unwrap();
        assert!(bytes.len() > 3 * 4096, "{what}");
        bytes[from..].fill(0xff);
        fs::write(&database, bytes).unwrap();
        assert_eq!(place.json(&["recent", "BUCKET", "--limit", "1000"]), sound, "{what}");
    }
    let mut bytes = fs::read(&database).unwrap();
    for at in 0..bytes.len() {
        if bytes[at..].starts_with(b"CREATE TABLE") {
            bytes[at + 5] = b'X';
        }
    }
    fs::write(&database, bytes).unwrap();
    let answer = place.json(&["recent", "BUCKET", "--limit", "1000"]);
    assert_eq!(answer, sound, "what it says of its tables");
}

#[test]
fn a_segment_of_other_files_is_no_part_of_the_catalog() {
    let place = Place::new();
    let row = |id: &'static str| {
        [id, "2026-03-01T09:00:00Z", "candidate", "C", "phone", "update", "", "1", "Tom", "api", ""]
    };
    let journal = place.bucket().join("journal");
    place.write_legacy("old.parquet", &[row("evt-1"), row("evt-2")]);
    place.json(&["recent", "BUCKET"]);
    let segment = catalog(&place).join("1.segment");
    let before = fs::read(&segment).unwrap();
    fs::remove_file(journal.join("old.parquet")).unwrap();
    fs::remove_dir_all(place.folder().join("home")).unwrap();
    place.write_legacy("new.parquet", &[row("evt-3")]);
    let sound = place.json(&["recent", "BUCKET"]);
    // A part of the application's folder that was put back from a copy.
    fs::write(&segment, before).unwrap();
    assert_eq!(place.json(&["recent", "BUCKET"]), sound);
}

/// What removing everything in a catalog would remove too.
fn marked(place: &Place) -> PathBuf {
    let marker = catalog(place).join("marker");
    fs::write(&marker, "").unwrap();
    marker
}

#[cfg(unix)]
#[test]
fn s6_without_file_handles_it_says_so_and_keeps_what_is_there() {
    let place = many_files();
    let sound = place.json(&["recent", "BUCKET"]);
    let marker = marked(&place);
    let mut refused = 0;
    for handles in (6..24).step_by(2) {
        let ran = place.run_with_handles(handles, &["recent", "BUCKET"]);
        match ran.status {
            0 => assert_eq!(ran.json(), sound, "{handles}"),
            // The system's loader may have too few for the program itself.
            _ if ran.err.contains("error while loading") => {}
            status => {
                refused += 1;
                assert_eq!(status, 3, "{handles}: {ran:?}");
                assert!(!ran.err.contains("move it away"), "{handles}: {ran:?}");
            }
        }
        assert!(marker.exists(), "{handles}");
    }
    assert!(refused > 0, "there were always enough");
    assert_eq!(place.json(&["recent", "BUCKET"]), sound);
}

#[cfg(target_os = "linux")]
#[test]
fn s6_a_catalog_that_another_holds_is_waited_for() {
    let place = many_files();
    let sound = place.json(&["recent", "BUCKET"]);
    let marker = marked(&place);
    let database = catalog(&place).join("catalog.sqlite");
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("BEGIN IMMEDIATE; UPDATE state SET changes = changes").unwrap();
    let mut command = place.command(&["recent", "BUCKET"]);
    let waiting = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let handles = format!("/proc/{}/fd", waiting.id());
    let has_it_open = || {
        let handles = fs::read_dir(&handles).into_iter().flatten().flatten();
        handles.into_iter().any(|one| fs::read_link(one.path()).is_ok_and(|to| to == database))
    };
    let opened = (0..60_000).any(|_| {
        thread::sleep(Duration::from_millis(1));
        has_it_open()
    });
    assert!(opened, "it never opened the catalog");
    other.execute_batch("COMMIT").unwrap();
    let ran = Ran::of(waiting.wait_with_output().unwrap());
    assert_eq!(ran.json(), sound);
    assert!(marker.exists());
}

#[test]
fn s9_another_version_has_its_own_catalog_and_neither_removes_the_others() {
    let place = many_files();
    let sound = place.json(&["recent", "BUCKET", "--limit", "1000"]);
    let catalogs = place.folder().join("home/catalogs");
    let own = fs::read_dir(&catalogs).unwrap().next().unwrap().unwrap().path();
    let name = own.file_name().unwrap().to_str().unwrap();
    let (hash, version) = name.split_once("-v").unwrap();
    // An older place, without a version, and a version of every format that is not this one.
    let numbers: Vec<u64> = version.split('.').map(|number| number.parse().unwrap()).collect();
    let others = (0..numbers.len()).map(|changed| {
        let number = |(at, number): (usize, &u64)| (number + u64::from(at == changed)).to_string();
        let numbers: Vec<String> = numbers.iter().enumerate().map(number).collect();
        format!("{hash}-v{}", numbers.join("."))
    });
    let others: Vec<_> = others.chain([hash.to_owned()]).map(|name| catalogs.join(name)).collect();
    for other in &others {
        fs::create_dir(other).unwrap();
        for file in ["catalog.sqlite", "1.segment", "records", "writing.lock"] {
            fs::write(other.join(file), "of another version").unwrap();
        }
    }
    for asked in [&["recent", "BUCKET", "--limit", "1000"][..], &["index", "BUCKET", "--rebuild"]] {
        assert_eq!(place.run(asked).status, 0);
    }
    assert_eq!(place.json(&["recent", "BUCKET", "--limit", "1000"]), sound);
    assert_eq!(fs::read_dir(&catalogs).unwrap().count(), others.len() + 1);
    for other in &others {
        let kept: Vec<_> = fs::read_dir(other).unwrap().map(|file| file.unwrap().path()).collect();
        assert_eq!(kept.len(), 4, "{kept:?}");
        for file in kept {
            assert_eq!(fs::read_to_string(&file).unwrap(), "of another version", "{file:?}");
        }
    }
}

#[test]
fn several_processes_share_one_catalog() {
    let place = many_files();
    let sound = place.json(&["recent", "BUCKET", "--limit", "1000"]);
    for _ in 0..6 {
        fs::remove_dir_all(place.folder().join("home/catalogs")).unwrap();
        let asked: [&[&str]; 4] = [
            &["index", "BUCKET", "--rebuild"],
            &["recent", "BUCKET", "--limit", "1000"],
            &["index", "BUCKET"],
            &["recent", "BUCKET", "--limit", "1000"],
        ];
        let start = |asked: &&[&str]| {
            let mut command = place.command(asked);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let running: Vec<_> = asked.iter().map(start).collect();
        for (asked, process) in asked.iter().zip(running) {
            let ran = Ran::of(process.wait_with_output().unwrap());
            assert_eq!(ran.status, 0, "{asked:?}: {ran:?}");
            if asked[0] == "recent" {
                assert_eq!(ran.json(), sound);
            }
        }
    }
}

/// Kills it after it had the processor's other work for so many turns.
fn kill_after(mut command: Command, turns: usize) {
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for _ in 0..turns {
        thread::yield_now();
    }
    process.kill().unwrap();
    process.wait().unwrap();
}
