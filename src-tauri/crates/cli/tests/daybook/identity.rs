//! A bucket is itself and not its path (D24): what is pending goes into the bucket that it was
//! recorded for, wherever that is, and into no other.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::files::{changes, journal, row, two_files};
use crate::place::Place;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.join("journal")).unwrap();
    for entry in fs::read_dir(from.join("journal")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join("journal").join(entry.file_name())).unwrap();
    }
}

#[test]
fn d24_a_copy_is_recorded_into_only_when_it_is_said_to_be_the_journal() {
    let (place, _) = Place::with_candidate();
    let elsewhere = place.folder().join("elsewhere");
    copy(&place.bucket(), &elsewhere);
    let elsewhere = elsewhere.to_str().unwrap();
    let note = ["note", elsewhere, "--record", "candidate/CAND-1", "--text", "y"];
    let refused = place.run(&note);
    assert_eq!(refused.status, 3);
    for part in ["was last at", "is still there too", "--moved"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert_eq!(place.json(&["recent", elsewhere])["total"], 2);
    let moved = place.run(&[&note[..], &["--moved"]].concat());
    assert_eq!(moved.status, 0, "{}", moved.err);
    assert_eq!(place.run(&note).status, 0, "it is asked once");
    assert_eq!(place.json(&["recent", elsewhere])["total"], 4);
}

const EVENT: &[u8] = br#"{"entity_type":"candidate","entity_id":"CAND-1","action":"insert"}"#;

#[test]
fn d24_nothing_is_recorded_where_the_files_of_a_bucket_without_an_id_are_gone() {
    for (name, leave) in [("an empty mount point", 0), ("an empty journal", 1), ("other files", 2)]
    {
        let place = two_files();
        let journal_folder = place.bucket().join("journal");
        let aside = place.folder().join("aside");
        fs::rename(&journal_folder, &aside).unwrap();
        if leave > 0 {
            fs::create_dir(&journal_folder).unwrap();
        }
        if leave > 1 {
            place.write_legacy("c.parquet", &[row("evt-4", "four")]);
        }
        // That it was read does not lift the refusal.
        let _ = place.run(&["recent", "BUCKET"]);
        let refused = place.feed(&["record", "BUCKET"], EVENT);
        assert_eq!((refused.status, refused.out.as_str()), (3, ""), "{name}: {refused:?}");
        let why = "nothing can be recorded here: none of the 2 files that were read here before";
        assert!(refused.err.contains(why), "{name}: {}", refused.err);
        assert_eq!(journal_folder.exists(), leave > 0, "{name}");
        if leave > 1 {
            let acknowledge =
                ["files", "BUCKET", "--reason", "x", "--acknowledge", "a.parquet", "b.parquet"];
            assert_eq!(place.run(&acknowledge).status, 0, "{name}");
        } else {
            let _ = fs::remove_dir(&journal_folder);
            fs::rename(&aside, &journal_folder).unwrap();
        }
        let recorded = place.feed(&["record", "BUCKET"], EVENT);
        assert_eq!(recorded.status, 0, "{name}: {recorded:?}");
        assert_eq!(changes(&place), [], "{name}");
    }
}

#[test]
fn d24_what_is_said_of_an_emptied_bucket_leads_out() {
    for with_id in [false, true] {
        let place = two_files();
        if with_id {
            assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
        }
        assert_eq!(changes(&place), []);
        let names: Vec<String> = place.hashes().into_keys().collect();
        fs::remove_dir_all(place.bucket().join("journal")).unwrap();
        for verb in ["recent", "record"] {
            let refused = place.feed(&[verb, "BUCKET"], EVENT);
            assert_eq!((refused.status, refused.out.as_str()), (3, ""), "{refused:?}");
            let mend = "have it read anew with `daybook index --rebuild`, and acknowledge it with";
            assert!(refused.err.contains(mend), "{verb}: {}", refused.err);
        }
        assert_eq!(place.run(&["index", "BUCKET", "--rebuild"]).status, 1);
        let names = names.iter().map(String::as_str);
        let acknowledge = ["files", "BUCKET", "--reason", "x", "--acknowledge"];
        let acknowledged = place.run(&acknowledge.into_iter().chain(names).collect::<Vec<_>>());
        // What the log of this device lacks is still told.
        let status = i32::from(with_id);
        assert_eq!(acknowledged.status, status, "{acknowledged:?}");
        let recorded = place.feed(&["record", "BUCKET"], EVENT);
        assert_eq!(recorded.status, 0, "{recorded:?}");
        let recent = place.run(&["recent", "BUCKET"]);
        assert_eq!((recent.status, &recent.json()["total"]), (status, &json!(1)), "{recent:?}");
    }
}

#[test]
fn d24_that_nothing_is_flushed_into_another_bucket_at_the_path_is_told() {
    let (place, _) = Place::with_candidate();
    let (path, aside) = (place.bucket(), place.folder().join("aside"));
    let mut recorder = place.recorder();
    recorder.record(std::str::from_utf8(EVENT).unwrap());
    fs::rename(&path, &aside).unwrap();
    fs::create_dir_all(path.join("journal")).unwrap();
    let said = recorder.end().err;
    assert!(said.contains("pending on this device, because"), "{said}");
    assert!(said.contains("is not the folder that was opened"), "{said}");
    assert_eq!(fs::read_dir(path.join("journal")).unwrap().count(), 0);
    fs::remove_dir_all(&path).unwrap();
    fs::rename(&aside, &path).unwrap();
    assert_eq!(place.run(&["flush", "BUCKET"]).status, 0);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 3);
}

#[test]
fn f9_d24_what_was_known_before_the_first_recording_goes_with_the_bucket() {
    for copied in [false, true] {
        let place = two_files();
        assert_eq!(changes(&place), []);
        assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
        let elsewhere = place.folder().join("elsewhere");
        if copied {
            copy(&place.bucket(), &elsewhere);
        } else {
            fs::rename(place.bucket(), &elsewhere).unwrap();
        }
        fs::remove_file(elsewhere.join("journal/b.parquet")).unwrap();
        let ran = place.run(&["recent", elsewhere.to_str().unwrap()]);
        let changed = &ran.json()["coverage"]["changed"];
        assert_eq!((ran.status, &changed[0]["file"]), (1, &json!("b.parquet")), "{ran:?}");
    }
}

#[test]
fn d24_a_bucket_that_lost_only_its_id_gets_it_back() {
    let place = two_files();
    let event = std::str::from_utf8(EVENT).unwrap();
    place.record(event);
    assert_eq!(changes(&place), []);
    // Recorded by another device, and this one has only read it.
    fs::remove_dir_all(place.folder().join("home")).unwrap();
    assert_eq!(changes(&place), []);
    let object = journal(&place, ".daybook");
    let id = fs::read(&object).unwrap();
    fs::remove_file(&object).unwrap();
    place.write_legacy("b.parquet", &[row("evt-2", "forged")]);
    let ran = place.run(&["recent", "BUCKET"]);
    let coverage = &ran.json()["coverage"];
    assert_eq!((ran.status, &coverage["changed"][0]["file"]), (1, &json!("b.parquet")), "{ran:?}");
    assert_eq!(coverage["unreadable"][0]["file"], ".daybook");
    let said = ".daybook: is gone, with the id of this bucket; the next recording writes it again";
    assert!(ran.err.contains(said), "{}", ran.err);

    assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
    assert_eq!(fs::read(&object).unwrap(), id);
    let coverage = place.run(&["recent", "BUCKET"]).json()["coverage"].clone();
    assert_eq!((&coverage["unreadable_total"], &coverage["changed_total"]), (&json!(0), &json!(1)));
}

#[test]
fn d24_events_that_wait_are_found_where_the_bucket_lost_its_id() {
    let (place, _) = Place::with_candidate();
    assert_eq!(changes(&place), []);
    // What is recorded now cannot be stored, and waits.
    let (journal_folder, aside) = (place.bucket().join("journal"), place.folder().join("aside"));
    let object = fs::read(journal(&place, ".daybook")).unwrap();
    fs::remove_file(journal(&place, ".daybook")).unwrap();
    for entry in fs::read_dir(&journal_folder).unwrap() {
        fs::copy(entry.unwrap().path(), place.folder().join("kept.parquet")).unwrap();
    }
    // An empty mount point is not taken for the bucket.
    fs::rename(&journal_folder, &aside).unwrap();
    assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 3);
    assert!(!journal_folder.exists());
    fs::rename(&aside, &journal_folder).unwrap();
    assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
    assert_eq!(fs::read(journal(&place, ".daybook")).unwrap(), object);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 3);
}

#[test]
fn d24_a_bucket_that_lost_its_id_is_found_by_its_folder() {
    let event = std::str::from_utf8(EVENT).unwrap();
    for renamed in [false, true] {
        let place = two_files();
        place.record(event);
        assert_eq!(changes(&place), []);
        place.pend(event);
        fs::remove_file(journal(&place, ".daybook")).unwrap();
        let mut at = place.bucket();
        if renamed {
            at = place.folder().join("elsewhere");
            fs::rename(place.bucket(), &at).unwrap();
        } else {
            // Another device, which knows nothing of this, gives it a new one.
            let other = Place::new();
            assert_eq!(other.feed(&["record", at.to_str().unwrap()], EVENT).status, 0);
        }
        fs::remove_file(at.join("journal/b.parquet")).unwrap();
        let at = at.to_str().unwrap();
        let ran = place.run(&["recent", at]);
        let recent = ran.json();
        assert_eq!(recent["coverage"]["changed"][0]["file"], "b.parquet", "{ran:?}");
        assert_eq!(ran.status, 1);
        assert_eq!(place.run(&["stats", at]).json()["buffer_events"], 1, "{renamed}");
        assert_eq!(place.feed(&["record", at], EVENT).status, 0);
        let stats = place.run(&["stats", at]).json();
        assert_eq!((&stats["buffer_events"], &stats["pending_elsewhere"]), (&json!(0), &json!([])));
    }
}

#[test]
fn f9_d24_a_copy_has_a_ledger_of_its_own() {
    let place = two_files();
    assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
    assert_eq!(changes(&place), []);
    let folder = place.folder().join("copy");
    copy(&place.bucket(), &folder);
    let folder = folder.to_str().unwrap();
    fs::remove_file(format!("{folder}/journal/b.parquet")).unwrap();
    // What is known of the journal is known of a copy that was not looked at before.
    let told = place.run(&["recent", folder]).json()["coverage"]["changed"].clone();
    assert_eq!(told[0]["file"], "b.parquet");
    let acknowledge =
        ["files", folder, "--acknowledge", "b.parquet", "--reason", "thinned the copy"];
    assert_eq!(place.run(&acknowledge).status, 0);
    fs::copy(journal(&place, "a.parquet"), format!("{folder}/journal/c.parquet")).unwrap();
    assert_eq!(place.run(&["recent", folder]).status, 0);

    assert_eq!(changes(&place), [], "the journal never had the new one");
    fs::remove_file(journal(&place, "b.parquet")).unwrap();
    assert_eq!(changes(&place), [("b.parquet".to_owned(), "gone".to_owned())]);
}

#[test]
fn f10_what_this_device_recorded_and_nothing_has_read_yet_is_missed() {
    let place = two_files();
    assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
    let own = |place: &Place| {
        let mut files = fs::read_dir(place.bucket().join("journal")).unwrap();
        files.find_map(|file| {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name.starts_with('2') && name.ends_with(".parquet")).then_some(path)
        })
    };
    assert_eq!(place.run(&["recent", "BUCKET"]).status, 0);
    assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
    fs::remove_file(own(&place).unwrap()).unwrap();
    fs::remove_dir_all(place.folder().join("home/ledger")).unwrap();
    fs::remove_dir_all(place.folder().join("home/catalogs")).unwrap();
    let ran = place.run(&["recent", "BUCKET"]);
    let gaps = &ran.json()["coverage"]["gaps"];
    assert_eq!((ran.status, gaps.as_array().unwrap().len()), (1, 1), "{ran:?}");
    fs::remove_file(own(&place).unwrap()).unwrap();
    let gaps = place.run(&["recent", "BUCKET"]).json()["coverage"]["gaps"].clone();
    assert_eq!((&gaps[0]["first"], &gaps[0]["last"]), (&json!("0"), &json!("1")));
}

#[test]
fn d24_a_damaged_id_is_named_and_stops_no_reading() {
    for known in [true, false] {
        let place = two_files();
        assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0);
        if known {
            assert_eq!(changes(&place), []);
        }
        let object = journal(&place, ".daybook");
        let whole = fs::read(&object).unwrap();
        fs::write(&object, "{").unwrap();
        let ran = place.run(&["recent", "BUCKET"]);
        assert_eq!((ran.status, &ran.json()["total"]), (1, &json!(4)), "{known}: {ran:?}");
        assert!(ran.err.contains(".daybook: holds no id of a bucket"), "{known}: {}", ran.err);
        assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 3, "{known}");
        fs::write(&object, whole).unwrap();
        assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 0, "{known}");
    }
}

#[test]
fn d24_what_is_pending_goes_into_no_older_copy_at_the_same_path() {
    let place = two_files();
    let older = place.folder().join("older");
    copy(&place.bucket(), &older);
    let event = std::str::from_utf8(EVENT).unwrap();
    place.record(event);
    place.pend(event);
    assert_eq!(changes(&place), []);
    let aside = place.folder().join("aside");
    fs::rename(place.bucket(), &aside).unwrap();
    fs::rename(&older, place.bucket()).unwrap();

    let before = place.hashes();
    let refused = place.run(&["flush", "BUCKET"]);
    assert_eq!(refused.status, 3, "{refused:?}");
    for part in ["may be an older copy", "--moved"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert_eq!(place.feed(&["record", "BUCKET"], EVENT).status, 3);
    assert_eq!((place.hashes(), journal(&place, ".daybook").exists()), (before, false));

    fs::rename(place.bucket(), &older).unwrap();
    fs::rename(&aside, place.bucket()).unwrap();
    assert_eq!(place.json(&["flush", "BUCKET"])["events"], 1);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 5);
}

#[test]
fn f9_d24_two_buckets_at_one_path_have_ledgers_of_their_own() {
    let place = two_files();
    let event = std::str::from_utf8(EVENT).unwrap();
    place.record(event);
    assert_eq!(changes(&place), []);
    let (first, second) = (place.folder().join("first"), place.folder().join("second"));
    fs::rename(place.bucket(), &first).unwrap();
    // The other disk, which this device has not seen before.
    let other = Place::new();
    other.write_legacy("x.parquet", &[row("evt-9", "nine")]);
    other.record(event);
    fs::rename(other.bucket(), &second).unwrap();
    for _ in 0..2 {
        fs::rename(&second, place.bucket()).unwrap();
        assert_eq!(changes(&place), [], "the files of the first are not missed in the second");
        fs::rename(place.bucket(), &second).unwrap();
        fs::rename(&first, place.bucket()).unwrap();
        assert_eq!(changes(&place), [], "nor those of the second in the first");
        fs::rename(place.bucket(), &first).unwrap();
    }
    fs::rename(&first, place.bucket()).unwrap();
    fs::remove_file(journal(&place, "a.parquet")).unwrap();
    assert_eq!(changes(&place), [("a.parquet".to_owned(), "gone".to_owned())]);
}

#[test]
fn d24_what_is_pending_goes_into_no_older_copy_that_has_the_id_of_the_bucket() {
    let (place, _) = Place::with_candidate();
    let event = std::str::from_utf8(EVENT).unwrap();
    let older = place.folder().join("older");
    copy(&place.bucket(), &older);
    place.record(event);
    place.pend(event);
    let aside = place.folder().join("aside");
    fs::rename(place.bucket(), &aside).unwrap();
    fs::rename(&older, place.bucket()).unwrap();
    let before = place.hashes();
    let refused = place.run(&["flush", "BUCKET"]);
    assert_eq!(refused.status, 3, "{refused:?}");
    for part in ["lacks what was recorded into that last", "may be an older copy", "--moved"] {
        assert!(refused.err.contains(part), "{part}: {}", refused.err);
    }
    assert_eq!(place.hashes(), before);
    // A copy that has all of it is the journal, restored.
    fs::rename(place.bucket(), &older).unwrap();
    copy(&aside, &place.bucket());
    assert_eq!(place.json(&["flush", "BUCKET"])["events"], 1);
    assert_eq!(place.json(&["recent", "BUCKET"])["total"], 4);
}

#[test]
fn d24_what_lies_in_the_place_of_a_bucket_that_was_only_recorded_into_is_not_complete() {
    let place = Place::new();
    place.write_legacy("a.parquet", &[row("evt-1", "one")]);
    place.pend(std::str::from_utf8(EVENT).unwrap());
    let journal_folder = place.bucket().join("journal");
    fs::rename(&journal_folder, place.folder().join("aside")).unwrap();
    fs::create_dir(&journal_folder).unwrap();
    for verb in ["recent", "records", "stats"] {
        let ran = place.run(&[verb, "BUCKET"]);
        assert_eq!((ran.status, &ran.json()["coverage"]["complete"]), (1, &json!(false)), "{verb}");
        assert!(ran.err.contains("this bucket: has no file of the journal"), "{}", ran.err);
    }
}

#[test]
fn d24_two_buckets_without_ids_at_one_path_stay_apart_when_one_gets_an_id_elsewhere() {
    let place = Place::new();
    let (first, second) = (place.folder().join("first"), place.folder().join("second"));
    let mount = |from: &Path| fs::rename(from, place.bucket()).unwrap();
    let unmount = |to: &Path| fs::rename(place.bucket(), to).unwrap();
    for (name, to) in [("a", &first), ("b", &second)] {
        fs::create_dir_all(place.bucket().join("journal")).unwrap();
        place.write_legacy(&format!("{name}.parquet"), &[row("evt-1", "one")]);
        unmount(to);
    }
    for disk in [&first, &second, &first] {
        mount(disk);
        let _ = place.run(&["recent", "BUCKET"]);
        unmount(disk);
    }
    // Another device records into the second one, which so gets its id.
    mount(&second);
    let mut elsewhere =
        place.command(&["note", "BUCKET", "--record", "candidate/CAND-1", "--text", "x"]);
    let other_home = place.folder().join("another home");
    assert!(elsewhere.env("DAYBOOK_HOME", other_home).output().unwrap().status.success());
    let _ = place.run(&["recent", "BUCKET"]);
    place.pend(std::str::from_utf8(EVENT).unwrap());
    unmount(&second);
    mount(&first);
    let _ = place.run(&["recent", "BUCKET"]);
    let _ = place.run(&["flush", "BUCKET"]);
    assert!(!journal(&place, ".daybook").exists(), "it is not the second one");
    assert_eq!(place.hashes().len(), 1, "and gets none of its events");
    unmount(&first);
    mount(&second);
    assert_eq!(place.json(&["flush", "BUCKET"])["events"], 1);
}
